"""`mbtui log`: what changed in the bank, when, by whom and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Final

from mbtui.bank.bank import Bank
from mbtui.bank.log import Event
from mbtui.bank.log_actions import field_words
from mbtui.bank.log_query import LogVocabulary, log_filter
from mbtui.bank.log_words import (
    DIM,
    TITLE,
    Part,
    Told,
    author_of,
    clock,
    day_name,
    plain_sentence,
    sentence,
    told,
    wrapped,
)
from mbtui.bank.query import parse_arguments, parse_day
from mbtui.bank.safetext import safe_line
from mbtui.bank.search import Index
from mbtui.cli.arguments import Arguments, UsageError
from mbtui.cli.context import open_reader
from mbtui.cli.drift import asks_for_drift, drifts_of
from mbtui.cli.output import cells, note, out, out_json, padded, styled, terminal_width
from mbtui.store.bank_history import BankHistory
from mbtui.store.log_reader import LogReader

_SHOWN: Final = 50
_WIDEST_AUTHOR: Final = 20
_SHORTEST_ID: Final = 4
"""A shorter start of an id is a word to look for."""

_AN_ID: Final = re.compile(r"[0-9a-hjkmnp-tv-z]{8}\Z")
_STYLES: Final = {TITLE: "bold", DIM: "dim"}


def log(arguments: Arguments) -> int:
    """`mbtui log [QUERY…]`: the log by day, or by entry."""
    most, since = arguments.number("-n"), _since(arguments)
    store = open_reader(arguments)
    bank = store.load()
    history = BankHistory(store.folder, bank.schema)
    try:
        entry = _entry_asked_for(arguments.rest, bank)
        reader = LogReader(store.folder, bank, history, entry)
        wanted = _wanted(arguments, bank, store.folder) if arguments.rest and not entry else None
        if not entry and len(arguments.rest) == 1 and _AN_ID.match(arguments.rest[0]):
            gone = LogReader(store.folder, bank, history, arguments.rest[0])
            if _read(gone, None, 1, None):
                reader, wanted = gone, None
        limit = most or (None if since else _SHOWN)
        events = _read(reader, wanted, limit, since)
    finally:
        history.close()
    shown = events[:limit]
    if arguments.flag("--json"):
        out_json({"events": [_json(event, reader) for event in shown], "count": len(shown)})
    elif arguments.flag("--by-entry"):
        _print_by_entry(shown, reader)
    else:
        _print_by_day(shown, reader)
    return _code(arguments, bank, events, limit)


def _since(arguments: Arguments) -> date | None:
    text = arguments.one("--since")
    if text is None:
        return None
    day = parse_day(text.strip().casefold(), date.today())
    if day is None:
        raise UsageError(f"--since takes a date such as 2026-11-20, or 7d, 2w, not {text!r}")
    return day


def _entry_asked_for(words: Sequence[str], bank: Bank) -> str:
    """The id of the entry that is meant by a single word; empty for any other query."""
    if len(words) != 1:
        return ""
    found = {entry.id for entry in bank.find(words[0])}
    if words[0] in found:
        return words[0]
    return found.pop() if len(found) == 1 and len(words[0]) >= _SHORTEST_ID else ""


def _wanted(arguments: Arguments, bank: Bank, folder: Path) -> Callable[[Event], bool]:
    query = parse_arguments(arguments.rest, LogVocabulary(bank), date.today())
    states = None
    if asks_for_drift(query):
        from mbtui.store.drift import states_of

        every = (*bank.entries, *bank.archive)
        states = states_of(drifts_of(folder, bank.config.review, every))
    index = Index(bank)
    return log_filter(query, lambda asked: index.search(asked, states=states).entries)


def _read(
    reader: LogReader,
    wanted: Callable[[Event], bool] | None,
    most: int | None,
    since: date | None,
) -> list[Event]:
    """The events that are asked for, and one more where there are too many."""
    until = None if since is None else datetime.combine(since, time()).astimezone(UTC)
    steps = 1
    while True:
        for _ in range(steps):
            reader.read(until if most is None else None)
        steps *= 2  # What is looked through again and again is not more than all of it twice.
        events = [event for event in reader.events() if since is None or event.day >= since]
        if wanted is not None:
            events = [event for event in events if wanted(event)]
        enough = most is not None and len(events) > most
        if reader.ended or enough or (until is not None and reader.horizon <= until):
            return events


def _code(arguments: Arguments, bank: Bank, events: Sequence[Event], limit: int | None) -> int:
    if limit is not None and len(events) > limit and not arguments.flag("--json"):
        note(f"there is more before that: mbtui log -n {2 * limit}, or --since 30d")
    asked = bool(arguments.rest)
    if not events:
        note("nothing in the log matches" if asked else "nothing is in the log yet")
    for problem in bank.broken_files:
        note(str(problem))
    if bank.broken_files:
        return 3
    return 1 if asked and not events else 0


# For people


def _print_by_day(events: Iterable[Event], reader: LogReader) -> None:
    days: dict[date, list[Event]] = {}
    for event in events:
        days.setdefault(event.day, []).append(event)
    author = _author_width(event for found in days.values() for event in found)
    for at, (day, found) in enumerate(days.items()):
        out(("\n" if at else "") + styled(day_name(day, date.today()), "bold"))
        for line in told(found):
            _print_line(f"  {clock(line.first)}", line, author, reader)


def _print_by_entry(events: Iterable[Event], reader: LogReader) -> None:
    entries: dict[str, list[Event]] = {}
    for event in events:
        entries.setdefault(event.entry or event.line, []).append(event)
    author = _author_width(event for found in entries.values() for event in found)
    for at, (identity, found) in enumerate(entries.items()):
        known = reader.known.get(identity)
        title = safe_line(known.title if known is not None else found[0].title)
        heading = f"{styled(title, 'bold')}  {styled(identity, 'dim')}"
        out(("\n" if at else "") + heading)
        for event in found:
            front = f"  {event.day}  {clock(event)}"
            _print_line(front, Told((event,)), author, reader, named=False)


def _author_width(events: Iterable[Event]) -> int:
    return min(_WIDEST_AUTHOR, max((cells(author_of(event)) for event in events), default=0))


def _print_line(
    front: str, line: Told, author: int, reader: LogReader, *, named: bool = True
) -> None:
    front = f"{front}  {padded(author_of(line.first), author)}  "
    width = terminal_width()
    parts = sentence(line, lambda identity: _title(reader, identity), named=named)
    rows: Iterable[list[Part]] = (
        [parts] if width is None else wrapped(parts, max(width - cells(front), 20), cells)
    )
    for row in rows:
        out(front + "".join(_styled(part) for part in row))
        front = " " * cells(front)


def _styled(part: Part) -> str:
    style = _STYLES.get(part.role)
    return styled(part.text, style) if style else part.text


def _title(reader: LogReader, identity: str) -> str:
    known = reader.known.get(identity)
    return known.title if known is not None else ""


# For programs


def _json(event: Event, reader: LogReader) -> dict[str, Any]:
    return {
        "at": event.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "day": event.day.isoformat(),
        "time_known": event.timed,
        "author": event.author or None,
        "what": event.what,
        "entry": event.entry or None,
        "title": event.title,
        "kind": event.kind or None,
        "fields": list(event.action.fields),
        "detail": event.action.detail or None,
        "changed": field_words(event.action),
        "reason": event.reason or None,
        "sources": list(event.sources),
        "commit": event.commit or None,
        "text": plain_sentence(Told((event,)), lambda identity: _title(reader, identity)),
    }
