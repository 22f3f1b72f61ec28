"""What ends the program from outside: a signal, or a terminal that is gone.

Without this a dropped line or a `kill` ends the process at once, unsaved text and all; and where
the terminal vanishes without a signal (under nohup, say), Textual reads its end for ever.
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

_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGHUP", "SIGTERM", "SIGINT") if hasattr(signal, name)
)
_SIGNAL_CODE = 128
"""Shells add this to the number of the signal that ended a program."""

PATIENCE_SECONDS = 2.0
"""How long a program without a terminal may take to end by itself."""

HUNG_UP = _SIGNAL_CODE + 1
"""The exit code of a program that lost its terminal."""


def end_from_outside(end: Callable[[int], None]) -> None:
    """Call `end` with an exit code when the program is to end; call this in its event loop.

    `end` runs in the loop. It may run more than once. When the terminal is gone and `end` has not
    ended the process after two seconds, because a write to that terminal blocks it, the process
    is ended there and then.
    """
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, end, _SIGNAL_CODE + number)
    watch = threading.Thread(
        target=_wait_for_hang_up, args=(loop, end), name="mbtui-terminal", daemon=True
    )
    watch.start()


def _wait_for_hang_up(loop: asyncio.AbstractEventLoop, end: Callable[[int], None]) -> None:
    if not _hung_up():
        return
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(end, HUNG_UP)
    threading.Event().wait(PATIENCE_SECONDS)
    os._exit(HUNG_UP)


def _hung_up() -> bool:
    """Wait until nobody is at the other end of the terminal; False where that is never told."""
    try:
        poll = select.poll()
        poll.register(sys.__stdin__.fileno(), 0)  # type: ignore[union-attr]
        return any(told & select.POLLHUP for _, told in poll.poll())
    except (AttributeError, OSError, ValueError):
        return False
