"""What a change did to an entry, taken back: exact where nothing happened since, else merged."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from mbtui.bank.entry import ARCHIVE, Entry
from mbtui.bank.merge import same_value
from mbtui.bank.moved import renamed, renames
from mbtui.bank.undo import State, Turn
from mbtui.store.editing import gone
from mbtui.store.errors import BrokenFileError, ConflictError, StoreError
from mbtui.store.exact import ExactSteps
from mbtui.store.section_text import SectionText
from mbtui.store.splice import removal
from mbtui.store.standing import (
    Place,
    Side,
    Table,
    block_of,
    conflict,
    destination,
    in_kind,
    merged,
    same_words,
    with_place,
)
from mbtui.store.writer import Edit

Act = Callable[[], Entry | None]
"""One change of the bank; the entry as it is then."""

Sections = Callable[[str], SectionText]


class Decision(NamedTuple):
    """What a person decided: the table `mine`, over the table `base` that they saw.

    They are what ConflictError holds under these names: empty where there is to be, or was, no
    entry. Both the same: everything stays as it is.
    """

    base: Table
    mine: Table


class Plan(NamedTuple):
    """How one entry gets its earlier state back.

    `exact`: step by step, as nothing happened to it since; else by `acts`. `note` tells what of
    the change stays.
    """

    exact: bool = False
    acts: tuple[Act, ...] = ()
    note: str = ""


def _is_across(side: Side | None, file: str) -> bool:
    """Whether the archive's edge lies between: an entry deleted here may stand there all along."""
    return side is not None and side.is_archived != file.startswith(ARCHIVE)


class Inverses(ExactSteps):
    """What an undo or redo does to each entry; turns are from the end of a change to its start."""

    def _planned(self, turn: Turn, sections: Sections, decision: Decision | None) -> Plan:
        """How an entry gets back to its earlier state; nothing is written.

        Raises ConflictError where a person has to decide first, and StoreError.
        """
        left, back = self._end(turn.before, turn.id), self._end(turn.after, turn.id)
        here = self._found(turn.id, left, back, sections)
        if here is None:
            return self._planned_anew(turn.id, left, back, decision)
        theirs = here.entry
        base, mine = in_kind(left, theirs.kind), in_kind(back, theirs.kind)
        if decision is not None:
            base, mine = decision
            if same_value(base, mine):
                return Plan()
        elif left is not None and here.is_as(left):
            return Plan(exact=True)
        if not mine:
            if not same_words(base, theirs.data):
                raise conflict(theirs, base, {})
            return Plan(acts=(functools.partial(self._take_out, theirs, base),))
        if not base and decision is None:
            if not same_words(mine, theirs.data):
                raise conflict(theirs, {}, mine)
            return Plan()
        return self._planned_merge(here, left, back, Decision(base, mine))

    def _planned_anew(
        self, identity: str, left: Side | None, back: Side | None, decision: Decision | None
    ) -> Plan:
        """The plan for an entry that is nowhere now."""
        if back is None:
            return Plan()
        if decision is not None:
            if not decision.mine:
                return Plan()
            act = functools.partial(self._put_anew, identity, back, decision.mine)
            return Plan(acts=(act,))
        if left is not None:
            mine = back.entry.data
            raise ConflictError(back.entry, left.entry.data, mine, None, sorted(mine))
        return Plan(exact=True)

    def _planned_merge(
        self, here: Place, left: Side | None, back: Side | None, sides: Decision
    ) -> Plan:
        """The plan for an entry that was changed, moved or archived since."""
        theirs = here.entry
        kind, file, note = destination(here, left, back)
        data = _merged(theirs, sides, file)
        if file == here.section.file and kind.slug == theirs.kind.slug:
            if same_value(data, theirs.data):
                return Plan(note=note)
            return Plan(acts=(functools.partial(self._merge_in, theirs, sides),), note=note)
        names = renames(theirs.data, theirs.kind, kind)
        now, then = renamed(theirs.data, names), renamed(data, names)
        changes: dict[str, Any] = {name: then.get(name) for name in {**now, **then}}
        changes |= {"updated": self.now(), "updated_by": self.author}
        act = functools.partial(self._relocate, theirs, kind, file, changes, "undo")
        return Plan(acts=(act,), note=note)

    # Where the entry is now

    def _end(self, state: State | None, identity: str) -> Side | None:
        return None if state is None else self._side(state.file, state.text, identity)

    def _found(
        self, identity: str, left: Side | None, back: Side | None, sections: Sections
    ) -> Place | None:
        """Where the entry stands: where the change left it, else anywhere in the bank.

        Raises BrokenFileError when it may be in a file that cannot be read.
        """
        sides = [side for side in (left, back) if side is not None]
        files = dict.fromkeys(side.file for side in sides)
        for file in files:
            section = sections(file)
            block = block_of(section, identity, [side.entry for side in sides])
            if block is not None:
                return Place(section, block)
        broken: BrokenFileError | None = None
        for file in self._section_files():
            if file in files or (left is None and _is_across(back, file)):
                continue
            try:
                section = sections(file)
            except BrokenFileError as error:
                broken = error
                continue
            block = block_of(section, identity, ())
            if block is not None:
                return Place(section, block)
        if broken is not None and left is not None:
            raise broken
        return None

    def _section_files(self) -> Iterator[str]:
        schema = (self.bank_file or self.load_schema()).schema
        for folder in ("", ARCHIVE):
            for section in schema.sections:
                yield f"{folder}{section.slug}.toml"

    # Edits

    def _merge_in(self, entry: Entry, sides: Decision) -> Entry | None:
        """Change the entry where it is."""

        def change(section: SectionText) -> Edit | None:
            block = self._block_of(section, entry, *sides)
            data = _merged(block.entry, sides, section.file)
            if same_value(data, block.entry.data):
                return None
            return self._update_edit(section, block, self._stamped(entry, data))

        section = self._edit(entry.file, change)
        return next((found for found in section.entries if found.id == entry.id), None)

    def _take_out(self, entry: Entry, base: Table) -> None:
        """Take the entry out, if it still says what it is to say."""

        def change(section: SectionText) -> Edit:
            block = self._block_of(section, entry, base, {})
            if not same_words(base, block.entry.data):
                raise conflict(block.entry, base, {})
            return Edit(removal(section, block), gone(block.entry, entry.id))

        self._edit(entry.file, change)

    def _put_anew(self, identity: str, back: Side, mine: Table) -> Entry | None:
        """Write an entry that is nowhere, in the file where it was before the change."""
        kind = back.entry.kind
        data = self._stamped(back.entry, mine)

        def change(section: SectionText) -> Edit:
            if block_of(section, identity, ()) is not None:
                raise StoreError(f"{section.file} holds {identity} again; nothing was written")
            return self._insert(section, kind, self._text_with(back, data), data)

        section = self._edit(back.file, change)
        return next((found for found in section.entries if found.id == identity), None)


def _merged(theirs: Entry, sides: Decision, file: str) -> dict[str, Any]:
    """The table that an entry is to have in `file`. Raises ConflictError."""
    found = merged(sides.base, sides.mine, theirs.data)
    if found.conflicts:
        raise ConflictError(theirs, sides.base, sides.mine, theirs.data, found.conflicts)
    return with_place(found.data, file, sides.mine, theirs.data)
