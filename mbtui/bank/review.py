"""When an entry wants a review: cadences, due dates, candidates for the archive."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

from mbtui.bank.entry import Entry

CHANGE_LOG: Final = "change-log"
SCHEDULE: Final = "review-schedule"
_NOT_REVIEWED: Final = frozenset({CHANGE_LOG, SCHEDULE})
_MONTHS_A_YEAR = 12
_CADENCE = re.compile(r"([0-9]{1,5})\s*(day|week|month|year)s?\Z")
AGENT = "agent:"
"""How the name of a writer begins that is a program."""

AGENT_REVIEW: Final = ("agent_reviewed", "agent_reviewed_by")
"""The keys of an agent's review that stands beside a person's."""


class Cadence(NamedTuple):
    """How long a review lasts: days and months added together; neither of them means never."""

    days: int = 0
    months: int = 0

    @property
    def never(self) -> bool:
        """Whether nothing with this cadence is ever due."""
        return not (self.days or self.months)


NEVER: Final = Cadence()
_DEFAULT: Final = Cadence(months=6)


def parse_cadence(value: object) -> Cadence | None:
    """The cadence that a text such as `2 weeks` or `never` names, else None."""
    return _parsed(value) if isinstance(value, str) else None


@lru_cache(maxsize=64)
def _parsed(text: str) -> Cadence | None:
    text = text.strip().casefold()
    if text == "never":
        return NEVER
    match = _CADENCE.match(text)
    if not match or not int(match[1]):
        return None
    count = int(match[1])
    return {
        "day": Cadence(days=count),
        "week": Cadence(days=7 * count),
        "month": Cadence(months=count),
        "year": Cadence(months=_MONTHS_A_YEAR * count),
    }[match[2]]


def cadence_problem(value: object) -> str | None:
    """Why `value` is no cadence, as a sentence for people; None when it is one."""
    if parse_cadence(value):
        return None
    said = f'"{value}"' if isinstance(value, str) else repr(value)
    return f"{said} is no cadence; write 10 days, 2 weeks, 1 month, 1 year or never"


def shift_months(day: date, months: int) -> date:
    """The same day `months` later (earlier when negative), or the last day of a shorter month."""
    year, month = divmod(day.year * _MONTHS_A_YEAR + day.month - 1 + months, _MONTHS_A_YEAR)
    if year < date.min.year:
        return date.min
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, _days_in(year, month + 1)))


def _days_in(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def shift_days(day: date, days: int) -> date:
    """The day `days` later (earlier when negative), at most the calendar's first or last."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


def add_cadence(day: date, cadence: Cadence) -> date:
    """The day on which something done on `day` is due again; `date.max` for never."""
    if cadence.never:
        return date.max
    if cadence.months:
        day = shift_months(day, cadence.months)
    return shift_days(day, cadence.days) if cadence.days else day


def cadence_of(entry: Entry, review_config: Mapping[str, Any]) -> Cadence:
    """The entry's `review_in`, else `kinds.X`, else `every`, else the packaged cadence.

    `review_config` is the table `[review]` of `bank.toml`. What cannot be read is passed over.
    """
    kinds = review_config.get("kinds")
    of_kind = kinds.get(entry.kind.slug) if isinstance(kinds, Mapping) else None
    given = (entry.data.get("review_in"), of_kind, review_config.get("every"), entry.kind.review)
    for value in given:
        cadence = parse_cadence(value)
        if cadence:
            return cadence
    return _DEFAULT


def local_day(value: object) -> date | None:
    """The local date of a TOML date or date-time, or of a text in ISO 8601; else None.

    A plain date is itself everywhere. A date-time without an offset is taken as UTC.
    """
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        try:
            return aware.astimezone().date()
        except (OverflowError, ValueError, OSError):
            return value.date()
    return value if isinstance(value, date) else None


def by_agent(data: Mapping[str, Any]) -> bool:
    """Whether the review that the table of an entry tells of is by a program."""
    by = data.get("reviewed_by")
    return isinstance(by, str) and by.startswith(AGENT)


def reviewed_day(entry: Entry, review_config: Mapping[str, Any]) -> date | None:
    """The day from which the next review counts: of the last review, else of `created`.

    A review by an agent does not count unless `[review] agents` is true.
    """
    if not by_agent(entry.data) or review_config.get("agents") is True:
        day = local_day(entry.data.get("reviewed"))
        if day:
            return day
    return local_day(entry.data.get("created"))


def _cadence_in_force(entry: Entry, review_config: Mapping[str, Any]) -> Cadence:
    """The cadence of an entry that reviews apply to, live and open; else never."""
    if entry.kind.slug in _NOT_REVIEWED or entry.archived or entry.closed:
        return NEVER
    return cadence_of(entry, review_config)


def due_date(entry: Entry, review_config: Mapping[str, Any]) -> date | None:
    """The day from which the entry is due; None where no review applies or no date is known.

    An entry without any date is due all the same, as never reviewed: ask `is_due`.
    """
    cadence = _cadence_in_force(entry, review_config)
    start = None if cadence.never else reviewed_day(entry, review_config)
    return add_cadence(start, cadence) if start else None


def is_due(entry: Entry, review_config: Mapping[str, Any], today: date) -> bool:
    """Whether the entry wants a review on the local date `today`."""
    cadence = _cadence_in_force(entry, review_config)
    if cadence.never:
        return False
    start = reviewed_day(entry, review_config)
    return start is None or add_cadence(start, cadence) <= today


def never_reviewed(entry: Entry, review_config: Mapping[str, Any]) -> bool:
    """Whether the entry is due because it has neither a review nor a date of creation."""
    cadence = _cadence_in_force(entry, review_config)
    return not cadence.never and reviewed_day(entry, review_config) is None


def archive_day(entry: Entry, review_config: Mapping[str, Any]) -> date | None:
    """The last day on which a closed entry stays; later it is a candidate for the archive.

    That is `archive_after` (6 months) after its last change. None for what is never a candidate.
    """
    if entry.archived or entry.kind.single or not entry.closed:
        return None
    wait = parse_cadence(review_config.get("archive_after")) or _DEFAULT
    day = local_day(entry.data.get("updated")) or local_day(entry.data.get("created"))
    return None if day is None or wait.never else add_cadence(day, wait)
