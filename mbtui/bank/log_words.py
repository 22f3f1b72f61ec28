"""How the log reads: a sentence for each event, and one for many of a kind at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from mbtui.bank.log import Event
from mbtui.bank.log_actions import (
    ADD,
    ARCHIVE,
    DELETE,
    EDIT,
    MOVE,
    NOTE,
    RESTORE,
    REVIEW,
    STATUS,
    SUPERSEDE,
    field_words,
)
from mbtui.bank.safetext import safe_line

PLAIN, TITLE, DIM, REASON = "plain", "title", "dim", "reason"

MANY: Final = 4
"""So many events of one kind in a row read as one."""

_APART = timedelta(minutes=1)
_NAMED: Final = 2
_MOST_FIELDS: Final = 6
_LONGEST: Final = 300
_VERBS: Final = {
    ADD: "added",
    EDIT: "edited",
    STATUS: "marked",
    REVIEW: "reviewed",
    MOVE: "moved",
    ARCHIVE: "archived",
    RESTORE: "restored",
    SUPERSEDE: "superseded",
    DELETE: "deleted",
}

TitleOf = Callable[[str], str]
"""The title of the entry with an id; empty for an unknown one."""


class Part(NamedTuple):
    """A piece of a sentence, safe to show, and what it is."""

    text: str
    role: str = PLAIN


class Told(NamedTuple):
    """One line of the log: an event, or several that read as one, the latest first."""

    events: tuple[Event, ...]

    @property
    def first(self) -> Event:
        """The latest of them."""
        return self.events[0]

    @property
    def key(self) -> str:
        """What identifies the line while others come and go."""
        event = self.first
        return f"{event.at.timestamp():.0f} {event.entry or event.line} {event.what}"


def told(events: Iterable[Event]) -> list[Told]:
    """The lines of a day: many of a kind in a row, by one author and for one reason, are one."""
    runs: list[list[Event]] = []
    for event in events:
        if runs and _goes_on(runs[-1][-1], event):
            runs[-1].append(event)
        else:
            runs.append([event])
    lines: list[Told] = []
    for run in runs:
        if len(run) >= MANY:
            lines.append(Told(tuple(run)))
        else:
            lines += [Told((event,)) for event in run]
    return lines


def _goes_on(last: Event, event: Event) -> bool:
    if event.what == NOTE or not event.entry:
        return False
    same = (last.author, last.what, last.action.detail, last.reason, last.timed) == (
        event.author,
        event.what,
        event.action.detail,
        event.reason,
        event.timed,
    )
    return same and abs(last.at - event.at) <= _APART


def clock(event: Event) -> str:
    """`10:12` in local time; spaces where only the day is known."""
    return f"{event.at.astimezone():%H:%M}" if event.timed else " " * 5


def day_name(day: date, today: date) -> str:
    """`Today, Friday 20 November 2026`."""
    words = f"{day:%A} {day.day} {day:%B %Y}"
    near = {0: "Today", 1: "Yesterday"}.get((today - day).days)
    return f"{near}, {words}" if near else words


def author_of(event: Event) -> str:
    """Who did it, safe to show."""
    return safe_line(event.author) or "somebody"


def sentence(line: Told, title_of: TitleOf, *, named: bool = True) -> list[Part]:
    """What happened and why, without the time and the author.

    Without `named` it is read under the name of the entry, and does not say it again.
    """
    event = line.first
    if event.what == NOTE:
        parts = [Part(_shown(event.title), TITLE)]
    elif len(line.events) > 1:
        parts = _many(line.events, title_of)
    elif named:
        parts = _one(event, title_of)
    else:
        parts = [Part(_VERBS[event.what]), *_how(event, title_of)]
    if event.reason:
        parts += [Part(" — "), Part(_shown(event.reason), REASON)]
    return parts


def _one(event: Event, title_of: TitleOf) -> list[Part]:
    parts = [Part(f"{_VERBS[event.what]} "), Part(_quoted(event.title), TITLE)]
    if event.kind and event.what != MOVE and event.kind != event.entry:
        parts.append(Part(f" ({safe_line(event.kind)})", DIM))
    return [*parts, *_how(event, title_of)]


def _how(event: Event, title_of: TitleOf) -> list[Part]:
    detail = event.action.detail
    if event.what == STATUS:
        return [Part(" " + (safe_line(detail) if detail else "without a status"))]
    if event.what == MOVE and detail:
        return [Part(f" to {safe_line(detail)}")]
    if event.what == SUPERSEDE and detail:
        return [Part(" by "), Part(_quoted(title_of(detail) or detail), TITLE)]
    if event.what == EDIT and event.action.fields:
        words = [safe_line(word).replace("_", " ") for word in field_words(event.action)]
        more = len(words) - _MOST_FIELDS
        shown = ", ".join(words[:_MOST_FIELDS]) + (f" and {more} more" if more > 0 else "")
        return [Part(f": {shown}", DIM)]
    return []


def _many(events: Sequence[Event], title_of: TitleOf) -> list[Part]:
    first = events[0]
    kinds = {event.kind for event in events}
    parts = [Part(f"{_VERBS[first.what]} {len(events):,} entries")]
    if len(kinds) == 1 and first.kind and first.what != MOVE:
        parts.append(Part(f" ({safe_line(first.kind)})", DIM))
    if first.what != EDIT:
        parts += _how(first, title_of)
    names = ", ".join(_quoted(event.title, 60) for event in events[:_NAMED])
    return [*parts, Part(": "), Part(names, TITLE), Part(f" and {len(events) - _NAMED:,} more")]


def _quoted(text: str, longest: int = _LONGEST) -> str:
    return f'"{_shown(text, longest)}"'


def _shown(text: str, longest: int = _LONGEST) -> str:
    line = safe_line(text[: longest + 1]) or "(no title)"
    return f"{line[: longest - 1].rstrip()}…" if len(text) > longest else line


def plain_sentence(line: Told, title_of: TitleOf) -> str:
    """The same as one text."""
    return "".join(part.text for part in sentence(line, title_of))


def wrapped(parts: Iterable[Part], width: int, cells: Callable[[str], int]) -> Iterator[list[Part]]:
    """A sentence broken between words; a word longer than a row is broken too.

    `cells` says how wide a text is.
    """
    row: list[Part] = []
    used = 0
    for word, role in _words(parts):
        if used + cells(word.rstrip()) > width and used:
            yield row
            row, used = [], 0
            word = word.lstrip()
        over = used + cells(word) - width
        if 0 < over <= len(word) - len(word.rstrip()):
            word = word[:-over]  # Blanks beyond the end of a row make a terminal begin another.
        while cells(word) > width:
            head = _head(word, width, cells)
            yield [Part(head, role)]
            word = word[len(head) :].lstrip()
        if word:
            row.append(Part(word, role))
            used += cells(word)
    if row:
        yield row


def _words(parts: Iterable[Part]) -> Iterator[Part]:
    for part in parts:
        start, text = 0, part.text
        for at in range(1, len(text)):
            if text[at] == " " and text[at - 1] != " ":
                yield Part(text[start:at], part.role)
                start = at
        if text[start:]:
            yield Part(text[start:], part.role)


def _head(word: str, width: int, cells: Callable[[str], int]) -> str:
    """As much of a word as fits, at least one character."""
    end, used = 0, 0
    for character in word:
        used += cells(character)
        if used > width:
            break
        end += 1
    return word[: max(1, end)]
