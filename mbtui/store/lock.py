"""A lock file in the user's state folder that puts our own writers in order."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from mbtui.store.errors import StoreError

WAIT_SECONDS = 5.0
_LOOK_AGAIN = 0.002


def state_folder(bank: Path) -> Path:
    """The folder of the user's own state about one bank; it need not exist."""
    import hashlib

    name = hashlib.sha256(os.fsencode(os.path.realpath(bank))).hexdigest()[:16]
    return _user_state() / name


def _user_state() -> Path:
    """What platformdirs calls the user's state folder.

    On Linux it is worked out here, because importing platformdirs takes longer than a save.
    """
    if sys.platform == "linux":
        named = os.environ.get("XDG_STATE_HOME", "")
        home = named if os.path.isabs(named) else os.path.expanduser("~/.local/state")
        return Path(home, "mbtui")
    import platformdirs

    return Path(platformdirs.user_state_path("mbtui"))


@contextlib.contextmanager
def bank_lock(bank: Path) -> Iterator[None]:
    """Hold the lock of a bank; other mbtui processes of this user wait up to 5 s for it.

    Raises StoreError when it stays taken. Where there can be no lock (a read-only home, a system
    without `flock`), the comparison before each replace stands alone.
    """
    handle = _open(bank)
    if handle is None:
        yield
        return
    try:
        _wait_for(handle, bank)
        yield
    finally:
        os.close(handle)


def _open(bank: Path) -> int | None:
    try:
        folder = state_folder(bank)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return None


def _wait_for(handle: int, bank: Path) -> None:
    try:
        import fcntl
    except ImportError:
        return
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise StoreError(
                    f"another mbtui has been writing to {bank} for {WAIT_SECONDS:.0f} s;"
                    " nothing was written, try again"
                ) from None
            time.sleep(_LOOK_AGAIN)
        except OSError:
            return
