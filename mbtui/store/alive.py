"""Which process wrote something, and whether it still runs."""

from __future__ import annotations

import os
from pathlib import Path


def this_process() -> str:
    """A mark of this process: its number, when it began and on which machine since its start."""
    return f"{os.getpid()} {_began(os.getpid())} {_machine()}"


def is_running(mark: str) -> bool:
    """Whether the process of a mark runs on this machine; False where that cannot be known."""
    number, _, rest = mark.partition(" ")
    began, _, machine = rest.partition(" ")
    if os.name != "posix" or not number.isdecimal() or machine != _machine():
        return False
    if began != _began(int(number)):
        return False
    try:
        os.kill(int(number), 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True


def _began(number: int) -> str:
    """Ticks from the machine's start to the process's; `0` where the system does not tell.

    Of a process that ended and was not waited for, `ended`.
    """
    try:
        stat = Path(f"/proc/{number}/stat").read_text("utf-8", "replace")
        state, *fields = stat.rpartition(")")[2].split()
        return "ended" if state in "ZX" else fields[18]
    except (OSError, ValueError, IndexError):
        return "0"


def _machine() -> str:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except (OSError, ValueError):
        boot = ""
    return f"{os.uname().nodename if hasattr(os, 'uname') else ''} {boot}".strip()
