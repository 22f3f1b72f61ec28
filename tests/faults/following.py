"""A bank that is followed, in this process: what was told of it, and when it has settled."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Container
from pathlib import Path

from mbtui.bank.bank import Bank
from mbtui.store.reading import Refreshed
from mbtui.store.store import Store
from mbtui.store.watch import Watcher
from tests.ui.window import PATIENCE

DEADLINE = 10.0
AT_ONCE, SOON, BACK = 1.0, 2.5, 3.0
"""Seconds within which a change is shown: by events, by the sweep, when the bank is back."""


class Following:
    """Follows a store and keeps what was told: banks, states, and how often it looked.

    Wait with `within` and `settle`, never by the clock.
    """

    def __init__(self, store: Store, *, notification: bool = True) -> None:
        self.store = store
        self.lock = threading.Lock()
        self.banks: list[Bank] = []
        self.states: list[str] = []
        self.looks = 0
        self.failure: BaseException | None = None
        """What the next look raises, until it is taken away."""
        self._refresh = store.refresh
        self._news = threading.Condition()
        store.refresh = self._look  # type: ignore[method-assign]
        self.watcher = Watcher(
            store,
            self.lock,
            on_bank=lambda bank: self._tell(lambda: self.banks.append(bank)),
            on_state=lambda state: self._tell(lambda: self.states.append(state)),
            notification=notification,
        )

    def _look(self, anew: Container[str] = ()) -> Refreshed:
        if self.failure is not None:
            raise self.failure
        found = self._refresh(anew)
        if not found.pending:
            with self._news:
                self.looks += 1
                self._news.notify_all()
        return found

    def _tell(self, keep: Callable[[], None]) -> None:
        with self._news:
            keep()
            self._news.notify_all()

    def start(self) -> Following:
        """Begin, and wait until the first state is told."""
        self.watcher.start()
        self.within(DEADLINE, lambda: bool(self.states))
        return self

    def within(self, seconds: float, condition: Callable[[], bool]) -> float:
        """Wait for a condition on what is told; how long it took."""
        began = time.monotonic()
        with self._news:
            held = self._news.wait_for(condition, seconds * PATIENCE)
        assert held, f"not in {seconds} s: {self.states} {[self.titles(b) for b in self.banks]}"
        return time.monotonic() - began

    def settle(self, looks: int = 3) -> None:
        """Wait until so many more looks found nothing that is being written."""
        enough = self.looks + looks
        self.within(DEADLINE, lambda: self.looks >= enough)

    @staticmethod
    def titles(bank: Bank) -> list[str]:
        """The titles of the entries, in file order."""
        return [entry.title for entry in bank.entries]

    def shows(self, title: str) -> bool:
        """Whether the bank that was told last has an entry with this title."""
        return bool(self.banks) and title in self.titles(self.banks[-1])

    def until_shown(self, title: str, seconds: float) -> float:
        """Wait until the bank that was told last has an entry with this title."""
        return self.within(seconds, lambda: self.shows(title))


def wait_until(condition: Callable[[], bool], seconds: float = DEADLINE) -> None:
    """Wait for a condition of which nobody tells."""
    end = time.monotonic() + seconds * PATIENCE
    while not condition():
        assert time.monotonic() < end, f"not in {seconds} s"
        time.sleep(0.002)


def pause(seconds: float) -> None:
    """Part of a fault: what a slow program does between two writes."""
    time.sleep(seconds)


def may_run(*command: str) -> bool:
    """Whether this system lets a test run such a command."""
    try:
        done = subprocess.run([*command, "true"], capture_output=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def write_anew(path: Path, text: str) -> None:
    """Replace a file by a new one, as most editors do."""
    new = path.with_name(".editors-temporary")
    new.write_text(text)
    new.replace(path)
