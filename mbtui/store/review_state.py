"""What one user put off for a while, and when they last went through what was due, by bank.

It lies in the user's state folder, so that it is nobody else's business. Several mbtui of one user
share it. What cannot be read counts as never written.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from mbtui.store.lock import bank_lock, private_folder, state_folder
from mbtui.store.user_table import read_table, write_table

_FILE = "reviews.json"
_LONGEST = 4_000_000
_SNOOZED, _LAST = "snoozed", "last_session"


class ReviewState(NamedTuple):
    """The day until which each entry (by id) is put off, and that of the last session."""

    snoozed: Mapping[str, date] = {}
    last_session: date | None = None


class ReviewMemory:
    """The file of one bank, read again when another program wrote it."""

    def __init__(self, bank: Path) -> None:
        self._bank = bank
        self._path = state_folder(bank) / _FILE
        self._seen: tuple[int, ...] | None = None
        self._state = ReviewState()

    def read(self) -> ReviewState:
        """What is kept now."""
        seen = _mark(self._path)
        if seen != self._seen:
            self._seen, self._state = seen, _state_of(read_table(self._path, _LONGEST))
        return self._state

    def snooze(self, identity: str, until: date | None, today: date) -> None:
        """Put an entry off until a day; None takes that back. Raises OSError and StoreError.

        What was put off until `today` or a day before is forgotten.
        """
        with bank_lock(self._bank):
            table = read_table(self._path, _LONGEST)
            kept = {k: d for k, d in _state_of(table).snoozed.items() if d > today}
            kept.pop(identity, None)
            if until is not None:
                kept[identity] = until
            table[_SNOOZED] = {name: day.isoformat() for name, day in kept.items()}
            self._write(table)

    def ran(self, today: date) -> None:
        """Note that a session was held. Raises OSError and StoreError."""
        with bank_lock(self._bank):
            table = read_table(self._path, _LONGEST)
            table[_LAST] = today.isoformat()
            self._write(table)

    def _write(self, table: Mapping[str, Any]) -> None:
        private_folder(self._bank)
        write_table(self._path, table)


def _mark(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _state_of(table: Mapping[str, Any]) -> ReviewState:
    snoozed = table.get(_SNOOZED)
    days = {
        name: day
        for name, text in (snoozed.items() if isinstance(snoozed, dict) else ())
        if (day := _day(text)) is not None
    }
    return ReviewState(days, _day(table.get(_LAST)))


def _day(text: object) -> date | None:
    with contextlib.suppress(ValueError):
        return date.fromisoformat(text) if isinstance(text, str) else None
    return None
