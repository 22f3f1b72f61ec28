"""The part of the app that remembers the look of the screen between two starts."""

from __future__ import annotations

import contextlib
import threading
from functools import cached_property
from typing import TypeVar

from textual import work
from textual.app import App

from mbtui.store.screen_state import ScreenState, load_screen_state, save_screen_state

ReturnType = TypeVar("ReturnType")


class ScreenStateApp(App[ReturnType]):
    """An app that knows what its user set; the demo reads that and writes nothing."""

    demo = False
    _state_lock = threading.Lock()

    @cached_property
    def screen_state(self) -> ScreenState:
        """What was remembered when the program began, and what was set since."""
        return load_screen_state()

    def remember_sizes(self, sizes: dict[str, float]) -> None:
        """Keep the sizes of panes; none given brings the usual ones back."""
        self.screen_state = self.screen_state._replace(sizes=sizes)
        self._remember(sizes=True)

    def remember_hint(self) -> None:
        """Keep that the hint of the first start was seen."""
        self.screen_state = self.screen_state._replace(hint_seen=True)
        self._remember(hint=True)

    def remember_theme(self, name: str) -> None:
        """Keep the theme that was chosen."""
        self.screen_state = self.screen_state._replace(theme=name)
        self._remember(theme=True)

    @work(thread=True, group="state", exit_on_error=False)
    def _remember(self, *, sizes: bool = False, hint: bool = False, theme: bool = False) -> None:
        """Write what is set now: of two writes, the later writes the newest whatever its turn."""
        if self.demo:
            return
        with self._state_lock, contextlib.suppress(OSError):
            state = self.screen_state
            save_screen_state(
                sizes=state.sizes if sizes else None,
                hint_seen=True if hint else None,
                theme=state.theme if theme else None,
            )
