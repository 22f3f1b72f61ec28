"""The overview: where it is shown, how it follows the bank, and what is wrong beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mbtui.store.create import create_bank
from mbtui.ui.screens.dialogs import Pick
from mbtui.ui.screens.overview import OverviewScreen
from mbtui.ui.screens.raw import RawView
from tests.ui.conftest import OpenApp
from tests.ui.driving import ENDS, MEDIUM, WIDE, Ui

pytestmark = pytest.mark.anyio

OLDEST = "app/tasks is excluded from mypy"
NFS = "7k2m9q4t"


def pane_shows_overview(ui: Ui) -> bool:
    return "3 Overview" in ui.text and "The last 12 months" in ui.text


async def test_it_is_there_while_no_entry_is_meant(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        assert pane_shows_overview(ui)
        assert "118 entries · 11 closed · 3 in the archive" in ui.text
        assert "8 due for review · ≠ 3 drifted" in ui.text
        await ui.press("j")
        await ui.rest()
        assert not pane_shows_overview(ui)
        await ui.press("k")
        await ui.rest()
        assert pane_shows_overview(ui)
        await ui.press("enter")
        assert ui.main.entry.entry is ui.main.selected
        assert not pane_shows_overview(ui)
        await ui.press("1")
        assert pane_shows_overview(ui)
        await ui.press("slash")
        await ui.type("pool")
        await ui.rest()
        assert not pane_shows_overview(ui)
        await ui.press("escape", "1")
        await ui.resize(MEDIUM)
        assert "The last 12 months" not in ui.text
        await ui.press("2")
        await ui.press("enter")
        assert ui.main.entry.entry is ui.main.selected


async def test_in_its_pane_no_entry_is_selected_and_links_open_theirs(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        await ui.press("3")
        assert ui.main.entry.has_focus
        assert pane_shows_overview(ui)
        await ui.press("e")
        assert ui.message == "Edit the entry: no entry selected"
        await ui.press("J")
        assert OLDEST in ui.message
        await ui.press("enter")
        assert ui.main.entry.entry is ui.main.selected
        assert ui.main.selected is not None
        assert ui.main.selected.title == OLDEST
        assert not pane_shows_overview(ui)


async def test_what_is_typed_in_a_line_leaves_it_there(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        await ui.press("a")
        assert pane_shows_overview(ui)
        await ui.type("A new one")
        await ui.press("enter")
        assert ui.main.entry.entry is ui.main.selected
        await ui.press("1")
        assert "119 entries" in ui.text


async def test_it_follows_the_bank_and_keeps_its_place(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        await ui.press("3", "j", "j")
        assert ui.main.entry.top == 2
        text = ui.on_disk() + "\n"
        typed = "".join(f'\n[[current-issues]]\ntitle = "Typed {n}"\n' for n in range(7))
        ui.file().write_text(text + typed)
        await ui.reload()
        assert ui.main.entry.top == 2
        await ui.press("g")
        assert "125 entries" in ui.text
        known = next(row for row in ui.rows if "Known Issues            ▆" in row)
        assert known.split()[-3:-1] == ["32", "11"]


@pytest.mark.parametrize("size", ENDS)
async def test_as_a_screen_it_scrolls_opens_and_goes(
    open_app: OpenApp, size: tuple[int, int]
) -> None:
    async with open_app(size) as ui:
        await ui.press("2", "0")
        ui.on(OverviewScreen)
        assert "118 entries" in ui.text
        await ui.press("G")
        assert "before" in ui.text
        ui.file().write_text(ui.on_disk() + '\n[[current-issues]]\ntitle = "Typed"\n')
        await ui.reload()
        await ui.press("g")
        assert "119 entries" in ui.text
        await ui.press("J", "enter")
        assert ui.app.screen is ui.main
        assert ui.main.selected is not None
        assert ui.main.selected.title == OLDEST
        assert ui.main.where == "entry"
        await ui.press("0", "escape")
        assert ui.app.screen is ui.main


async def test_of_an_empty_bank(open_app: OpenApp, tmp_path: Path) -> None:
    async with open_app(WIDE, create_bank(tmp_path / "new").folder) as ui:
        assert "No entries yet" in ui.text
        assert "This bank is empty" in " ".join(ui.text.split())


async def test_it_is_worked_out_only_where_it_is_looked_at(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        assert ui.app.overview is None
        await ui.press("0")
        assert ui.app.overview is not None


# What is wrong, beside it


async def test_what_check_finds_is_counted_and_behind_its_key(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        assert "problem" not in ui.rows[0]
        good = ui.on_disk()
        wrong = good.replace('severity = "high"', 'severity = "hihg"', 1)
        ui.file().write_text(wrong)
        await ui.reload()
        assert "1 problem (!)" in ui.rows[0]
        await ui.press("exclamation_mark")
        ui.on(RawView)
        assert "none of low, medium, high, critical; was high meant?" in " ".join(ui.text.split())
        ui.file().write_text(good)
        await ui.reload()
        assert "is mended" in ui.text
        await ui.press("escape")
        assert "problem" not in ui.rows[0]
        ui.file().write_text(wrong.replace('status = "open"', 'status = "opne"', 1))
        await ui.reload()
        await ui.press("exclamation_mark")
        ui.on(Pick)
        assert ui.text.count("known-issues.toml:") == 2


@pytest.mark.parametrize("size", ENDS)
async def test_a_search_that_found_nothing_says_what_was_read_as_text(
    open_app: OpenApp, size: tuple[int, int]
) -> None:
    async with open_app(size) as ui:
        await ui.press("slash")
        await ui.type("in:qqqq")
        told = "Nothing matches. In:qqqq is searched as text: there is no kind or section qqqq."
        left = ui.main.search.region.x
        pane = " ".join(row[left : left + ui.main.search.region.width] for row in ui.rows)
        assert told in " ".join(pane.split())


async def test_hostile_titles_stay_text(open_app: OpenApp, demo: Path) -> None:
    path = demo / "known-issues.toml"
    text = path.read_text().replace(OLDEST, "[@click=app.quit]x[/] \\u001b[31m \\u202e 日本")
    path.write_text(text)
    async with open_app(WIDE, demo) as ui:
        assert pane_shows_overview(ui)
        assert "→ [@click=app.quit]x[/]" in ui.text
