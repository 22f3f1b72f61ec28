"""A process that writes to a bank as the screen does, and says so: the tests kill it.

`python -m tests.faults.writing BANK NAME SEED CHANGES LOOK` follows the bank in a thread as mbtui
does and makes so many random changes in another, each up to LOOK seconds after it chose the entry.
Each is a line on standard output before it begins (`begin WHAT TOKEN`) and one after the store's
call returned: `kept TOKEN` (the word is in the bank now), `done` (what the change took away is in
the journal), `nothing`, `conflict`, `twice` or `refused REASON`.
"""

from __future__ import annotations

import os
import random
import sys
import threading
import time
from pathlib import Path

from mbtui.bank.entry import Entry
from mbtui.store.errors import ConflictError, InputError, NotFoundError, StoreError
from mbtui.store.store import Store
from mbtui.store.watch import Watcher

KINDS = {"current-issues": "open", "technical-debt": "active", "common-tasks": ""}
"""Kinds of two sections, with a status that an entry gets when it moves there."""

POPULAR = ("d000", "d001", "d002", "i000", "i001", "t000")
"""Ids of entries that are edited half of the time, so that the writers meet."""


def tell(line: str) -> None:
    """A whole line at once, so that a kill leaves none half said."""
    os.write(1, f"{line}\n".encode())


class Writer:
    """One mbtui: a store, a lock, a thread that follows the bank."""

    def __init__(self, folder: Path, name: str, seed: int) -> None:
        self.chance = random.Random(seed)
        self.name = name
        self.number = 0
        self.store = Store(folder, author=name)
        self.bank = self.store.load()
        self.store.sweep()
        self.lock = threading.Lock()
        self.watcher = Watcher(
            self.store, self.lock, on_bank=self.take, on_state=lambda state: None
        )
        self.watcher.start()

    def take(self, bank: object) -> None:
        """The bank as the watcher found it."""
        self.bank = self.store.bank

    def token(self) -> str:
        """A word that stands nowhere else."""
        self.number += 1
        return f"tk{self.name}x{os.getpid()}x{self.number}x"

    def run(self, changes: int, look: float) -> None:
        """Make so many changes; others save while an entry is looked at."""
        whats = ("tag",) * 8 + ("line",) * 5 + ("add",) * 3 + ("archive", "restore", "move") * 2
        while changes:
            what = self.chance.choice((*whats, "delete", "undo"))
            entry = self.entry(what)
            if entry is None and what not in ("add", "undo"):
                continue
            changes -= 1
            time.sleep(self.chance.uniform(0, look))
            token = self.token()
            tell(f"begin {what} {token}")
            try:
                with self.lock:
                    kept = self.change(what, entry, token)
                    self.bank = self.store.bank
            except ConflictError:
                tell("conflict")
            except (NotFoundError, InputError):
                tell("nothing")
            except StoreError as error:
                # A move was cut short, and one of the two texts edited since: a person decides.
                tell("twice" if "also stands in" in str(error) else f"refused {error}")
            else:
                tell(f"kept {token}" if kept else "done")

    def entry(self, what: str) -> Entry | None:
        """An entry that such a change can be made of, as the bank was at the last look."""
        bank = self.bank
        pool = [e for e in bank.entries if e.kind.slug in KINDS]
        if what == "restore":
            pool = list(bank.archive)
        if what == "delete":
            pool = [e for e in pool if e.title.startswith("added")]
        if what in ("tag", "line") and self.chance.random() < 0.5:
            pool = [e for e in pool if e.id in POPULAR]
        return self.chance.choice(pool) if pool else None

    def change(self, what: str, entry: Entry | None, token: str) -> bool:
        """Make a change; whether the word is in the bank now."""
        store = self.store
        if what == "undo":
            store.undo()
            return False
        if entry is None or what == "add":
            slug = self.chance.choice(list(KINDS))
            store.add(slug, {"title": f"added {token}", "tags": ["x"]})
        elif what == "tag":
            name = self.chance.choice(("tags", "paths", "links"))
            store.update(entry, {name: [*getattr(entry, name), token]}, base=entry.data)
        elif what == "line":
            field = entry.kind.main_field
            lines = entry.main_text.split("\n")
            lines.insert(self.chance.randrange(len(lines)), token)
            store.update(entry, {field: "\n".join(lines)}, base=entry.data)
        elif what == "archive":
            store.archive(entry, f"because {token}")
            return False
        elif what == "restore":
            store.restore(entry)
            return False
        elif what == "move":
            others = [slug for slug in KINDS if slug != entry.kind.slug]
            slug = self.chance.choice(others)
            store.move(entry, slug, status=KINDS[slug] or None)
            return False
        else:
            store.delete(entry)
            return False
        return True


if __name__ == "__main__":
    Writer(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])).run(
        int(sys.argv[4]), float(sys.argv[5])
    )
