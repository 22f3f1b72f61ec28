"""Saving while others write: joined in silence, or decided by a person who sees both texts."""

from __future__ import annotations

import pytest
from textual.widgets import Button

from mbtui.store.drafts import load_drafts
from mbtui.store.errors import ConflictError
from mbtui.ui.comparison import Decision
from mbtui.ui.questions import of_save
from mbtui.ui.screens.conflict import Conflict
from mbtui.ui.screens.form import EntryForm
from mbtui.ui.widgets.inputs import Choice
from tests.ui.conftest import NOW, OpenApp
from tests.ui.deciding import other_writer, to_conflict, words, write_as_other
from tests.ui.driving import ENDS, MEDIUM, NARROW, SMALL, WIDE
from tests.ui.forms import (
    NFS,
    POOL,
    change_outside,
    edit,
    field,
    form_message,
    on_disk,
    retype,
)

pytestmark = pytest.mark.anyio


async def test_half_typed_form_stays_while_the_bank_changes(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        form = await edit(ui, NFS)
        await retype(ui, "cause", "half")
        place = ui.app.screen.query_one("#form-fields").scroll_y
        await change_outside(ui, "The first write hangs", "The very first write hangs", shown=True)
        assert ui.app.screen is form
        assert form.changed() == {"cause": "half"}
        assert field(ui, "cause").has_focus
        assert ui.app.screen.query_one("#form-fields").scroll_y == place
        await ui.press("f2")
        table = on_disk(ui, NFS)
        assert table["cause"] == "half"
        assert "The very first write hangs" in table["issue"]


async def test_save_joins_silently_with_changes_to_other_entries_and_fields(
    open_app: OpenApp,
) -> None:
    async with open_app(MEDIUM) as ui:
        await edit(ui, NFS)
        await retype(ui, "ticket", "ACME-1")
        await change_outside(ui, "Pool exhausted after fork", "Pool exhausted after a fork")
        await change_outside(ui, "The first write hangs", "The very first write hangs")
        await ui.press("f2")
        assert ui.app.screen is ui.main
        table = on_disk(ui, NFS)
        assert table["ticket"] == "ACME-1"
        assert "The very first write hangs" in table["issue"]
        assert on_disk(ui, POOL)["title"] == "Pool exhausted after a fork"


@pytest.mark.parametrize("size", ENDS)
async def test_conflict_shows_both_texts_and_whose_they_are(
    open_app: OpenApp, size: tuple[int, int]
) -> None:
    async with open_app(size) as ui:
        await to_conflict(ui)
        text = words(ui)
        await ui.press("pagedown")
        text += words(ui)
        assert "Mine · not saved" in text
        assert "My text of it." in text
        assert "Theirs · Jonas Weber" in text
        assert "Theirs · Jonas Weber · 12 min ago" in text or size == SMALL
        assert "Their text of it." in text
        assert "Changed meanwhile" in ui.rows[0]


async def test_a_change_without_a_name_is_said_to_be_of_another_program(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        await edit(ui, NFS)
        await retype(ui, "issue", "My text of it.")
        await change_outside(ui, "needs shared memory; NFS has none", "wants what NFS has not")
        await ui.press("f2")
        assert "Theirs · another program" in words(ui)
        assert "wants what NFS has not" in words(ui)


@pytest.mark.parametrize(
    ("keys", "mine", "theirs"),
    [((), True, False), (("right",), False, True), (("right", "right"), True, True)],
    ids=["keep mine", "take theirs", "keep both"],
)
async def test_conflict_is_written_as_chosen(
    open_app: OpenApp, keys: tuple[str, ...], mine: bool, theirs: bool
) -> None:
    async with open_app(MEDIUM) as ui:
        await to_conflict(ui)
        await ui.press(*keys, "f2")
        assert ui.app.screen is ui.main
        issue = on_disk(ui, NFS)["issue"]
        assert ("My text of it." in issue) == mine
        assert ("Their text of it." in issue) == theirs
        assert "with what you chose" in ui.message
        await ui.press("e")
        assert "unsaved text is back" not in ui.text


async def test_each_field_is_chosen_for_itself_and_the_rest_is_joined(open_app: OpenApp) -> None:
    async with open_app(NARROW) as ui:
        await edit(ui, NFS)
        await retype(ui, "issue", "My issue.")
        await retype(ui, "cause", "My cause.")
        await retype(ui, "ticket", "ACME-1")
        write_as_other(ui, NFS, issue="Their issue.", cause="Their cause.", owner="Jonas Weber")
        await ui.press("f2", "right", "tab")
        assert ui.app.focused is not None
        assert ui.app.focused.id == "choice-1"
        await ui.press("f2")
        table = on_disk(ui, NFS)
        assert table["issue"] == "Their issue."
        assert table["cause"] == "My cause."
        assert table["ticket"] == "ACME-1"
        assert table["owner"] == "Jonas Weber"


# Ways back


async def test_escape_from_a_conflict_leaves_disk_and_form_alone(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await to_conflict(ui)
        before = ui.on_disk()
        await ui.press("escape")
        assert ui.on(EntryForm).changed() == {"issue": "My text of it."}
        assert ui.on_disk() == before
        await ui.press("f2")
        ui.on(Conflict)
        await ui.press("tab", "tab", "enter")
        ui.on(EntryForm)
        assert ui.on_disk() == before


async def test_an_edited_result_goes_back_to_the_form(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await to_conflict(ui)
        before = ui.on_disk()
        await ui.press("e", "tab")
        await ui.type("Typed. ")
        await ui.press("escape", "escape")
        assert ui.on(EntryForm).changed() == {"issue": "Typed. My text of it."}
        assert ui.on_disk() == before


async def test_an_edited_result_outlives_a_dropped_line(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await to_conflict(ui)
        await ui.press("e", "tab")
        await ui.type("Typed. ")
        ui.app.leave()
        (kept,) = load_drafts(ui.app.store.folder)
        assert kept.texts == {"issue": "Typed. My text of it."}


async def test_a_change_while_deciding_asks_again(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await to_conflict(ui)
        write_as_other(ui, NFS, issue="Their newest text.")
        await ui.press("f2")
        ui.on(Conflict)
        assert "Their newest text." in words(ui)
        await ui.press("right", "f2")
        assert on_disk(ui, NFS)["issue"] == "Their newest text."


async def test_a_status_set_on_both_sides_is_asked_about(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.show(NFS)
        write_as_other(ui, NFS, status="wont-fix")
        await ui.press("s")
        await ui.type("fixed")
        await ui.press("enter")
        ui.on(Conflict)
        assert "Leave it as it is" in ui.text
        await ui.press("f2")
        assert on_disk(ui, NFS)["status"] == "fixed"


@pytest.mark.parametrize("shown", [False, True])
async def test_an_entry_deleted_meanwhile_is_written_again_and_it_is_said(
    open_app: OpenApp, shown: bool
) -> None:
    async with open_app(MEDIUM) as ui:
        await edit(ui, NFS)
        await retype(ui, "ticket", "ACME-1")
        other = other_writer(ui)
        other.delete(other.bank.find(NFS)[0])
        if shown:
            await ui.reload()
        assert on_disk(ui, NFS) == {}
        await ui.press("f2")
        assert ui.app.screen is ui.main
        assert "deleted by someone else meanwhile" in ui.message
        table = on_disk(ui, NFS)
        assert table["ticket"] == "ACME-1"
        assert table["title"] == "SQLite WAL hangs on NFS homes"


@pytest.mark.parametrize(
    ("button", "outcome"),
    [("save", "save"), ("other-0", "stays"), ("leave", None)],
    ids=["Write it again", "Let it stay deleted", "Back to the form"],
)
async def test_an_entry_that_is_gone_is_decided_as_a_whole(
    open_app: OpenApp, button: str, outcome: str | None
) -> None:
    async with open_app(MEDIUM) as ui:
        entry = ui.entry(NFS)
        mine = {**entry.data, "ticket": "ACME-1"}
        question = of_save(ConflictError(entry, entry.data, mine, None, ["ticket"]))
        answers: list[Decision | None] = []
        ui.app.push_screen(Conflict(question, NOW), answers.append)
        await ui.settle()
        assert "ACME-1" in ui.text
        assert not ui.app.screen.query(Choice)
        for label in ("Write it again", "Let it stay deleted", "Back to the form"):
            assert label in ui.rows[-2]
        ui.app.screen.query_one(f"#conflict-{button}", Button).press()
        await ui.settle()
        assert [answer and answer.outcome for answer in answers] == [outcome]


async def test_save_into_a_broken_file_keeps_the_form(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        form = await edit(ui, NFS)
        await retype(ui, "ticket", "ACME-1")
        broken = ui.on_disk() + "\nnot toml\n"
        ui.file().write_text(broken)
        await ui.press("f2")
        assert ui.app.screen is form
        assert "Your text is still here" in form_message(ui)
        assert ui.on_disk() == broken
