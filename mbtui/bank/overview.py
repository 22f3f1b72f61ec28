"""A bank at a glance: sizes, what is due and drifted, how it grew, what its optimizations gave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from math import isfinite
from typing import Any, Final, NamedTuple

from mbtui.bank.bank import Bank
from mbtui.bank.due import Attention
from mbtui.bank.entry import Entry, plain, searchable
from mbtui.bank.review import CHANGE_LOG, due_date, local_day, reviewed_day

WEEKS: Final = 52
CHARACTERS_A_TOKEN: Final = 4
"""Tokens are estimated: no tokenizer is asked, and each model has its own."""

OPTIMIZATIONS: Final = "optimization-history"
_LAST: Final = date.max


class Share(NamedTuple):
    """A section, and what of the bank is in it; `words` and `characters` are of its texts."""

    slug: str
    title: str
    entries: int = 0
    due: int = 0
    drifted: int = 0
    words: int = 0
    characters: int = 0

    @property
    def tokens(self) -> int:
        """An estimate of how many tokens a language model reads in it."""
        return self.characters // CHARACTERS_A_TOKEN


class Week(NamedTuple):
    """A week, by its Monday: how many entries were written in it, how many changed later."""

    start: date
    written: int
    changed: int


class Improvement(NamedTuple):
    """An optimization with its numbers."""

    entry: Entry
    before: float
    after: float
    unit: str


class Overview(NamedTuple):
    """What a bank looks like on one day; lines of the change log are not counted."""

    total: Share
    closed: int
    archived: int
    drift_known: bool
    """Whether somebody looked at the code."""
    sections: tuple[Share, ...]
    weeks: tuple[Week, ...]
    """The last 52, the oldest first."""
    oldest: tuple[Entry, date | None] | None
    """The open entry that has gone longest without a review, and the day of the last one.

    Without a review, the day it was written; None where that is not known either.
    """
    improvements: tuple[Improvement, ...]
    """The newest first."""


class _Measured(NamedTuple):
    data: Mapping[str, Any]
    words: int
    characters: int
    written: date | None
    changed: date | None
    waits_since: date | None
    """Since when an entry that is reviewed at times was not."""


class Measures:
    """Looks at banks, and keeps what was measured of the entries that do not change."""

    def __init__(self) -> None:
        self._review: Mapping[str, Any] = {}
        self._known: dict[int, _Measured] = {}

    def look(
        self, bank: Bank, today: date, attention: Attention, drifted: Collection[str] | None
    ) -> Overview:
        """The overview on the local date `today`.

        `drifted` has the keys of the entries whose code went away, of which the open ones count;
        None: nobody looked.
        """
        live = [entry for entry in bank.entries if entry.kind.slug != CHANGE_LOG]
        measured = self._measured((*live, *bank.archive), bank.config.review)
        sections = _sections(bank, live, measured, attention, drifted or ())
        return Overview(
            total=_total(sections),
            closed=sum(entry.closed for entry in live),
            archived=len(bank.archive),
            drift_known=drifted is not None,
            sections=sections,
            weeks=_weeks(measured, today),
            oldest=_oldest(live, measured, attention),
            improvements=_improvements(live),
        )

    def _measured(self, entries: Iterable[Entry], review: Mapping[str, Any]) -> list[_Measured]:
        known = self._known if review == self._review else {}
        found = []
        for entry in entries:
            item = known.get(id(entry.data))
            if item is None or item.data is not entry.data:
                item = _measure(entry, review)
            found.append(item)
        self._review = review
        self._known = {id(item.data): item for item in found}
        return found


def overview_of(
    bank: Bank, today: date, attention: Attention, drifted: Collection[str] | None
) -> Overview:
    """The same for one look."""
    return Measures().look(bank, today, attention, drifted)


def _measure(entry: Entry, review: Mapping[str, Any]) -> _Measured:
    words = characters = 0
    for text in searchable(entry):
        words += len(text.split())
        characters += len(text)
    written = local_day(entry.data.get("created"))
    changed = local_day(entry.data.get("updated"))
    waits = reviewed_day(entry, review) if due_date(entry, review) else None
    return _Measured(
        entry.data, words, characters, written, None if changed == written else changed, waits
    )


def _sections(
    bank: Bank,
    live: list[Entry],
    measured: list[_Measured],
    attention: Attention,
    drifted: Collection[str],
) -> tuple[Share, ...]:
    counts: dict[str, list[int]] = {}
    for entry, item in zip(live, measured, strict=False):
        sums = counts.setdefault(entry.kind.section, [0, 0, 0])
        sums[0] += 1
        sums[1] += item.words
        sums[2] += item.characters
    due = Counter(item.entry.kind.section for item in attention.now)
    known = (bank.by_key.get(key) for key in drifted)
    off = Counter(e.kind.section for e in known if e and not (e.closed or e.archived))
    shares = []
    for section in bank.schema.sections:
        slug = section.slug
        entries, words, characters = counts.get(slug, (0, 0, 0))
        shares.append(Share(slug, section.title, entries, due[slug], off[slug], words, characters))
    return tuple(shares)


def _total(sections: Iterable[Share]) -> Share:
    sums = [sum(column) for column in zip(*(share[2:] for share in sections), strict=True)]
    return Share("", "", *sums)


def _weeks(measured: Iterable[_Measured], today: date) -> tuple[Week, ...]:
    this = _monday(today)
    numbers: dict[int, list[int]] = {number: [0, 0] for number in range(WEEKS)}
    for item in measured:
        for which, day in enumerate((item.written, item.changed)):
            if day is not None and day <= today:
                ago = (this - _monday(day)).days // 7
                if ago < WEEKS:
                    numbers[ago][which] += 1
    return tuple(
        Week(this - timedelta(weeks=ago), *numbers[ago])
        for ago in reversed(range(WEEKS))
        if this.toordinal() > 7 * ago
    )


def _monday(day: date) -> date:
    return day if day.toordinal() < 7 else day - timedelta(days=day.weekday())


def _oldest(
    live: list[Entry], measured: list[_Measured], attention: Attention
) -> tuple[Entry, date | None] | None:
    waiting = [(item.waits_since or _LAST, at) for at, item in enumerate(measured[: len(live)])]
    since, at = min(waiting, default=(_LAST, -1))
    if since != _LAST:
        return live[at], since
    return (attention.never[0].entry, None) if attention.never else None


def _improvements(live: Iterable[Entry]) -> tuple[Improvement, ...]:
    found = []
    for entry in live:
        if entry.kind.slug == OPTIMIZATIONS:
            before, after = _number(entry, "before"), _number(entry, "after")
            if before is not None and after is not None:
                found.append(Improvement(entry, before, after, plain(entry.data.get("unit", ""))))
    return tuple(sorted(found, key=lambda item: -item.entry.newest))


def _number(entry: Entry, name: str) -> float | None:
    """The value of a number field that holds a number which can be drawn."""
    value = entry.data.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    return value if 0 <= value <= 1e15 else None
