"""The beginning of small files that belong to others: never waits, never reads without bound."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def read_start(path: Path, limit: int) -> bytes | None:
    """The first `limit` bytes of a regular file; None for anything else, or what may not be read.

    Never waits on a pipe or a device.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except (OSError, ValueError):
        return None
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        return os.read(handle, limit)
    except OSError:
        return None
    finally:
        os.close(handle)
