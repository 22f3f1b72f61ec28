"""The entries nearest to a query that matched nothing, by edit distance of words."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Final

_WORD = re.compile(r"\w{2,40}")
_MOST_WORDS: Final = 3
_MOST_NEAR: Final = 8


class Heads:
    """The folded titles and ids of entries, best first, to find near ones in."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts

    @cached_property
    def _known(self) -> frozenset[str]:
        distinct = set("\n".join(self._texts).split())
        return frozenset(_WORD.findall("\n".join(distinct)))

    def nearest(
        self, words: Sequence[str], wanted: Callable[[int], bool], limit: int = 5
    ) -> list[int]:
        """Positions of the `wanted` texts nearest to the folded `words`, nearest first.

        Of texts as far away, the earlier wins. Looks at the three longest words; what is too far
        from all of them (more than a third of the letters wrong) is not near at all.
        """
        parts = {part for text in words for part in _WORD.findall(text)}
        asked = sorted(parts, key=lambda part: (-len(part), part))[:_MOST_WORDS]
        costs = [self._costs(word) for word in asked]
        missing = [_allowed(word) + 2 for word in asked]
        totals = {
            i: sum(cost.get(i, miss) for cost, miss in zip(costs, missing, strict=True))
            for i in set().union(*costs)
        }
        ordered = sorted(totals, key=lambda i: (totals[i], i))
        found = (i for i in ordered if wanted(i))
        return [i for i, _ in zip(found, range(limit), strict=False)]

    def _costs(self, word: str) -> dict[int, int]:
        """How far each near text is from `word`."""
        cost: dict[int, int] = {}
        known = self._known
        for distance, near in [(0, word)] if word in known else _near_words(word, known):
            for i, text in enumerate(self._texts):
                if near in text:
                    cost.setdefault(i, distance)
        return cost


def _allowed(word: str) -> int:
    """How many letters of a word may be wrong."""
    return max(1, min(4, len(word) // 3))


def _near_words(word: str, known: Iterable[str]) -> list[tuple[int, str]]:
    """The known words nearest to `word`, with their distance, nearest first."""
    allowed = _allowed(word)
    shortest, longest, letters = len(word) - allowed, len(word) + allowed, set(word)
    fitting = [other for other in known if shortest <= len(other) <= longest]
    # With at most n errors, one of n + 1 pieces of the word stands unchanged in the other (a swap
    # of neighbours counts as two), and at most 2n letters occur in one of the words only.
    pieces = _pieces(word, allowed + 1)
    found = []
    for other in {o for piece in pieces for o in fitting if piece in o}:
        if len(letters.symmetric_difference(other)) <= 2 * allowed:
            distance = edit_distance(word, other, allowed)
            if distance <= allowed:
                found.append((distance, other))
    return sorted(found)[:_MOST_NEAR]


def _pieces(word: str, count: int) -> list[str]:
    ends = [len(word) * number // count for number in range(count + 1)]
    return [word[start:end] for start, end in itertools.pairwise(ends)]


def edit_distance(one: str, other: str, most: int) -> int:
    """Insertions, deletions, replacements and swaps of neighbours between two words.

    Returns `most + 1` as soon as the distance is known to be greater than `most`.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, char in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, there in enumerate(other, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (char != there))
            if i > 1 < j and char == other[j - 2] and one[i - 2] == there:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most and min(before) > most:
            return most + 1
    return row[-1]


def nearest_name(word: str, known: Iterable[str]) -> str:
    """The name that `word` was probably meant as, or an empty text: two letters of three right."""
    word = word.casefold()
    most = _allowed(word)
    found = [(edit_distance(word, name.casefold(), most), name) for name in known]
    near = [(distance, name) for distance, name in found if distance <= most]
    if not near and len(word) > 2:
        near = [(0, name) for name in known if name.casefold().startswith(word)]
    return min(near)[1] if near else ""
