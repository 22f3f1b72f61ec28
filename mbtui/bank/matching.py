"""Where a query matched inside an entry: the line to show, the characters to mark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mbtui.bank.entry import Entry, plain

if TYPE_CHECKING:
    from mbtui.bank.query import Query

AROUND: Final = 60
"""How many characters of a long line stay on either side of a match."""

_OTHERWISE: Final = frozenset(
    {"title", "id", "tags", "paths", "checked", "created", "updated", "reviewed"}
)


@dataclass(frozen=True, slots=True)
class Match:
    """Where a query matched: the name of the field (`title`, `tags`, …) and the line of text."""

    field: str
    line: str


def match_of(entry: Entry, query: Query) -> Match:
    """The line of the entry with most of the query's words, the first of several.

    Looked at in this order: title, tags, id, paths, the kind's fields, other keys. A long line
    is cut around the first word found in it. Without words, the title.
    """
    best, most = Match("title", entry.title), 0
    for name, text in _texts(entry):
        folded = text.casefold()
        if sum(word in folded for word in query.words) <= most:
            continue
        for line in text.split("\n"):
            found = sum(word in line.casefold() for word in query.words)
            if found > most:
                best, most = Match(name, line), found
        if most == len(query.words):
            break
    return Match(best.field, shortened(best.line.strip(), query.words))


def _texts(entry: Entry) -> Iterator[tuple[str, str]]:
    yield "title", entry.title
    yield "tags", " ".join(entry.tags)
    yield "id", entry.id
    yield "paths", " ".join(entry.paths)
    own = entry.kind.field_names
    for name, value in entry.own_fields():
        yield name, plain(value)
    for name, value in entry.data.items():
        if name not in own and name not in _OTHERWISE:
            yield name, plain(value)


def shortened(line: str, words: Sequence[str]) -> str:
    """`line` with at most 60 characters before and after the first match, `…` for the rest."""
    spans = highlight_spans(line, words)
    start, end = spans[0] if spans else (0, 0)
    first, last = max(0, start - AROUND), min(len(line), end + AROUND)
    # An ellipsis in the place of a single character would save nothing.
    first, last = (0 if first <= 1 else first), (len(line) if last >= len(line) - 1 else last)
    before = "…" if first else ""
    after = "…" if last < len(line) else ""
    return f"{before}{line[first:last].strip()}{after}" if before or after else line


def highlight_spans(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Start and end of each part of `text` that a case-folded word matches.

    In order, joined where they touch or overlap. Characters that fold to several (`ß`, `İ`) are
    marked whole.
    """
    folded = text.casefold()
    found: list[tuple[int, int]] = []
    for word in words:
        at = folded.find(word) if word else -1
        while at >= 0:
            found.append((at, at + len(word)))
            at = folded.find(word, at + len(word))
    if not found:
        return []
    if len(folded) != len(text):
        origin = [i for i, char in enumerate(text) for _ in char.casefold()]
        found = [(origin[start], origin[end - 1] + 1) for start, end in found]
    found.sort()
    spans = [found[0]]
    for start, end in found[1:]:
        if start <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(spans[-1][1], end)
        else:
            spans.append((start, end))
    return spans
