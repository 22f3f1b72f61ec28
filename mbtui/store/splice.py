"""Edits of one entry's bytes inside a section file's text; every other byte stays.

An entry is its header with all its sub-tables, contiguous or not, and the comment lines that touch
a header of it from above (docs/format.md). Functions return replacements; `spliced` applies them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mbtui.bank.entry import Entry
from mbtui.bank.ids import derived_id
from mbtui.bank.schema import Kind
from mbtui.store.errors import InputError
from mbtui.store.section_text import Block, SectionText
from mbtui.store.toml_scan import (
    Piece,
    header_key_span,
    key_span,
    statements,
    with_comments_above,
)
from mbtui.store.toml_write import entry_text, key_order, toml_key, toml_value

_ONE_BLANK_LINE = re.compile(r"[ \t]*\r?\n")


class Replacement(NamedTuple):
    """`text` takes the place of what stands between the two offsets."""

    start: int
    end: int
    text: str


def spliced(text: str, replacements: list[Replacement]) -> str:
    """`text` with all replacements made; they must not overlap."""
    parts: list[str] = []
    position = 0
    for item in sorted(replacements):
        if item.start < position:
            raise ValueError("replacements overlap")
        parts += [text[position : item.start], item.text]
        position = item.end
    return "".join([*parts, text[position:]])


def content_end(text: str, piece: Piece) -> int:
    """Behind the last key-value line of the piece, or behind its header line."""
    # Where the last line that is not blank is no comment, it is that line.
    end = piece.start + len(text[piece.start : piece.end].rstrip(" \t\r\n"))
    last = max(text.rfind("\n", piece.start, end) + 1, piece.start)
    if end > last and not text[last:end].lstrip(" \t").startswith("#"):
        newline = text.find("\n", end, piece.end)
        return piece.end if newline < 0 else newline + 1
    found = statements(text, piece.start, piece.end)
    if found:
        return found[-1].end
    if not piece.path:
        return piece.start
    newline = text.find("\n", piece.start, piece.end)
    return piece.end if newline < 0 else newline + 1


def _start_with_comments(section: SectionText, piece: Piece) -> int:
    before = section.pieces[bisect_left(section.pieces, piece) - 1]
    return with_comments_above(section.text, piece.start, content_end(section.text, before))


def runs(section: SectionText, block: Block) -> Iterator[tuple[int, int]]:
    """The places that make the entry, touching pieces joined, each with the comments above it."""
    pieces = block.pieces
    first = 0
    for i, piece in enumerate(pieces):
        if i + 1 == len(pieces) or pieces[i + 1].start != piece.end:
            start = _start_with_comments(section, pieces[first])
            yield start, content_end(section.text, piece)
            first = i + 1


def raw_text(section: SectionText, block: Block) -> str:
    """The entry's own text, with LF line ends and one at the end."""
    joined = "".join(_ended(section.text[start:end]) for start, end in runs(section, block))
    return joined.replace("\r\n", "\n")


def _ended(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"


def changes_to(section: SectionText, block: Block, changes: Mapping[str, Any]) -> list[Replacement]:
    """The edits that give keys of an entry new values; None removes a key."""
    edits = _KeyEdits(section, block)
    for name, value in changes.items():
        edits.set(name, value)
    return edits.replacements()


class _KeyEdits:
    """Edits of the keys of one entry, collected."""

    def __init__(self, section: SectionText, block: Block) -> None:
        self.section = section
        self.kind = block.entry.kind
        self.pieces = block.pieces
        self.header = block.pieces[0]
        self.found: list[Replacement] = []
        self.new: dict[int, list[tuple[int, str]]] = defaultdict(list)
        self.implicit = len(self.header.path) != 1
        self.statements = (
            [] if self.implicit else statements(section.text, self.header.start, self.header.end)
        )
        self.rank = {name: i for i, name in enumerate(key_order(self.kind))}

    def set(self, name: str, value: Any) -> None:
        own = [item for item in self.statements if item.path[0] == name]
        tables = [p for p in self.pieces if len(p.path) > 1 and p.path[1] == name]
        if value is not None and len(own) == 1 and own[0].path == (name,) and not tables:
            text = self._native(toml_value(value))
            self.found.append(Replacement(own[0].value_start, own[0].value_end, text))
            return
        self.found += [Replacement(item.start, item.end, "") for item in own]
        for piece in tables:
            start = _start_with_comments(self.section, piece)
            end = content_end(self.section.text, piece)
            self.found.append(Replacement(start, end, ""))
        if value is not None:
            rank = self.rank.get(name, len(self.rank))
            line = f"{toml_key(name)} = {toml_value(value)}\n"
            self.new[self._place(rank)].append((rank, line))

    def _native(self, text: str) -> str:
        newline = self.section.newline
        return text if newline == "\n" else text.replace("\n", newline)

    def _place(self, rank: int) -> int:
        """Behind the last key that belongs before one of this rank, else behind the header."""
        if self.implicit:
            return _start_with_comments(self.section, self.header)
        place = content_end(self.section.text, self.header._replace(end=self._header_end()))
        for item in self.statements:
            if self.rank.get(item.path[0], len(self.rank)) <= rank:
                place = max(place, item.end)
        return place

    def _header_end(self) -> int:
        newline = self.section.text.find("\n", self.header.start, self.header.end)
        return self.header.end if newline < 0 else newline + 1

    def replacements(self) -> list[Replacement]:
        text = self.section.text
        merged = list(self.found)
        for place, lines in self.new.items():
            new = "".join(line for _, line in sorted(lines, key=lambda item: item[0]))
            if self.implicit:
                new = f"[{toml_key(self.kind.slug)}]\n{new}\n"
            elif place and text[place - 1] != "\n":
                new = "\n" + new.removesuffix("\n")
            merged.append(Replacement(place, place, self._native(new)))
        return merged


def insertion(
    section: SectionText,
    kind: Kind,
    new_id: str,
    text: str,
    near: tuple[str, str] = ("", ""),
) -> list[Replacement]:
    """The edits that put a new entry, `text` with LF line ends, where docs/format.md wants it.

    One that comes back goes above or below one of its former `neighbours`, if one is there.
    Raises InputError where the file holds something else under the kind's name.
    """
    edits = _room_for(section, kind)
    blocks = section.blocks_of(kind.slug)
    place = _place_beside(section, near)
    if place is None:
        place = _place_of_new(section, blocks, new_id)
    native = text.replace("\n", section.newline)
    spaced = _spaced(section, place, native)
    if edits and not spliced(section.text[:place], edits).strip():
        spaced = native
    edits.append(Replacement(place, place, spaced))
    return edits


def neighbours(section: SectionText, place: int) -> tuple[str, str]:
    """The ids, written or derived, of the entries above and below the first one behind `place`."""
    blocks = section.blocks
    at = bisect_left(blocks, place, key=lambda block: block.pieces[0].start)
    above, below = blocks[:at][-1:], blocks[at + 1 : at + 2]
    return "".join(known_id(b.entry) for b in above), "".join(known_id(b.entry) for b in below)


def known_id(entry: Entry) -> str:
    """The written id, else the one that an entry typed without would get alone."""
    return entry.id if entry.has_own_id else derived_id(entry.kind.slug, entry.title, ())


def _place_beside(section: SectionText, near: tuple[str, str]) -> int | None:
    """The place above the second entry of `near`, else the one below the first."""
    places = {known_id(block.entry): block for block in section.blocks} if any(near) else {}
    above, below = places.get(near[0]), places.get(near[1])
    if below is not None:
        return _start_with_comments(section, below.pieces[0])
    return _place_below(section, max(above.pieces)) if above is not None else None


def _place_below(section: SectionText, piece: Piece) -> int:
    """Behind a piece, in front of the comments of the next one."""
    following = bisect_left(section.pieces, (piece.end,))
    if following == len(section.pieces):
        return len(section.text)
    return _start_with_comments(section, section.pieces[following])


def _room_for(section: SectionText, kind: Kind) -> list[Replacement]:
    where = f"{section.file}: {kind.slug}"
    for statement in statements(section.text, section.root.start, section.root.end):
        if statement.path[0] != kind.slug:
            continue
        if section.root_data.get(kind.slug) == []:
            return [Replacement(statement.start, statement.end, "")]
        raise InputError(
            f"{where} is not written as [[{kind.slug}]] tables; convert it, then add to it"
        )
    blocks = section.blocks_of(kind.slug)
    named = not blocks and any(piece.path[:1] == (kind.slug,) for piece in section.pieces)
    if named or any(kind.single or not block.array for block in blocks):
        raise InputError(f"{where} is written [{kind.slug}]; write [[{kind.slug}]] first")
    return []


def _place_of_new(section: SectionText, blocks: list[Block], new_id: str) -> int:
    for block in blocks:
        entry = block.entry
        identity = entry.id
        if not identity:
            taken = {other.entry.id for other in blocks if other.entry.has_own_id}
            identity = derived_id(entry.kind.slug, entry.title, taken)
        if identity > new_id:
            return _start_with_comments(section, block.pieces[0])
    if not blocks:
        return len(section.text)
    return _place_below(section, max(piece for block in blocks for piece in block.pieces))


def _spaced(section: SectionText, place: int, text: str) -> str:
    """`text` with the blank lines and line ends it needs at `place`."""
    newline = section.newline
    before = section.text[:place]
    front = ""
    if before and not before.endswith("\n"):
        front = newline + newline
    elif before and not before.endswith((newline * 2, "\n\n")):
        front = newline
    if place < len(section.text):
        return front + text + newline
    if before and not before.endswith("\n"):
        text = text.removesuffix(newline)
    return front + text


def removal(section: SectionText, block: Block) -> list[Replacement]:
    """The edits that take an entry out, with one blank line beside it."""
    text = section.text
    edits = []
    for start, end in runs(section, block):
        blank = _ONE_BLANK_LINE.match(text, end)
        if blank:
            end = blank.end()
        elif end == len(text):
            for line in ("\r\n\r\n", "\n\n"):
                if text.endswith(line, 0, start):
                    start -= len(line) // 2
                    break
        edits.append(Replacement(start, end, ""))
    return edits


def relocation(
    section: SectionText, block: Block, kind: Kind, new_id: str, text: str
) -> list[Replacement]:
    """The edits that take an entry out and put `text` where its new kind wants it in the file.

    An entry that ends the file and becomes the last of its new kind right there stays in place.
    """
    out = removal(section, block)
    *room, new = insertion(section, kind, new_id, text)
    for i, old in enumerate(out):
        if old.start < new.start < old.end:
            native = text.replace("\n", section.newline)
            if not section.text.endswith("\n"):
                native = native.removesuffix(section.newline)
            out[i] = Replacement(new.start, old.end, native)
            return [*room, *out]
    return [*room, *out, new]


def retitled_kind(raw: SectionText, kind: Kind, renames: Mapping[str, str]) -> str:
    """The text of a lone entry under another kind's name, with some keys renamed."""
    edits = []
    text = raw.text
    for piece in raw.blocks[0].pieces:
        start, end = header_key_span(text, piece)
        parts = [kind.slug, *piece.path[1:]]
        if len(parts) > 1:
            parts[1] = renames.get(parts[1], parts[1])
        edits.append(Replacement(start, end, ".".join(toml_key(part) for part in parts)))
    header = raw.blocks[0].pieces[0]
    for item in statements(text, header.start, header.end):
        if item.path[0] in renames:
            start, end = key_span(text, item)
            parts = [renames[item.path[0]], *item.path[1:]]
            edits.append(Replacement(start, end, ".".join(toml_key(part) for part in parts)))
    return spliced(text, edits)


def inline_conversion(section: SectionText, kind: Kind) -> list[Replacement]:
    """The edits that write an inline array of entries as tables at the end of the file."""
    value = section.root_data[kind.slug]
    tables = value if isinstance(value, list) else [value]
    edits = [
        Replacement(item.start, item.end, "")
        for item in statements(section.text, section.root.start, section.root.end)
        if item.path[0] == kind.slug
    ]
    text = "\n".join(entry_text(kind, table) for table in tables)
    native = text.replace("\n", section.newline)
    end = len(section.text)
    return [*edits, Replacement(end, end, _spaced(section, end, native))]
