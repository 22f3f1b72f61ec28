"""A bank on disk: loaded and followed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Container, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from mbtui.bank.bank import BANK_FILE, Bank, Problem, assemble
from mbtui.bank.entry import ARCHIVE, Entry
from mbtui.store.config import BankFile, load_bank_file
from mbtui.store.errors import BrokenFileError
from mbtui.store.file_state import (
    HELD_SECONDS,
    SHRUNK_IN_PLACE_SECONDS,
    FileState,
    bank_file_seconds,
    lost_entries,
    mark_of,
    seconds_to_settle,
)
from mbtui.store.files import Signature, signature
from mbtui.store.held import held_for_writing
from mbtui.store.section_reader import read_section
from mbtui.store.section_text import SectionText
from mbtui.store.strays import Strays
from mbtui.store.temporary import sweep_temporaries

MANY_FILES = 3
"""So many files that change between two looks are told together, with those that follow."""

MANY_SECONDS = 0.5
"""How long that may go on before what was read is told."""

_OLD_TEMPORARY_SECONDS = 3600


def utc_now() -> datetime:
    """This moment in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


class Refreshed(NamedTuple):
    """`bank` is the new bank, or None when nothing changed; `pending`: look again soon."""

    bank: Bank | None
    pending: bool


class BankReader:
    """One bank folder, to be read. Not safe for use from two threads at once."""

    def __init__(self, folder: Path, *, author: str, now: Callable[[], datetime] = utc_now) -> None:
        self.folder = folder
        self.author = author
        self.now = now
        self.bank_file: BankFile | None = None
        self._bank_signature: Signature | None = None
        self._states: dict[str, FileState] = {}
        self._bank: Bank | None = None
        self._strays = Strays(folder)
        self._unsettled: dict[str, tuple[Signature | None, float]] = {}
        self._quiet: dict[str, tuple[Signature, float]] = {}
        self._many_since: float | None = None
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
        self._bank_signature = mark_of(self.folder / BANK_FILE)
        self.bank_file = load_bank_file(self.folder)
        return self.bank_file

    def load(self, *, archive: bool = True) -> Bank:
        """Read everything. Files that cannot be read are told in the bank's problems.

        Of such a file the last good content stays; without one, what can be read of it is there.
        """
        self.load_schema()
        self._unsettled.clear()
        for file in self._files(archive):
            before = self._states.get(file, FileState())
            after = self._states[file] = self._fresh(file, before.section)
            if after.problem is not None:
                self._fill(file, before, after)
        self._look_for_strays(settled=True)
        return self._assemble()

    def refresh(self, anew: Container[str] = ()) -> Refreshed:
        """Read what changed on disk since the last look.

        A file that lost entries may be half written: it is believed only after it stayed the same
        for a while, and until then its last entries stay and `pending` is set. `anew` holds the
        paths of files that are known to have been removed or replaced: of these a stable one is
        believed sooner. While `bank.toml` is not there, nothing is taken to be gone.
        """
        changed = self._refresh_bank_file()
        there = os.path.lexists(self.folder / BANK_FILE)
        files = 0
        for file in self._files(archive=True):
            files += self._refresh_file(file, there, str(self.folder / file) in anew)
        changed |= self._look_for_strays()
        self._stale |= changed or files > 0
        if self._more_may_come(files):
            return Refreshed(None, True)
        return Refreshed(self._assemble() if self._stale else None, bool(self._unsettled))

    def _more_may_come(self, files: int) -> bool:
        """Whether many files are changing, as a branch switch does, and it goes on.

        What was read is told when a look finds nothing more, or half a second has passed.
        """
        moment = time.monotonic()
        if self._many_since is None and files >= MANY_FILES:
            self._many_since = moment
        if self._many_since is None:
            return False
        if files and moment - self._many_since < MANY_SECONDS:
            return True
        self._many_since = None
        return False

    def _look_for_strays(self, *, settled: bool = False) -> bool:
        """Look for files of no section; not while `bank.toml` cannot tell what the sections are."""
        assert self.bank_file is not None
        if any(problem.blocks for problem in self.bank_file.problems):
            return False
        return self._strays.look(self.bank_file.schema, settled=settled)

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
        mark = mark_of(self.folder / BANK_FILE)
        if mark == self._bank_signature and self.bank_file is not None:
            self._unsettled.pop(BANK_FILE, None)
            return False
        old, before = self.bank_file, self._bank_signature
        new = load_bank_file(self.folder)
        wait = bank_file_seconds(old, new, before, mark) if old is not None else 0.0
        if wait and not self._settled(BANK_FILE, mark, wait):
            return False
        self._unsettled.pop(BANK_FILE, None)
        self._bank_signature = mark
        if old is not None and new.problems and new.problems[0].blocks:
            new = old._replace(problems=new.problems, read_only=new.read_only)
        if old is not None and old == new:
            return False
        self.bank_file = new
        for state in self._states.values():
            state.outdated = True
        return True

    def _settled(self, file: str, mark: Signature | None, seconds: float) -> bool:
        """Whether the file has been as it is for so long, and nobody has it open for writing."""
        seen, since = self._unsettled.get(file, (None, -1.0))
        moment = time.monotonic()
        if since < 0 or seen != mark:
            self._unsettled[file] = (mark, moment)
            return False
        stayed = moment - since
        return stayed >= seconds and (stayed >= HELD_SECONDS or not self._is_held(file))

    def _is_held(self, file: str) -> bool:
        return held_for_writing(self.folder / file)

    def _refresh_file(self, file: str, bank_is_there: bool, anew: bool) -> bool:
        state = self._states.get(file)
        mark = mark_of(self.folder / file)
        if state is not None and not state.may_have_changed_since(mark):
            self._unsettled.pop(file, None)
            return False
        before = state or FileState()
        after = self._fresh(file, before.section)
        same = state is not None and after.data_hash == before.data_hash
        if same and not before.outdated:
            before.looked_at_again(after)
            self._unsettled.pop(file, None)
            return False
        if after.signature is None and not bank_is_there:
            self._unsettled.pop(file, None)
            return False
        wait = seconds_to_settle(before, after, anew)
        if wait and not self._settled(file, after.signature, wait):
            return False
        self._unsettled.pop(file, None)
        if after.problem is not None:
            self._fill(file, before, after)
        self._states[file] = after
        return not same

    def _fresh(self, file: str, earlier: SectionText | None) -> FileState:
        assert self.bank_file is not None
        state = FileState()
        state.signature = mark_of(self.folder / file)
        if state.signature is None:
            return state
        try:
            data, section = read_section(self.folder, file, self.bank_file.schema, earlier)
        except BrokenFileError as error:
            state.problem = error.problem
        else:
            if data is not None:
                state.data_hash = hash(data)
                state.take(section)
                return state
            if not os.path.lexists(self.folder / file):
                state.signature = None
                return state
            state.problem = Problem(file, "is a link that leads nowhere", state="unreadable")
        state.data_hash = hash((state.signature, str(state.problem)))
        return state

    def _fill(self, file: str, before: FileState, after: FileState) -> None:
        """Give a broken file's state the last good content, else what can be read of the file.

        What could be read of it before stays while less can be read now. Of a file with conflict
        markers both sides are shown.
        """
        in_conflict = after.problem is not None and after.problem.state == "conflict"
        if before.section is not None and not in_conflict:
            after.keep_content_of(before)
            return
        from mbtui.store.salvage import salvaged, with_count

        assert self.bank_file is not None
        assert after.problem is not None
        after.entries = salvaged(self.folder, file, self.bank_file.schema)
        could = "can be read"
        if lost_entries(before.entries, after.entries):
            after.keep_content_of(before)
            could = "could be read before"
        after.problem = with_count(after.problem, after.entries, could)

    def _assemble(self) -> Bank:
        assert self.bank_file is not None
        self._stale = False
        entries: list[Entry] = []
        problems = [*self.bank_file.problems, *self._strays.problems]
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

        Such a file was written a moment ago and is empty, cannot be read, or became shorter or lost
        entries in place since it was last read; or a program has it open for writing, and goes on.
        Replacing it would cost what is still to come.
        """
        mark = signature(self.folder / file)
        if mark is None or not self._may_be_in_work(file, mark):
            return False
        if section is None or data is None:
            return section is None
        if self._is_held(file):
            return True
        state = self._states.get(file)
        if state is None or state.signature is None:
            return not data
        if state.data_hash == hash(data):
            return False
        in_place = state.signature.inode == mark.inode
        shorter = mark.size < state.signature.size or lost_entries(state.entries, section.entries)
        return not data or (in_place and shorter)

    def _may_be_in_work(self, file: str, mark: Signature) -> bool:
        """Whether the file was written a moment ago; a bit longer, where a program has it open.

        What was seen to stay the same is done. Where its date is still to come, for the clock was
        set back, only that counts.
        """
        moment = time.monotonic()
        seen, since = self._quiet.get(file, (None, moment))
        if seen != mark:
            since = moment
            self._quiet[file] = (mark, moment)
        age = time.time() - mark.mtime_ns / 1e9
        if age > HELD_SECONDS or (age > SHRUNK_IN_PLACE_SECONDS and not self._is_held(file)):
            return False
        return 0 <= age <= SHRUNK_IN_PLACE_SECONDS or moment - since < SHRUNK_IN_PLACE_SECONDS

    def _take_in_bank_file(self) -> None:
        """Take in what this store has just written to `bank.toml`; the kinds stay the same ones."""
        old, mark = self.bank_file, mark_of(self.folder / BANK_FILE)
        new = load_bank_file(self.folder)
        if old is not None and new.schema == old.schema:
            new = new._replace(schema=old.schema)
        else:
            for state in self._states.values():
                state.outdated = True
        self.bank_file, self._bank_signature, self._stale = new, mark, True
        self._unsettled.pop(BANK_FILE, None)

    def wrote(self, file: str, section: SectionText, data: bytes) -> None:
        """Take in a file that this store has just written, or removed with its last entry."""
        if file == BANK_FILE:
            self._take_in_bank_file()
            return
        state = FileState()
        state.signature = mark_of(self.folder / file)
        state.data_hash = hash(data) if state.signature is not None else state.data_hash
        state.take(section)
        state.certain = False
        self._states[file] = state
        self._unsettled.pop(file, None)
        self._stale = True
