"""A running mbtui as a test drives it: keys in, what a user sees out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, TypeVar

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen

from mbtui.bank.entry import Entry
from mbtui.ui.app import BankChanged, MbtuiApp
from mbtui.ui.screens.main import MainScreen
from tests.ui.snapshot import assert_svg_snapshot, assert_text_snapshot, screen_text

DEADLINE = 10.0
QUIET_ROUNDS = 3
ScreenType = TypeVar("ScreenType", bound=Screen[Any])

WIDE, MEDIUM, NARROW = (120, 35), (80, 24), (40, 15)
SMALL = (32, 12)
SIZES = (WIDE, MEDIUM, (60, 24), NARROW, SMALL)
"""Where looks are compared."""
ENDS = (WIDE, SMALL)
"""Where behaviour is tried that might depend on the room there is."""


class Ui:
    """Keys go in, the screen's text and the files come out."""

    def __init__(self, app: MbtuiApp, pilot: Pilot[int]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def main(self) -> MainScreen:
        return self.app.main

    @property
    def text(self) -> str:
        """What stands on the screen now."""
        return screen_text(self.app)

    @property
    def rows(self) -> list[str]:
        return self.text.splitlines()

    @property
    def message(self) -> str:
        """What the footer says, if it says anything."""
        return self.main.footer.message

    async def press(self, *keys: str) -> None:
        """Press keys, by Textual's names, and wait until all they began is done."""
        for key in keys:
            self.app.post_message(events.Key(key, key if len(key) == 1 else None))
            await self.settle()

    async def type(self, text: str) -> None:
        """Type a text into what has the focus."""
        for character in text:
            self.app.post_message(events.Key(_key_name(character), character))
            await self.pilot.pause(0)
        await self.settle()

    async def paste(self, text: str) -> None:
        """Paste a text into what has the focus."""
        self.app.post_message(events.Paste(text))
        await self.settle()

    async def settle(self) -> None:
        """Wait until workers and messages are done; timers are not waited for."""
        quiet = 0
        while quiet < QUIET_ROUNDS and self.app.is_running:
            await self.app.workers.wait_for_complete()
            # In the last round every widget is asked to answer, which takes as long as a key.
            if quiet == QUIET_ROUNDS - 1:
                await self.pilot.pause(0)
            else:
                await asyncio.sleep(0)
            quiet = 0 if self._is_busy() else quiet + 1

    def _is_busy(self) -> bool:
        screen = self.app.screen
        pumps = [self.app, *screen.walk_children(with_self=True)]
        queued = any(pump.message_queue_size for pump in pumps) or len(self.app.workers)
        waiting = screen._dirty_widgets or screen._callbacks
        drawing = any(widget._layout_required for widget in screen.walk_children(with_self=True))
        return bool(queued or waiting or drawing)

    async def resize(self, size: tuple[int, int]) -> None:
        """Give the terminal another size."""
        await self.pilot.resize_terminal(*size)
        await self.settle()
        await self.until(lambda: self.drawn_size == size)
        await self.settle()

    async def rest(self) -> None:
        """Wait until the open entry has followed the cursor."""
        await self.until(self._has_followed)
        await self.settle()

    def _has_followed(self) -> bool:
        """Whether the entry's pane shows the entry that is meant, or the overview."""
        overview, shown = self.main.overview, self.main.entry.entry
        if overview.in_pane != overview.is_meant():
            return False
        return shown is None if overview.in_pane else shown is self.main.selected

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for something that a timer brings."""
        end = time.monotonic() + DEADLINE
        while not condition():
            assert time.monotonic() < end, "waited too long; the screen:\n" + self.text
            await self.pilot.pause(0.01)

    @property
    def drawn_size(self) -> tuple[int, int]:
        """Columns and rows of what is drawn."""
        strips = self.app.screen._compositor.render_strips()
        return max(strip.cell_length for strip in strips), len(strips)

    async def looks_as_approved(self, name: str, drawn: Collection[tuple[int, int]] = ()) -> None:
        """Compare the screen with `snapshots/` while the window is made smaller step by step.

        At the sizes in `drawn` its SVG is compared too.
        """
        for size in SIZES:
            await self.resize(size)
            await self.rest()
            label = f"{name}-{size[0]}x{size[1]}"
            assert_text_snapshot(self.app, label)
            if size in drawn:
                assert_svg_snapshot(self.app, label)

    async def reload(self) -> None:
        """Show what is on disk, as the watcher does after another program wrote."""
        store = self.app.store
        store.forget_unsettled()
        if store.refresh().pending:
            store.forget_unsettled()
            store.refresh()
        self.app.post_message(BankChanged(store.bank))
        await self.settle()

    def on(self, screen: type[ScreenType]) -> ScreenType:
        """The screen on top, which must be of this type."""
        top = self.app.screen
        assert isinstance(top, screen), f"{type(top).__name__} is on top:\n{self.text}"
        return top

    def entry(self, identity: str) -> Entry:
        """The one entry with this id, as the app knows it."""
        (found,) = self.app.bank.find(identity)
        return found

    async def show(self, identity: str) -> None:
        """Put the list's cursor on an entry and focus it."""
        self.main.search.close()
        await self.settle()
        if not self.main.list.go_to(identity):
            self.main.go.go_to_place("all")
            await self.settle()
            assert self.main.list.go_to(identity)
        self.main.list.focus()
        await self.settle()

    async def show_kind(self, slug: str) -> None:
        """List a kind's entries."""
        self.main.go.go_to_kind(slug)
        await self.settle()

    def file(self, name: str = "known-issues.toml") -> Path:
        """A file of the bank."""
        return self.app.store.folder / name

    def on_disk(self, name: str = "known-issues.toml") -> str:
        """What stands in a file of the bank."""
        return self.file(name).read_bytes().decode()


def _key_name(character: str) -> str:
    if character.isalnum():
        return character
    return _character_to_key(character)
