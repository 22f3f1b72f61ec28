"""Where tables and key-value lines begin and end in a TOML text, without parsing the values.

The text is taken as it stands in the file (line ends included, BOM removed), and all positions
are offsets into it, so that what is not touched can be copied. A text that is not valid TOML gives
some positions, never an error: what they mean is proved by a parser afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_STRING = (
    r'"""(?:[^"\\]++|\\.|"{1,2}(?!"))*+"{3,5}'
    r"|'''(?:[^']++|'{1,2}(?!'))*+'{3,5}"
    r'|"(?:[^"\\\n]++|\\.)*+"'
    r"|'[^'\n]*+'"
)
_TOKEN = re.compile(rf"{_STRING}|\#[^\n]*+|[\[\]{{}}\n]", re.S)
_KEY_PART = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]++|\\.)*+"|'[^'\n]*+')"""
_KEY = rf"{_KEY_PART}(?:[ \t]*+\.[ \t]*+{_KEY_PART})*+"
_HEADER = re.compile(rf"[ \t]*+(\[\[?)[ \t]*+({_KEY})[ \t]*+(\]\]?)")
_ASSIGNMENT = re.compile(rf"[ \t]*+({_KEY})[ \t]*+=[ \t]*+")
_PART = re.compile(_KEY_PART)
_LINE_HEADER = re.compile(r"[ \t]*+\[")
_INDENTED_HEADER = re.compile(r"\n[ \t]++\[")
_COMMENT_LINE = re.compile(r"[ \t]*+#[^\n]*\n\Z")
_ESCAPES = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{2})|(.))", re.S)
_SHORT_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b"}


class Piece(NamedTuple):
    """A header with what follows it up to the next header, or the text before the first.

    `path` holds the parts of the header's key, `array` tells `[[…]]` from `[…]`.
    """

    start: int
    end: int
    path: tuple[str, ...]
    array: bool


class Statement(NamedTuple):
    """One `key = value`, with the offsets of its line and of its value in the text.

    `end` lies behind the line's newline; a comment behind the value is inside the line and
    outside the value.
    """

    path: tuple[str, ...]
    start: int
    value_start: int
    value_end: int
    end: int


def split_key(text: str) -> tuple[str, ...]:
    """The parts of a dotted key as written: `a."b.c"` is `("a", "b.c")`."""
    return tuple(_unquoted(part) for part in _PART.findall(text))


def _unquoted(part: str) -> str:
    if part[0] == "'":
        return part[1:-1]
    if part[0] == '"':
        return _ESCAPES.sub(_unescape, part[1:-1]) if "\\" in part else part[1:-1]
    return part


def _unescape(match: re.Match[str]) -> str:
    for code in match.group(1, 2, 3):
        if code:
            number = int(code, 16)
            return chr(number) if number < 0x110000 else "\ufffd"
    return _SHORT_ESCAPES.get(match.group(4), match.group(4))


def header_key_span(text: str, piece: Piece) -> tuple[int, int]:
    """The offsets of the key inside the piece's header brackets."""
    header = _HEADER.match(text, piece.start, piece.end)
    if header is None:
        raise ValueError("the piece has no header")
    return header.span(2)


def key_span(text: str, statement: Statement) -> tuple[int, int]:
    """The offsets of the key in front of the equals sign."""
    assignment = _ASSIGNMENT.match(text, statement.start, statement.end)
    if assignment is None:
        raise ValueError("the statement has no key")
    return assignment.span(1)


def next_header(text: str, start: int) -> int:
    """The start of the first line after `start`'s own that is a header; else the text's end.

    `start` is the beginning of a line outside any value.
    """
    depth = 0
    for token in _TOKEN.finditer(text, start):
        char = text[token.start()]
        if char in "[{":
            depth += 1
        elif char in "]}":
            depth -= 1
        elif char == "\n" and depth <= 0:
            depth = 0
            if _LINE_HEADER.match(text, token.end()):
                return token.end()
    return len(text)


def piece_at(text: str, start: int, end: int) -> Piece | None:
    """The piece whose header stands at `start`, or None if no header does."""
    newline = text.find("\n", start, end)
    found = _header_of(text[start : end if newline < 0 else newline])
    return found and Piece(start, end, *found)


@lru_cache(maxsize=64)
def _header_of(line: str) -> tuple[tuple[str, ...], bool] | None:
    """Path of a header line and whether it is of an array; None for another line."""
    header = _HEADER.match(line)
    if header is None:
        return None
    opening, key, closing = header.groups()
    return (split_key(key), len(opening) == 2) if len(opening) == len(closing) else None


def may_hold_indented_header(piece: str) -> bool:
    """Whether a line in the text begins with blanks and a bracket."""
    return _INDENTED_HEADER.search(piece) is not None


def statements(text: str, start: int, end: int) -> list[Statement]:
    """The key-value lines of one piece, its header line and comments left out."""
    found: list[Statement] = []
    position = start
    while position < end:
        assignment = _ASSIGNMENT.match(text, position, end)
        if assignment is None:
            newline = text.find("\n", position, end)
            position = end if newline < 0 else newline + 1
            continue
        value_start = assignment.end()
        value_end, line_end = _value_end(text, value_start, end)
        found.append(
            Statement(split_key(assignment.group(1)), position, value_start, value_end, line_end)
        )
        position = line_end
    return found


def comments(text: str, start: int, end: int) -> Iterator[str]:
    """The comments between two places outside any value, each from its `#` to its line's end."""
    for token in _TOKEN.finditer(text, start, end):
        if text[token.start()] == "#":
            yield token.group().rstrip()


def _value_end(text: str, start: int, end: int) -> tuple[int, int]:
    depth = 0
    comment = -1
    for token in _TOKEN.finditer(text, start, end):
        char = text[token.start()]
        if char in "[{":
            depth += 1
        elif char in "]}":
            depth -= 1
        elif char == "#" and depth <= 0:
            comment = token.start()
        elif char == "\n" and depth <= 0:
            stop = comment if comment >= 0 else token.start()
            return start + len(text[start:stop].rstrip()), token.end()
    stop = comment if comment >= 0 else end
    return start + len(text[start:stop].rstrip()), end


def with_comments_above(text: str, start: int, floor: int) -> int:
    """The start of the comment lines that touch the header at `start` from above.

    Never before `floor`, where the text of the piece before begins.
    """
    while start > floor:
        line = text.rfind("\n", floor, start - 1) + 1 if start - 1 > floor else floor
        line = max(line, floor)
        if not _COMMENT_LINE.match(text[line:start]):
            break
        start = line
    return start
