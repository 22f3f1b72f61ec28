"""Follow mode: the view goes to what others just changed, and leaves alone who types."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.timer import Timer
from textual.widgets import Input

from mbtui.ui.commands import key_of

if TYPE_CHECKING:
    from mbtui.ui.screens.main import MainScreen

FRESH_SECONDS = 4.0
"""How long what just changed is marked."""

QUIET_SECONDS = 3.0
"""How long after a key the view stays where it is."""

AGAIN_SECONDS = 0.5
"""How soon it is looked again whether a dialog or a form is closed."""


class FollowCommands:
    """Whether the view follows, and the command that begins and ends it."""

    def __init__(self, screen: MainScreen) -> None:
        self.screen = screen
        self.on = False
        self.fresh = ""
        """The key of the entry that is marked as changed just now."""
        self._waiting: list[str] = []
        """What changed while the view had to stay, the latest at the end."""
        self._again: Timer | None = None
        self._fading: Timer | None = None
        self._last_key = float("-inf")

    def do_follow_changes(self) -> None:
        """Begin to follow, or end it."""
        self.on = not self.on
        self._waiting = []
        self.screen.show_header()
        if self.on:
            self.screen.say(f"Following: the view goes to what others change; {self._key} ends it")
        else:
            self._fade()
            self.screen.say("Not following any more")

    @property
    def _key(self) -> str:
        return key_of("follow_changes")

    def key_pressed(self, at: float) -> None:
        """Leave the view to who is there, for a while."""
        self._last_key = at

    def moved(self, keys: Sequence[str]) -> None:
        """Go to the newest of these entries, now or once nobody types."""
        if not self.on or not keys:
            return
        by_key = self.screen.bank.by_key
        newest = max(keys, key=lambda key: by_key[key].newest)
        self._waiting = [*(key for key in self._waiting if key != newest), newest]
        self._go()

    def _go(self) -> None:
        """Go to what changed last, if the view may move; else try again soon."""
        if self._again is not None:
            self._again.stop()
            self._again = None
        if not self.on or not self._waiting:
            return
        wait = self._seconds_to_wait()
        if wait > 0:
            self._again = self.screen.set_timer(wait, self._go)
            return
        known = [key for key in self._waiting if key in self.screen.bank.by_key]
        self._waiting = []
        if known:
            self._show(known[-1])

    def _seconds_to_wait(self) -> float:
        screen = self.screen
        typing = isinstance(screen.focused, Input) or screen.search.is_open
        if screen.owner.screen is not screen or typing or screen.quick_add.is_open:
            return AGAIN_SECONDS
        return max(0.0, self._last_key + QUIET_SECONDS - time.monotonic())

    def _show(self, key: str) -> None:
        screen = self.screen
        self.fresh = key
        if screen.panes.alone or screen.has_class("-medium"):
            screen.go.go_to_entry(key)
        else:
            focused = screen.focused
            if not screen.list.go_to(key):
                screen.go.list_entry(key)
            if focused is not None:
                screen.set_focus(focused)
        screen.show_entry()
        screen.changed.show_marks()
        if self._fading is not None:
            self._fading.stop()
        self._fading = screen.set_timer(FRESH_SECONDS, self._fade)

    def _fade(self) -> None:
        """Take the mark away."""
        if self.fresh:
            self.fresh = ""
            self.screen.changed.show_marks()
            self.screen.show_entry()
