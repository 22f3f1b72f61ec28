"""An undo or redo that meets a newer change: both texts are shown, a person decides."""

from __future__ import annotations

import pytest

from mbtui.store.drafts import load_drafts
from mbtui.ui.screens.conflict import Conflict
from mbtui.ui.widgets.inputs import Choice
from tests.ui.conftest import OpenApp
from tests.ui.deciding import other_writer, words, write_as_other
from tests.ui.driving import MEDIUM, NARROW, WIDE, Ui
from tests.ui.forms import NFS, on_disk

pytestmark = pytest.mark.anyio

BEFORE, MINE, THEIRS = "ACME-1423", "ACME-77", "ACME-8"


def change(ui: Ui, **changes: str) -> None:
    """A change by the author whose screen it is."""
    store = ui.app.store
    store.update(store.bank.find(NFS)[0], changes)


async def to_undo_conflict(ui: Ui) -> Conflict:
    """The ticket is changed here, twice, then elsewhere; the undo meets that."""
    change(ui, ticket=BEFORE)
    change(ui, ticket=MINE)
    write_as_other(ui, NFS, ticket=THEIRS, owner="Jonas Weber")
    await ui.reload()
    await ui.press("u")
    return ui.on(Conflict)


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_both_texts_are_shown(open_app: OpenApp, size: tuple[int, int]) -> None:
    async with open_app(size) as ui:
        await to_undo_conflict(ui)
        text = words(ui)
        assert "Undo · " in text
        assert "Before your change" in text
        assert BEFORE in text
        assert "Now · Jonas Weber · 12 min ago" in text
        assert THEIRS in text
        assert MINE not in text
        await ui.press("b")
        assert f"As your change left it {MINE}" in words(ui)


@pytest.mark.parametrize(
    ("keys", "ticket"), [((), BEFORE), (("right",), THEIRS)], ids=["as before", "as it is now"]
)
async def test_what_is_chosen_is_written_and_the_rest_stays(
    open_app: OpenApp, keys: tuple[str, ...], ticket: str
) -> None:
    async with open_app(MEDIUM) as ui:
        await to_undo_conflict(ui)
        await ui.press(*keys, "f2")
        assert ui.app.screen is ui.main
        assert "Done as you chose" in ui.message
        assert on_disk(ui, NFS)["ticket"] == ticket
        assert on_disk(ui, NFS)["owner"] == "Jonas Weber"


async def test_an_edited_result_is_written(open_app: OpenApp) -> None:
    async with open_app(NARROW) as ui:
        await to_undo_conflict(ui)
        await ui.press("e", "tab", "end", *"-b", "f2")
        assert on_disk(ui, NFS)["ticket"] == f"{BEFORE}-b"
        assert load_drafts(ui.app.store.folder) == []


async def test_esc_writes_nothing_and_the_next_undo_asks_again(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await to_undo_conflict(ui)
        before = ui.on_disk()
        await ui.press("escape")
        assert ui.app.screen is ui.main
        assert "Nothing was written" in ui.message
        assert ui.on_disk() == before
        await ui.press("u")
        ui.on(Conflict)


async def test_text_typed_as_the_result_is_kept_on_esc(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await to_undo_conflict(ui)
        await ui.press("e", "tab", "end", *"-b", "escape", "escape")
        assert "e goes on with it" in ui.message
        await ui.show(NFS)
        await ui.press("e")
        assert f"{BEFORE}-b" in ui.text
        assert "unsaved text is back" in ui.text


async def test_left_as_it_is_the_next_undo_goes_on_with_the_change_before(
    open_app: OpenApp,
) -> None:
    async with open_app(MEDIUM) as ui:
        await to_undo_conflict(ui)
        before = ui.on_disk()
        ui.app.screen.query_one("#conflict-other-0").focus()
        assert "Leave it as it is" in ui.text
        await ui.press("enter")
        assert "Left as it is" in ui.message
        assert ui.on_disk() == before
        await ui.press("u")
        ui.on(Conflict)
        assert f"(empty) {THEIRS}" in words(ui)


async def test_a_decided_undo_can_be_brought_back(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await to_undo_conflict(ui)
        await ui.press("f2", "U")
        assert ui.app.screen is ui.main
        assert on_disk(ui, NFS)["ticket"] == THEIRS


@pytest.mark.parametrize(
    ("button", "there"), [("conflict-save", False), ("conflict-other-0", True)]
)
async def test_an_added_entry_that_others_changed_is_not_taken_away_unasked(
    open_app: OpenApp, button: str, there: bool
) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.press("a", *"Brand new", "enter")
        (new,) = [entry for entry in ui.app.bank.entries if entry.title == "Brand new"]
        write_as_other(ui, new.id, cause="Their finding")
        await ui.reload()
        await ui.press("u")
        ui.on(Conflict)
        assert not ui.app.screen.query(Choice)
        assert "This would delete the entry" in words(ui)
        assert "Their finding" in words(ui)
        ui.app.screen.query_one(f"#{button}").focus()
        await ui.press("enter")
        assert bool(on_disk(ui, new.id)) == there


@pytest.mark.parametrize(
    ("button", "there"), [("conflict-save", True), ("conflict-other-0", False)]
)
async def test_an_entry_that_others_deleted_comes_back_only_when_it_is_wanted(
    open_app: OpenApp, button: str, there: bool
) -> None:
    async with open_app(MEDIUM) as ui:
        change(ui, ticket=MINE)
        other = other_writer(ui)
        other.delete(other.bank.find(NFS)[0])
        await ui.reload()
        await ui.press("u")
        ui.on(Conflict)
        assert "deleted since" in ui.text
        ui.app.screen.query_one(f"#{button}").focus()
        await ui.press("enter")
        assert bool(on_disk(ui, NFS)) == there
        assert on_disk(ui, NFS).get("ticket") is None
