"""Three-way merge of a text by its lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple


class Region(NamedTuple):
    """Lines that all three texts share, as ranges of the base, mine and theirs."""

    base: tuple[int, int]
    mine: tuple[int, int]
    theirs: tuple[int, int]


Settle = Callable[[list[str], list[str], list[str]], list[str] | None]
"""Gives the lines for a place that both sides changed (base, mine, theirs), or None."""


def merge_text(base: str, mine: str, theirs: str, settle: Settle | None = None) -> str | None:
    """The text with what both sides changed, or None where they changed the same lines.

    Changes of adjacent lines count as changes of the same lines, as in git. `settle` may join what
    would be a conflict.
    """
    if mine == theirs or theirs == base:
        return mine
    if mine == base:
        return theirs
    old, left, right = (text.splitlines(keepends=True) for text in (base, mine, theirs))
    merged: list[str] = []
    at = Region((0, 0), (0, 0), (0, 0))
    for shared in _shared(old, left, right):
        place = (
            old[at.base[1] : shared.base[0]],
            left[at.mine[1] : shared.mine[0]],
            right[at.theirs[1] : shared.theirs[0]],
        )
        joined = _joined(*place)
        if joined is None and settle is not None:
            joined = settle(*place)
        if joined is None:
            return None
        merged += joined
        merged += old[slice(*shared.base)]
        at = shared
    return "".join(merged)


def _joined(old: list[str], left: list[str], right: list[str]) -> list[str] | None:
    if left in (old, right):
        return right
    return left if right == old else None


def _shared(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> Iterator[Region]:
    """The stretches of lines that stand in all three texts, in order; the last is the empty end."""
    left, right = _matches(base, mine), _matches(base, theirs)
    i = j = 0
    while i < len(left) and j < len(right):
        base_left, in_mine, count_left = left[i]
        base_right, in_theirs, count_right = right[j]
        start = max(base_left, base_right)
        end = min(base_left + count_left, base_right + count_right)
        if start < end:
            to_mine, to_theirs = in_mine - base_left, in_theirs - base_right
            yield Region(
                (start, end),
                (start + to_mine, end + to_mine),
                (start + to_theirs, end + to_theirs),
            )
        if base_left + count_left < base_right + count_right:
            i += 1
        else:
            j += 1
    ends = len(base), len(mine), len(theirs)
    yield Region(*((end, end) for end in ends))


def _matches(base: Sequence[str], other: Sequence[str]) -> list[tuple[int, int, int]]:
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(None, base, other, autojunk=False)
    return [(m.a, m.b, m.size) for m in matcher.get_matching_blocks() if m.size]
