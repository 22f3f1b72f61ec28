"""`mbtui add`, the whole process, beside a Python that does nothing."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from tests.bench.banks import Banks
from tests.bench.measure import Row, interleaved, ratio
from tests.bench.programs import environment, seconds_of

ROUNDS = 41
BARS = {1_000: 8.0, 10_017: 14.0}
SCRIPT = "import sys; from mbtui.__main__ import main; sys.exit(main())"
"""What the installed `mbtui` script does."""
WORDS = ("pool", "worker", "fork", "upload", "invoice", "cursor", "replica", "token", "queue")


def run(banks: Banks) -> Iterator[Row]:
    """With the author named by the environment; then with git asked for the name."""
    for entries, bar in BARS.items():
        asking = environment(banks.home)
        named = {**asking, "MBTUI_AUTHOR": "Ana Lima"}
        add = partial(_add, banks.copy_of(entries), random.Random(entries))
        found = interleaved(
            {
                "pass": partial(seconds_of, [sys.executable, "-c", "pass"], named),
                "add": partial(add, named),
                "git": partial(add, asking),
            },
            ROUNDS,
        )
        yield ratio(f"add at {entries:,} entries", found["add"], found["pass"], bar, "pass")
        what = f"add at {entries:,} entries, asking git"
        yield ratio(what, found["git"], found["pass"], bar, "pass")


def _add(folder: Path, chance: random.Random, env: Mapping[str, str]) -> float:
    """Seconds to add an entry that is much like no other."""
    text = " ".join(f"{word}{chance.randrange(1000)}" for word in chance.sample(WORDS, 4))
    command = [sys.executable, "-c", SCRIPT, "add", "--bank", str(folder), f"{text} #celery !high"]
    return seconds_of(command, env)
