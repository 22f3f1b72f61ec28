"""How the code behind entries compares with what was reviewed (docs/format.md, Paths and drift)."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

from mbtui.bank.bank import Problem
from mbtui.bank.entry import Entry, plain
from mbtui.bank.paths import (
    DRIFTED,
    FRESH,
    ORPHANED,
    Drift,
    PathDrift,
    PathError,
    Place,
    added_paths,
    drift_of,
    with_hashes,
)
from mbtui.bank.review import reviewed_day
from mbtui.store.code_files import CodeFiles, Found
from mbtui.store.git_log import History, new_name

_MOST_PATHS = 500
"""So many paths of one entry are looked at."""


_MOST_RENAMES = 50
"""So many times git is asked for a new name in one check."""


class _Looked(NamedTuple):
    """One path of an entry, with what stands there; `problem` says why there is nothing."""

    text: str
    place: Place
    found: Found
    problem: str = ""


class CodePlace(NamedTuple):
    """A file or folder to open, and the line (0: none)."""

    path: Path
    line: int = 0


class DriftChecker:
    """Compares the entries of one bank with the code beside it.

    What was read of files and commits is kept, so that a later check reads only what changed.
    May be used from several threads, one after the other.
    """

    def __init__(self, folder: Path) -> None:
        self._files = CodeFiles(folder)
        self._history = History(self._files.root)
        self._lock = threading.Lock()

    def check(self, entries: Iterable[Entry], review: Mapping[str, Any]) -> dict[str, Drift]:
        """The drift of each entry that has paths, by its key; `review` is the bank's `[review]`."""
        with self._lock:
            self._files.look_again()
            looked: dict[str, _Looked] = {}
            with_paths: list[Entry] = []
            for entry in entries:
                paths = entry.paths[:_MOST_PATHS]
                if paths:
                    with_paths.append(entry)
                    for text in paths:
                        if text not in looked:
                            looked[text] = self._look(text)
            self._read_symbols(looked.values())
            dated = self._dates(with_paths, review, looked)
            return {
                entry.key: drift_of(
                    self._compared(entry, looked[text], dated.get((entry.key, text)))
                    for text in entry.paths[:_MOST_PATHS]
                )
                for entry in with_paths
            }

    def _look(self, text: str) -> _Looked:
        try:
            place = self._files.parse(text)
        except PathError as error:
            return _Looked(text, Place(""), Found(), str(error))
        found = self._files.find(place.name)
        return _Looked(text, place, found, found.problem)

    def _read_symbols(self, looked: Iterable[_Looked]) -> None:
        """Read each Python file once for all symbols that are asked for."""
        wanted: dict[str, tuple[Found, set[str]]] = {}
        for item in looked:
            if item.place.symbol and item.place.in_python and item.found.mark is not None:
                wanted.setdefault(item.found.real, (item.found, set()))[1].add(item.place.symbol)
        for real, (found, names) in wanted.items():
            if found.mark is not None:
                self._files.symbols_of(real, found.mark, names)

    # Hashes, else dates

    def _compared(self, entry: Entry, item: _Looked, changed: date | None) -> PathDrift:
        text = item.text
        if item.problem:
            return PathDrift(text, ORPHANED, item.problem)
        since = "since the review" if entry.data.get("reviewed") else "since it was written down"
        checked = _checked(entry).get(text)
        try:
            if checked is None:
                self._files.symbol_of(item.place, item.found)
            else:
                now = self._files.hash_of(item.place, item.found)
                if now and now != checked:
                    return PathDrift(text, DRIFTED, f"changed {since}")
        except PathError as error:
            return PathDrift(text, ORPHANED, str(error))
        if changed is not None:
            return PathDrift(text, DRIFTED, f"changed {since}, on {changed.isoformat()}")
        return PathDrift(text, FRESH)

    def _dates(
        self,
        entries: Sequence[Entry],
        review: Mapping[str, Any],
        looked: Mapping[str, _Looked],
    ) -> dict[tuple[str, str], date]:
        """The day of the last commit that changed a path without a hash, if after the review."""
        asked: list[tuple[str, str, str, date]] = []
        for entry in entries:
            checked = _checked(entry)
            open_ = [text for text in entry.paths[:_MOST_PATHS] if text not in checked]
            day = reviewed_day(entry, review) if open_ else None
            if day is None:
                continue
            for text in open_:
                found = looked[text].found
                if found.real:
                    asked.append((entry.key, text, self._git_name(found), day))
        if not asked:
            return {}
        first = min(day for *_, day in asked)
        try:
            since = datetime.combine(first, time()).timestamp()
        except (OverflowError, ValueError, OSError):
            since = 0.0
        newest = self._history.last_changes({name for _, _, name, _ in asked}, since)
        days: dict[tuple[str, str], date] = {}
        for key, text, name, day in asked:
            if name in newest:
                changed = datetime.fromtimestamp(newest[name]).date()
                if changed > day:
                    days[key, text] = changed
        return days

    def _git_name(self, found: Found) -> str:
        name = self._files.from_root(found.real)
        return f"{name}/" if found.mark is None else name

    # What is asked about one path

    def hashes(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Each path that can be checked, with the hash of what it names now."""
        with self._lock:
            self._files.look_again()
            for text in paths:
                item = self._look(text)
                if item.problem:
                    continue
                try:
                    found = self._files.hash_of(item.place, item.found)
                except PathError:
                    continue
                if found:
                    yield text, found

    def new_path(self, text: str) -> str:
        """The path that an orphaned one would be now, where git knows a rename; else empty."""
        with self._lock:
            try:
                place = self._files.parse(text)
            except PathError:
                return ""
            if self._files.find(place.name).real or not self._files.in_git:
                return ""
            inside = self._files.from_root(self._files.project)
            prefix = "" if inside == "." else f"{inside}/"
            name = _joined(prefix, place.name)
            there = new_name(self._files.root, name, self._is_there) if name else ""
            if not there:
                return ""
            renamed = place._replace(name=_relative(there, prefix))
            return renamed.text()

    def _is_there(self, name: str) -> bool:
        return bool(self._files.find(f"{'../' * self._files.depth}{name}").real)

    def open_place(self, text: str) -> CodePlace:
        """The file and line that a path leads to. Raises PathError where there is none."""
        with self._lock:
            item = self._look(text)
            if item.problem:
                raise PathError(item.problem)
            symbol = self._files.symbol_of(item.place, item.found)
            return CodePlace(Path(item.found.real), symbol.line if symbol else item.place.line)

    def symbol_names(self, text: str) -> list[str]:
        """The dotted names that the Python file of a path defines; none where there is no such."""
        with self._lock:
            self._files.look_again()
            return self._files.symbol_names(self._look(text).found)

    def file_names(self) -> list[str]:
        """The files below the folder that holds the bank, as paths name them."""
        with self._lock:
            self._files.look_again()
            start = f"{self._files.project}/"
            own = f"{self._files.bank}/"
            listed = self._files.listed()
        return [
            name[len(start) :]
            for name in listed
            if name.startswith(start) and not name.startswith(own)
        ]


def checked_of(folder: Path, paths: Sequence[str]) -> dict[str, str]:
    """The `checked` table for these paths, as the code of the bank in `folder` is now.

    A path that names nothing which can be read is left out.
    """
    return dict(DriftChecker(folder).hashes(paths)) if paths else {}


def hashes_of_added(
    folder: Path, before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, str]:
    """What `checked_of` says of the paths that the table `after` has and `before` has not.

    Never fails: a save is worth more than a hash.
    """
    added = added_paths(before, after)
    with contextlib.suppress(OSError):
        return checked_of(folder, added)
    return {}


def with_checked(
    folder: Path, before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, Any]:
    """The table `after` with the hashes of its added paths, and without those of removed ones."""
    return with_hashes(before, after, hashes_of_added(folder, before, after))


def states_of(drifts: Mapping[str, Drift]) -> dict[str, frozenset[str]]:
    """The keys of the entries that are drifted and orphaned, as a search takes them.

    Those that are orphaned are among the drifted ones, as they are in the tree.
    """
    found = {
        state: frozenset(key for key, drift in drifts.items() if drift.state == state)
        for state in (DRIFTED, ORPHANED)
    }
    return {**found, DRIFTED: found[DRIFTED] | found[ORPHANED]}


def orphan_problems(
    entries: Iterable[Entry],
    drifts: Mapping[str, Drift],
    new_path: Callable[[str], str] = lambda _: "",
) -> list[Problem]:
    """A problem for each path of these entries that leads nowhere.

    `new_path` is asked what the first of them are called now; an empty text: nobody knows.
    """
    problems: list[Problem] = []
    for entry in entries:
        for path in drifts.get(entry.key, Drift()).paths:
            if path.state == ORPHANED:
                new = new_path(path.path) if len(problems) < _MOST_RENAMES else ""
                hint = f"it is {new} now" if new else "mend it or take it out"
                told = f"{entry.id}: the path {path.path}: {path.reason}; {hint}"
                problems.append(Problem(entry.file, told, entry.line))
    return problems


def _checked(entry: Entry) -> dict[str, str]:
    table = entry.data.get("checked")
    if not isinstance(table, Mapping):
        return {}
    return {path: plain(value) for path, value in table.items()}


def _joined(prefix: str, name: str) -> str:
    """A name of the bank's folder as the root sees it; empty where it is above the root."""
    folders = prefix.split("/")[:-1]
    while name.startswith("../"):
        if not folders:
            return ""
        folders.pop()
        name = name[3:]
    return "/".join([*folders, name])


def _relative(name: str, prefix: str) -> str:
    """A name of the root as the bank's folder sees it."""
    up = ""
    while prefix and not name.startswith(prefix):
        up += "../"
        prefix = prefix[: prefix.rstrip("/").rfind("/") + 1]
    return up + name[len(prefix) :]
