"""`python -m tests.bench` lists the benchmarks, `python -m tests.bench NAME…` runs some or `all`.

Run them on a quiet machine. `MBTUI_CORPUS` may name a file of notes to build the banks from.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

from tests.bench.banks import SOURCE, made_banks

NAMES = ("start", "shell", "search", "save", "bytes", "memory", "drift", "log")


def main(names: list[str]) -> int:
    """Run benchmarks and print their rows; 1 when a figure is over its bar."""
    unknown = set(names) - {*NAMES, "all"}
    if not names or unknown:
        for name in NAMES:
            print(
                f"{name:<8} {(import_module(f'tests.bench.{name}').__doc__ or '').splitlines()[0]}"
            )
        return 2 if unknown else 0
    over = 0
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"load {load}; banks from {os.environ.get(SOURCE) or 'a seed'}", flush=True)
    with made_banks() as banks:
        for name in NAMES if "all" in names else names:
            for row in import_module(f"tests.bench.{name}").run(banks):
                print(row, flush=True)
                over += not row.passed
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
