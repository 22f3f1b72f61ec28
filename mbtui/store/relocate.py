"""Changes of an entry's place: another kind, the archive and back."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from mbtui.bank.entry import ARCHIVE, Entry, plain
from mbtui.bank.merge import same_value
from mbtui.bank.moved import renamed, renames
from mbtui.bank.schema import Kind
from mbtui.store.editing import (
    Editing,
    changed_table,
    check_unchanged,
    gone,
    meant,
    written_entry,
)
from mbtui.store.errors import InputError, StoreError
from mbtui.store.section_text import Block, SectionText
from mbtui.store.splice import raw_text, relocation, removal, retitled_kind, spliced
from mbtui.store.strict import strict_edits
from mbtui.store.writer import Edit


class Relocations(Editing):
    """Moving, archiving, restoring."""

    def move(self, entry: Entry, kind_slug: str, *, status: str | None = None) -> Entry:
        """Move an entry to another kind; main text stays main text (docs/format.md).

        Raises InputError when the new kind lacks the entry's status and none was given.
        """
        kind = self._kind(kind_slug)
        if entry.kind.single or kind.single:
            single = entry.kind if entry.kind.single else kind
            raise InputError(f"{single.title} is one table; nothing moves from or to it")
        changes = {"status": status} if status else {}
        self._check_values(changes)
        _check_status(kind, status or entry.status)
        target = f"{ARCHIVE if entry.archived else ''}{kind.section}.toml"
        if kind.slug == entry.kind.slug and target == entry.file:
            raise InputError(f"{entry.id} is in {kind.title} already")
        return self._relocate(entry, kind, target, changes, "move")

    def archive(self, entry: Entry, reason: str) -> Entry:
        """Move an entry to the archive, with who, when and why."""
        if entry.kind.single:
            raise InputError(f"{entry.kind.title} is never archived")
        if entry.archived:
            raise InputError(f"{entry.id} is in the archive already")
        archived = {"at": self.now(), "by": self.author, "reason": reason}
        self._check_values(archived)
        target = f"{ARCHIVE}{entry.section}.toml"
        return self._relocate(entry, entry.kind, target, {"archived": archived}, "archive")

    def restore(self, entry: Entry) -> Entry:
        """Move an archived entry back to its section."""
        if not entry.archived:
            raise InputError(f"{entry.id} is not in the archive")
        target = f"{entry.section}.toml"
        return self._relocate(entry, entry.kind, target, {"archived": None}, "restore")

    def _relocate(
        self,
        entry: Entry,
        kind: Kind,
        target: str,
        changes: Mapping[str, Any],
        what: str,
    ) -> Entry:
        """Write the entry at its new place first, then take it from the old one."""
        moved: list[dict[str, Any]] = []

        def take(section: SectionText) -> tuple[Block, str, dict[str, Any]]:
            block = self._block_of(section, entry, entry.data, entry.data)
            if not block.array:
                slug = entry.kind.slug
                raise InputError(
                    f"{entry.id} is written [{slug}]; write it as [[{slug}]] to move it"
                )
            names = renames(block.entry.data, block.entry.kind, kind)
            data = changed_table(renamed(block.entry.data, names), changes)
            if kind.slug != entry.kind.slug:
                _check_status(kind, plain(data.get("status", "")))
            if not block.entry.has_own_id:
                data = self._stamped(entry, data)
            moved[:] = [data]
            return block, self._moved_text(section, block, kind, data, names), data

        def change_here(section: SectionText) -> Edit:
            block, text, data = take(section)
            edits = relocation(section, block, kind, data["id"], text)
            return Edit(edits, meant(kind, data, block.entry))

        with self._change(what):
            if target == entry.file:
                return written_entry(self._edit(target, change_here), kind, moved[0])
            taken, text, data = take(self._section(entry.file))

            def change_there(section: SectionText) -> Edit | None:
                twin = [b for b in section.blocks_of(kind.slug) if b.entry.id == data["id"]]
                if twin:
                    if same_value(_unmoved(twin[0].entry.data), _unmoved(data)):
                        return None
                    raise StoreError(
                        f"{data['id']} also stands in {target}:{twin[0].entry.line} with another"
                        " text; nothing was moved"
                    )
                return self._insert(section, kind, text, data)

            def remove(section: SectionText) -> Edit:
                block = self._block_of(section, entry, taken.entry.data, entry.data)
                check_unchanged(block, entry, taken.entry.data)
                return Edit(removal(section, block), gone(block.entry, entry.id))

            if not entry.has_own_id:
                change_there(self._section(target))  # What is refused is refused before the id.
                self._edit(entry.file, functools.partial(self._with_id, entry))
                taken, text, data = take(self._section(entry.file))
            there = self._edit(target, change_there)
            self._edit(entry.file, remove)
        return written_entry(there, kind, moved[0])

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


def _unmoved(data: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in data.items() if k not in ("archived", "updated", "updated_by")}


def _check_status(kind: Kind, status: str) -> None:
    if status and kind.statuses and status not in kind.statuses:
        known = ", ".join(kind.statuses)
        raise InputError(f"{kind.title} has no status {status!r}; give one of: {known}")
