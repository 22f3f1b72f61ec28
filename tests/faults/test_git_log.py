"""Two branches whose changes carry reasons: their lines of the change log meet in one file."""

from __future__ import annotations

from pathlib import Path

import pytest

from mbtui.store.many import Outcome
from tests.faults.repository import Repository

EACH = 20


def begun(repository: Repository) -> list[str]:
    """A bank with two entries for each change of both branches; the ids of all."""
    store = repository.store()
    ids = [store.add("current-issues", {"title": f"issue {n:02}"}).id for n in range(2 * EACH)]
    repository.commit("issues")
    return ids


def change(repository: Repository, name: str, ids: list[str]) -> None:
    """Archive and delete entries in turn, each with a reason."""
    store = repository.store(name)
    archived = [store.bank.find(identity)[0] for identity in ids[::2]]
    deleted = [store.bank.find(identity)[0] for identity in ids[1::2]]
    done: list[Outcome] = list(store.archive_each(archived, lambda e: f"{name} of {e.id}"))
    for entry in deleted:
        store.delete(entry, f"{name} of {entry.id}")
    assert [outcome.error for outcome in done] == [None] * len(archived)
    repository.commit(name)


def test_two_branches_of_20_logged_changes_each_merge_without_a_conflict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home" / "state"))
    repository = Repository(tmp_path / "p", driver=True, home=tmp_path / "home")
    ids = begun(repository)
    repository.branch("jonas")
    change(repository, "jonas", ids[:EACH])
    repository.branch("ana", "main")
    change(repository, "ana", ids[EACH:])
    repository.git("merge", "-q", "--no-edit", "jonas")
    bank = repository.bank()
    assert bank.problems == ()
    lines = bank.by_kind["change-log"]
    reasons = {str(line.data["entry"]): line.data["reason"] for line in lines}
    assert len(lines) == len(reasons) == 2 * EACH
    assert {name.split()[0] for name in reasons.values()} == {"jonas", "ana"}
    assert set(reasons) == set(ids)
    assert [line.id for line in lines] == sorted(line.id for line in lines)
