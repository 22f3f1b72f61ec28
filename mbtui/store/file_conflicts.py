"""Settling what git could not merge: entry by entry, from git's three versions of each file.

Where the three versions are not to be had (markers that were committed, or come from a patch) the
two sides that the markers show are merged against the base that they show, or an empty one. What a
person wrote into the file since git stopped, outside the markers, stays.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from mbtui.bank.bank import BANK_FILE
from mbtui.bank.entry import ARCHIVE
from mbtui.bank.merge_section import MergedEntry, Version
from mbtui.bank.schema import Schema
from mbtui.store.config import parse_bank_file
from mbtui.store.decisions import decided_keys
from mbtui.store.files import UnreadableError, read_bytes
from mbtui.store.git import BASE, OURS, THEIRS, GitError, merged_by_line, unmerged_files
from mbtui.store.markers import split_markers
from mbtui.store.merge_config import merge_config
from mbtui.store.merge_file import sentence
from mbtui.store.merging import (
    MergedText,
    MergeError,
    Sides,
    merge_sections,
    read_side,
    with_markers,
)
from mbtui.store.rest import keyed_blocks
from mbtui.store.section_reader import section_of
from mbtui.store.section_text import SectionText
from mbtui.store.splice import raw_text


class FileConflict(NamedTuple):
    """A file that is not merged. `text` is the merged one, with markers around what is undecided.

    `sides` and `merged` are None for `bank.toml` and where `problem` says why the file cannot be
    merged by entry. `data` are the bytes that stand in the folder; `by_hand` what a person wrote
    there since git stopped, by entry (None: taken out); `stages` are git's versions of the file.
    """

    file: str
    data: bytes | None
    in_index: bool
    text: str = ""
    sides: Sides | None = None
    merged: MergedText | None = None
    by_hand: Mapping[str, str | None] = {}
    problem: str = ""
    stages: Mapping[int, bytes] = {}

    @property
    def undecided(self) -> list[MergedEntry]:
        """The entries on which a person has to decide."""
        return self.merged.undecided if self.merged else []


class Settled(NamedTuple):
    """What became of a file: written, added to git's index, or left with what is undecided."""

    file: str
    undecided: list[MergedEntry]
    problem: str = ""
    added: bool = False
    in_index: bool = True

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to decide."""
        return not self.undecided and not self.problem

    def told(self) -> list[str]:
        """What to tell people, a sentence each."""
        if self.problem:
            return [f"{self.file} is left as it is: {self.problem}"]
        if self.undecided:
            return [sentence(self.file, entry) for entry in self.undecided]
        if self.added:
            return [f"{self.file} is merged and added"]
        rest = f"; `git add {self.file}` tells git" if self.in_index else ""
        return [f"{self.file} is merged{rest}"]


def find_conflicts(folder: Path, schema: Schema) -> list[FileConflict]:
    """The files of a bank that git could not merge, or that hold conflict markers.

    `bank.toml` comes first; `schema` is used where the bank's own cannot be read.
    """
    stages: dict[str, Mapping[int, bytes]] = {}
    with contextlib.suppress(GitError):
        stages = {item.file: item.stages for item in unmerged_files(folder)}
    own = [f"{section.slug}.toml" for section in schema.sections]
    names = [BANK_FILE, *own, *(f"{ARCHIVE}{name}" for name in own), *stages]
    found = []
    for file in dict.fromkeys(names):
        conflict = _conflict(folder, file, stages.get(file), schema)
        if conflict is None:
            continue
        found.append(conflict)
        if file == BANK_FILE:
            ours = (stages.get(file) or {}).get(OURS, b"")
            schema = parse_bank_file(conflict.text.encode() or ours).schema
    return found


def decided_text(
    conflict: FileConflict, decided: Mapping[str, Version | None]
) -> tuple[str, list[MergedEntry]]:
    """The text of a file with what was decided by entry, and what is still undecided."""
    if conflict.sides is None or not decided:
        return conflict.text, conflict.undecided
    merged, text = _merged(conflict.sides, conflict.by_hand, decided)
    return text, merged.undecided


def _conflict(
    folder: Path, file: str, stages: Mapping[int, bytes] | None, schema: Schema
) -> FileConflict | None:
    try:
        found = read_bytes(folder / file, folder)
    except UnreadableError as error:
        return FileConflict(file, None, True, problem=str(error)) if stages else None
    data = found[0] if found else None
    if stages is None and not (data and b"<<<<<<< " in data):
        return None
    in_index = stages is not None
    try:
        text = (data or b"").decode()
        marked = split_markers(text)
        if stages is not None:
            sides = [stages.get(stage, b"").decode() for stage in (BASE, OURS, THEIRS)]
        elif marked is not None:
            sides = [marked.base or "", marked.ours, marked.theirs]
        else:
            return None
        if file == BANK_FILE:
            return _config_conflict(file, data, in_index, sides)
        section = section_of(file)
        three = Sides(*(read_side(side, file, section, schema) for side in sides))
        own = data is not None and data not in (stages or {}).values()
        kept = decided_keys(folder, stages) if stages else set()
        hand = _by_hand(text, three, kept) if own or kept else {}
        merged, text = _merged(three, hand, {})
        known = stages or {}
        return FileConflict(file, data, in_index, text, three, merged, hand, stages=known)
    except (MergeError, UnicodeDecodeError) as error:
        return FileConflict(file, data, in_index, problem=str(error))


def _config_conflict(
    file: str, data: bytes | None, in_index: bool, sides: list[str]
) -> FileConflict:
    marked = split_markers((data or b"").decode())
    if marked is None and data is not None and data.decode() not in sides:
        return FileConflict(file, data, in_index, data.decode())
    return FileConflict(file, data, in_index, merge_config(*sides))


def _merged(
    sides: Sides, hand: Mapping[str, str | None], decided: Mapping[str, Version | None]
) -> tuple[MergedText, str]:
    written = {key: text for key, text in hand.items() if text is not None}
    gone: dict[str, Version | None] = {key: None for key, text in hand.items() if text is None}
    merged = merge_sections(sides, {**gone, **decided}, written)
    return merged, with_markers(merged, sides)


def _by_hand(text: str, sides: Sides, kept: set[str]) -> dict[str, str | None]:
    """What a person settled in the file since git stopped, by entry.

    That is what is neither as git's own merge by line left it, which may mix the lines of entries,
    nor as the merge by entry did. `kept` are the entries that a person decided to keep as they are.
    """
    by_entry = merge_sections(sides)
    found = _settled_entries(text, sides.mine)
    if found is None:
        return {}
    left = [_settled_entries(with_markers(by_entry, sides), sides.mine)]
    texts = (side.text.encode() for side in sides)
    by_line = merged_by_line(*texts)
    left.append(_settled_entries((by_line or b"").decode(errors="replace"), sides.mine))
    settled: dict[str, str | None] = {}
    for key, raw in found.items():
        entry = by_entry.entries.get(key)
        as_left = any(raw == old[key] for old in left if old is not None and key in old)
        if raw is not None and (not as_left or (key in kept and entry is not None)):
            settled[key] = raw
    for key, entry in by_entry.entries.items():
        if entry.needs_decision and key not in found and all(o and key in o for o in left):
            settled[key] = None
    return settled


def _settled_entries(text: str, like: SectionText) -> dict[str, str | None] | None:
    """The texts of the entries of a file; None for one that markers stand around or split.

    None for a file whose sides cannot be read.
    """
    marked = split_markers(text)
    texts = (marked.ours, marked.theirs) if marked else (text, text)
    try:
        one, other = (read_side(item, like.file, like.section, like.schema) for item in texts)
    except MergeError:
        return None
    left, right = (
        {key: raw_text(side, block) for key, block in keyed_blocks(side).items()}
        for side in (one, other)
    )
    return {
        key: left[key] if left.get(key) == right.get(key) else None for key in {**left, **right}
    }
