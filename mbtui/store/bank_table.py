"""The tables `[review]` and `[views]` of `bank.toml` as something that is edited and undone like
entries.

To the code that edits files, `bank.toml` is a section file with these single tables; all else in it
is kept byte for byte.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mbtui.bank.bank import BANK_FILE
from mbtui.bank.entry import Entry
from mbtui.bank.merge import same_value
from mbtui.bank.schema import Field, Kind, Schema, Section
from mbtui.store.section_text import Block, SectionText
from mbtui.store.splice import Replacement, changes_to, content_end
from mbtui.store.toml_scan import Statement, statements
from mbtui.store.toml_write import toml_key, toml_value

_KINDS = "kinds"
_OF_BANK = "bank"

REVIEW = Kind(
    "review",
    "How often entries are due",
    _OF_BANK,
    fields=(Field("every", short=True), Field("archive_after", short=True), Field("agents")),
    single=True,
)

VIEWS = Kind("views", "The views", _OF_BANK, single=True)
"""Its keys are the names that people give."""

SCHEMA = Schema("", "", (Section(_OF_BANK, "The bank", (REVIEW, VIEWS)),))
"""What `bank.toml` holds for the code that edits it."""


def review_entry(review: Mapping[str, Any]) -> Entry:
    """The table as an entry, for `Store.update`."""
    return Entry(REVIEW, dict(review), section=_OF_BANK, file=BANK_FILE)


def views_entry(views: Mapping[str, str]) -> Entry:
    """The saved searches as an entry, for `Store.update`."""
    return Entry(VIEWS, dict(views), section=_OF_BANK, file=BANK_FILE)


def table_text(kind: Kind, data: Mapping[str, Any]) -> str:
    """A table as people write it."""
    lines = [f"[{kind.slug}]"]
    if kind is not REVIEW:
        return "\n".join([*lines, *_kind_lines(data, ""), ""])
    lines += [f"{toml_key(n)} = {toml_value(v)}" for n, v in data.items() if n != _KINDS]
    return "\n".join([*lines, *_kind_lines(_kinds_of(data)), ""])


def table_edits(section: SectionText, block: Block, data: Mapping[str, Any]) -> list[Replacement]:
    """The edits that make `data` of the table; lines and comments of what stays are kept."""
    old = block.entry.data
    if block.entry.kind is not REVIEW:
        names = [n for n in {**old, **data} if not same_value(old.get(n), data.get(n))]
        return changes_to(section, block, {name: data.get(name) for name in names})
    names = [n for n in {**old, **data} if n != _KINDS and not same_value(old.get(n), data.get(n))]
    edits = changes_to(section, block, {name: data.get(name) for name in names})
    before, after = _kinds_of(old), _kinds_of(data)
    if before == after and (_KINDS in old or not after):
        return edits
    lines = _lines_of_kinds(section, block)
    if lines is None:
        return [*edits, *changes_to(section, block, {_KINDS: after or None})]
    for kind, line in lines.items():
        if kind not in after:
            edits.append(Replacement(line.start, line.end, ""))
        elif after[kind] != before.get(kind):
            value = toml_value(after[kind])
            edits.append(Replacement(line.value_start, line.value_end, value))
    new = {kind: value for kind, value in after.items() if kind not in lines}
    return [*edits, *_insertion(section, block, list(lines.values()), new)]


def _kinds_of(data: Mapping[str, Any]) -> dict[str, Any]:
    kinds = data.get(_KINDS)
    return dict(kinds) if isinstance(kinds, Mapping) else {}


def _kind_lines(kinds: Mapping[str, Any], prefix: str = f"{_KINDS}.") -> list[str]:
    return [f"{prefix}{toml_key(kind)} = {toml_value(value)}" for kind, value in kinds.items()]


def _lines_of_kinds(section: SectionText, block: Block) -> dict[str, Statement] | None:
    """The line of each kind; None where they are not written one a line."""
    found: dict[str, Statement] = {}
    for piece in block.pieces:
        inside = len(piece.path) > 1
        for line in statements(section.text, piece.start, piece.end):
            path = (*piece.path[1:], *line.path)
            if path[0] != _KINDS:
                continue
            if len(path) != 2 or (inside and piece.path[1:] != (_KINDS,)):
                return None
            found[path[1]] = line
    return found


def _insertion(
    section: SectionText, block: Block, known: Sequence[Statement], new: Mapping[str, Any]
) -> list[Replacement]:
    """The edit that writes more kinds: behind those there are, else behind all of the table."""
    if not new:
        return []
    table = next((piece for piece in block.pieces if piece.path[1:] == (_KINDS,)), None)
    piece = table or block.pieces[0]
    place = max((line.end for line in known), default=content_end(section.text, piece))
    text = "".join(f"{line}\n" for line in _kind_lines(new, "" if table else f"{_KINDS}."))
    if place and section.text[place - 1] != "\n":
        text = "\n" + text.removesuffix("\n")
    return [Replacement(place, place, text.replace("\n", section.newline))]
