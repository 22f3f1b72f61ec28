"""Actions on marked entries: one question, one undo, and a word on what was not done."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from textual.widgets import Input

from mbtui.ui import many_changes
from mbtui.ui.screens.dialogs import Ask, AskLine, Pick
from tests.ui.conftest import OpenApp
from tests.ui.deciding import other_writer, words
from tests.ui.driving import MEDIUM, NARROW, WIDE, Ui

pytestmark = pytest.mark.anyio
NFS = "7k2m9q4t"


def files(ui: Ui) -> dict[str, str]:
    """All files of the bank that hold something."""
    paths = ui.app.store.folder.rglob("*.toml")
    return {str(path): text for path in paths if (text := path.read_text())}


async def mark(ui: Ui, count: int, kind: str = "current-issues") -> list[str]:
    """Mark the first so many entries of a kind; their ids."""
    await ui.show_kind(kind)
    ui.main.list.home()
    await ui.press(*["space"] * count)
    return [entry.id for entry in ui.main.marking.entries()]


async def test_archive_for_one_reason_and_one_undo(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        before = files(ui)
        marked = await mark(ui, 3)
        await ui.press("d")
        assert "Archive 3 entries: why?" in ui.text
        await ui.press("escape")
        assert files(ui) == before
        assert "3 marked" in ui.text
        await ui.press("d")
        await ui.type("servers are gone")
        await ui.press("enter")
        assert ui.message == "Archived: 3 entries"
        assert "marked" not in ui.text.replace(ui.message, "")
        reasons = {ui.entry(i).data["archived"]["reason"] for i in marked}
        assert reasons == {"servers are gone"}
        await ui.press("u")
        assert "archive of" in ui.message
        assert "and 2 more" in ui.message
        assert files(ui) == before
        await ui.press("U")
        assert all(ui.entry(i).archived for i in marked)


async def test_archived_ones_are_restored_apart(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        before = files(ui)
        await mark(ui, 2)
        await ui.press("d", "enter")
        ui.main.go.go_to_place("archived")
        await ui.settle()
        await ui.press("asterisk")
        count = len(ui.app.bank.archive)
        await mark(ui, 1, "technical-debt")
        await ui.press("d")
        assert "Archive" in words(ui)
        assert "entries: why?" not in words(ui)
        await ui.press("enter")
        assert "Archived: 1 entry" in ui.message
        assert f"{count} not" in ui.message
        assert "it is in the archive already" in ui.message
        assert len(ui.main.marking.marks) == count
        await ui.press("d")
        assert ui.message == f"Restored: {count} entries"
        await ui.press("u", "u", "u")
        assert files(ui) == before


async def test_tags_are_put_on_and_taken_off_in_one_line(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        before = files(ui)
        marked = await mark(ui, 3)
        own = [ui.entry(i).tags for i in marked]
        await ui.press("t")
        assert "Tags of 3 entries" in ui.text
        assert "Some have:" in words(ui)
        await ui.type(f"+nfs2 -{own[0][0]}")
        await ui.press("enter")
        assert ui.message == "Tags saved: 3 entries"
        for identity, old in zip(marked, own, strict=True):
            expected = [tag for tag in old if tag != own[0][0]]
            assert ui.entry(identity).tags == [*expected, "nfs2"]
        await ui.press("u")
        assert files(ui) == before


async def test_tags_left_as_they_are_write_nothing(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        before = files(ui)
        await mark(ui, 2)
        for line in ("", "-nobody-has-this"):
            await ui.press("t")
            ui.on(AskLine).query_one(Input).value = line
            await ui.press("enter")
            assert ui.message == "No tag was changed"
        assert files(ui) == before
        assert "2 marked" in ui.text


async def test_one_status_for_all_that_know_it(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await mark(ui, 2)
        await mark(ui, 1, "common-tasks")
        await mark(ui, 1, "technical-debt")
        await ui.press("s")
        assert "Status of 3 entries" in ui.text
        assert "2 of 3 have it" in ui.text
        await ui.type("fixed")
        await ui.press("enter")
        assert ui.message.startswith("fixed: 2 entries; 2 not (")
        assert "Common Tasks has no status" in ui.message
        assert len(ui.main.marking.marks) == 2


async def test_a_move_asks_once_for_each_status_that_the_kind_lacks(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        before = files(ui)
        marked = await mark(ui, 18)
        lacking = {ui.entry(i).status for i in marked} - {"active", "resolved", ""}
        await ui.press("m")
        assert "Move 18 entries to" in ui.text
        await ui.type("technical")
        await ui.press("enter")
        asked = set()
        while isinstance(ui.app.screen, Pick):
            asked.add(words(ui).split(" status ")[1].split(",")[0])
            await ui.press("enter")
        assert asked == lacking
        assert ui.message == "Moved to Technical Debt: 18 entries"
        assert {ui.entry(i).kind.slug for i in marked} == {"technical-debt"}
        await ui.press("u")
        assert files(ui) == before


async def test_delete_names_how_many_and_the_first_few(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        before = files(ui)
        marked = await mark(ui, 5)
        await ui.press("D")
        assert "Delete 5 entries?" in ui.text
        assert "and 2 more" in ui.text
        assert "Delete 5 entries" in ui.text
        await ui.press("enter")
        assert files(ui) == before
        await ui.press("D", "right", "enter", "enter")
        assert ui.message == "Deleted: 5 entries"
        assert not any(i in ui.app.bank.by_key for i in marked)
        await ui.press("u")
        assert files(ui) == before


async def test_what_others_changed_meanwhile_stays_marked_and_is_told(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        marked = await mark(ui, 4)
        await ui.press("D")
        store = other_writer(ui)
        store.update(store.bank.find(marked[1])[0], {"cause": "theirs"})
        await ui.press("right", "enter", "enter")
        assert ui.message.startswith("Deleted: 3 entries; 1 not (")
        assert "by someone else meanwhile" in ui.message
        assert [entry.id for entry in ui.main.marking.entries()] == [marked[1]]


async def test_a_broken_file_stops_its_own_entries_only(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        issues = await mark(ui, 2)
        tasks = await mark(ui, 2, "common-tasks")
        ui.file().write_text(ui.on_disk() + "\n[[x\n")
        await ui.reload()
        await ui.press("d", "enter")
        assert ui.message.startswith("Archived: 2 entries; 2 not (")
        assert "known-issues.toml" in ui.message
        assert all(ui.entry(i).archived for i in tasks[2:])
        assert [e.id for e in ui.main.marking.entries()] == issues


async def test_a_read_only_bank_refuses_with_the_reason(open_app: OpenApp, demo: Path) -> None:
    path = demo / "bank.toml"
    path.write_text(path.read_text().replace("format = 1", "format = 9"))
    async with open_app(MEDIUM) as ui:
        await mark(ui, 2)
        for key in ("s", "t", "m", "d", "D"):
            await ui.press(key)
            assert ui.app.screen is ui.main
            assert ui.message.startswith("Read-only: ")


async def test_marks_act_from_the_tree_too(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await mark(ui, 2)
        await ui.press("1")
        assert "2 marked:" in ui.rows[-1]
        await ui.press("D")
        ui.on(Ask)


async def test_a_marked_row_alone_is_named(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await mark(ui, 1)
        await ui.press("end", "D")
        assert "Delete 1 entry" in ui.text
        assert "18 entries?" not in ui.text


async def test_the_screen_answers_and_tells_progress_meanwhile(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many_changes, "TELL_EVERY_SECONDS", 0.0)
    async with open_app(MEDIUM) as ui:
        go_on = threading.Event()
        store = ui.app.store
        each = store.delete_each

        def slow(entries: object, reason: str) -> object:
            for number, outcome in enumerate(each(entries)):  # type: ignore[arg-type]
                yield outcome
                if number == 1:
                    go_on.wait(20)

        monkeypatch.setattr(store, "delete_each", slow)
        await mark(ui, 4)
        await ui.press("D", "right", "enter")
        ui.app.post_message(_key("enter"))
        await ui.until(lambda: ui.message == "Deleting 2 of 4 …")
        ui.app.post_message(_key("1"))
        await ui.until(lambda: ui.main.sections.has_focus)
        go_on.set()
        await ui.settle()
        assert ui.message == "Deleted: 4 entries"


async def test_a_bug_is_told_and_nothing_hangs(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app(MEDIUM) as ui:

        def wrong(entries: object, reason: str) -> object:
            raise ZeroDivisionError
            yield

        monkeypatch.setattr(ui.app.store, "delete_each", wrong)
        await mark(ui, 2)
        await ui.press("D", "right", "enter", "enter")
        assert "a bug in mbtui (ZeroDivisionError)" in ui.message
        await ui.press("s", "enter")
        assert ui.app.screen is ui.main


async def test_titles_are_data(open_app: OpenApp) -> None:
    async with open_app(NARROW) as ui:
        hostile = "[/] [@click=app.quit]x[/] \\u001b]52;c;eA==\\u0007 記憶記憶記憶記憶記憶記憶"
        ui.file().write_text(
            "".join(f'[[current-issues]]\ntitle = "{hostile}{n}"\n' for n in range(5))
        )
        await ui.reload()
        await mark(ui, 5)
        for key in ("D", "d", "t", "s", "m"):
            await ui.press(key)
            assert "\x1b" not in ui.text
            await ui.press("escape")
        await ui.press("d", "enter")
        assert ui.message == "Archived: 5 entries"


QUESTIONS = {"bulk-archive": "d", "bulk-tags": "t", "bulk-delete": "D", "bulk-status": "s"}


@pytest.mark.parametrize("name", QUESTIONS)
async def test_questions_look_as_approved(open_app: OpenApp, name: str) -> None:
    async with open_app(WIDE) as ui:
        await mark(ui, 5)
        await ui.press(QUESTIONS[name])
        await ui.looks_as_approved(name)


def _key(name: str) -> object:
    from textual.events import Key

    return Key(name, name if len(name) == 1 else None)
