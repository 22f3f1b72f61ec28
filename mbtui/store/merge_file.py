"""Merging one file of a bank from three texts, whatever file of it that is."""

from __future__ import annotations

from typing import NamedTuple

from mbtui.bank.bank import BANK_FILE
from mbtui.bank.entry import plain
from mbtui.bank.merge_section import MINE, MergedEntry
from mbtui.bank.schema import Schema
from mbtui.store.markers import split_markers
from mbtui.store.merge_config import merge_config
from mbtui.store.merging import MergeError, Sides, merge_sections, read_side, with_markers
from mbtui.store.section_reader import section_of


class MergedFile(NamedTuple):
    """The merged text, with markers around entries in conflict, and what a person has to decide."""

    text: str
    undecided: list[MergedEntry]

    def told(self, file: str) -> list[str]:
        """A sentence about each entry that a person has to decide on."""
        return [sentence(file, entry) for entry in self.undecided]


def merge_file(file: str, base: str, mine: str, theirs: str, schema: Schema) -> MergedFile:
    """Three texts of a bank's file merged. Raises MergeError where that cannot be done."""
    marked = split_markers(base)
    base = marked.ours if marked else base
    if file.rpartition("/")[2] == BANK_FILE:
        return MergedFile(merge_config(base, mine, theirs), [])
    section = section_of(file)
    sides = Sides(*(read_side(text, file, section, schema) for text in (base, mine, theirs)))
    merged = merge_sections(sides)
    return MergedFile(with_markers(merged, sides), merged.undecided)


def sentence(file: str, entry: MergedEntry) -> str:
    """What a person has to decide about an entry."""
    titles = [side.data.get("title") for side in (entry.result, entry.mine, entry.theirs) if side]
    title = next((plain(found) for found in titles if found), entry.key)
    if entry.deleted_by:
        here, there = ("here", "there") if entry.deleted_by == MINE else ("there", "here")
        gone = "archived, deleted or moved"
        return f"{file}: {entry.key} ({title}) was {gone} {here} and changed {there}; it is kept"
    return f"{file}: {entry.key} ({title}): both sides changed {', '.join(entry.conflicts)}"


__all__ = ["MergeError", "MergedFile", "merge_file"]
