"""docs/format.md, Paths and drift: entries compared with files and with git's history."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from mbtui.bank.paths import DRIFTED, FRESH, ORPHANED, file_hash
from mbtui.store import git
from mbtui.store.drift import (
    checked_of,
)
from tests.unit.code_repository import Repository, drift_in

CODE = '''\
import os


def connect(path):
    """Open it."""
    return os.open(path, 0)


class Pool:
    size = 5

    def get(self):
        return self.size


def other():
    pass
'''


@pytest.fixture(autouse=True)
def in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Committed on day 1: a module with symbols, a second file, a folder."""
    made = Repository(tmp_path / "acme")
    made.commit(
        1,
        {
            "app/db.py": CODE,
            "app/old.py": CODE,
            "deploy/run.sh": "run\n",
            "deploy/k8s/a.yaml": "a\n",
        },
    )
    return made


# By hash

HASHED = [
    # path, what changes, the state
    ("app/db.py", {}, FRESH),
    ("app/db.py", {"app/db.py": CODE.replace("\n", "\r\n")}, FRESH),
    ("app/db.py", {"app/db.py": CODE + "\n"}, DRIFTED),
    ("app/db.py", {"app/db.py": None}, ORPHANED),
    ("app/db.py:9", {}, FRESH),
    ("app/db.py:9", {"app/db.py": "# above\n" + CODE}, DRIFTED),
    ("app/db.py:9000", {}, FRESH),
    ("app/db.py::connect", {"app/db.py": "# above\n" + CODE}, FRESH),
    ("app/db.py::connect", {"app/db.py": CODE.replace("size = 5", "size = 6")}, FRESH),
    ("app/db.py::connect", {"app/db.py": CODE.replace("path, 0", "path, 1")}, DRIFTED),
    ("app/db.py::connect", {"app/db.py": CODE.replace("Open it", "Open this")}, DRIFTED),
    ("app/db.py::connect", {"app/db.py": CODE.replace("def connect", "def open_it")}, ORPHANED),
    ("app/db.py::connect", {"app/db.py": None}, ORPHANED),
    ("app/db.py::Pool.get", {"app/db.py": CODE.replace("size = 5", "size = 6")}, FRESH),
    ("app/db.py::Pool::get", {"app/db.py": CODE.replace("self.size", "1")}, DRIFTED),
    ("app/db.py::Pool", {"app/db.py": CODE.replace("size = 5", "size = 6")}, DRIFTED),
    ("app/db.py::Pool.size", {"app/db.py": CODE.replace("size = 5", "size = 6")}, DRIFTED),
    ("app/db.py::connect", {"app/db.py": CODE + "<<<<<<< ours\n"}, DRIFTED),
    ("deploy/run.sh::start", {}, FRESH),
    ("deploy/run.sh::start", {"deploy/run.sh": "walk\n"}, DRIFTED),
    ("deploy/", {}, FRESH),
    ("deploy", {"deploy/k8s/a.yaml": "b\n"}, DRIFTED),
    ("deploy/", {"deploy/k8s/a.yaml": "b\n"}, DRIFTED),
    ("deploy/", {"deploy/new.sh": "new\n"}, DRIFTED),
    ("deploy/", {"deploy/run.sh": None}, DRIFTED),
    ("deploy/", {"app/db.py": "", "memory-bank/known-issues.toml": ""}, FRESH),
    ("./", {"memory-bank/known-issues.toml": ""}, FRESH),
    ("./", {"app/db.py": ""}, DRIFTED),
    ("deploy/", {"deploy/run.sh": None, "deploy/k8s/a.yaml": None}, ORPHANED),
]


@pytest.mark.parametrize(("path", "changes", "state"), HASHED)
@pytest.mark.parametrize("with_git", [True, False], ids=["git", "no git"])
def test_by_hash(
    repository: Repository,
    monkeypatch: pytest.MonkeyPatch,
    with_git: bool,
    path: str,
    changes: dict[str, str | None],
    state: str,
) -> None:
    if not with_git:
        monkeypatch.setenv("PATH", str(repository.root))
    checked = checked_of(repository.folder, [path])
    assert path in checked
    for name, text in changes.items():
        if text is None:
            (repository.root / name).unlink()
            if not any((repository.root / name).parent.iterdir()):
                (repository.root / name).parent.rmdir()
        else:
            repository.write({name: text})
    if state == ORPHANED and path == "deploy/":
        (repository.root / "deploy").rmdir()
    found = drift_in(repository.folder, path, checked=checked)
    assert found.state == state
    assert bool(found.paths[0].reason) is (state != FRESH)


def test_checked_of_is_what_the_format_says(repository: Repository) -> None:
    table = checked_of(
        repository.folder,
        ["app/db.py", "app/db.py:3", "app/db.py::other", "gone.py", "app/db.py::gone", "../x", ""],
    )
    assert table == {
        "app/db.py": file_hash(CODE.encode()),
        "app/db.py:3": file_hash(CODE.encode()),
        "app/db.py::other": file_hash(b"def other():\n    pass"),
    }
    assert checked_of(repository.folder, []) == {}


def test_a_hash_outranks_dates(repository: Repository) -> None:
    checked = checked_of(repository.folder, ["app/db.py"])
    repository.commit(9, {"app/db.py": "changed\n"})
    repository.commit(10, {"app/db.py": CODE})
    found = drift_in(repository.folder, "app/db.py", checked=checked, created=date(2026, 11, 2))
    assert found.state == FRESH


def test_what_git_ignores_does_not_count_in_a_folder(repository: Repository) -> None:
    repository.commit(2, {".gitignore": "*.log\n"})
    checked = checked_of(repository.folder, ["deploy/"])
    repository.write({"deploy/out.log": "noise\n"})
    assert drift_in(repository.folder, "deploy/", checked=checked).state == FRESH


# By git's dates

DATED = [
    # path, the entry's dates, the state after commits on day 5 (db.py) and 8 (deploy/k8s)
    ("app/db.py", {"created": date(2026, 11, 4)}, DRIFTED),
    ("app/db.py", {"created": date(2026, 11, 5)}, FRESH),
    ("app/db.py", {"created": datetime(2026, 11, 4, 23, 59, tzinfo=UTC)}, DRIFTED),
    ("app/db.py", {"created": date(2026, 11, 2), "reviewed": date(2026, 11, 6)}, FRESH),
    ("app/db.py", {"created": date(2026, 11, 6), "reviewed": date(2026, 11, 2)}, DRIFTED),
    ("app/db.py", {}, FRESH),
    ("app/db.py", {"reviewed": date(2046, 1, 1)}, FRESH),
    ("app/db.py", {"reviewed": "yesterday"}, FRESH),
    ("app/db.py:3", {"created": date(2026, 11, 2)}, DRIFTED),
    ("app/old.py", {"created": date(2026, 11, 2)}, FRESH),
    ("app/old.py", {"created": date(1, 1, 1)}, DRIFTED),
    ("deploy/", {"created": date(2026, 11, 7)}, DRIFTED),
    ("deploy/", {"created": date(2026, 11, 8)}, FRESH),
    ("deploy/k8s/", {"created": date(2026, 11, 7)}, DRIFTED),
    ("deploy/run.sh", {"created": date(2026, 11, 2)}, FRESH),
    ("app/db.py::gone", {"created": date(2026, 11, 9)}, ORPHANED),
    ("app/gone.py", {"created": date(2026, 11, 9)}, ORPHANED),
    (
        "app/db.py",
        {
            "created": date(2026, 11, 2),
            "reviewed": date(2026, 11, 6),
            "reviewed_by": "agent:claude",
        },
        DRIFTED,
    ),
]


@pytest.mark.parametrize(("path", "dates", "state"), DATED)
def test_by_dates(repository: Repository, path: str, dates: dict[str, Any], state: str) -> None:
    repository.commit(5, {"app/db.py": CODE.replace("path, 0", "path, 1")})
    repository.commit(8, {"deploy/k8s/a.yaml": "b\n"})
    assert drift_in(repository.folder, path, **dates).state == state


def test_uncommitted_changes_have_no_date(repository: Repository) -> None:
    repository.write({"app/db.py": ""})
    assert drift_in(repository.folder, "app/db.py", created=date(2026, 11, 2)).state == FRESH


def test_commits_on_other_branches_do_not_count_until_they_are_merged(
    repository: Repository,
) -> None:
    repository.git("checkout", "-qb", "topic")
    repository.commit(5, {"app/db.py": "topic\n"})
    repository.git("checkout", "-q", "main")
    repository.commit(6, {"deploy/run.sh": "main\n"})
    assert drift_in(repository.folder, "app/db.py", created=date(2026, 11, 2)).state == FRESH
    repository.git("merge", "-q", "--no-edit", "topic", day=7)
    assert drift_in(repository.folder, "app/db.py", created=date(2026, 11, 2)).state == DRIFTED
    assert drift_in(repository.folder, "app/db.py", created=date(2026, 11, 5)).state == FRESH


def test_a_rebase_gives_commits_new_dates(repository: Repository) -> None:
    repository.git("checkout", "-qb", "topic")
    repository.commit(3, {"app/db.py": "topic\n"})
    repository.git("checkout", "-q", "main")
    repository.commit(4, {"deploy/run.sh": "main\n"})
    repository.git("checkout", "-q", "topic")
    dates = {"created": date(2026, 11, 5)}
    assert drift_in(repository.folder, "app/db.py", **dates).state == FRESH
    repository.git("rebase", "-q", "main", day=9)
    assert drift_in(repository.folder, "app/db.py", **dates).state == DRIFTED


def test_a_wrong_clock_hides_no_older_commit(repository: Repository) -> None:
    repository.commit(5, {"app/db.py": "changed\n"})
    repository.git("commit", "-q", "--allow-empty", "-m", "back", "--date", "2001-01-01")
    repository.git("commit", "--amend", "-q", "--no-edit", "--allow-empty", day=1)
    assert drift_in(repository.folder, "app/db.py", created=date(2026, 11, 4)).state == DRIFTED


def test_a_detached_head_is_as_good_as_a_branch(repository: Repository) -> None:
    repository.commit(5, {"app/db.py": "changed\n"})
    repository.git("checkout", "-q", "--detach")
    assert drift_in(repository.folder, "app/db.py", created=date(2026, 11, 4)).state == DRIFTED
    repository.git("checkout", "-q", "--detach", "HEAD^")
    assert drift_in(repository.folder, "app/db.py", created=date(2026, 11, 4)).state == FRESH


def test_nothing_is_guessed_where_a_shallow_clone_ends(
    repository: Repository, tmp_path: Path
) -> None:
    repository.commit(5, {"app/db.py": "changed\n"})
    repository.commit(8, {"app/old.py": "changed\n"})
    for depth, old in ((1, FRESH), (2, DRIFTED)):
        there = tmp_path / f"depth-{depth}"
        address = f"file://{repository.root}"
        repository.git("clone", "-q", f"--depth={depth}", address, str(there))
        (there / "memory-bank").mkdir(exist_ok=True)
        dates = {"created": date(2026, 11, 4)}
        assert drift_in(there / "memory-bank", "app/db.py", **dates).state == FRESH
        assert drift_in(there / "memory-bank", "app/old.py", **dates).state == old


def test_nothing_is_guessed_without_git_or_commits(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit(5, {"app/db.py": "changed\n"})
    dates = {"created": date(2026, 11, 2)}
    monkeypatch.setenv("PATH", str(tmp_path))
    assert drift_in(repository.folder, "app/db.py", **dates).state == FRESH
    assert drift_in(repository.folder, "app/gone.py", **dates).state == ORPHANED
    monkeypatch.undo()
    empty = Repository(tmp_path / "empty")
    empty.write({"app.py": "x\n"})
    assert drift_in(empty.folder, "app.py", **dates).state == FRESH
    plain = tmp_path / "plain" / "memory-bank"
    plain.mkdir(parents=True)
    (plain.parent / "app.py").write_text("x\n")
    assert drift_in(plain, "app.py", **dates).state == FRESH


def test_many_files_are_asked_for_at_once(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"many/f{i}.py" for i in range(300)]
    repository.commit(3, dict.fromkeys(names, "x = 1\n"))
    repository.commit(5, {names[7]: "x = 2\n"})
    calls: list[tuple[str, ...]] = []
    real = git.run_git

    def counted(folder: Path, *arguments: str, given: bytes | None = None) -> bytes:
        calls.append(arguments)
        return real(folder, *arguments, given=given)

    monkeypatch.setattr("mbtui.store.git_log.run_git", counted)
    found = drift_in(repository.folder, *names, created=date(2026, 11, 4))
    assert [path.path for path in found.off] == [names[7]]
    assert len(calls) <= 4
