"""Edits of several entries of one file, made in one text and proved together.

Each edit still is a step of its own for undo, as if it had been made after those before it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mbtui.bank.undo import Hunk
from mbtui.store.hunks import hunks_in
from mbtui.store.proof import Meant, prove_all
from mbtui.store.section_text import SectionText
from mbtui.store.splice import Replacement, known_id, spliced
from mbtui.store.writer import Edit

MOST = 200
"""So many entries at a time: what a crash can cost, and how long other writers wait, is bounded."""


class Made(NamedTuple):
    """One edit as it was made: its hunks in the text before it, and the ids above and below."""

    meant: Meant
    known_as: str
    hunks: tuple[Hunk, ...]
    near: tuple[str, str]


class Round:
    """A reading of a file, and its text with edits made that do not touch one another."""

    def __init__(self, section: SectionText) -> None:
        self.section = section
        self.text = section.text
        self.made: list[Made] = []
        self._places: list[Replacement] = []
        """All edits so far in offsets of the section's text, apart and in order."""
        self._gone: set[int] = set()

    def add(self, edit: Edit, known_as: str = "") -> bool:
        """Make an edit of the section as it was read; whether it touches none made before."""
        if any(self._touches(item) for item in edit.replacements):
            return False
        moved = [self._moved(item) for item in edit.replacements]
        self.include(moved, edit.meant, known_as)
        return True

    def include(self, edits: Sequence[Replacement], meant: Meant, known_as: str = "") -> None:
        """Make edits of the text as it is now, which may touch those made before."""
        ordered = sorted(edits)
        before = self.text
        for item in reversed(ordered):
            self._compose(item)
            self.text = spliced(self.text, [item])
        hunks = hunks_in(before, ordered, self.section.bom and not self.text)
        near = self._neighbours(meant) if meant.data is None else ("", "")
        self.made.append(Made(meant, known_as, hunks, near))

    def prove(self) -> SectionText:
        """The text read, if it holds all that was meant and nothing else. Raises ProofError."""
        read = prove_all(self.section, self._places, self.text, [made.meant for made in self.made])
        read.bom = read.bom or self.section.bom
        return read

    def _touches(self, item: Replacement) -> bool:
        at = bisect_left(self._places, item.start, key=lambda place: place.end)
        for place in self._places[at:]:
            if place.start > item.end:
                return False
            apart = place.end <= item.start or item.end <= place.start
            if not apart or place.start == place.end or item.start == item.end:
                return True
        return False

    def _moved(self, item: Replacement) -> Replacement:
        """An edit of the section as one of the text as it is now."""
        by = sum(_longer(place) for place in self._places if place.end <= item.start)
        return Replacement(item.start + by, item.end + by, item.text)

    def _compose(self, item: Replacement) -> None:
        """Take an edit of the text as it is now into the places, joined with those it touches."""
        above: list[Replacement] = []
        touched: list[Replacement] = []
        below: list[Replacement] = []
        shift = shift_above = shift_all = 0
        start, end = item.start, item.end
        for place in self._places:
            first = place.start + shift
            last = first + len(place.text)
            shift += _longer(place)
            if last < item.start:
                above.append(place)
                shift_above = shift_all = shift
            elif first > item.end:
                below.append(place)
            else:
                touched.append(place)
                start, end, shift_all = min(start, first), max(end, last), shift
        joined = self.text[start : item.start] + item.text + self.text[item.end : end]
        place = Replacement(start - shift_above, end - shift_all, joined)
        self._places = [*above, place, *below]

    def _neighbours(self, meant: Meant) -> tuple[str, str]:
        """The ids of the entries above and below one that goes, of those that are left."""
        blocks = self.section.blocks
        own = self.section.blocks_by_own_id.get(meant.id)
        if not own:
            return "", ""
        at = bisect_left(blocks, own[0].pieces[0].start, key=lambda b: b.pieces[0].start)
        self._gone.add(at)
        return self._first_left(range(at - 1, -1, -1)), self._first_left(range(at + 1, len(blocks)))

    def _first_left(self, indexes: Sequence[int]) -> str:
        blocks = self.section.blocks
        return next((known_id(blocks[i].entry) for i in indexes if i not in self._gone), "")


def _longer(place: Replacement) -> int:
    return len(place.text) - (place.end - place.start)


def middle_first(count: int) -> Iterator[int]:
    """The positions of a row, each half's middle before the rest of it.

    Entries that are put into one gap in this order by their ids take few rounds, not one each.
    """
    halves = deque([(0, count)])
    while halves:
        first, end = halves.popleft()
        if first < end:
            middle = (first + end) // 2
            yield middle
            halves += ((first, middle), (middle + 1, end))
