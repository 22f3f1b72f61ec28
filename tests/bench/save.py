"""Saving one entry into the largest file beside tomlkit's parse and dump of that file."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from mbtui.bank.entry import Entry
from mbtui.store.store import Store
from tests.bench.banks import ENTRIES, Banks
from tests.bench.measure import Row, interleaved, ratio

FILE = "known-issues.toml"
BAR = 1 / 100
ROUNDS = 15


class _Saver:
    """Saves one entry after the other, each once, from all over the file."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder, author="Ana Lima")
        bank = self.store.load()
        # As the screen does after its first paint.
        gc.freeze()
        self.entries = [entry for entry in bank.entries if entry.file == FILE]
        self.step = len(self.entries) // (ROUNDS + 2)
        self.at = 0

    def save(self) -> float:
        """Seconds for a new title."""
        self.at += self.step
        entry: Entry = self.store.bank.find(self.entries[self.at].id)[0]
        begin = perf_counter()
        self.store.update(entry, {"title": f"{entry.title}, saved again"})
        return perf_counter() - begin

    def add(self) -> float:
        """Seconds for a new entry."""
        begin = perf_counter()
        self.store.add("current-issues", {"title": "A new entry", "issue": "Two\nlines\n"})
        return perf_counter() - begin


def run(banks: Banks) -> Iterator[Row]:
    """An edit, and an addition; tomlkit is an extra of the project's own development."""
    try:
        import tomlkit
    except ImportError:
        print("     tomlkit is not installed; nothing to compare with", file=sys.stderr)
        return
    folder = banks.copy_of(ENTRIES)
    saver = _Saver(folder)

    def parse_and_dump() -> float:
        text = (folder / FILE).read_bytes().decode()
        begin = perf_counter()
        tomlkit.dumps(tomlkit.parse(text))
        elapsed = perf_counter() - begin
        gc.collect()
        return elapsed

    found = interleaved({"tomlkit": parse_and_dump, "save": saver.save, "add": saver.add}, ROUNDS)
    size = f"{(folder / FILE).stat().st_size / 1e6:.1f} MB"
    yield ratio(f"save one entry of {size}", found["save"], found["tomlkit"], BAR, "tomlkit")
    yield ratio(f"add one entry to {size}", found["add"], found["tomlkit"], BAR, "tomlkit")
