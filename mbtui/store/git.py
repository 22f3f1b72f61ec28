"""What is asked of git: unmerged files with their three versions, settings, adding a file.

Only `git` itself is run, never a shell; nothing here asks for a password or takes optional locks.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from mbtui.store.errors import StoreError

SECONDS = 20.0
BASE, OURS, THEIRS = 1, 2, 3
"""Git's numbers for the versions of an unmerged file."""

_MERGING = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply")


class GitError(StoreError):
    """Git could not do what was asked; `str()` says why."""


class Unmerged(NamedTuple):
    """A file that git could not merge: its place under the bank folder and its versions.

    A version that is missing (deleted on that side, or made on both) is not in `stages`.
    """

    file: str
    stages: Mapping[int, bytes]


def run_git(folder: Path, *arguments: str, given: bytes | None = None) -> bytes:
    """What `git` answers when run in `folder`. Raises GitError."""
    try:
        answer = subprocess.run(
            ["git", *arguments],
            cwd=folder,
            input=given if given is not None else b"",
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env=_environment(),
        )
    except FileNotFoundError:
        raise GitError("git is not installed here") from None
    except (OSError, subprocess.SubprocessError) as error:
        raise GitError(f"git could not be asked ({type(error).__name__})") from None
    if answer.returncode:
        told = answer.stderr.decode(errors="replace").strip().splitlines()
        raise GitError(f"git {arguments[0]}: {told[-1] if told else 'it failed'}")
    return answer.stdout


def start_git(folder: Path, *arguments: str, answers: bool = False) -> subprocess.Popen[bytes]:
    """A running `git` whose answer is read as it comes; the caller ends it. Raises GitError.

    With `answers` it is asked over its standard input. What a partial clone lacks is not fetched.
    """
    try:
        return subprocess.Popen(
            ["git", *arguments],
            cwd=folder,
            stdin=subprocess.PIPE if answers else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**_environment(), "GIT_NO_LAZY_FETCH": "1"},
        )
    except FileNotFoundError:
        raise GitError("git is not installed here") from None
    except OSError as error:
        raise GitError(f"git could not be asked ({type(error).__name__})") from None


def _environment() -> dict[str, str]:
    asked = {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    return {**os.environ, **asked}


def git_folder_of(folder: Path) -> Path | None:
    """The same as `repository_of`, found without running git; only for looking into it."""
    for place in (folder, *folder.absolute().parents):
        git = place / ".git"
        if git.is_dir():
            return git
        if git.is_file():
            with contextlib.suppress(OSError, UnicodeDecodeError):
                with open(git, encoding="utf-8") as file:
                    pointer = file.read(4096).strip().removeprefix("gitdir:").strip()
                return Path(os.path.normpath(place / pointer))
            return None
    return None


def repository_of(folder: Path) -> Path | None:
    """The git folder of the working tree that holds `folder`, or None outside of one."""
    try:
        return Path(os.fsdecode(run_git(folder, "rev-parse", "--absolute-git-dir").strip()))
    except GitError:
        return None


def is_merging(git_folder: Path) -> bool:
    """Whether a merge, rebase, cherry-pick or revert is under way there."""
    return any(os.path.lexists(git_folder / name) for name in _MERGING)


def side_names(folder: Path) -> tuple[str, str]:
    """What the two sides of a merge are: the branch that is checked out, and what comes in."""
    git_folder = repository_of(folder)
    if git_folder is None:
        return "this side", "the other side"
    if any(os.path.lexists(git_folder / name) for name in ("rebase-merge", "rebase-apply")):
        return "the new base", "your commit"
    here = _name_of(folder, "HEAD")
    for name, label in (("CHERRY_PICK_HEAD", "the picked commit"), ("REVERT_HEAD", "the revert")):
        if os.path.lexists(git_folder / name):
            return here, label
    there = _name_of(folder, "MERGE_HEAD")
    return here, there or "the other side"


def _name_of(folder: Path, commit: str) -> str:
    """The branch of a commit, or the start of its hash; an empty text without such a commit."""
    try:
        name = run_git(folder, "name-rev", "--name-only", "--refs=refs/heads/*", commit)
        found = name.decode(errors="replace").strip()
        return found if found != "undefined" else ""
    except GitError:
        return ""


def unmerged_files(folder: Path) -> list[Unmerged]:
    """The TOML files below `folder` that git could not merge. Raises GitError."""
    listed: dict[str, dict[int, str]] = defaultdict(dict)
    for line in run_git(folder, "ls-files", "--unmerged", "-z", "--", ".").split(b"\0"):
        if not line:
            continue
        about, _, name = line.partition(b"\t")
        _, blob, stage = about.decode().split()
        file = os.fsdecode(name)
        if file.endswith(".toml"):
            listed[file][int(stage)] = blob
    contents = _blobs(folder, {blob for stages in listed.values() for blob in stages.values()})
    return [
        Unmerged(file, {stage: contents[blob] for stage, blob in stages.items()})
        for file, stages in sorted(listed.items())
    ]


def _blobs(folder: Path, names: Iterable[str]) -> dict[str, bytes]:
    asked = sorted(names)
    if not asked:
        return {}
    answer = run_git(folder, "cat-file", "--batch", given="".join(f"{n}\n" for n in asked).encode())
    found: dict[str, bytes] = {}
    at = 0
    for name in asked:
        end = answer.index(b"\n", at)
        size = int(answer[at:end].rsplit(b" ", 1)[1])
        found[name] = answer[end + 1 : end + 1 + size]
        at = end + 1 + size + 1
    return found


def add_files(folder: Path, files: Iterable[str]) -> None:
    """Tell git that files are merged. Raises GitError."""
    run_git(folder, "add", "--", *files)


def merged_by_line(base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """What git's own merge makes of three versions, with its markers; None where git fails."""
    with tempfile.TemporaryDirectory(prefix="mbtui-merge-") as place:
        paths = [os.path.join(place, name) for name in ("ours", "base", "theirs")]
        for path, data in zip(paths, (ours, base, theirs), strict=True):
            with open(path, "wb") as file:
                file.write(data)
        try:
            answer = subprocess.run(
                ["git", "merge-file", "-p", "-q", *paths],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except (OSError, subprocess.SubprocessError):
            return None
    return answer.stdout if 0 <= answer.returncode < 128 else None
