"""The part of the app that changes many entries: in a thread, told as it goes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from textual import work
from textual.app import App
from textual.message import Message
from textual.worker import get_current_worker

from mbtui.store.errors import StoreError
from mbtui.ui.glyphs import glyphs

if TYPE_CHECKING:
    from mbtui.bank.bank import Bank
    from mbtui.store.many import Outcome, Outcomes
    from mbtui.store.store import Store
    from mbtui.ui.screens.main import MainScreen

Result = TypeVar("Result")
TELL_EVERY_SECONDS = 0.5
"""How often progress is told: each time costs bytes on a slow line."""


@dataclass
class Progress(Message):
    """How many are done."""

    text: str


@dataclass
class ManyWritten(Message):
    """Every entry is done, or why not is known; `bank` is what the files hold now."""

    bank: Bank
    outcomes: Sequence[Outcome]
    done: Callable[[Sequence[Outcome]], None]


@dataclass
class JournalRead(Message):
    """What the journal says can be taken back, and brought back."""

    undoable: bool
    redoable: bool
    done: Callable[[bool, bool], None]


class ManyChangesApp(App[Result]):
    """Makes changes of many entries, beside the following of the bank."""

    _lock: threading.Lock
    _writing: threading.Lock
    """Held by whoever writes, from the first entry of a change to the last."""

    @property
    def store(self) -> Store:
        """What writes the bank."""
        raise NotImplementedError

    @property
    def main(self) -> MainScreen:
        """The main screen, under whatever covers it."""
        raise NotImplementedError

    def _take(self, bank: Bank) -> None:
        raise NotImplementedError

    @work(thread=True, group="many", exit_on_error=False)
    def change_many(
        self,
        begin: Callable[[], Outcomes],
        total: int,
        doing: str,
        done: Callable[[Sequence[Outcome]], None],
    ) -> None:
        """Make what `begin` gives, then `done` with all outcomes; one that fails stops no other.

        `doing` is a word such as *Archiving*. The bank is free between two steps on the disk, so
        that what other programs write is shown meanwhile. One that quits stops after the present.
        """
        from mbtui.store.many import Outcome

        worker = get_current_worker()
        outcomes: list[Outcome] = []
        told = time.monotonic()
        with self._writing:
            changes = begin()
            try:
                while not worker.is_cancelled:
                    with self._lock:
                        outcome = next(changes, None)
                    if outcome is None:
                        break
                    outcomes.append(outcome)
                    if time.monotonic() - told >= TELL_EVERY_SECONDS:
                        told = time.monotonic()
                        self._tell(
                            Progress(f"{doing} {len(outcomes):,} of {total:,} {glyphs.dots}")
                        )
            except Exception as error:
                bug = StoreError(f"a bug in mbtui ({type(error).__name__})")
                outcomes.append(Outcome(None, bug))
            finally:
                changes.close()
            with self._lock:
                bank = self.store.bank
        self._tell(ManyWritten(bank, outcomes, done))

    def _tell(self, message: Message) -> None:
        if self.is_running:
            self.post_message(message)

    def on_progress(self, event: Progress) -> None:
        """Show how far it is."""
        self.main.say(event.text)

    def on_many_written(self, event: ManyWritten) -> None:
        """Show what was written, then go on."""
        self._take(event.bank)
        event.done(event.outcomes)

    @work(thread=True, group="journal", exclusive=True, exit_on_error=False)
    def ask_journal(self, done: Callable[[bool, bool], None]) -> None:
        """Look whether there is something to take back and to bring back, then tell `done`."""
        self._tell(JournalRead(self.store.can_undo(), self.store.can_redo(), done))

    def on_journal_read(self, event: JournalRead) -> None:
        """Pass on what the journal says."""
        event.done(event.undoable, event.redoable)
