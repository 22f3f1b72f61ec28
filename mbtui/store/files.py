"""Reading and durably replacing one file of the bank."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path
from typing import NamedTuple

from mbtui.store.errors import ReadOnlyBankError, StoreError

MAX_BYTES = 64 * 1024 * 1024
"""The largest file that is read (docs/format.md)."""

TEMPORARY_PREFIX = ".mbtui-"
TEMPORARY_SUFFIX = ".tmp"


class Signature(NamedTuple):
    """What tells whether a file was touched, without reading it."""

    device: int
    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int


class UnreadableError(Exception):
    """The file is there and cannot be read as a bank file; `str()` says why."""


class FileChangedError(Exception):
    """The file holds other bytes than those that were read."""


def signature(path: Path) -> Signature | None:
    """The signature of the file that `path` leads to, or None without one."""
    try:
        info = os.stat(path)
    except OSError:
        return None
    return Signature(info.st_dev, info.st_ino, info.st_size, info.st_mtime_ns, info.st_ctime_ns)


def read_bytes(path: Path, root: Path) -> tuple[bytes, Signature] | None:
    """The bytes of a regular file inside `root`; None when there is no such file.

    Raises UnreadableError for what is no regular file, lies outside `root` behind a link, is larger
    than 64 MiB or may not be read. Never waits on a pipe or a device.
    """
    try:
        place = os.path.realpath(path)
        if not place.startswith(os.path.join(os.path.realpath(root), "")):
            raise UnreadableError(f"is a link to {place}, outside the bank; not opened")
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UnreadableError(f"cannot be opened: {error.strerror}") from None
    info = os.fstat(handle)
    if not stat.S_ISREG(info.st_mode):
        os.close(handle)
        raise UnreadableError("is not a regular file; not opened")
    with os.fdopen(handle, "rb") as file:
        if info.st_size > MAX_BYTES:
            raise UnreadableError(f"is larger than {MAX_BYTES >> 20} MiB; not opened")
        try:
            data = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise UnreadableError(f"cannot be read: {error.strerror}") from None
    if len(data) > MAX_BYTES:
        raise UnreadableError(f"is larger than {MAX_BYTES >> 20} MiB; not opened")
    mark = Signature(info.st_dev, info.st_ino, info.st_size, info.st_mtime_ns, info.st_ctime_ns)
    return data, mark


def replace_bytes(path: Path, root: Path, data: bytes, expected: bytes | None) -> str:
    """Replace the file's bytes, all or nothing, and return a warning or an empty text.

    `expected` are the bytes that were read; None when there was no file. The new bytes go to a
    temporary file in the same folder, are flushed to the disk, and take the file's name in one
    step, with its mode, owner and extended attributes. A link inside the bank stays a link.

    Raises FileChangedError when the file holds anything but `expected`, and StoreError with a
    sentence for people when the system refuses; then the file is as it was.
    """
    if len(data) > MAX_BYTES:
        raise StoreError(
            f"{path.name} would be larger than {MAX_BYTES >> 20} MiB; nothing was written."
            " Archive or delete entries first"
        )
    target = Path(os.path.realpath(path)) if path.is_symlink() else path
    _check_writable(target)
    temporary = None
    try:
        temporary = _write_temporary(target, data)
        current = read_bytes(path, root)
        if (current[0] if current else None) != expected:
            raise FileChangedError(str(path))
        os.replace(temporary, target)
        temporary = None
    except UnreadableError as error:
        raise StoreError(f"{path.name} {error}; nothing was written") from None
    except OSError as error:
        raise StoreError(_refusal(path, error)) from None
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
    try:
        _flush_folder(target.parent)
    except OSError:
        return f"{path.name} was saved; that it reached the disk is not confirmed"
    return ""


def _check_writable(target: Path) -> None:
    if target.exists() and not os.access(target, os.W_OK):
        raise ReadOnlyBankError(f"{target} is read-only for you; nothing was written")
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise ReadOnlyBankError(
            f"the folder {target.parent} is read-only for you; nothing was written"
        )


def _write_temporary(target: Path, data: bytes) -> Path:
    name = f"{TEMPORARY_PREFIX}{os.getpid()}-{os.urandom(4).hex()}{TEMPORARY_SUFFIX}"
    temporary = target.with_name(name)
    try:
        old = os.stat(target)
    except FileNotFoundError:
        old = None
    mode = 0o666 if old is None else 0o600
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if old is not None:
                _copy_ownership(file.fileno(), old)
                _copy_attributes(target, file.fileno())
                os.fchmod(file.fileno(), stat.S_IMODE(old.st_mode))
            os.fsync(file.fileno())
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    return temporary


def _copy_ownership(handle: int, old: os.stat_result) -> None:
    new = os.fstat(handle)
    if (new.st_uid, new.st_gid) == (old.st_uid, old.st_gid):
        return
    try:
        os.fchown(handle, old.st_uid, old.st_gid)
    except PermissionError:
        with contextlib.suppress(PermissionError):
            os.fchown(handle, -1, old.st_gid)


def _copy_attributes(source: Path, handle: int) -> None:
    if not hasattr(os, "listxattr"):
        return
    with contextlib.suppress(OSError):
        for name in os.listxattr(source):
            with contextlib.suppress(OSError):
                os.setxattr(handle, name, os.getxattr(source, name))


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refusal(path: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"the disk is full: {path.name} was not saved and is as it was"
    return f"{path.name} could not be saved ({error.strerror}) and is as it was"


def sweep_temporaries(folder: Path, older_than: float) -> None:
    """Remove temporary files of earlier runs that were last written before `older_than`.

    Seconds since the epoch. What cannot be removed stays.
    """
    with contextlib.suppress(OSError):
        for item in folder.iterdir():
            name = item.name
            if name.startswith(TEMPORARY_PREFIX) and name.endswith(TEMPORARY_SUFFIX):
                with contextlib.suppress(OSError):
                    if item.stat().st_mtime < older_than:
                        item.unlink()
