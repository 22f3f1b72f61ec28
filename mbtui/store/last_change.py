"""Who changed an entry last, as git's history of its file says."""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from mbtui.bank.entry import Entry
from mbtui.store.git import GitError, run_git


class LastChange(NamedTuple):
    """An author as git names them, and when."""

    who: str
    when: datetime


def last_change(folder: Path, entry: Entry, lines: int) -> LastChange | None:
    """The commit that changed an entry last, or took it out where `lines` is 0.

    `lines` is how many lines of its file it takes. None where git does not know, which is so too
    while the file holds changes that are in no commit. For a thread: it asks git twice.
    """
    with contextlib.suppress(GitError, ValueError):
        run_git(folder, "diff", "--quiet", "HEAD", "--", entry.file)
        if lines:
            where = [f"-L{entry.line},+{lines}:{entry.file}"]
        else:
            where = ["-S", entry.id, "--", entry.file]
        answer = run_git(folder, "log", "-1", "-s", "--format=%an%x00%aI", *where)
        who, _, when = answer.decode(errors="replace").strip().partition("\0")
        if who:
            return LastChange(who, datetime.fromisoformat(when))
    return None
