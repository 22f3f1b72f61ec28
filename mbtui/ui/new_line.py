"""What Enter begins in a text: the next item of a list, the same indentation, or a plain line."""

from __future__ import annotations

import re
from typing import NamedTuple

_INDENT = re.compile(r"[ \t]*")
_ITEM = re.compile(r"([ \t]*(?:> ?)*)(?:([-*+])|(\d{1,8})([.)]))([ \t]+)(\[[ xX]\][ \t]+)?")
_QUOTE = re.compile(r"[ \t]*(?:> ?)+")


class NewLine(NamedTuple):
    """`text` takes the place of the line from the column `start` to the cursor."""

    start: int
    text: str


def new_line(line: str, column: int, *, code: bool) -> NewLine:
    """What Enter does with the cursor in this column of a line.

    An item of a list is followed by the next one, an empty item ends the list; else the line's
    indentation is repeated, in `code` only that.
    """
    before, behind = line[:column], line[column:]
    item = None if code else _ITEM.match(before) or _QUOTE.match(before)
    if item is None:
        return NewLine(column, "\n" + _indent_of(before))
    if item.end() == len(before) and not behind.strip():
        return NewLine(0, "")
    if item.re is _QUOTE:
        return NewLine(column, "\n" + item.group())
    front, bullet, number, dot, gap, box = item.groups()
    mark = bullet or f"{int(number) + 1}{dot}"
    return NewLine(column, f"\n{front}{mark}{gap}{'[ ] ' if box else ''}")


def _indent_of(text: str) -> str:
    found = _INDENT.match(text)
    return found.group() if found else ""
