"""The order in which lists show entries."""

from __future__ import annotations

from collections.abc import Iterable

from mbtui.bank.entry import Entry, moment
from mbtui.bank.review import CHANGE_LOG


def newest_of(entry: Entry) -> float:
    """Seconds since the epoch of the last dated change; of a change-log line, its date."""
    if entry.kind.slug == CHANGE_LOG and not entry.newest:
        when = moment(entry.data.get("date"))
        return when.timestamp() if when else 0.0
    return entry.newest


def default_order(entries: Iterable[Entry]) -> list[Entry]:
    """The entries of a kind as its list shows them: open ones first, then the newest."""
    return sorted(entries, key=lambda entry: (entry.closed, -newest_of(entry)))
