"""The changes that can be made to a bank: each is one locked, proved, durable edit."""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from mbtui.bank.bank import BANK_FILE
from mbtui.bank.entry import ARCHIVE, Entry, plain
from mbtui.bank.ids import random_id
from mbtui.bank.merge import merge_entry, same_value
from mbtui.bank.moved import renamed, renames
from mbtui.bank.schema import Kind
from mbtui.store.editing import (
    changed_table,
    check_unchanged,
    gone,
    inline_error,
    written_entry,
)
from mbtui.store.errors import BrokenFileError, ConflictError, InputError
from mbtui.store.proof import Meant
from mbtui.store.relocate import Relocations
from mbtui.store.section_text import Block, SectionText
from mbtui.store.splice import inline_conversion, removal
from mbtui.store.toml_write import entry_text
from mbtui.store.writer import Edit


class Wanted(NamedTuple):
    """An edit: the entry, its table as the editor saw it, and the table that is wanted."""

    entry: Entry
    base: dict[str, Any]
    mine: dict[str, Any]

    def in_kind(self, kind: Kind) -> tuple[dict[str, Any], dict[str, Any]]:
        """Both tables with the names that their keys have in another kind."""
        names = renames(self.base, self.entry.kind, kind)
        return renamed(self.base, names), renamed(self.mine, names)


class Changes(Relocations):
    """The writing half of a store."""

    def add(self, kind_slug: str, values: Mapping[str, Any], *, made_now: bool = True) -> Entry:
        """Write a new entry and return it. Raises StoreError; then nothing was written.

        With `made_now` it gets a date of creation and its kind's first status; an entry that comes
        back keeps what it had.
        """
        kind = self._kind(kind_slug)
        if kind.single:
            raise InputError(f"{kind.title} is one table; edit it instead of adding to it")
        if not str(values.get("title", "")).strip():
            raise InputError("an entry needs a title")
        self._check_values(values)
        if made_now and values.get("paths"):
            values = self._with_checked({}, values)
        file = f"{kind.section}.toml"
        made: list[dict[str, Any]] = []

        def change(section: SectionText) -> Edit:
            data = self._new_data(kind, values, section, made_now)
            made[:] = [data]
            return self._insert(section, kind, entry_text(kind, data), data)

        with self._change("add"):
            section = self._edit(file, change)
        return written_entry(section, kind, made[0])

    def _new_data(
        self, kind: Kind, values: Mapping[str, Any], section: SectionText, made_now: bool
    ) -> dict[str, Any]:
        taken = {entry.id for entry in section.entries}
        if values.get("id") in taken:
            raise InputError(f"{section.file} holds an entry with the id {values['id']} already")
        while (identity := random_id(os.urandom(5))) in taken:
            pass
        moment = self.now()
        stamps: dict[str, Any] = {"updated": moment, "updated_by": self.author}
        if made_now:
            stamps |= {"created": moment, "created_by": self.author}
        data = {name: value for name, value in values.items() if value not in (None, "", [])}
        if kind.statuses and made_now:
            data.setdefault("status", kind.statuses[0])
        return {"id": identity, **stamps, **data}

    def update(
        self,
        entry: Entry,
        changes: Mapping[str, Any],
        *,
        base: Mapping[str, Any] | None = None,
        reason: str = "",
    ) -> Entry:
        """Give keys of an entry new values (None removes one) and return the entry as written.

        `base` is the entry's data as its editor saw it. What others changed since is merged field
        by field, also where they moved the entry; raises ConflictError, with nothing written, where
        both changed one field. An entry that others deleted or archived is kept with the changes,
        and `warning` says so. A `reason` goes to the change log.
        """
        wanted = self._wanted(entry, changes, base)
        with self._change("edit"):
            self._reasons[entry.id] = reason
            try:
                return self._merged_into(entry.file, wanted)
            except ConflictError as error:
                if error.theirs is not None:
                    raise
            places = {found.archived: found for found in self._elsewhere(entry)}
            if False in places:
                return self._merged_into(places[False].file, wanted)
            if entry.archived and True in places:
                return self._merged_into(places[True].file, wanted)
            return self._kept(wanted, places.get(True))

    def _wanted(
        self, entry: Entry, changes: Mapping[str, Any], base: Mapping[str, Any] | None
    ) -> Wanted:
        self._check_values(changes)
        if not entry.kind.single:
            if not str(changes.get("title", "x")).strip() or changes.get("title", "x") is None:
                raise InputError("an entry needs a title")
            if entry.has_own_id and changes.get("id", entry.id) != entry.id:
                raise InputError(f"the id of {entry.id} stays as it is")
        before = dict(entry.data if base is None else base)
        mine = changed_table(before, changes)
        if "paths" in changes:
            mine = self._with_checked(before, mine)
        return Wanted(entry, before, mine)

    def _with_checked(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
        """The table `after` with the hashes of the paths that it adds."""
        from mbtui.store.drift import with_checked

        return with_checked(self.folder, before, after)

    def _merged_into(self, file: str, wanted: Wanted) -> Entry:
        """Merge an edit into the entry as it stands in a file now."""
        entry = wanted.entry
        written: list[dict[str, Any]] = []
        found: list[Entry] = []

        def change(section: SectionText) -> Edit | None:
            if entry.kind.single and not section.blocks_of(entry.kind.slug) and not wanted.base:
                return self._first_table(section, wanted, written)
            block, data = self._merge(section, wanted)
            found[:], written[:] = [block.entry], [data]
            return self._merge_edit(section, block, data)

        section = self._edit(file, change)
        if not found:
            return written_entry(section, entry.kind, written[0])
        if same_value(found[0].data, written[0]):
            return _as_known(found[0], entry)
        return written_entry(section, found[0].kind, written[0])

    def _merge(self, section: SectionText, wanted: Wanted) -> tuple[Block, dict[str, Any]]:
        """Where an entry stands in a file now, and the table that it is to have."""
        entry = wanted.entry
        block = self._block_of(section, entry, wanted.base, wanted.mine)
        theirs = block.entry.data
        base, mine = wanted.in_kind(block.entry.kind)
        merged, conflicts = merge_entry(base, mine, theirs)
        if conflicts:
            raise ConflictError(entry, base, mine, theirs, conflicts)
        return block, dict(theirs) if same_value(merged, theirs) else self._stamped(entry, merged)

    def _edit_of_wanted(self, wanted: Wanted, section: SectionText) -> Edit | None:
        block, data = self._merge(section, wanted)
        return self._merge_edit(section, block, data)

    def _merge_edit(self, section: SectionText, block: Block, data: dict[str, Any]) -> Edit | None:
        same = same_value(data, block.entry.data)
        return None if same else self._update_edit(section, block, data)

    def _first_table(
        self, section: SectionText, wanted: Wanted, written: list[dict[str, Any]]
    ) -> Edit:
        kind = wanted.entry.kind
        if any(found.kind.slug == kind.slug for found in section.inline_entries):
            raise inline_error(wanted.entry)
        data = self._stamped(wanted.entry, wanted.mine)
        written[:] = [data]
        return self._insert(section, kind, self._text_of_table(section, kind, data), data)

    def _text_of_table(self, section: SectionText, kind: Kind, data: dict[str, Any]) -> str:
        if section.file == BANK_FILE:
            from mbtui.store.bank_table import table_text

            for entry in section.inline_entries:
                raise inline_error(entry)
            return table_text(kind, data)
        return entry_text(kind, data)

    def _elsewhere(self, entry: Entry) -> list[Entry]:
        """The entries of this id in the other files of the bank."""
        if not entry.has_own_id or entry.kind.single:
            return []
        bank_file = self.bank_file or self.load_schema()
        names = [f"{section.slug}.toml" for section in bank_file.schema.sections]
        found: list[Entry] = []
        for file in (*names, *(f"{ARCHIVE}{name}" for name in names)):
            if file != entry.file:
                with contextlib.suppress(BrokenFileError):
                    found += [e for e in self._section(file).entries if e.id == entry.id]
        return found

    def _kept(self, wanted: Wanted, archived: Entry | None) -> Entry:
        """Write the edited entry again, which others deleted or archived meanwhile."""
        entry = wanted.entry
        data = self._stamped(entry, wanted.mine)
        told = "deleted by someone else meanwhile; your edit keeps it"
        if archived is not None:
            reason = archived.data.get("archived")
            by = reason.get("by") if isinstance(reason, Mapping) else None
            told = (
                f"archived by {plain(by or 'someone else')} meanwhile; your edit keeps it live too"
            )

        def change(section: SectionText) -> Edit:
            text = self._text_of_table(section, entry.kind, data)
            return self._insert(section, entry.kind, text, data)

        section = self._edit(entry.file, change)
        self.warning = "; ".join(filter(None, [f"{entry.id} was {told}", self.warning]))
        return written_entry(section, entry.kind, data)

    def delete(self, entry: Entry, reason: str = "") -> None:
        """Take an entry out of the bank for good; a reason goes to the change log.

        Raises ConflictError, with nothing written, when someone changed it since it was loaded.
        """
        if entry.kind.single:
            raise InputError(f"{entry.kind.title} is one table; empty its fields instead")
        with self._change("delete"):
            self._reasons[entry.id] = reason
            self._edit(entry.file, functools.partial(self._deletion, entry))

    def _deletion(self, entry: Entry, section: SectionText) -> Edit:
        block = self._block_of(section, entry, entry.data, {})
        check_unchanged(block, entry, entry.data)
        return Edit(removal(section, block), gone(block.entry, entry.id))

    def convert_inline(self, file: str, kind_slug: str) -> None:
        """Write a kind's inline array of entries as `[[kind]]` tables."""
        kind = self._kind(kind_slug)

        def change(section: SectionText) -> Edit:
            if not any(entry.kind.slug == kind_slug for entry in section.inline_entries):
                raise InputError(f"{file} holds no inline entries of {kind_slug}")
            return Edit(
                inline_conversion(section, kind), Meant(kind.slug, kind.slug, "", None, None)
            )

        with self._change("convert"):
            self._edit(file, change)


def _as_known(found: Entry, entry: Entry) -> Entry:
    """The entry as it stands on disk, with the id by which it was asked for."""
    found.id = found.id or entry.id
    found.key = found.key or found.id
    return found
