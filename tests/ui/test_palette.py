"""The palette: everything in one list, narrowed by typing, with reasons for what cannot be done."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from mbtui.bank.entry import Entry
from mbtui.store.config import packaged
from mbtui.store.create import create_bank
from mbtui.ui.commands import COMMANDS, ENTRY
from mbtui.ui.screens.palette import MOST_ENTRIES, Item, Palette, PalettePane, Titles
from tests.ui.conftest import OpenApp
from tests.ui.driving import MEDIUM, NARROW, WIDE, Ui

pytestmark = pytest.mark.anyio
NFS = "7k2m9q4t"
FEW_SECONDS = 0.03
"""How long the rows of one more letter may take among ten thousand entries."""


async def open_palette(ui: Ui, typed: str = "") -> list[Item]:
    await ui.press("colon")
    await ui.type(typed)
    return list(ui.on(Palette).query_one(PalettePane).items)


async def test_all_commands_are_there_with_keys_or_a_reason(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        await ui.show(NFS)
        items = {item.key: item for item in await open_palette(ui)}
        for command in COMMANDS.values():
            if command.id != "palette":
                item = items[f"command:{command.id}"]
                assert (item.label, item.note) == (command.title, command.all_key_labels)
        assert items["command:undo"].reason == "nothing to take back"
        assert items["command:restore"].reason == "it is not in the archive"
        assert items["command:status"].reason == ""
        await ui.type("restore")
        row = next(row for row in ui.rows if "Restore from the archive" in row)
        assert "it is not in the archive" in row


async def test_kinds_sections_views_and_the_archive_are_gone_to(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        for typed, title in (
            ("go tech debt", "Technical Debt · 7"),
            ("go testing notes", "Testing Notes · 5"),
            ("on call", "On call · 8"),
            ("go archive", "Archive · 3"),
            ("all entries", "All entries · 118"),
            ("review schedule", "Review Schedule"),
        ):
            await open_palette(ui, typed)
            await ui.press("enter")
            assert title in str(ui.main.list.title)
            assert ui.main.list.has_focus


async def test_entries_come_with_typing_and_open(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        assert not any(item.type == "entry" for item in await open_palette(ui))
        await ui.press("escape")
        await ui.show_kind("technical-debt")
        items = await open_palette(ui, "sqlite wal")
        assert [item.value for item in items] == [NFS]
        await ui.press("enter")
        assert ui.main.where == ENTRY
        assert ui.main.selected is ui.entry(NFS)
        assert "Current Issues" in str(ui.main.list.title)
        await ui.press("escape")
        assert ui.main.list.cursor_key == NFS


async def test_an_entry_is_gone_to_from_search_results_and_in_the_archive(
    open_app: OpenApp,
) -> None:
    async with open_app(NARROW) as ui:
        await ui.press("slash")
        await ui.type("celery")
        await ui.press("enter")
        await open_palette(ui, "sqlite wal")
        await ui.press("enter")
        assert ui.main.selected is ui.entry(NFS)
        archived = ui.app.bank.archive[1]
        items = await open_palette(ui, archived.title.casefold())
        assert items[-1].note == "archived"
        await ui.press("end", "enter")
        while not isinstance(ui.app.screen, type(ui.main)):
            await ui.press("down", "enter")
        assert ui.main.selected is archived


async def test_used_last_comes_first(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.show(NFS)
        first = (await open_palette(ui))[0]
        assert first.value == "add"
        for typed in ("give the pane", "copy the entry's id"):
            await ui.press("escape")
            await open_palette(ui, typed)
            await ui.press("enter")
        items = await open_palette(ui)
        assert [item.value for item in items[:3]] == ["copy_id", "zoom", "add"]


async def test_a_command_that_cannot_be_done_says_why(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.show_kind("common-tasks")
        (item,) = await open_palette(ui, "set the status")
        assert item.reason == "Common Tasks has no status"
        assert "Common Tasks has no status" in ui.text
        await ui.press("enter")
        assert ui.message == "Common Tasks has no status"


async def test_what_can_be_taken_back_is_known(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.show(NFS)
        await ui.press("s", "down", "enter")
        items = {item.value: item for item in await open_palette(ui)}
        assert items["undo"].reason == ""
        assert items["redo"].reason == "nothing to bring back"
        await ui.press("escape", "u")
        items = {item.value: item for item in await open_palette(ui)}
        assert items["undo"].reason == "nothing to take back"
        assert items["redo"].reason == ""


async def test_a_read_only_bank_is_a_reason(open_app: OpenApp, demo: Path) -> None:
    path = demo / "bank.toml"
    path.write_text(path.read_text().replace("format = 1", "format = 9"))
    async with open_app(WIDE) as ui:
        items = {item.value: item for item in await open_palette(ui)}
        assert items["add"].reason.startswith("read-only: ")
        assert items["search"].reason == ""


async def test_nothing_has_these_words(open_app: OpenApp) -> None:
    async with open_app(NARROW) as ui:
        assert await open_palette(ui, "no such thing") == []
        assert "Nothing here has these words" in ui.text
        await ui.press("enter")
        ui.on(Palette)
        await ui.press("escape")
        assert ui.app.screen is ui.main


async def test_an_empty_bank_has_a_palette(open_app: OpenApp, tmp_path: Path) -> None:
    async with open_app(NARROW, create_bank(tmp_path / "new").folder) as ui:
        items = await open_palette(ui, "add")
        assert items[0].value == "add"


async def test_titles_are_data_and_wide_ones_are_cut(open_app: OpenApp) -> None:
    async with open_app((32, 12)) as ui:
        hostile = "[/] [@click=app.quit]x[/] \\u001b]52;c;eA==\\u0007 \\u202e " + "記憶" * 300
        ui.file().write_text(f'[[current-issues]]\ntitle = "{hostile}"\n')
        await ui.reload()
        (item,) = await open_palette(ui, "[@click=app.quit]")
        assert "\x1b" not in item.label
        assert "[@click" in ui.text
        await ui.press("enter")
        assert ui.main.where == ENTRY


def test_rows_of_one_more_letter_come_at_once_among_ten_thousand_entries() -> None:
    kind = packaged().kinds["current-issues"]
    entries = [
        Entry(kind, {"title": f"{n} Fix the {n % 97} of asyncio"}, section="x", file="x.toml")
        for n in range(10_017)
    ]
    titles = Titles(entries)
    slowest = 0.0
    for length in range(1, 8):
        start = time.perf_counter()
        found = titles.find(["asyncio"[:length]])
        slowest = max(slowest, time.perf_counter() - start)
        assert found[:MOST_ENTRIES]
    assert slowest < FEW_SECONDS


def test_titles_are_found_again_when_words_go() -> None:
    kind = packaged().kinds["current-issues"]
    entries = [
        Entry(kind, {"title": t}, section="x", file="x.toml") for t in ("abc", "ab", "x abc")
    ]
    titles = Titles(entries)
    assert [e.title for e in titles.find(["abc"])] == ["abc", "x abc"]
    assert [e.title for e in titles.find(["ab"])] == ["abc", "ab", "x abc"]
    assert [e.title for e in titles.find(["ab", "x"])] == ["x abc"]
    assert [e.title for e in titles.find([])] == ["abc", "ab", "x abc"]


async def test_palette_looks_as_approved(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        await ui.show(NFS)
        await open_palette(ui)
        await ui.looks_as_approved("palette-all")
