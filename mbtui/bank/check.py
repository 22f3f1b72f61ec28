"""What a person should mend in a bank that reads well: words, links and searches that miss.

What cannot be read, has the wrong shape or stands twice is told in `Bank.problems` as it is read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from mbtui.bank.bank import BANK_FILE, Bank, Problem
from mbtui.bank.due import problems_of_dates
from mbtui.bank.entry import Entry, plain, strings
from mbtui.bank.misread import misread
from mbtui.bank.nearest import nearest_name
from mbtui.bank.query import parse_query
from mbtui.bank.review import CHANGE_LOG
from mbtui.bank.schema import Kind
from mbtui.bank.vocabulary import vocabulary_of

SUPERSEDES, SUPERSEDED_BY = "supersedes", "superseded_by"


def findings(bank: Bank, today: date) -> list[Problem]:
    """All that is to be said of the words of live entries and of the bank's saved searches.

    Of an archived entry only where it alone tells that a live one takes its place, or it theirs.
    Where a file cannot be read, nothing is said of links: they may lead into it.
    """
    return [
        *_of_views(bank, today),
        *(problem for entry in bank.entries for problem in _of_words(entry)),
        *(_of_links(bank) if not bank.broken_files else ()),
        *problems_of_dates(bank.entries, today),
    ]


def empty_problem(bank: Bank) -> Problem | None:
    """The problem of a bank without an entry; lines of the change log are none."""
    if any(entry.kind.slug != CHANGE_LOG for entry in bank.entries):
        return None
    return Problem(BANK_FILE, "the bank has no entries; `mbtui add` writes one")


def in_order(problems: Collection[Problem]) -> list[Problem]:
    """What blocks first; then `bank.toml`, then file by file, each from its top."""
    found = dict.fromkeys(problems)
    return sorted(found, key=lambda p: (not p.blocks, p.file != BANK_FILE, p.file, p.line))


# Words


def _of_words(entry: Entry) -> Iterator[Problem]:
    kind, data = entry.kind, entry.data
    status = data.get("status")
    if type(status) is str and status and kind.statuses and status not in kind.statuses:
        yield _problem(entry, _unknown("status", status, kind.statuses))
    for name, choices in _choices(kind):
        value = data.get(name)
        if type(value) is str and value and value not in choices:
            yield _problem(entry, _unknown(name, value, choices))


def _choices(kind: Kind) -> Iterator[tuple[str, tuple[str, ...]]]:
    for field in kind.fields:
        if field.choices:
            yield field.name, field.choices


def _unknown(name: str, value: str, choices: tuple[str, ...]) -> str:
    meant = nearest_name(value, choices)
    hint = f"; was {meant} meant?" if meant else ""
    return f'{name} = "{value}" is none of {", ".join(choices)}{hint}'


def _problem(entry: Entry, message: str) -> Problem:
    return Problem(entry.file, f"{entry.id}: {message}", entry.line)


# Links


def _of_links(bank: Bank) -> Iterator[Problem]:
    """Links that lead nowhere, and those of which only one end tells."""
    known: dict[str, Entry] = {}
    for entry in (*bank.entries, *bank.archive):
        known.setdefault(entry.id, entry)
    for entry in bank.entries:
        data = entry.data
        if "links" in data:
            yield from _that_lead_nowhere(entry, "links", strings(data["links"]), known)
        if SUPERSEDES in data:
            yield from _of_pair(entry, SUPERSEDES, strings(data[SUPERSEDES]), known)
        if SUPERSEDED_BY in data:
            yield from _of_pair(entry, SUPERSEDED_BY, strings(data[SUPERSEDED_BY]), known)
    for entry in bank.archive:
        if known[entry.id] is not entry:
            continue
        for name in (SUPERSEDES, SUPERSEDED_BY):
            live = [one for one in strings(entry.data.get(name)) if _is_live(known.get(one))]
            yield from _of_pair(entry, name, live, known)


def _is_live(entry: Entry | None) -> bool:
    return entry is not None and not entry.archived


def _that_lead_nowhere(
    entry: Entry, name: str, ids: list[str], known: Collection[str]
) -> Iterator[Problem]:
    for identity in ids:
        if identity.strip() and identity not in known:
            meant = nearest_name(identity, known) if len(known) < 1000 else ""
            hint = f"was {meant} meant?" if meant else "take it out"
            yield _problem(entry, f"{name} names {identity}, and no entry has that id; {hint}")


def _of_pair(entry: Entry, name: str, ids: list[str], known: dict[str, Entry]) -> Iterator[Problem]:
    yield from _that_lead_nowhere(entry, name, ids, known)
    back = SUPERSEDED_BY if name == SUPERSEDES else SUPERSEDES
    for identity in ids:
        other = known.get(identity)
        if other is None or entry.id in strings(other.data.get(back)):
            continue
        old, new = (identity, entry.id) if name == SUPERSEDES else (entry.id, identity)
        here = f"{name} names {identity}, whose {back} does not name it"
        if entry.archived or other.archived:
            gone = entry.id if entry.archived else identity
            yield _problem(entry, f"{here}; restore {gone}, then `mbtui supersede {old} {new}`")
        elif name == SUPERSEDES and (taken := plain(other.data.get(back, ""))):
            yield _problem(entry, f"{here} but {taken}; take one of the two out")
        else:
            yield _problem(entry, f"{here}; `mbtui supersede {old} {new}` writes both")


# Saved searches


def _of_views(bank: Bank, today: date) -> Iterator[Problem]:
    if not bank.config.views:
        return
    vocabulary = vocabulary_of(bank)
    for title, text in bank.config.views.items():
        if not text.strip():
            yield Problem(BANK_FILE, f'views."{title}" is empty; give it a query or take it out')
        for told in misread(parse_query(text, vocabulary, today), vocabulary, of_content=False):
            yield Problem(BANK_FILE, f'views."{title}": {told}')
