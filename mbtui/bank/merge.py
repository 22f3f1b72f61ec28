"""Three-way merge of one entry: field by field, texts of several lines by line.

Swapping the sides gives the same table and the same conflicts, but for the values of fields in
conflict, which are always those of *theirs*.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from mbtui.bank.entry import moment, plain, strings
from mbtui.bank.review import by_agent

SETS = frozenset({"tags", "paths", "links"})
BY_KEY = "kinds"
"""The table whose keys are merged each on its own: how often each kind is due, in `[review]`."""

LATER_WINS = (
    ("updated", "updated_by"),
    ("reviewed", "reviewed_by"),
    ("agent_reviewed", "agent_reviewed_by"),
)
"""Keys that belong together: the side whose first key is later wins them all."""

EARLIER_WINS = (("created", "created_by"),)
"""The same for the side whose first key is earlier."""

_NEVER = datetime(1, 1, 1, tzinfo=UTC)
_MISSING = object()
_CONFLICT = object()
_Table = Mapping[str, Any]


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


def merge_entry(base: _Table, mine: _Table, theirs: _Table) -> Merged:
    """What both sides changed since `base`, in one table; key order is that of `theirs`.

    An entry that both sides added is merged with an empty `base`.
    """
    grouped = {name for group in (*LATER_WINS, *EARLIER_WINS) for name in group}
    result: dict[str, Any] = {}
    conflicts: list[str] = []
    for name in {**theirs, **mine}:
        if name in grouped:
            continue
        if name == "checked":
            value = _checked(base, mine, theirs)
        else:
            value = _field(name, *(side.get(name, _MISSING) for side in (base, mine, theirs)))
        if value is _CONFLICT:
            conflicts.append(name)
            value = theirs.get(name, _MISSING)
        if value is not _MISSING:
            result[name] = value
    for group in LATER_WINS:
        choose = _of_a_person if group[0] == "reviewed" else _later
        result |= _group(group, base, mine, theirs, choose)
    for group in EARLIER_WINS:
        result |= _group(group, base, mine, theirs, _earlier)
    return Merged(result, conflicts)


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
    if isinstance(mine, str) and isinstance(theirs, str) and isinstance(base, str):
        merged = _joined_text(base, mine, theirs)
        return _CONFLICT if merged is None else merged
    if name == BY_KEY:
        return _by_key(*({} if v is _MISSING else v for v in (base, mine, theirs)))
    if name == "archived" and isinstance(mine, Mapping) and isinstance(theirs, Mapping):
        return _archived(mine, theirs)
    return _CONFLICT


def _joined_text(base: str, mine: str, theirs: str) -> str | None:
    """A text of several lines merged by line; a single line is one value."""
    if "\n" not in base:
        return None
    from mbtui.bank.diff3 import merge_text

    return merge_text(base, mine, theirs)


def _joined_set(base: list[str], mine: list[str], theirs: list[str]) -> list[str]:
    """What both kept, in the order of `base`, then what either added, sorted."""
    kept = [item for item in base if item in mine and item in theirs]
    return kept + sorted({*mine, *theirs} - set(base))


def _by_key(*sides: object) -> object:
    """A table merged key by key, or `_CONFLICT` where both changed one of them."""
    tables = [side for side in sides if isinstance(side, Mapping)]
    if len(tables) < len(sides):
        return _CONFLICT
    _, mine, theirs = tables
    keys = list({**theirs, **mine})
    values = [_one_sided(*(side.get(key, _MISSING) for side in tables)) for key in keys]
    if any(value is _CONFLICT for value in values):
        return _CONFLICT
    found = zip(keys, values, strict=True)
    return {key: value for key, value in found if value is not _MISSING} or _MISSING


def _archived(mine: _Table, theirs: _Table) -> dict[str, Any]:
    """An entry that both sides archived: the later time and name, and both reasons."""
    first, last = sorted((mine, theirs), key=lambda side: _age(side, "at"))
    reasons = [plain(side.get("reason", "")) for side in (first, last)]
    joined = "; ".join(dict.fromkeys(reason for reason in reasons if reason))
    return {**first, **last, **({"reason": joined} if joined else {})}


def _checked(base: _Table, mine: _Table, theirs: _Table) -> object:
    """The hashes of the later review; those of paths that the other side added stay too."""
    value = _one_sided(*(side.get("checked", _MISSING) for side in (base, mine, theirs)))
    if value is not _CONFLICT:
        return value
    before, ours, others = (
        found if isinstance(found := side.get("checked"), Mapping) else {}
        for side in (base, mine, theirs)
    )
    if not _same(mine.get("reviewed", _MISSING), theirs.get("reviewed", _MISSING)):
        winner = _later(("reviewed",), mine, theirs)
        loser = theirs if winner is mine else mine
        added = loser.get("checked") if isinstance(loser.get("checked"), Mapping) else {}
        kept = {path: value for path, value in (added or {}).items() if path not in before}
        chosen = winner.get("checked")
        return {**kept, **(chosen if isinstance(chosen, Mapping) else {})}
    result: dict[str, Any] = {}
    for path in sorted({**others, **ours}):
        hashes = [side.get(path, _MISSING) for side in (before, ours, others)]
        value = _one_sided(*hashes)
        if value is _CONFLICT:
            value = max((v for v in hashes[1:] if v is not _MISSING), key=repr)
        if value is not _MISSING:
            result[path] = value
    return result


def _age(side: _Table, name: str) -> tuple[datetime, str]:
    """What puts two sides in order of time; the second part decides between equal times."""
    return moment(side.get(name)) or _NEVER, repr(sorted(side.items(), key=lambda kv: kv[0]))


def _later(names: tuple[str, ...], mine: _Table, theirs: _Table) -> _Table:
    return max((mine, theirs), key=lambda side: _age(_only(side, names), names[0]))


def _of_a_person(names: tuple[str, ...], mine: _Table, theirs: _Table) -> _Table:
    """The later of two reviews; one by a person before one by an agent, which resets nothing."""
    people = [side for side in (mine, theirs) if not by_agent(side)]
    return people[0] if len(people) == 1 else _later(names, mine, theirs)


def _earlier(names: tuple[str, ...], mine: _Table, theirs: _Table) -> _Table:
    dated = [side for side in (mine, theirs) if moment(side.get(names[0])) is not None]
    return min(dated or [mine, theirs], key=lambda side: _age(_only(side, names), names[0]))


def _only(side: _Table, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: side[name] for name in names if name in side}


def _group(
    names: tuple[str, ...],
    base: _Table,
    mine: _Table,
    theirs: _Table,
    choose: Callable[[tuple[str, ...], _Table, _Table], _Table],
) -> dict[str, Any]:
    before, ours, others = (_only(side, names) for side in (base, mine, theirs))
    if same_value(ours, before):
        return others
    if same_value(others, before):
        return ours
    return _only(choose(names, ours, others), names)
