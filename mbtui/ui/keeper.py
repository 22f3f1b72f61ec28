"""A terminal that is clean again after a `kill -9` too.

A program that is killed that way switches nothing back. A small shell process waits for its end,
and if that was not an orderly one, it leaves the alternate screen and switches off the mouse and
what else a terminal was told for the screen.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys

_RESET = (
    "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1016l"  # mouse
    "\x1b[?1004l\x1b[?2004l\x1b[?2048l\x1b[?2026l"  # focus, pasting, size reports, held output
    "\x1b[<u\x1b[0m\x1b[?7h\x1b[?25h\x1b[23;0t\x1b[?1049l"  # keys, colours, cursor, title, screen
)
_SCRIPT = """
trap '' HUP INT TERM QUIT TTOU TSTP
read -r end
[ "$end" = clean ] && exit
printf '%s' "$1" >&$2
case $(stty -a <&$2) in *-isig*) stty sane <&$2;; esac
"""
"""A shell that waits for a command has set the terminal up again by then, with signals on."""
_CLEAN = b"clean\n"
_SECONDS_TO_END = 1.0


class Keeper:
    """Waits beside the program, from `start` until `stop` or the program's end."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin to wait; where there is no POSIX shell or no terminal, nothing does."""
        if os.name != "posix" or sys.__stderr__ is None:
            return
        with contextlib.suppress(OSError, ValueError):
            terminal = sys.__stderr__.fileno()  # Where Textual draws.
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", _SCRIPT, "sh", _RESET, str(terminal)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=None if terminal == 2 else subprocess.DEVNULL,
                pass_fds=(terminal,),
                cwd="/",
                start_new_session=True,  # What ends or stops the program does not reach it.
            )

    def stop(self) -> None:
        """Wait no more: the program ends in order, and its terminal is clean."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(OSError, subprocess.TimeoutExpired):
                process.communicate(_CLEAN, timeout=_SECONDS_TO_END)
