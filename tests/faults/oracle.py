"""What a change may do to a section file, told without any of mbtui's own readers.

A text that is valid TOML is cut into chunks (a header line, a key with its value, a comment line, a
blank line) by a scanner that walks it character by character, and each chunk is given to the entry
that it belongs to by the words of docs/format.md.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import rtoml

DEEPEST = 64
"""How deep tables and lists may nest in a file that mbtui reads."""

STAMPS = frozenset({"id", "updated", "updated_by"})


class Chunk(NamedTuple):
    """A piece of text with its line end. `what` is header, pair, comment or blank."""

    what: str
    text: str
    path: tuple[str, ...] = ()
    array: bool = False


class Owner(NamedTuple):
    """The table at the top of the file that a chunk belongs to; `number` counts those of a name."""

    name: str
    number: int


Owned = tuple[Chunk, Owner | None]


def unix(text: str) -> str:
    return text.replace("\r\n", "\n")


def read_1_0(text: str) -> dict[str, Any] | None:
    """What a TOML 1.0 parser finds in the whole text; None where it finds fault."""
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return None


def read_1_1(text: str) -> dict[str, Any] | None:
    """The same for TOML 1.1, which allows a byte order mark and CR only at their places.

    None also for what nests deeper than mbtui reads.
    """
    if text.startswith("\ufeff") or "\r\r\n" in text:
        return None
    try:
        data = dict(rtoml.loads(unix(text)))
        return data if _depth(data) <= DEEPEST else None
    except (ValueError, RecursionError):
        return None


def _depth(value: object) -> int:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return isinstance(value, dict | list) + max(map(_depth, inside), default=0)


def alike(one: object, other: object) -> bool:
    """Whether two values are the same, key order and sign of zero included."""
    return repr(one) == repr(other)


def _string_end(text: str, start: int) -> int:
    quote = text[start]
    close = quote * 3 if text.startswith(quote * 3, start) else quote
    at = start + len(close)
    while True:
        at = text.index(close, at)
        slashes = 0
        while quote == '"' and text[at - slashes - 1] == "\\":
            slashes += 1
        if slashes % 2 == 0:
            break
        at += 1
    at += len(close)
    while len(close) == 3 and text.startswith(quote, at):
        at += 1
    return at


_TOKEN = re.compile(r"[\"'#\[\]{}\n]")


def _statement_end(text: str, start: int) -> int:
    """Behind the newline that ends the statement at `start`."""
    depth, at = 0, start
    while (token := _TOKEN.search(text, at)) is not None:
        char, at = token.group(), token.end()
        if char in "\"'":
            at = _string_end(text, at - 1)
        elif char == "#":
            newline = text.find("\n", at)
            at = len(text) if newline < 0 else newline
        elif char != "\n":
            depth += 1 if char in "[{" else -1
        elif depth == 0:
            return at
    return len(text)


@lru_cache(maxsize=1000)
def _path(line: str) -> tuple[tuple[str, ...], bool]:
    """The path in a header or in front of a value, and whether a header is of an array."""
    parts: list[str] = []
    data: object = rtoml.loads(line)
    while isinstance(data, dict) and len(data) == 1:
        ((name, data),) = data.items()
        parts.append(name)
    return tuple(parts), isinstance(data, list)


def chunks(text: str) -> list[Chunk]:
    """A valid text in pieces; joined they are the text again."""
    found = []
    at = 0
    while at < len(text):
        line_end = text.find("\n", at) + 1 or len(text)
        first = text[at:line_end].lstrip(" \t")[:1]
        if first in ("", "\r", "\n", "#"):
            found.append(Chunk("comment" if first == "#" else "blank", text[at:line_end]))
        elif first == "[":
            found.append(Chunk("header", text[at:line_end], *_path(unix(text[at:line_end]))))
        else:
            line_end = _statement_end(text, at)
            key = text[at : _equals(text, at)]
            found.append(Chunk("pair", text[at:line_end], _path(f"{key}= 0")[0]))
        at = line_end
    return found


def _equals(text: str, at: int) -> int:
    while text[at] != "=":
        at = _string_end(text, at) if text[at] in "\"'" else at + 1
    return at


def owned(text: str, *, between: bool = True) -> list[Owned]:
    """The chunks of a text, each with its table; None: the top of the file, and nobody's lines.

    Comment lines that touch a header from above go with it; `between` tells whether those go with
    an entry that stand apart between its own tables.
    """
    pieces = chunks(text)
    owners: list[Owner | None] = []
    counts: dict[str, int] = {}
    current: Owner | None = None
    for chunk in pieces:
        if chunk.what == "header":
            name = chunk.path[0]
            if (chunk.array and len(chunk.path) == 1) or name not in counts:
                counts[name] = counts.get(name, -1) + 1
            current = Owner(name, counts[name])
        owners.append(current)
    below: Owner | None = None
    following: Owner | None = None
    pair = False
    for i in range(len(pieces) - 1, -1, -1):
        what = pieces[i].what
        if what in ("header", "pair"):
            following, pair = owners[i], what == "pair"
            below = owners[i] if what == "header" else None
        elif what == "comment" and below is not None:
            owners[i] = below
        else:
            below = None
            if following != owners[i] or not (pair or between):
                owners[i] = None
    return list(zip(pieces, owners, strict=True))


def lines_of_others(found: list[Owned], owner: Owner | None) -> list[str]:
    """What is not the owner's, blank lines left out; the last line end of a file does not count."""
    last = len(found) - 1
    return [
        chunk.text.rstrip("\r\n") if i == last else chunk.text
        for i, (chunk, of) in enumerate(found)
        if chunk.what != "blank" and (owner is None or of != owner)
    ]


def own_lines(found: list[Owned], owner: Owner, changed: frozenset[str]) -> list[str]:
    """The owner's own lines, without the keys in `changed`."""
    kept = []
    prefix: tuple[str, ...] = ()
    for chunk, of in found:
        if of != owner or chunk.what == "blank":
            continue
        if chunk.what == "header":
            prefix = chunk.path[1:]
        path = prefix + (chunk.path if chunk.what == "pair" else ())
        if not (path and path[0] in changed):
            kept.append(chunk.text.rstrip("\r\n"))
    return kept


def tables(data: Mapping[str, Any], name: str) -> list[Any]:
    """The values under a name: those of an array, or the one."""
    value = data.get(name, [])
    return list(value) if isinstance(value, list) else [value]


class ViolationError(AssertionError):
    """A change did what it must not."""


def check(condition: bool, what: str) -> None:
    if not condition:
        raise ViolationError(what)


class Before(NamedTuple):
    """A text before a change, read once."""

    text: str
    data: dict[str, Any]
    strict: bool
    """Whether TOML 1.0 allows it all."""
    owned: list[Owned]

    @classmethod
    def of(cls, text: str) -> Before | None:
        """The text read; None where it is not TOML."""
        data = read_1_1(text)
        if data is None:
            return None
        found = owned(text)
        check("".join(chunk.text for chunk, _ in found) == text, "the scanner lost text")
        return cls(text, data, read_1_0(text) is not None, found)


def check_others(
    before: Before, after: str, old: Owner | None, new: Owner | None, name: str
) -> dict[str, Any]:
    """Nothing but the table `old` changed, which is `new` now; the new text's data.

    None as `old`: it was added; as `new`: it is gone. Values are compared by whole-file parses,
    lines by the scanner.
    """
    data = read_1_1(after)
    if data is None:
        raise ViolationError("the new text is not TOML")
    if before.strict:
        check(read_1_0(after) is not None, "the new text is not TOML 1.0 as the old one was")
    for key in before.data.keys() | data.keys():
        left, right = tables(before.data, key), tables(data, key)
        if key == name and old is not None:
            left = left[: old.number] + left[old.number + 1 :]
        if key == name and new is not None:
            right = right[: new.number] + right[new.number + 1 :]
        check(alike(left, right), f"something else of {key} changed")
    stays = old is not None and new is not None
    then = lines_of_others(owned(before.text, between=not stays), old)
    now = lines_of_others(owned(after, between=not stays), new)
    if old is None and before.data.get(name) == [] and name in data:
        then = [line for line in then if not line.lstrip().startswith((name, f'"{name}"'))]
    if stays and not before.strict:  # An entry in TOML 1.1 may be written anew, notes and all.
        there = Counter(line.strip() for line in after.splitlines())
        needed = Counter(line.strip() for lines in then for line in lines.splitlines())
        check(needed <= there, "a line of others is gone")
    else:
        check(_ended(then) == _ended(now), "a line of others changed")
    return data


def _ended(lines: list[str]) -> list[str]:
    """Lines that may be the last of a file, and then lack a line end, compared without it."""
    return [line.rstrip("\r\n") for line in lines]


def check_line_ends(before: str, after: str) -> None:
    """A file of one sort of line ends keeps it."""
    if "\n" in before and "\r\n" not in before:
        check("\r\n" not in after, "CRLF came into an LF file")
    if "\r\n" in before and "\n" not in before.replace("\r\n", ""):
        check("\n" not in after.replace("\r\n", ""), "LF came into a CRLF file")
