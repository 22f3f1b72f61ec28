from __future__ import annotations

import io
import os
import sys
from datetime import date
from pathlib import Path

import pytest

from mbtui import __version__
from mbtui.cli import main as cli_main
from mbtui.cli.commands import COMMANDS
from mbtui.store.store import Store

from .conftest import Run

BROKEN = '[[current-issues]]\nid = "aaaaaaaa"\ntitle = broken\n'


def section(project: Path, name: str) -> Path:
    return project / "memory-bank" / f"{name}.toml"


# --- help and wrong usage


def test_help_names_every_command_and_fits_a_terminal(run: Run) -> None:
    answer = run("--help")
    assert answer.code == 0
    for name in COMMANDS:
        assert f"\n  {name}" in answer.out
    assert max(map(len, answer.lines)) <= 80


@pytest.mark.parametrize("name", list(COMMANDS))
def test_each_command_has_a_page_with_examples_that_it_understands(run: Run, name: str) -> None:
    answer = run(name, "--help")
    assert answer.code == 0
    assert answer.out.startswith(f"usage: mbtui {name}")
    for option in COMMANDS[name].options:
        assert option.spelling in answer.out
    assert f"mbtui {name}" in answer.out.partition("Examples")[2]
    assert max(map(len, answer.lines)) <= 90


def test_version(run: Run) -> None:
    assert run("--version").out == f"mbtui {__version__}\n"


@pytest.mark.parametrize(
    "words",
    [
        ("lst",),
        ("show",),
        ("add",),
        ("edit", "x"),
        ("archive", "x"),
        ("--json",),
        ("--demo", "list"),
        ("list", "--bank", ".", "--personal"),
        ("search",),
        ("search", "x", "-n", "many"),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_2(
    run: Run, project: Path, words: tuple[str, ...]
) -> None:
    answer = run(*words)
    assert answer.code == 2
    assert answer.out == ""
    assert answer.err.startswith("mbtui: ")
    assert answer.err.count("\n") == 1


# --- which bank


@pytest.mark.parametrize("words", [("list",), ("add", "x"), ("show", "x"), ("path",)])
def test_without_a_bank_the_way_out_is_named(run: Run, words: tuple[str, ...]) -> None:
    answer = run(*words)
    assert (answer.code, answer.out) == (1, "")
    assert "mbtui init" in answer.err
    assert "--personal" in answer.err


def test_the_bank_is_the_named_one_else_the_nearest(
    run: Run, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "app").mkdir()
    monkeypatch.chdir(project / "app")
    folder = str(project / "memory-bank")
    assert run("path").out == f"{folder}\n"
    monkeypatch.chdir(tmp_path)
    assert run("path", "--bank", str(project)).out == f"{folder}\n"
    assert run("--bank", folder, "path").out == f"{folder}\n"


def test_init_makes_a_bank_and_prints_six_lines(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    (folder / "pyproject.toml").write_text('[project]\nname = "acme-api"\n', "utf-8")
    (folder / "NOTES.md").write_text("# Notes\n", "utf-8")
    answer = run("init", str(folder))
    assert answer.code == 0
    assert str(folder / "memory-bank") in answer.lines[0]
    assert "project_name" in answer.out
    assert len(answer.out.partition("AGENTS.md:\n\n")[2].splitlines()) == 6
    again = run("init", str(folder))
    assert again.code != 0
    assert again.out == ""
    shown = run("--bank", str(folder), "show", "project-information", "--json").json
    assert shown["fields"]["project_name"] == "acme-api"


def test_the_personal_bank_is_made_and_used(run: Run) -> None:
    assert run("list", "--personal").code == 1
    assert run("init", "--personal").code == 0
    identity = run("--personal", "add", "a thought").out.strip()
    assert run("show", identity, "--personal").out.startswith("a thought\n")


# --- add


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


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


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


# --- list and search


def test_list_is_one_aligned_line_an_entry(run: Run, project: Path, wal: str) -> None:
    answer = run("list")
    assert (answer.code, len(answer.lines)) == (0, 3)
    line = next(line for line in answer.lines if line.startswith(wal))
    assert line.split()[1:3] == ["current-issues", "open"]
    assert line.endswith("SQLite WAL hangs on NFS homes  #sqlite #nfs")
    titles = ("SQLite WAL", "Pool exhausted", "Where the")
    assert len({one.find(t) for one in answer.lines for t in titles if t in one}) == 1
    assert "\x1b" not in answer.out


def test_list_takes_the_rest_as_one_query(run: Run, project: Path, wal: str) -> None:
    answer = run("list", "in:current-issues", "-pool", "is:open")
    assert [line.split()[0] for line in answer.lines] == [wal]
    assert run("list", "in:current-issues -pool is:open").out == answer.out


def test_search_shows_the_line_that_matched(run: Run, project: Path, wal: str) -> None:
    answer = run("search", "60 s")
    assert answer.lines[0].startswith(wal)
    assert answer.lines[1] == "    The first write hangs for 60 s."
    in_title = run("search", "WAL hangs")
    assert len(in_title.lines) == 1
    assert len(run("search", "is:open", "-n", "2").lines) == 2


def test_nothing_matched_is_exit_1_and_names_the_nearest(run: Run, project: Path, wal: str) -> None:
    answer = run("search", "sqlte")
    assert (answer.code, answer.out) == (1, "")
    assert "nothing matches 'sqlte'" in answer.err
    assert wal in answer.err


def test_an_empty_bank_lists_nothing_without_failing(run: Run, project: Path) -> None:
    answer = run("list")
    assert (answer.code, answer.out) == (0, "")
    assert "mbtui add" in answer.err
    assert run("list", "word").code == 1


def test_a_mistyped_option_in_a_query_is_told(run: Run, project: Path, wal: str) -> None:
    assert "did you mean --json?" in run("list", "--jsn").err


def test_titles_are_cut_on_a_narrow_terminal_only(
    run: Run, project: Path, wal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "#nfs" in run("list").out
    shown = Terminal()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", shown)
        assert cli_main.main(["list"]) == 0
    lines = shown.getvalue().splitlines()
    assert max(map(len, lines)) <= 40
    assert any("SQLite WAL" in line and line.endswith("…") for line in lines)


def test_a_broken_file_is_told_after_what_is_good(run: Run, project: Path, wal: str) -> None:
    section(project, "known-issues").write_text(BROKEN, "utf-8")
    answer = run("list")
    assert answer.code == 3
    assert [line.split()[1] for line in answer.lines] == ["monitoring"]
    assert "known-issues.toml:3:" in answer.err
    elsewhere = run("list", "in:monitoring")
    assert (elsewhere.code, elsewhere.err) == (0, "")
    assert run("list", "in:current-issues").code == 3
    assert run("search", "alerts", "--json").code == 3
    assert run("show", "aaaaaaaa").code == 3


def test_writing_to_a_broken_file_is_refused(run: Run, project: Path, wal: str) -> None:
    section(project, "known-issues").write_text(BROKEN, "utf-8")
    answer = run("add", "another issue")
    assert (answer.code, answer.out) == (3, "")
    assert "known-issues.toml:3:" in answer.err
    assert section(project, "known-issues").read_text("utf-8") == BROKEN
    assert run("add", "alerts", "--in", "monitoring").code == 0


def test_a_newer_format_is_read_and_not_written(run: Run, project: Path, wal: str) -> None:
    bank = project / "memory-bank" / "bank.toml"
    bank.write_text(bank.read_text("utf-8").replace("format = 1", "format = 99"), "utf-8")
    assert run("list").code == 0
    answer = run("add", "x")
    assert answer.code == 3
    assert "99" in answer.err


# --- show


def test_show_is_the_whole_entry(run: Run, project: Path, wal: str) -> None:
    answer = run("show", wal[:5])
    assert answer.code == 0
    assert answer.lines[:3] == [
        "SQLite WAL hangs on NFS homes",
        "Current Issues · open · high",
        "#sqlite #nfs",
    ]
    assert "  The first write hangs for 60 s." in answer.lines
    assert "by Ana Lima" in answer.out
    assert "known-issues.toml:" in answer.lines[-1]


def test_show_keeps_unknown_keys(run: Run, project: Path) -> None:
    section(project, "known-issues").write_text(
        '[[current-issues]]\ntitle = "By hand"\nweather = "rain"\n', "utf-8"
    )
    identity = run("list", "--json").json["entries"][0]["id"]
    assert "weather: rain" in run("show", identity).out


def test_show_an_id_that_stands_twice_shows_both(run: Run, project: Path) -> None:
    table = '[[current-issues]]\nid = "aaaaaaaa"\ntitle = "{}"\n'
    section(project, "known-issues").write_text(table.format("One") + table.format("Two"), "utf-8")
    answer = run("show", "aaaa")
    assert answer.code == 0
    assert {"One", "Two"} <= set(answer.lines)
    assert "known-issues.toml:4" in answer.err
    assert run("show", "aaaa", "--json").json["count"] == 2
    refused = run("edit", "aaaaaaaa", "--status", "fixed")
    assert refused.code == 2
    assert "known-issues.toml:4" in refused.err


def test_an_id_must_be_unique_and_there(run: Run, project: Path) -> None:
    table = '[[current-issues]]\nid = "aaaa{}"\ntitle = "x"\n'
    section(project, "known-issues").write_text(table.format(1) + table.format(2), "utf-8")
    several = run("show", "aa")
    assert several.code == 2
    assert "aaaa1" in several.err
    assert "aaaa2" in several.err
    none = run("show", "zz")
    assert none.code == 1
    assert "mbtui search" in none.err


# --- edit, archive, restore


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


# --- schema, and the end of things


def test_schema_works_without_a_bank(run: Run) -> None:
    answer = run("schema")
    assert answer.code == 0
    assert "current-issues" in answer.out
    assert "severity: low, medium, high, critical" in answer.out


def test_schema_shows_the_kinds_of_the_team(run: Run, project: Path) -> None:
    bank = project / "memory-bank" / "bank.toml"
    extra = '\n[kinds.experiments]\nsection = "testing-notes"\nstatuses = ["running", "done"]\n'
    bank.write_text(bank.read_text("utf-8") + extra, "utf-8")
    assert "  experiments" in run("schema").out
    bank.write_text("format = \n", "utf-8")
    broken = run("schema")
    assert broken.code == 3
    assert "bank.toml:1" in broken.err


def test_a_bug_is_told_without_a_traceback_or_a_text(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret text of an entry")

    monkeypatch.setattr(Store, "load", fail)
    monkeypatch.delenv("MBTUI_DEBUG")
    answer = run("list")
    assert (answer.code, answer.out) == (70, "")
    assert "this is a bug in mbtui: RuntimeError at" in answer.err
    assert "secret" not in answer.err
    assert "Traceback" not in answer.err
    monkeypatch.setenv("MBTUI_DEBUG", "1")
    with pytest.raises(RuntimeError):
        run("list")


def test_ctrl_c_ends_quietly(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Store, "load", interrupt)
    answer = run("list")
    assert (answer.code, answer.out, answer.err) == (130, "", "")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="POSIX only")
def test_a_reader_that_goes_away_is_no_error(project: Path, store: Store) -> None:
    import subprocess

    for number in range(40):
        store.add("monitoring", {"title": f"{number} " + "x" * 4000})
    command = [sys.executable, "-m", "mbtui", "list"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_an_ascii_terminal_is_no_error(project: Path, store: Store) -> None:
    import subprocess

    store.add("monitoring", {"title": "größer → besser"})
    environ = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    answer = subprocess.run(
        [sys.executable, "-m", "mbtui", "list"], env=environ, capture_output=True, check=False
    )
    assert (answer.returncode, answer.stderr) == (0, b"")
    assert rb"gr\xf6\xdfer \u2192 besser" in answer.stdout


@pytest.mark.parametrize("words", [(), ("--demo",)])
def test_the_screen_needs_a_terminal(run: Run, project: Path, words: tuple[str, ...]) -> None:
    answer = run(*words)
    assert answer.code == 2
    assert "mbtui list" in answer.err


def test_the_screen_needs_a_terminal_that_draws(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert cli_main.main([]) == 2
    assert "dumb" in capsys.readouterr().err


def test_due_is_in_the_answer(run: Run, project: Path, wal: str) -> None:
    due = run("show", wal, "--json").json["due"]
    assert date.fromisoformat(due) > date.today()
