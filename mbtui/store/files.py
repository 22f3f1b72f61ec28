"""Reading and durably replacing one file of the bank."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path
from typing import NamedTuple, NoReturn

from mbtui.store.displaced import keep, write_private
from mbtui.store.errors import ReadOnlyBankError, StoreError
from mbtui.store.rename import UNSUPPORTED, exchange
from mbtui.store.temporary import discard, whole_name, write_temporary

MAX_BYTES = 64 * 1024 * 1024
"""The largest file that is read (docs/format.md)."""

_COMPARED_AT_ONCE = 128 * 1024


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
    """The file holds other bytes than those that were read.

    `warning` tells of bytes that no file of the bank holds any more, and where they are.
    """

    def __init__(self, path: str = "", warning: str = "") -> None:
        self.warning = warning
        super().__init__(path)


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
    handle = open_inside(path, root)
    if handle is None:
        return None
    with os.fdopen(handle, "rb") as file:
        info = os.fstat(handle)
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


def open_inside(path: Path, root: Path) -> int | None:
    """A handle of a regular file inside `root`; raises as `read_bytes` does."""
    try:
        place = os.path.realpath(path)
        if not place.startswith(os.path.join(os.path.realpath(root), "")):
            raise UnreadableError(f"is a link to {place}, outside the bank; not opened")
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UnreadableError(f"cannot be opened: {error.strerror}") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise UnreadableError("is not a regular file; not opened")
    return handle


def _reads(handle: int, data: bytes) -> bool:
    """Whether the file behind a handle holds exactly `data`; closes it."""
    with os.fdopen(handle, "rb", buffering=0) as file:
        if os.fstat(handle).st_size != len(data):
            return False
        at = 0
        while part := file.read(_COMPARED_AT_ONCE):
            if not data.startswith(part, at):
                return False
            at += len(part)
    return at == len(data)


def _holds(path: Path, data: bytes) -> bool:
    """Whether `path` is a regular file, no link, that holds exactly `data`."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        if stat.S_ISREG(os.fstat(handle).st_mode):
            return _reads(handle, data)
        os.close(handle)
    except OSError:
        pass
    return False


def replace_bytes(path: Path, root: Path, data: bytes, expected: bytes | None) -> str:
    """Replace the file's bytes, all or nothing, and return a warning or an empty text.

    `root` is the bank's folder; `expected` are the bytes that were read, None when there was no
    file. The new bytes go to a temporary file in the same folder, are flushed to the disk, and
    take the file's name in one step, with its mode, owner and extended attributes. A link inside
    the bank stays a link. An emptied file stays: git would take its end for a rename into the
    archive, or for a conflict. What the file held is kept with the displaced versions.

    Raises FileChangedError when the file holds anything but `expected`, also when that is found
    out only after the step, and StoreError with a sentence for people when the system refuses;
    then the file is as it was.
    """
    if len(data) > MAX_BYTES:
        raise StoreError(
            f"{path.name} would be larger than {MAX_BYTES >> 20} MiB; nothing was written."
            " Archive or delete entries first"
        )
    try:
        return _Replacement(path, root, data, expected).run()
    except UnreadableError as error:
        raise StoreError(f"{path.name} {error}; nothing was written") from None
    except OSError as error:
        raise StoreError(_refusal(path, error)) from None


class _Replacement:
    """One replacement of one file; see `replace_bytes`."""

    def __init__(self, path: Path, root: Path, data: bytes, expected: bytes | None) -> None:
        self.path = path
        self.root = root
        self.data = data
        self.expected = expected
        self.target = Path(os.path.realpath(path)) if path.is_symlink() else path
        self.file = path.relative_to(root).as_posix()
        self.warnings: list[str] = []

    def run(self) -> str:
        """Replace, flush the folder, keep what was displaced; the warnings in one text."""
        old = _status(self.target)
        _check_writable(self.target, old)
        temporary = write_temporary(self.target, self.data, old)
        try:
            displaced = self._put(temporary.path)
        finally:
            discard(temporary.path)
        if old is not None:
            self._tell_of_others(old, temporary.foreign)
        try:
            _flush_folder(self.target.parent)
        except OSError:
            self.warnings.append(
                f"{self.path.name} was saved; that it reached the disk is not confirmed"
            )
        if displaced is not None:
            self._keep(displaced)
        return "; ".join(self.warnings)

    def _put(self, temporary: Path) -> Path | None:
        """Give the new file its name; the name that the old one has now, None without one."""
        handle = open_inside(self.path, self.root)
        if self.expected is None and handle is None:
            self._create(temporary)
            return None
        self._check_expected(handle)
        whole = whole_name(self.target, self.file)
        os.rename(temporary, whole)
        try:
            displaced = self._swap(whole)
        except OSError as error:
            discard(whole)
            if isinstance(error, FileNotFoundError):
                raise FileChangedError(str(self.path)) from None
            raise
        if not _holds(displaced, self.expected or b""):
            self._put_back(displaced)
        return displaced

    def _check_expected(self, handle: int | None) -> None:
        """Close the handle; raises FileChangedError unless its file holds what was expected."""
        if handle is not None and self.expected is None:
            os.close(handle)
        elif handle is not None and self.expected is not None and _reads(handle, self.expected):
            return
        raise FileChangedError(str(self.path))

    def _create(self, temporary: Path) -> None:
        try:
            os.link(temporary, self.target)
        except FileExistsError:
            raise FileChangedError(str(self.path)) from None
        except OSError as error:
            if error.errno not in UNSUPPORTED:
                raise
            os.replace(temporary, self.target)

    def _put_back(self, theirs: Path) -> NoReturn:
        """Give the name back to what another program wrote between our last look and our step.

        Whoever wrote once more meanwhile keeps the name, and what that displaced is kept.
        """
        other = theirs
        for _ in range(2):
            try:
                other = self._swap(other)
            except OSError:
                break
            if _holds(other, self.data):
                # Kept all the same: a program may have it open, and write to it now.
                self._keep(other)
                raise FileChangedError(str(self.path))
        told = f"{self.path.name} was written by two other programs at once; one text is kept"
        raise FileChangedError(str(self.path), f"{told} {self._set_aside(other)}")

    def _keep(self, displaced: Path) -> None:
        """Keep a file that was displaced, and whose bytes are known."""
        try:
            keep(self.root, self.file, displaced)
        except OSError as error:
            discard(displaced)
            self._warn_once("what saves displace cannot be kept", f" ({error.strerror})")

    def _set_aside(self, theirs: Path) -> str:
        """Keep what nothing else may hold now; in words, where it is."""
        try:
            return f"(mbtui recover {keep(self.root, self.file, theirs)})"
        except OSError:
            place = self.target.with_name(f"{self.target.name}.{os.urandom(4).hex()}.kept")
            with contextlib.suppress(OSError):
                os.rename(theirs, place)
            return f"as {place}"

    def _swap(self, new: Path) -> Path:
        """Give `new` the name of the file; the name that the other one has then.

        In one step where the system can. Elsewhere the other file gets its second name, or a copy
        is made of it, just before.
        """
        if exchange(new, self.target):
            return new
        other = whole_name(self.target, self.file)
        try:
            os.link(self.target, other, follow_symlinks=False)
        except OSError as error:
            if error.errno not in UNSUPPORTED:
                raise
            write_private(other, self.target.read_bytes())
        try:
            os.replace(new, self.target)
        except BaseException:
            discard(other)
            raise
        discard(new)  # A rename between two names of one file leaves both.
        return other

    def _tell_of_others(self, old: os.stat_result, foreign: bool) -> None:
        name = self.path.name
        if old.st_nlink > 1:
            self._warn_once(f"the other name of {name} keeps the old text: it is a hard link")
        if foreign:
            self._warn_once(
                f"{name} belonged to user {old.st_uid}, group {old.st_gid},"
                " and could not be given back to them: it is yours now"
            )

    def _warn_once(self, text: str, reason: str = "") -> None:
        """Warn, unless this process did so already."""
        if (self.target, text) not in _told:
            _told.add((self.target, text))
            self.warnings.append(text + reason)


_told: set[tuple[Path, str]] = set()


def _status(path: Path) -> os.stat_result | None:
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


def _check_writable(target: Path, old: os.stat_result | None) -> None:
    if old is not None and not os.access(target, os.W_OK):
        raise ReadOnlyBankError(f"{target} is read-only for you; nothing was written")
    folder = target.parent
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ReadOnlyBankError(f"the folder {folder} is read-only for you; nothing was written")
    if old is None or os.geteuid() in (0, old.st_uid):
        return
    above = os.stat(folder)
    if above.st_mode & stat.S_ISVTX and above.st_uid != os.geteuid():
        raise ReadOnlyBankError(
            f"{target} belongs to user {old.st_uid}, and in the folder {folder} only the owner of"
            " a file may replace it (its sticky bit); nothing was written"
        )


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
