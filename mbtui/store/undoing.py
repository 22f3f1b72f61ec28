"""Taking changes back, and bringing them back again."""

from __future__ import annotations

import functools
from typing import NamedTuple

from mbtui.bank.entry import Entry
from mbtui.bank.merge import merge_entry, same_value
from mbtui.bank.undo import Change, Step, to_redo, to_undo
from mbtui.store.changes import Changes
from mbtui.store.editing import gone, meant
from mbtui.store.errors import (
    BrokenFileError,
    ConflictError,
    InputError,
    NotFoundError,
    StoreError,
)
from mbtui.store.journal import Journal
from mbtui.store.proof import Meant
from mbtui.store.section_text import Block, BrokenTextError, SectionText
from mbtui.store.splice import Replacement, insertion, raw_text, removal, runs, spliced
from mbtui.store.strict import strict_edits
from mbtui.store.writer import Edit


class TakenBack(NamedTuple):
    """An undo or redo: the change it was about, and one of its entries as it is now, if any.

    `made` is False when nothing of the change was left to take back.
    """

    change: Change
    entry: Entry | None
    made: bool


class Undoing(Changes):
    """Undo and redo over the journal of this user, also after a restart."""

    def undo(self, entry: str = "") -> TakenBack:
        """Take back the latest change by this author that stands, or the latest of one entry.

        What others changed since stays: edits are merged. Raises NotFoundError when there is
        nothing to take back, ConflictError when the entry was changed since in the same place.
        """
        changes = Journal(self.folder).read()
        change = to_undo(changes, self.author, _whole_id(changes, entry))
        if change is None:
            what = f"of {entry} " if entry else ""
            raise NotFoundError(f"no change {what}by {self.author} is left to take back")
        return self._take_back(change, change, "undo")

    def redo(self) -> TakenBack:
        """Bring back the change that was last taken back. Raises as `undo` does."""
        changes = Journal(self.folder).read()
        change = to_redo(changes, self.author)
        if change is None:
            raise NotFoundError(f"nothing was taken back by {self.author} since the last change")
        own = next((item for item in changes if item.number == change.undoes), change)
        return self._take_back(change, own, "redo")

    def _take_back(self, change: Change, named: Change, what: str) -> TakenBack:
        """Make the inverse of `change`; `named` is the change that people know it by."""
        steps = change.inverse_steps
        entry: Entry | None = None
        planned: set[tuple[str, str]] = set()
        for step in steps:
            if (step.file, step.id) not in planned:
                self._planned(step, self._section(step.file))
                planned.add((step.file, step.id))
        with self._change(what, undoes=change.number):
            for step in steps:
                section = self._edit(step.file, functools.partial(self._planned, step))
                if step.after:
                    entry = next((e for e in section.entries if e.id == step.id), entry)
            made = bool(self._steps)
        return TakenBack(named, entry, made)

    def _planned(self, step: Step, section: SectionText) -> Edit | None:
        """The edit that makes a step on the file as it is now; None where it is made already."""
        found = [block for block in section.blocks if block.entry.id == step.id]
        if len(found) > 1:
            raise StoreError(f"{section.file} holds the id {step.id} {len(found)} times")
        block = found[0] if found else None
        before = self._parsed(step.before, step.id, section)
        after = self._parsed(step.after, step.id, section)
        if after is None:
            return self._taken_out(block, before, section)
        if block is None:
            if before is not None:
                raise ConflictError(before, before.data, after.data, None, sorted(after.data))
            text = self._text_with_id(step, section)
            return Edit(insertion(section, after.kind, step.id, text), _exactly(after, None))
        if before is None:
            if same_value(block.entry.data, after.data):
                return None
            raise _changed_since(block.entry, after, after)
        return self._put_back(block, before, after, step, section)

    def _parsed(self, text: str, identity: str, section: SectionText) -> Entry | None:
        """The entry that a text of the journal holds, with its id also where none was written."""
        if not text:
            return None
        try:
            entry = self._lone(text, section).blocks[0].entry
        except (BrokenTextError, BrokenFileError, IndexError):
            raise StoreError("the journal holds a text that cannot be read as an entry") from None
        if not entry.has_own_id:
            entry.data["id"] = entry.id = identity
        return entry

    def _text_with_id(self, step: Step, section: SectionText) -> str:
        """The text after a step; an entry gets the id that it is known by."""
        raw = self._lone(step.after, section)
        block = raw.blocks[0]
        if block.entry.has_own_id:
            return raw.text
        data = {**block.entry.data, "id": step.id}
        return spliced(raw.text, strict_edits(raw, block, {"id": step.id}, data))

    def _taken_out(
        self, block: Block | None, before: Entry | None, section: SectionText
    ) -> Edit | None:
        if block is None:
            return None
        if before is None or not same_value(block.entry.data, before.data):
            raise _changed_since(block.entry, before or block.entry, block.entry)
        return Edit(removal(section, block), gone(block.entry, block.entry.id))

    def _put_back(
        self, block: Block, before: Entry, after: Entry, step: Step, section: SectionText
    ) -> Edit | None:
        """The text of before the change, with what others changed since."""
        current = block.entry
        text = self._text_with_id(step, section)
        if before.kind.slug != after.kind.slug:
            if not same_value(current.data, before.data):
                raise _changed_since(current, before, after)
            edits = [*removal(section, block), *insertion(section, after.kind, step.id, text)]
            return Edit(edits, _exactly(after, current))
        places = list(runs(section, block))
        if raw_text(section, block) == step.before and len(places) == 1:
            start, end = places[0]
            if not section.text.endswith("\n", start, end):
                text = text.removesuffix("\n")
            edits = [Replacement(start, end, text.replace("\n", section.newline))]
            return Edit(edits, _exactly(after, current))
        merged, conflicts = merge_entry(before.data, after.data, current.data)
        if conflicts:
            raise ConflictError(current, before.data, after.data, current.data, conflicts)
        if same_value(merged, current.data):
            return None
        return self._update_edit(section, block, self._stamped(current, merged))


def _whole_id(changes: list[Change], start: str) -> str:
    """The one id in the journal that begins so; `start` itself where it is one, or none does."""
    known = {identity for change in changes for identity in change.ids}
    found = sorted(identity for identity in known if start and identity.startswith(start))
    if start in known or not found:
        return start
    if len(found) > 1:
        raise InputError(f"{start!r} is the start of several ids: {', '.join(found[:5])}")
    return found[0]


def _exactly(after: Entry, current: Entry | None) -> Meant:
    """What an edit is to leave: exactly the table of `after`."""
    return meant(after.kind, after.data, current)


def _changed_since(current: Entry, before: Entry, after: Entry) -> ConflictError:
    names = {**before.data, **current.data}
    fields = [n for n in names if not same_value(before.data.get(n), current.data.get(n))]
    return ConflictError(current, before.data, after.data, current.data, fields)
