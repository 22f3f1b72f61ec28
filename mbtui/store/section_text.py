"""A section file's text as entries with their places, read piece by piece.

A text is cut at header lines and each entry is parsed alone, which gives places for exact edits,
lets an unchanged entry be recognised by the hash of its text on the next reading, and holds little
memory. A piece that does not parse alone (a bracket at the start of a line inside a text) is
extended to the next real header. Only where headers can clash is the whole file parsed too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from sys import intern
from typing import Any

from mbtui.bank.bank import Problem
from mbtui.bank.entry import Entry
from mbtui.bank.schema import Kind, Schema
from mbtui.bank.shape import Shape, type_name
from mbtui.store.toml_read import TOO_DEEP, deep_line, loads
from mbtui.store.toml_scan import (
    Piece,
    may_hold_indented_header,
    next_header,
    piece_at,
    statements,
)

_LONGEST_REASON = 300
_LONGEST_POSITION = 80
_POSITION = re.compile(r"\s*at line (\d+) column (\d+)\Z")
_MARKER = re.compile(r"^(<{7}|>{7})( |$)", re.M)
_CONFLICT = "holds git's conflict markers; settle the merge, then it is read again"
_TWO_MARKS = "is not TOML: it begins with two byte order marks"

_STAMPS = frozenset({"updated", "updated_by"})


class BrokenTextError(Exception):
    """The text is not TOML; `problem` says where and why."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


class Block:
    """One entry with the places of its pieces: the header's first, then its sub-tables'."""

    __slots__ = ("array", "entry", "pieces", "text_hash")

    def __init__(self, entry: Entry, pieces: list[Piece], array: bool, text_hash: int) -> None:
        self.entry = entry
        self.pieces = pieces
        self.array = array
        self.text_hash = text_hash


class SectionText:
    """The text of one section file, read.

    `text` has no BOM; `bom` tells whether the file had one. `blocks` are in file order; `root` is
    the piece before the first header, `pieces` are all pieces, `root` first. Raises
    BrokenTextError when the text is not TOML.

    `cache` holds entries of one piece by the hash of its text, from an earlier reading.
    `data_hash` is for the one who read the file: the hash of its bytes.
    """

    def __init__(
        self,
        text: str,
        *,
        section: str,
        file: str,
        schema: Schema,
        cache: Mapping[int, Entry] | None = None,
    ) -> None:
        self.bom = text.startswith("\ufeff")
        self.text = text[1:] if self.bom else text
        self.section = section
        self.file = file
        self.schema = schema
        self.problems: list[Problem] = []
        self.blocks: list[Block] = []
        self.data_hash = 0
        self._known = cache or {}
        self._shapes: dict[str, Shape] = {}
        self._read()

    @property
    def newline(self) -> str:
        """The file's own line end: that of its first line."""
        at = self.text.find("\n")
        return "\r\n" if at > 0 and self.text[at - 1] == "\r" else "\n"

    @cached_property
    def entries(self) -> list[Entry]:
        """The entries in file order, those of inline arrays last."""
        entries = [block.entry for block in self.blocks]
        if not self.holds_only_arrays:
            entries = [entry for entry in entries if not _is_empty(entry)]
        return entries + self.inline_entries

    @cached_property
    def holds_only_arrays(self) -> bool:
        """Whether every piece is an entry of its own, written `[[kind]]` for a kind of many."""
        return len(self.blocks) == len(self.pieces) - 1 and all(
            block.array and len(block.pieces) == 1 and not block.entry.kind.single
            for block in self.blocks
        )

    @cached_property
    def blocks_by_own_id(self) -> dict[str, list[Block]]:
        """The blocks of entries whose id stands in the file, by that id, in file order."""
        found: dict[str, list[Block]] = {}
        for block in self.blocks:
            if block.entry.has_own_id:
                found.setdefault(block.entry.id, []).append(block)
        return found

    def blocks_of(self, kind: str) -> list[Block]:
        """The blocks of one kind in file order."""
        return self._blocks_by_kind.get(kind, [])

    @cached_property
    def _blocks_by_kind(self) -> dict[str, list[Block]]:
        found: dict[str, list[Block]] = {}
        for block in self.blocks:
            found.setdefault(block.entry.kind.slug, []).append(block)
        return found

    @property
    def cache(self) -> dict[int, Entry]:
        """Entries of one piece by the hash of its text, for a later reading of the same file."""
        return {
            block.text_hash: block.entry
            for block in self.blocks
            if block.array and len(block.pieces) == 1
        }

    def with_text(self, text: str) -> SectionText:
        """The same reading with its text given back, or with an empty one to save memory."""
        made = SectionText.__new__(SectionText)
        vars(made).update(vars(self), text=text.removeprefix("\ufeff"))
        return made

    def with_blocks(self, text: str, blocks: list[Block]) -> SectionText:
        """The reading of a `text` with the same root that holds these entries, each in a piece."""
        made = self.with_text(text)
        for derived in ("entries", "holds_only_arrays", "blocks_by_own_id", "_blocks_by_kind"):
            vars(made).pop(derived, None)
        made.bom = False
        made.blocks = blocks
        made.pieces = [self.root, *(block.pieces[0] for block in blocks)]
        return made

    def _parse(self, text: str) -> dict[str, Any]:
        try:
            return loads(text)
        except (ValueError, RecursionError) as error:
            raise self._whole_error(error) from None

    def _whole_error(self, error: Exception) -> BrokenTextError:
        try:
            loads(self.text)
        except (ValueError, RecursionError) as whole:
            error = whole
        return BrokenTextError(error_problem(self.file, self.text, error))

    def _read(self) -> None:
        pieces = self._cut()
        self.pieces = [self.root, *pieces]
        if self._may_clash(pieces):
            self._parse(self.text)
        self.inline_entries = list(self._inline_entries())
        line, counted = 1, 0
        for owned in _grouped(pieces):
            line += self.text.count("\n", counted, owned[0].start)
            counted = owned[0].start
            block = self._block(owned, line)
            if block is not None:
                self.blocks.append(block)
        self._known = {}
        self._parsed.clear()
        self._recognised.clear()

    def _cut(self) -> list[Piece]:
        """The header pieces; sets `root` and `root_data` from the text before the first."""
        if self.text.startswith("\ufeff"):  # The parser would take it for the only one.
            raise BrokenTextError(Problem(self.file, _TWO_MARKS, 1, 1, "broken"))
        text, known, kinds = self.text, self._known, self.schema.kinds
        self._parsed: dict[int, tuple[int, dict[str, Any]]] = {}
        self._headers_indented = may_hold_indented_header(text)
        self._recognised: dict[int, tuple[int, Entry]] = {}
        end = 0 if piece_at(text, 0, len(text)) else self._piece_end(0)
        self.root = Piece(0, end, (), False)
        self.root_data = self._parsed.pop(0)[1] if end else {}
        pieces: list[Piece] = []
        while end < len(text):
            start = end
            if known:
                end = text.find("\n[", start) + 1 or len(text)
                text_hash = hash(text[start:end])
                entry = known.get(text_hash)
                if entry is not None and kinds.get(entry.kind.slug, entry.kind) is entry.kind:
                    self._recognised[start] = (text_hash, entry)
                    pieces.append(Piece(start, end, (entry.kind.slug,), True))
                    continue
            end = self._piece_end(start)
            piece = piece_at(text, start, end)
            if piece is None:
                raise self._whole_error(ValueError("expected a table header such as [[kind]]"))
            pieces.append(piece)
        return pieces

    def _piece_end(self, start: int) -> int:
        """Where the piece at `start` ends; keeps its hash and what it parsed to."""
        text = self.text
        if (newline := text.find("\n[", start)) >= 0:
            end = newline + 1
            piece = text[start:end]
            if not (self._headers_indented and may_hold_indented_header(piece)):
                try:
                    self._parsed[start] = hash(piece), loads(piece)
                    return end
                except (ValueError, RecursionError):
                    pass
        end = next_header(text, start) if newline >= 0 or self._headers_indented else len(text)
        piece = text[start:end]
        self._parsed[start] = hash(piece), self._parse(piece)
        return end

    def _may_clash(self, pieces: list[Piece]) -> bool:
        """Whether two headers, or a header and a key, may define the same thing twice."""
        arrays = {piece.path for piece in pieces if piece.array}
        tables = [piece.path for piece in pieces if not piece.array]
        names = arrays.union(tables)
        return (
            any(len(path) != 1 for path in names)
            or len(set(tables)) != len(tables)
            or not arrays.isdisjoint(tables)
            or any((name,) in names for name in self.root_data)
        )

    def _block(self, owned: list[Piece], line: int) -> Block | None:
        if len(owned) == 1 and owned[0].start in self._recognised:
            text_hash, entry = self._recognised[owned[0].start]
            return Block(entry.placed(line), owned, True, text_hash)
        name = owned[0].path[0]
        array = owned[0].array and len(owned[0].path) == 1
        kind = self.schema.kinds.get(name)
        if kind is None and not array:
            return None
        if len(owned) == 1:
            text_hash, parsed = self._parsed[owned[0].start]
        else:
            text = "".join(self.text[piece.start : piece.end] for piece in owned)
            text_hash, parsed = hash(text), self._parse(text)
        table = parsed[name][0] if array else parsed[name]
        # The parser makes new names for each table; thousands of tables share theirs here.
        data = {intern(key): value for key, value in table.items()}
        kind = kind or self.schema.kind_or_ad_hoc(name, self.section)
        return Block(self._entry(kind, data, line, array), owned, array, text_hash)

    def _shape_problems(self, kind: Kind, data: dict[str, Any]) -> tuple[str, ...]:
        if kind.slug not in self._shapes:
            self._shapes[kind.slug] = Shape(kind)
        return self._shapes[kind.slug].problems(data)

    def _entry(self, kind: Kind, data: dict[str, Any], line: int, array: bool) -> Entry:
        problems = self._shape_problems(kind, data)
        if kind.single and array:
            problems += (f"{kind.slug} is one table: write [{kind.slug}] in single brackets",)
        elif not kind.single and not array:
            problems += (f"an entry is written [[{kind.slug}]], in double brackets",)
        return Entry(kind, data, section=self.section, file=self.file, line=line, problems=problems)

    def _inline_entries(self) -> Iterator[Entry]:
        for name, value in self.root_data.items():
            kind = self.schema.kinds.get(name)
            if kind is None or value == []:
                continue
            line = self._line_of_key(name)
            tables = value if isinstance(value, list) else [value]
            good = all(isinstance(item, dict) for item in tables)
            if not good or isinstance(value, dict) != kind.single:
                expected = f"[{name}]" if kind.single else f"[[{name}]]"
                message = f"{name} should be written as {expected}, found {type_name(value)}"
                self.problems.append(Problem(self.file, message, line))
                continue
            for item in tables:
                yield Entry(
                    kind,
                    item,
                    section=self.section,
                    file=self.file,
                    line=line,
                    inline=True,
                    problems=self._shape_problems(kind, item),
                )

    def _line_of_key(self, name: str) -> int:
        for statement in statements(self.text, self.root.start, self.root.end):
            if statement.path[0] == name:
                return self.text.count("\n", 0, statement.start) + 1
        return 1


def error_problem(file: str, text: str, error: Exception) -> Problem:
    """The problem of a text that is not TOML: git's markers, else where the parser stopped."""
    marker = _MARKER.search(text)
    if marker:
        return Problem(file, _CONFLICT, text.count("\n", 0, marker.start()) + 1, 1, "conflict")
    message = str(error)
    position = _POSITION.search(message, max(0, len(message) - _LONGEST_POSITION))
    reason, line, column = message, 0, 0
    if position is not None:
        reason = message[: position.start()].rstrip(" ,")
        line, column = int(position.group(1)), int(position.group(2))
    if reason == TOO_DEEP:
        return Problem(file, reason, line or deep_line(text), column, "broken")
    return Problem(file, f"is not TOML: {reason[:_LONGEST_REASON]}", line, column, "broken")


def _is_empty(entry: Entry) -> bool:
    """Whether a single table says nothing: it is listed when it is not empty (docs/format.md)."""
    return entry.kind.single and entry.data.keys() <= _STAMPS


def _grouped(pieces: list[Piece]) -> list[list[Piece]]:
    """Pieces that make one entry or table, in the order of their headers."""
    groups: list[list[Piece]] = []
    latest: dict[str, list[Piece]] = {}
    for piece in pieces:
        name = piece.path[0]
        begins = piece.array and len(piece.path) == 1
        if begins or name not in latest:
            latest[name] = [piece]
            groups.append(latest[name])
        else:
            latest[name].append(piece)
    return groups
