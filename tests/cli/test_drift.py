"""What the shell says of paths and drift, on a real repository."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mbtui.store.drift import checked_of
from mbtui.store.store import Store
from tests.cli.conftest import Run
from tests.unit.code_repository import Repository

CODE = "def connect():\n    return 1\n\n\ndef other():\n    return 2\n"


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = Repository(tmp_path / "acme")
    made.commit(1, {"app/db.py": CODE, "app/old.py": CODE, "deploy/run.sh": "run\n"})
    monkeypatch.chdir(made.root)
    return made


def table(code: Repository, identity: str) -> dict[str, Any]:
    bank = Store(code.folder, author="x").load()
    return bank.by_key[identity].data


def test_add_writes_the_hash_of_a_path(run: Run, code: Repository) -> None:
    found = run("add", "pool exhausted app/db.py::connect deploy/ gone.py --", "--json").json
    assert found["paths"] == ["app/db.py::connect", "deploy/"]
    assert (found["title"], found["drift"]) == ("pool exhausted gone.py --", "fresh")
    checked = table(code, found["id"])["checked"]
    assert checked == checked_of(code.folder, found["paths"])
    assert len(checked) == 2


def test_add_takes_what_pytest_prints_and_what_lies_beside_the_bank(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Repository(tmp_path / "mono", "api")
    made.commit(1, {"api/t/test_db.py": CODE, "lib/util.py": CODE, "api/leak.py": ""})
    (made.root / "api/leak.py").unlink()
    (made.root / "api/leak.py").symlink_to("/etc/passwd")
    monkeypatch.chdir(made.root / "api")
    text = "flaky t/test_db.py::TestA::test_b ../lib/util.py:3 ../../x leak.py"
    assert run("add", text, "--json").json["paths"] == [
        "t/test_db.py::TestA::test_b",
        "../lib/util.py:3",
    ]


def test_edit_writes_the_hash_of_an_added_path_and_drops_that_of_a_removed_one(
    run: Run, code: Repository
) -> None:
    identity = run("add", "one app/db.py").out.strip()
    before = table(code, identity)["checked"]["app/db.py"]
    code.write({"app/db.py": "changed\n"})
    run("edit", identity, "--field", "paths=app/db.py,app/old.py")
    hashes = checked_of(code.folder, ["app/old.py"])
    assert table(code, identity)["checked"] == {"app/db.py": before, **hashes}
    run("edit", identity, "--field", "paths=app/old.py")
    assert table(code, identity)["checked"] == hashes
    run("edit", identity, "--field", "paths=")
    assert "checked" not in table(code, identity)
    run("undo")
    assert table(code, identity)["checked"] == hashes


def test_a_path_typed_as_toml_gets_its_hash_too(code: Repository) -> None:
    store = Store(code.folder, author="Ana")
    entry = store.add("current-issues", {"title": "x", "paths": ["app/db.py"]})
    for add in ('paths = ["app/db.py", "app/old.py"]\n', 'paths = ["app/old.py"]\n'):
        base = store.text_of(entry)
        old = next(line for line in base.text.splitlines(True) if line.startswith("paths"))
        entry = store.rewrite(entry, base.text.replace(old, add), base)
        assert entry.data["checked"] == checked_of(code.folder, entry.paths)
    base = store.text_of(entry)
    lines = [line for line in base.text.splitlines(True) if not line.startswith("paths")]
    entry = store.rewrite(entry, "".join(lines), base)
    assert "checked" not in entry.data


def test_a_path_that_cannot_be_looked_at_never_fails_a_save(
    run: Run, code: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> dict[str, str]:
        raise PermissionError(13, "no")

    monkeypatch.setattr("mbtui.store.drift.checked_of", refuse)
    identity = run("add", "one", "--field", "paths=app/db.py").out.strip()
    assert table(code, identity)["paths"] == ["app/db.py"]


def states(run: Run, *query: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in run("list", *query, "--json").json["entries"]:
        found.setdefault(entry["drift"], []).append(entry["title"])
    return {state: sorted(titles) for state, titles in found.items()}


def test_list_finds_drifted_and_orphaned_entries(run: Run, code: Repository) -> None:
    run("add", "nothing")
    run("add", "same app/old.py")
    run("add", "moved app/db.py::connect app/old.py")
    run("add", "outside app/db.py::other")
    run("add", "lost deploy/run.sh app/db.py::connect")
    code.write({"app/db.py": CODE.replace("return 1", "return 9")})
    (code.root / "deploy/run.sh").unlink()
    assert states(run) == {
        "none": ["nothing"],
        "fresh": ["outside", "same"],
        "drifted": ["moved"],
        "orphaned": ["lost"],
    }
    off = [line.split()[-1] for line in run("list", "is:drifted").lines]
    assert sorted(off) == ["lost", "moved"]
    alone = run("list", "is:drifted", "-is:orphaned").lines
    assert [line.split()[-1] for line in alone] == ["moved"]
    assert [line.split()[-1] for line in run("list", "is:orphaned").lines] == ["lost"]
    assert len(run("list", "-is:drifted").lines) == 3
    assert run("search", "is:drifted", "--json").json["count"] == 2
    moved = run("list", "is:drifted", "-is:orphaned", "--json").json["entries"][0]
    assert moved["drift_paths"] == [
        {
            "path": "app/db.py::connect",
            "state": "drifted",
            "reason": "changed since it was written down",
        },
        {"path": "app/old.py", "state": "fresh", "reason": None},
    ]


def test_nothing_drifted_is_an_empty_answer(run: Run, code: Repository) -> None:
    run("add", "same app/old.py")
    answer = run("list", "is:drifted")
    assert (answer.code, answer.out) == (1, "")


def test_show_says_what_changed_and_where_a_file_went(run: Run, code: Repository) -> None:
    identity = run("add", "one app/old.py::connect app/db.py").out.strip()
    code.git("mv", "app/old.py", "app/new.py")
    code.commit(3, {"app/db.py": "changed\n"})
    text = run("show", identity).out
    new = "git knows it as app/new.py::connect"
    assert f"orphaned: app/old.py::connect: there is no such file; {new}\n" in text
    assert "drifted: app/db.py: changed since it was written down\n" in text
    paths = run("show", identity, "--json").json["drift_paths"]
    assert paths[0]["new_path"] == "app/new.py::connect"
    assert "new_path" not in paths[1]


def test_what_is_known_about_a_file(run: Run, code: Repository) -> None:
    run("add", "symbol app/db.py::connect")
    run("add", "file app/db.py")
    run("add", "folder app/")
    run("add", "elsewhere deploy/run.sh")
    asked = {
        "app/db.py": ["file", "folder", "symbol"],
        "./app/db.py": ["file", "folder", "symbol"],
        "app/": ["file", "folder", "symbol"],
        "app/db.py::connect": ["file", "folder", "symbol"],
        "app/db.py::other": ["file", "folder"],
        "app/db.py:41": ["file", "folder"],
        "app/x.py": ["folder"],
    }
    for name, titles in asked.items():
        found = run("list", f"path:{name}").lines
        assert sorted(line.split()[-1] for line in found) == titles


def test_only_what_needs_it_looks_at_the_code(code: Repository) -> None:
    script = (
        "import sys; from mbtui.cli.main import main; main(sys.argv[1:]);"
        "names = ('mbtui.store.drift', 'mbtui.bank.paths');"
        "print([m for m in sys.modules if m in names], file=sys.stderr)"
    )

    def loaded(*words: str) -> str:
        command = [sys.executable, "-c", script, *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stderr

    assert loaded("add", "no path").splitlines()[-1] == "[]"
    assert "mbtui.store.drift" not in loaded("list", "pool")
    assert "mbtui.store.drift" in loaded("add", "with app/db.py")
    assert "mbtui.store.drift" in loaded("list", "is:drifted")


def test_json_of_a_repository_that_git_refuses(
    run: Run, code: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("add", "one app/db.py deploy/")
    (code.root / ".git/config").write_text("[broken\n")
    answer = run("list", "--json")
    assert (answer.code, json.loads(answer.out)["entries"][0]["drift"]) == (0, "fresh")
