"""A process that follows a bank and says what it is told, a line each.

`python -m tests.faults.follower BANK` prints `state WORD` and `bank LIVE+ARCHIVED PROBLEMS`.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from mbtui.bank.bank import Bank
from mbtui.store.store import Store
from mbtui.store.watch import Watcher


def tell(line: str) -> None:
    print(line, flush=True)


def tell_bank(bank: Bank) -> None:
    counts = f"{len(bank.entries)}+{len(bank.archive)}"
    tell(f"bank {counts} {'; '.join(map(str, bank.problems))}")


if __name__ == "__main__":
    store = Store(Path(sys.argv[1]), author="follower")
    store.load()
    Watcher(
        store,
        threading.Lock(),
        on_bank=tell_bank,
        on_state=lambda state: tell(f"state {state}"),
    ).start()
    threading.Event().wait(60)
