"""What stands in a section file beside its entries, and how much of a file two texts share."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping

from mbtui.bank.ids import derived_id
from mbtui.store.section_text import Block, SectionText
from mbtui.store.splice import content_end
from mbtui.store.toml_scan import Piece, with_comments_above

Blocks = Mapping[str, Block]
"""The entries of a text by their keys."""


def keyed_blocks(section: SectionText) -> dict[str, Block]:
    """The entries of a text by id, written or derived; where one occurs again, with `~2` and on."""
    taken = {block.entry.id for block in section.blocks if block.entry.has_own_id}
    found: dict[str, Block] = {}
    for block in section.blocks:
        entry = block.entry
        identity = entry.id if entry.has_own_id else derived_id(entry.kind.slug, entry.title, taken)
        taken.add(identity)
        key, number = identity, 1
        while key in found:
            number += 1
            key = f"{identity}~{number}"
        found[key] = block
    return found


def shared_keys(sections: Collection[tuple[SectionText, Blocks]]) -> set[str]:
    """The entries whose own text, and that before it, is the same in all of these texts."""
    marks = [_fingerprints(section, blocks) for section, blocks in sections]
    first, *others = marks
    return {key for key, mark in first.items() if all(o.get(key) == mark for o in others)}


def _fingerprints(section: SectionText, blocks: Blocks) -> dict[str, tuple[int, int]]:
    """Hashes of an entry's piece and of the piece before it, which may end in its comments."""
    keys = {b.pieces[0].start: (key, b) for key, b in blocks.items() if len(b.pieces) == 1}
    found: dict[str, tuple[int, int]] = {}
    before: int | None = hash(section.text[: section.root.end])
    for piece in section.pieces[1:]:
        item = keys.get(piece.start)
        if item is not None and before is not None:
            found[item[0]] = before, item[1].text_hash
        before = item[1].text_hash if item is not None else None
    return found


def near(blocks: Blocks, section: SectionText, keys: Collection[str]) -> set[str]:
    """`keys`, and the entries that stand right before one of them or before another table."""
    owners = _owners(blocks)
    found = {key for key in keys if key in blocks}
    before: str | None = None
    for piece in section.pieces[1:]:
        owner = owners.get(piece.start)
        if before is not None and (owner is None or owner in keys):
            found.add(before)
        before = owner
    return found | ({before} if before is not None else set())


def rest_lines(
    section: SectionText, blocks: Blocks, keys: Collection[str] | None = None
) -> list[str]:
    """The lines that belong to no entry, blank ones left out; of `keys` those behind them alone."""
    owners = _owners(blocks)
    pieces = section.pieces
    lines: list[str] = []
    for i, piece in enumerate(pieces):
        owner = owners.get(piece.start) if i else None
        following = pieces[i + 1] if i + 1 < len(pieces) else None
        if owner is not None and keys is not None and owner not in keys:
            continue
        if owner is not None and following and owners.get(following.start) == owner:
            continue
        if owner is not None:
            start = content_end(section.text, piece)
        else:
            start = start_with_comments(section, piece) if i else 0
        end = start_with_comments(section, following) if following else len(section.text)
        lines += [line.strip() for line in section.text[start:end].splitlines()]
    return [line for line in lines if line]


def start_with_comments(section: SectionText, piece: Piece) -> int:
    """Where a piece begins with the comment lines that touch its header."""
    before = section.pieces[bisect_left(section.pieces, piece) - 1]
    return with_comments_above(section.text, piece.start, content_end(section.text, before))


def _owners(blocks: Blocks) -> dict[int, str]:
    return {piece.start: key for key, block in blocks.items() for piece in block.pieces}
