"""The files beside a bank file while it is replaced, and what becomes of those a crash left.

`.mbtui-PLACE-PID-RANDOM.tmp` is being written. `.mbtui-PLACE-PID-RANDOM-FILE.kept` holds a whole
version of FILE: the new one until it takes the file's name, then the one that it displaced. PLACE
tells the machine (and its process namespace) in which PID is a process.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import stat
import sys
import zlib
from pathlib import Path
from typing import NamedTuple

from mbtui.store.displaced import keep, name_of, plain_name

_PREFIX = ".mbtui-"
_WRITING = ".tmp"
_WHOLE = ".kept"
_OURS = re.compile(r"\.mbtui-([0-9a-f]+)-(\d+)-[0-9a-f]{8}(?:\.tmp|-(.+)\.kept)\Z", re.ASCII)
_ACL = "system.posix_acl_access"


class Temporary(NamedTuple):
    """A whole new file on the disk. `foreign`: it could not be given to the old file's owner."""

    path: Path
    foreign: bool = False


def write_temporary(target: Path, data: bytes, old: os.stat_result | None) -> Temporary:
    """Write and flush a file beside `target` that is to take its place.

    It gets mode, owner, group and extended attributes of `target`, whose status is `old`; before,
    nobody else can read it. Without one it gets what the umask and the folder give a new file.
    Raises OSError, and then leaves nothing.
    """
    temporary = _fresh(target.parent, _WRITING)
    mode = 0o666 if old is None else 0o600
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    foreign = False
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if old is not None:
                foreign = not _copy_ownership(file.fileno(), old)
                _copy_attributes(target, file.fileno())
                os.fchmod(file.fileno(), _mode_after(old, foreign))
            os.fsync(file.fileno())
    except BaseException:
        discard(temporary)
        raise
    return Temporary(temporary, foreign)


def whole_name(target: Path, file: str) -> Path:
    """A fresh name beside `target` for a whole version of the bank's `file`."""
    return _fresh(target.parent, f"-{plain_name(file)}{_WHOLE}")


def discard(path: Path) -> None:
    """Remove a file; one that cannot be removed stays."""
    with contextlib.suppress(OSError):
        os.unlink(path)


def _fresh(folder: Path, ending: str) -> Path:
    return folder / f"{_PREFIX}{_here()}-{os.getpid()}-{os.urandom(4).hex()}{ending}"


@functools.cache
def _here() -> str:
    """This machine, and the namespace that its process numbers are from."""
    namespace = 0
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            namespace = os.stat("/proc/self/ns/pid").st_ino
    return f"{zlib.crc32(os.fsencode(os.uname().nodename)):08x}{namespace:08x}"


def _mode_after(old: os.stat_result, foreign: bool) -> int:
    mode = stat.S_IMODE(old.st_mode)
    return mode & ~(stat.S_ISUID | stat.S_ISGID) if foreign else mode


def _copy_ownership(handle: int, old: os.stat_result) -> bool:
    """Give the file to the old one's owner and group, as far as the system lets us."""
    new = os.fstat(handle)
    if (new.st_uid, new.st_gid) == (old.st_uid, old.st_gid):
        return True
    try:
        os.fchown(handle, old.st_uid, old.st_gid)
    except PermissionError:
        with contextlib.suppress(PermissionError):
            os.fchown(handle, -1, old.st_gid)
        return new.st_uid == old.st_uid and os.fstat(handle).st_gid == old.st_gid
    return True


def _copy_attributes(source: Path, handle: int) -> None:
    """The extended attributes of `source`, among them its access list, or the lack of one."""
    if not hasattr(os, "listxattr"):
        return
    with contextlib.suppress(OSError):
        names = os.listxattr(source)
        if _ACL not in names and _ACL in os.listxattr(handle):
            os.removexattr(handle, _ACL)
        for name in names:
            with contextlib.suppress(OSError):
                os.setxattr(handle, name, os.getxattr(source, name))


def sweep_temporaries(folder: Path, older_than: float) -> None:
    """Clear a folder of the bank of what earlier runs left in the middle of a save.

    Half-written files go, whole versions go to the displaced ones. At once where the process that
    made them is gone from this machine, else when they were last written before `older_than`
    (seconds since the epoch). What cannot be removed stays.
    """
    with contextlib.suppress(OSError), os.scandir(folder) as items:
        for item in items:
            if item.name.startswith(_PREFIX) and item.name.endswith((_WRITING, _WHOLE)):
                with contextlib.suppress(OSError):
                    _clear(folder, item, older_than)


def _clear(folder: Path, item: os.DirEntry[str], older_than: float) -> None:
    match = _OURS.match(item.name)
    gone = match is not None and match[1] == _here() and not _is_running(int(match[2]))
    if not gone:
        info = item.stat(follow_symlinks=False)
        # A displaced file keeps its old time of writing; only its change of name is new.
        if (info.st_ctime if item.name.endswith(_WHOLE) else info.st_mtime) >= older_than:
            return
    if match is None or match[3] is None:
        os.unlink(item.path)
        return
    file = name_of(match[3])
    above = file.count("/")
    keep(folder.parents[above - 1] if above else folder, file, Path(item.path))


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
