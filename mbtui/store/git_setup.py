"""Setting up git so that it merges a bank entry by entry, and taking that back.

The bank's own `.gitattributes` names the driver (it is committed and travels), git's settings of
the clone say what to run (they do not travel: each clone is set up once).
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from mbtui.store.errors import StoreError
from mbtui.store.files import UnreadableError, read_bytes, replace_bytes
from mbtui.store.git import GitError, repository_of, run_git

ATTRIBUTES_FILE = ".gitattributes"
ATTRIBUTE_LINE = "*.toml merge=mbtui"
DRIVER_NAME = "memory bank: entry by entry (mbtui)"
DRIVER_COMMAND = (
    "mbtui merge-driver %O %A %B %P; code=$?; test $code -le 1 && exit $code;"
    " git merge-file -L ours -L base -L theirs %A %O %B"
)
"""Where mbtui is not on the PATH or cannot merge the file, git's own merge by line does it.

Git would take a driver that cannot be run for a conflict and leave *ours* without markers.
"""


def set_up_git(bank: Path) -> list[str]:
    """Register the merge driver for a bank and say what was done, a sentence each.

    Raises GitError outside of a git repository, StoreError where a file cannot be written.
    """
    _in_repository(bank)
    done = []
    if _write_attributes(bank, wanted=True):
        done.append(f"{bank.name}/{ATTRIBUTES_FILE} names the merge driver; commit it")
    run_git(bank, "config", "merge.mbtui.name", DRIVER_NAME)
    run_git(bank, "config", "merge.mbtui.driver", DRIVER_COMMAND)
    done.append("this clone merges the bank entry by entry; other clones need `mbtui init --git`")
    return done


def remove_git(bank: Path) -> list[str]:
    """Take the merge driver away again and say what was done."""
    _in_repository(bank)
    done = []
    if _write_attributes(bank, wanted=False):
        done.append(f"{bank.name}/{ATTRIBUTES_FILE} no longer names the merge driver; commit it")
    with contextlib.suppress(GitError):
        run_git(bank, "config", "--remove-section", "merge.mbtui")
        done.append("this clone merges the bank as any other text again")
    return done or ["there was no merge driver to take away"]


def is_set_up(bank: Path) -> bool:
    """Whether this clone merges the bank entry by entry."""
    with contextlib.suppress(GitError):
        return b"merge-driver" in run_git(bank, "config", "--get", "merge.mbtui.driver")
    return False


def _in_repository(bank: Path) -> None:
    if repository_of(bank) is None:
        raise GitError(f"{bank} is in no git repository (or git is not installed)")


def _write_attributes(bank: Path, *, wanted: bool) -> bool:
    """Put the line into the bank's `.gitattributes`, or take it out; whether that changed it."""
    path = bank / ATTRIBUTES_FILE
    try:
        found = read_bytes(path, bank)
    except UnreadableError as error:
        raise StoreError(f"{path} {error}") from None
    old = found[0] if found else None
    lines = (old or b"").decode("utf-8", "surrogateescape").splitlines(keepends=True)
    kept = [line for line in lines if line.strip() != ATTRIBUTE_LINE]
    if wanted:
        if len(kept) != len(lines):
            return False
        if kept and not kept[-1].endswith("\n"):
            kept[-1] += "\n"
        kept.append(f"{ATTRIBUTE_LINE}\n")
    new = "".join(kept).encode("utf-8", "surrogateescape")
    if new == (old or b""):
        return False
    if new:
        replace_bytes(path, bank, new, old)
    else:
        os.unlink(path)
    return True
