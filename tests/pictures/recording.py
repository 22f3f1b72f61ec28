"""A short recording of a session on the demo bank, as an animated SVG.

`python -m tests.pictures.recording` writes `docs/recording.svg`. It needs termtosvg, which
turns a recorded terminal into SVG: `pip install termtosvg`.
"""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import tempfile
import termios
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter

from mbtui.store.demo import demo_bank

COLUMNS, ROWS = 80, 22
YESTERDAY = date.today() - timedelta(days=1)
PROJECT = Path(__file__).resolve().parent.parent.parent
TARGET = PROJECT / "docs" / "recording.svg"
LINE = "pool empty after fork #celery !high app/db.py -- dispose the engine in worker_process_init"
SCRIPT: tuple[tuple[float, str], ...] = (
    (1.2, ""),
    (0.5, "l"),
    (0.6, "j"),
    (0.9, "/"),
    *((0.12, letter) for letter in "deadlock"),
    (1.2, "\r"),
    (1.6, "\r"),
    (0.8, "q"),
    (0.6, "q"),
    (0.8, "a"),
    *((0.045, letter) for letter in LINE),
    (1.6, "\r"),
    (1.4, "g"),
    (1.2, "\r"),
    (2.0, "q"),
    (1.5, "u"),
    (2.0, ""),
)
"""Seconds to wait before keys, and the keys."""


def record() -> list[tuple[float, str]]:
    """What the terminal got, and after how many seconds."""
    with tempfile.TemporaryDirectory() as home, demo_bank(YESTERDAY) as bank:
        pid, master = pty.fork()
        if pid == 0:
            os.environ |= {"HOME": home, "XDG_STATE_HOME": home, "XDG_CONFIG_HOME": home}
            os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
            os.environ |= {"MBTUI_AUTHOR": "Ana Lima", "TZ": "UTC"}
            os.chdir(PROJECT)
            os.execv(sys.executable, [sys.executable, "-m", "mbtui", "--bank", str(bank)])
        fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        chunks: list[tuple[float, str]] = []
        read_until(master, chunks, 4.0, until="\x1b[?2026l")
        begin = perf_counter()
        first = len(chunks)
        for pause, keys in SCRIPT:
            read_until(master, chunks, pause)
            os.write(master, keys.encode())
        read_until(master, chunks, 0.5)
        os.kill(pid, 15)
        read_until(master, [], 1.0)
        os.waitpid(pid, 0)
    opening = "".join(text for _, text in chunks[:first])
    return [(0.0, opening), *((max(0.0, at - begin), text) for at, text in chunks[first:])]


def read_until(
    master: int, chunks: list[tuple[float, str]], seconds: float, until: str = ""
) -> None:
    """Take what is drawn for some seconds, or until a text was drawn."""
    end = perf_counter() + seconds
    while (left := end - perf_counter()) > 0:
        ready, _, _ = select.select([master], [], [], left)
        if not ready:
            return
        try:
            data = os.read(master, 65536)
        except OSError:
            return
        chunks.append((perf_counter(), data.decode("utf-8", "replace")))
        if until and until in chunks[-1][1]:
            return


def main() -> None:
    """Write the recording."""
    header = {"version": 2, "width": COLUMNS, "height": ROWS}
    lines = [json.dumps(header)]
    lines += [json.dumps([round(at, 3), "o", text]) for at, text in record()]
    with tempfile.NamedTemporaryFile("w", suffix=".cast") as cast:
        cast.write("\n".join(lines) + "\n")
        cast.flush()
        command = ["termtosvg", "render", cast.name, str(TARGET), "-t", "gjm8", "-m", "40"]
        subprocess.run([*command, "-D", "2500"], check=True)


if __name__ == "__main__":
    main()
