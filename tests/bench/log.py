"""A change log of 50,000 lines beside loading: a first page, one entry's history, all of it."""

from __future__ import annotations

import gc
import random
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import perf_counter

from mbtui.bank.bank import Bank
from mbtui.bank.review import CHANGE_LOG
from mbtui.store.bank_history import BankHistory
from mbtui.store.config import packaged
from mbtui.store.log_reader import LogReader
from mbtui.store.store import Store
from mbtui.store.toml_write import entry_text
from tests.bench.banks import Banks
from tests.bench.corpus import NEWEST, PEOPLE
from tests.bench.measure import Row, interleaved, ratio

ENTRIES, LINES = 1_000, 50_000
YEARS = 6
PAGE = 70
"""So many events the screen reads before it shows a first page of 35 rows as whole."""

ROUNDS = 7
BARS = {"ready": 0.25, "first page": 0.25, "history of one entry": 0.1, "all of it": 1.0}


def run(banks: Banks) -> Iterator[Row]:
    """Each as a part of the time in which that bank is loaded; outside of git."""
    folder = banks.copy_of(ENTRIES)
    entry = _write_log(folder, Store(folder, author="Ana Lima").load())
    bank = Store(folder, author="Ana Lima").load()
    assert len(bank.by_kind[CHANGE_LOG]) == LINES
    gc.freeze()
    found = interleaved(
        {
            "load": partial(_load, folder),
            "ready": partial(_read, folder, bank, 0),
            "first page": partial(_read, folder, bank, PAGE),
            "history of one entry": partial(_read, folder, bank, PAGE, entry),
            "all of it": partial(_read, folder, bank, LINES * 2),
        },
        ROUNDS,
    )
    for name, bar in BARS.items():
        yield ratio(f"log of {LINES:,} lines, {name}", found[name], found["load"], bar, "loading")


def _load(folder: Path) -> float:
    """Seconds in which the bank is read."""
    begin = perf_counter()
    Store(folder, author="Ana Lima").load()
    return perf_counter() - begin


def _read(folder: Path, bank: Bank, wanted: int, entry: str = "") -> float:
    """Seconds until so many events are known, or all."""
    begin = perf_counter()
    history = BankHistory(folder, bank.schema)
    reader = LogReader(folder, bank, history, entry)
    count = 0
    while count < wanted and not reader.ended:
        reader.read()
        count = sum(len(events) for _, events in reader.days())
    history.close()
    elapsed = perf_counter() - begin
    assert count or not wanted
    return elapsed


def _write_log(folder: Path, bank: Bank) -> str:
    """Add the log to a bank: lines about its entries, every tenth a note; the id of one of them."""
    chance = random.Random(5)
    kind = packaged().kinds[CHANGE_LOG]
    words = ("Added", "Changed", "Archived", "Deleted", "accepted → rejected")
    moments = sorted(chance.randrange(YEARS * 365 * 24 * 3600) for _ in range(LINES))
    texts = []
    for number, seconds in enumerate(moments):
        about = chance.choice(bank.entries)
        table = {
            "id": f"g{number:07}",
            "title": f"{chance.choice(words)}: {about.title}",
            "entry": about.id,
            "date": NEWEST - timedelta(seconds=seconds),
            "author": chance.choice(PEOPLE),
        }
        if number % 10 == 0:
            del table["entry"]
            table["title"] = f"We met about {about.title}"
        if number % 3 == 0:
            table["reason"] = "what it told is not so any more, for the code has gone another way"
        texts.append(entry_text(kind, table))
    (folder / f"{kind.section}.toml").write_text("\n".join(texts), "utf-8")
    return bank.entries[0].id
