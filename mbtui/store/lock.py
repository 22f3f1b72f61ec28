"""A lock file in the user's state folder that puts our own writers in order."""

from __future__ import annotations

import contextlib
import functools
import importlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from mbtui.store.errors import StoreError

WAIT_SECONDS = 5.0
_LOOK_AGAIN = 0.002


def state_folder(bank: Path) -> Path:
    """The folder of the user's own state about one bank; it need not exist."""
    name: str = _sha256()(os.fsencode(os.path.realpath(bank))).hexdigest()[:16]
    return user_state_folder() / name


def private_folder(bank: Path, name: str = "") -> Path:
    """That folder, or the one called `name` in it, made if need be, open to this user only.

    Raises OSError.
    """
    folder = state_folder(bank)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if name:
        folder /= name
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder


@functools.cache
def _sha256() -> Callable[[bytes], Any]:
    """SHA-256 by the interpreter's own code where it has some.

    `hashlib` loads OpenSSL, which takes longer than a save.
    """
    for name in ("_sha2", "_sha256", "hashlib"):
        with contextlib.suppress(ImportError):
            function: Callable[[bytes], Any] = importlib.import_module(name).sha256
            return function
    raise ImportError("no SHA-256")


def user_state_folder() -> Path:
    """What platformdirs calls the user's state folder; it need not exist.

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
        return os.open(private_folder(bank) / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
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
