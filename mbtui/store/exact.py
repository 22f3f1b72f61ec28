"""The steps of a change made again or taken back, byte by byte where that still fits."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from mbtui.bank.entry import Entry
from mbtui.bank.merge import same_value
from mbtui.bank.schema import Kind
from mbtui.bank.undo import Step
from mbtui.store.batching import Proved
from mbtui.store.changes import Changes
from mbtui.store.editing import gone
from mbtui.store.errors import ConflictError, StoreError
from mbtui.store.hunks import fitting
from mbtui.store.proof import Meant, ProofError, prove
from mbtui.store.rounds import Round
from mbtui.store.section_reader import section_of
from mbtui.store.section_text import Block, BrokenTextError, SectionText
from mbtui.store.splice import (
    Replacement,
    insertion,
    known_id,
    raw_text,
    relocation,
    removal,
    runs,
    spliced,
)
from mbtui.store.standing import Side, Table, block_of, conflict, is_same_entry
from mbtui.store.strict import strict_edits
from mbtui.store.writer import Edit

_BOM = "\ufeff"


class ExactSteps(Changes):
    """Steps of the journal as edits; ConflictError is raised when the entry is another one now."""

    def _side(self, file: str, text: str, identity: str) -> Side | None:
        """What a text of the journal says of an entry; None for no text."""
        if not text:
            return None
        try:
            entry = self._read_alone(file, text).blocks[0].entry
        except (BrokenTextError, IndexError):
            raise StoreError("the journal holds a text that cannot be read as an entry") from None
        entry.id = entry.key = identity
        return Side(file, text, entry)

    def _read_alone(self, file: str, text: str) -> SectionText:
        return SectionText(text, section=section_of(file), file=file, schema=self._schema_of(file))

    def _make(self, step: Step) -> Entry | None:
        """Make a step; the entry as it is then, None when it is gone."""
        section = self._edit(step.file, functools.partial(self._edit_of, step), step.id)
        after = self._side(step.file, step.after, step.id)
        block = block_of(section, step.id, [after.entry]) if after is not None else None
        return block.entry if block is not None else None

    def _make_each(self, steps: Sequence[Step]) -> Entry | None:
        """Make steps on one file, each on another entry, in one step on the disk; one of them."""
        if len(steps) == 1:
            return self._make(steps[0])
        file = steps[0].file
        try:
            self._rewrite(file, functools.partial(self._rounds_of, steps))
        except ProofError:
            return [self._make(step) for step in steps][-1]
        found = self._section(file).blocks_by_own_id
        return next((found[s.id][0].entry for s in reversed(steps) if s.id in found), None)

    def _rounds_of(self, steps: Sequence[Step], section: SectionText) -> list[Proved]:
        proved: list[Proved] = []
        now = Round(section)
        for step in steps:
            quick = self._in_round(step, now)
            if quick is not None:
                if quick.replacements:
                    now.include(quick.replacements, quick.meant, step.id)
                continue
            if now.made:
                section = now.prove()
                proved.append(Proved(now, section))
                now = Round(section)
            edit = self._edit_of(step, section)
            if edit is not None:
                now.add(edit, step.id)
            if now.text.startswith(_BOM):  # Places do not count it, so it ends a round.
                section = now.prove()
                proved.append(Proved(now, section))
                now = Round(section)
        return [*proved, Proved(now, now.prove())] if now.made else proved

    def _in_round(self, step: Step, now: Round) -> Edit | None:
        """The step's own edit of the text of a round, empty where it is made; None: of no use."""
        block = self._checked(step, now.section)
        after = self._side(step.file, step.after, step.id)
        before = block.entry if block is not None else None
        if after is None and before is not None:
            meant = gone(before, step.id)
        elif after is not None and (before is None or not is_same_entry(before, after.entry)):
            meant = _left(after.entry.kind, after.entry.data, before)
        else:
            return Edit([], Meant(step.kind_before, step.kind_after, step.id, None, None))
        plain = meant.id and not any(hunk.new.startswith(_BOM) for hunk in step.hunks)
        edits = fitting(now.text, step.hunks) if plain else []
        return Edit(edits, meant) if edits else None

    def _edit_of(self, step: Step, section: SectionText) -> Edit | None:
        """The edit that makes a step on the file as it is now; None where it is made already."""
        block = self._checked(step, section)
        after = self._side(step.file, step.after, step.id)
        if after is None:
            return (
                None
                if block is None
                else _as_kept(step, section, block, None) or _out(step, section, block)
            )
        if block is not None and is_same_entry(block.entry, after.entry):
            return None
        return _as_kept(step, section, block, after) or self._by_entry(step, section, block, after)

    def _checked(self, step: Step, section: SectionText) -> Block | None:
        """The entry's block, if the step is made already or can be made; None without one."""
        before = self._side(step.file, step.before, step.id)
        after = self._side(step.file, step.after, step.id)
        sides = [side.entry for side in (before, after) if side is not None]
        block = block_of(section, step.id, sides)
        base, mine = (side.entry.data if side is not None else {} for side in (before, after))
        if block is None:
            if before is not None and after is not None:
                raise ConflictError(after.entry, base, mine, None, sorted(mine))
            return None
        if not any(is_same_entry(block.entry, entry) for entry in sides):
            raise conflict(block.entry, base, mine)
        return block

    def _check_room(self, step: Step, section: SectionText) -> None:
        """Raise InputError where the file has no room for an entry that a step puts in."""
        after = self._side(step.file, step.after, step.id)
        if after is not None and not step.before:
            insertion(section, after.entry.kind, step.id, after.text)

    def _by_entry(self, step: Step, section: SectionText, block: Block | None, after: Side) -> Edit:
        """The edit that leaves the text after a step, where its own edit fits no more.

        The text is in TOML 1.0, and the entry has the id that it is known by, if need be written.
        """
        kind, data = after.entry.kind, after.entry.data
        others = {known_id(other.entry) for other in section.blocks if other is not block}
        if step.id in others or step.id != known_id(after.entry):
            data = {**data, "id": step.id}
        text = self._text_with(after, data)
        if block is None:
            edits = insertion(section, kind, step.id, text, step.near)
            return Edit(edits, _left(kind, data, None))
        meant = _left(kind, data, block.entry)
        if kind.slug != block.entry.kind.slug:
            return Edit(relocation(section, block, kind, step.id, text), meant)
        places = list(runs(section, block))
        if raw_text(section, block) == step.before and len(places) == 1:
            start, end = places[0]
            if not section.text.endswith("\n", start, end):
                text = text.removesuffix("\n")
            return Edit([Replacement(start, end, text.replace("\n", section.newline))], meant)
        return self._update_edit(section, block, data)

    def _text_with(self, side: Side, data: Table) -> str:
        """The text of an entry with the table `data`, in TOML 1.0 and with LF line ends."""
        raw = self._read_alone(side.file, side.text)
        lone = raw.blocks[0]
        old = lone.entry.data
        changed = {n: v for n, v in data.items() if n not in old or not same_value(old[n], v)}
        changed |= {name: None for name in old if name not in data}
        return spliced(raw.text, strict_edits(raw, lone, changed, dict(data)))

    def _make_in_file(self, step: Step, notes: list[str]) -> None:
        """Make a step that is about no entry, where it still fits; else add a note."""

        def change(section: SectionText) -> Edit | None:
            edits = fitting(section.text, step.hunks)
            return _proved(section, edits, Meant(step.kind_before, step.kind_after, "", None, None))

        steps = len(self._steps)
        self._edit(step.file, change)
        if len(self._steps) == steps:
            notes.append(f"{step.file} stays as it is: it was changed since")


def _as_kept(
    step: Step, section: SectionText, block: Block | None, after: Side | None
) -> Edit | None:
    """The step's own edit, if it still fits and leaves just what it is to leave."""
    now = block.entry if block is not None else None
    if after is not None:
        meant = _left(after.entry.kind, after.entry.data, now)
    elif now is not None:
        meant = gone(now, step.id)
    else:
        return None
    more = (after is not None) - (now is not None)
    return _proved(section, fitting(section.text, step.hunks), meant, more)


def _proved(
    section: SectionText, edits: list[Replacement], meant: Meant, more: int | None = None
) -> Edit | None:
    """The edit, if it can be made, and then there are `more` entries."""
    if not edits:
        return None
    try:
        read = prove(section, edits, spliced(section.text, edits), meant)
    except ProofError:
        return None
    if more is not None and len(read.blocks) - len(section.blocks) != more:
        return None
    return Edit(edits, meant)


def _out(step: Step, section: SectionText, block: Block) -> Edit:
    return Edit(removal(section, block), gone(block.entry, step.id))


def _left(kind: Kind, data: Table, before: Entry | None) -> Meant:
    """What an edit is to leave; an entry without an id of its own is known by none in the file."""
    written = data.get("id")
    identity = kind.slug if kind.single else written if isinstance(written, str) else ""
    if before is None:
        return Meant(kind.slug, kind.slug, identity, None, data)
    return Meant(before.kind.slug, kind.slug, identity, before.data, data)
