"""Marking entries, and what marks outlive."""

from __future__ import annotations

from pathlib import Path

import pytest

from mbtui.store.create import create_bank
from tests.ui.conftest import OpenApp
from tests.ui.driving import MEDIUM, NARROW, SIZES, WIDE, Ui
from tests.ui.snapshot import assert_svg_snapshot, assert_text_snapshot

pytestmark = pytest.mark.anyio
NFS, POOL = "7k2m9q4t", "0d2nmmn4"


def row_of(ui: Ui, text: str) -> str:
    return next(row for row in ui.rows if text in row)


async def mark_two(ui: Ui) -> None:
    ui.main.list.home()
    await ui.press("2", "space", "space")
    assert len(ui.main.marking.marks) == 2


async def test_space_marks_and_goes_on_and_again_takes_the_mark_away(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await mark_two(ui)
        assert ui.main.list.cursor == 2
        assert "* SQLite WAL" in row_of(ui, "SQLite WAL")
        assert "* Pool" in row_of(ui, "Pool exhausted")
        assert "  Add a value" in row_of(ui, "Add a value")
        assert "All entries · 118 · 2 marked" in ui.text
        await ui.press("up", "space")
        assert "1 marked" in ui.text
        assert "* Pool" not in ui.text


async def test_marks_stay_over_reload_filter_and_other_kinds(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        await mark_two(ui)
        await ui.show_kind("technical-debt")
        assert "Technical Debt · 7 · 2 marked" in ui.text
        await ui.press("space", "r")
        assert "3 marked" in ui.text
        await ui.press("slash")
        await ui.type("sqlite wal")
        await ui.press("enter")
        assert "3 marked" in ui.text
        assert "* SQLite WAL hangs" in ui.text
        text = ui.on_disk().replace("SQLite WAL hangs", "SQLite WAL still hangs")
        ui.file().write_text(text)
        await ui.reload()
        assert "*●SQLite WAL still" in ui.text


async def test_escape_clears_the_marks_after_the_search(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await mark_two(ui)
        await ui.press("slash", "enter")
        assert "Esc back" in ui.text
        await ui.press("escape")
        assert ui.main.list.has_focus
        assert "2 marked:" in ui.rows[-1]
        assert "Esc clear" in ui.rows[-1]
        await ui.press("escape")
        assert "marked" not in ui.text
        assert ui.main.list.has_focus
        await ui.press("escape")
        assert ui.main.sections.has_focus


async def test_all_that_are_listed_are_marked_and_unmarked(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.show_kind("technical-debt")
        await ui.press("asterisk")
        assert "7 marked" in ui.text
        await ui.show_kind("current-issues")
        await ui.press("space", "asterisk")
        assert "25 marked" in ui.text
        await ui.press("asterisk")
        assert "7 marked" in ui.text


async def test_an_entry_that_vanishes_loses_its_mark_and_that_is_told(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await mark_two(ui)
        ui.file().write_text("")
        await ui.reload()
        assert ui.message == "2 marked entries are gone"
        assert "marked:" not in ui.rows[-1]
        await ui.press("space")
        assert "1 marked" in ui.text


async def test_without_an_entry_nothing_is_marked(open_app: OpenApp, tmp_path: Path) -> None:
    async with open_app(MEDIUM, create_bank(tmp_path / "new").folder) as ui:
        await ui.press("2", "space")
        assert "no entry selected" in ui.message
        await ui.press("asterisk")
        assert ui.message == "No entry is listed"


async def test_a_mark_stands_beside_a_doubt(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        text = ui.on_disk().replace('title = "SQLite WAL', 'tags = 3\ntitle = "SQLite WAL')
        ui.file().write_text(text.replace('tags = ["sqlite", "nfs"]\n', "", 1))
        await ui.reload()
        ui.main.list.go_to(NFS)
        await ui.press("2")
        assert "! SQLite WAL" in ui.text
        await ui.press("space")
        assert "*!SQLite WAL" in ui.text


async def test_a_mark_is_not_colour_alone(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with open_app(MEDIUM) as ui:
        await mark_two(ui)
        assert "* Pool" in ui.text


@pytest.mark.parametrize("size", [*SIZES, (32, 12)], ids=lambda s: f"{s[0]}x{s[1]}")
async def test_marks_look_as_approved(open_app: OpenApp, size: tuple[int, int]) -> None:
    async with open_app(size) as ui:
        await mark_two(ui)
        await ui.rest()
        assert "2 marked" in ui.text
        assert_text_snapshot(ui.app, f"marked-{size[0]}x{size[1]}")
        if size == WIDE:
            assert_svg_snapshot(ui.app, "marked-120x35")


async def test_marked_results_look_as_approved(open_app: OpenApp) -> None:
    async with open_app(NARROW) as ui:
        await ui.press("slash")
        await ui.type("sqlite")
        await ui.press("enter", "space")
        assert_text_snapshot(ui.app, "marked-search-40x15")
