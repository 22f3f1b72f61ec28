"""Which events of the log a query asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from mbtui.bank.entry import Entry
from mbtui.bank.log import Event
from mbtui.bank.log_words import Told as _Told
from mbtui.bank.log_words import plain_sentence
from mbtui.bank.query import Query, Term
from mbtui.bank.vocabulary import Vocabulary

_OF_EVENTS: Final = frozenset({"by", "in", "before", "after"})
"""Qualifiers that ask about the event; the others ask about its entry."""

_ARCHIVED = Term("is", "is:archived", "archived", frozenset({"archived"}))


class _Anybody(dict[str, str]):
    """The authors of a log: nobody knows them before it is read, so any name may be one."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str)

    def __missing__(self, name: str) -> str:
        return name


class LogVocabulary(Vocabulary):
    """What means something in a query of the log: `by:` takes any name."""

    @property
    def authors(self) -> Mapping[str, str]:
        """Any name."""
        return _Anybody()


def log_filter(query: Query, search: Callable[[Query], Iterable[Entry]]) -> Callable[[Event], bool]:
    """Whether an event is asked for.

    Words may stand in the sentence of the event, its author included, or in the entry itself.
    `search` gives the entries that a query finds.
    """
    own = [term for term in query.terms if term.name in _OF_EVENTS]
    others = tuple(term for term in query.terms if term.name not in _OF_EVENTS)

    def ids(words: tuple[str, ...], terms: tuple[Term, ...]) -> frozenset[str]:
        asked = replace(query, words=words, excluded=(), terms=terms, sort=())
        both = [asked] if others == terms and terms else [asked, replace(asked, terms=(_ARCHIVED,))]
        return frozenset(entry.id for one in both for entry in search(one))

    found = ids((), others) if others else None
    with_words = ids(query.words, ()) if query.words else frozenset()
    without = frozenset().union(*(ids((word,), ()) for word in query.excluded))

    def wanted(event: Event) -> bool:
        if not all(_holds(term, event) for term in own):
            return False
        if found is not None and event.entry not in found:
            return False
        if not (query.words or query.excluded):
            return True
        text = f"{event.author} {plain_sentence(_Told((event,)), str)}".casefold()
        if event.entry in without or any(word in text for word in query.excluded):
            return False
        return event.entry in with_words or all(word in text for word in query.words)

    return wanted


def _holds(term: Term, event: Event) -> bool:
    if term.name == "by":
        held = any(event.author.casefold().startswith(name) for name in term.values)
    elif term.name == "in":
        held = event.kind in term.values
    else:
        assert term.day is not None
        held = event.day < term.day if term.name == "before" else event.day >= term.day
    return held is not term.negated
