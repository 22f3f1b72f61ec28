"""What was last read from one file of the bank, and when a new reading of it is believed."""

from __future__ import annotations

import os
import time
from pathlib import Path

from mbtui.bank.bank import Problem
from mbtui.bank.entry import Entry
from mbtui.store.config import BankFile
from mbtui.store.files import Signature, signature
from mbtui.store.section_text import SectionText

SHRUNK_IN_PLACE_SECONDS = 1.5
"""How long a file that lost entries in place must stay as it is before it is believed."""

BROKEN_SECONDS = 0.3
"""The same for a file that was written in place, or is new, and cannot be read."""

REPLACED_SECONDS = 0.05
"""The same for a file that was replaced by another one with fewer entries, or a broken one."""

MISSING_SECONDS = 0.3
"""The same for a file that is gone."""

HELD_SECONDS = 5.0
"""How long after its last change a file that a program has open for writing is in work."""

CLOCK_TICK_NS = 20_000_000
"""Two writes closer than this may leave the same time stamp."""


class FileState:
    """What was last read from one file.

    `certain` is False when the file may have changed between being written by us and looked at;
    `outdated` when `bank.toml` changed since. Either way the next look reads it again.
    """

    __slots__ = (
        "certain",
        "data_hash",
        "entries",
        "outdated",
        "problem",
        "problems",
        "read_ns",
        "section",
        "signature",
    )

    def __init__(self) -> None:
        self.signature: Signature | None = None
        self.data_hash = 0
        self.entries: list[Entry] = []
        self.section: SectionText | None = None
        self.problem: Problem | None = None
        self.problems: list[Problem] = []
        self.read_ns = time.time_ns()
        self.certain = True
        self.outdated = False

    def take(self, section: SectionText) -> None:
        """Keep what a section file holds."""
        section.data_hash = self.data_hash
        self.entries, self.section = section.entries, section.with_text("")
        self.problems = section.problems

    def keep_content_of(self, before: FileState) -> None:
        """Show what was there before this reading, which found a broken file."""
        self.entries, self.section = before.entries, before.section

    def looked_at_again(self, after: FileState) -> None:
        """Note that `after`, a later reading, found the same bytes."""
        self.signature, self.read_ns, self.certain = after.signature, after.read_ns, True

    def may_have_changed_since(self, mark: Signature | None) -> bool:
        """Whether the file differs from what was read, as far as its signature tells.

        A file written within a clock tick of being read may have changed again without a new
        time stamp: it is read once more. The time of the last change of the file's record counts,
        for the other one can be set to any date.
        """
        if self.outdated or not self.certain or mark != self.signature:
            return True
        if mark is None or self.read_ns - mark.ctime_ns > CLOCK_TICK_NS:
            return False
        return time.time_ns() - mark.ctime_ns > CLOCK_TICK_NS


def mark_of(path: Path) -> Signature | None:
    """The signature of what stands at `path`; None only when nothing does.

    A link that leads nowhere has the signature of the link, and what may not be looked at one
    that no file has.
    """
    found = signature(path)
    if found is not None:
        return found
    try:
        info = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return Signature(0, 0, -1, 0, error.errno or 0)
    return Signature(info.st_dev, info.st_ino, info.st_size, info.st_mtime_ns, info.st_ctime_ns)


def seconds_to_settle(before: FileState, after: FileState, anew: bool) -> float:
    """How long a newly read file must stay the same before it is believed; 0: at once.

    `anew` tells that the file is known to have been removed and made again: the file system may
    have given it the inode of the old one.
    """
    if after.signature is None:
        return MISSING_SECONDS if before.signature is not None else 0.0
    if before.signature is None:
        return BROKEN_SECONDS if after.problem is not None else 0.0
    if after.problem is None and not lost_entries(before.entries, after.entries):
        return 0.0
    if anew or before.signature.inode != after.signature.inode:
        return REPLACED_SECONDS
    return BROKEN_SECONDS if after.problem is not None else SHRUNK_IN_PLACE_SECONDS


def lost_entries(before: list[Entry], after: list[Entry]) -> bool:
    """Whether there are fewer entries than before, or one is missing."""
    if len(after) < len(before):
        return True
    ids = {entry.id for entry in after if entry.has_own_id}
    return any(entry.id not in ids for entry in before if entry.has_own_id)


def bank_file_seconds(
    old: BankFile, new: BankFile, before: Signature | None, mark: Signature | None
) -> float:
    """How long `bank.toml` must stay as it is before it is believed.

    It may be half written when it is broken now, or short of kinds or views.
    """
    if new.config.format > old.config.format or not _says_less(old, new):
        return 0.0
    if mark is None:
        return MISSING_SECONDS
    if before is not None and before.inode == mark.inode:
        return SHRUNK_IN_PLACE_SECONDS
    return REPLACED_SECONDS


def _says_less(old: BankFile, new: BankFile) -> bool:
    return (
        bool(new.read_only and not old.read_only)
        or not old.schema.kinds.keys() <= new.schema.kinds.keys()
        or not old.config.views.keys() <= new.config.views.keys()
    )
