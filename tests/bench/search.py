"""Searching 10,017 entries: in process beside `rg -i`, and from a key to painted results."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from time import perf_counter

from mbtui.bank.bank import Bank
from mbtui.bank.query import parse_query
from mbtui.bank.search import Index
from mbtui.bank.vocabulary import Vocabulary, vocabulary_of
from mbtui.store.store import Store
from tests.bench.banks import ENTRIES, Banks
from tests.bench.measure import Row, interleaved, ninety_fifth, ratio, spread
from tests.bench.programs import Recorded, environment, mbtui_screen, seconds_of
from tests.bench.start import PAINTED

QUERIES = ("memory leak", "crash", "buffer", "thread lock")
TYPED = ("memory leak", "crash on import", "thread lock")
SIZES = ((80, 24), (120, 35))
BAR_OF_RG = 0.5
BAR_OF_KEYS = 40.0
DAY = date(2026, 11, 20)
LATER = 0.1
"""Seconds of quiet after which a key's results are complete; the entry follows after 0.15 s."""


def run(banks: Banks) -> Iterator[Row]:
    """Per query beside rg, if it is there; then key to painted."""
    folder = banks.of(ENTRIES)
    rg = shutil.which("rg")
    if rg is None:
        print("     rg is not installed; nothing to compare the search with", file=sys.stderr)
    else:
        yield from _beside_rg(rg, folder, banks)
    for size in SIZES:
        found = [passed * 1000 for word in TYPED for passed in _typed(folder, banks, size, word)]
        what = f"search key to painted, {size[0]}×{size[1]}, p95"
        yield Row(what, ninety_fifth(found), BAR_OF_KEYS, "ms", spread(found))


def _beside_rg(rg: str, folder: Path, banks: Banks) -> Iterator[Row]:
    bank = Store(folder, author="Ana Lima").load()
    index, vocabulary = Index(bank), vocabulary_of(bank)
    files = [str(path) for path in sorted(folder.glob("*.toml"))]
    env = environment(banks.home)
    for text in QUERIES:
        # rg has no "both words": it looks for the longer one.
        command = [rg, "-i", "-F", max(text.split(), key=len), *files]
        found = interleaved(
            {
                "mbtui": partial(_search, index, vocabulary, text),
                "rg": partial(seconds_of, command, env),
            },
            rounds=25,
        )
        yield ratio(f"search {text!r}", found["mbtui"], found["rg"], BAR_OF_RG, "rg -i")
    begin = perf_counter()
    _search(Index(_fresh(bank)), vocabulary, QUERIES[0])
    print(f"     the first search, which folds all texts: {(perf_counter() - begin) * 1000:.0f} ms")


def _fresh(bank: Bank) -> Bank:
    """The same bank with no text folded yet."""
    for entry in bank.entries:
        entry._folded = None
    return bank


def _search(index: Index, vocabulary: Vocabulary, text: str) -> float:
    """Seconds for one search that cannot narrow an earlier one."""
    index.search(parse_query("", vocabulary, DAY))
    begin = perf_counter()
    results = index.search(parse_query(text, vocabulary, DAY))
    elapsed = perf_counter() - begin
    assert results.entries, f"no entry has {text!r}"
    return elapsed


def _typed(folder: Path, banks: Banks, size: tuple[int, int], text: str) -> Iterator[float]:
    """Seconds from each key of a query to the last output that it causes."""
    with mbtui_screen(folder, environment(banks.home), size) as app:
        app.until_plain(*PAINTED)
        app.settle()
        app.answer_to("/")
        for key in text:
            yield _answered(app, key)
            app.settle()


def _answered(app: Recorded, key: str) -> float:
    count = len(app.chunks)
    begin = perf_counter() - app.started
    app.send(key)
    app.until(lambda: len(app.chunks) > count)
    app.settle(LATER)
    return app.chunks[-1][0] - begin
