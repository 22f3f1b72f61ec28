"""What every change to a bank shares: find the entry on disk, edit one file, keep the promise."""

from __future__ import annotations

import contextlib
import functools
from abc import ABC, abstractmethod
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import rtoml

from mbtui.bank.bank import BANK_FILE
from mbtui.bank.entry import ARCHIVE, Entry
from mbtui.bank.merge import same_value
from mbtui.bank.schema import Kind, Schema
from mbtui.bank.undo import Hunk, Step
from mbtui.store.config import BankFile
from mbtui.store.errors import ConflictError, InputError, ReadOnlyBankError, StoreError
from mbtui.store.hunks import hunks_of
from mbtui.store.journal import Group, Journal
from mbtui.store.lock import bank_lock
from mbtui.store.proof import Meant
from mbtui.store.section_reader import read_section
from mbtui.store.section_text import Block, SectionText
from mbtui.store.splice import insertion, neighbours, raw_text
from mbtui.store.toml_write import toml_key, toml_value
from mbtui.store.writer import Edit, Written, edit_file


class Editing(ABC):
    """One locked, proved, durable edit of a bank; the changes are built on it."""

    folder: Path
    author: str
    now: Callable[[], datetime]
    bank_file: BankFile | None
    warning: str = ""
    """What to tell of the last write although it succeeded, or an empty text."""
    _steps: list[Step]
    _group: Group | None = None
    _is_changing: bool = False
    _reasons: dict[str, str]
    """Why the present change is made, by the ids of its entries."""

    @abstractmethod
    def load_schema(self) -> BankFile:
        """Read `bank.toml`."""

    @abstractmethod
    def why_read_only(self) -> str:
        """Why nothing may be written, or an empty text."""

    @abstractmethod
    def last_read(self, file: str) -> SectionText | None:
        """What was last read from the file, without its text."""

    @abstractmethod
    def wrote(self, file: str, section: SectionText, data: bytes) -> None:
        """Take in a file that was just written, and what it holds."""

    @abstractmethod
    def being_written(self, file: str, data: bytes | None, section: SectionText | None) -> bool:
        """Whether the file looks as if another program were in the middle of writing it.

        `section` is None when its text cannot be read.
        """

    @contextlib.contextmanager
    def bulk(self, what: str, title: str = "") -> Iterator[None]:
        """Make the changes inside one change for undo: `what`, such as `archive`, names it.

        `title` says what it is about; else the title of the first entry does. Each change is on
        disk at once: one that fails leaves those before it made, and an undo takes them all back.
        """
        if self._group is not None:
            yield
            return
        self._group = Group(what, title)
        try:
            yield
        finally:
            self._group = None

    @contextlib.contextmanager
    def _change(self, what: str) -> Iterator[None]:
        """Hold the bank's lock for one change, and keep in the journal what it did.

        A change that fails halfway is kept too, as far as it came. A journal that cannot be
        written never fails the change (`warning` tells of it). Part of another change, it is kept
        with that one.
        """
        if self._is_changing:
            yield
            return
        self._reasons = {}
        with bank_lock(self.folder), self._recorded(what):
            yield
            self._log_change()

    @contextlib.contextmanager
    def _recorded(self, what: str, undoes: int = 0) -> Iterator[None]:
        """Keep what is done inside in the journal; `undoes` counts only if it is all done."""
        self._steps, self._is_changing = [], True
        taken_back = -abs(undoes)
        try:
            yield
            taken_back = undoes
        finally:
            self._is_changing = False
            self._keep(what, taken_back)

    def _keep(self, what: str, undoes: int) -> None:
        steps, self._steps = self._steps, []
        if not steps and undoes <= 0:
            return
        named = [step for step in steps if not step.is_of_log] or steps
        title = next((found for step in named if (found := _title_in(step))), "")
        group = self._group
        if group is not None:
            what, title = group.what, group.title or title
        try:
            journal = Journal(self.folder)
            journal.append(self.now(), self.author, what, title, steps, undoes, group)
        except OSError as error:
            self.warning = f"saved; it cannot be undone, for the journal failed: {error.strerror}"

    @abstractmethod
    def _log_change(self) -> None:
        """Note in the change log what the present change did."""

    def _check_values(self, values: Mapping[str, Any]) -> None:
        """Raise InputError for what TOML cannot hold, before any file is opened."""
        for name, value in {**values, "author": self.author}.items():
            if value is not None:
                toml_key(name)
                toml_value(value)

    def _stamped(self, entry: Entry, data: Mapping[str, Any]) -> dict[str, Any]:
        stamped = dict(data)
        if entry.file == BANK_FILE:
            return stamped
        if not entry.kind.single:
            written = stamped.get("id")
            if not isinstance(written, str) or not written:
                stamped["id"] = entry.id
        return {**stamped, "updated": self.now(), "updated_by": self.author}

    def _insert(self, section: SectionText, kind: Kind, text: str, data: dict[str, Any]) -> Edit:
        identity = str(data.get("id", kind.slug))
        return Edit(insertion(section, kind, identity, text), meant(kind, data, None))

    def _kind(self, slug: str) -> Kind:
        bank_file = self.bank_file or self.load_schema()
        kind = bank_file.schema.kinds.get(slug)
        if kind is None:
            raise InputError(f"this bank has no kind {slug!r}; `mbtui schema` lists them")
        return kind

    def _section(self, file: str) -> SectionText:
        return read_section(self.folder, file, self._schema_of(file), self.last_read(file))[1]

    def _schema_of(self, file: str) -> Schema:
        """What a file may hold."""
        if file == BANK_FILE:
            from mbtui.store.bank_table import SCHEMA

            return SCHEMA
        return (self.bank_file or self.load_schema()).schema

    def _edit(
        self, file: str, change: Callable[[SectionText], Edit | None], known_as: str = ""
    ) -> SectionText:
        """Edit one file. `known_as` is the id in the journal of an entry that is to have none."""
        schema = self._schema_to_write(file)
        tried: list[tuple[SectionText, Edit | None]] = []

        def watched(section: SectionText) -> Edit | None:
            edit = change(section)
            tried[:] = [(section, edit)]
            return edit

        written = edit_file(
            self.folder,
            file,
            schema,
            self.last_read(file),
            watched,
            functools.partial(self.being_written, file),
        )
        self._take_in(file, written)
        if written.data is not None:
            before, edit = tried[0]
            if edit is not None:
                self._steps.append(_step(file, before, written.section, edit, known_as))
        return written.section

    def _schema_to_write(self, file: str) -> Schema:
        """The schema for an edit of the file, whose folder is there then."""
        reason = self.why_read_only()
        if reason:
            raise ReadOnlyBankError(f"nothing was written: {reason}")
        if file.startswith(ARCHIVE):
            _make_folder(self.folder / ARCHIVE)
        return self._schema_of(file)

    def _take_in(self, file: str, written: Written) -> None:
        self.warning = written.warning
        if written.data is not None:
            written.section.bom = written.data.startswith(BOM_UTF8)
            self.wrote(file, written.section, written.data)

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
        found = [
            block
            for block in _candidates(section, entry)
            if (block.entry.id == entry.id or not block.entry.has_own_id)
            and _is_same(block.entry, entry, base)
        ]
        if entry.inline and any(item.id == entry.id for item in section.inline_entries):
            raise inline_error(entry)
        if not entry.has_own_id:
            # Where its id was written meanwhile, the others only share its title.
            found = [block for block in found if block.entry.has_own_id] or found
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
                raise inline_error(entry)
            raise ConflictError(entry, base, mine, None, sorted(mine))
        return found[0]


def _candidates(section: SectionText, entry: Entry) -> Sequence[Block]:
    """The blocks among which an entry is to be looked for."""
    if entry.has_own_id and not entry.kind.single:
        return section.blocks_by_own_id.get(entry.id, ())
    return section.blocks


def _step(file: str, before: SectionText, after: SectionText, edit: Edit, known_as: str) -> Step:
    """What an edit did to its entry, as texts; where it was about no entry, to the file."""
    hunks = hunks_of(before, after, edit.replacements)
    step = step_of(file, before, after, edit.meant, hunks, known_as)
    near = neighbours(before, hunks[0].start) if step.before and not step.after else ("", "")
    return step._replace(near=near)


def step_of(
    file: str,
    before: SectionText,
    after: SectionText,
    meant: Meant,
    hunks: tuple[Hunk, ...],
    known_as: str,
) -> Step:
    """The step of an edit whose hunks are known; it does not know what was near."""
    identity = meant.id or known_as
    if identity:
        old = _text_of(before, meant.old_kind, identity, meant.before)
        new = _text_of(after, meant.kind, identity, meant.data)
    else:
        old, new = "".join(hunk.old for hunk in hunks), "".join(hunk.new for hunk in hunks)
    return Step(file, identity, meant.old_kind, old, meant.kind, new, hunks)


def _text_of(section: SectionText, kind: str, identity: str, data: Mapping[str, Any] | None) -> str:
    if data is None:
        return ""
    for blocks in (section.blocks_by_own_id.get(identity, ()), section.blocks):
        for block in blocks:
            entry = block.entry
            known = entry.id == identity or not entry.has_own_id
            if known and entry.kind.slug == kind and same_value(entry.data, data):
                return raw_text(section, block)
    return ""


def _title_in(step: Step) -> str:
    """The title in the text after a step, or before it."""
    for text in (step.after, step.before):
        with contextlib.suppress(ValueError, RecursionError, KeyError, IndexError, TypeError):
            tables = rtoml.loads(text)
            for table in tables.values():
                return str((table[0] if isinstance(table, list) else table)["title"])
    return ""


def inline_error(entry: Entry) -> InputError:
    """Why an entry of an inline array or table cannot be edited in place."""
    slug = entry.kind.slug
    what, header = ("table", f"[{slug}]") if entry.kind.single else ("array", f"[[{slug}]]")
    return InputError(
        f"{entry.id} stands in an inline {what} ({entry.file}:{entry.line}), which is only shown;"
        f" write it as {header} to edit it"
    )


def written_entry(section: SectionText, kind: Kind, data: Mapping[str, Any]) -> Entry:
    """The entry as a reader of the file sees it now."""
    identity = kind.slug if kind.single else data.get("id")
    same = [e for e in section.entries if e.id == identity and e.kind.slug == kind.slug]
    for entry in sorted(same, key=lambda e: not same_value(e.data, data)):
        entry.key = entry.key or entry.id
        return entry
    return Entry(kind, dict(data), section=section.section, file=section.file)


def meant(kind: Kind, data: Mapping[str, Any], before: Entry | None) -> Meant:
    """What an edit is to leave: `data` where `before` stood."""
    identity = kind.slug if kind.single else str(data["id"])
    if before is None:
        return Meant(kind.slug, kind.slug, identity, None, data)
    return Meant(before.kind.slug, kind.slug, identity, before.data, data)


def gone(entry: Entry, identity: str) -> Meant:
    """What an edit is to leave that takes an entry out; `identity` is the id it is known by."""
    return Meant(entry.kind.slug, entry.kind.slug, identity, entry.data, None)


def check_unchanged(block: Block, entry: Entry, known: Mapping[str, Any]) -> None:
    """Raise ConflictError when the entry on disk is not `known`, the one that was looked at."""
    theirs = block.entry.data
    if same_value(theirs, known):
        return
    names = {**known, **theirs}
    fields = [n for n in names if not same_value(known.get(n), theirs.get(n))]
    raise ConflictError(entry, known, known, theirs, fields)


def changed_table(data: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """`data` with `changes` made; None removes a key."""
    merged = {**data, **changes}
    return {name: value for name, value in merged.items() if value is not None}


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
