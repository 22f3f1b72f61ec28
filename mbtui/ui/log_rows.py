"""The rows of the change log: days, events broken at the pane's width, and what is left to read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

from rich.cells import cell_len

from mbtui.bank.log import Event
from mbtui.bank.log_actions import SUPERSEDE
from mbtui.bank.log_words import (
    PLAIN,
    Part,
    TitleOf,
    Told,
    author_of,
    clock,
    sentence,
    told,
    wrapped,
)
from mbtui.ui.cells import fit, pad
from mbtui.ui.glyphs import glyphs, own

DAY, EVENT, MORE, OLDER, BLANK = "day", "event", "more", "older", "blank"

Day = tuple[date, Sequence[Event]]

_WIDE: Final = 60
"""From this width on authors have a column of their own."""

_CLOCK: Final = 5
_WIDEST_AUTHOR: Final = 18
_MOST_ROWS: Final = 5
"""So many rows an event takes at the most."""


class LogRow(NamedTuple):
    """One row: its pieces, and the event or events that it tells of."""

    type: str
    key: str
    parts: tuple[Part, ...]
    told: Told | None = None

    @property
    def text(self) -> str:
        """The row as plain text."""
        return "".join(part.text for part in self.parts)


class LogRows:
    """Makes the rows; those of a day are made once, while neither it nor the width changes."""

    def __init__(self) -> None:
        self._known: dict[date, tuple[object, Sequence[Event], list[LogRow]]] = {}
        """Of each day: the state and the titles that its rows were made with, its events, them."""

    def rows(
        self,
        days: Sequence[Day],
        width: int,
        today: date,
        title_of: TitleOf,
        *,
        named: bool = True,
        opened: Collection[str] = (),
        older: bool = False,
    ) -> list[LogRow]:
        """All rows; without `named` the events are those of one entry, which they do not name.

        `opened` holds the keys of lines that tell of many, whose events are shown one by one;
        `older` adds a row that leads on.
        """
        author = _author_width(days) if width >= _WIDE else 0
        state = width, author, named, today, frozenset(opened), is_ascii_set()
        rows: list[LogRow] = []
        for day, events in days:
            known = self._known.get(day)
            made_with = state, _other_titles(events, title_of)
            if known is None or known[0] != made_with or known[1] != events:
                made = list(_rows_of(day, events, width, author, today, title_of, named, opened))
                known = self._known[day] = made_with, events, made
            if rows:
                rows.append(LogRow(BLANK, f"before {day}", ()))
            rows += known[2]
        if older:
            text = fit(f"{glyphs.cut_lines} older: Enter reads on", width)
            rows.append(LogRow(OLDER, "older", (Part(text, "dim"),)))
        return rows


def is_ascii_set() -> str:
    """What tells the sets of characters apart, for rows that were made with one of them."""
    return glyphs.rule


def _other_titles(events: Iterable[Event], title_of: TitleOf) -> list[str]:
    """The titles of entries that events name beside their own."""
    return [title_of(e.action.detail) for e in events if e.what == SUPERSEDE]


def _author_width(days: Iterable[Day]) -> int:
    names = {event.author: author_of(event) for _, events in days for event in events}
    return min(_WIDEST_AUTHOR, max((cell_len(name) for name in names.values()), default=0))


def _rows_of(
    day: date,
    events: Sequence[Event],
    width: int,
    author: int,
    today: date,
    title_of: TitleOf,
    named: bool,
    opened: Collection[str],
) -> Iterator[LogRow]:
    yield LogRow(DAY, f"day {day}", (Part(fit(_day_name(day, today, width), width), "day"),))
    lines = told(events) if named else [Told((event,)) for event in events]
    for line in lines:
        if len(line.events) > 1 and line.key in opened:
            for event in line.events:
                yield from _rows_of_line(Told((event,)), width, author, title_of, named)
        else:
            yield from _rows_of_line(line, width, author, title_of, named)


def _day_name(day: date, today: date, width: int) -> str:
    from mbtui.bank.log_words import day_name

    long = day_name(day, today)
    return long if len(long) <= width else f"{day:%a} {day.day} {day:%b %Y}"


def _rows_of_line(
    line: Told, width: int, author: int, title_of: TitleOf, named: bool
) -> Iterator[LogRow]:
    event, name = line.first, author_of(line.first)
    time = Part(clock(event), "dim")
    parts = [Part(own_words(part), part.role) for part in sentence(line, title_of, named=named)]
    if author:
        front: tuple[Part, ...] = (time, Part("  "), Part(pad(name, author)), Part("  "))
    else:
        front = (time, Part(" "))
        parts = [Part(f"{fit(name, max(8, width // 2))} "), *parts]
    indent = sum(cell_len(part.text) for part in front) if author else _CLOCK + 1
    rows = list(wrapped(parts, max(8, width - indent), cell_len))
    if len(rows) > _MOST_ROWS:
        left = rows[_MOST_ROWS - 1 :]
        last = " ".join("".join(part.text for part in row) for row in left)
        rows = [*rows[: _MOST_ROWS - 1], [Part(fit(last, max(8, width - indent)))]]
    for at, row in enumerate(rows):
        if at:
            key = f"{line.key} {at}"
            yield LogRow(MORE, key, (Part(" " * indent), *row), line)
        else:
            yield LogRow(EVENT, line.key, (*front, *row), line)


def own_words(part: Part) -> str:
    """A piece with the dash of our own in the characters in use; bank text stays as it is."""
    return own(part.text) if part.role == PLAIN and part.text == " — " else part.text
