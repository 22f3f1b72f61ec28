"""A program that knows nothing of mbtui and rewrites a file all the time, and owns up to it.

`python -m tests.faults.adversary FILE SECONDS SEED` adds comment lines `# token N`, by turns in
place and by a new file that takes the name. For each it tells on standard output `wrote N`, and
`overwrote N` for each line that it displaced itself: it was in the file in that instant and is not
in what the program put there.
"""

from __future__ import annotations

import random
import re
import sys
import time
from pathlib import Path

from mbtui.store.rename import exchange

PAUSE = 0.004
TOKEN = re.compile(rb"^# token (\d+)$", re.M)


def tokens(data: bytes) -> set[int]:
    """The numbers of the lines in a text."""
    return {int(number) for number in TOKEN.findall(data)}


def run(path: Path, seconds: float, seed: int) -> None:
    chance = random.Random(seed)
    new = path.with_name("adversary.new")
    ends = time.monotonic() + seconds
    number = 0
    while time.monotonic() < ends:
        number += 1
        line = b"# token %d\n" % number
        if chance.random() < 0.5:
            with path.open("ab", buffering=0) as file:
                file.write(line)
            print("wrote", number, flush=True)
        else:
            data = path.read_bytes() + line
            new.write_bytes(data)
            if not exchange(new, path):
                raise SystemExit("no exchange here")
            print("wrote", number, *sorted(tokens(new.read_bytes()) - tokens(data)), flush=True)
        time.sleep(chance.uniform(0, PAUSE))
    new.unlink(missing_ok=True)


if __name__ == "__main__":
    run(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
