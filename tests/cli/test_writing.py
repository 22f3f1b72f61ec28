from __future__ import annotations

from pathlib import Path

from .conftest import Run


def section(project: Path, name: str) -> Path:
    return project / "memory-bank" / f"{name}.toml"


def test_edit_changes_what_is_named(run: Run, project: Path, wal: str) -> None:
    answer = run(
        "edit", wal[:6], "--status", "fixed", "--field", "severity=", "--field", "cause=NFS",
        "--tag", "wal", "--untag", "nfs", "--title", "WAL hangs", "--body", "Short.",
    )  # fmt: skip
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith(f"{wal} changed ")
    entry = run("show", wal, "--json").json
    assert entry["status"] == "fixed"
    assert entry["closed"] is True
    assert entry["title"] == "WAL hangs"
    assert entry["tags"] == ["sqlite", "wal"]
    assert entry["fields"] == {"issue": "Short.", "cause": "NFS"}
    assert entry["updated_by"] == "Ana Lima"


def test_an_edit_that_changes_nothing_writes_nothing(run: Run, project: Path, wal: str) -> None:
    before = section(project, "known-issues").read_bytes()
    answer = run("edit", wal, "--status", "open", "--tag", "nfs")
    assert answer.code == 0
    assert "nothing was written" in answer.out
    assert section(project, "known-issues").read_bytes() == before


def test_edit_refuses_what_the_kind_lacks(run: Run, project: Path, wal: str) -> None:
    before = section(project, "known-issues").read_bytes()
    assert "worked-around" in run("edit", wal, "--status", "opne").err
    assert run("edit", wal, "--title", " ").code == 2
    assert run("edit", wal, "--field", "nonsense=1").code == 2
    assert section(project, "known-issues").read_bytes() == before


def test_edit_sets_a_key_that_the_entry_has_already(run: Run, project: Path) -> None:
    section(project, "known-issues").write_text(
        '[[current-issues]]\nid = "aaaaaaaa"\ntitle = "By hand"\nweather = "rain"\n', "utf-8"
    )
    assert run("edit", "aaaaaaaa", "--field", "weather=sun").code == 0
    assert run("show", "aaaaaaaa", "--json").json["extra"] == {"weather": "sun"}


def test_edit_reaches_the_single_tables(run: Run, project: Path) -> None:
    answer = run("edit", "project-information", "--field", "tech_stack=Python, Redis")
    assert answer.code == 0
    shown = run("show", "project-information", "--json").json
    assert shown["fields"]["tech_stack"] == ["Python", "Redis"]
    assert run("edit", "project-information", "--title", "x").code == 2


def test_archive_and_restore(run: Run, project: Path, wal: str) -> None:
    assert run("archive", wal).code == 2
    answer = run("archive", wal, "--reason", "gone with SQLite")
    assert answer.code == 0
    assert answer.out.startswith(f"{wal} archived in archive/known-issues.toml")
    assert wal not in run("list").out
    archived = run("list", "is:archived", "--json").json["entries"]
    assert [entry["archived"]["reason"] for entry in archived] == ["gone with SQLite"]
    assert "gone with SQLite" in run("show", wal).out
    assert run("archive", wal, "--reason", "again").code == 1
    assert run("edit", wal, "--status", "fixed").code == 1
    assert run("restore", wal).code == 0
    assert wal in run("list").out
    assert run("restore", wal).code == 1
