"""Open the demo of an installed `mbtui` in a real terminal and quit: `wheel_smoke.py PATH`.

Run with a Python that has pyte; the program itself runs in its own environment.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time

import pyte

COLUMNS, ROWS = 100, 30
SECONDS = 30.0


def main(program: str) -> int:
    screen = pyte.Screen(COLUMNS, ROWS)
    stream = pyte.ByteStream(screen)
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    environment = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
    process = subprocess.Popen(
        [program, "--demo"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        env={**environment, "TERM": "xterm-256color"},
    )
    os.close(theirs)
    asked_to_quit = False
    deadline = time.monotonic() + SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if select.select([ours], [], [], 0.1)[0]:
            try:
                stream.feed(os.read(ours, 65536))
            except OSError:
                break
        text = "\n".join(screen.display)
        if not asked_to_quit and "All entries" in text and "live" in text:
            asked_to_quit = True
            os.write(ours, b"q")
    process.wait(5)
    if not asked_to_quit or process.returncode:
        print("\n".join(screen.display))
        print(f"the demo did not open and quit (exit code {process.returncode})")
        return 1
    print("the demo opens and quits")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
