"""Which theme is shown where, and how another one is chosen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from mbtui.store import settings
from mbtui.ui.colours import AUTO, Colours, choose_colours
from mbtui.ui.no_bank import NoBank
from mbtui.ui.screens.dialogs import Ask
from mbtui.ui.screens.theme_pick import ThemePick
from mbtui.ui.theme import ANSI, DARK, LIGHT, THEMES
from tests.ui.conftest import OpenApp
from tests.ui.driving import WIDE, Ui
from tests.ui.looks import contrast, drawn
from tests.ui.terminal import Terminal

KNOWN = {*BUILTIN_THEMES, *(theme.name for theme in THEMES)}
ROOT = Path(__file__).resolve().parents[2]
SIXTEEN = {35, 39, 49, 91}
"""Magenta and bright red, and the terminal's own ink and ground."""
ASKED_FOR_16 = {"TERM": "xterm-256color", "NO_COLOR": "", "TEXTUAL_COLOR_SYSTEM": "standard"}
COLOUR = {*range(30, 50), *range(90, 108)}


@pytest.mark.parametrize(
    ("wanted", "system", "env", "shown"),
    [
        (AUTO, "truecolor", {}, Colours(DARK.name)),
        (AUTO, "256", {}, Colours(DARK.name)),
        (AUTO, "256", {"COLORFGBG": "15;0"}, Colours(DARK.name)),
        (AUTO, "256", {"COLORFGBG": "0;15"}, Colours(LIGHT.name)),
        (AUTO, "truecolor", {"COLORFGBG": "0;default;7"}, Colours(LIGHT.name)),
        (AUTO, "256", {"COLORFGBG": "nonsense"}, Colours(DARK.name)),
        (AUTO, "standard", {}, Colours(ANSI.name)),
        (AUTO, "standard", {"COLORFGBG": "0;15"}, Colours(ANSI.name)),
        ("nord", "256", {}, Colours("nord")),
        ("nord", "standard", {}, Colours("nord")),
        ("ansi-light", "truecolor", {}, Colours("ansi-light")),
        ("nrod", "256", {}, Colours(DARK.name, unknown="nrod")),
        ("nrod", "standard", {}, Colours(ANSI.name, unknown="nrod")),
        (AUTO, "truecolor", {"NO_COLOR": "1"}, Colours(ANSI.name, colourless=True)),
        ("nord", "256", {"NO_COLOR": "1"}, Colours(ANSI.name, colourless=True)),
        (AUTO, "256", {"NO_COLOR": ""}, Colours(DARK.name)),
        (AUTO, None, {}, Colours(ANSI.name, colourless=True)),
    ],
)
def test_the_theme_suits_setting_terminal_and_environment(
    wanted: str, system: str | None, env: dict[str, str], shown: Colours
) -> None:
    assert choose_colours(wanted, system, env, KNOWN) == shown


PALETTES = {
    "xterm": {"magenta": "#cd00cd", "bright_red": "#ff0000"},
    "console": {"magenta": "#aa00aa", "bright_red": "#ff5555"},
    "tango": {"magenta": "#75507b", "bright_red": "#ef2929"},
}


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("ground", ["#000000", "#ffffff"])
def test_the_inks_of_16_colours_can_be_read_on_black_and_on_white(
    palette: str, ground: str
) -> None:
    own = {ANSI.primary, ANSI.secondary, ANSI.warning, ANSI.error, ANSI.success, ANSI.accent}
    names = {str(ink).removeprefix("ansi_") for ink in own} - {"default"}
    assert names == set(PALETTES[palette])
    for ink in PALETTES[palette].values():
        assert contrast(Color.parse(ink), Color.parse(ground)) >= 3


def attributes(ui: Ui, text: str) -> set[str]:
    """The attributes of the first piece that holds a text."""
    style = next(piece.style for piece in drawn(ui) if text in piece.text)
    return {name for name in ("bold", "dim", "underline", "reverse") if getattr(style, name)}


@pytest.mark.anyio
@pytest.mark.parametrize("no_color", ["1", ""])
async def test_without_colour_attributes_carry_the_state(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch, no_color: str
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    theme = AUTO if no_color else ANSI.name
    async with open_app(WIDE, theme=theme) as ui:
        await ui.show("7k2m9q4t")
        await ui.rest()
        assert attributes(ui, "  SQLite WAL") == {"bold", "reverse"}
        assert attributes(ui, "All entries   ") == {"underline"}
        assert attributes(ui, "2 All entries") == {"bold", "underline"}
        assert attributes(ui, "1 Sections") == set()
        assert attributes(ui, "accepted") == {"dim"}
        await ui.press("3")
        assert attributes(ui, "3 SQLite") == {"bold", "reverse"}
        await ui.press("slash")
        assert attributes(ui, "ords  in:kind") == {"dim"}
        await ui.paste("hangs")
        await ui.rest()
        found = [piece.style for piece in drawn(ui) if piece.text.strip() == "hangs"]
        assert any(style.bold and style.underline for style in found)
        styles = [piece.style for piece in drawn(ui)]
        coloured = [s for s in styles if s.color is not None or s.bgcolor is not None]
        assert bool(coloured) is not bool(no_color)


@pytest.mark.anyio
async def test_a_theme_is_seen_under_the_cursor_and_kept_by_enter(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        await ui.press("colon")
        await ui.type("choose the col")
        await ui.press("enter")
        ui.on(ThemePick)
        await ui.type("nord")
        assert ui.app.theme == "nord"
        await ui.press("escape")
        assert ui.app.theme == DARK.name
        ui.main.go.do_colours()
        await ui.settle()
        assert ui.app.theme == DARK.name
        await ui.press("down", "down", "down")
        assert ui.app.theme == LIGHT.name
        await ui.press("enter")
        assert ui.app.theme == LIGHT.name
        assert ui.message == "Colours: mbtui-light, also from the next start on"
        ui.main.go.do_colours()
        await ui.settle()
        await ui.press("escape")
        assert ui.app.theme == LIGHT.name
    async with open_app(WIDE) as ui:
        assert ui.app.theme == LIGHT.name
    async with open_app(WIDE, theme=DARK.name) as ui:
        assert ui.app.theme == DARK.name
        ui.main.go.do_colours()
        await ui.settle()
        await ui.press("down", "enter")
        assert ui.message == f'Shown until mbtui ends: config.toml says theme = "{DARK.name}"'


@pytest.mark.anyio
async def test_without_colour_there_is_nothing_to_choose(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with open_app(WIDE) as ui:
        ui.main.go.do_colours()
        await ui.settle()
        assert "NO_COLOR" in ui.message


@pytest.mark.anyio
async def test_an_unknown_theme_is_told(open_app: OpenApp) -> None:
    async with open_app(WIDE, theme="nrod") as ui:
        await ui.until(lambda: ui.message)
        assert "nrod" in ui.message
        assert ui.app.theme == DARK.name


@pytest.mark.anyio
async def test_the_question_without_a_bank_has_the_same_colours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = NoBank(tmp_path)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert isinstance(app.screen, Ask)
        strips = app.screen._compositor.render_strips()
        styles = [s.style for strip in strips for s in strip if s.style is not None]
        assert any(style.reverse for style in styles)
        assert all(style.color is None and style.bgcolor is None for style in styles)


def sgr(output: bytes) -> set[int]:
    """The numbers in all the SGR sequences of an output."""
    found = re.findall(rb"\x1b\[([0-9;]*)m", output)
    return {int(number) for part in found for number in part.split(b";") if number}


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, set()),
        ({"TERM": "screen", "NO_COLOR": ""}, SIXTEEN),
        (ASKED_FOR_16, SIXTEEN),
    ],
    ids=["no-color", "screen", "asked-for-16"],
)
def test_what_reaches_a_terminal(env: dict[str, str], expected: set[int]) -> None:
    terminal = Terminal(
        ["-m", "mbtui", "--demo"],
        {"PYTHONPATH": str(ROOT), "COLORTERM": "", "TMUX": "", **env},
        size=(120, 35),
    )
    try:
        terminal.until(lambda: "live" in terminal.text() or "polling" in terminal.text())
        terminal.settle()
        for key in "2j3:":
            terminal.send(key)
            terminal.settle()
        assert sgr(terminal.raw) & COLOUR == expected
        assert {1, 7} <= sgr(terminal.raw)
    finally:
        terminal.close()


@pytest.mark.anyio
async def test_a_theme_of_16_colours_chosen_later_looks_the_same(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        await ui.show("7k2m9q4t")
        await ui.rest()
        ui.app.show_theme(ANSI.name)
        await ui.settle()
        await ui.until(lambda: attributes(ui, "  SQLite WAL") == {"bold", "reverse"})
        assert attributes(ui, "2 All entries") == {"bold", "underline"}
        assert attributes(ui, "accepted") == {"dim"}


def test_the_shell_knows_all_themes() -> None:
    assert set(settings.THEMES) == {*BUILTIN_THEMES, *(theme.name for theme in THEMES)}
