"""Starting the screen: from exec to the first paint, and to the answer to a first key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyte

from tests.bench import floor
from tests.bench.banks import Banks
from tests.bench.measure import Row, interleaved, ratio
from tests.bench.programs import Recorded, environment, mbtui_screen

SIZE = (120, 35)
CURSOR = "▌"
PAINTED = ("Sections", "All entries · ", "? help")
DOWN = "j"
BARS = {1_000: 1.15, 10_017: 1.6, 100_000: 6.0}


class _Start:
    """Measures starts; keeps from the last one when its first key was answered."""

    def __init__(self, home: Path) -> None:
        self.env = environment(home)
        self.answered = 0.0

    def floor(self) -> float:
        with Recorded(["-m", "tests.bench.floor"], self.env, SIZE) as app:
            app.until_plain(floor.READY, floor.KEY_NAME)
            painted = app.chunks[-1][0]
            app.answer_to(floor.KEY)
            self.answered = app.replay(lambda screen: floor.ANSWERED in "".join(screen.display))
        return painted

    def mbtui(self, folder: Path) -> float:
        with mbtui_screen(folder, env=self.env, size=SIZE) as app:
            app.until_plain(*PAINTED)
            painted = app.chunks[-1][0]
            app.answer_to(DOWN)
            rows: set[int] = set()

            def moved(screen: pyte.Screen) -> bool:
                rows.update(y for y, line in enumerate(screen.display) if line[0] == CURSOR)
                return len(rows) > 1

            self.answered = app.replay(moved)
        return painted

    def until_answer(self, start: float) -> float:
        """When the first key was answered in the start that was just measured."""
        assert start
        return self.answered


def run(banks: Banks) -> Iterator[Row]:
    """First paint at 1,000, 10,017 and 100,000 entries; first key at 1,000."""
    for entries, bar in BARS.items():
        folder = banks.of(entries)
        start = _Start(banks.home)
        answers: dict[str, list[float]] = {"floor": [], "mbtui": []}

        def measure_floor(start: _Start = start, answers: dict[str, list[float]] = answers) -> float:
            painted = start.floor()
            answers["floor"].append(start.answered)
            return painted

        def measure_mbtui(
            start: _Start = start,
            answers: dict[str, list[float]] = answers,
            folder: Path = folder,
        ) -> float:
            painted = start.mbtui(folder)
            answers["mbtui"].append(start.answered)
            return painted

        times = interleaved({"floor": measure_floor, "mbtui": measure_mbtui})
        yield ratio(f"first paint, {entries:,} entries", times["mbtui"], times["floor"], bar, "floor")
        if entries == min(BARS):
            mine, base = answers["mbtui"][1:], answers["floor"][1:]
            yield ratio(f"first key answered, {entries:,} entries", mine, base, bar, "floor")
