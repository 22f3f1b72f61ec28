"""The picker of colours, which shows each theme while the cursor is on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from mbtui.ui.colours import AUTO, ColoursApp
from mbtui.ui.screens.dialogs import Option, Pick
from mbtui.ui.theme import THEMES
from mbtui.ui.widgets.line_pane import LinePane

if TYPE_CHECKING:
    from mbtui.ui.app import MbtuiApp

_OWN = {theme.name for theme in THEMES}


class ThemePick(Pick):
    """A picker whose cursor previews what it is on."""

    def on_line_pane_highlighted(self, event: LinePane.Highlighted) -> None:
        """Show the theme under the cursor."""
        event.stop()
        app = self.app
        if event.key is not None and isinstance(app, ColoursApp):
            app.show_theme(event.key)


def theme_options(app: ColoursApp[Any]) -> Iterator[Option]:
    """What suits the terminal, then mbtui's themes, those of 16 colours, and Textual's."""
    yield Option(AUTO, AUTO, "what suits this terminal")
    themes = app.available_themes
    for name in sorted(themes, key=lambda name: (name not in _OWN, not themes[name].ansi, name)):
        theme = themes[name]
        light_or_dark = "dark" if theme.dark else "light"
        yield Option(name, name, "the terminal's 16 colours" if theme.ansi else light_or_dark)


def pick_theme(app: MbtuiApp, say: Callable[[str], None]) -> None:
    """Ask for a theme; Enter keeps it from now on, Esc brings the old one back.

    One that `config.toml` names is what the next start shows.
    """
    if app.colours.colourless:
        say("There are no colours to choose: NO_COLOR is set, or the terminal has none")
        return
    before = app.wanted_theme

    def done(name: str | None) -> None:
        app.show_theme(before if name is None else name)
        if name is None:
            return
        app.remember_theme(name)
        named = app.settings.theme
        if named == AUTO:
            say(f"Colours: {name}, also from the next start on")
        else:
            say(f'Shown until mbtui ends: config.toml says theme = "{named}"')

    app.push_screen(ThemePick("Colours", list(theme_options(app)), value=before), done)
