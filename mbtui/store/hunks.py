"""An edit of a file's text kept with what stood around it, and made again where that still fits."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from mbtui.bank.undo import Hunk
from mbtui.store.section_text import SectionText
from mbtui.store.splice import Replacement

CONTEXT = 80
"""How many characters on each side are kept."""

_FEWEST = 20
"""A place is not found again by fewer characters than these."""

_WHOLE = {"\0": "\n", "\1": "\r\n"}
"""In a hunk of the journal these stand for the entry's text, which lies beside it already.

The value is the line end in the file. TOML allows neither character in a file.
"""


def hunks_of(
    before: SectionText, after: SectionText, replacements: Iterable[Replacement]
) -> tuple[Hunk, ...]:
    """The replacements in a text as hunks; those so close that one is beside the other are one.

    A BOM that goes with all the rest of the file belongs to what is taken out.
    """
    return hunks_in(before.text, replacements, before.bom and not after.text)


def hunks_in(
    text: str, replacements: Iterable[Replacement], bom_goes: bool = False
) -> tuple[Hunk, ...]:
    """The same for a text that is not read; `bom_goes`: nothing is left of the file."""
    found: list[Replacement] = []
    for item in sorted(replacements):
        if found and item.start - found[-1].end < CONTEXT:
            last = found.pop()
            between = text[last.end : item.start]
            found.append(Replacement(last.start, item.end, last.text + between + item.text))
        else:
            found.append(item)
    bom = "\ufeff" if bom_goes else ""
    return tuple(
        Hunk(
            start,
            (bom if start == 0 else "") + text[start:end],
            new if text else new.removeprefix("\ufeff"),
            text[max(0, start - CONTEXT) : start],
            text[end : end + CONTEXT],
        )
        for start, end, new in found
    )


def fitting(text: str, hunks: Iterable[Hunk]) -> list[Replacement]:
    """The replacements that make the hunks in the text as it is now; none where one does not fit.

    A hunk fits at its own offset, else where all of its text stands, and nowhere else.
    """
    found: list[Replacement] = []
    for hunk in hunks:
        start = _place(text, hunk)
        if start is None:
            return []
        found.append(Replacement(start, start + len(hunk.old), hunk.new))
    ordered = sorted(found)
    clash = any(after.start < before.end for before, after in pairwise(ordered))
    return [] if clash else found


def _place(text: str, hunk: Hunk) -> int | None:
    known = hunk.above + hunk.old + hunk.below
    begin = hunk.start - len(hunk.above)
    if begin >= 0 and text.startswith(known, begin):
        return hunk.start
    if len(known) < _FEWEST:
        return None
    found = text.find(known)
    only = found >= 0 and text.find(known, found + 1) < 0
    return found + len(hunk.above) if only else None


def packed(hunk: Hunk, before: str, after: str) -> list[object]:
    """A hunk for the journal, where `before` and `after` (LF, one at the end) lie beside it."""
    old, new = _packed(hunk.old, before), _packed(hunk.new, after)
    return [hunk.start, old, new, hunk.above, hunk.below]


def unpacked(item: list[object], before: str, after: str) -> Hunk:
    """A hunk as it was before `packed`. Raises ValueError or TypeError for anything else."""
    start, old, new, above, below = item
    if not isinstance(start, int):
        raise TypeError("a hunk begins with its offset")
    return Hunk(
        start, _unpacked(str(old), before), _unpacked(str(new), after), str(above), str(below)
    )


def _packed(text: str, whole: str) -> str:
    body = whole.removesuffix("\n")
    for mark, newline in _WHOLE.items():
        native = body.replace("\n", newline)
        if body and native in text:
            return text.replace(native, mark, 1)
    return text


def _unpacked(text: str, whole: str) -> str:
    body = whole.removesuffix("\n")
    for mark, newline in _WHOLE.items():
        if mark in text:
            return text.replace(mark, body.replace("\n", newline), 1)
    return text
