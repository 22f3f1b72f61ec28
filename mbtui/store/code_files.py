"""The files that entries are about: found inside the repository, and hashed once per state."""

from __future__ import annotations

import os
import stat
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from mbtui.bank.paths import (
    HASH_DIGITS,
    PathError,
    Place,
    PythonText,
    digest,
    folder_hash,
    normal_name,
    parse_path,
    with_line_feeds,
)
from mbtui.store.git import GitError, git_folder_of, run_git
from mbtui.store.peek import read_start

MOST_BYTES = 16 * 1024 * 1024
"""A larger file is not opened."""

MOST_FILES = 100_000
"""So many files at most are looked for without git."""

_NO_CODE = frozenset({".git", ".hg", ".svn", ".jj", "__pycache__", "node_modules", ".venv"})
"""Folders that are left out where git does not say which files belong to the code."""


class Mark(NamedTuple):
    """What tells whether a file was touched, without reading it."""

    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int


class Found(NamedTuple):
    """What stands where a path leads: its real name, or why that is nothing to look at."""

    real: str = ""
    problem: str = ""
    mark: Mark | None = None
    """Of a file; None for a folder."""


class KnownSymbol(NamedTuple):
    """The line and hash of a symbol."""

    line: int
    hash: str


class _KnownText(NamedTuple):
    mark: Mark
    is_python: bool
    symbols: dict[str, KnownSymbol | None]


class CodeFiles:
    """The files beside a bank, as far as its repository goes.

    What was read of a file is kept until the file changes.
    """

    def __init__(self, folder: Path) -> None:
        self.project = os.path.realpath(folder.parent)
        """The folder that paths are relative to."""
        self.bank = os.path.realpath(folder)
        git = git_folder_of(Path(self.project))
        self.in_git = git is not None
        self.root = _root_above(self.project) if self.in_git else self.project
        """The folder that no path leaves."""
        inside = os.path.relpath(self.project, self.root)
        self.depth = 0 if inside == "." else inside.count("/") + 1
        self._digests: dict[str, tuple[Mark, str]] = {}
        self._texts: dict[str, _KnownText] = {}
        self._listed: Sequence[str] | None = None
        self._folders: dict[str, str] = {}

    def look_again(self) -> None:
        """Forget which files there are; what they held is kept as long as they do not change."""
        self._listed = None
        self._folders.clear()

    def parse(self, text: str) -> Place:
        """The place that a path of an entry names. Raises PathError."""
        return parse_path(text, self._exists, self.depth)

    def _exists(self, name: str) -> bool:
        try:
            return os.path.lexists(os.path.join(self.project, name))
        except (OSError, ValueError):
            return False

    def from_root(self, real: str) -> str:
        """A real name as git knows it: relative to the root of the repository."""
        return os.path.relpath(real, self.root)

    def find(self, name: str) -> Found:
        """What stands where the name of a place leads."""
        try:
            real = os.path.realpath(os.path.join(self.project, name))
            if real != self.root and not real.startswith(os.path.join(self.root, "")):
                return Found(problem="leads out of the repository through a link; not opened")
            info = os.stat(real)
        except OSError as error:
            if isinstance(error, FileNotFoundError | NotADirectoryError):
                return Found(problem=f"there is no such {'folder' if name[-1:] == '/' else 'file'}")
            return Found(problem=f"cannot be looked at: {error.strerror}")
        except ValueError:
            return Found(problem="names no file")
        if stat.S_ISDIR(info.st_mode):
            return Found(real)
        if name.endswith("/"):
            return Found(problem="is a file, not a folder")
        if not stat.S_ISREG(info.st_mode):
            return Found(problem="is not a regular file; not opened")
        return Found(real, "", _mark(info))

    # What they hold

    def digest_of(self, real: str, mark: Mark) -> str:
        """The whole digest of a file; empty for one that is too large or cannot be read."""
        known = self._digests.get(real)
        if known is None or known[0] != mark:
            data = self._read(real, mark)
            known = mark, "" if data is None else digest(with_line_feeds(data))
            self._digests[real] = known
        return known[1]

    def _read(self, real: str, mark: Mark) -> bytes | None:
        return None if mark.size > MOST_BYTES else read_start(Path(real), mark.size + 1)

    def symbol_names(self, found: Found) -> list[str]:
        """The dotted names that a Python file defines; of anything else, none."""
        data = self._read(found.real, found.mark) if found.mark is not None else None
        return PythonText(data).names() if data is not None else []

    def symbols_of(
        self, real: str, mark: Mark, names: Collection[str]
    ) -> dict[str, KnownSymbol | None] | None:
        """Each of these symbols of a file, None for one that it lacks.

        None instead of the whole where the file is no Python that can be read: there a symbol
        counts as the file.
        """
        known = self._texts.get(real)
        if known is None or known.mark != mark:
            known = _KnownText(mark, True, {})
        if known.is_python and not all(name in known.symbols for name in names):
            known = self._with_symbols(real, known, names)
            self._texts[real] = known
        return known.symbols if known.is_python else None

    def _with_symbols(self, real: str, known: _KnownText, names: Collection[str]) -> _KnownText:
        data = self._read(real, known.mark)
        text = None if data is None else PythonText(data)
        if text is None or not text.is_python:
            return known._replace(is_python=False)
        symbols = dict(known.symbols)
        for name in names:
            found = text.symbol(name)
            symbols[name] = None if found is None else KnownSymbol(found.line, found.hash)
        return known._replace(symbols=symbols)

    def folder_hash(self, real: str) -> str:
        """What `checked` holds of a folder: its files but those that git ignores, and the bank."""
        if real not in self._folders:
            files = {}
            for path in self._files_in(real):
                found = self._digest_in_folder(path)
                if found:
                    files[os.path.relpath(path, real)] = found
            self._folders[real] = folder_hash(files)
        return self._folders[real]

    def _digest_in_folder(self, path: str) -> str:
        """The digest of a file in a folder; a link counts as its text, a large file as its size."""
        try:
            info = os.lstat(path)
            if stat.S_ISLNK(info.st_mode):
                return digest(b"link " + os.fsencode(os.readlink(path)))
        except OSError:
            return ""
        if not stat.S_ISREG(info.st_mode):
            return ""
        mark = _mark(info)
        return self.digest_of(path, mark) or digest(b"size %d" % mark.size)

    def _files_in(self, real: str) -> Iterator[str]:
        start = os.path.join(real, "")
        own = os.path.join(self.bank, "")
        listed = self.listed()
        at = bisect_left(listed, start)
        found = at < len(listed) and listed[at].startswith(start)
        if not found:  # All of it is ignored, or another repository.
            listed, at = sorted(_walk(real)), 0
        while at < len(listed) and listed[at].startswith(start):
            if not listed[at].startswith(own):
                yield listed[at]
            at += 1

    def listed(self) -> Sequence[str]:
        """The whole names of the repository's files, in order: all that git does not ignore."""
        if self._listed is None:
            self._listed = sorted(self._all_files())
        return self._listed

    def _all_files(self) -> Collection[str]:
        if self.in_git:
            arguments = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
            try:
                names = run_git(Path(self.root), *arguments).split(b"\0")
                return {os.path.join(self.root, os.fsdecode(name)) for name in names if name}
            except GitError:
                pass
        return set(_walk(self.root))

    def hash_of(self, place: Place, found: Found) -> str:
        """What `checked` holds of a place that was found; empty where that cannot be known.

        Raises PathError where the file lacks the symbol.
        """
        if found.mark is None:
            return self.folder_hash(found.real)
        symbol = self.symbol_of(place, found)
        return symbol.hash if symbol else self.digest_of(found.real, found.mark)[:HASH_DIGITS]

    def symbol_of(self, place: Place, found: Found) -> KnownSymbol | None:
        """The symbol of a place; None where the place is the whole file. Raises PathError."""
        if not place.symbol or found.mark is None or not place.in_python:
            return None
        symbols = self.symbols_of(found.real, found.mark, (place.symbol,))
        if symbols is None:
            return None
        symbol = symbols[place.symbol]
        if symbol is None:
            raise PathError(f"there is no {place.symbol} in {place.name}")
        return symbol


def is_code(folder: Path, name: str) -> bool:
    """Whether a name is that of a file or folder in the repository of the bank in `folder`."""
    try:
        files = CodeFiles(folder)
        return bool(files.find(normal_name(name, files.depth)).real)
    except (OSError, PathError):
        return False


def _mark(info: os.stat_result) -> Mark:
    return Mark(info.st_ino, info.st_size, info.st_mtime_ns, info.st_ctime_ns)


def _root_above(project: str) -> str:
    """The nearest folder with a `.git` in it, from `project` upwards."""
    place = project
    while not os.path.lexists(os.path.join(place, ".git")):
        place = os.path.dirname(place)
    return place


def _walk(folder: str) -> Iterator[str]:
    """The files below a folder; links are not followed."""
    count = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _NO_CODE)
        for name in names:
            count += 1
            if count > MOST_FILES:
                return
            yield os.path.join(place, name)
