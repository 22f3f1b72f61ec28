"""TOML files in a bank's folders that belong to no section: nothing in them is read.

An entry written to `known-isues.toml` would be lost from sight without a word.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from mbtui.bank.bank import BANK_FILE, Problem
from mbtui.bank.entry import ARCHIVE
from mbtui.bank.schema import Schema
from mbtui.store.file_state import CLOCK_TICK_NS, mark_of
from mbtui.store.files import Signature

SETTLE_SECONDS = 1.0
"""How long a file must be there before it is told: programs make temporary files."""

_MOST = 50
"""So many files are told one by one."""

_SUFFIX = ".toml"


class Strays:
    """The files of one bank that belong to no section; `problems` tells of them."""

    def __init__(self, folder: Path) -> None:
        self.problems: tuple[Problem, ...] = ()
        self._folder = folder
        self._names: frozenset[str] = frozenset()
        self._marks: dict[str, tuple[Signature | None, int]] = {}
        self._since: dict[str, float] = {}
        self._schema: Schema | None = None

    def look(self, schema: Schema, *, settled: bool = False) -> bool:
        """Look again where a folder changed; whether there is something else to tell than before.

        With `settled` a file is told at once, else when it has been there for a second.
        """
        marks = {part: mark_of(self._folder / part) for part in ("", ARCHIVE)}
        if schema is not self._schema or any(
            self._changed(part, mark) for part, mark in marks.items()
        ):
            self._schema = schema
            self._marks = {part: (mark, time.time_ns()) for part, mark in marks.items()}
            self._names = frozenset(_strays(self._folder, schema))
        moment = time.monotonic()
        first = moment - SETTLE_SECONDS if settled else moment
        self._since = {name: self._since.get(name, first) for name in self._names}
        told = sorted(n for n, since in self._since.items() if moment - since >= SETTLE_SECONDS)
        problems = tuple(_problems(told, schema))
        news, self.problems = problems != self.problems, problems
        return news

    def _changed(self, part: str, mark: Signature | None) -> bool:
        """Whether the folder may list other names than it did, like FileState's question."""
        before, read_ns = self._marks.get(part, (None, 0))
        if mark != before:
            return True
        if mark is None or read_ns - mark.ctime_ns > CLOCK_TICK_NS:
            return False
        return time.time_ns() - mark.ctime_ns > CLOCK_TICK_NS


def _strays(folder: Path, schema: Schema) -> Iterator[str]:
    known = {f"{section.slug}{_SUFFIX}" for section in schema.sections}
    yield from _unknown(folder, "", {*known, BANK_FILE})
    yield from _unknown(folder, ARCHIVE, known)


def _unknown(folder: Path, part: str, known: Iterable[str]) -> Iterator[str]:
    try:
        with os.scandir(folder / part) as items:
            for item in items:
                name = item.name
                if name in known or name[0] == "." or not name.lower().endswith(_SUFFIX):
                    continue
                if not item.is_dir() and not _is_same(folder / part, name, known):
                    yield part + name
    except OSError:
        return


def _is_same(folder: Path, name: str, known: Iterable[str]) -> bool:
    """Whether a name in other letters is a known file, as on disks that ignore case."""
    lower = name.lower()
    try:
        return lower in known and os.path.samefile(folder / name, folder / lower)
    except OSError:
        return False


def _problems(names: list[str], schema: Schema) -> Iterator[Problem]:
    for name in names[:_MOST]:
        yield Problem(name, _message(name, schema))
    if len(names) > _MOST:
        yield Problem(ARCHIVE, f"{len(names) - _MOST} more files are not read: no section has them")


def _message(file: str, schema: Schema) -> str:
    part, _, name = file.rpartition("/")
    found = nearest_section(name[: -len(_SUFFIX)], schema)
    try:
        file.encode()
    except UnicodeEncodeError:
        return "is not read: its name is no UTF-8; rename it"
    if found:
        meant = os.path.join(part, found)
        return f"is not read; was {meant}{_SUFFIX} meant? No section has this file"
    return "is not read: no section has this file; `mbtui schema` lists the sections"


def nearest_section(stem: str, schema: Schema) -> str:
    """The slug of the section that a wrong file name most likely means, or an empty text."""
    from mbtui.bank.nearest import edit_distance

    words = "-".join(stem.lower().replace("_", " ").split())
    if words in schema.kinds:
        return schema.kinds[words].section
    slugs = [section.slug for section in schema.sections]
    held = [slug for slug in slugs if slug in words]
    if held:
        return max(held, key=len)
    most = max(1, min(4, len(words) // 3))
    nearest = min((edit_distance(words, slug, most), slug) for slug in [*slugs, ""])
    return nearest[1] if nearest[0] <= most else ""
