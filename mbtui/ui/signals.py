"""What ends the program from outside: a signal, or a terminal that is gone.

Without this a dropped line or a `kill` ends the process at once, unsaved text and all; where the
terminal vanishes without a signal (under nohup, say), Textual reads its end for ever; and where
the terminal takes no more output (a frozen multiplexer), its event loop waits and hears no signal.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGHUP", "SIGTERM", "SIGINT") if hasattr(signal, name)
)
_SIGNAL_CODE = 128
"""Shells add this to the number of the signal that ended a program."""

STUCK_SECONDS = 0.8
"""How long the event loop may take to begin to end, and a program without a terminal to be gone."""

LEAVING_SECONDS = 3.0
"""How long a program that was told to end may take to leave its terminal clean."""

HUNG_UP = _SIGNAL_CODE + 1
"""The exit code of a program that lost its terminal."""


def forget_terminal() -> None:
    """Let what is still to be written go nowhere: the terminal is gone, and Python would fail.

    Without this the exit code would be 120 where something was left to write.
    """
    with contextlib.suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for number in (1, 2):
            os.dup2(nowhere, number)


def end_from_outside(end: Callable[[int], None], keep: Callable[[], None] | None = None) -> None:
    """Call `end` with an exit code when the program is to end; call this in its event loop.

    `end` runs in the loop. It may run more than once. When the loop does not come to it, because
    a write to the terminal blocks, `keep` is called from another thread, to save what must not be
    lost, and the process is ended there and then; also when the loop came to it and the process is
    still there a while later. Signals are taken over from the main thread only.
    """
    ending = _Ending(end, keep)
    for number in _SIGNALS:
        with contextlib.suppress(OSError, ValueError):
            before = signal.signal(number, ending.told)
            owner = getattr(before, "__self__", None)
            if isinstance(owner, _Ending) and owner.is_over:
                before = owner.before[number]
            ending.before[number] = before
    watch = threading.Thread(target=ending.wait_for_hang_up, name="mbtui-terminal", daemon=True)
    watch.start()


class _Ending:
    """How one program ends; `before` holds what handled each signal until then."""

    def __init__(self, end: Callable[[int], None], keep: Callable[[], None] | None) -> None:
        self.before: dict[int, Any] = {}
        self._loop = asyncio.get_running_loop()
        self._end = end
        self._keep = keep
        self._begun = threading.Event()

    @property
    def is_over(self) -> bool:
        """Whether the program's event loop has ended."""
        return self._loop.is_closed()

    def told(self, number: int, _: FrameType | None) -> None:
        """Handle a signal; once the loop is closed, as it was handled before."""
        if self.is_over:
            signal.signal(number, self.before[number] or signal.SIG_DFL)
            signal.raise_signal(number)
            return
        code = _SIGNAL_CODE + number
        latest = threading.Thread(target=self._finish, args=(code, LEAVING_SECONDS), daemon=True)
        latest.start()

    def wait_for_hang_up(self) -> None:
        """End when nobody is at the other end of the terminal any more."""
        if _hung_up():
            self._finish(HUNG_UP, STUCK_SECONDS)

    def _finish(self, code: int, seconds: float) -> None:
        """End in the loop; here where that did not begin, or takes longer than `seconds`."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._begin, code)
        if self._begun.wait(STUCK_SECONDS):
            threading.Event().wait(seconds)
        elif self._keep is not None:
            with contextlib.suppress(Exception):
                self._keep()
        _make_usable()
        os._exit(code)

    def _begin(self, code: int) -> None:
        self._end(code)
        self._begun.set()


def _hung_up() -> bool:
    """Wait until nobody is at the other end of the terminal; False where that is never told."""
    try:
        stdin = sys.__stdin__
        if stdin is None or not stdin.isatty():
            return False
        poll = select.poll()
        poll.register(stdin.fileno(), 0)
        return any(told & select.POLLHUP for _, told in poll.poll())
    except (AttributeError, OSError, ValueError):
        return False


def _make_usable() -> None:
    """Let the terminal show what is typed and act on Ctrl+C again, without writing to it."""
    try:
        import termios
    except ImportError:
        return
    stdin = sys.__stdin__
    with contextlib.suppress(OSError, ValueError, AttributeError, termios.error):
        mode = termios.tcgetattr(stdin.fileno())  # type: ignore[union-attr]
        mode[0] |= termios.ICRNL | termios.IXON
        mode[1] |= termios.OPOST
        mode[3] |= termios.ICANON | termios.ECHO | termios.ISIG | termios.IEXTEN
        termios.tcsetattr(stdin.fileno(), termios.TCSANOW, mode)  # type: ignore[union-attr]
