"""Reading a section file again after an edit: only the pieces that the edit touches."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping

from mbtui.bank.entry import Entry
from mbtui.store.section_text import Block, BrokenTextError, SectionText
from mbtui.store.toml_scan import Piece


def reread(old: SectionText, new: str, start: int, end: int) -> SectionText:
    """`new` read, which differs from the text of `old` only between these offsets of `old`.

    The same as reading all of `new`. In a file that holds nothing but arrays of entries the pieces
    beside the edit stay what they were: no header or key of theirs can clash with one of its own.
    Raises BrokenTextError.
    """
    found = _reread_in_part(old, new, start, end)
    return _read(new, old, old.cache) if found is None else found


def _read(text: str, like: SectionText, cache: Mapping[int, Entry]) -> SectionText:
    return SectionText(text, section=like.section, file=like.file, schema=like.schema, cache=cache)


def _reread_in_part(old: SectionText, new: str, start: int, end: int) -> SectionText | None:
    blocks = old.blocks
    low = bisect_left(blocks, start, key=_end)
    high = bisect_right(blocks, end, key=_start)
    if low >= high or not old.holds_only_arrays or (start <= old.root.end and old.root.end):
        return None
    first, last = blocks[low], blocks[high - 1]
    longer = len(new) - len(old.text)
    text = new[_start(first) : _end(last) + longer]
    try:
        middle = _read(text, old, {block.text_hash: block.entry for block in blocks[low:high]})
    except BrokenTextError:
        return None
    if not middle.blocks or middle.root.end or not middle.holds_only_arrays:
        return None
    lines = text.count("\n") - old.text.count("\n", _start(first), _end(last))
    before, after = blocks[:low], blocks[high:]
    moved = _moved(middle.blocks, _start(first), first.entry.line - 1)
    read = old.with_blocks(new, [*before, *moved, *_moved(after, longer, lines)])
    read.holds_only_arrays = True
    return read


def _moved(blocks: list[Block], characters: int, lines: int) -> list[Block]:
    """Blocks of one piece each that stand further down by so much."""
    moved = []
    for block in blocks:
        start, end, path, array = block.pieces[0]
        piece = Piece(start + characters, end + characters, path, array)
        entry = block.entry.placed(block.entry.line + lines)
        moved.append(Block(entry, [piece], True, block.text_hash))
    return moved


def _start(block: Block) -> int:
    return block.pieces[0].start


def _end(block: Block) -> int:
    return block.pieces[0].end
