"""The query language of search, lists and views: what a text asks for (DESIGN: "Query").

No text is an error: what is no known qualifier, or has a value that means nothing in this bank,
is searched for as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from mbtui.bank.entry import Entry
from mbtui.bank.review import CHANGE_LOG, local_day, shift_days, shift_months
from mbtui.bank.vocabulary import Vocabulary, folded_name, vocabulary_of

__all__ = [
    "STATES",
    "Query",
    "Term",
    "Vocabulary",
    "about_path",
    "dated",
    "parse_arguments",
    "parse_day",
    "parse_query",
    "vocabulary_of",
]

STATES: Final = ("drifted", "orphaned", "changed")
"""States that only the caller can know; see `Query.with_states`."""

LONGEST_QUERY: Final = 2000
"""How many characters of a text are a query; what follows is left out, and that is said."""
_IS: Final = frozenset({"open", "closed", "due", "archived", *STATES})
_EITHER: Final = frozenset({"in", "status", "owner"})
_ALIASES: Final = {"tag": "tags", "path": "paths", "link": "links"}
_SORT_ONLY: Final = ("kind", "section", "due")
_QUALIFIER = re.compile(
    r"(in|status|tag|by|owner|path|is|has|no|before|after|sort):", re.IGNORECASE | re.ASCII
)
_AGO = re.compile(r"([0-9]{1,5})([dwmy])\Z")
_PART_OF_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?\Z")


@dataclass(frozen=True, slots=True)
class Term:
    """One qualifier of a query: its name and what its value means in this bank."""

    name: str
    text: str
    """What was typed, case-folded, without the minus."""
    label: str
    values: frozenset[str] = frozenset()
    day: date | None = None
    negated: bool = False

    @property
    def understood(self) -> str:
        """The term in words."""
        return f"not {self.label}" if self.negated else self.label


@dataclass(frozen=True, slots=True)
class Query:
    """What a text asks for. `words` and `excluded` are case-folded, phrases among them."""

    text: str
    today: date
    words: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    sort: tuple[tuple[str, bool], ...] = ()
    """Names of keys, the first decides; True: descending."""
    unread: tuple[tuple[str, str], ...] = ()
    """Name and value of each qualifier whose value means nothing in the bank: it is text."""

    @property
    def understood(self) -> list[str]:
        """What was understood beyond plain words, a short text each, for people."""
        sorting = [f"sort {name} {'↓' if down else '↑'}" for name, down in self.sort]
        excluded = [f"without “{word}”" for word in self.excluded]
        if len(self.text) > LONGEST_QUERY:
            sorting.append(f"only the first {LONGEST_QUERY:,} characters")
        return [*(term.understood for term in self.terms), *excluded, *sorting]

    @property
    def wants_log(self) -> bool:
        """Whether lines of the change log are asked for."""
        return any(t.name == "in" and not t.negated and CHANGE_LOG in t.values for t in self.terms)

    @property
    def wants_archive(self) -> bool:
        """Whether archived entries are asked for (they alone)."""
        return any(t.name == "is" and not t.negated and "archived" in t.values for t in self.terms)

    @property
    def wants_changed(self) -> bool:
        """Whether what others changed is asked for: archived entries are among it."""
        return any(t.name == "is" and not t.negated and "changed" in t.values for t in self.terms)

    def with_states(self, known: Container[str]) -> Query:
        """The same query where `is:drifted` and its like are text unless `known` holds them."""
        unknown = [
            term
            for term in self.terms
            if term.name == "is" and any(s in term.values and s not in known for s in STATES)
        ]
        if not unknown:
            return self
        return replace(
            self,
            words=_unique([*self.words, *(t.text for t in unknown if not t.negated)]),
            excluded=_unique([*self.excluded, *(t.text for t in unknown if t.negated)]),
            terms=tuple(term for term in self.terms if term not in unknown),
        )


def dated(entry: Entry) -> date | None:
    """The local date by which `before:` and `after:` judge: `updated`, else `created`."""
    data = entry.data
    when = data.get("updated", data.get("created"))
    if when is None and entry.kind.slug == CHANGE_LOG:
        when = data.get("date")
    return local_day(when)


def parse_query(text: str, vocabulary: Vocabulary, today: date) -> Query:
    """The query that `text` means in the bank of `vocabulary`; never an error.

    `today` is the local date that `7d` and `is:due` count from.
    """
    words: list[str] = []
    excluded: list[str] = []
    terms: list[Term] = []
    sort: list[tuple[str, bool]] = []
    unread: list[tuple[str, str]] = []
    for token in _tokens(text[:LONGEST_QUERY]):
        order = _sort_of(token, vocabulary)
        if order:
            sort.append(order)
            continue
        term = _term_of(token, vocabulary, today)
        if term:
            terms.append(replace(term, negated=token.negated))
            continue
        if token.name and token.value.strip():
            unread.append((token.name, token.value.strip()))
        if token.negated:
            excluded.append(token.literal)
        else:
            words.append(token.literal)
    return Query(
        text,
        today,
        _unique(words),
        _unique(excluded),
        _joined(terms),
        tuple(sort),
        tuple(unread),
    )


def parse_arguments(args: Sequence[str], vocabulary: Vocabulary, today: date) -> Query:
    """The query that shell arguments mean: joined with spaces, as if typed in one line.

    The shell has removed the quotes of `by:"Ana Lima"`: an argument that is one qualifier with
    a value of several words stays one where that value means something.
    """
    text = " ".join(_requoted(arg, vocabulary, today) for arg in args)
    return parse_query(text, vocabulary, today)


def _requoted(arg: str, vocabulary: Vocabulary, today: date) -> str:
    start = 1 if arg.startswith("-") else 0
    match = _QUALIFIER.match(arg, start)
    value = arg[match.end() :].strip() if match else ""
    if not match or '"' in value or len(value.split()) < 2:
        return arg
    token = _Token(arg, bool(start), match[1].casefold(), value, True)
    if _term_of(token, vocabulary, today) is None:
        return arg
    return f'{arg[: match.end()]}"{value}"'


@dataclass(frozen=True, slots=True)
class _Token:
    raw: str
    """As typed, without the minus that excludes."""
    negated: bool
    name: str
    value: str
    quoted: bool

    @property
    def literal(self) -> str:
        """The text to look for when the token is no qualifier."""
        phrase = self.quoted and not self.name
        return (self.value if phrase else self.raw).casefold()


def _tokens(text: str) -> Iterator[_Token]:
    at, closable = 0, True
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        start = at + 1 if text[at] == "-" else at
        match = _QUALIFIER.match(text, start)
        value_at = match.end() if match else start
        end = -1
        if text.startswith('"', value_at) and closable:
            end = _closing_quote(text, value_at)
            closable = end > 0
        if end > 0:
            stop, value = end + 1, text[value_at + 1 : end]
        else:
            stop = _end_of_word(text, at)
            value = text[value_at:stop]
        negated = start > at and _excludes(text[start:stop])
        begin = start if negated else at
        quoted = end > 0 and begin == start
        yield _Token(text[begin:stop], negated, match[1].casefold() if match else "", value, quoted)
        at = stop


def _closing_quote(text: str, opening: int) -> int:
    """Where the phrase ends: the next quote before a space or the end; -1 if there is none."""
    at = text.find('"', opening + 2)
    while at >= 0 and at + 1 < len(text) and not text[at + 1].isspace():
        at = text.find('"', at + 1)
    return at


def _end_of_word(text: str, at: int) -> int:
    while at < len(text) and not text[at].isspace():
        at += 1
    return at


def _excludes(rest: str) -> bool:
    """Whether a minus before `rest` excludes it; `-`, `--force`, `->x` and `-=` are text."""
    return rest[:1] not in ("", "-", ">", "=") and any(c.isalnum() or c == "_" for c in rest)


def _sort_of(token: _Token, vocabulary: Vocabulary) -> tuple[str, bool] | None:
    if token.name != "sort" or token.negated:
        return None
    descending = token.value.startswith("-")
    name = folded_name(token.value[descending:])
    if name in _SORT_ONLY:
        return name, descending
    names = vocabulary.fields.get(_ALIASES.get(name, name))
    return (min(names), descending) if names else None


def _term_of(token: _Token, vocabulary: Vocabulary, today: date) -> Term | None:
    name, value = token.name, token.value.strip().casefold()
    if not name or not value:
        return None
    values: frozenset[str] = frozenset()
    label = f"{name} {value}"
    if name == "in":
        label, values = _place(value, vocabulary)
    elif name == "is":
        label, values = value, _IS & {value}
    elif name == "status":
        values = vocabulary.statuses & {value}
    elif name == "tag":
        values = vocabulary.tags & {value}
    elif name in ("by", "owner"):
        people = vocabulary.authors if name == "by" else vocabulary.owners
        values = _starting(value, people)
        label = f"{name} {', '.join(sorted(people[person] for person in values))}"
    elif name == "path":
        values = frozenset(path for path in vocabulary.paths if about_path(path, value))
    elif name in ("has", "no"):
        field = folded_name(value)
        values = vocabulary.fields.get(_ALIASES.get(field, field), frozenset())
    elif name in ("before", "after"):
        day = parse_day(value, today)
        return Term(name, token.raw.casefold(), f"{name} {day}", day=day) if day else None
    return Term(name, token.raw.casefold(), label, values) if values else None


def _place(value: str, vocabulary: Vocabulary) -> tuple[str, frozenset[str]]:
    """Title and kinds of the section or kind named so, else of the only one starting so."""
    for slug, title, kinds in vocabulary.places:
        if value in (slug, title.casefold()):
            return f"in {title}", kinds
    found = [place for place in vocabulary.places if _starts(value, place[0], place[1])]
    everything = frozenset().union(*(kinds for _, _, kinds in found))
    for _, title, kinds in found:
        # A section may share its first word with its kinds (Security Notes); it covers them.
        if kinds == everything:
            return f"in {title}", kinds
    return "", frozenset()


def _starts(value: str, slug: str, title: str) -> bool:
    words = [*slug.split("-"), *re.findall(r"[\w+]+", title.casefold())]
    return slug.startswith(value) or any(word.startswith(value) for word in words)


def _starting(value: str, people: Mapping[str, str]) -> frozenset[str]:
    if value in people:
        return frozenset({value})
    return frozenset(person for person in people if person.startswith(value))


def about_path(path: str, wanted: str) -> bool:
    """Whether `path` of an entry contains `wanted`, or `wanted` lies in it.

    That is in a folder, or as a symbol or a line in a file.
    """
    path, wanted = path.removeprefix("./"), wanted.removeprefix("./")
    if not wanted or not path:
        return not path
    inside = path if path.endswith("/") else f"{path}:"
    return wanted in path or wanted.startswith(inside)


def parse_day(value: str, today: date) -> date | None:
    """The day that a value of `after:` names: a date or a part of one, `7d`, `yesterday`."""
    ago = _AGO.match(value)
    if ago:
        count = int(ago[1])
        if ago[2] in "dw":
            return shift_days(today, -count * (7 if ago[2] == "w" else 1))
        return shift_months(today, -count * (12 if ago[2] == "y" else 1))
    if value in ("today", "yesterday"):
        return shift_days(today, -1 if value == "yesterday" else 0)
    part = _PART_OF_DATE.match(value)
    try:
        return date(int(part[1]), int(part[2] or 1), 1) if part else date.fromisoformat(value)
    except ValueError:
        return None


def _unique(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def _joined(terms: Sequence[Term]) -> tuple[Term, ...]:
    """`in:a in:b` asks for either: an entry has one kind, one status, one owner."""
    joined: list[Term] = []
    for term in terms:
        at = next(
            (
                i
                for i, other in enumerate(joined)
                if term.name in _EITHER
                and other.name == term.name
                and not (term.negated or other.negated)
            ),
            None,
        )
        if at is None:
            joined.append(term)
        elif joined[at].values != term.values:
            both = joined[at]
            joined[at] = replace(
                both,
                text=f"{both.text} {term.text}",
                label=f"{both.label} or {term.label.partition(' ')[2]}",
                values=both.values | term.values,
            )
    return tuple(joined)
