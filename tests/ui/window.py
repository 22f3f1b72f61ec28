"""mbtui in a real pty, on a bank and a home of its own."""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.ui.terminal import Terminal

ROOT = Path(__file__).resolve().parents[2]
SOON = 5.0
"""Seconds within which what another program wrote must be shown, however slow the machine."""
ANSWER = 0.3
"""Seconds within which a key that changes something is answered."""


_OPENED_AND_CLOSED = [
    ("\x1b[?1049h", "\x1b[?1049l"),  # alternate screen
    ("\x1b[?25l", "\x1b[?25h"),  # cursor
    ("\x1b[?1000h", "\x1b[?1000l"),  # mouse
    ("\x1b[?1003h", "\x1b[?1003l"),
    ("\x1b[?1006h", "\x1b[?1006l"),
    ("\x1b[?1004h", "\x1b[?1004l"),  # focus reports
    ("\x1b[?2004h", "\x1b[?2004l"),  # bracketed paste
    ("\x1b[?7l", "\x1b[?7h"),  # line wrap
    ("\x1b[>", "\x1b[<"),  # kitty keyboard
    ("\x1b[22;0t", "\x1b[23;0t"),  # window title
]
PATIENCE = float(os.environ.get("MBTUI_FAULT_PATIENCE", "1"))
"""By how much a slow machine may be late: the limits of the fault tests are multiplied with it."""


def own_world(home: Path) -> dict[str, str]:
    """An environment in which nothing of the user's own is read or written."""
    home.mkdir(exist_ok=True)
    seen = home / "state" / "mbtui" / "screen.json"
    seen.parent.mkdir(parents=True, exist_ok=True)
    seen.write_text('{"hint_seen": true}')
    folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("STATE", "DATA", "CONFIG")}
    return {
        **folders,
        "HOME": str(home),
        "TERM": "xterm-256color",
        "COLORTERM": "",
        "NO_COLOR": "",
        "TMPDIR": str(home),
        "MBTUI_AUTHOR": "Ana Lima",
        "MBTUI_BANK": "",
        "MBTUI_PAINT": "diff",
        "PYTHONPATH": str(ROOT),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
    }


class Window(Terminal):
    """mbtui on `bank`, opened and following it."""

    def __init__(
        self,
        bank: Path,
        env: Mapping[str, str],
        *,
        size: tuple[int, int] = (110, 30),
        program: Sequence[str] = ("-m", "mbtui"),
        state: str | None = "live",
    ) -> None:
        super().__init__([*program, "--bank", str(bank)], env, size=size)
        self.ended: int | None = None
        self._stalled = False
        try:
            self.until(lambda: state in (None, self.state()))
            self.settle()
        except AssertionError:
            self.close()
            raise

    @property
    def lines(self) -> list[str]:
        """The rows of the screen."""
        return list(self.screen.display)

    def state(self) -> str:
        """How the bank is followed, as the header says."""
        words = self.lines[0].split()
        return words[-1] if words else ""

    def shows(self, text: str) -> bool:
        """Whether a row of the screen holds the text."""
        return any(text in line for line in self.lines)

    def until_shown(self, *texts: str, seconds: float = SOON) -> float:
        """Wait for texts that come within so many seconds; how long it took."""
        return self.within(seconds, lambda: all(self.shows(text) for text in texts))

    def within(self, seconds: float, condition: Callable[[], bool]) -> float:
        """Wait for a condition that comes to hold within so many seconds; how long it took."""
        start = time.monotonic()
        while not condition():
            assert time.monotonic() - start < seconds, f"not in {seconds} s:\n{self.text()}"
            self.pump(0.02)
        return time.monotonic() - start

    def press(self, *keys: str) -> None:
        """Type keys that change the screen, each when the one before it is answered."""
        for key in keys:
            self.send(key)
            self.pump(ANSWER)
            self.settle()

    def open_form(self, typed: str = "") -> None:
        """Open the form on a current issue and type into its main text."""
        self.send("e")
        self.within(SOON, lambda: 0 < self.row_of("Issue") == self.cursor()[1] - 1)
        if typed:
            self.press(typed)
            self.until_shown(typed)

    def row_of(self, line: str) -> int:
        """The row of the screen that holds only this, with or without the mark •, or -1."""
        wanted = (line, f"{line} •")
        return next((y for y, text in enumerate(self.lines) if text.strip() in wanted), -1)

    def cursor_row(self) -> int:
        """The screen row of the cursor of the focused pane, or -1."""
        return next((y for y, line in enumerate(self.lines) if "▌" in line), -1)

    def hang_up(self) -> None:
        """Close the terminal, as a dropped line does."""
        os.close(self._master)
        self._master = -1

    def assert_left_clean(self) -> None:
        """Check that every mode of the terminal that was switched on was switched off again."""
        assert not self.left_on()

    def left_on(self) -> list[str]:
        """What switched a mode of the terminal on that was not switched off again."""
        sent = self.raw.decode()
        return [on for on, off in _OPENED_AND_CLOSED if sent.rfind(off) <= sent.rfind(on)]

    def local_modes(self) -> int:
        """What the terminal does with what is typed, such as `termios.ECHO`."""
        return int(termios.tcgetattr(self._master)[3])

    def stall(self) -> None:
        """Read no more, as a frozen multiplexer does, until the program can write no more."""
        self._stalled = True
        before, same = (-1, -1), 0
        while same < 25:
            self._set_size(self._master, 100 + same % 20, 30)
            time.sleep(0.01)
            count = bytearray(4)
            fcntl.ioctl(self._master, termios.FIONREAD, count)
            now = int.from_bytes(count, sys.byteorder), self._work_done()
            before, same = now, same + 1 if now == before else 0

    def _work_done(self) -> int:
        """Ticks of processor time that the program used; 0 where the system does not tell."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0
        return int(fields[11]) + int(fields[12])

    def wait_for_end(self, seconds: float) -> int:
        """The exit code of a program that ends within so many seconds; negative for a signal."""
        end = time.monotonic() + seconds
        while self.ended is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.ended = os.waitstatus_to_exitcode(status)
                break
            assert time.monotonic() < end, f"still running after {seconds} s"
            if self._master >= 0 and not self._stalled:
                self.pump(0.02)
            else:
                time.sleep(0.01)
        while self._master >= 0 and self.pump(0):
            pass
        return self.ended

    def close(self) -> None:
        """End the program, if it did not end by itself."""
        if self.ended is None:
            os.kill(self.pid, signal.SIGCONT)
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.ended = -signal.SIGKILL
        if self._master >= 0:
            os.close(self._master)
            self._master = -1
