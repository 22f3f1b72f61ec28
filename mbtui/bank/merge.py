"""Three-way merge of one entry: field by field, texts of several lines by line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mbtui.bank.entry import moment, strings

SETS = frozenset({"tags", "paths", "links"})
GROUPS = (("updated", "updated_by"), ("reviewed", "reviewed_by"))
"""Keys that belong together: the side whose first key is later wins them all."""

_MISSING = object()


class Merged(NamedTuple):
    """The joined table, and the keys on which a person has to decide (they hold *theirs*)."""

    data: dict[str, Any]
    conflicts: list[str]


def same_value(one: object, other: object) -> bool:
    """Whether two TOML values are the same in type and value; NaN equals itself."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same_value(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        pairs = zip(one, other, strict=False)
        return len(one) == len(other) and all(same_value(a, b) for a, b in pairs)
    if type(one) is not type(other):
        return False
    return one == other or (one != one and other != other)


def merge_entry(
    base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> Merged:
    """What both sides changed since `base`, in one table; key order is that of `theirs`."""
    grouped = {name: group for group in GROUPS for name in group}
    result: dict[str, Any] = {}
    conflicts: list[str] = []
    for name in {**theirs, **mine}:
        if name in grouped:
            continue
        if name == "checked":
            result |= _checked(base, mine, theirs)
            continue
        value = _field(name, *(side.get(name, _MISSING) for side in (base, mine, theirs)))
        if value is _CONFLICT:
            conflicts.append(name)
            value = theirs.get(name, _MISSING)
        if value is not _MISSING:
            result[name] = value
    for group in GROUPS:
        result |= _group(group, base, mine, theirs)
    return Merged(result, conflicts)


_CONFLICT = object()


def _same(one: object, other: object) -> bool:
    return one is other or (
        one is not _MISSING and other is not _MISSING and same_value(one, other)
    )


def _one_sided(base: object, mine: object, theirs: object) -> object:
    """The value that one side alone gave, or `_CONFLICT`."""
    if _same(mine, theirs) or _same(mine, base):
        return theirs
    return mine if _same(theirs, base) else _CONFLICT


def _field(name: str, base: object, mine: object, theirs: object) -> object:
    value = _one_sided(base, mine, theirs)
    if value is not _CONFLICT:
        return value
    if name in SETS:
        return _joined_set(*(strings(None if v is _MISSING else v) for v in (base, mine, theirs)))
    if name == "created":
        return _earlier(mine, theirs)
    if isinstance(mine, str) and isinstance(theirs, str) and isinstance(base, str):
        merged = _joined_text(base, mine, theirs)
        return _CONFLICT if merged is None else merged
    return _CONFLICT


def _joined_text(base: str, mine: str, theirs: str) -> str | None:
    """A text of several lines merged by line; a single line is one value."""
    if "\n" not in base:
        return None
    from mbtui.bank.diff3 import merge_text

    return merge_text(base, mine, theirs)


def _joined_set(base: list[str], mine: list[str], theirs: list[str]) -> list[str]:
    kept = [item for item in theirs if item in mine or item not in base]
    return kept + [item for item in mine if item not in base and item not in kept]


def _earlier(mine: object, theirs: object) -> object:
    left, right = moment(mine), moment(theirs)
    if left is None or right is None:
        return theirs if right is not None or left is None else mine
    return mine if left < right else theirs


def _checked(
    base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> dict[str, Any]:
    """The hashes path by path; where both sides changed one, the later review's counts."""
    before, ours, others = (side.get("checked", _MISSING) for side in (base, mine, theirs))
    value = _one_sided(before, ours, others)
    if value is not _CONFLICT:
        return {} if value is _MISSING else {"checked": value}
    before, ours, others = (v if isinstance(v, Mapping) else {} for v in (before, ours, others))
    left, right = moment(mine.get("reviewed")), moment(theirs.get("reviewed"))
    later = ours if left and (right is None or left >= right) else others
    result: dict[str, Any] = {}
    for path in {**others, **ours}:
        old, my, their = (side.get(path, _MISSING) for side in (before, ours, others))
        value = _one_sided(old, my, their)
        if value is _CONFLICT:
            value = later.get(path, _MISSING)
        if value is not _MISSING:
            result[path] = value
    return {"checked": result}


def _group(
    names: tuple[str, ...],
    base: Mapping[str, Any],
    mine: Mapping[str, Any],
    theirs: Mapping[str, Any],
) -> dict[str, Any]:
    sides = [tuple(side.get(name, _MISSING) for name in names) for side in (base, mine, theirs)]
    before, ours, others = sides

    def equal(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
        return all(_same(a, b) for a, b in zip(one, other, strict=True))

    if equal(ours, before):
        winner = theirs
    elif equal(others, before):
        winner = mine
    else:
        left, right = moment(mine.get(names[0])), moment(theirs.get(names[0]))
        winner = mine if left and (right is None or left >= right) else theirs
    return {name: winner[name] for name in names if name in winner}
