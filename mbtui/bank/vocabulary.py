"""The values that mean something in a bank: what the qualifiers of a query are checked against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from mbtui.bank.bank import Bank
from mbtui.bank.entry import Entry
from mbtui.bank.review import CHANGE_LOG
from mbtui.bank.schema import COMMON_KEYS

_AUTHOR_KEYS: Final = ("created_by", "updated_by", "reviewed_by")


class Vocabulary:
    """The values that mean something in a bank, case-folded; each collected when first asked."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank

    @property
    def _entries(self) -> Iterator[Entry]:
        yield from self._bank.entries
        yield from self._bank.archive

    @cached_property
    def places(self) -> tuple[tuple[str, str, frozenset[str]], ...]:
        """Slug, title and kinds (slugs) of every section and kind."""
        sections = {s.slug: s.title for s in self._bank.schema.sections}
        kinds = {kind.slug: kind for kind in self._bank.kinds}
        kinds |= {e.kind.slug: e.kind for e in self._bank.archive if e.kind.slug not in kinds}
        inside: dict[str, set[str]] = {slug: set() for slug in sections}
        for kind in kinds.values():
            inside.setdefault(kind.section, set()).add(kind.slug)
        return (
            *((slug, sections.get(slug, slug), frozenset(inside[slug])) for slug in inside),
            *((kind.slug, kind.title, frozenset({kind.slug})) for kind in kinds.values()),
        )

    @cached_property
    def tags(self) -> frozenset[str]:
        """All tags in use."""
        return frozenset(tag.casefold() for entry in self._entries for tag in entry.tags)

    @cached_property
    def statuses(self) -> frozenset[str]:
        """The statuses of all kinds, and those in use."""
        described = {status for kind in self._bank.kinds for status in kind.statuses}
        used = {entry.status for entry in self._entries}
        return frozenset(status.casefold() for status in described | used if status)

    @cached_property
    def authors(self) -> Mapping[str, str]:
        """Who made, changed or reviewed an entry: the folded name, and the name as written."""
        return {name.casefold(): name for e in self._entries for name in authors_of(e)}

    @cached_property
    def owners(self) -> Mapping[str, str]:
        """All owners: the folded name, and the name as written."""
        return {e.owner.casefold(): e.owner for e in self._entries if e.owner}

    @cached_property
    def paths(self) -> frozenset[str]:
        """All paths that an entry is about."""
        return frozenset(path.casefold() for entry in self._entries for path in entry.paths)

    @cached_property
    def fields(self) -> Mapping[str, frozenset[str]]:
        """The names of keys by their folded form, in which `-` and `_` are one."""
        names = {*COMMON_KEYS, *(f.name for kind in self._bank.kinds for f in kind.fields)}
        for entry in self._entries:
            names.update(entry.data)
        found: dict[str, set[str]] = {}
        for name in names:
            found.setdefault(folded_name(name), set()).add(name)
        return {folded: frozenset(same) for folded, same in found.items()}


def vocabulary_of(bank: Bank) -> Vocabulary:
    """The values that mean something in `bank`."""
    return Vocabulary(bank)


def authors_of(entry: Entry) -> list[str]:
    """Who made, changed and reviewed the entry; the author of a change-log line."""
    keys = (*_AUTHOR_KEYS, "author") if entry.kind.slug == CHANGE_LOG else _AUTHOR_KEYS
    return [name for key in keys if isinstance(name := entry.data.get(key), str) and name]


def folded_name(name: str) -> str:
    """The name of a key as queries and quick add compare it."""
    return name.casefold().replace("-", "_")
