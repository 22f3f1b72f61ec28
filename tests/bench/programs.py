"""Programs under measurement: plain processes, and terminal programs in a pty."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import perf_counter

import pyte

PROJECT = Path(__file__).resolve().parent.parent.parent
DEADLINE = 30.0
SYNC_QUERY, SYNC_ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
_ESCAPE = re.compile(rb"\x1b(?:\[[0-9;?<=>]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[=>])")
_KEPT = ("PATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "PYTHONHOME")


def environment(home: Path, **more: str) -> dict[str, str]:
    """A small environment whose home is `home`, with byte code cached and no author named."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {
        **kept,
        "HOME": str(home),
        "XDG_STATE_HOME": str(home / "state"),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "PYTHONPATH": str(PROJECT),
        **more,
    }


def seconds_of(
    command: list[str], env: Mapping[str, str], *, allowed: Sequence[int] = (0,)
) -> float:
    """How long a process runs whose output is thrown away.

    Raises ChildProcessError when it ends with a code that is not `allowed`.
    """
    silence = [(os.POSIX_SPAWN_OPEN, n, os.devnull, os.O_RDWR, 0) for n in (0, 1, 2)]
    begin = perf_counter()
    pid = os.posix_spawnp(command[0], command, env, file_actions=silence)
    _, status = os.waitpid(pid, 0)
    elapsed = perf_counter() - begin
    if os.waitstatus_to_exitcode(status) not in allowed:
        raise ChildProcessError(f"{command} ended with {os.waitstatus_to_exitcode(status)}")
    return elapsed


class Recorded:
    """`python ARGUMENTS` in a pty, with all its output and the moment at which it came.

    Nothing is interpreted while it runs: `replay` does that afterwards.
    """

    def __init__(
        self, arguments: Sequence[str], env: Mapping[str, str], size: tuple[int, int]
    ) -> None:
        self.size = size
        self.chunks: list[tuple[float, bytes]] = []
        self.started = perf_counter()
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            self._set_size(0)
            os.execve(sys.executable, [sys.executable, *arguments], dict(env))
        self._set_size(self._master)

    def _set_size(self, descriptor: int) -> None:
        columns, rows = self.size
        packed = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(descriptor, termios.TIOCSWINSZ, packed)

    def __enter__(self) -> Recorded:
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._master)

    @property
    def bytes_sent(self) -> int:
        """How many bytes the program has written."""
        return sum(len(output) for _, output in self.chunks)

    @property
    def plain(self) -> str:
        """All output without escape sequences."""
        joined = b"".join(output for _, output in self.chunks)
        return _ESCAPE.sub(b"", joined).decode(errors="replace")

    def send(self, keys: str) -> None:
        """Type."""
        os.write(self._master, keys.encode())

    def read(self, timeout: float) -> bool:
        """Read what comes first within so many seconds; whether anything came."""
        if not select.select([self._master], [], [], timeout)[0]:
            return False
        with contextlib.suppress(OSError):
            output = os.read(self._master, 65536)
            self.chunks.append((perf_counter() - self.started, output))
            if SYNC_QUERY in output:
                os.write(self._master, SYNC_ANSWER)
            return bool(output)
        return False

    def until(self, condition: Callable[[], bool]) -> None:
        """Read until the condition holds. Raises TimeoutError."""
        end = perf_counter() + DEADLINE
        while not condition():
            if perf_counter() > end:
                raise TimeoutError("waited too long for the program; it wrote:\n" + self.plain)
            self.read(0.05)

    def settle(self, quiet: float = 0.3) -> None:
        """Read until nothing comes for so many seconds."""
        while self.read(quiet):
            pass

    def until_plain(self, *marks: str) -> None:
        """Read until all marks were written, each in one piece."""
        self.until(lambda: all(mark in self.plain for mark in marks))

    def answer_to(self, keys: str) -> int:
        """Type, wait for the answer and for quiet behind it; how many bytes came."""
        before, count = self.bytes_sent, len(self.chunks)
        self.send(keys)
        self.until(lambda: len(self.chunks) > count)
        self.settle()
        return self.bytes_sent - before

    def replay(self, condition: Callable[[pyte.Screen], bool]) -> float:
        """Seconds from the start to the first output after which the screen meets a condition.

        Raises LookupError when it never did.
        """
        screen = pyte.Screen(*self.size)
        stream = pyte.ByteStream(screen)
        for moment, output in self.chunks:
            stream.feed(output)
            if condition(screen):
                return moment
        raise LookupError("the screen was never so:\n" + "\n".join(screen.display))

    def memory(self) -> dict[str, int]:
        """`VmRSS` and `VmHWM` of the process in bytes."""
        found: dict[str, int] = {}
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            name, _, value = line.partition(":")
            if name in ("VmRSS", "VmHWM"):
                found[name] = int(value.split()[0]) * 1024
        return found


def mbtui_screen(folder: Path, env: Mapping[str, str], size: tuple[int, int]) -> Recorded:
    """The screen of mbtui on a bank."""
    return Recorded(["-m", "mbtui", "--bank", str(folder)], env, size)
