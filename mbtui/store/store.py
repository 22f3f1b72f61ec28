"""A bank on disk: loaded, followed and written."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from mbtui.bank.bank import BANK_FILE, Bank, Problem, assemble
from mbtui.bank.entry import ARCHIVE, Entry
from mbtui.store.config import BankFile, load_bank_file
from mbtui.store.errors import BrokenFileError
from mbtui.store.files import Signature, signature, sweep_temporaries
from mbtui.store.section_text import SectionText
from mbtui.store.undoing import Undoing
from mbtui.store.writer import read_section

SHRUNK_IN_PLACE_SECONDS = 1.5
"""How long a file that lost entries in place must stay as it is before it is believed."""

REPLACED_SECONDS = 0.05
"""The same for a file that was replaced by another one with fewer entries."""

MISSING_SECONDS = 0.3
"""The same for a file that is gone."""

CLOCK_TICK_NS = 20_000_000
"""Two writes closer than this may leave the same time stamp."""

_OLD_TEMPORARY_SECONDS = 3600


def utc_now() -> datetime:
    """This moment in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


class FileState:
    """What was last read from one file."""

    __slots__ = ("data_hash", "entries", "problem", "problems", "read_ns", "section", "signature")

    def __init__(self) -> None:
        self.signature: Signature | None = None
        self.data_hash = 0
        self.entries: list[Entry] = []
        self.section: SectionText | None = None
        self.problem: Problem | None = None
        self.problems: list[Problem] = []
        self.read_ns = time.time_ns()

    def take(self, section: SectionText) -> None:
        """Keep what a section file holds."""
        section.data_hash = self.data_hash
        self.entries, self.section = section.entries, section.with_text("")
        self.problems = section.problems

    def may_have_changed_since(self, mark: Signature | None) -> bool:
        """Whether the file differs from what was read, as far as its signature tells.

        A file written within a clock tick of being read may have changed again without a new
        time stamp: it is read once more.
        """
        if mark != self.signature:
            return True
        if mark is None or self.read_ns - mark.mtime_ns > CLOCK_TICK_NS:
            return False
        return time.time_ns() - mark.mtime_ns > CLOCK_TICK_NS


class Refreshed(NamedTuple):
    """`bank` is the new bank, or None when nothing changed; `pending`: look again soon."""

    bank: Bank | None
    pending: bool


class Store(Undoing):
    """One bank folder. Not safe for use from two threads at once."""

    def __init__(self, folder: Path, *, author: str, now: Callable[[], datetime] = utc_now) -> None:
        self.folder = folder
        self.author = author
        self.now = now
        self.bank_file: BankFile | None = None
        self._bank_signature: Signature | None = None
        self._states: dict[str, FileState] = {}
        self._bank: Bank | None = None
        self._unsettled: dict[str, tuple[Signature | None, float]] = {}
        self._stale = False

    @property
    def project(self) -> Path:
        """The folder that holds the bank; paths of entries are relative to it."""
        return self.folder.parent

    @property
    def bank(self) -> Bank:
        """The bank as it was last loaded."""
        if self._bank is None:
            return self.load()
        return self._assemble() if self._stale else self._bank

    def load_schema(self) -> BankFile:
        """What `bank.toml` says; no section file is read."""
        self._bank_signature = signature(self.folder / BANK_FILE)
        self.bank_file = load_bank_file(self.folder)
        return self.bank_file

    def load(self, *, archive: bool = True) -> Bank:
        """Read everything. Files that cannot be read are told in the bank's problems."""
        self.load_schema()
        self._unsettled.clear()
        for file in self._files(archive):
            self._read(file)
        return self._assemble()

    def refresh(self) -> Refreshed:
        """Read what changed on disk since the last look.

        A file that lost entries may be half written: it is believed only after it stayed the same
        for a while, and until then its last entries stay and `pending` is set.
        """
        changed = self._refresh_bank_file()
        for file in self._files(archive=True):
            changed |= self._refresh_file(file)
        changed |= self._stale
        return Refreshed(self._assemble() if changed else None, bool(self._unsettled))

    def forget_unsettled(self) -> None:
        """Believe at the next look whatever is on disk."""
        self._unsettled = {file: (mark, 0.0) for file, (mark, _) in self._unsettled.items()}

    def sweep(self) -> None:
        """Remove temporary files that a killed mbtui left in the bank."""
        before = time.time() - _OLD_TEMPORARY_SECONDS
        sweep_temporaries(self.folder, before)
        sweep_temporaries(self.folder / ARCHIVE, before)

    def _files(self, archive: bool) -> Iterator[str]:
        assert self.bank_file is not None
        for section in self.bank_file.schema.sections:
            yield f"{section.slug}.toml"
        if archive:
            for section in self.bank_file.schema.sections:
                yield f"{ARCHIVE}{section.slug}.toml"

    def _refresh_bank_file(self) -> bool:
        mark = signature(self.folder / BANK_FILE)
        if mark == self._bank_signature and self.bank_file is not None:
            return False
        old, before = self.bank_file, self._bank_signature
        new = load_bank_file(self.folder)
        if old is not None and _says_less(old, new):
            wait = REPLACED_SECONDS
            if mark is None:
                wait = MISSING_SECONDS
            elif before is not None and before.inode == mark.inode:
                wait = SHRUNK_IN_PLACE_SECONDS
            if not self._settled(BANK_FILE, mark, wait):
                return False
        self._unsettled.pop(BANK_FILE, None)
        self._bank_signature = mark
        if old is not None and new.problems and new.problems[0].blocks:
            new = old._replace(problems=new.problems, read_only=new.read_only)
        if old is not None and old == new:
            return False
        self.bank_file = new
        for state in self._states.values():
            state.signature = None
            state.data_hash = 0
        return True

    def _settled(self, file: str, mark: Signature | None, seconds: float) -> bool:
        seen, since = self._unsettled.get(file, (None, -1.0))
        moment = time.monotonic()
        if since < 0 or seen != mark:
            self._unsettled[file] = (mark, moment)
            return False
        return moment - since >= seconds

    def _refresh_file(self, file: str) -> bool:
        state = self._states.get(file)
        mark = signature(self.folder / file)
        if state is not None and not state.may_have_changed_since(mark):
            self._unsettled.pop(file, None)
            return False
        before = state or FileState()
        after = self._fresh(file, before.section)
        if after.data_hash == before.data_hash and state is not None:
            before.signature, before.read_ns = after.signature, after.read_ns
            self._unsettled.pop(file, None)
            return False
        wait = _seconds_to_settle(before, after)
        if wait and not self._settled(file, after.signature, wait):
            return False
        self._unsettled.pop(file, None)
        if after.problem is not None:
            after.entries, after.section = before.entries, before.section
        self._states[file] = after
        return True

    def _read(self, file: str) -> FileState:
        old = self._states.get(file)
        state = self._fresh(file, old.section if old else None)
        if state.problem is not None and old is not None:
            state.entries, state.section = old.entries, old.section
        self._states[file] = state
        return state

    def _fresh(self, file: str, earlier: SectionText | None) -> FileState:
        assert self.bank_file is not None
        state = FileState()
        state.signature = signature(self.folder / file)
        if state.signature is None and not os.path.lexists(self.folder / file):
            return state
        try:
            data, section = read_section(self.folder, file, self.bank_file.schema, earlier)
        except BrokenFileError as error:
            state.problem = error.problem
            state.data_hash = hash((state.signature, str(error.problem)))
            return state
        state.data_hash = hash(data)
        state.take(section)
        return state

    def _assemble(self) -> Bank:
        assert self.bank_file is not None
        self._stale = False
        entries: list[Entry] = []
        problems = list(self.bank_file.problems)
        known = set(self._files(archive=True))
        for file, state in self._states.items():
            if file not in known:
                continue
            entries += state.entries
            problems += state.problems
            if state.problem is not None:
                problems.append(state.problem)
        self._bank = assemble(
            self.bank_file.schema, self.bank_file.config, entries, problems, self.why_read_only()
        )
        return self._bank

    def why_read_only(self) -> str:
        """Why nothing may be written to this bank, or an empty text."""
        bank_file = self.bank_file or self.load_schema()
        if bank_file.read_only:
            return bank_file.read_only
        if not self.folder.is_dir():
            return f"the folder {self.folder} is not there"
        if not os.access(self.folder, os.W_OK | os.X_OK):
            return f"the folder {self.folder} is read-only for you"
        return ""

    def last_read(self, file: str) -> SectionText | None:
        """What was last read from the file, without its text."""
        state = self._states.get(file)
        return state.section if state else None

    def being_written(self, file: str, data: bytes | None, section: SectionText | None) -> bool:
        """Whether the file looks as if another program were in the middle of writing it.

        Such a file was written a moment ago and is empty, cannot be read, or lost entries in place
        since it was last read. Replacing it would cost what is still to come.
        """
        mark = signature(self.folder / file)
        if mark is None or time.time() - mark.mtime_ns / 1e9 > SHRUNK_IN_PLACE_SECONDS:
            return False
        if section is None or data is None:
            return section is None
        state = self._states.get(file)
        if state is None or state.signature is None:
            return not data
        if state.data_hash == hash(data):
            return False
        in_place = state.signature.inode == mark.inode
        return not data or (in_place and _lost_entries(state.entries, section.entries))

    def wrote(self, file: str, section: SectionText, data: bytes) -> None:
        """Take in a file that this store has just written."""
        state = FileState()
        state.signature = signature(self.folder / file)
        state.data_hash = hash(data)
        state.take(section)
        self._states[file] = state
        self._unsettled.pop(file, None)
        self._stale = True


def _seconds_to_settle(before: FileState, after: FileState) -> float:
    """How long a newly read file must stay the same before it is believed; 0: at once."""
    if before.signature is None:
        return 0.0
    if after.signature is None:
        return MISSING_SECONDS
    if after.problem is None and not _lost_entries(before.entries, after.entries):
        return 0.0
    in_place = before.signature.inode == after.signature.inode
    if in_place:
        return REPLACED_SECONDS * 6 if after.problem is not None else SHRUNK_IN_PLACE_SECONDS
    return REPLACED_SECONDS


def _lost_entries(before: list[Entry], after: list[Entry]) -> bool:
    if len(after) < len(before):
        return True
    ids = {entry.id for entry in after if entry.has_own_id}
    return any(entry.id not in ids for entry in before if entry.has_own_id)


def _says_less(old: BankFile, new: BankFile) -> bool:
    """Whether `bank.toml` may be half written: broken now, or short of kinds or views."""
    if new.config.format > old.config.format:
        return False
    return (
        bool(new.read_only and not old.read_only)
        or not old.schema.kinds.keys() <= new.schema.kinds.keys()
        or not old.config.views.keys() <= new.config.views.keys()
    )
