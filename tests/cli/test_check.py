"""`mbtui check`: places, exit codes and JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from mbtui.store.store import Store
from tests.cli.conftest import Run
from tests.unit.code_repository import Repository

pytestmark = pytest.mark.usefixtures("project")
ISSUES = Path("memory-bank/known-issues.toml")


def test_a_clean_bank_ends_with_0(run: Run, wal: str) -> None:
    answer = run("check")
    assert (answer.code, answer.out) == (0, "")
    assert answer.err == "mbtui: nothing is wrong in 3 entries\n"
    assert run("check", "--json").json == {
        "problems": [],
        "count": 0,
        "entries": 3,
        "archived": 0,
    }


def test_an_empty_bank_ends_with_1_and_says_why(run: Run) -> None:
    answer = run("check")
    assert answer.code == 1
    assert "bank.toml: the bank has no entries; `mbtui add` writes one\n" in answer.out


def test_a_slip_is_told_from_the_working_directory(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ISSUES.write_text('[[current-issues]]\nid = "aaaa"\ntitle = "x"\nstatus = "opne"\n')
    answer = run("check")
    assert answer.code == 1
    assert answer.out == (
        'memory-bank/known-issues.toml:1: aaaa: status = "opne" is none of open, worked-around,'
        " fixed, wont-fix; was open meant?\n"
    )
    assert answer.err == "mbtui: 1 problem in 1 file; 1 entry looked at\n"
    (problem,) = run("check", "--json").json["problems"]
    assert (problem["file"], problem["line"], problem["state"]) == (ISSUES.name, 1, "warning")
    monkeypatch.chdir(project.parent / "home")
    answer = run("check", "--bank", str(project))
    assert answer.out.startswith(f"{project}/memory-bank/known-issues.toml:1: ")


@pytest.mark.parametrize(
    ("file", "text", "state", "line"),
    [
        ("known-issues.toml", "[[current-issues]]\ntitle = \n", "broken", 2),
        ("known-issues.toml", "<<<<<<< HEAD\n=======\n>>>>>>> x\n", "conflict", 1),
        ("bank.toml", "format = 99\n", "too-new", 1),
        ("bank.toml", "format = \n", "broken", 1),
    ],
)
def test_a_file_that_cannot_be_used_ends_with_3(
    run: Run, wal: str, file: str, text: str, state: str, line: int
) -> None:
    Path("memory-bank", file).write_text(text)
    assert wal
    answer = run("check", "--json")
    assert answer.code == 3
    (problem,) = answer.json["problems"]
    assert (problem["file"], problem["line"], problem["state"]) == (file, line, state)


def test_paths_of_open_entries_that_lead_nowhere(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = Repository(tmp_path / "code")
    code.commit(1, {"app/old.py": "x = 1\n" * 20, "app/a.py": ""})
    (code.root / "app/old.py").rename(code.root / "app/new.py")
    code.commit(2)
    monkeypatch.chdir(code.root)
    store = Store(code.folder, author="Ana")
    one = store.add("current-issues", {"title": "x", "paths": ["app/old.py", "app/a.py", "no/"]})
    store.add("current-issues", {"title": "y", "paths": ["gone.py"], "status": "fixed"})
    answer = run("check")
    assert answer.code == 1
    first, second = answer.lines
    assert f"{one.id}: the path app/old.py: " in first
    assert first.endswith("; it is app/new.py now")
    assert f"{one.id}: the path no/: " in second
    assert second.endswith("; mend it or take it out")


def test_hostile_text_is_told_as_text(run: Run) -> None:
    text = '[[current-issues]]\nid = "a\\u001b[31m"\ntitle = "x"\nstatus = "\\u009b[/]"\n'
    ISSUES.write_text(text)
    answer = run("check")
    assert answer.code == 1
    assert "[/]" in answer.out
    assert not {"\x1b", "\x9b"} & set(answer.out)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("in:nope", "in:nope is searched as text: there is no kind or section nope"),
        ("status:opne", "no kind has the status opne; was open meant?"),
        ("tag:sqlit", "no entry has the tag sqlit; was sqlite meant?"),
        ("by:design", "nobody called design wrote here"),
        ("-wal is:opn", "there is no state opn; was open meant?"),
    ],
)
@pytest.mark.parametrize("command", ["list", "search"])
def test_a_query_that_found_nothing_says_what_was_read_as_text(
    run: Run, wal: str, command: str, query: str, words: str
) -> None:
    answer = run(command, *query.split())
    assert wal
    assert (answer.code, answer.out) == (1, "")
    assert words in answer.err


def test_a_query_that_finds_says_nothing(run: Run) -> None:
    run("add", "see in:nope for more")
    answer = run("list", "in:nope")
    assert (answer.code, answer.err) == (0, "")
    assert "searched as text" not in run("list", "src:nothing").err
