"""Part of a file of the bank as it stands there, also of one that is no bank file at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from mbtui.store.files import MAX_BYTES, UnreadableError, open_inside

WINDOW = 128 * 1024
"""How many bytes are shown before and behind the place that is asked for."""

NOT_THERE = "is not there"
"""What UnreadableError says of a missing file."""

_AT_ONCE = 1024 * 1024
_CONTINUATIONS = bytes(range(0x80, 0xC0))
"""The bytes of UTF-8 that begin no character."""


class Excerpt(NamedTuple):
    """Lines around a place in a file.

    Bytes that are not UTF-8 are lone surrogates, U+DC80 to U+DCFF, as `os.fsdecode` has them.
    """

    lines: list[str]
    first: int
    """The number of the first line, counted from 1."""
    cut_before: bool
    """Whether something of the file stands before the first line, or the start of that line."""
    cut_behind: bool
    offset: int
    """How many characters of the first line are left out at its start."""
    size: int
    """The size of the file in bytes."""

    @property
    def last(self) -> int:
        """The number of the last line."""
        return self.first + len(self.lines) - 1


def excerpt(path: Path, root: Path, line: int = 0, column: int = 0) -> Excerpt:
    """The text around a line and column (counted from 1; 0: the start) of a file inside `root`.

    Looks for the line in the first 64 MiB, holds no more than 256 KiB of it. Raises
    UnreadableError for what is not there, is no regular file or lies outside `root`; never waits
    on a pipe or a device.
    """
    handle = open_inside(path, root)
    if handle is None:
        raise UnreadableError(NOT_THERE)
    try:
        return _excerpt(handle, line, column)
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror}") from None
    finally:
        os.close(handle)


def _excerpt(handle: int, line: int, column: int) -> Excerpt:
    size = os.fstat(handle).st_size
    found, start = _find_line(handle, max(line, 1))
    passed, place = _find_column(handle, start, max(column, 1))
    begin = max(0, place - WINDOW)
    data = os.pread(handle, place + WINDOW - begin, begin)
    before = data[: max(0, start - begin)]
    head = offset = 0
    if begin > start:
        while head < len(data) and data[head] & 0xC0 == 0x80:
            head += 1
        offset = passed - len(_decoded(data[head : place - begin]))
    elif begin:
        head = before.find(b"\n") + 1 or len(before)
    behind = begin + len(data) < size
    if behind:
        newline = data.rfind(b"\n", place - begin)
        data = data[:newline] if newline >= 0 else _whole(data)
    text = _decoded(data[head:])
    lines = [item.removesuffix("\r") for item in text.removeprefix("\ufeff").split("\n")]
    if not behind and len(lines) > 1 and not lines[-1]:
        lines.pop()
    return Excerpt(lines, found - before.count(b"\n", head), begin > 0, behind, offset, size)


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _find_column(handle: int, start: int, column: int) -> tuple[int, int]:
    """How many characters of a line stand before a column of it, and where that column is."""
    left, at = column - 1, start
    while left > 0 and at - start < MAX_BYTES:
        data = os.pread(handle, _AT_ONCE, at)
        newline = data.find(b"\n")
        data = data[:newline] if newline >= 0 else _whole(data)
        count = len(data.translate(None, _CONTINUATIONS))
        if count > left or newline >= 0 or not data:
            before = _decoded(data)[:left]
            left -= len(before)
            at += len(before.encode("utf-8", "surrogateescape"))
            break
        left -= count
        at += len(data)
    return column - 1 - left, at


def _whole(data: bytes) -> bytes:
    """The bytes without the start of a character at their end, which may go on behind them."""
    for length in range(1, min(4, len(data))):
        if data[-length] >= 0xC0:
            return data[:-length]
    return data


def _find_line(handle: int, line: int) -> tuple[int, int]:
    """A line's number and where it begins; of the last one there is, for one beyond it."""
    number, start, at = 1, 0, 0
    while number < line and at < MAX_BYTES:
        data = os.pread(handle, _AT_ONCE, at)
        if not data:
            break
        count = data.count(b"\n")
        if number + count < line:
            if count:
                number, start = number + count, at + data.rindex(b"\n") + 1
        else:
            for _ in range(line - number):
                start = at + data.index(b"\n", start - at if start > at else 0) + 1
            number = line
        at += len(data)
    return number, start
