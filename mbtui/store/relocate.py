"""Changes of an entry's place: another kind, the archive and back."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

from mbtui.bank.entry import ARCHIVE, Entry, plain
from mbtui.bank.merge import same_value
from mbtui.bank.moved import renamed, renames
from mbtui.bank.schema import Kind
from mbtui.store.batching import EditOf
from mbtui.store.change_log import ChangeLog
from mbtui.store.editing import (
    changed_table,
    check_unchanged,
    gone,
    meant,
    written_entry,
)
from mbtui.store.errors import InputError, StoreError
from mbtui.store.rounds import middle_first
from mbtui.store.section_text import Block, SectionText
from mbtui.store.splice import raw_text, relocation, removal, retitled_kind, spliced
from mbtui.store.strict import strict_edits
from mbtui.store.writer import Edit


class Relocations(ChangeLog):
    """Moving, archiving, restoring."""

    def move(self, entry: Entry, kind_slug: str, *, status: str | None = None) -> Entry:
        """Move an entry to another kind; main text stays main text (docs/format.md).

        Raises InputError when the new kind lacks the entry's status and none was given.
        """
        kind = self._kind(kind_slug)
        going = self._moving(entry, kind, status)
        return self._relocate(entry, kind, going.target, going.changes, "move")

    def _moving(self, entry: Entry, kind: Kind, status: str | None) -> Relocation:
        if entry.kind.single or kind.single:
            single = entry.kind if entry.kind.single else kind
            raise InputError(f"{single.title} is one table; nothing moves from or to it")
        changes = {"status": status} if status else {}
        self._check_values(changes)
        _check_status(kind, status or entry.status)
        target = f"{ARCHIVE if entry.archived else ''}{kind.section}.toml"
        if kind.slug == entry.kind.slug and target == entry.file:
            raise InputError(f"{entry.id} is in {kind.title} already")
        return Relocation(self, entry, kind, target, changes)

    def archive(self, entry: Entry, reason: str) -> Entry:
        """Move an entry to the archive, with who, when and why."""
        going = self._archiving(entry, reason)
        return self._relocate(entry, entry.kind, going.target, going.changes, "archive")

    def _archiving(self, entry: Entry, reason: str) -> Relocation:
        if entry.kind.single:
            raise InputError(f"{entry.kind.title} is never archived")
        if entry.archived:
            raise InputError(f"{entry.id} is in the archive already")
        archived = {"at": self.now(), "by": self.author, "reason": reason}
        self._check_values(archived)
        target = f"{ARCHIVE}{entry.section}.toml"
        return Relocation(self, entry, entry.kind, target, {"archived": archived})

    def restore(self, entry: Entry) -> Entry:
        """Move an archived entry back to its section."""
        going = self._restoring(entry)
        return self._relocate(entry, entry.kind, going.target, going.changes, "restore")

    def _restoring(self, entry: Entry) -> Relocation:
        if not entry.archived:
            raise InputError(f"{entry.id} is not in the archive")
        target = f"{entry.section}.toml"
        return Relocation(self, entry, entry.kind, target, {"archived": None})

    def _relocate(
        self,
        entry: Entry,
        kind: Kind,
        target: str,
        changes: Mapping[str, Any],
        what: str,
    ) -> Entry:
        """Write the entry at its new place first, then take it from the old one."""
        going = Relocation(self, entry, kind, target, changes)
        with self._change(what):
            if target == entry.file:
                return written_entry(self._edit(target, going.edit_here), kind, going.data)
            going.take(self._section(entry.file))
            if not entry.has_own_id:
                # What is refused is refused before the id.
                going.edit_there(self._section(target))
                self._edit(entry.file, functools.partial(self._with_id, entry))
                going.take(self._section(entry.file))
            there = self._edit(target, going.edit_there)
            self._edit(entry.file, going.remove)
        return written_entry(there, kind, going.data)

    def _relocate_each(self, going: Sequence[Relocation]) -> list[StoreError | None]:
        """The same of entries with ids of their own from one file to one, writing each once.

        Gives for each why it did not move.
        """
        file, target = going[0].entry.file, going[0].target
        errors: dict[int, StoreError] = {}
        section = self._section(file)
        for at, item in enumerate(going):
            try:
                item.take(section)
            except StoreError as error:
                errors[at] = error
        by_id = sorted(range(len(going)), key=lambda at: going[at].entry.id)
        left = [by_id[at] for at in middle_first(len(by_id))]
        ways = ((target, "edit_there"), (file, "remove"))
        for place, name in ways if target != file else ((file, "edit_here"),):
            left = [at for at in left if at not in errors]
            edits: list[EditOf] = [getattr(going[at], name) for at in left]
            found = self._edit_each(place, edits) if edits else []
            errors |= {at: error for at, error in zip(left, found, strict=True) if error}
        return [errors.get(at) for at in range(len(going))]

    def _with_id(self, entry: Entry, section: SectionText) -> Edit | None:
        """The edit that writes a derived id, so that an interrupted move is known by it."""
        block = self._block_of(section, entry, entry.data, entry.data)
        if block.entry.has_own_id:
            return None
        data = self._stamped(entry, block.entry.data)
        new = {n: v for n, v in data.items() if not same_value(block.entry.data.get(n), v)}
        return Edit(strict_edits(section, block, new, data), meant(entry.kind, data, block.entry))

    def _moved_text(
        self,
        section: SectionText,
        block: Block,
        kind: Kind,
        data: dict[str, Any],
        names: Mapping[str, str],
    ) -> str:
        raw = self._lone(raw_text(section, block), section)
        raw = self._lone(retitled_kind(raw, kind, names), section)
        lone = raw.blocks[0]
        old = lone.entry.data
        changed = {n: v for n, v in data.items() if n not in old or not same_value(old[n], v)}
        changed.update({name: None for name in old if name not in data})
        return spliced(raw.text, strict_edits(raw, lone, changed, data))

    def _lone(self, text: str, section: SectionText) -> SectionText:
        return SectionText(text, section=section.section, file=section.file, schema=section.schema)


class Relocation:
    """One entry on its way to another place; `data` is its table there."""

    def __init__(
        self,
        store: Relocations,
        entry: Entry,
        kind: Kind,
        target: str,
        changes: Mapping[str, Any],
    ) -> None:
        self.store = store
        self.entry = entry
        self.kind = kind
        self.target = target
        self.changes = changes
        self.data: dict[str, Any] = {}
        self.text = ""
        self.block: Block | None = None

    def take(self, section: SectionText) -> Block:
        """Where the entry stands; what it says there is its text for the new place."""
        entry, kind = self.entry, self.kind
        block = self.store._block_of(section, entry, entry.data, entry.data)
        if self.block is not None and block.entry.data is self.block.entry.data:
            self.block = block
            return block
        if not block.array:
            slug = entry.kind.slug
            raise InputError(f"{entry.id} is written [{slug}]; write it as [[{slug}]] to move it")
        names = renames(block.entry.data, block.entry.kind, kind)
        data = changed_table(renamed(block.entry.data, names), self.changes)
        if kind.slug != entry.kind.slug:
            _check_status(kind, plain(data.get("status", "")))
        if not block.entry.has_own_id:
            data = self.store._stamped(entry, data)
        self.block, self.data = block, data
        self.text = self.store._moved_text(section, block, kind, data, names)
        return block

    def edit_here(self, section: SectionText) -> Edit:
        """The edit that moves it inside its file."""
        block = self.take(section)
        edits = relocation(section, block, self.kind, self.data["id"], self.text)
        return Edit(edits, meant(self.kind, self.data, block.entry))

    def edit_there(self, section: SectionText) -> Edit | None:
        """The edit that writes it in its new file; None where it stands there already."""
        data = self.data
        for block in section.blocks_by_own_id.get(data["id"], ()):
            if block.entry.kind.slug != self.kind.slug:
                continue
            if same_value(_unmoved(block.entry.data), _unmoved(data)):
                return None
            raise StoreError(
                f"{data['id']} also stands in {self.target}:{block.entry.line} with another"
                " text; nothing was moved"
            )
        return self.store._insert(section, self.kind, self.text, data)

    def remove(self, section: SectionText) -> Edit:
        """The edit that takes it from its old file, if it is still what was taken."""
        assert self.block is not None
        entry, known = self.entry, self.block.entry.data
        block = self.store._block_of(section, entry, known, entry.data)
        check_unchanged(block, entry, known)
        return Edit(removal(section, block), gone(block.entry, entry.id))


def _unmoved(data: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in data.items() if k not in ("archived", "updated", "updated_by")}


def _check_status(kind: Kind, status: str) -> None:
    if status and kind.statuses and status not in kind.statuses:
        known = ", ".join(kind.statuses)
        raise InputError(f"{kind.title} has no status {status!r}; give one of: {known}")
