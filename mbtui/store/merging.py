"""Three-way merge of section files, on their text: bytes that nobody changed stay.

The merged text is *mine* with the changes of *theirs*. An entry's own text is merged by line where
that gives the merged entry, so that comments and layout of both sides stay; else its keys are
edited. What stands beside the entries (comments, root keys, tables of no kind) is merged by line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from mbtui.bank.diff3 import merge_text
from mbtui.bank.merge import same_value
from mbtui.bank.merge_section import KIND, MergedEntry, Version, merge_entries, same_version
from mbtui.bank.schema import Schema
from mbtui.store.errors import InputError
from mbtui.store.reread import reread
from mbtui.store.rest import keyed_blocks, near, rest_lines, shared_keys
from mbtui.store.section_text import Block, BrokenTextError, SectionText
from mbtui.store.splice import Replacement, insertion, raw_text, removal, runs, spliced
from mbtui.store.strict import strict_edits
from mbtui.store.toml_scan import statements
from mbtui.store.toml_write import entry_text

OURS_MARKER, BETWEEN_MARKER, THEIRS_MARKER = "<<<<<<< ours", "=======", ">>>>>>> theirs"


_BLANK_LINE = re.compile(r"[ \t]*\r?\n")


class MergeError(Exception):
    """The texts cannot be merged by entry; `str()` says why."""


class Sides(NamedTuple):
    """The three texts of one file; a side without the file is read from an empty text."""

    base: SectionText
    mine: SectionText
    theirs: SectionText


class MergedText(NamedTuple):
    """The merged text of a file, and what became of each entry by its key.

    Where a person has to decide, the text holds *theirs* for a field, and the entry that one side
    deleted while the other changed it.
    """

    section: SectionText
    entries: Mapping[str, MergedEntry]

    @property
    def undecided(self) -> list[MergedEntry]:
        """The entries that a person has to look at."""
        return [entry for entry in self.entries.values() if entry.needs_decision]


def read_side(text: str, file: str, section: str, schema: Schema) -> SectionText:
    """A side's text, read. Raises MergeError where it is not TOML."""
    try:
        return SectionText(text, section=section, file=file, schema=schema)
    except BrokenTextError as error:
        raise MergeError(str(error.problem)) from None


def merge_sections(
    sides: Sides,
    decided: Mapping[str, Version | None] | None = None,
    written: Mapping[str, str] | None = None,
) -> MergedText:
    """The three texts merged.

    `decided` says what an entry is to be (None: gone), by key; `written` gives an entry's own text,
    also of one that no side has. Raises MergeError where they cannot be merged by entry.
    """
    decided, written = decided or {}, written or {}
    blocks = [keyed_blocks(side) for side in sides]
    shared = shared_keys(list(zip(sides, blocks, strict=True))) - decided.keys() - written.keys()
    versions = [
        {key: version_of(block) for key, block in found.items() if key not in shared}
        for found in blocks
    ]
    merged = merge_entries(*versions)
    texts = {key: text for key, text in written.items() if key not in decided}
    by_hand = {key: version_of(_alone(sides.mine, text)) for key, text in texts.items()}
    for key, version in {**by_hand, **decided}.items():
        entry = merged.get(key, MergedEntry(key, None, None, None, None))
        merged[key] = entry._replace(result=version, conflicts=(), deleted_by="")
    own = _Texts(sides, blocks)
    start = _rest_merged(sides, blocks, shared)
    wanted = {
        key: None if entry.result is None else texts.get(key) or own.of(entry)
        for key, entry in merged.items()
    }
    section = _rewritten(start, wanted)
    _prove(start, section, merged)
    return MergedText(section, merged)


def with_markers(merged: MergedText, sides: Sides) -> str:
    """The merged text with git's conflict markers around each entry with fields in conflict."""
    section = merged.section
    blocks = keyed_blocks(section)
    texts = _Texts(sides, [keyed_blocks(side) for side in sides])
    edits: list[Replacement] = []
    for key, entry in merged.entries.items():
        if not entry.conflicts or entry.mine is None:
            continue
        ours = texts.of(entry._replace(result=_with_mine(entry)))
        lines = [OURS_MARKER, ours, BETWEEN_MARKER, raw_text(section, blocks[key]), THEIRS_MARKER]
        text = "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
        edits += _replaced(section, blocks[key], text, whole_lines=True)
    text = spliced(section.text, edits)
    return ("\ufeff" if section.bom else "") + text


def _with_mine(entry: MergedEntry) -> Version:
    """The merged entry with *mine* for what is in conflict."""
    assert entry.mine is not None
    assert entry.result is not None
    if KIND in entry.conflicts:
        return entry.mine
    data = {name: value for name, value in entry.result.data.items() if name not in entry.conflicts}
    ours = {name: entry.mine.data[name] for name in entry.conflicts if name in entry.mine.data}
    return Version(entry.result.kind, {**data, **ours})


def version_of(block: Block) -> Version:
    """The entry that a block holds."""
    return Version(block.entry.kind, block.entry.data)


class _Texts:
    """The text that an entry is to have, with LF line ends, from those of the three sides."""

    def __init__(self, sides: Sides, blocks: list[dict[str, Block]]) -> None:
        self._sides = sides
        self._blocks = blocks

    def _raw(self, key: str) -> list[str]:
        """The entry's own text on the three sides; empty where it is not there."""
        return [
            raw_text(side, found[key]) if key in found else ""
            for side, found in zip(self._sides, self._blocks, strict=True)
        ]

    def of(self, entry: MergedEntry) -> str:
        """The text of the result; comments that either side added to the entry stay."""
        result = entry.result
        assert result is not None
        base, mine, theirs = self._raw(entry.key)
        if theirs in (mine, base) and same_version(result, entry.mine):
            return mine
        if mine == base and same_version(result, entry.theirs):
            return theirs
        if mine and theirs:
            joined = merge_text(base, mine, theirs, _both_comments)
            if joined and self._holds(joined, result):
                return joined
        own = [
            text
            for text, version in ((mine, entry.mine), (theirs, entry.theirs))
            if text and same_version(version, result)
        ]
        if own and not (mine and theirs):
            return own[0]
        text = own[0] if own else self._edited([mine, theirs, base], result)
        known = {*self._comments(base), *self._comments(text)}
        added = [line for side in (mine, theirs) for line in self._comments(side)]
        new = [line for line in dict.fromkeys(added) if line not in known]
        return "".join(f"{line}\n" for line in new) + text

    def _comments(self, text: str) -> Iterator[str]:
        """The comment lines of an entry's text, outside its values."""
        if not text or "#" not in text:
            return
        block = self._lone(text).blocks[0]
        values = [
            (item.start, item.end)
            for piece in block.pieces
            for item in statements(text, piece.start, piece.end)
        ]
        at = 0
        for line in text.splitlines(keepends=True):
            if line.lstrip().startswith("#") and not any(s <= at < e for s, e in values):
                yield line.strip()
            at += len(line)

    def _lone(self, text: str) -> SectionText:
        side = self._sides.mine
        return SectionText(text, section=side.section, file=side.file, schema=side.schema)

    def _holds(self, text: str, version: Version) -> bool:
        try:
            found = self._lone(text).blocks
        except BrokenTextError:
            return False
        return len(found) == 1 and same_version(version_of(found[0]), version)

    def _edited(self, texts: list[str], version: Version) -> str:
        """A side's text with its keys changed to those of `version`."""
        for text in texts:
            lone = self._lone(text) if text else None
            if lone is None or lone.blocks[0].entry.kind.slug != version.kind.slug:
                continue
            old = lone.blocks[0].entry.data
            changed = {
                name: value
                for name, value in version.data.items()
                if name not in old or not same_value(old[name], value)
            }
            changed |= {name: None for name in old if name not in version.data}
            edited = spliced(
                lone.text, strict_edits(lone, lone.blocks[0], changed, dict(version.data))
            )
            if self._holds(edited, version):
                return edited
        return entry_text(version.kind, dict(version.data))


def _rewritten(start: SectionText, wanted: Mapping[str, str | None]) -> SectionText:
    """`start` with entries as `wanted` says: their text, or None for those that go."""
    blocks = keyed_blocks(start)
    edits: list[Replacement] = []
    new: dict[str, str] = {}
    gone: list[str] = []
    for key, text in wanted.items():
        block = blocks.get(key)
        if block is None:
            if text is not None:
                new[key] = text
        elif text is None:
            gone.append(key)
        elif text != raw_text(start, block):
            if _alone(start, text).entry.kind.slug == block.entry.kind.slug:
                edits += _replaced(start, block, text)
            else:
                gone.append(key)
                new[key] = text
    section = _edited(start, edits)
    for key in gone:
        section = _edited(section, removal(section, keyed_blocks(section)[key]))
    for key, text in sorted(new.items()):
        try:
            edits = insertion(section, _alone(section, text).entry.kind, key, text)
        except InputError as error:
            raise MergeError(str(error)) from None
        section = _edited(section, edits)
    return section


def _edited(section: SectionText, edits: list[Replacement]) -> SectionText:
    if not edits:
        return section
    start, end = min(edit.start for edit in edits), max(edit.end for edit in edits)
    try:
        read = reread(section, spliced(section.text, edits), start, end)
    except BrokenTextError as error:
        raise MergeError(str(error.problem)) from None
    read.bom = section.bom
    return read


def _alone(like: SectionText, text: str) -> Block:
    return SectionText(text, section=like.section, file=like.file, schema=like.schema).blocks[0]


def _reread(section: SectionText, text: str) -> SectionText:
    if text == section.text:
        return section
    try:
        read = SectionText(
            text,
            section=section.section,
            file=section.file,
            schema=section.schema,
            cache=section.cache,
        )
    except BrokenTextError as error:
        raise MergeError(str(error.problem)) from None
    read.bom = section.bom
    return read


def _replaced(
    section: SectionText, block: Block, text: str, *, whole_lines: bool = False
) -> list[Replacement]:
    first, *others = list(runs(section, block))
    if not whole_lines and not section.text.endswith("\n", *first):
        text = text.removesuffix("\n")
    native = text.replace("\n", section.newline)
    return [Replacement(*first, native), *(Replacement(*place, "") for place in others)]


def _rest_merged(sides: Sides, blocks: list[dict[str, Block]], shared: set[str]) -> SectionText:
    """*Mine* with what *theirs* changed beside the entries."""
    looked_at = {
        key
        for side, found in zip(sides, blocks, strict=True)
        for key in near(found, side, found.keys() - shared)
    }
    base, mine, theirs = (
        rest_lines(side, found, looked_at) for side, found in zip(sides, blocks, strict=True)
    )
    if theirs in (base, mine):
        return sides.mine
    common = blocks[0].keys() & blocks[1].keys() & blocks[2].keys()
    frames = [_frame(side, found, common) for side, found in zip(sides, blocks, strict=True)]
    base_frame, own_frame, their_frame = (text for text, _ in frames)
    merged = merge_text(base_frame, own_frame, their_frame, _apart)
    if merged is None:
        raise MergeError("both sides changed the same lines beside the entries")
    own = frames[1][1]
    text = "".join(own.get(line, line) for line in merged.splitlines(keepends=True))
    if not sides.mine.text.endswith("\n"):
        text = text.removesuffix("\n")
    start = _reread(sides.mine, text.replace("\n", sides.mine.newline))
    lines = [line.strip() for line in merged.splitlines() if not line.startswith("\0")]
    if rest_lines(start, keyed_blocks(start)) != [line for line in lines if line]:
        raise MergeError("what stands beside the entries would run into them")
    return start


def _frame(
    section: SectionText, blocks: Mapping[str, Block], common: set[str]
) -> tuple[str, dict[str, str]]:
    """The text beside the entries, a line in place of each common one, and what each stands for.

    The entries that not all sides have are *mine* or come later: their text is left out here.
    """
    lines: dict[str, str] = {}
    edits: list[Replacement] = []
    for key, block in blocks.items():
        for number, (start, end) in enumerate(runs(section, block)):
            if key not in common:
                blank = _BLANK_LINE.match(section.text, end)
                edits.append(Replacement(start, blank.end() if blank else end, ""))
                continue
            line = f"\0{key}\0{number}\n"
            text = section.text[start:end].replace("\r\n", "\n")
            lines[line] = text if text.endswith("\n") else f"{text}\n"
            edits.append(Replacement(start, end, line))
    return spliced(section.text, edits).replace("\r\n", "\n"), lines


def _apart(base: list[str], mine: list[str], theirs: list[str]) -> list[str] | None:
    """The comments of both, with a blank line behind, so that no entry takes them for its own."""
    joined = _both_comments(base, mine, theirs)
    return joined and [*joined, "\n"]


def _both_comments(base: list[str], mine: list[str], theirs: list[str]) -> list[str] | None:
    """Comments that both sides wrote at one place stay both."""
    if not all(not line.strip() or line.startswith("#") for line in (*base, *mine, *theirs)):
        return None
    return mine + [line for line in theirs if line.strip() and line not in mine]


def _prove(start: SectionText, section: SectionText, merged: Mapping[str, MergedEntry]) -> None:
    """Raise MergeError unless the text holds the merged entries and nothing else moved."""
    before, after = keyed_blocks(start), keyed_blocks(section)
    wanted = {key: version_of(block) for key, block in before.items() if key not in merged}
    wanted |= {key: entry.result for key, entry in merged.items() if entry.result is not None}
    if after.keys() != wanted.keys() or not all(
        same_version(version_of(after[key]), version) for key, version in wanted.items()
    ):
        raise MergeError("the merged text would not hold the merged entries")
    looked_at = near(before, start, merged) | near(after, section, merged)
    if rest_lines(start, before, looked_at) != rest_lines(section, after, looked_at):
        raise MergeError("something beside the entries would change")
