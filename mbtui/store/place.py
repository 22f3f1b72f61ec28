"""Facts about the folder that holds a bank: its git branch, the files in it."""

from __future__ import annotations

import os
import re
from pathlib import Path

from mbtui.store.peek import read_start

_HEAD_BYTES = 1024
_BRANCH = re.compile(r"ref: refs/heads/(\S.{0,254})\Z")
_COMMIT = re.compile(r"[0-9a-f]{40,64}\Z")


def branch_of(folder: Path) -> str:
    """The git branch checked out in `folder`, the start of the commit if detached, or "".

    Reads `.git` files only, a little of each; git itself is not run.
    """
    for place in (folder, *folder.absolute().parents):
        git = _git_folder(place)
        if git is not None:
            return _branch_in(_line(git / "HEAD"))
    return ""


def in_repository(folder: Path) -> bool:
    """Whether a folder lies in the working tree of a git repository."""
    return any(_git_folder(place) is not None for place in (folder, *folder.absolute().parents))


def git_pointer(place: Path) -> str:
    """Where the file `.git` of a worktree or submodule points; empty where it is no such file."""
    line = _line(place / ".git")
    return line.removeprefix("gitdir:").strip() if line.startswith("gitdir:") else ""


def _git_folder(place: Path) -> Path | None:
    git = place / ".git"
    pointer = git_pointer(place)
    if pointer:
        return place / pointer
    return git if os.path.isdir(git) else None


def _branch_in(head: str) -> str:
    """What `HEAD` says, if it says what git writes; other text is nobody's branch."""
    branch = _BRANCH.match(head)
    if branch:
        return branch.group(1)
    return head[:8] if _COMMIT.match(head) else ""


def _line(path: Path) -> str:
    start = read_start(path, _HEAD_BYTES)
    return start.decode("utf-8", "replace").strip() if start else ""
