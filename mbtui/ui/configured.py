"""What the app takes from the user's settings: the keys, and what is wrong with the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from textual.app import App
from textual.widgets import Input

from mbtui.store.settings import SettingProblem, Settings, unknown_theme
from mbtui.ui.commands import use_keys
from mbtui.ui.keymap import keymap_of, to_tell_at_start
from mbtui.ui.wording import short_line

if TYPE_CHECKING:
    from mbtui.ui.screens.main import MainScreen

Result = TypeVar("Result")


class ConfiguredApp(App[Result]):
    """An app with settings."""

    settings: Settings
    setting_problems: tuple[SettingProblem, ...] = ()
    """What is wrong in `config.toml`; told once, when the screen is there."""

    @property
    def main(self) -> MainScreen:
        """The main screen, under whatever covers it."""
        raise NotImplementedError

    def take_settings(self, settings: Settings) -> None:
        """Use these settings from now on; called once, before any screen is made."""
        self.settings = settings
        keymap = keymap_of(settings)
        use_keys(keymap.keys)
        self.setting_problems = (*settings.problems, *keymap.problems)

    def tell_setting_problems(self) -> None:
        """Show the first problem in the footer, until a command is given."""
        self.setting_problems += unknown_theme(self.settings)
        problems = to_tell_at_start(self.setting_problems)
        if problems:
            more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
            told = f"{problems[0]}{more} · `mbtui config` tells all"
            self.main.footer.say(short_line(told))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Textual's own Tab is for texts: in the panes the keymap says what moves the focus."""
        if action in ("focus_next", "focus_previous") and len(self.screen_stack) == 1:
            return isinstance(self.focused, Input)
        return super().check_action(action, parameters)
