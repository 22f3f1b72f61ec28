"""Edits that leave an entry in TOML 1.0, also where it was typed in TOML 1.1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mbtui.store.section_text import Block, SectionText
from mbtui.store.splice import Replacement, changes_to, runs, spliced
from mbtui.store.toml_read import strict_loads
from mbtui.store.toml_scan import comments, statements
from mbtui.store.toml_write import entry_text


def strict_edits(
    section: SectionText, block: Block, changed: Mapping[str, Any], data: Mapping[str, Any]
) -> list[Replacement]:
    """The edits that give an entry's keys the values in `changed` (None removes one).

    `data` is the whole table that is meant. Keys whose text only TOML 1.1 allows are written
    again; where that is not enough (in a sub-table) the entry is written anew, with its comments
    under the header.
    """
    edits = changes_to(section, block, changed)
    if _is_strict(section, block, edits):
        return edits
    header = block.pieces[0]
    loose = {
        item.path[0]: data[item.path[0]]
        for item in statements(section.text, header.start, header.end)
        if item.path[0] in data and not _loads(section.text[item.start : item.end])
    }
    edits = changes_to(section, block, {**changed, **loose})
    if _is_strict(section, block, edits):
        return edits
    first, *others = list(runs(section, block))
    places = [(header.start, first[1]), *others]
    kept = [note for start, end in places for note in comments(section.text, start, end)]
    top, *lines = entry_text(block.entry.kind, data).split("\n")
    text = section.newline.join((top, *kept, *lines))
    return [
        Replacement(header.start, max(first[1], header.start), text),
        *(Replacement(start, end, "") for start, end in others),
    ]


def _is_strict(section: SectionText, block: Block, edits: list[Replacement]) -> bool:
    """Whether the entry's own pieces, edited, are TOML 1.0."""
    parts = []
    left = sorted(edits)
    for piece in block.pieces:
        local, rest = [], []
        for edit in left:
            if edit.start > piece.end or (edit.start == piece.end and edit.end > edit.start):
                rest.append(edit)
                continue
            start, end = max(edit.start, piece.start), max(min(edit.end, piece.end), piece.start)
            local.append(Replacement(start - piece.start, end - piece.start, edit.text))
            if edit.end > piece.end:
                rest.append(edit)
        parts.append(spliced(section.text[piece.start : piece.end], local))
        left = rest
    return _loads("".join(parts))


def _loads(text: str) -> bool:
    try:
        strict_loads(text)
    except ValueError:
        return False
    return True
