from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from mbtui.cli import main as cli_main

from .conftest import Run, Terminal


def test_add_prints_the_id_alone(run: Run, project: Path) -> None:
    answer = run("add", "Pool", "exhausted", "after", "fork", "#celery", "!high")
    assert (answer.code, answer.err) == (0, "")
    identity = answer.out.strip()
    assert len(identity) == 8
    entry = run("show", identity, "--json").json
    assert entry["title"] == "Pool exhausted after fork"
    assert entry["tags"] == ["celery"]
    assert entry["fields"]["severity"] == "high"
    assert entry["kind"] == "current-issues"
    assert entry["status"] == "open"
    assert entry["created_by"] == "Ana Lima"


def test_add_takes_options_over_the_text(run: Run, project: Path) -> None:
    (project / "app").mkdir()
    (project / "app" / "db.py").write_text("", "utf-8")
    identity = run(
        "add", "Use", "sessions", "app/db.py", "--in", "archi", "--tag", "db,orm", "--tag", "#db",
        "--status", "ACCEPTED", "--field", "rationale=one place", "--body", "We use sessions.",
        "--field", "supersedes=aa,bb", "--field", "owner=Ana",
    ).out.strip()  # fmt: skip
    entry = run("show", identity, "--json").json
    assert entry["kind"] == "architecture-decisions"
    assert entry["status"] == "accepted"
    assert entry["tags"] == ["db", "orm"]
    assert entry["paths"] == ["app/db.py"]
    assert entry["owner"] == "Ana"
    assert entry["fields"] == {
        "decision": "We use sessions.",
        "rationale": "one place",
        "supersedes": ["aa", "bb"],
    }


def test_add_reads_numbers_where_numbers_belong(run: Run, project: Path) -> None:
    identity = run(
        "add", "Batch inserts", "--in", "optimization-history", "--field", "before=1200",
        "--field", "after=8.5", "--field", "unit=12",
    ).out.strip()  # fmt: skip
    fields = run("show", identity, "--json").json["fields"]
    assert fields == {"before": 1200, "after": 8.5, "unit": "12"}
    prose = run("add", "x", "--in", "optimization-history", "--field", "before=about 3 s")
    shown = run("show", prose.out.strip(), "--json").json
    assert shown["fields"]["before"] == "about 3 s"


def test_body_comes_from_the_text_and_from_standard_input(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = run("add", "Flaky", "test", "--", "Fails on", "Mondays").out.strip()
    entry = run("show", identity, "--json").json
    assert (entry["title"], entry["fields"]["issue"]) == ("Flaky test", "Fails on Mondays")
    monkeypatch.setattr(sys, "stdin", io.StringIO("one\r\ntwo\n"))
    identity = run("add", "From a pipe", "--body", "-").out.strip()
    assert run("show", identity, "--json").json["fields"]["issue"] == "one\ntwo\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--in", "nonsense"), "no kind 'nonsense'"),
        (("--in", "security"), "security-incidents"),
        (("--in", "project-information"), "mbtui edit project-information"),
        (("--status", "opne"), "worked-around"),
        (("--field", "severity=huge"), "low, medium, high, critical"),
        (("--field", "severty=high"), "did you mean severity?"),
        (("--field", "severity"), "NAME=VALUE"),
        (("--field", "status=open"), "--status"),
        (("--field", "created=2020-01-01"), "no field 'created'"),
        (("--tag", " "), "no tag"),
        (("--body", "a", "--field", "issue=b"), "give one"),
    ],
)
def test_add_refuses_what_the_kind_lacks_and_writes_nothing(
    run: Run, project: Path, words: tuple[str, ...], told: str
) -> None:
    answer = run("add", "title", *words)
    assert (answer.code, answer.out) == (2, "")
    assert told in answer.err
    assert run("list", "--json").json["count"] == 0


def test_add_tells_of_secrets_after_saving_and_strict_refuses(run: Run, project: Path) -> None:
    words = ("add", "deploy with AKIAIOSFODNN7REALKEY", "--in", "monitoring")
    refused = run(*words, "--strict")
    assert (refused.code, refused.out) == (1, "")
    assert "nothing was written" in refused.err
    assert run("list", "--json").json["count"] == 0
    saved = run(*words)
    assert saved.code == 0
    assert len(saved.out.strip()) == 8
    assert "secret" in saved.err


def test_add_tells_of_similar_titles_after_saving_and_strict_refuses(
    run: Run, project: Path, wal: str
) -> None:
    refused = run("add", "SQLite WAL hangs on NFS homes", "--strict")
    assert (refused.code, refused.out) == (1, "")
    assert wal in refused.err
    saved = run("add", "SQLite WAL hangs on NFS homes")
    assert saved.code == 0
    assert wal in saved.err
    assert saved.out.strip() not in saved.err


def test_add_without_text_asks_on_a_terminal_only(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("add").code == 2
    answers = iter(["Where logs go #ops", "monit", "In Loki.", "Ask Ana.", ""])
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("builtins.input", lambda prompt: next(answers))
    shown = Terminal()
    monkeypatch.setattr(sys, "stdout", shown)
    assert cli_main.main(["add"]) == 0
    monkeypatch.undo()
    identity = shown.getvalue().splitlines()[-1]
    entry = run("--bank", str(project), "show", identity, "--json").json
    assert (entry["kind"], entry["title"], entry["tags"]) == (
        "monitoring",
        "Where logs go",
        ["ops"],
    )
    assert entry["fields"]["setup"] == "In Loki.\nAsk Ana.\n"


def test_add_to_a_bank_whose_settings_are_broken_names_them(run: Run, project: Path) -> None:
    (project / "memory-bank" / "bank.toml").write_text("format = \n", "utf-8")
    answer = run("add", "x", "--in", "experiments")
    assert (answer.code, answer.out) == (3, "")
    assert "bank.toml:1" in answer.err


def test_a_kind_named_by_option_leaves_marks_for_kinds_as_text(run: Run, project: Path) -> None:
    identity = run("add", "Use @monitoring", "--in", "common-patterns-used").out.strip()
    entry = run("show", identity, "--json").json
    assert (entry["kind"], entry["title"]) == ("common-patterns-used", "Use @monitoring")
    named = run("add", "Use @monitoring").out.strip()
    assert run("show", named, "--json").json["kind"] == "monitoring"
