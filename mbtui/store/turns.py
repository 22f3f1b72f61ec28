"""The bank's lock held for long work, with turns for others in between."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path

from mbtui.store.lock import bank_lock

LONGEST_SECONDS = 0.5
"""How long the lock is held at a stretch; others wait ten times as long for it."""

_PAUSE_SECONDS = 0.01
"""Longer than those who wait take to look again."""


class Turns:
    """The lock of a bank, which `give_way` lets go for a moment once it was held for long."""

    def __init__(self, bank: Path) -> None:
        self._bank = bank
        self._held = ExitStack()
        self._since = 0.0

    def __enter__(self) -> Turns:
        self._take()
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def give_way(self) -> None:
        """Let others write, if they had to wait for long. Raises StoreError as `bank_lock` does."""
        if time.monotonic() - self._since >= LONGEST_SECONDS:
            self._held.close()
            time.sleep(_PAUSE_SECONDS)
            self._take()

    def _take(self) -> None:
        self._held.enter_context(bank_lock(self._bank))
        self._since = time.monotonic()
