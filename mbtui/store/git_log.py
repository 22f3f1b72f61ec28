"""What the history of a repository says of files: when commits changed them, and new names."""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from mbtui.store.git import GitError, run_git

_MOST_NAMES = 10
"""With more names than this, git is asked for all changes: that takes it less time."""

_MOST_RENAMES = 20

_NO_ORDER = "-O/dev/null"
"""Without it git fails where the file that its settings name for the order is not there."""


class History:
    """The commits reachable from HEAD, each looked into once.

    All names are relative to the root of the repository, and those of folders end in `/`.
    """

    def __init__(self, root: str) -> None:
        self._root = Path(root)
        self._asked: frozenset[str] = frozenset()
        self._changed: dict[str, tuple[str, ...]] = {}
        self._newest: tuple[str, float, dict[str, float]] | None = None

    def last_changes(self, names: Collection[str], since: float) -> dict[str, float]:
        """When a commit last changed each of these, in seconds since the epoch.

        Only commits whose committer date is not before `since` are looked at. Nothing is known
        without git and commits, and of the commits at which a shallow clone ends.
        """
        if not names:
            return {}
        try:
            head = run_git(self._root, "rev-parse", "HEAD").decode().strip()
            known = self._newest
            if known and known[:2] == (head, since) and self._asked.issuperset(names):
                return known[2]
            return self._look(names, head, since)
        except (GitError, ValueError):
            return {}

    def _look(self, names: Collection[str], head: str, since: float) -> dict[str, float]:
        if not self._asked.issuperset(names):
            self._asked = frozenset(names)
            self._changed.clear()
        dates = self._dates(since)
        self._look_into([commit for commit in dates if commit not in self._changed])
        newest: dict[str, float] = {}
        for commit, date in dates.items():
            for name in self._changed.get(commit, ()):
                newest[name] = max(date, newest.get(name, 0))
        self._newest = head, since, newest
        return newest

    def _dates(self, since: float) -> dict[str, float]:
        """The committer date of each commit that is new enough, and whose parents are here."""
        cut_off: set[str] = set()
        with contextlib.suppress(OSError, GitError):
            place = run_git(self._root, "rev-parse", "--git-path", "shallow")
            shallow = self._root / os.fsdecode(place.rstrip(b"\n"))
            if shallow.is_file():
                cut_off = set(shallow.read_text("ascii", "replace").split())
        dates = {}
        for line in run_git(self._root, "rev-list", "--timestamp", "HEAD").decode().splitlines():
            date, commit = line.split(" ")
            if float(date) >= since and commit not in cut_off:
                dates[commit] = float(date)
        return dates

    def _look_into(self, commits: Collection[str]) -> None:
        """Note which of the asked names each commit changed; a merge, against all its parents."""
        if not commits:
            return
        few = sorted(self._asked) if len(self._asked) <= _MOST_NAMES else []
        arguments = ("-r", "--root", "--no-renames", "-c", "--name-only", "-z", "--", *few)
        answer = run_git(
            self._root,
            "--literal-pathspecs",
            "diff-tree",
            "--stdin",
            *arguments,
            given="".join(f"{commit}\n" for commit in commits).encode(),
        )
        left, commit = set(commits), ""
        changed: dict[str, set[str]] = {name: set() for name in commits}
        for token in answer.split(b"\0"):
            text = os.fsdecode(token)
            if text in left:
                commit = text
                left.discard(text)
            elif text and commit:
                changed[commit].update(self._meant(text))
        self._changed |= {name: tuple(found) for name, found in changed.items()}

    def _meant(self, name: str) -> Iterator[str]:
        """Which asked names a changed file is, or lies in."""
        if name in self._asked:
            yield name
        at = name.rfind("/")
        while at > 0:
            if name[: at + 1] in self._asked:
                yield name[: at + 1]
            at = name.rfind("/", 0, at)
        if "./" in self._asked:
            yield "./"


def new_name(root: str, name: str, exists: Callable[[str], bool]) -> str:
    """Where git knows that a file or folder was renamed to; empty where it knows nothing.

    `exists` is asked whether a name is there now. Follows several renames, and takes those that
    are not committed yet.
    """
    folder = Path(root)
    seen = {name}
    try:
        while len(seen) <= _MOST_RENAMES:
            name = _renamed(folder, name)
            if not name or name in seen:
                return ""
            if exists(name):
                return name
            seen.add(name)
    except GitError:
        pass
    return ""


def _renamed(root: Path, name: str) -> str:
    options = ("-M", "--diff-filter=R", "--name-status", "-z", _NO_ORDER)
    found = _target(run_git(root, "diff", *options, "HEAD"), name)
    if found:
        return found
    gone = run_git(
        root,
        "--literal-pathspecs",
        *("log", "-1", "--full-history", "--no-renames", "--diff-filter=D", "--format=%H"),
        *(_NO_ORDER, "--", name),
    )
    commit = gone.decode().strip()
    if not commit:
        return ""
    return _target(run_git(root, "diff-tree", "-r", "--no-commit-id", *options, commit), name)


def _target(answer: bytes, name: str) -> str:
    """The new name of a file; of a folder, where all of its renamed files went."""
    tokens = [os.fsdecode(token) for token in answer.split(b"\0")]
    pairs = [(tokens[i + 1], tokens[i + 2]) for i in range(0, len(tokens) - 2, 3)]
    if not name.endswith("/"):
        return dict(pairs).get(name, "")
    folders: Counter[str] = Counter()
    for old, new in pairs:
        rest = old[len(name) :]
        if old.startswith(name):
            folders[new.removesuffix(rest) if new.endswith(f"/{rest}") else ""] += 1
    return next(iter(folders)) if len(folders) == 1 else ""
