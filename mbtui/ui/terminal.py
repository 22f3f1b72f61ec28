"""The part of the app that deals with the terminal as a whole: its title, its focus, Ctrl+Z.

`App._driver` is the one private name this depends on; without it GNU screen gets no clipboard.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, TypeVar

from textual import events
from textual.app import App
from textual.driver import Driver

from mbtui.bank.safetext import safe_line
from mbtui.ui.keeper import Keeper

ReturnType = TypeVar("ReturnType")

LONGEST_TITLE = 60
_PUSH_TITLE, _POP_TITLE = "\x1b[22;0t", "\x1b[23;0t"
_WITHOUT_TITLE = ("", "dumb", "linux", "unknown", "vt100", "vt220")
"""Terminals without a title: they print what they are sent for it, or lose it."""


def title_output(name: str, terminal: str) -> str:
    """What saves a terminal's title and sets ours; nothing that a bank says can end it early."""
    if terminal in _WITHOUT_TITLE:
        return ""
    shown = "".join(c for c in safe_line(name[:LONGEST_TITLE]) if c.isprintable())
    return f"{_PUSH_TITLE}\x1b]0;mbtui{' · ' if shown else ''}{shown}\x07"


def takes_mouse(environ: Mapping[str, str]) -> bool:
    """Whether reports of the mouse do no harm: GNU screen holds Esc back while they are on."""
    return not environ.get("STY") or bool(environ.get("TMUX"))


def can_come_back() -> bool:
    """Whether there is a shell with job control that can continue a stopped program."""
    try:
        return os.getpgrp() != os.getsid(0)
    except (AttributeError, OSError):
        return False


class TerminalApp(App[ReturnType]):
    """An app that names the window, and gives its title back whenever it leaves the terminal."""

    def __init__(self) -> None:
        super().__init__()
        self._keeper = Keeper()

    def keep_terminal_clean(self) -> None:
        """See to it that the terminal is left clean even where the program is killed."""
        if not self.is_headless:
            self._keeper.start()

    @property
    def window_name(self) -> str:
        """What the window's title says after the program's name."""
        return ""

    def get_driver_class(self) -> type[Driver]:
        """Textual's driver, which also sets the title, after `fg` too, and takes it back."""
        app = self
        plain: Any = super().get_driver_class()

        class TitledDriver(plain):  # type: ignore[misc]
            titled = False

            def start_application_mode(self) -> None:
                super().start_application_mode()
                output = title_output(app.window_name, os.environ.get("TERM", ""))
                if output:
                    self.titled = True
                    self.write(output)

            def stop_application_mode(self) -> None:
                if self.titled:
                    self.titled = False
                    self.write(_POP_TITLE)
                super().stop_application_mode()

            def close(self) -> None:
                super().close()
                app._keeper.stop()

        driver: type[Driver] = TitledDriver
        return driver

    def write_to_terminal(self, output: str) -> None:
        """Send a sequence that Textual has no name for."""
        driver = getattr(self, "_driver", None)
        if driver is not None:
            driver.write(output)

    def validate_app_focus(self, focus: bool) -> bool:
        """Keep the focus in its pane while another window has the keys, and draw nothing."""
        return True

    def on_app_focus(self, event: events.AppFocus) -> None:
        """Look at once for what changed while another window had the keys."""
        self.look_at_disk()

    def look_at_disk(self) -> None:
        """Look now for what other programs wrote."""

    def tell(self, message: str) -> None:
        """Show a message."""

    def action_suspend_process(self) -> None:
        """Stop until the shell continues the program; say so where there is no such shell."""
        if can_come_back():
            super().action_suspend_process()
        else:
            self.tell("There is no shell behind mbtui that could bring it back")
