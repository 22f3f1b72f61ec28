"""The main screen under the user's keys."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from mbtui.ui.commands import COMMANDS, commands_of_key
from mbtui.ui.screens.main import MainScreen


def keyed_main_screen() -> MainScreen:
    """The main screen with the keys as they are now.

    The bindings act in the order of the keys, also when they come faster than the focus.
    """
    keys = {key: commands_of_key(key) for command in COMMANDS.values() for key in command.keys}

    class KeyedMainScreen(MainScreen):
        BINDINGS: ClassVar[list[BindingType]] = [
            Binding(key, f"do('{' '.join(names)}')", show=False, priority=True)
            for key, names in keys.items()
        ]

    return KeyedMainScreen()
