"""A program under a real pty, with pyte as its terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyte

DEADLINE = 20.0
QUIET = 0.1
"""Seconds without output after which a program is taken to be done."""
SYNC_QUERY, SYNC_ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"


class Terminal:
    """Runs `python ARGUMENTS` and shows its screen. Wait with `until`, never by the clock."""

    def __init__(
        self,
        arguments: Sequence[str],
        env: Mapping[str, str],
        *,
        size: tuple[int, int] = (80, 24),
        synchronized: bool = False,
    ) -> None:
        self.screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        self._synchronized = synchronized
        self.raw = b""
        given = {**os.environ, **env}
        environment = {k: v for k, v in given.items() if k not in ("COLUMNS", "LINES")}
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            self._set_size(0, *size)
            os.execve(sys.executable, [sys.executable, *arguments], environment)
        self._set_size(self._master, *size)

    @staticmethod
    def _set_size(descriptor: int, columns: int, rows: int) -> None:
        fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def resize(self, columns: int, rows: int) -> None:
        """Change the terminal's size, as dragging its corner does."""
        self.pump(0)
        self.screen.resize(rows, columns)
        self._set_size(self._master, columns, rows)

    def send(self, keys: str) -> None:
        """Type."""
        os.write(self._master, keys.encode())

    def scribble(self, output: str) -> None:
        """Let another program write on the terminal."""
        self._stream.feed(output.encode())

    def pump(self, timeout: float) -> bool:
        """Read output for up to `timeout` seconds, until the first that comes."""
        if not select.select([self._master], [], [], timeout)[0]:
            return False
        try:
            output = os.read(self._master, 65536)
        except OSError:
            return False
        if self._synchronized and SYNC_QUERY in output:
            os.write(self._master, SYNC_ANSWER)
        self.raw += output
        self._stream.feed(output)
        return True

    def until(self, condition: Callable[[], bool]) -> None:
        """Read output until `condition` holds."""
        end = time.monotonic() + DEADLINE
        while not condition():
            assert time.monotonic() < end, "waited too long; the screen:\n" + self.text()
            self.pump(0.05)

    def settle(self) -> None:
        """Read until the program is quiet."""
        end = time.monotonic() + DEADLINE
        while self.pump(QUIET):
            assert time.monotonic() < end, "never quiet; the screen:\n" + self.text()

    def text(self) -> str:
        """The characters on the screen."""
        return "\n".join("".join(cell[0] for cell in row) for row in self.cells())

    def cells(self) -> list[list[tuple[Any, ...]]]:
        """Character, colours and attributes of each cell, row by row."""
        buffer = self.screen.buffer
        columns = range(self.screen.columns)
        return [[tuple(buffer[y][x]) for x in columns] for y in range(self.screen.lines)]

    def cursor(self) -> tuple[int, int]:
        """Column and row of the terminal's cursor."""
        return self.screen.cursor.x, self.screen.cursor.y

    def stopped(self) -> bool:
        """Whether the program is suspended by now; call once it should be."""
        return os.WIFSTOPPED(os.waitpid(self.pid, os.WUNTRACED)[1])

    def signal(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        os.kill(self.pid, number)

    def close(self) -> None:
        """End the program."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._master)
