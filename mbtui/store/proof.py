"""The gate in front of every write: the new text holds what was meant and nothing else moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from mbtui.bank.merge import same_value
from mbtui.store.reread import reread
from mbtui.store.section_text import BrokenTextError, SectionText
from mbtui.store.splice import Replacement
from mbtui.store.toml_read import loads, strict_loads

WHOLE_FILE_LIMIT = 256 * 1024
"""Up to this many characters the whole new file is parsed too."""


class ProofError(Exception):
    """The text is not what was meant; it must not be written."""


class Meant(NamedTuple):
    """What an edit is to leave: the entry's table `before` becomes `data`; None: not there."""

    old_kind: str
    kind: str
    id: str
    before: Mapping[str, Any] | None
    data: Mapping[str, Any] | None


def prove(old: SectionText, edits: list[Replacement], new: str, meant: Meant) -> SectionText:
    """`new` read, if it is `old` with `edits` made and holds what was meant.

    All bytes outside the edits are compared with those that were read; the edited entry alone goes
    through `tomllib`, an independent strict TOML 1.0 parser; files up to 256 KiB are parsed whole.
    Raises ProofError.
    """
    return prove_all(old, edits, new, [meant])


def prove_all(
    old: SectionText, edits: list[Replacement], new: str, meant: Sequence[Meant]
) -> SectionText:
    """The same of the edits of several entries at once; no entry is meant twice."""
    _others_untouched(old.text, edits, new)
    read = _reread(old, new, edits)
    more = len(read.blocks) - len(old.blocks)
    wanted = sum((item.data is not None) - (item.before is not None) for item in meant)
    if all(item.id for item in meant) and more != wanted:
        raise ProofError("other entries would come or go with it")
    for item in meant:
        if item.data is not None:
            _entry_as_meant(read, item)
    if len(new) <= WHOLE_FILE_LIMIT:
        _whole_as_meant(old, read, meant)
    return read


def _others_untouched(old: str, edits: list[Replacement], new: str) -> None:
    at_old = at_new = 0
    for edit in sorted(edits):
        kept = edit.start - at_old
        if not new.startswith(old[at_old : edit.start], at_new):
            raise ProofError("bytes outside the entry would change")
        at_new += kept
        if not new.startswith(edit.text, at_new):
            raise ProofError("the edit would not be written as meant")
        at_old, at_new = edit.end, at_new + len(edit.text)
    if old[at_old:] != new[at_new:]:
        raise ProofError("bytes behind the entry would change")


def _entry_as_meant(read: SectionText, meant: Meant) -> None:
    blocks = read.blocks_by_own_id.get(meant.id, []) if meant.id else read.blocks
    found = [b for b in blocks if b.entry.id == meant.id and b.entry.kind.slug == meant.kind]
    same = [block for block in found if same_value(block.entry.data, meant.data)]
    if not same:
        raise ProofError("the entry would not read back as it was meant")
    text = "".join(read.text[piece.start : piece.end] for piece in same[0].pieces)
    try:
        tables = strict_loads(text)[meant.kind]
    except (ValueError, KeyError) as error:
        raise ProofError(f"the entry would not be TOML 1.0: {error}") from None
    table = tables[0] if isinstance(tables, list) else tables
    if not same_value(table, meant.data):
        raise ProofError("a TOML 1.0 parser would read the entry in another way")


def _reread(old: SectionText, new: str, edits: list[Replacement]) -> SectionText:
    start = min((edit.start for edit in edits), default=0)
    end = max((edit.end for edit in edits), default=0)
    try:
        return reread(old, new, start, end)
    except BrokenTextError as error:
        raise ProofError(f"the file would not be TOML: {error}") from None


def _whole_as_meant(old: SectionText, new: SectionText, meant: Sequence[Meant]) -> None:
    after = _loads(new.text)
    if new.holds_only_arrays and after == _as_tables(new):
        return
    before = _loads(old.text)
    for name in before.keys() | after.keys():
        left, right = before.get(name), after.get(name)
        for item in meant:
            left = _without(left, item.before if name == item.old_kind else None)
            right = _without(right, item.data if name == item.kind else None)
        if not same_value(left, right):
            raise ProofError(f"something else of {name} would change with it")


def _as_tables(section: SectionText) -> dict[str, Any]:
    """What a parser of the whole file should find in one that holds only arrays of entries."""
    tables: dict[str, list[Any]] = {}
    for block in section.blocks:
        tables.setdefault(block.pieces[0].path[0], []).append(block.entry.data)
    return {**section.root_data, **tables}


def _without(value: Any, table: Mapping[str, Any] | None) -> list[Any]:
    """The values under a name, without the first that equals `table`."""
    found = list(value) if isinstance(value, list) else [] if value is None else [value]
    for i, item in enumerate(found):
        if table is not None and same_value(item, table):
            return found[:i] + found[i + 1 :]
    return found


def _loads(text: str) -> dict[str, Any]:
    try:
        return loads(text)
    except (ValueError, RecursionError) as error:
        raise ProofError(f"the file would not be TOML: {error}") from None
