"""Three-way merge of the entries of one file, entry by entry.

Nothing that only one side added or changed goes away, and what one side deleted while the other
changed it stays and is marked. Swapping the sides gives the same entries and the same marks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mbtui.bank.merge import merge_entry, same_value
from mbtui.bank.moved import renamed, renames
from mbtui.bank.schema import Kind

KIND = "[kind]"
"""The conflict of an entry that the sides moved to different kinds; it is decided as a whole."""

MINE, THEIRS = "mine", "theirs"


class Version(NamedTuple):
    """An entry as one side has it."""

    kind: Kind
    data: Mapping[str, Any]


class MergedEntry(NamedTuple):
    """What became of one entry; a side or the result is None where it is not there.

    `conflicts` names the keys on which a person has to decide: the result holds *theirs* there.
    `deleted_by` is the side that deleted what the other one changed; the change is the result.
    """

    key: str
    base: Version | None
    mine: Version | None
    theirs: Version | None
    result: Version | None
    conflicts: tuple[str, ...] = ()
    deleted_by: str = ""

    @property
    def needs_decision(self) -> bool:
        """Whether a person has to look at it."""
        return bool(self.conflicts or self.deleted_by)


def same_version(one: Version | None, other: Version | None) -> bool:
    """Whether two sides hold the same of an entry, nothing included."""
    if one is None or other is None:
        return one is other
    return one.kind.slug == other.kind.slug and same_value(one.data, other.data)


def merge_entries(
    base: Mapping[str, Version], mine: Mapping[str, Version], theirs: Mapping[str, Version]
) -> dict[str, MergedEntry]:
    """Every entry that any side has, by its key."""
    keys = {**mine, **theirs, **base}
    return {key: _merged(key, base.get(key), mine.get(key), theirs.get(key)) for key in keys}


def _merged(
    key: str, base: Version | None, mine: Version | None, theirs: Version | None
) -> MergedEntry:
    if same_version(mine, theirs) or same_version(theirs, base):
        return MergedEntry(key, base, mine, theirs, mine)
    if same_version(mine, base):
        return MergedEntry(key, base, mine, theirs, theirs)
    if mine is None:
        return MergedEntry(key, base, mine, theirs, theirs, deleted_by=MINE)
    if theirs is None:
        return MergedEntry(key, base, mine, theirs, mine, deleted_by=THEIRS)
    return _both_changed(key, base, mine, theirs)


def _both_changed(key: str, base: Version | None, mine: Version, theirs: Version) -> MergedEntry:
    before = base.kind.slug if base else None
    kind = theirs.kind if mine.kind.slug == before else mine.kind
    if theirs.kind.slug not in (before, kind.slug):
        return MergedEntry(key, base, mine, theirs, theirs, (KIND,))
    old, ours, others = (in_kind(side, kind) for side in (base, mine, theirs))
    merged = merge_entry(old, ours, others)
    result = Version(kind, merged.data)
    return MergedEntry(key, base, mine, theirs, result, tuple(merged.conflicts))


def in_kind(side: Version | None, kind: Kind) -> Mapping[str, Any]:
    """The table of a side with the names that its keys have in a kind; empty where it is gone."""
    if side is None:
        return {}
    return renamed(side.data, renames(side.data, side.kind, kind))
