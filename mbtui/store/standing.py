"""Where an entry stands now, and how it compares with what a change of the journal did to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from mbtui.bank.entry import ARCHIVE, Entry
from mbtui.bank.merge import Merged, merge_entry, same_value
from mbtui.bank.moved import renamed, renames
from mbtui.bank.schema import Kind
from mbtui.store.editing import inline_error
from mbtui.store.errors import ConflictError, StoreError
from mbtui.store.section_text import Block, SectionText
from mbtui.store.splice import known_id

Table = Mapping[str, Any]

ARCHIVED = "archived"
_STAMPS = ("updated", "updated_by")


class Side(NamedTuple):
    """One end of a change: the file, and the text with the entry that it holds."""

    file: str
    text: str
    entry: Entry

    @property
    def is_archived(self) -> bool:
        """Whether it is in the archive."""
        return self.file.startswith(ARCHIVE)


class Place(NamedTuple):
    """Where an entry stands now."""

    section: SectionText
    block: Block

    @property
    def entry(self) -> Entry:
        """The entry as it is there."""
        return self.block.entry

    def is_as(self, side: Side) -> bool:
        """Whether the entry is just where and what it was at one end of a change."""
        return self.section.file == side.file and is_same_entry(self.entry, side.entry)


class Destination(NamedTuple):
    """Where an undo puts an entry; `note` tells when that is not where it was before the change."""

    kind: Kind
    file: str
    note: str = ""


def is_same_entry(one: Entry, other: Entry) -> bool:
    """Whether kind and table are the same."""
    return one.kind.slug == other.kind.slug and same_value(one.data, other.data)


def same_words(one: Table, other: Table) -> bool:
    """Whether two tables differ in nothing but who changed them last, and when."""
    return same_value(_without(one, _STAMPS), _without(other, _STAMPS))


def _without(table: Table, names: Sequence[str]) -> dict[str, Any]:
    return {name: value for name, value in table.items() if name not in names}


def block_of(section: SectionText, identity: str, known: Sequence[Entry]) -> Block | None:
    """The block of an entry that was as `known` says; one without an id is told by its text.

    Raises StoreError when several carry its id, or when it stands in an inline array.
    """
    blocks = section.blocks_by_own_id.get(identity, [])
    if not blocks:
        for entry in section.inline_entries:
            if entry.has_own_id and entry.id == identity:
                raise inline_error(entry)
        blocks = _bare_blocks(section, identity, known)
    if len(blocks) > 1:
        exact = [block for block in blocks if _is_one_of(block.entry, known)]
        if len(exact) != 1:
            raise StoreError(f"{section.file} holds the id {identity} {len(blocks)} times")
        blocks = exact
    if not blocks:
        return None
    entry = blocks[0].entry
    entry.id = entry.id or identity
    entry.key = entry.key or entry.id
    return blocks[0]


def _bare_blocks(section: SectionText, identity: str, known: Sequence[Entry]) -> list[Block]:
    kinds = {entry.kind.slug for entry in known if not entry.has_own_id}
    bare = [b for b in section.blocks if not b.entry.has_own_id and b.entry.kind.slug in kinds]
    exact = [block for block in bare if _is_one_of(block.entry, known)]
    if exact:
        return exact[:1]
    return [block for block in bare if known_id(block.entry) == identity]


def _is_one_of(entry: Entry, known: Sequence[Entry]) -> bool:
    return any(is_same_entry(entry, other) for other in known)


def in_kind(side: Side | None, kind: Kind) -> Table:
    """The table of one end, its keys called as in `kind`; empty where there was no entry."""
    if side is None:
        return {}
    return renamed(side.entry.data, renames(side.entry.data, side.entry.kind, kind))


def merged(base: Table, mine: Table, theirs: Table) -> Merged:
    """The merge of one entry without what follows from its place; stamps and id are *theirs*."""
    sides = [_without(side, (ARCHIVED, *_STAMPS)) for side in (base, mine, theirs)]
    found = merge_entry(*sides)
    own = {name: theirs[name] for name in ("id", *_STAMPS) if name in theirs}
    return Merged({**found.data, **own}, found.conflicts)


def destination(here: Place, left: Side | None, back: Side | None) -> Destination:
    """Kind and file for an entry that a change brought from `back` to `left`, each merged alone.

    A move that others made since stays.
    """
    theirs, file = here.entry, here.section.file
    if left is None or back is None:
        return Destination(theirs.kind, file)
    kind, note = theirs.kind, ""
    if left.entry.kind.slug != back.entry.kind.slug:
        if kind.slug == left.entry.kind.slug:
            kind = back.entry.kind
        elif kind.slug != back.entry.kind.slug:
            note = f"{theirs.id} stays in {kind.title}, where it was moved since"
    archived = theirs.archived
    if left.is_archived != back.is_archived:
        archived = back.is_archived
    if kind.slug == theirs.kind.slug and archived == theirs.archived:
        return Destination(kind, file, note)
    if kind.slug == back.entry.kind.slug and archived == back.is_archived:
        return Destination(kind, back.file, note)
    return Destination(kind, f"{ARCHIVE if archived else ''}{kind.section}.toml", note)


def with_place(data: dict[str, Any], file: str, mine: Table, theirs: Table) -> dict[str, Any]:
    """`data` with the mark of the archive where it belongs there, theirs before mine."""
    if not file.startswith(ARCHIVE):
        return data
    mark = theirs.get(ARCHIVED, mine.get(ARCHIVED))
    return data if mark is None else {**data, ARCHIVED: mark}


def conflict(entry: Entry, base: Table, mine: Table) -> ConflictError:
    """The conflict of an entry that says neither what the change left nor what was before it."""
    theirs = entry.data
    names = [name for name in {**base, **mine, **theirs} if name not in _STAMPS]
    since = [name for name in names if not _same_at(name, base, theirs)]
    fields = [name for name in since if not _same_at(name, mine, theirs)]
    return ConflictError(entry, base, mine, theirs, fields or since)


def _same_at(name: str, one: Table, other: Table) -> bool:
    if name not in one or name not in other:
        return name not in one and name not in other
    return same_value(one[name], other[name])
