"""What wants attention on a day: entries that are due for review, and those for the archive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from mbtui.bank.bank import Bank, Problem
from mbtui.bank.entry import Entry
from mbtui.bank.review import archive_day, due_date, local_day, never_reviewed, shift_days

SOON_DAYS = 7
"""How many days ahead something counts as due soon."""

_NEVER_DUE = date.max
_ALWAYS_DUE = date.min


class Due(NamedTuple):
    """An entry and the day from which it is due; None: never reviewed, and without a date."""

    entry: Entry
    day: date | None


class Attention(NamedTuple):
    """What wants attention on one day, each in the order in which to look at it.

    `overdue` has the longest overdue first, `soon` is due within `SOON_DAYS`. `candidates` are
    those for the archive, closed for longest first, each with its last day outside.
    """

    overdue: list[Due]
    soon: list[Due]
    never: list[Due]
    snoozed: list[Due]
    candidates: list[Due]

    @property
    def now(self) -> list[Due]:
        """What is due: the longest overdue first, then what was never reviewed."""
        return [*self.overdue, *self.never]


NOTHING = Attention([], [], [], [], [])


class _Days(NamedTuple):
    data: Mapping[str, Any]
    due: date
    archive: date


class Calendar:
    """The days on which the entries of a bank are due, kept for those that do not change."""

    def __init__(self) -> None:
        self._review: Mapping[str, Any] = {}
        self._days: dict[int, _Days] = {}

    def look(self, bank: Bank, today: date, snoozed: Mapping[str, date]) -> Attention:
        """What wants attention on the local date `today`.

        `snoozed` gives the day until which one user put an entry off, by its id.
        """
        review = bank.config.review
        known = self._days if review == self._review else {}
        self._review = review
        self._days = {}
        soon_until = min(shift_days(today, SOON_DAYS), shift_days(_NEVER_DUE, -1))
        found = Attention([], [], [], [], [])
        for entry in bank.entries:
            data = entry.data
            days = known.get(id(data))
            if days is None or days.data is not data:
                days = _days_of(entry, review)
            self._days[id(data)] = days
            if days.due <= soon_until:
                if (until := snoozed.get(entry.id)) is not None and until > today:
                    group = found.snoozed
                elif days.due == _ALWAYS_DUE:
                    group = found.never
                else:
                    group = found.overdue if days.due <= today else found.soon
                group.append(Due(entry, None if days.due == _ALWAYS_DUE else days.due))
            elif days.archive < today:
                found.candidates.append(Due(entry, days.archive))
        for group in found:
            group.sort(key=_order)
        return found


def attention_of(bank: Bank, today: date, snoozed: Mapping[str, date]) -> Attention:
    """The same for one look."""
    return Calendar().look(bank, today, snoozed)


def _days_of(entry: Entry, review: Mapping[str, Any]) -> _Days:
    due, data = due_date(entry, review), entry.data
    if due is None:
        due = _ALWAYS_DUE if never_reviewed(entry, review) else _NEVER_DUE
    return _Days(data, due, archive_day(entry, review) or _NEVER_DUE)


def _order(due: Due) -> date:
    """By day; those of one day stay in the order of the bank."""
    return due.day or _ALWAYS_DUE


def days_overdue(due: Due, today: date) -> str:
    """How long an entry has been due: *due today*, *due for 12 days*, *due in 3 days*, *never
    reviewed*.
    """
    if due.day is None:
        return "never reviewed"
    days = (today - due.day).days
    if not days:
        return "due today"
    count = f"{abs(days):,} day{'' if abs(days) == 1 else 's'}"
    return f"due for {count}" if days > 0 else f"due in {count}"


def due_word(due: Due, today: date) -> str:
    """The same in a word for the end of a row: *12 d*, *in 3 d*, *today*, *never*."""
    if due.day is None:
        return "never"
    days = (today - due.day).days
    if not days:
        return "today"
    return f"{days:,} d" if days > 0 else f"in {-days:,} d"


def is_about_reviews(problem: Problem) -> bool:
    """Whether a problem is a cadence that means nothing, or the like."""
    return problem.message.startswith(("review.", "review_in:"))


def problems_of_dates(entries: Iterable[Entry], today: date) -> Iterator[Problem]:
    """Reviews whose date is still to come: as long as that holds, the entry is not due."""
    for entry in entries:
        if "reviewed" in entry.data:
            day = local_day(entry.data["reviewed"])
            if day is not None and (day - today).days > 1:
                message = f"reviewed = {day} is still to come; a new review mends it"
                yield Problem(entry.file, message, entry.line)
