"""The bytes that saves displaced, kept in the user's state folder so that they can come back.

A file each, `TIME-NAME-FILE`, readable by this user only: the moment in UTC at which it was
displaced, a random name of eight characters, the bank's file with `+` for `/`. They are bounded:
those older than 30 days go, and the oldest beyond 64 MiB or 2,000 files.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from mbtui.bank.ids import random_id
from mbtui.store.lock import private_folder, state_folder

DISPLACED_FOLDER = "displaced"
MAX_BYTES = 64 * 1024 * 1024
MAX_FILES = 2_000
MAX_AGE_SECONDS = 30 * 24 * 3600

BOUND_AFTER_FILES = 200
"""How many files come in before the oldest are looked for again."""

BOUND_AFTER_BYTES = 8 * 1024 * 1024
"""The same by their size."""

_TALLY = ".tally"
_NANOSECONDS: Final = 10**9
_LATE_NS = 100_000_000


class Version(NamedTuple):
    """What one file of the bank held until it was displaced, at `at_ns` (since the epoch)."""

    name: str
    file: str
    at_ns: int
    size: int
    path: Path
    later: bool
    """Another program still had the file open and wrote to it afterwards."""

    def read(self) -> bytes:
        """Its bytes. Raises OSError."""
        return self.path.read_bytes()


def plain_name(file: str) -> str:
    """A bank's file such as `archive/known-issues.toml` as a name without a folder."""
    return file.replace("/", "+")


def name_of(plain: str) -> str:
    """The file that `plain_name` named."""
    return plain.replace("+", "/")


def keep(bank: Path, file: str, source: Path) -> str:
    """Take the file at `source`, which nothing else needs, into the kept ones; return its name.

    On the file system of the state folder the file itself moves, so that what a program still
    writes to it is kept too. Elsewhere, and where it has another name or owner, it is copied.
    Raises OSError; then `source` is where it was.
    """
    name = random_id(os.urandom(5))
    folder = state_folder(bank) / DISPLACED_FOLDER
    place = folder / f"{_stamp(time.time_ns())}-{name}-{plain_name(file)}"
    info = os.lstat(source)
    try:
        _take(source, place, info)
    except FileNotFoundError:
        private_folder(bank, DISPLACED_FOLDER)
        _take(source, place, info)
    with contextlib.suppress(OSError):
        _count(folder, info.st_size)
    return name


def _stamp(moment_ns: int) -> str:
    seconds, rest = divmod(moment_ns, _NANOSECONDS)
    return f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime(seconds))}.{rest:09d}Z"


def _take(source: Path, place: Path, info: os.stat_result) -> None:
    if info.st_nlink == 1 and info.st_uid == os.geteuid() and stat.S_ISREG(info.st_mode):
        try:
            os.chmod(source, 0o600)
            os.rename(source, place)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
        else:
            return
    write_private(place, _content(source))
    os.utime(place, (0, 0))  # Nobody else writes to this one.
    os.unlink(source)


def _content(source: Path) -> bytes:
    handle = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        return file.read()


def write_private(place: Path, data: bytes) -> None:
    """Write a new file that only this user can read. Raises OSError, and then leaves nothing."""
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(place)
        raise


def _count(folder: Path, size: int) -> None:
    """Note what came in, and after enough of it let the oldest go."""
    handle = os.open(folder / _TALLY, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            files, total = map(int, os.pread(handle, 64, 0).split())
        except ValueError:
            files, total = BOUND_AFTER_FILES, 0
        files, total = files + 1, total + size
        if files >= BOUND_AFTER_FILES or total >= BOUND_AFTER_BYTES:
            _bound(folder)
            files = total = 0
        os.pwrite(handle, f"{files:20d} {total:20d}\n".encode(), 0)
    finally:
        os.close(handle)


def _bound(folder: Path) -> None:
    """Remove what is too old, and the oldest of what is too much."""
    oldest = _stamp(time.time_ns() - MAX_AGE_SECONDS * _NANOSECONDS)
    with os.scandir(folder) as items:
        found = [
            (item.name, item.stat(follow_symlinks=False).st_size)
            for item in items
            if not item.name.startswith(".")
        ]
    room = MAX_BYTES
    for at, (name, size) in enumerate(sorted(found, reverse=True)):
        room -= size
        if room < 0 or at >= MAX_FILES or name < oldest:
            with contextlib.suppress(OSError):
                os.unlink(folder / name)


def versions(bank: Path) -> list[Version]:
    """What is kept of a bank, the newest first."""
    return _versions(state_folder(bank) / DISPLACED_FOLDER)


def _versions(folder: Path) -> list[Version]:
    found: list[Version] = []
    with contextlib.suppress(OSError), os.scandir(folder) as items:
        for item in items:
            with contextlib.suppress(OSError, ValueError):
                found.append(_version(item))
    return sorted(found, key=lambda version: version.at_ns, reverse=True)


def _version(item: os.DirEntry[str]) -> Version:
    """Raises ValueError for a name that is none of ours."""
    stamp, name, plain = item.name.split("-", 2)
    seconds, rest = stamp.removesuffix("Z").split(".")
    moment = _seconds(seconds) * _NANOSECONDS + int(rest)
    info = item.stat(follow_symlinks=False)
    later = info.st_mtime_ns > moment + _LATE_NS
    return Version(name, name_of(plain), moment, info.st_size, Path(item.path), later)


def _seconds(stamp: str) -> int:
    day, _, clock = stamp.partition("T")
    parts = (day[:4], day[4:6], day[6:], clock[:2], clock[2:4], clock[4:])
    year, month, date, hour, minute, second = map(int, parts)
    return int(datetime(year, month, date, hour, minute, second, tzinfo=UTC).timestamp())
