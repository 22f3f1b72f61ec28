"""An entry as its own TOML text: read as it stands in the file, written back as it was typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from mbtui.bank.entry import Entry
from mbtui.bank.merge import merge_entry, same_value
from mbtui.bank.safetext import is_safe
from mbtui.bank.schema import Kind, Schema
from mbtui.store.changes import Changes
from mbtui.store.editing import meant, written_entry
from mbtui.store.errors import ConflictError, InputError
from mbtui.store.section_reader import section_of
from mbtui.store.section_text import Block, BrokenTextError, SectionText
from mbtui.store.splice import Replacement, raw_text, runs, spliced
from mbtui.store.strict import strict_edits
from mbtui.store.toml_read import MAX_STRICT
from mbtui.store.toml_scan import Piece, statements
from mbtui.store.toml_write import toml_key, toml_value
from mbtui.store.writer import Edit

_OWN_LINE: Final = "#mbtui: "
_OWN_LINES = re.compile(r"(?:#mbtui:[^\n]*(?:\n|\Z))+")


class EntryText(NamedTuple):
    """An entry's own text, with LF line ends, and the table that it holds."""

    text: str
    table: dict[str, Any]


class TypedTextError(InputError):
    """A typed text is not the entry that it should be; `line` and `column` count from 1."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


def with_own_line(text: str, told: str) -> str:
    """The text under a comment line of mbtui's own."""
    return f"{_OWN_LINE}{told}\n{text}"


def without_own_lines(text: str) -> str:
    """The text without such lines at its top."""
    return _OWN_LINES.sub("", text, count=1) if text.startswith(_OWN_LINE.strip()) else text


def header_of(kind: Kind) -> str:
    """The line that begins an entry of a kind."""
    key = toml_key(kind.slug)
    return f"[{key}]" if kind.single else f"[[{key}]]"


def read_typed(text: str, entry: Entry, before: str, schema: Schema) -> SectionText:
    """A typed text that holds one entry, this one. Raises TypedTextError.

    `before` is its text until then: characters that cannot be seen are taken only in its lines.
    """
    if len(text) > MAX_STRICT:
        raise TypedTextError(f"the text is longer than {MAX_STRICT >> 20} MiB")
    _check_characters(text, set(before.split("\n")))
    try:
        read = SectionText(text, section=section_of(entry.file), file=entry.file, schema=schema)
    except BrokenTextError as error:
        problem = error.problem
        raise TypedTextError(problem.message, max(problem.line, 1), problem.column or 1) from None
    _check_headers(read, entry.kind)
    block = read.blocks[0]
    if not entry.kind.single:
        _check_identity(read, block, entry)
    return read


def _check_characters(text: str, known: set[str]) -> None:
    for number, line in enumerate(text.split("\n"), 1):
        if is_safe(line) or line in known:
            continue
        column = next((i for i, char in enumerate(line, 1) if not is_safe(char)), 1)
        code = ord(line[column - 1])
        what = f"U+{code:04X} cannot be seen; in a text write \\u{code:04x}"
        if 0xD800 <= code < 0xE000:
            what = "this is not UTF-8"
        raise TypedTextError(what, number, column)


def _line_of(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _check_headers(read: SectionText, kind: Kind) -> None:
    header, text = header_of(kind), read.text
    if read.root_data:
        first = statements(text, read.root.start, read.root.end)[0]
        line = _line_of(text, first.start)
        raise TypedTextError(f"{header} should stand above the first key", line)
    pieces = read.pieces[1:]
    if not pieces:
        raise TypedTextError(f"{header} should stand above the keys; there is none")
    for number, piece in enumerate(pieces):
        line = _line_of(text, piece.start)
        if number == 0 and not _begins(piece, kind):
            more = "" if piece.path == (kind.slug,) else "; m moves an entry to another kind"
            raise TypedTextError(f"expected {header}{more}", line)
        if piece.path[0] != kind.slug or (number and len(piece.path) == 1):
            raise TypedTextError("another entry begins here; expected one alone", line)
    if len(read.blocks) != 1:
        raise TypedTextError(f"expected one entry under {header}")


def _begins(piece: Piece, kind: Kind) -> bool:
    if kind.single:
        return piece.path[0] == kind.slug and not piece.array
    return piece.path == (kind.slug,) and piece.array


def _check_identity(read: SectionText, block: Block, entry: Entry) -> None:
    data, header = block.entry.data, block.pieces[0]
    lines = {
        item.path[0]: _line_of(read.text, item.start)
        for item in statements(read.text, header.start, header.end)
    }
    top = _line_of(read.text, header.start)
    same = data.get("id") == entry.id or (not entry.has_own_id and "id" not in data)
    if not same:
        expected = f"the id stays as it is: id = {toml_value(entry.id)}"
        raise TypedTextError(expected, lines.get("id", top))
    title = data.get("title")
    if not isinstance(title, str) or not title.strip():
        raise TypedTextError("an entry needs a title: title = …", lines.get("title", top))


class TextEdits(Changes):
    """Edits of an entry's whole text."""

    def text_of(self, entry: Entry) -> EntryText:
        """The entry's text as it stands in the file now. Raises StoreError."""
        section = self._section(entry.file)
        if entry.kind.single and not section.blocks_of(entry.kind.slug) and not entry.inline:
            return EntryText(f"{header_of(entry.kind)}\n", {})
        block = self._block_of(section, entry, entry.data, entry.data)
        return EntryText(raw_text(section, block), dict(block.entry.data))

    def rewrite(self, entry: Entry, text: str, base: EntryText) -> Entry:
        """Write an entry as it was typed and return it as written; `base` is what it was before.

        Its comments and layout stay as typed where what others changed since can be joined by
        line; else the keys are merged as `update` does, and ConflictError is raised as there.
        Raises TypedTextError where the text is not this entry.
        """
        schema = (self.bank_file or self.load_schema()).schema
        text = text.replace("\r\n", "\n")
        mine = read_typed(text, entry, base.text, schema).blocks[0].entry.data
        text = text.strip("\n") + "\n"
        self._check_values(mine)
        hashes = self._hashes_of_added(base.table, mine)
        made: list[dict[str, Any]] = []

        def change(section: SectionText) -> Edit | None:
            made.clear()
            block = self._own_block(section, entry, base.table)
            theirs = EntryText("", {}) if block is None else _text_in(section, block)
            joined = self._joined(entry, text, mine, base, theirs, hashes)
            if joined is None or (block is None and theirs.table != base.table):
                return None
            wanted, data = joined
            made[:] = [data]
            if block is None:
                return self._insert(section, entry.kind, wanted, data)
            edits = _in_place_of(section, block, wanted)
            return Edit(edits, meant(block.entry.kind, data, block.entry))

        with self._change("edit"):
            if not same_value(mine, base.table) or text != base.text:
                section = self._edit(entry.file, change)
                if made:
                    return written_entry(section, entry.kind, made[0])
            changes = {name: mine.get(name) for name in {**base.table, **mine}}
            return self.update(entry, changes, base=base.table)

    def _own_block(
        self, section: SectionText, entry: Entry, base: Mapping[str, Any]
    ) -> Block | None:
        """The entry's block, if it is in this file and of the same kind."""
        try:
            block = self._block_of(section, entry, base, base)
        except ConflictError:
            return None
        return block if block.entry.kind.slug == entry.kind.slug else None

    def _hashes_of_added(
        self, before: Mapping[str, Any], mine: Mapping[str, Any]
    ) -> dict[str, str]:
        """The hashes of the paths that were typed."""
        if before.get("paths") == mine.get("paths"):
            return {}
        from mbtui.store.drift import hashes_of_added

        return hashes_of_added(self.folder, before, mine)

    def _joined(
        self,
        entry: Entry,
        text: str,
        mine: dict[str, Any],
        base: EntryText,
        theirs: EntryText,
        hashes: Mapping[str, str],
    ) -> tuple[str, dict[str, Any]] | None:
        """The text and table to write; None where texts cannot be joined by line."""
        if theirs.text and theirs.text != base.text:
            from mbtui.bank.diff3 import merge_text

            merged = merge_entry(base.table, mine, theirs.table)
            joined = merge_text(base.text, text, theirs.text) if base.text else None
            if joined is None or merged.conflicts:
                return None
            text, mine = joined, merged.data
        schema = (self.bank_file or self.load_schema()).schema
        try:
            lone = read_typed(text, entry, text, schema)
        except TypedTextError:
            return None
        block = lone.blocks[0]
        if not same_value(block.entry.data, mine):
            return None
        data = self._stamped(entry, mine)
        if base.table.get("paths") != mine.get("paths"):
            from mbtui.bank.paths import with_hashes

            data = with_hashes(base.table, data, hashes)
        changed: dict[str, Any] = {
            name: value for name, value in data.items() if value is not mine.get(name)
        }
        changed |= {name: None for name in mine if name not in data}
        return spliced(lone.text, strict_edits(lone, block, changed, data)), data


def _text_in(section: SectionText, block: Block) -> EntryText:
    return EntryText(raw_text(section, block), block.entry.data)


def _in_place_of(section: SectionText, block: Block, text: str) -> list[Replacement]:
    """The edits that put a text in place of an entry, with the file's line ends."""
    first, *others = runs(section, block)
    native = text.replace("\n", section.newline)
    if not section.text.endswith("\n", *first):
        native = native.removesuffix(section.newline)
    return [Replacement(*first, native), *(Replacement(*place, "") for place in others)]
