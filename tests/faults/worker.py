"""A process that writes to a bank and says after each save what is now on disk.

`python -m tests.faults.worker BANK NAME ROUNDS` adds entries and raises the counter in the entry
called NAME; each acknowledged save is a line on standard output: `counter N` or `added ID`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from mbtui.store.store import Store


def run(folder: Path, name: str, rounds: int) -> None:
    store = Store(folder, author=name)
    bank = store.load()
    (entry,) = (item for item in bank.entries if item.title == name)
    start = int(entry.data.get("count", 0))
    for number in range(start + 1, start + 1 + rounds):
        entry = store.update(entry, {"count": number, "issue": f"line {number}\n" * 20})
        tell(f"counter {number}")
        if number % 3 == 0:
            added = store.add("current-issues", {"title": f"by {name}", "issue": "text\n" * 20})
            tell(f"added {added.id}")


def tell(line: str) -> None:
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
