"""`mbtui add`, the whole process, beside a Python that does nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial

from tests.bench.banks import Banks
from tests.bench.measure import Row, interleaved, ratio
from tests.bench.programs import environment, seconds_of

ROUNDS = 41
BARS = {1_000: 8.0, 10_017: 14.0}
SCRIPT = "import sys; from mbtui.__main__ import main; sys.exit(main())"
"""What the installed `mbtui` script does."""
TEXT = "Celery pool exhausted after fork #celery !high"


def run(banks: Banks) -> Iterator[Row]:
    """With the author named by the environment; then with git asked for the name."""
    for entries, bar in BARS.items():
        folder = banks.copy_of(entries)
        asking = environment(banks.home)
        named = {**asking, "MBTUI_AUTHOR": "Ana Lima"}
        add = [sys.executable, "-c", SCRIPT, "add", "--bank", str(folder), TEXT]
        found = interleaved(
            {
                "pass": partial(seconds_of, [sys.executable, "-c", "pass"], named),
                "add": partial(seconds_of, add, named),
                "git": partial(seconds_of, add, asking),
            },
            ROUNDS,
        )
        yield ratio(f"add at {entries:,} entries", found["add"], found["pass"], bar, "pass")
        what = f"add at {entries:,} entries, asking git"
        yield ratio(what, found["git"], found["pass"], bar, "pass")
