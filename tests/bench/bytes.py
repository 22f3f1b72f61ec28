"""Bytes to an 80×24 terminal of 256 colours: per key, for the first frame, and while idle."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import mean, median

from tests.bench.banks import ENTRIES, Banks
from tests.bench.measure import Row, spread
from tests.bench.programs import Recorded, environment, mbtui_screen
from tests.bench.start import PAINTED

SIZE = (80, 24)
MOVES = 40
IDLE_SECONDS = 3.0
QUERY = "memory leak"
TEXT = "Pool exhausted after fork"
LIST, TREE, NEW, EDIT = "2", "1", "A", "e"
UNIT = "B"


def run(banks: Banks) -> Iterator[Row]:
    """One screen for each group of keys."""
    folder = banks.of(ENTRIES)
    yield from _first_frame(folder, banks)
    yield from _moves(folder, banks)
    yield from _search_keys(folder, banks)
    yield from _pane_changes(folder, banks)
    yield from _typing(folder, banks)


def _opened(folder: Path, banks: Banks) -> Recorded:
    app = mbtui_screen(folder, environment(banks.home), SIZE)
    app.until_plain(*PAINTED)
    app.settle(1.0)
    return app


def _first_frame(folder: Path, banks: Banks) -> Iterator[Row]:
    with _opened(folder, banks) as app:
        first = app.bytes_sent
        yield Row("first frame", first, 6_000, UNIT, "all that is sent until the screen is quiet")
        while app.read(IDLE_SECONDS):
            pass
        yield Row("idle for 3 s", app.bytes_sent - first, 0, UNIT)


def _moves(folder: Path, banks: Banks) -> Iterator[Row]:
    with _opened(folder, banks) as app:
        app.answer_to(LIST)
        moves = [app.answer_to("j") for _ in range(MOVES)]
        yield Row("cursor move, median", median(moves), 500, UNIT, spread(moves))
        yield Row(f"cursor move, mean of {MOVES}, edge included", mean(moves), 600, UNIT)


def _search_keys(folder: Path, banks: Banks) -> Iterator[Row]:
    with _opened(folder, banks) as app:
        app.answer_to("/")
        keys = [app.answer_to(key) for key in QUERY]
        yield Row("search key, median", median(keys), 3_000, UNIT, spread(keys))


def _pane_changes(folder: Path, banks: Banks) -> Iterator[Row]:
    with _opened(folder, banks) as app:
        changes = [app.answer_to(key) for _ in range(8) for key in (LIST, TREE)]
        yield Row("pane change, median", median(changes), 1_000, UNIT, spread(changes))


def _typing(folder: Path, banks: Banks) -> Iterator[Row]:
    """In the title of a new entry, and in the main text of the entry under the cursor."""
    for what, keys in (("a line of the form", NEW), ("the editor", LIST + EDIT)):
        with _opened(folder, banks) as app:
            for key in keys:
                app.answer_to(key)
            sent = [app.answer_to(key) for key in TEXT]
            yield Row(f"character typed in {what}", median(sent), 300, UNIT, spread(sent))
