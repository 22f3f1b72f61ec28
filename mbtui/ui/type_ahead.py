"""Keys typed ahead: each one goes to what has the focus once those before it did their work.

Textual gives a key to whatever has the focus when it arrives. While a screen opens that is
nothing, and while an entry is written it is a form about to close: what a fast typist, or a slow
line, sends in one piece after `e` or Enter would be lost.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Coroutine
from typing import TypeVar

from textual import events
from textual.app import App
from textual.message_pump import MessagePump
from textual.widget import Widget
from textual.widgets import Input

from mbtui.ui.commands import COMMANDS

ReturnType = TypeVar("ReturnType")

ROUNDS = 3
"""How often the way of a key, from the focus up to the app, is walked: for the key, for the
messages that it caused, and for those that these caused."""
PATIENCE_SECONDS = 3.0
"""How long a key may hold up the next one."""
WRITING_SECONDS = 10.0
"""How long a change that is being written may: longer than a save waits for a busy file."""
WRITING = "write"
"""The group of workers that a key may have started and the next one waits for."""

_MOVES = {"j", "k", "up", "down", "pageup", "pagedown", "ctrl+d", "ctrl+u"}
"""Keys of the screens that have fixed ones."""
_MOVING = ("down", "up", "page_down", "page_up")
"""Commands of the main screen, which has the user's keys."""


def _takes_text(widget: Widget | None) -> bool:
    """Whether keys are typed into the widget; a text area is known by its cursor, unloaded."""
    return isinstance(widget, Input) or hasattr(widget, "cursor_location")


async def _within(seconds: float, work: Coroutine[None, None, None]) -> None:
    """Wait for some work, so many seconds at the most."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await work


class TypeAheadApp(App[ReturnType]):
    """An app that takes keys one after the other."""

    _held: deque[events.Event] | None = None
    _at_work = False
    """Whether keys that were given may not have been handled yet: priority bindings of later keys
    would overtake them."""
    _giving: asyncio.Task[None] | None = None

    async def on_event(self, event: events.Event) -> None:
        """Hold a key back while one before it is at work."""
        if not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded:
            await super().on_event(event)
        elif self._held is not None:
            self._held.append(event)
        elif self._leaves_focus(event):
            self._at_work = True
            await super().on_event(event)
        else:
            self._held = deque()
            if self._at_work:
                self._held.append(event)
            else:
                await super().on_event(event)
            self._giving = asyncio.create_task(self._give_held())

    def _leaves_focus(self, event: events.Event) -> bool:
        """Whether the focus surely stays where it is."""
        if not isinstance(event, events.Key):
            return False
        if _takes_text(self.focused):
            return event.is_printable or event.key == "backspace"
        if len(self.screen_stack) > 1:
            return event.key in _MOVES
        return any(event.key in COMMANDS[name].keys for name in _MOVING)

    async def _give_held(self) -> None:
        while self._held is not None:
            await _within(PATIENCE_SECONDS, self._walk())
            await _within(WRITING_SECONDS, self._until_written())
            done = asyncio.Event()
            if not self.call_later(self._give_some, done):
                break
            await done.wait()
        self._held = None

    async def _give_some(self, done: asyncio.Event) -> None:
        """Give held keys up to one that must be settled; without any, hold no more."""
        self._at_work = False
        try:
            if not self._held:
                self._held = None
            while self._held:
                stays = self._leaves_focus(self._held[0])
                if not stays and self._at_work:
                    break
                self._at_work = stays
                await super().on_event(self._held.popleft())
                if not stays:
                    break
        finally:
            done.set()

    async def _until_written(self) -> None:
        while any(w.group == WRITING and not w.is_finished for w in self.workers):
            await asyncio.sleep(0.005)
            await self._walk()

    async def _walk(self) -> None:
        for _ in range(ROUNDS):
            start = self.focused or self.screen
            for pump in start.ancestors_with_self:
                reached = asyncio.Event()
                if isinstance(pump, MessagePump) and pump.call_later(reached.set):
                    await reached.wait()
