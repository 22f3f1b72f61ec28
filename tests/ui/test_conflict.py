"""Saving while others write: joined in silence, or decided by a person who sees both texts."""

from __future__ import annotations

import pytest

from mbtui.ui.screens.conflict import Conflict
from mbtui.ui.screens.form import EntryForm
from tests.ui.conftest import OpenApp
from tests.ui.driving import MEDIUM, NARROW, WIDE, Ui
from tests.ui.forms import NFS, POOL, change_outside, edit, field, form_message, on_disk, retype

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


async def to_conflict(ui: Ui) -> Conflict:
    """Both sides change the issue of one entry in the same line; the form is saved."""
    await edit(ui, NFS)
    await retype(ui, "issue", "My text of it.")
    await change_outside(ui, "needs shared memory; NFS has none", "wants what NFS has not")
    await ui.press("f2")
    return ui.on(Conflict)


@pytest.mark.parametrize("size", [WIDE, MEDIUM, NARROW])
async def test_conflict_shows_both_texts(open_app: OpenApp, size: tuple[int, int]) -> None:
    async with open_app(size) as ui:
        await to_conflict(ui)
        text = " ".join(ui.text.split())
        assert "Yours" in text
        assert "My text of it." in text
        assert "Theirs" in text
        assert "journal_mode=WAL` wants" in text
        assert "Changed by someone else" in ui.rows[0]


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
        assert ("wants what NFS has not" in issue) == theirs
        assert "with what you chose" in ui.message
        await ui.press("e")
        assert "unsaved text is back" not in ui.text


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


async def test_a_change_while_deciding_asks_again(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await to_conflict(ui)
        await change_outside(ui, "wants what NFS has not", "asks for what NFS lacks")
        await ui.press("f2")
        ui.on(Conflict)
        assert "asks for what NFS lacks" in " ".join(ui.text.split())
        await ui.press("right", "f2")
        assert "asks for what NFS lacks" in on_disk(ui, NFS)["issue"]


@pytest.mark.parametrize("shown", [False, True])
async def test_entry_deleted_meanwhile_can_be_written_again(open_app: OpenApp, shown: bool) -> None:
    async with open_app(MEDIUM) as ui:
        await edit(ui, NFS)
        await retype(ui, "ticket", "ACME-1")
        other = type(ui.app.store)(ui.app.store.folder, author="Jonas Weber")
        (found,) = other.load().find(NFS)
        other.delete(found)
        if shown:
            await ui.reload()
        await ui.press("f2")
        ui.on(Conflict)
        assert "deleted or archived" in " ".join(ui.text.split())
        assert on_disk(ui, NFS) == {}
        await ui.press("escape")
        assert ui.on(EntryForm).changed() == {"ticket": "ACME-1"}
        await ui.press("f2", "enter")
        assert ui.app.screen is ui.main
        table = on_disk(ui, NFS)
        assert table["ticket"] == "ACME-1"
        assert table["title"] == "SQLite WAL hangs on NFS homes"


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
