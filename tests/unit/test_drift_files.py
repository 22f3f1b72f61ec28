"""What drift does not look at, what git knows of renames, and what is read again."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mbtui.bank.paths import DRIFTED, FRESH, ORPHANED, PathError
from mbtui.store.code_files import MOST_BYTES
from mbtui.store.drift import (
    DriftChecker,
    checked_of,
    drift_of,
    orphan_problems,
    states_of,
    with_checked,
)
from tests.unit.code_repository import Repository, drift_in, noted
from tests.unit.test_drift import in_utc, repository

__all__ = ["in_utc", "repository"]


# What is not looked at


def test_links_and_what_is_no_file(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("outside")
    app = repository.root / "app"
    (app / "leak.py").symlink_to(tmp_path / "secret")
    (app / "up").symlink_to(tmp_path)
    (app / "alias.py").symlink_to("db.py")
    (app / "loop.py").symlink_to("loop.py")
    (app / "nowhere.py").symlink_to("gone.py")
    os.mkfifo(app / "pipe.py")
    with open(app / "huge.py", "wb") as file:
        file.truncate(MOST_BYTES + 1)
    paths = [
        "leak.py",
        "up/secret",
        "up/",
        "alias.py",
        "loop.py",
        "nowhere.py",
        "pipe.py",
        "huge.py",
    ]
    found = drift_in(repository.folder, *(f"app/{name}" for name in paths))
    out = "leads out of the repository through a link; not opened"
    assert [(path.path.removeprefix("app/"), path.state, path.reason) for path in found.paths] == [
        ("leak.py", ORPHANED, out),
        ("up/secret", ORPHANED, out),
        ("up/", ORPHANED, out),
        ("alias.py", FRESH, ""),
        ("loop.py", ORPHANED, found.paths[4].reason),
        ("nowhere.py", ORPHANED, "there is no such file"),
        ("pipe.py", ORPHANED, "is not a regular file; not opened"),
        ("huge.py", FRESH, ""),
    ]
    assert checked_of(repository.folder, [f"app/{name}" for name in paths]).keys() == {
        "app/alias.py"
    }


def test_a_folder_with_odd_files_is_hashed_without_opening_them(repository: Repository) -> None:
    deploy = repository.root / "deploy"
    os.mkfifo(deploy / "pipe")
    (deploy / "link").symlink_to("/etc/passwd")
    before = checked_of(repository.folder, ["deploy/"])
    (deploy / "link").unlink()
    (deploy / "link").symlink_to("/etc/group")
    assert before
    assert checked_of(repository.folder, ["deploy/"]) != before


def test_a_bank_in_a_folder_of_the_repository_may_name_what_is_beside_it(tmp_path: Path) -> None:
    made = Repository(tmp_path / "mono", "services/api")
    made.commit(1, {"lib/util.py": "x = 1\n", "services/api/app.py": "y = 1\n"})
    made.commit(5, {"lib/util.py": "x = 2\n"})
    dates = {"created": date(2026, 11, 2)}
    assert drift_in(made.folder, "../../lib/util.py", **dates).state == DRIFTED
    assert drift_in(made.folder, "../../lib/", **dates).state == DRIFTED
    assert drift_in(made.folder, "app.py", **dates).state == FRESH
    assert drift_in(made.folder, "../../../x").paths[0].reason == "leads out of the repository"


# Renames


RENAMES = [
    # the orphaned path, git's steps, the new path
    ("app/old.py", [("app/old.py", "app/new.py")], "app/new.py"),
    ("app/old.py::connect", [("app/old.py", "lib/new.py")], "lib/new.py::connect"),
    ("app/old.py:4", [("app/old.py", "lib/new.py")], "lib/new.py:4"),
    ("app/old.py", [("app/old.py", "a.py"), ("a.py", "b.py")], "b.py"),
    ("deploy/", [("deploy", "ops")], "ops/"),
    ("deploy/k8s/", [("deploy", "ops")], "ops/k8s/"),
    ("app/never.py", [("app/old.py", "app/new.py")], ""),
    ("app/db.py", [("app/old.py", "app/new.py")], ""),
]


@pytest.mark.parametrize("committed", [True, False], ids=["committed", "staged"])
@pytest.mark.parametrize(("path", "steps", "new"), RENAMES)
def test_a_rename_that_git_knows_is_offered(
    repository: Repository, committed: bool, path: str, steps: list[tuple[str, str]], new: str
) -> None:
    for day, (old, target) in enumerate(steps, 4):
        (repository.root / target).parent.mkdir(exist_ok=True)
        repository.git("mv", old, target)
        if committed:
            repository.commit(day)
    checker = DriftChecker(repository.folder)
    assert checker.new_path(path) == new
    if new:
        assert drift_in(repository.folder, path).state == ORPHANED
        assert drift_in(repository.folder, new).state == FRESH


def test_an_order_that_git_cannot_read_hides_no_rename(repository: Repository) -> None:
    repository.git("mv", "app/old.py", "lib.py")
    repository.git("config", "diff.orderFile", "no-such-file")
    assert DriftChecker(repository.folder).new_path("app/old.py") == "lib.py"
    repository.git("config", "--unset", "diff.orderFile")
    repository.commit(4)
    repository.git("config", "diff.orderFile", "no-such-file")
    assert DriftChecker(repository.folder).new_path("app/old.py") == "lib.py"


def test_a_deleted_file_has_no_new_name(repository: Repository) -> None:
    repository.git("rm", "-q", "app/old.py")
    repository.commit(4)
    assert DriftChecker(repository.folder).new_path("app/old.py") == ""


def test_a_rename_seen_from_a_folder_of_the_repository(tmp_path: Path) -> None:
    made = Repository(tmp_path / "mono", "services/api")
    made.commit(1, {"services/api/app.py": "y = 1\n" * 9, "lib/util.py": "x = 1\n" * 9})
    made.git("mv", "services/api/app.py", "lib/app.py")
    made.git("mv", "lib/util.py", "services/api/util.py")
    made.commit(2)
    checker = DriftChecker(made.folder)
    assert checker.new_path("app.py::run") == "../../lib/app.py::run"
    assert checker.new_path("../../lib/util.py") == "util.py"


# Only what changed is read again


def test_a_second_check_reads_only_what_changed(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = ["app/db.py::connect", "app/old.py", "deploy/"]
    checked = checked_of(repository.folder, paths)
    entry = noted(*paths, "deploy/run.sh", checked=checked, created=date(2026, 11, 3))
    checker = DriftChecker(repository.folder)
    read: list[str] = []
    real = checker._files._read

    def counted(path: str, mark: Any) -> bytes | None:
        read.append(os.path.relpath(path, repository.root))
        return real(path, mark)

    monkeypatch.setattr(checker._files, "_read", counted)
    assert checker.check([entry], {})[entry.key].state == FRESH
    assert sorted(read) == ["app/db.py", "app/old.py", "deploy/k8s/a.yaml", "deploy/run.sh"]
    read.clear()
    checker.check([entry], {})
    assert not read
    repository.write({"app/old.py": "changed\n"})
    assert checker.check([entry], {})[entry.key].state == DRIFTED
    assert read == ["app/old.py"]
    repository.commit(6, {"deploy/run.sh": "other\n"})
    found = {path.path: path.state for path in checker.check([entry], {})[entry.key].paths}
    assert found["deploy/run.sh"] == DRIFTED


# For a review, an edit and a search


def test_added_paths_get_their_hash_and_removed_ones_lose_it(repository: Repository) -> None:
    hashes = checked_of(repository.folder, ["app/db.py", "app/old.py"])
    before = {"paths": ["app/db.py"], "checked": {"app/db.py": "00000000"}}
    added = with_checked(
        repository.folder, before, {**before, "paths": ["app/db.py", "app/old.py"]}
    )
    assert added["checked"] == {"app/db.py": "00000000", "app/old.py": hashes["app/old.py"]}
    assert with_checked(repository.folder, before, {"checked": before["checked"]}) == {}
    assert with_checked(repository.folder, {}, {"paths": ["gone.py"]}) == {"paths": ["gone.py"]}
    reviewed = {"paths": ["app/old.py"], "checked": {"app/old.py": "11111111"}}
    assert with_checked(repository.folder, before, reviewed) == reviewed


def test_states_and_problems(repository: Repository) -> None:
    entries = [noted("app/db.py"), noted("gone.py", "app/db.py"), noted("app/db.py")]
    for number, entry in enumerate(entries):
        entry.key = f"key{number}"
    entries[2].data["checked"] = {"app/db.py": "00000000"}
    drifts = DriftChecker(repository.folder).check(entries, {})
    assert states_of(drifts) == {"drifted": {"key1", "key2"}, "orphaned": {"key1"}}
    assert [problem.message for problem in orphan_problems(entries, drifts)] == [
        "abcd2345: the path gone.py: there is no such file; mend it or take it out"
    ]
    assert drift_of([]).state == "none"


def test_where_to_open_a_path(repository: Repository) -> None:
    checker = DriftChecker(repository.folder)
    file = repository.root / "app/db.py"
    assert checker.open_place("app/db.py") == (file, 0)
    assert checker.open_place("app/db.py:7") == (file, 7)
    assert checker.open_place("app/db.py::Pool.get") == (file, 12)
    assert checker.open_place("deploy/") == (repository.root / "deploy", 0)
    for path in ("gone.py", "app/db.py::gone", "../x", "/etc/passwd"):
        with pytest.raises(PathError):
            checker.open_place(path)


def test_files_to_complete(repository: Repository) -> None:
    repository.write({"app/untracked.py": "", "build/x.o": "", ".gitignore": "build/\n"})
    names = DriftChecker(repository.folder).file_names()
    assert names == [
        ".gitignore",
        "app/db.py",
        "app/old.py",
        "app/untracked.py",
        "deploy/k8s/a.yaml",
        "deploy/run.sh",
    ]
