"""Memory of the screen at 10,017 entries beside the same screen on an empty bank."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from tests.bench.banks import ENTRIES, Banks
from tests.bench.measure import Row
from tests.bench.programs import environment, mbtui_screen
from tests.bench.start import PAINTED

SIZE = (120, 35)
BAR = 1.5
ROUNDS = 3
"""Memory scatters little, unlike time."""
NAMES = {"VmRSS": "resident", "VmHWM": "peak"}


def run(banks: Banks) -> Iterator[Row]:
    """After the start, and after a search, which folds all texts."""
    for what, keys in (("after the start", ""), ("after a search", "/leak")):
        full = [_memory(banks, ENTRIES, keys) for _ in range(ROUNDS)]
        empty = [_memory(banks, 0, keys) for _ in range(ROUNDS)]
        for name, label in NAMES.items():
            mine, base = (median(found[name] for found in all_of) for all_of in (full, empty))
            detail = f"{mine / 1e6:.1f} / {base / 1e6:.1f} MB"
            yield Row(f"{label} memory {what}", mine / base, BAR, "× empty bank", detail)


def _memory(banks: Banks, entries: int, keys: str) -> dict[str, int]:
    with mbtui_screen(banks.of(entries), environment(banks.home), SIZE) as app:
        app.until_plain(*PAINTED)
        app.settle(1.0)
        for key in keys:
            app.answer_to(key)
        return app.memory()
