"""Starting the screen: from exec to the first paint, and to the answer to a first key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pyte

from tests.bench import floor
from tests.bench.banks import Banks
from tests.bench.measure import Row, interleaved, ratio
from tests.bench.programs import Recorded, environment, mbtui_screen

SIZE = (120, 35)
CURSOR = "▌"
PAINTED = ("Sections", "All entries", "? help")
DOWN = "j"
BARS = {1_000: 1.15, 10_017: 1.6, 100_000: 6.0}


class Started(NamedTuple):
    """Seconds from exec to the whole first frame, and to the answer to a key typed then."""

    painted: float
    answered: float


def start_floor(env: Mapping[str, str]) -> Started:
    """Start the floor app and type one key."""
    with Recorded(["-m", "tests.bench.floor"], env, SIZE) as app:
        app.until_plain(floor.READY, floor.KEY_NAME)
        painted = app.chunks[-1][0]
        app.answer_to(floor.KEY)
        answered = app.replay(lambda screen: floor.ANSWERED in "".join(screen.display))
    return Started(painted, answered)


def start_mbtui(env: Mapping[str, str], folder: Path) -> Started:
    """Start mbtui on a bank and move its cursor."""
    with mbtui_screen(folder, env, SIZE) as app:
        app.until_plain(*PAINTED)
        painted = app.chunks[-1][0]
        app.answer_to(DOWN)
        rows: set[int] = set()

        def has_moved(screen: pyte.Screen) -> bool:
            rows.update(y for y, line in enumerate(screen.display) if line[0] == CURSOR)
            return len(rows) > 1

        return Started(painted, app.replay(has_moved))


def run(banks: Banks) -> Iterator[Row]:
    """First paint at 1,000, 10,017 and 100,000 entries; first key at 1,000."""
    env = environment(banks.home)
    for entries, bar in BARS.items():
        mbtui = partial(start_mbtui, env, banks.of(entries))
        found = interleaved({"floor": partial(start_floor, env), "mbtui": mbtui})
        mine, base = found["mbtui"], found["floor"]
        painted = [start.painted for start in mine], [start.painted for start in base]
        yield ratio(f"first paint, {entries:,} entries", *painted, bar, "floor")
        if entries == min(BARS):
            answered = [start.answered for start in mine], [start.answered for start in base]
            yield ratio(f"first key answered, {entries:,} entries", *answered, bar, "floor")
