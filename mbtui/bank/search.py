"""Searching a bank: which entries a query matches, in which order, and the line that matched."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from sys import intern
from typing import Any, Final

from mbtui.bank.bank import Bank
from mbtui.bank.entry import Entry, moment, plain
from mbtui.bank.matching import Match, highlight_spans, match_of
from mbtui.bank.nearest import Heads
from mbtui.bank.order import default_order, newest_of
from mbtui.bank.query import Query, Term, dated
from mbtui.bank.review import CHANGE_LOG, due_date, is_due, local_day
from mbtui.bank.vocabulary import authors_of

__all__ = [
    "Index",
    "Match",
    "Results",
    "States",
    "default_order",
    "highlight_spans",
    "match_of",
    "newest_of",
]

_DATE_KEYS: Final = frozenset({"created", "updated", "reviewed"})
_DUE: Final = "due"
States = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found, in order; `nearest` has at most 5, and only when nothing matched."""

    query: Query
    entries: list[Entry] = field(default_factory=list)
    nearest: list[Entry] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many entries matched."""
        return len(self.entries)


class _Pool:
    """The entries that one kind of query looks at, best first, with their folded texts."""

    def __init__(self, entries: Iterable[Entry], kinds: Mapping[str, int]) -> None:
        self.entries = default_order(entries)
        self._kinds = kinds

    @cached_property
    def folded(self) -> list[str]:
        return [entry.folded for entry in self.entries]

    @cached_property
    def title_ends(self) -> array[int]:
        """Where the title ends in each folded text, which begins with it."""
        return array("L", [len(entry.title.casefold()) for entry in self.entries])

    @cached_property
    def tags(self) -> list[str]:
        return [intern(" ".join(entry.tags).casefold()) for entry in self.entries]

    @cached_property
    def heads(self) -> Heads:
        return Heads([f"{entry.title} {entry.id}".casefold() for entry in self.entries])

    @cached_property
    def open_count(self) -> int:
        return sum(not entry.closed for entry in self.entries)

    @cached_property
    def place(self) -> list[int]:
        """The position of each entry's kind on the screen."""
        last = len(self._kinds)
        return [self._kinds.get(entry.kind.slug, last) for entry in self.entries]

    @cached_property
    def listing(self) -> list[int]:
        return sorted(range(len(self.entries)), key=self.place.__getitem__)


@dataclass(frozen=True, slots=True)
class _Last:
    """The last search, to be narrowed while its query grows."""

    query: Query
    states: States
    found: list[int]

    def serves(self, query: Query, states: States) -> bool:
        """Whether all that `query` can find is among what was found."""
        old = self.query
        return (
            query.terms == old.terms
            and query.excluded == old.excluded
            and query.today == old.today
            and states == self.states
            and all(any(word in longer for longer in query.words) for word in old.words)
        )


class Index:
    """One version of a bank, ready to be searched; texts are folded when first needed."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank
        self._review = bank.config.review
        self._kinds = {kind.slug: i for i, kind in enumerate(bank.kinds)}
        self._pools: dict[str, _Pool] = {}
        self._due: tuple[date, frozenset[str]] | None = None
        self._last: _Last | None = None

    def search(self, query: Query, *, states: States | None = None) -> Results:
        """All entries that match, in order; with `sort:` in that order.

        `states` holds the keys of the entries in each state that the caller knows (`drifted`,
        `orphaned`, `changed`); asked for another, `is:changed` is text. Lines of the change log
        and archived entries are found only when asked for.
        """
        known = dict(states) if states else {}
        query = query.with_states(known)
        pool = self._pool_for(query)
        found = self._found(pool, query, known)
        self._last = _Last(query, known, found)
        if not found:
            return Results(query, nearest=self._nearest(pool, query, known))
        if query.sort:
            entries = [pool.entries[i] for i in found]
            return Results(query, self._sorted(entries, query))
        ordered = _ranked(pool, found, query.words) if query.words else _listed(pool, found)
        return Results(query, [pool.entries[i] for i in ordered])

    def warm(self) -> None:
        """Fold the texts now that the first search for words would fold."""
        pool = self._pool("live")
        _ = pool.folded, pool.title_ends, pool.tags

    def _pool_for(self, query: Query) -> _Pool:
        if query.wants_changed and not query.wants_archive:
            return self._pool("everywhere")
        return self._pool(
            "archive" if query.wants_archive else "log" if query.wants_log else "live"
        )

    def _pool(self, name: str) -> _Pool:
        if name not in self._pools:
            entries: Iterable[Entry] = self._bank.entries
            if name == "archive":
                entries = self._bank.archive
            elif name != "log":
                entries = [e for e in entries if e.kind.slug != CHANGE_LOG]
            if name == "everywhere":
                entries = [*entries, *self._bank.archive]
            self._pools[name] = _Pool(entries, self._kinds)
        return self._pools[name]

    def _found(self, pool: _Pool, query: Query, states: States) -> list[int]:
        """Positions of the matching entries in the pool, in its order."""
        if self._last and self._last.serves(query, states):
            return _containing(pool, self._last.found, query.words)
        found = _containing(pool, range(len(pool.entries)), query.words)
        for word in query.excluded:
            folded = pool.folded
            found = [i for i in found if word not in folded[i]]
        return self._passing(pool, found, query, states)

    def _passing(self, pool: _Pool, found: list[int], query: Query, states: States) -> list[int]:
        for term in query.terms:
            if _DUE in term.values and term.name == "is":
                states = {**states, _DUE: self._due_keys(query.today)}
            holds, entries, wanted = _predicate(term, states), pool.entries, not term.negated
            found = [i for i in found if holds(entries[i]) is wanted]
        return found

    def _due_keys(self, today: date) -> frozenset[str]:
        if self._due is None or self._due[0] != today:
            review = self._review
            due = (e.key for e in self._bank.entries if is_due(e, review, today))
            self._due = today, frozenset(due)
        return self._due[1]

    def _nearest(self, pool: _Pool, query: Query, states: States) -> list[Entry]:
        if not query.words:
            return []
        allowed = list(range(len(pool.entries)))
        if query.terms:
            allowed = self._passing(pool, allowed, query, states)
        found = pool.heads.nearest(query.words, set(allowed).__contains__)
        return [pool.entries[i] for i in found]

    def _sorted(self, entries: list[Entry], query: Query) -> list[Entry]:
        for name, descending in reversed(query.sort):
            keyed = [(self._sort_key(name, entry), entry) for entry in entries]
            valued = [(key, entry) for key, entry in keyed if key is not None]
            valued.sort(key=lambda pair: pair[0], reverse=descending)
            entries = [e for _, e in valued] + [e for key, e in keyed if key is None]
        return entries

    def _sort_key(self, name: str, entry: Entry) -> tuple[int, float, str] | None:
        """What an entry is sorted by; None sorts last in either direction."""
        value: Any
        if name == _DUE:
            value = due_date(entry, self._review)
        elif name == "kind":
            value = self._kinds.get(entry.kind.slug, len(self._kinds))
        elif name == "updated":
            return (1, newest_of(entry), "") if newest_of(entry) else None
        elif name in _DATE_KEYS:
            when = moment(entry.data.get(name))
            return (1, when.timestamp(), "") if when else None
        elif name in ("title", "id", "section"):
            value = getattr(entry, name)
        elif name == "severity" and name not in entry.data:
            name, value = "impact", entry.data.get("impact")
        else:
            value = entry.data.get(name)
        return _comparable(entry, name, value)


def _comparable(entry: Entry, name: str, value: object) -> tuple[int, float, str] | None:
    if not present(value):
        return None
    of_kind = entry.kind.field(name)
    if of_kind and value in of_kind.choices:
        return 0, float(of_kind.choices.index(str(value))), ""
    if isinstance(value, int | float):
        return 0, _finite(value), ""
    if isinstance(value, date):
        day = local_day(value)
        return 1, float(day.toordinal() if day else 0), ""
    return 2, 0.0, plain(value).casefold()


def _finite(value: float) -> float:
    try:
        number = float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
    return number if number == number else float("-inf")


def present(value: object) -> bool:
    """Whether a key has a value: zero and false are values, an empty text or list is none."""
    return value is not None and value not in ("", [], {})


def _containing(pool: _Pool, found: Sequence[int], words: Sequence[str]) -> list[int]:
    rest = list(found)
    folded = pool.folded if words else []
    # The longest word is the rarest guess; the others then see few entries.
    for word in sorted(words, key=len, reverse=True):
        if len(rest) == len(folded):
            rest = [i for i, text in enumerate(folded) if word in text]
        else:
            rest = [i for i in rest if word in folded[i]]
    return rest


def _ranked(pool: _Pool, found: list[int], words: Sequence[str]) -> list[int]:
    """Open before closed, then title before tag before text; the pool's order is newest first."""
    ranks = [0] * len(found)
    folded, ends, tags = pool.folded, pool.title_ends, pool.tags
    for word in words:
        for at, i in enumerate(found):
            if folded[i].find(word, 0, ends[i]) < 0:
                ranks[at] += 1 if word in tags[i] else 2
    levels: list[list[int]] = [[] for _ in range(2 * (2 * len(words) + 1))]
    first_closed = pool.open_count
    half = len(levels) // 2
    for i, rank in zip(found, ranks, strict=True):
        levels[rank if i < first_closed else half + rank].append(i)
    return [i for level in levels for i in level]


def _listed(pool: _Pool, found: list[int]) -> list[int]:
    if len(found) == len(pool.entries):
        return pool.listing
    return sorted(found, key=pool.place.__getitem__)


def _predicate(term: Term, states: States) -> Callable[[Entry], bool]:
    """The test that a qualifier means, not yet negated."""
    values, day = term.values, term.day
    match term.name:
        case "in":
            return lambda entry: entry.kind.slug in values
        case "status":
            return lambda entry: entry.status.casefold() in values
        case "tag":
            return lambda entry: any(tag.casefold() in values for tag in entry.tags)
        case "by":
            return lambda entry: any(name.casefold() in values for name in authors_of(entry))
        case "owner":
            return lambda entry: entry.owner.casefold() in values
        case "path":
            return lambda entry: any(path.casefold() in values for path in entry.paths)
        case "has":
            return lambda entry: any(present(entry.data.get(name)) for name in values)
        case "no":
            return lambda entry: not any(present(entry.data.get(name)) for name in values)
        case "before" if day is not None:
            return lambda entry: (when := dated(entry)) is not None and when < day
        case "after" if day is not None:
            return lambda entry: (when := dated(entry)) is not None and when >= day
        case _:
            return _is(values, states)


def _is(values: frozenset[str], states: States) -> Callable[[Entry], bool]:
    (state,) = values
    if state == "open":
        return lambda entry: not entry.closed
    if state == "closed":
        return lambda entry: entry.closed
    if state == "archived":
        return lambda entry: entry.archived
    keys = states.get(state, frozenset())
    return lambda entry: entry.key in keys
