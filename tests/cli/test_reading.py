from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

from mbtui.cli import main as cli_main
from mbtui.store.store import Store

from .conftest import Run, Terminal

BROKEN = '[[current-issues]]\nid = "aaaaaaaa"\ntitle = broken\n'


def section(project: Path, name: str) -> Path:
    return project / "memory-bank" / f"{name}.toml"


def test_list_is_one_aligned_line_an_entry(run: Run, project: Path, wal: str) -> None:
    answer = run("list")
    assert (answer.code, len(answer.lines)) == (0, 3)
    line = next(line for line in answer.lines if line.startswith(wal))
    assert line.split()[1:3] == ["current-issues", "open"]
    assert line.endswith("SQLite WAL hangs on NFS homes  !high #sqlite #nfs")
    titles = ("SQLite WAL", "Pool exhausted", "Where the")
    assert len({one.find(t) for one in answer.lines for t in titles if t in one}) == 1
    assert "\x1b" not in answer.out


def test_single_tables_keep_the_columns(run: Run, project: Path, store: Store) -> None:
    run("edit", "project-information", "--field", "purpose=x")
    run("edit", "review-schedule", "--field", "cadence=monthly")
    assert len({line.index(" -  ") for line in run("list").lines}) == 1
    store.add("data-flow", {"title": "Orders"})
    assert len({line.index(" -  ") for line in run("list").lines}) == 1


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


def test_due_is_in_the_answer(run: Run, project: Path, wal: str) -> None:
    due = run("show", wal, "--json").json["due"]
    assert date.fromisoformat(due) > date.today()
