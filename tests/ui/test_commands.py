"""What the commands that write do, and what the help names."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from mbtui.store.create import create_bank
from mbtui.ui.commands import COMMANDS, ENTRIES, ENTRY, LIST, PANES, SEARCH, TREE, Command
from mbtui.ui.screens.dialogs import AskLine
from mbtui.ui.screens.form import EntryForm
from mbtui.ui.screens.raw import RawView
from tests.ui.conftest import OpenApp
from tests.ui.driving import MEDIUM, NARROW, WIDE, Ui

pytestmark = pytest.mark.anyio

NFS = "7k2m9q4t"


@pytest.mark.parametrize("pane", PANES)
async def test_help_names_every_key_of_the_pane(open_app: OpenApp, pane: str) -> None:
    async with open_app(NARROW) as ui:
        ui.main.set_focus(
            {TREE: ui.main.sections, LIST: ui.main.list, ENTRY: ui.main.entry}.get(pane)
        )
        if pane == SEARCH:
            await ui.press("slash", "enter")
        await ui.settle()
        await ui.press("question_mark")
        seen = ""
        for _ in range(10):
            seen += ui.text
            await ui.press("pagedown")
        words = " ".join(seen.split())
        for command in COMMANDS.values():
            if command.keys and pane in command.where:
                assert f"{command.key_label} " in words
        assert "keeps a mark literal" in words
        assert "sort:-FIELD" in words
        await ui.press("escape")
        assert ui.main.where == pane


@pytest.mark.parametrize("command", [c for c in COMMANDS.values() if c.where == ENTRIES and c.keys])
async def test_commands_on_entries_say_why_not_where_there_is_none(
    open_app: OpenApp, command: Command, tmp_path: Path
) -> None:
    async with open_app(WIDE, create_bank(tmp_path / "new").folder) as ui:
        await ui.show_kind("test-data")
        await ui.press(command.keys[0])
        assert ui.app.screen is ui.main
        assert ui.message


def table(ui: Ui, identity: str, file: str = "known-issues.toml") -> dict[str, Any]:
    if not ui.file(file).exists():
        return {}
    tables = tomllib.loads(ui.on_disk(file)).values()
    entries = [entry for group in tables if isinstance(group, list) for entry in group]
    return next((entry for entry in entries if entry.get("id") == identity), {})


async def test_status(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.show(NFS)
        await ui.press("s")
        assert "Status of SQLite WAL hangs on NFS homes" in ui.text
        await ui.press("escape")
        assert table(ui, NFS)["status"] == "open"
        await ui.press("s", "down", "down", "enter")
        assert table(ui, NFS)["status"] == "fixed"
        assert ui.message == "SQLite WAL hangs on NFS homes: fixed"
        assert ui.entry(NFS).closed
        await ui.press("s")
        assert "▌fixed" in ui.text


async def test_kind_without_statuses_says_so(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        await ui.show_kind("common-tasks")
        await ui.press("s")
        assert ui.message == "Common Tasks has no status"


async def test_tags(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.show(NFS)
        await ui.press("t")
        await ui.type(", #locks nfs")
        await ui.press("escape")
        assert table(ui, NFS)["tags"] == ["sqlite", "nfs"]
        await ui.press("t")
        await ui.type(", #locks, nfs")
        await ui.press("enter")
        assert table(ui, NFS)["tags"] == ["sqlite", "nfs", "locks"]
        await ui.press("t")
        ui.on(AskLine).query_one(Input).value = ""
        await ui.press("enter")
        assert "tags" not in table(ui, NFS)


async def test_tags_left_as_they_are_are_not_written(open_app: OpenApp, demo: Path) -> None:
    path = demo / "known-issues.toml"
    odd = 'tags = ["two words"]'
    hostile = 'tags = ["a\\u001bb", "c"]'
    text = path.read_text().replace('tags = ["sqlite", "nfs"]', odd)
    path.write_text(text.replace('tags = ["alembic", "postgres"]', hostile))
    async with open_app(MEDIUM) as ui:
        before = ui.on_disk()
        for identity in (NFS, "cawt75gw"):
            await ui.show(identity)
            await ui.press("t", "enter")
            assert ui.on_disk() == before
        await ui.press("t")
        await ui.type(", d")
        await ui.press("enter")
        assert table(ui, "cawt75gw")["tags"] == ["a\x1bb", "c", "d"]


async def test_move_asks_for_a_status_that_the_new_kind_lacks(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.show(NFS)
        issue = table(ui, NFS)["issue"]
        await ui.press("m")
        await ui.type("technical")
        await ui.press("enter")
        assert "Technical Debt has no status open; it becomes" in " ".join(ui.text.split())
        await ui.press("escape")
        assert ui.entry(NFS).kind.slug == "current-issues"
        await ui.press("m")
        await ui.type("technical")
        await ui.press("enter", "down", "enter")
        entry = ui.entry(NFS)
        assert (entry.kind.slug, entry.status) == ("technical-debt", "in-progress")
        assert table(ui, NFS)["debt"] == issue
        assert "Moved to Technical Debt" in ui.message


async def test_move_to_another_section(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.show(NFS)
        await ui.press("m")
        await ui.type("common tasks")
        await ui.press("enter")
        assert table(ui, NFS) == {}
        assert table(ui, NFS, "development-notes.toml")["status"] == "open"


async def test_archive_with_a_reason_and_restore(open_app: OpenApp) -> None:
    async with open_app(NARROW) as ui:
        before = table(ui, NFS)
        await ui.show(NFS)
        await ui.press("d", "escape")
        assert table(ui, NFS) == before
        await ui.press("d")
        await ui.type("servers are gone")
        await ui.press("enter")
        assert table(ui, NFS) == {}
        archived = table(ui, NFS, "archive/known-issues.toml")["archived"]
        assert (archived["reason"], archived["by"]) == ("servers are gone", "Ana Lima")
        assert ui.message == "Archived: SQLite WAL hangs on NFS homes"
        ui.main.go.go_to_place("archived")
        await ui.settle()
        assert ui.main.list.go_to(NFS)
        await ui.press("2", "enter")
        assert "by Ana Lima: servers are gone" in " ".join(ui.text.split())
        await ui.press("d")
        assert ui.message == "Restored: SQLite WAL hangs on NFS homes"
        assert table(ui, NFS, "archive/known-issues.toml") == {}
        assert table(ui, NFS)["issue"] == before["issue"]


async def test_delete_asks_and_keeping_is_the_first_choice(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        before = ui.on_disk()
        await ui.show(NFS)
        for answer in (["enter"], ["escape"], ["q"]):
            await ui.press("D", *answer)
            assert ui.app.screen is ui.main
            assert ui.on_disk() == before
        await ui.press("D", "right", "enter")
        assert table(ui, NFS) == {}
        assert ui.app.bank.find(NFS) == []
        assert ui.message == "Deleted: SQLite WAL hangs on NFS homes"


async def test_delete_of_an_entry_that_changed_is_refused(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.show(NFS)
        await ui.press("D")
        ui.file().write_text(ui.on_disk().replace("needs shared memory", "wants shared memory"))
        await ui.press("right", "enter")
        assert "nothing was written" in ui.message
        assert table(ui, NFS)


async def test_single_tables_are_never_moved_archived_or_deleted(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        before = ui.on_disk("project-context.toml")
        await ui.show_kind("project-information")
        for key in ("m", "d", "D"):
            await ui.press(key)
            assert ui.app.screen is ui.main
            assert ui.message.startswith("Project Information ")
        assert ui.on_disk("project-context.toml") == before


async def test_inline_entries_are_shown_and_converted_when_wanted(
    open_app: OpenApp, tmp_path: Path
) -> None:
    folder = create_bank(tmp_path / "new").folder
    inline = 'current-issues = [{ id = "00000001", title = "Inline" }]\n'
    (folder / "known-issues.toml").write_text(inline)
    async with open_app(MEDIUM, folder) as ui:
        await ui.show("00000001")
        await ui.press("e")
        assert "inline list" in ui.text
        await ui.press("escape")
        assert ui.on_disk() == inline
        await ui.press("e", "enter")
        assert "[[current-issues]]" in ui.on_disk()
        await ui.press("e")
        ui.on(EntryForm)


async def test_copy_says_honestly_what_it_did(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.show(NFS)
        await ui.press("Y")
        assert ui.message == f"Sent the id {NFS} to the clipboard (OSC 52)"
        assert ui.app.clipboard == NFS
        await ui.press("y")
        assert ui.app.clipboard.startswith("SQLite WAL hangs on NFS homes\n\nIssue:\n`PRAGMA")


async def test_problems_are_listed_with_their_place(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.press("exclamation_mark")
        assert ui.message == "Nothing is wrong in the bank's files"
        ui.file().write_text(ui.on_disk() + "[[x\n")
        await ui.reload()
        await ui.press("exclamation_mark")
        ui.on(RawView)
        assert "known-issues.toml" in ui.text
        await ui.press("escape")
        assert ui.app.screen is ui.main


async def test_reload_reads_the_disk_at_once(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        ui.file().write_text(ui.on_disk() + '\n[[current-issues]]\ntitle = "Typed in vim"\n')
        await ui.press("r")
        assert any(e.title == "Typed in vim" for e in ui.app.bank.entries)
        assert ui.message == "Read again"


async def test_ctrl_c_says_how_to_quit_and_ctrl_q_quits(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.press("ctrl+c")
        assert "q quits" in ui.message
        await ui.press("ctrl+q")
        assert not ui.app.is_running
