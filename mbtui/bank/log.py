"""The log of a bank: what happened, told by several sources, each event once.

Sources are the lines of the change log, the entries' own dates, the commits that changed entries
and the user's journal. `joined_day` makes one list of what they say of a day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, NamedTuple

from mbtui.bank.entry import Entry, moment, plain, strings
from mbtui.bank.log_actions import (
    ADD,
    ARCHIVE,
    DAILY,
    EDIT,
    NOTE,
    REVIEW,
    STATUS,
    SUPERSEDE,
    Action,
    Version,
    action_between,
    joined,
    read_title,
)
from mbtui.bank.review import CHANGE_LOG

JOURNAL, LOG, GIT, ENTRY = "journal", "change log", "git", "entry"
"""Who tells of an event, the one that knows most of it first."""

_ORDER: Final = {name: at for at, name in enumerate((JOURNAL, LOG, GIT, ENTRY))}
_SAME = timedelta(seconds=5)
"""So far apart may be the moments that two sources give to one event."""

_NEVER = datetime(1, 1, 2, tzinfo=UTC)


class Event(NamedTuple):
    """Something that happened to an entry; a note may be about none, and `entry` is empty then.

    `timed` is False where only the day is known. Of a `loose` event the moment and the author are
    those of a commit: it happened before, and somebody else may have done it.
    """

    at: datetime
    author: str
    action: Action
    entry: str
    title: str
    kind: str = ""
    reason: str = ""
    timed: bool = True
    loose: bool = False
    sources: tuple[str, ...] = ()
    commit: str = ""
    line: str = ""
    """The id of the line of the change log, if there is one."""

    @property
    def what(self) -> str:
        """What happened, in one word."""
        return self.action.what

    @property
    def day(self) -> date:
        """The local day."""
        return day_of(self.at)


def day_of(at: datetime) -> date:
    """The local day of a moment."""
    try:
        return at.astimezone().date()
    except (OverflowError, ValueError, OSError):
        return at.date()


def _at(value: object) -> tuple[datetime, bool] | None:
    """A moment, and whether its time is known: a date alone stands for the noon of that day."""
    if isinstance(value, date) and not isinstance(value, datetime):
        try:
            return datetime.combine(value, time(12)).astimezone(UTC), False
        except (OverflowError, ValueError, OSError):
            return None
    when = moment(value)
    return None if when is None or when < _NEVER else (when, True)


# What the sources say


def moment_of_line(line: Entry) -> tuple[datetime, bool] | None:
    """When a line of the change log says that it was, and whether the time of day is known."""
    data = line.data
    return _at(data.get("date")) or _at(data.get("updated")) or _at(data.get("created"))


def event_of_line(
    line: Entry,
    when: tuple[datetime, bool],
    statuses: Collection[str],
    known: Mapping[str, Entry],
) -> Event:
    """What a line of the change log tells.

    `statuses` are those of all kinds (`statuses_of`), `known` gives entries by id.
    """
    data = line.data
    identity = plain(data.get("entry", ""))
    about = known.get(identity)
    action, title = read_title(line.title, statuses) or (Action(NOTE), line.title)
    if about is not None and action.what != NOTE and title.endswith("…"):
        title = about.title
    return Event(
        when[0],
        plain(data.get("author") or data.get("updated_by") or data.get("created_by") or ""),
        action,
        identity,
        title,
        about.kind.slug if about is not None else "",
        " ".join(plain(data.get("reason", "")).split()),
        when[1],
        sources=(LOG,),
        line=line.id,
    )


def events_of_entries(entries: Iterable[Entry], known: Mapping[str, Entry]) -> Iterator[Event]:
    """What the dates tell that stand in the entries themselves; not of the change log's lines.

    `known` gives entries by id.
    """
    for entry in entries:
        if entry.kind.slug != CHANGE_LOG:
            yield from _events_of_entry(entry, known)


def _took_a_place(entry: Entry, updated: datetime, known: Mapping[str, Entry]) -> bool:
    """Whether its last change was to be named as what supersedes another one."""
    others = [known.get(identity) for identity in strings(entry.data.get("supersedes"))]
    moments = [other.updated for other in others if other is not None and other.updated]
    return any(abs(when - updated) <= _SAME for when in moments)


def _events_of_entry(entry: Entry, known: Mapping[str, Entry]) -> Iterator[Event]:
    data = entry.data

    def event(found: tuple[datetime, bool], who: str, action: Action, why: str = "") -> Event:
        name = plain(data.get(who, "")) if who != "by" else plain(_archived(data).get("by", ""))
        place = entry.id, entry.title, entry.kind.slug
        return Event(found[0], name, action, *place, why, found[1], sources=(ENTRY,))

    created, updated = _at(data.get("created")), _at(data.get("updated"))
    if created is not None:
        yield event(created, "created_by", Action(ADD))
    is_new = updated and created and abs(updated[0] - created[0]) <= _SAME
    if updated is not None and not is_new and not _took_a_place(entry, updated[0], known):
        yield event(updated, "updated_by", Action(EDIT))
    for key in ("reviewed", "agent_reviewed"):
        reviewed = _at(data.get(key))
        if reviewed is not None:
            yield event(reviewed, f"{key}_by", Action(REVIEW))
    archived = _archived(data)
    gone = _at(archived.get("at"))
    if gone is not None:
        reason = " ".join(plain(archived.get("reason", "")).split())
        yield event(gone, "by", Action(ARCHIVE), reason)


def _archived(data: Mapping[str, Any]) -> Mapping[str, Any]:
    found = data.get("archived")
    return found if isinstance(found, Mapping) else {}


def event_of_commit(
    entry: str,
    before: Version | None,
    after: Version | None,
    commit: str,
    author: str,
    at: datetime,
) -> Event | None:
    """What a commit did to an entry; the entry's own dates say when and who, where it has them."""
    action = action_between(before, after)
    there = after or before
    if action is None or there is None or there.kind == CHANGE_LOG:
        return None
    data = there.data
    title = plain(data.get("title", "")) or entry
    event = Event(
        at, author, action, entry, title, there.kind, loose=True, sources=(GIT,), commit=commit
    )
    stamp, who = _stamp(action.what, before, after)
    if stamp is None:
        return event
    reason = " ".join(plain(_archived(data).get("reason", "")).split())
    return event._replace(
        at=stamp[0],
        author=who or author,
        timed=stamp[1],
        loose=False,
        reason=reason if action.what == ARCHIVE else "",
    )


def _stamp(
    what: str, before: Version | None, after: Version | None
) -> tuple[tuple[datetime, bool] | None, str]:
    """The moment and the author that the entry itself gives to what a commit did."""
    if after is None:
        return None, ""
    data = after.data
    if what == ARCHIVE:
        archived = _archived(data)
        return _at(archived.get("at")), plain(archived.get("by", ""))
    key = {ADD: "created", REVIEW: "reviewed", EDIT: "updated", STATUS: "updated"}.get(what)
    key = "updated" if what == SUPERSEDE else key
    if key is None:
        return None, ""
    old = before.data if before is not None else {}
    if what == REVIEW and data.get(key) == old.get(key) and "agent_reviewed" in data:
        key = "agent_reviewed"
    if key in old and data.get(key) == old[key] and what != REVIEW:
        return None, ""
    return _at(data.get(key)), plain(data.get(f"{key}_by", ""))


# One list


def joined_day(events: Iterable[Event]) -> list[Event]:
    """The events of one day, each once, the latest first; those without a time come last."""
    by_entry: dict[str, list[Event]] = defaultdict(list)
    found: list[Event] = []
    for event in events:
        if event.what == NOTE or not event.entry:
            found.append(event)
        else:
            by_entry[event.entry].append(event)
    for of_entry in by_entry.values():
        found += _collapsed(_each_once(of_entry)) if len(of_entry) > 1 else of_entry
    return sorted(
        found, key=lambda e: (e.timed, e.at, e.what != ADD, e.entry, e.what), reverse=True
    )


def _each_once(events: list[Event]) -> list[Event]:
    """The events of one entry on one day, those that are the same joined."""
    kept: list[Event] = []
    for event in sorted(events, key=lambda e: (not e.timed, e.loose, _ORDER[e.sources[0]], e.at)):
        at = next((i for i, other in enumerate(kept) if _is_same(event, other)), None)
        if at is None:
            kept.append(event)
        else:
            kept[at] = _both(kept[at], event)
    return kept


def _is_same(event: Event, known: Event) -> bool:
    """Whether a source tells once more what a better one told."""
    unspecific = event.what == EDIT and not event.action.fields
    close = abs(event.at - known.at) <= _SAME
    if not (event.loose or known.loose) and event.author != known.author:
        return False
    if unspecific and known.what != REVIEW:
        return close
    if event.what != known.what:
        # A commit holds several changes: its edit may be the status that others tell apart.
        return {event.what, known.what} <= {EDIT, STATUS, SUPERSEDE} and close
    if not event.timed or not known.timed:
        return True
    if event.sources[0] == known.sources[0] and not event.loose:
        return False
    return close or (event.loose and event.what not in DAILY)


def _both(known: Event, event: Event) -> Event:
    """One event of what two sources tell; `known` is from the better one."""
    action = known.action
    if not action.fields and event.what == known.what:
        action = action._replace(fields=event.action.fields)
    if not action.detail and event.what == known.what:
        action = action._replace(detail=event.action.detail)
    return known._replace(
        action=action,
        kind=known.kind or event.kind,
        reason=known.reason or event.reason,
        sources=tuple(dict.fromkeys((*known.sources, *event.sources))),
        commit=known.commit or event.commit,
        line=known.line or event.line,
    )


def _collapsed(events: list[Event]) -> list[Event]:
    """Edits of the entry by one author as one; what carries a reason stays on its own."""
    daily: dict[tuple[str, str], list[Event]] = defaultdict(list)
    rest: list[Event] = []
    for event in events:
        if event.what in DAILY and not event.reason:
            daily[event.what, event.author].append(event)
        else:
            rest.append(event)
    for same in daily.values():
        same.sort(key=lambda event: (event.timed, event.at))
        last = same[-1]
        sources = dict.fromkeys(name for event in same for name in event.sources)
        action = joined(event.action for event in same)
        rest.append(last._replace(action=action, sources=tuple(sources)))
    return rest
