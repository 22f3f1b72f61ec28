"""Which theme is shown: decided from the setting, the terminal and the environment."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from os import environ
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.filter import ANSIToTruecolor, LineFilter, Monochrome, NoColor
from textual.scrollbar import ScrollBar, ScrollBarRender

from mbtui.ui.glyphs import is_ascii, use_glyphs
from mbtui.ui.theme import ANSI, DARK, LIGHT, THEMES

ReturnType = TypeVar("ReturnType")
AUTO = "auto"
_PLAIN_STYLES = Path(__file__).with_name("plain.tcss")
_LIGHT_BACKGROUNDS = ("7", "15")


class Colours(NamedTuple):
    """What is shown: a theme, or `colourless` its marks without its colours.

    `unknown` is the name that was wanted where there is no theme of that name.
    """

    theme: str
    colourless: bool = False
    unknown: str = ""


def choose_colours(
    wanted: str, color_system: str | None, env: Mapping[str, str], known: Collection[str]
) -> Colours:
    """The theme for a setting, which is `auto` or a name, on a terminal.

    `color_system` is the console's: None, `standard`, `256`, `truecolor`. Where the environment
    asks for no colour, or the terminal has none, no name brings colours back. The terminal's
    background is known only where it sets COLORFGBG; it is taken to be dark elsewhere.
    """
    if env.get("NO_COLOR") or color_system is None:
        return Colours(ANSI.name, colourless=True)
    if wanted in known:
        return Colours(wanted)
    unknown = "" if wanted == AUTO else wanted
    if color_system not in ("256", "truecolor"):
        return Colours(ANSI.name, unknown=unknown)
    is_light = env.get("COLORFGBG", "").rpartition(";")[2] in _LIGHT_BACKGROUNDS
    return Colours(LIGHT.name if is_light else DARK.name, unknown=unknown)


@lru_cache(maxsize=1024)
def _without_colour(style: Style) -> Style:
    return style.without_color + Style(meta=style.meta) if style.meta else style.without_color


class Colourless(LineFilter):
    """Leaves bold, dim, underlined and reversed text, and no colour, not even the default one."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments without colours."""
        return [
            Segment(text, None if style is None else _without_colour(style), control)
            for text, style, control in segments
        ]


_COLOURLESS = Colourless()


class _PlainScrollBar(ScrollBarRender):
    """A scroll bar of whole cells."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "] * 8


class ColoursApp(App[ReturnType]):
    """An app with mbtui's themes, of which it shows the one that suits the terminal."""

    colours = Colours(DARK.name)
    wanted_theme = AUTO
    """The setting that is followed now."""

    def use_look(self, theme: str, *, ascii_only: bool) -> None:
        """Draw as the settings say; called once, by the constructor."""
        use_glyphs(ascii_only=ascii_only)
        ScrollBar.renderer = _PlainScrollBar if ascii_only else ScrollBarRender
        self.set_class(ascii_only, "-ascii")
        for known in THEMES:
            self.register_theme(known)
        self.show_theme(theme)

    def show_theme(self, wanted: str) -> None:
        """Show the theme for another setting from now on."""
        self.wanted_theme = wanted
        system, known = self.console.color_system, self.available_themes
        self.colours = choose_colours(wanted, system, environ, known)
        self.no_color = self.colours.colourless
        self.theme = self.colours.theme
        if self.native_ansi_color or is_ascii():
            self._read_plain_styles()

    def _read_plain_styles(self) -> None:
        """Read the styles that most terminals do not need, once."""
        if _PLAIN_STYLES in self.css_path:
            return
        self.css_path.append(_PLAIN_STYLES)
        if self.is_running:
            self.stylesheet.read(_PLAIN_STYLES)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's, but for those that turn colours into others on their own account."""
        dropped: tuple[type[Any], ...] = (Monochrome, NoColor)
        if self.native_ansi_color:
            dropped = (*dropped, ANSIToTruecolor)
        filters = [item for item in super().get_line_filters() if not isinstance(item, dropped)]
        return [*filters, _COLOURLESS] if self.colours.colourless else filters
