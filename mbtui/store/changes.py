"""The changes that can be made to a bank: each is one locked, proved, durable edit."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from mbtui.bank.entry import ARCHIVE, Entry
from mbtui.bank.ids import random_id
from mbtui.bank.merge import merge_entry, same_value
from mbtui.bank.schema import Kind
from mbtui.store.config import BankFile
from mbtui.store.errors import ConflictError, InputError, ReadOnlyBankError, StoreError
from mbtui.store.lock import bank_lock
from mbtui.store.proof import Meant
from mbtui.store.section_text import Block, Cache, SectionText
from mbtui.store.splice import (
    inline_conversion,
    insertion,
    raw_text,
    removal,
    retitled_kind,
    spliced,
)
from mbtui.store.strict import strict_edits
from mbtui.store.toml_write import entry_text
from mbtui.store.writer import Edit, edit_file, read_section


class Changes(ABC):
    """The writing half of a store."""

    folder: Path
    author: str
    now: Callable[[], datetime]
    bank_file: BankFile | None
    warning: str = ""
    """What to tell of the last write although it succeeded, or an empty text."""

    @abstractmethod
    def load_schema(self) -> BankFile:
        """Read `bank.toml`."""

    @abstractmethod
    def why_read_only(self) -> str:
        """Why nothing may be written, or an empty text."""

    @abstractmethod
    def cache_of(self, file: str) -> Cache:
        """Entries by the hash of their text, as last read from the file."""

    @abstractmethod
    def wrote(self, file: str, section: SectionText, data: bytes) -> None:
        """Take in a file that was just written, and what it holds."""

    def add(self, kind_slug: str, values: Mapping[str, Any]) -> Entry:
        """Write a new entry and return it. Raises StoreError; then nothing was written."""
        kind = self._kind(kind_slug)
        if kind.single:
            raise InputError(f"{kind.title} is one table; edit it instead of adding to it")
        if not str(values.get("title", "")).strip():
            raise InputError("an entry needs a title")
        file = f"{kind.section}.toml"
        made: list[dict[str, Any]] = []

        def change(section: SectionText) -> Edit:
            data = self._new_data(kind, values, section)
            made[:] = [data]
            return self._insert(section, kind, entry_text(kind, data), data)

        with bank_lock(self.folder):
            section = self._edit(file, change)
        return _entry(section, kind, made[0])

    def _new_data(
        self, kind: Kind, values: Mapping[str, Any], section: SectionText
    ) -> dict[str, Any]:
        taken = {entry.id for entry in section.entries}
        while (identity := random_id(os.urandom(5))) in taken:
            pass
        moment = self.now()
        stamps = {
            "created": moment,
            "created_by": self.author,
            "updated": moment,
            "updated_by": self.author,
        }
        data = {name: value for name, value in values.items() if value not in (None, "", [])}
        if kind.statuses:
            data.setdefault("status", kind.statuses[0])
        return {"id": identity, **stamps, **data}

    def update(
        self,
        entry: Entry,
        changes: Mapping[str, Any],
        *,
        base: Mapping[str, Any] | None = None,
    ) -> Entry:
        """Give keys of an entry new values (None removes one) and return the entry as written.

        `base` is the entry's data as its editor saw it. What others changed since is merged field
        by field; raises ConflictError, with nothing written, where both changed one field.
        """
        before = dict(entry.data if base is None else base)
        mine = _changed(before, changes)
        written: list[dict[str, Any]] = []

        def change(section: SectionText) -> Edit | None:
            if entry.kind.single and not any(
                block.entry.kind is entry.kind for block in section.blocks
            ):
                return self._first_table(section, entry, before, mine, written)
            block = self._block_of(section, entry, before, mine)
            theirs = block.entry.data
            merged, conflicts = merge_entry(before, mine, theirs)
            if conflicts:
                raise ConflictError(entry, before, mine, theirs, conflicts)
            if same_value(merged, theirs):
                written[:] = [dict(theirs)]
                return None
            data = self._stamped(entry, merged)
            written[:] = [data]
            return self._update_edit(section, block, data)

        with bank_lock(self.folder):
            section = self._edit(entry.file, change)
        return _entry(section, entry.kind, written[0])

    def _first_table(
        self,
        section: SectionText,
        entry: Entry,
        before: Mapping[str, Any],
        mine: dict[str, Any],
        written: list[dict[str, Any]],
    ) -> Edit:
        if before:
            raise ConflictError(entry, before, mine, None, sorted(mine))
        data = self._stamped(entry, mine)
        written[:] = [data]
        return self._insert(section, entry.kind, entry_text(entry.kind, data), data)

    def _stamped(self, entry: Entry, data: Mapping[str, Any]) -> dict[str, Any]:
        stamped = dict(data)
        if not entry.kind.single:
            stamped.setdefault("id", entry.id)
            if not isinstance(stamped["id"], str) or not stamped["id"]:
                stamped["id"] = entry.id
        return {**stamped, "updated": self.now(), "updated_by": self.author}

    def _update_edit(self, section: SectionText, block: Block, data: dict[str, Any]) -> Edit:
        old = block.entry.data
        changed: dict[str, Any] = {
            name: value
            for name, value in data.items()
            if name not in old or not same_value(old[name], value)
        }
        changed.update({name: None for name in old if name not in data})
        edits = strict_edits(section, block, changed, data)
        return Edit(edits, _meant(block.entry.kind, data, block.entry))

    def move(self, entry: Entry, kind_slug: str, *, status: str | None = None) -> Entry:
        """Move an entry to another kind; main text stays main text (FORMAT.md).

        Raises InputError when the new kind lacks the entry's status and none was given.
        """
        kind = self._kind(kind_slug)
        if entry.kind.single or kind.single:
            single = entry.kind if entry.kind.single else kind
            raise InputError(f"{single.title} is one table; nothing moves from or to it")
        status = status or entry.status
        if status and kind.statuses and status not in kind.statuses:
            known = ", ".join(kind.statuses)
            raise InputError(f"{kind.title} has no status {status!r}; give one of: {known}")
        renames = {}
        if entry.kind.main_field not in kind.field_names:
            renames = {entry.kind.main_field: kind.main_field}
        target = f"{kind.section}.toml"
        changes = {"status": status or None}
        return self._relocate(entry, kind, target, changes, renames)

    def archive(self, entry: Entry, reason: str) -> Entry:
        """Move an entry to the archive, with who, when and why."""
        if entry.kind.single:
            raise InputError(f"{entry.kind.title} is never archived")
        if entry.archived:
            raise InputError(f"{entry.id} is in the archive already")
        archived = {"at": self.now(), "by": self.author, "reason": reason}
        target = f"{ARCHIVE}{entry.section}.toml"
        return self._relocate(entry, entry.kind, target, {"archived": archived}, {})

    def restore(self, entry: Entry) -> Entry:
        """Move an archived entry back to its section."""
        if not entry.archived:
            raise InputError(f"{entry.id} is not in the archive")
        return self._relocate(entry, entry.kind, f"{entry.section}.toml", {"archived": None}, {})

    def _relocate(
        self,
        entry: Entry,
        kind: Kind,
        target: str,
        changes: Mapping[str, Any],
        renames: Mapping[str, str],
    ) -> Entry:
        """Write the entry at its new place first, then take it from the old one."""
        moved: list[dict[str, Any]] = []

        def take(section: SectionText) -> tuple[Block, str, dict[str, Any]]:
            block = self._block_of(section, entry, entry.data, entry.data)
            old = {renames.get(name, name): value for name, value in block.entry.data.items()}
            data = _changed(old, changes)
            if not block.entry.has_own_id:
                data = self._stamped(entry, data)
            moved[:] = [data]
            return block, self._moved_text(section, block, kind, data, renames), data

        def change_here(section: SectionText) -> Edit:
            block, text, data = take(section)
            edits = [*removal(section, block), *insertion(section, kind, data["id"], text)]
            return Edit(edits, _meant(kind, data, block.entry))

        with bank_lock(self.folder):
            if target == entry.file:
                return _entry(self._edit(target, change_here), kind, moved[0])
            source = self._section(entry.file)
            _, text, data = take(source)

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
                block = self._block_of(section, entry, entry.data, entry.data)
                return Edit(removal(section, block), _gone(block.entry))

            there = self._edit(target, change_there)
            self._edit(entry.file, remove)
        return _entry(there, kind, moved[0])

    def _moved_text(
        self,
        section: SectionText,
        block: Block,
        kind: Kind,
        data: dict[str, Any],
        renames: Mapping[str, str],
    ) -> str:
        raw = self._lone(raw_text(section, block), section)
        raw = self._lone(retitled_kind(raw, kind, renames), section)
        lone = raw.blocks[0]
        old = lone.entry.data
        changed = {n: v for n, v in data.items() if n not in old or not same_value(old[n], v)}
        changed.update({name: None for name in old if name not in data})
        return spliced(raw.text, strict_edits(raw, lone, changed, data))

    def _lone(self, text: str, section: SectionText) -> SectionText:
        return SectionText(text, section=section.section, file=section.file, schema=section.schema)

    def delete(self, entry: Entry) -> None:
        """Take an entry out of the bank for good."""
        if entry.kind.single:
            raise InputError(f"{entry.kind.title} is one table; empty its fields instead")

        def change(section: SectionText) -> Edit:
            block = self._block_of(section, entry, entry.data, entry.data)
            return Edit(removal(section, block), _gone(block.entry))

        with bank_lock(self.folder):
            self._edit(entry.file, change)

    def convert_inline(self, file: str, kind_slug: str) -> None:
        """Write a kind's inline array of entries as `[[kind]]` tables."""
        kind = self._kind(kind_slug)

        def change(section: SectionText) -> Edit:
            return Edit(
                inline_conversion(section, kind), Meant(kind.slug, kind.slug, "", None, None)
            )

        with bank_lock(self.folder):
            self._edit(file, change)

    def _insert(self, section: SectionText, kind: Kind, text: str, data: dict[str, Any]) -> Edit:
        identity = str(data.get("id", kind.slug))
        return Edit(insertion(section, kind, identity, text), _meant(kind, data, None))

    def _kind(self, slug: str) -> Kind:
        bank_file = self.bank_file or self.load_schema()
        kind = bank_file.schema.kinds.get(slug)
        if kind is None:
            raise InputError(f"this bank has no kind {slug!r}; `mbtui schema` lists them")
        return kind

    def _section(self, file: str) -> SectionText:
        bank_file = self.bank_file or self.load_schema()
        return read_section(self.folder, file, bank_file.schema, self.cache_of(file))[1]

    def _edit(self, file: str, change: Callable[[SectionText], Edit | None]) -> SectionText:
        reason = self.why_read_only()
        if reason:
            raise ReadOnlyBankError(f"nothing was written: {reason}")
        bank_file = self.bank_file or self.load_schema()
        if file.startswith(ARCHIVE):
            _make_folder(self.folder / ARCHIVE)
        written = edit_file(self.folder, file, bank_file.schema, self.cache_of(file), change)
        self.warning = written.warning
        if written.data is not None:
            self.wrote(file, written.section, written.data)
        return written.section

    def _block_of(
        self,
        section: SectionText,
        entry: Entry,
        base: Mapping[str, Any],
        mine: Mapping[str, Any],
    ) -> Block:
        """The entry's block in the file as it is now.

        Raises ConflictError when it is gone, StoreError when several entries carry its id.
        """
        found = [block for block in section.blocks if _is_same(block.entry, entry, base)]
        if len(found) > 1:
            exact = [block for block in found if same_value(block.entry.data, base)]
            found = exact if len(exact) == 1 else found
        if len(found) > 1:
            lines = ", ".join(str(block.entry.line) for block in found)
            raise StoreError(
                f"{len(found)} entries of {section.file} have the id {entry.id} (lines {lines});"
                " give all but one a new id, then try again"
            )
        if not found:
            if entry.inline:
                raise InputError(
                    f"{entry.id} stands in an inline array ({entry.file}:{entry.line}), which is"
                    f" only shown; write it as [[{entry.kind.slug}]] to edit it"
                )
            raise ConflictError(entry, base, mine, None, sorted(mine))
        return found[0]


def _entry(section: SectionText, kind: Kind, data: Mapping[str, Any]) -> Entry:
    """The entry as a reader of the file sees it now."""
    identity = kind.slug if kind.single else data.get("id")
    for entry in section.entries:
        if entry.id == identity and entry.kind.slug == kind.slug:
            entry.key = entry.key or entry.id
            return entry
    return Entry(kind, dict(data), section=section.section, file=section.file)


def _meant(kind: Kind, data: Mapping[str, Any], before: Entry | None) -> Meant:
    identity = kind.slug if kind.single else str(data["id"])
    if before is None:
        return Meant(kind.slug, kind.slug, identity, None, data)
    return Meant(before.kind.slug, kind.slug, identity, before.data, data)


def _gone(entry: Entry) -> Meant:
    return Meant(entry.kind.slug, entry.kind.slug, entry.id, entry.data, None)


def _changed(data: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**data, **changes}
    return {name: value for name, value in merged.items() if value is not None}


def _unmoved(data: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in data.items() if k not in ("archived", "updated", "updated_by")}


def _is_same(found: Entry, wanted: Entry, base: Mapping[str, Any]) -> bool:
    if wanted.kind.single:
        return found.kind.slug == wanted.kind.slug
    if found.has_own_id:
        return found.id == wanted.id
    if wanted.has_own_id or found.kind.slug != wanted.kind.slug:
        return False
    return found.id == wanted.id or found.title == str(base.get("title", ""))


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder} could not be made: {error.strerror}") from None
