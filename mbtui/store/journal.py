"""The user's journal of a bank: every change with the texts it displaced, for undo and recovery.

A line a change, each a TOML inline table, in the user's state folder, readable by this user only.
It is bounded: changes older than 90 days go, and the older half when it passes 16 MiB.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import rtoml

from mbtui.bank.undo import Change, Step
from mbtui.store.lock import state_folder
from mbtui.store.toml_write import toml_value

JOURNAL_FILE = "journal"
MAX_BYTES = 16 * 1024 * 1024
MAX_AGE = timedelta(days=90)
_LOOK_AT_AGE_BYTES = 1024 * 1024


class Journal:
    """The journal of one bank; the caller holds the bank's lock while it writes."""

    def __init__(self, bank: Path) -> None:
        self._bank = bank

    @property
    def path(self) -> Path:
        """The journal's file; it need not exist."""
        return state_folder(self._bank) / JOURNAL_FILE

    def read(self) -> list[Change]:
        """All changes, the oldest first; lines that cannot be read are left out."""
        changes: list[Change] = []
        with contextlib.suppress(OSError):
            for line in self.path.read_bytes().split(b"\n"):
                with contextlib.suppress(ValueError, KeyError, TypeError, RecursionError):
                    changes.append(_change(_table(line)))
        return changes

    def append(
        self, now: datetime, author: str, what: str, title: str, steps: Sequence[Step], undoes: int
    ) -> None:
        """Add a change. Raises OSError; the change of the bank stands all the same."""
        path = self.path
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "r+b", buffering=0) as file:
            size = os.fstat(handle).st_size
            change = Change(
                time.time_ns(),
                now.astimezone(UTC).isoformat(timespec="seconds"),
                author,
                what,
                title,
                tuple(steps),
                undoes,
            )
            torn = size and os.pread(handle, 1, size - 1) != b"\n"
            line = toml_value({**change._asdict(), "steps": [list(s) for s in change.steps]})
            file.write((b"\n" if torn else b"") + line.encode() + b"\n")
        if size > MAX_BYTES or size > _LOOK_AT_AGE_BYTES:
            self._shorten(now)

    def _shorten(self, now: datetime) -> None:
        """Drop what is too old, and half of what is too much; numbers stay as they are."""
        path = self.path
        lines = path.read_bytes().splitlines(keepends=True)
        oldest = (now - MAX_AGE).astimezone(UTC).isoformat(timespec="seconds")
        kept = [line for line in lines if _moment(line) >= oldest]
        while sum(map(len, kept)) > MAX_BYTES:
            kept = kept[len(kept) // 2 :] if len(kept) > 1 else []
        if len(kept) == len(lines):
            return
        temporary = path.with_suffix(f".{os.getpid()}.tmp")
        temporary.touch(mode=0o600)
        temporary.write_bytes(b"".join(kept))
        os.replace(temporary, path)


def _table(line: bytes) -> dict[str, Any]:
    table = rtoml.loads(f"change = {line.decode()}")["change"]
    return dict(table)


def _moment(line: bytes) -> str:
    try:
        return str(_table(line)["at"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""


def _change(item: dict[str, Any]) -> Change:
    return Change(
        int(item["number"]),
        str(item["at"]),
        str(item["author"]),
        str(item["what"]),
        str(item["title"]),
        tuple(Step(*map(str, step)) for step in item["steps"]),
        int(item["undoes"]),
    )
