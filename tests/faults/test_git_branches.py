"""Two branches that add, edit, move, archive and restore entries over many commits, merged often.

`MBTUI_FAULT_COMMITS` is the number of commits of a story, `MBTUI_FAULT_SEEDS` that of stories that
must merge cleanly. Each commit writes words that no other wrote, and every word must be found after
every merge, in the bank or its archive.
"""

from __future__ import annotations

import os
import random
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from mbtui.bank.merge_section import KIND, MergedEntry, Version, in_kind
from mbtui.store.errors import StoreError
from mbtui.store.store import Store
from tests.faults.repository import Repository

COMMITS = int(os.environ.get("MBTUI_FAULT_COMMITS", "50"))
SEEDS = int(os.environ.get("MBTUI_FAULT_SEEDS", "1"))
KINDS = ("current-issues", "technical-debt", "setup-instructions", "common-patterns-used")
MERGE_EVERY = 10


class Branch:
    """One of two people at work; `owned` are the entries that only this branch changes."""

    def __init__(self, name: str, repository: Repository, random: random.Random) -> None:
        self.name = name
        self.repository = repository
        self.random = random
        self.number = 0

    def work(self, words: set[str], *, share: float) -> None:
        """A commit of one to three changes; `share` of the edits may meet the other branch's."""
        store = self.repository.store(self.name)
        for _ in range(self.random.randint(1, 3)):
            try:
                self._change(store, words, share)
            except StoreError as error:
                # A merge may leave one id in two places with two texts; such a one stays there.
                if "also stands in" not in str(error):
                    raise
        self.repository.commit(f"{self.name} {self.number}")

    def _change(self, store: Store, words: set[str], share: float) -> None:
        self.number += 1
        word = f"{self.name}{self.number}"
        once = Counter(entry.id for entry in (*store.bank.entries, *store.bank.archive))
        mine = [e for e in store.bank.entries if self._may_change(e.title, share)]
        own = [e for e in mine if once[e.id] == 1]
        archived = [e for e in store.bank.archive if self._may_change(e.title, share)]
        what = self.random.choice(["add", "add", "edit", "edit", "edit", "move", "archive", "back"])
        if what == "back" and archived:
            store.restore(self.random.choice(archived))
        elif what == "add" or not own:
            words.add(word)
            kind = self.random.choice(KINDS)
            main = store.bank.schema.kinds[kind].main_field
            store.add(kind, {"title": f"{self.name} {word}", main: "line\n" * 3 + f"{word}\n"})
        else:
            entry = self.random.choice(own)
            if what == "edit":
                words.add(word)
                store.update(entry, {entry.kind.main_field: f"{entry.main_text}{word}\n"})
            elif what == "move":
                target = self.random.choice([kind for kind in KINDS if kind != entry.kind.slug])
                statuses = store.bank.schema.kinds[target].statuses
                store.move(entry, target, status=statuses[0] if statuses else None)
            else:
                store.archive(entry, "done")

    def _may_change(self, title: str, share: float) -> bool:
        is_log = ": " in title  # Nobody works on the lines that say what was done.
        return not is_log and (title.startswith(self.name) or self.random.random() < share)


def all_text(repository: Repository) -> str:
    return "".join(path.read_text() for path in sorted(repository.folder.rglob("*.toml")))


def story(
    repository: Repository, seed: int, *, share: float
) -> Iterator[tuple[set[str], int, str]]:
    """Commits on two branches; yields the words, git's exit code and its output at each merge."""
    chance = random.Random(seed)
    words: set[str] = set()
    branches = [Branch(name, repository, chance) for name in ("ana", "bo")]
    for name in ("ana", "bo"):
        repository.git("branch", name)
    done = 0
    while done < COMMITS:
        for branch in branches:
            repository.switch(branch.name)
            for _ in range(MERGE_EVERY // 2):
                branch.work(words, share=share)
                done += 1
        repository.switch("bo")
        merged = repository.run("git", "merge", "-q", "--no-edit", "ana")
        yield words, merged.returncode, merged.stdout + merged.stderr
        repository.switch("ana")
        repository.git("merge", "-q", "--no-edit", "bo")


def check(repository: Repository, words: set[str]) -> None:
    text = all_text(repository)
    lines = set(text.replace('"', " ").split())
    assert sorted(word for word in words if word not in lines) == []
    for path in repository.folder.rglob("*.toml"):
        tomllib.loads(path.read_text())


@pytest.mark.parametrize("seed", range(SEEDS))
def test_with_the_driver_every_merge_without_a_true_conflict_is_clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home" / "state"))
    repository = Repository(tmp_path / "project", driver=True, home=tmp_path / "home")
    for words, code, told in story(repository, seed, share=0.0):
        assert code == 0, told
        check(repository, words)
        assert not repository.bank().problems


@pytest.mark.parametrize("driver", [True, False], ids=["driver", "no driver"])
def test_what_both_branches_changed_is_decided_in_mbtui_with_nothing_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, driver: bool
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home" / "state"))
    repository = Repository(tmp_path / "project", driver=driver, home=tmp_path / "home")
    conflicts = decisions = 0
    for words, code, told in story(repository, 3, share=0.4):
        if code:
            conflicts += 1
            done = repository.mbtui("resolve", "--add")
            assert done.returncode in (0, 3), done.stderr
            store = Store(repository.folder, author="Ana")
            for conflict in store.conflicts():
                assert conflict.problem == "", told
                decided = {e.key: both(e) for e in conflict.undecided}
                decisions += len(decided)
                assert store.settle(conflict, decided, add=True).is_settled
            repository.git("commit", "-q", "--no-edit")
        check(repository, words)
    print(f"{conflicts} merges with conflicts, {decisions} entries decided by a person")
    assert conflicts
    assert decisions


def both(entry: MergedEntry) -> Version | None:
    """What a person who keeps both texts decides."""
    result, mine = entry.result, entry.mine
    if result is None or mine is None or entry.deleted_by:
        return result
    if KIND in entry.conflicts:
        main = result.kind.main_field
        own = in_kind(mine, result.kind).get(main, "")
        return Version(result.kind, {**result.data, main: f"{result.data.get(main, '')}{own}"})
    texts = {
        name: f"{mine.data.get(name, '')}{result.data.get(name, '')}"
        for name in entry.conflicts
        if isinstance(mine.data.get(name, ""), str) and name != "status"
    }
    return Version(result.kind, {**result.data, **texts})
