"""How the panes share the window, how a user shares it out, and the hint of the first start."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mbtui.store.create import create_bank
from mbtui.store.lock import user_state_folder
from mbtui.store.screen_state import ScreenState, load_screen_state, save_screen_state
from mbtui.ui.app import StateChanged
from mbtui.ui.screens.review import ReviewSession
from tests.ui.conftest import OpenApp
from tests.ui.driving import ENDS, MEDIUM, NARROW, SIZES, WIDE, Ui

pytestmark = pytest.mark.anyio

LOW = (120, 12)
POOL = "yb4bhdd4"
STATE_FILE = "screen.json"


def widths(ui: Ui) -> tuple[int, int, int]:
    main = ui.main
    return main.sections.size.width, main.middle.size.width, main.entry.size.width


@pytest.mark.parametrize("key", ["1", "2", "3"])
async def test_zoom_and_back_at_every_size(open_app: OpenApp, key: str) -> None:
    async with open_app(WIDE) as ui:
        for size in SIZES:
            await ui.pilot.resize_terminal(*size)
            await ui.press(key)
            before = widths(ui)
            await ui.press("z")
            assert ui.app.focused is not None
            assert ui.app.focused.region.width == size[0]
            await ui.press("escape")
            assert widths(ui) == before
            assert not ui.main.zoomed


async def test_low_windows_give_the_header_to_the_content(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        assert ui.rows[0].startswith(" acme-api  memory-bank")
        assert "1 Sections" in ui.rows[1]
        await ui.pilot.resize_terminal(*LOW)
        await ui.settle()
        assert ui.rows[0].startswith(" acme-api › Sections")
        assert ui.rows[-1].startswith(" a add")
        assert len(ui.rows) == LOW[1]


@pytest.mark.parametrize("size", [NARROW, (32, 12), LOW])
async def test_the_state_is_seen_without_the_header(
    open_app: OpenApp, size: tuple[int, int]
) -> None:
    async with open_app(size) as ui:
        for key in ("1", "2", "3"):
            await ui.press(key)
            for state in ("polling", "live", "polling"):
                ui.app.post_message(StateChanged(state))
                await ui.settle()
                assert ("polling" in ui.rows[0]) == (state == "polling"), (key, ui.rows[0])
                assert "live" not in ui.rows[0]


async def test_each_pane_alone_says_where_one_is(open_app: OpenApp) -> None:
    async with open_app(NARROW) as ui:
        assert ui.rows[0].rstrip(" ▾") == " acme-api › Sections"
        await ui.show_kind("current-issues")
        assert ui.rows[0].startswith(" Known Issues › Current Issues · 18")
        await ui.press("j", "enter")
        assert ui.rows[0].startswith(" Known Issues › Current Issues · 2/18")
        await ui.press("slash")
        await ui.paste("tag:sqlite")
        await ui.press("enter", "enter")
        assert ui.rows[0].startswith(" Search · 1/")


async def test_panes_are_resized_by_key_and_reset(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        usual = widths(ui)
        await ui.press("1", "greater_than_sign", "greater_than_sign")
        assert widths(ui)[0] == usual[0] + 4
        await ui.press("3", "less_than_sign")
        assert widths(ui)[2] < usual[2]
        await ui.press("2", "greater_than_sign")
        assert widths(ui)[1] > usual[1]
        ui.main.action_do("reset_panes")
        await ui.settle()
        assert widths(ui) == usual


async def test_sizes_are_remembered_and_fit_the_next_window(open_app: OpenApp, demo: Path) -> None:
    async with open_app(WIDE, demo) as ui:
        await ui.press("1", *["greater_than_sign"] * 5)
        wider = widths(ui)
    async with open_app(WIDE, demo) as ui:
        assert widths(ui) == wider
        for _ in range(80):
            ui.main.panes.do_wider()
        await ui.settle()
        assert min(widths(ui)) >= 14
        assert "cannot be wider" in ui.message
        await ui.pilot.resize_terminal(100, 30)
        await ui.settle()
        assert min(widths(ui)) >= 14
        assert sum(widths(ui)) == 98


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[1]",
        '{"panes": 3}',
        '{"panes": {"wide-tree": "x", "wide-entry": NaN}}',
        '{"panes": {"wide-tree": 1e999, "medium-tree": -4}}',
        "[" * 5000,
    ],
)
async def test_a_broken_file_of_sizes_counts_as_none(open_app: OpenApp, text: str) -> None:
    async with open_app(WIDE) as ui:
        usual = widths(ui)
    (user_state_folder() / STATE_FILE).write_text(text)
    assert load_screen_state() == ScreenState()
    save_screen_state(hint_seen=True)
    async with open_app(WIDE) as ui:
        assert widths(ui) == usual


async def test_the_gap_between_panes_is_dragged(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        tree, middle, entry = widths(ui)
        gap = ui.main.entry.region.x - 1
        await ui.pilot.mouse_down("#panes", offset=(gap, 5))
        await ui.pilot.hover("#panes", offset=(gap - 6, 5))
        await ui.pilot.mouse_up("#panes", offset=(gap - 6, 5))
        await ui.settle()
        assert widths(ui) == (tree, middle - 6, entry + 6)
        saved = json.loads((user_state_folder() / STATE_FILE).read_text())
        assert saved["panes"]["wide-entry"] == pytest.approx(
            (entry + 6) / (middle + entry), abs=0.01
        )


async def test_a_click_on_a_key_in_the_footer_does_it(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        at = ui.rows[-1].index("/ search")
        await ui.pilot.click("#footer", offset=(at + 3, 0))
        await ui.settle()
        assert ui.main.search.query_input.has_focus
        await ui.press("escape")
        await ui.pilot.click("#footer", offset=(ui.rows[-1].index("help"), 0))
        await ui.settle()
        assert "Keys and help" in ui.text


async def test_losing_the_terminals_focus_changes_nothing(open_app: OpenApp) -> None:
    async with open_app(NARROW) as ui:
        await ui.press("2", "enter")
        before = ui.text
        ui.app.app_focus = False
        await ui.settle()
        assert ui.main.entry.has_focus
        await ui.pilot.resize_terminal(41, 15)
        await ui.pilot.resize_terminal(*NARROW)
        await ui.settle()
        assert ui.text == before


@pytest.mark.parametrize(("column", "cut"), [(0, 0), (6, 4)])
async def test_selected_text_is_copied_without_its_indent(
    open_app: OpenApp, column: int, cut: int
) -> None:
    async with open_app(WIDE) as ui:
        await ui.show(POOL)
        await ui.rest()
        view = ui.main.entry
        row = next(i for i, line in enumerate(view._lines) if len(line.text) > 30)
        text, following = view._lines[row].text, view._lines[row + 1].text
        at = view.region
        await ui.pilot.mouse_down(offset=(at.x + column, at.y + 1 + row))
        await ui.pilot.hover(offset=(at.x + 7, at.y + 2 + row))
        await ui.pilot.mouse_up(offset=(at.x + 7, at.y + 2 + row))
        await ui.press("ctrl+c")
        first, second = ui.app.clipboard.split("\n")
        assert first == text[cut:]
        assert following.startswith(second)
        assert len(second) in (5, 6)
        assert "Sent the selection to the clipboard" in ui.message
        await ui.press("escape")
        assert not ui.main.selections
        await ui.press("ctrl+c")
        assert "q quits" in ui.message


# The first start


async def test_the_first_start_shows_the_keys_that_matter_until_a_few_were_used(
    open_app: OpenApp, own_state: Path, demo: Path
) -> None:
    (user_state_folder() / STATE_FILE).unlink()
    async with open_app(MEDIUM, demo) as ui:
        hint = " j/k move · Enter open · / search · a add · ? help"
        assert ui.rows[-2] == hint
        await ui.press("j", "j", "k", "2")
        assert ui.rows[-2] == hint
        await ui.press("j")
        assert "? help" not in ui.rows[-2]
    async with open_app(MEDIUM, demo) as ui:
        assert "j/k move" not in ui.text


@pytest.mark.parametrize("size", ENDS)
async def test_the_hint_goes_by_esc_and_is_cut_cleanly(
    open_app: OpenApp, size: tuple[int, int]
) -> None:
    (user_state_folder() / STATE_FILE).unlink()
    async with open_app(size) as ui:
        assert ui.rows[-2].startswith(" j/k move · Enter open")
        assert ui.rows[-2].rstrip().split(" · ")[-1] in (
            "? help",
            "a add",
            "/ search",
            "Enter open",
        )
        await ui.press("escape")
        assert "j/k move" not in ui.text


async def test_the_demo_shows_the_hint_and_notes_nothing(open_app: OpenApp) -> None:
    (user_state_folder() / STATE_FILE).unlink()
    async with open_app(MEDIUM) as ui:
        ui.app.demo = True
        assert "j/k move" in ui.text
        await ui.press("escape")
        assert not (user_state_folder() / STATE_FILE).exists()


# Help


@pytest.mark.parametrize("size", ENDS)
async def test_help_is_filtered_and_esc_leaves_the_filter_first(
    open_app: OpenApp, size: tuple[int, int]
) -> None:
    async with open_app(size) as ui:
        await ui.press("question_mark", "slash")
        await ui.type("suspend")
        words = " ".join(ui.text.split())
        assert "Ctrl+z Suspend; fg" in words
        assert "Quick add" not in words
        await ui.press("enter", "j", "k", "escape")
        assert "Quick add: one" in ui.text
        assert "Keys and help" in ui.text
        await ui.press("slash")
        await ui.type("conflict common")
        assert "Show the common" in ui.text
        await ui.press("escape", "escape")
        assert ui.app.screen is ui.main


async def test_the_header_says_what_is_wrong_in_every_window(open_app: OpenApp, demo: Path) -> None:
    issues = demo / "known-issues.toml"
    issues.write_text(issues.read_text().replace('status = "open"', 'status = "opne"', 1))
    for width in (100, 80, 70, 60):
        async with open_app((width, 24), demo) as ui:
            await ui.until(lambda: ui.app.problems)
            await ui.settle()
            assert "1 problem (!)" in ui.rows[0]
            assert ui.rows[0].startswith(" acme-api")


async def test_the_footer_of_a_row_follows_the_row_and_its_keys_are_clicked(
    open_app: OpenApp,
) -> None:
    async with open_app(WIDE) as ui:
        await ui.press("1", "g")
        assert "V review" in ui.rows[-1]
        await ui.press("G")
        assert "V review" not in ui.rows[-1]
        await ui.press("g")
        await ui.pilot.click("#footer", offset=(ui.rows[-1].index("review"), 0))
        await ui.settle()
        ui.on(ReviewSession)


async def test_the_first_entry_brings_the_footer_of_lists(
    open_app: OpenApp, tmp_path: Path
) -> None:
    async with open_app(WIDE, create_bank(tmp_path / "new").folder) as ui:
        assert "A form" in ui.rows[-1]
        await ui.press("a")
        await ui.type("first")
        await ui.press("enter")
        await ui.press("j")
        assert "Enter open" in ui.rows[-1]
