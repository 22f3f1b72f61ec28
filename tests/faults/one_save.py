"""One change in a process of its own, for faults that are put into its system calls.

`python -m tests.faults.one_save BANK edit|add` changes the title of the entry `one`, or adds the
first entry of another section.
"""

from __future__ import annotations

import sys
from pathlib import Path

from mbtui.store.errors import StoreError
from mbtui.store.store import Store


def run(folder: Path, what: str) -> None:
    store = Store(folder, author="x")
    bank = store.load()
    try:
        if what == "edit":
            store.update(bank.by_key["one"], {"title": "new"})
        else:
            store.add("data-flow", {"title": "new"})
        print("saved", store.warning)
    except StoreError as error:
        print("refused", error)


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2])
