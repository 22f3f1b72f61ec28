"""What can be read of a section file that is not TOML: the entries beside the mistakes.

Such a file is shown and never written, so this may guess: a piece that does not parse is left out,
and both sides of git's conflict markers are read.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from mbtui.bank.bank import Problem
from mbtui.bank.entry import Entry
from mbtui.bank.schema import Schema
from mbtui.store.files import UnreadableError, read_bytes
from mbtui.store.section_reader import section_of
from mbtui.store.section_text import BrokenTextError, SectionText
from mbtui.store.toml_read import loads
from mbtui.store.toml_scan import Piece, next_header, piece_at

_HEADER_LINE = re.compile(r"^[ \t]*\[\[?[ \t]*[\w\"'-]", re.M)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_MARKER = re.compile(r"(<{7}|\|{7}|={7}|>{7})(?: |\r?\n|$)")
_BEGINS = re.compile(r"^<{7}(?: |\r?$)", re.M)
_MOST_AT_ONCE = 256
"""So many pieces are parsed together while nothing is wrong."""
_EFFORT = 4
"""How many times the text's length may be looked through for the ends of broken pieces."""


def salvaged(folder: Path, file: str, schema: Schema) -> list[Entry]:
    """The entries of a broken file that can be read, each with its line; none where none can."""
    try:
        found = read_bytes(folder / file, folder)
    except UnreadableError:
        return []
    text = found[0].decode("utf-8", "surrogateescape") if found else ""
    return readable_entries(text, file, schema)


def with_count(problem: Problem, entries: list[Entry], could: str = "can be read") -> Problem:
    """The problem of a broken file that tells how much of the file can be read all the same."""
    message = problem.message
    if entries:
        count = f"{len(entries):,} {'entry' if len(entries) == 1 else 'entries'}"
        message += f"; {count} of it {could}"
    return problem._replace(message=message, partial=True)


def readable_entries(text: str, file: str, schema: Schema) -> list[Entry]:
    """The same from the file's text."""
    ours, theirs = _conflict_sides(text)
    entries = list(_entries(ours, file, schema))
    if theirs is not ours:
        known = {_identity(entry) for entry in entries}
        entries += [e for e in _entries(theirs, file, schema) if _identity(e) not in known]
    return entries


def _identity(entry: Entry) -> tuple[str, str]:
    return ("", entry.id) if entry.id else (entry.kind.slug, entry.title)


class _Side(NamedTuple):
    """One side of a text with git's conflict markers; `lines` are its lines' numbers in the file.

    The numbers count from 1.
    """

    text: str
    lines: Sequence[int]


def _conflict_sides(text: str) -> tuple[_Side, _Side]:
    """Our and their side of a text with git's conflict markers; without any, twice the text."""
    if _BEGINS.search(text) is None:
        whole = _Side(text, range(1, text.count("\n") + 2))
        return whole, whole
    sides: tuple[list[str], list[str]] = [], []
    numbers: tuple[list[int], list[int]] = [], []
    taken: tuple[int, ...] = (0, 1)
    in_conflict = False
    for number, line in enumerate(_LINE.findall(text), 1):
        marker = _MARKER.match(line)
        kind = marker.group(1)[0] if marker else ""
        if kind == "<":
            taken, in_conflict = (0,), True
        elif kind and in_conflict:
            taken = {"|": (), "=": (1,), ">": (0, 1)}[kind]
            in_conflict = kind != ">"
        else:
            for side in taken:
                sides[side].append(line)
                numbers[side].append(number)
    return _Side("".join(sides[0]), numbers[0]), _Side("".join(sides[1]), numbers[1])


def _entries(side: _Side, file: str, schema: Schema) -> Iterator[Entry]:
    """The entries of a text without what does not parse, at their lines in the file."""
    text = _without_broken_pieces(side.text)
    for keep in (None, _first_of_its_name(), _is_entry):
        text = text if keep is None else _with_pieces(text, keep)
        try:
            section = SectionText(text, section=section_of(file), file=file, schema=schema)
        except BrokenTextError:
            continue
        for entry in section.entries:
            yield entry.placed(side.lines[entry.line - 1])
        return


def _without_broken_pieces(text: str) -> str:
    """The text with what does not parse, and the sub-tables of that, turned into empty lines."""
    starts = [0, *(found.start() for found in _HEADER_LINE.finditer(text) if found.start())]
    ends = [*starts[1:], len(text)]
    kept: list[str] = []
    at, many, orphans, effort = 0, _MOST_AT_ONCE, False, _EFFORT * len(text)
    while text and at < len(starts):
        start, last = starts[at], min(at + many, len(starts)) - 1
        good = not (orphans and last > at) and _parses(text[start : ends[last]])
        if not good and last > at:
            many //= 2
            continue
        end, many = ends[last], min(many * 2, _MOST_AT_ONCE)
        if not good and effort > 0:
            further = next_header(text, start)
            effort -= further - start
            if further > end and _parses(text[start:further]):
                end, good = further, True
        piece = piece_at(text, start, end)
        if piece is not None:
            orphans = orphans and len(piece.path) > 1
        good = good and not orphans
        orphans = orphans or not good
        kept.append(text[start:end] if good else _blank(text[start:end]))
        at = bisect_left(starts, end)
    return "".join(kept)


def _next_header_line(text: str, start: int) -> int:
    """Where the next line begins that looks like a header, wherever it stands."""
    newline = text.find("\n", start)
    found = _HEADER_LINE.search(text, newline + 1) if newline >= 0 else None
    return found.start() if found else len(text)


def _parses(text: str) -> bool:
    try:
        loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _blank(text: str) -> str:
    return "\n" * text.count("\n")


def _with_pieces(text: str, keep: Callable[[Piece], bool]) -> str:
    """The text with the header pieces that are not kept turned into empty lines."""
    kept: list[str] = []
    start = 0
    while start < len(text):
        end = _next_header_line(text, start)
        if not _parses(text[start:end]):
            end = next_header(text, start)
        piece = piece_at(text, start, end)
        kept.append(text[start:end] if piece is None or keep(piece) else _blank(text[start:end]))
        start = end
    return "".join(kept)


def _first_of_its_name() -> Callable[[Piece], bool]:
    """Whether a piece is no single table, or the first of its name."""
    seen: set[tuple[str, ...]] = set()

    def keep(piece: Piece) -> bool:
        if piece.array or len(piece.path) > 1:
            return True
        first = piece.path not in seen
        seen.add(piece.path)
        return first

    return keep


def _is_entry(piece: Piece) -> bool:
    return piece.array and len(piece.path) == 1
