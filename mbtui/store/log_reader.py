"""The log of a bank from all its sources, the newest first, read as far as somebody asks."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from mbtui.bank.bank import Bank
from mbtui.bank.entry import Entry, moment
from mbtui.bank.log import (
    JOURNAL,
    Event,
    day_of,
    event_of_commit,
    event_of_line,
    events_of_entries,
    joined_day,
    moment_of_line,
)
from mbtui.bank.log_actions import DAILY, action_between, statuses_of
from mbtui.bank.review import CHANGE_LOG
from mbtui.bank.undo import Change, turns
from mbtui.store.bank_history import BankHistory, Commit
from mbtui.store.change_log import version_of
from mbtui.store.journal import Journal

_STEP: Final = 200
"""So many events that are in memory, or commits, are taken at a time."""

_BEFORE_COMMIT: Final = timedelta(days=30)
"""So long before its commit a change may have been made that others date exactly."""

_JOURNAL_AHEAD: Final = timedelta(days=7)
_SLACK = timedelta(minutes=1)
_START = datetime(1, 1, 1, tzinfo=UTC)
_END = datetime(9999, 12, 31, tzinfo=UTC)


class _InMemory(NamedTuple):
    """A line of the change log, or an event that an entry's own dates tell."""

    at: datetime
    timed: bool
    line: Entry | None
    event: Event | None


class LogReader:
    """The log of one version of a bank, of all entries or of one.

    `history` is asked for what the commits did; without one git is left out. Reading takes time
    and is for a thread, one at a time.
    """

    def __init__(
        self, folder: Path, bank: Bank, history: BankHistory | None = None, entry: str = ""
    ) -> None:
        self._entry = entry
        self._titles: dict[str, str] = {}
        entries = (*bank.entries, *bank.archive)
        self.known: dict[str, Entry] = {e.id: e for e in reversed(entries)}
        """Entries of the bank by id."""
        self._statuses = statuses_of(bank.schema)
        self._lines: dict[str, list[_InMemory]] = defaultdict(list)
        own = [e for e in entries if not entry or e.id == entry]
        memory = [_InMemory(e.at, e.timed, None, e) for e in events_of_entries(own, self.known)]
        for line in bank.by_kind.get(CHANGE_LOG, ()):
            about = line.data.get("entry", "")
            when = moment_of_line(line) if not entry or about == entry else None
            if when is not None:
                item = _InMemory(*when, line, None)
                memory.append(item)
                self._lines[str(about)].append(item)
        self._memory = sorted(memory, key=lambda item: item.at, reverse=True)
        self._at = 0
        self._commits = history.commits() if history is not None else iter(())
        self._commit: Commit | None = None
        self._journal = _standing(Journal(folder).newest_first(holding=entry))
        self._change: Change | None = None
        self._exact: dict[tuple[str, str], list[datetime]] = defaultdict(list)
        for item in memory:
            if item.event is not None:
                self._know(item.event)
        self._days: dict[date, list[Event]] = defaultdict(list)
        self._joined: dict[date, list[Event]] = {}
        self.horizon = _END
        """What happened since then is known."""
        self._more = [True, True]

    @property
    def ended(self) -> bool:
        """Whether there is nothing older."""
        return self.horizon == _START

    def read(self, until: datetime | None = None) -> None:
        """Read a step on, or until what happened since a moment is known."""
        while not self.ended:
            self._step(until)
            if until is None or self.horizon <= until:
                return

    def days(self) -> list[tuple[date, list[Event]]]:
        """The days of which something is known, the latest first, each with its events.

        The list of a day is the same object as long as nothing more is known of it.
        """
        found = [(day, self.of_day(day)) for day in sorted(self._days, reverse=True)]
        return [(day, events) for day, events in found if events]

    def events(self) -> list[Event]:
        """All events that are known, each once, the latest first; untimed ones end their day."""
        return [event for _, events in self.days() for event in events]

    def of_day(self, day: date) -> list[Event]:
        """The events of a day, as far as they are known."""
        joined = self._joined.get(day)
        if joined is None:
            since = self.horizon
            joined = joined_day(event for event in self._days[day] if event.at >= since)
            self._joined[day] = joined
        return joined

    def _step(self, until: datetime | None) -> None:
        before = self.horizon
        target = self._memory_horizon() if until is None else until
        commits: list[Commit] = []
        while len(commits) < _STEP:
            commit = next(self._commits, None)
            if commit is None:
                self._more[0] = False
                break
            commits.append(commit)
            if commit.committed < target:
                break
        if self._more[0] and commits:
            target = max(target, min(before, commits[-1].committed))
        if not self._more[0] and target <= _START:
            target = _START
        self._read_journal(target)
        while self._at < len(self._memory) and self._memory[self._at].at >= target:
            self._add(self._event_of(self._memory[self._at]))
            self._at += 1
        for commit in commits:
            for event in self._events_of(commit):
                self._add(event)
        self.horizon = min(target, before)
        self._forget_joined(before)

    def _memory_horizon(self) -> datetime:
        """The moment to which the next step leads, if the commits are not too many."""
        following = self._at + _STEP
        return self._memory[following].at if following < len(self._memory) else _START

    def _forget_joined(self, before: datetime) -> None:
        """Join those days anew of which more is known now."""
        first, last = day_of(self.horizon), day_of(before)
        for day in [day for day in self._joined if first <= day <= last]:
            del self._joined[day]

    def _event_of(self, item: _InMemory) -> Event:
        if item.line is None:
            assert item.event is not None
            return item.event
        return event_of_line(item.line, (item.at, item.timed), self._statuses, self.known)

    def _add(self, event: Event) -> None:
        day = event.day
        self._days[day].append(event)
        self._joined.pop(day, None)

    def _know(self, event: Event) -> None:
        if event.what not in DAILY and event.timed:
            self._exact[event.entry, event.what].append(event.at)

    # The journal

    def _read_journal(self, target: datetime) -> None:
        since = _START if target - _START < _JOURNAL_AHEAD else target - _JOURNAL_AHEAD
        while self._more[1]:
            change = next(self._journal, None)
            if change is None:
                self._more[1] = False
                return
            at = moment(change.at)
            if at is None:
                continue
            for event in _events_of_change(change, at):
                if not self._entry or event.entry == self._entry:
                    self._add(event)
                    self._know(event)
            if at < since:
                return

    # The commits

    def _events_of(self, commit: Commit) -> Iterator[Event]:
        for entry, before, after in commit.changes:
            if self._entry and entry != self._entry:
                continue
            event = event_of_commit(entry, before, after, commit.name, commit.author, commit.at)
            if event is None:
                continue
            yield self._dated(event) if event.loose else event

    def _dated(self, event: Event) -> Event:
        """The event at the moment that others give it, where a commit dates it only roughly."""
        for item in self._lines.pop(event.entry, ()):
            self._know(self._event_of(item))
        known = sorted(self._exact.get((event.entry, event.what), ()))
        at = bisect_right(known, event.at + _SLACK)
        if at > 0 and known[at - 1] >= event.at - _BEFORE_COMMIT:
            return event._replace(at=known[at - 1])
        return event


def _standing(newest_first: Iterator[Change]) -> Iterator[Change]:
    """The changes that are not taken back."""
    gone: set[int] = set()
    for change in newest_first:
        if change.undoes:
            if change.undoes > 0 and change.number not in gone:
                gone.add(change.undoes)
        elif change.number not in gone:
            yield change


def _events_of_change(change: Change, at: datetime) -> Iterator[Event]:
    for turn in turns(change.steps).values():
        if not turn.is_of_entry:
            continue
        before, after = version_of(turn.before), version_of(turn.after)
        there = after or before
        action = action_between(before, after)
        if action is None or there is None:
            continue
        title = there.data.get("title")
        name = title if isinstance(title, str) and title else change.title or turn.id
        yield Event(at, change.author, action, turn.id, name, there.kind, sources=(JOURNAL,))
