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
from mbtui.bank.merge_section import MergedEntry, Version, same_version
from mbtui.bank.schema import Schema
from mbtui.store.config import parse_bank_file
from mbtui.store.decisions import decided_keys
from mbtui.store.files import UnreadableError, read_bytes
from mbtui.store.git import BASE, OURS, THEIRS, GitError, unmerged_files
from mbtui.store.markers import split_markers
from mbtui.store.merge_config import merge_config
from mbtui.store.merge_file import sentence
from mbtui.store.merging import (
    MergedText,
    MergeError,
    Sides,
    merge_sections,
    read_side,
    version_of,
    with_markers,
)
from mbtui.store.rest import keyed_blocks
from mbtui.store.splice import raw_text
from mbtui.store.writer import section_of


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
    """What a person settled in the file: entries outside the markers that git did not leave so.

    `kept` are the entries that a person decided to keep as they stand there.
    """
    marked = split_markers(text)
    texts = (marked.ours, marked.theirs) if marked else (text, text)
    mine = sides.mine
    try:
        left, right = (read_side(item, mine.file, mine.section, mine.schema) for item in texts)
    except MergeError:
        return {}
    found, other = keyed_blocks(left), keyed_blocks(right)
    merged = merge_sections(sides).entries
    settled: dict[str, str | None] = {}
    for key, block in found.items():
        version, entry = version_of(block), merged.get(key)
        if key not in other or not same_version(version_of(other[key]), version):
            continue
        as_git_left_it = entry is not None and any(
            same_version(version, side) for side in (entry.base, entry.mine, entry.theirs)
        )
        if entry is not None and same_version(version, entry.result) and not entry.conflicts:
            if key in kept:
                settled[key] = raw_text(left, block)
            continue
        if not as_git_left_it or (entry is not None and entry.conflicts):
            settled[key] = raw_text(left, block)
    for key, entry in merged.items():
        if entry.needs_decision and key not in found and key not in other:
            settled[key] = None
    return settled
