"""move, delete, undo and redo in the shell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mbtui.cli.main import main
from tests.cli.conftest import Run


@pytest.fixture
def bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MBTUI_AUTHOR", "Ana")
    folder = tmp_path / "memory-bank"
    folder.mkdir()
    (folder / "bank.toml").write_text("format = 1\n")
    return folder


def add(text: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["add", text]) == 0
    return capsys.readouterr().out.strip()


def issues(bank: Path) -> str:
    return (bank / "known-issues.toml").read_text()


def test_undo_names_what_it_takes_back_and_redo_brings_it_back(
    bank: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    identity = add("pool exhausted !high", capsys)
    main(["edit", identity, "--status", "fixed"])
    capsys.readouterr()
    assert main(["undo"]) == 0
    assert capsys.readouterr().out == f"{identity} taken back: edit of pool exhausted\n"
    assert 'status = "open"' in issues(bank)
    assert main(["redo"]) == 0
    assert 'status = "fixed"' in issues(bank)


def test_a_deleted_entry_comes_back(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    identity = add("pool exhausted -- the text", capsys)
    before = issues(bank)
    assert main(["delete", identity[:4]]) == 0
    assert identity not in issues(bank)
    assert main(["undo", identity]) == 0
    assert issues(bank) == before


def test_move_asks_for_a_status_that_the_new_kind_lacks(
    bank: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    identity = add("pool exhausted", capsys)
    assert main(["move", identity, "technical-debt"]) == 2
    assert "active" in capsys.readouterr().err
    assert main(["move", identity, "debt", "--status", "active"]) == 0
    assert "[[technical-debt]]" in issues(bank)


@pytest.mark.usefixtures("bank")
def test_nothing_to_take_back_is_exit_1(run: Run) -> None:
    answer = run("undo")
    assert (answer.code, answer.out) == (1, "")
    assert "no change by Ana is left to take back" in answer.err
    assert run("redo").code == 1
    listed = run("undo", "--list")
    assert (listed.code, listed.out) == (1, "")
    assert "no change by Ana is known here" in listed.err


@pytest.mark.usefixtures("bank")
def test_the_list_names_the_latest_changes_and_what_is_taken_back(run: Run) -> None:
    first = run("add", "first").out.strip()
    second = run("add", "second").out.strip()
    run("edit", second, "--title", "second [b]of[/b] all")
    run("undo")
    run("undo", first)
    lines = run("undo", "--list").lines
    assert [line[18:] for line in lines] == [
        f"{second}  edit of second [b]of[/b] all  (taken back)",
        f"{second}  add of second",
        f"{first}  add of first  (taken back)",
    ]
    assert len(run("undo", "--list", "-n", "2").lines) == 2
    assert [line.split()[2] for line in run("undo", "--list", first[:5]).lines] == [first]


@pytest.mark.usefixtures("bank")
def test_the_list_for_programs(run: Run) -> None:
    identity = run("add", "first").out.strip()
    run("undo")
    assert run("undo", "--list", "--json").json == {
        "changes": [
            {
                "change": "add",
                "at": run("undo", "--list", "--json").json["changes"][0]["at"],
                "author": "Ana",
                "title": "first",
                "ids": [identity],
                "taken_back": True,
            }
        ],
        "count": 1,
    }
    assert run("redo", "--json").json["done"] == "brought back"
    assert run("undo", "--list", "--json", "--by", "nobody").json == {"changes": [], "count": 0}


def test_what_an_agent_did_is_taken_back_only_when_it_is_named(
    bank: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = run("add", "mine").out.strip()
    before = issues(bank)
    monkeypatch.setenv("MBTUI_AUTHOR", "agent:claude")
    run("edit", identity, "--tag", "agent")
    monkeypatch.setenv("MBTUI_AUTHOR", "Ana")
    assert [line.split()[3] for line in run("undo", "--list").lines] == ["add"]
    assert run("undo", "--by", "agent:claude").out == f"{identity} taken back: edit of mine\n"
    assert issues(bank) == before
    assert run("undo", "--by", "agent:claude").code == 1
    assert run("redo").code == 0
    assert '"agent"' in issues(bank)


@pytest.mark.usefixtures("bank")
@pytest.mark.parametrize(
    "words", [["-n", "3"], ["--list", "-n", "x"], ["--by", " "], ["--by"], ["a", "b"]]
)
def test_what_cannot_be_meant_is_exit_2(run: Run, words: list[str]) -> None:
    run("add", "mine")
    assert run("undo", *words).code == 2
    assert len(run("list").lines) == 1


def test_a_conflict_shows_both_texts_and_the_ways_out_and_writes_nothing(
    bank: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "".join(f"line {number}\n" for number in range(12))
    identity = run("add", "mine", "--body", text).out.strip()
    run("edit", identity, "--title", "mine again", "--body", text.replace("line 7", "LINE 7"))
    monkeypatch.setenv("MBTUI_AUTHOR", "agent:\x1b]0;x\x07")
    body = text.replace("line 7", "\x1b[31mline\x07 seven")
    run("edit", identity, "--title", "theirs", "--body", body, "--tag", "t")
    monkeypatch.setenv("MBTUI_AUTHOR", "Ana")
    before = issues(bank)
    answer = run("undo")
    assert (answer.code, answer.out) == (3, "")
    assert issues(bank) == before
    assert "\x1b" not in answer.err
    assert "\x07" not in answer.err
    for part in (
        f"mbtui: {identity} was changed (title, issue) since in known-issues.toml;",
        "before your change: mine\n",
        "now:                theirs\n",
        "before your change: …\n",
        "                        line 7\n",
        "                        ␛[31mline␇ seven\n",
        f"`mbtui edit {identity} …`",
        "`mbtui undo OTHER-ID`",
    ):
        assert part in answer.err
    assert "line 3" not in answer.err
    assert "line 11" not in answer.err
    assert "tags" not in answer.err


def test_an_edited_addition_is_not_taken_away_in_the_shell(bank: Path, run: Run) -> None:
    identity = run("add", "mine").out.strip()
    path = bank / "known-issues.toml"
    path.write_text(path.read_text() + "owner = 'Jonas'\n")
    before = issues(bank)
    answer = run("undo")
    assert answer.code == 3
    assert "as your change left it: (empty)" in answer.err
    assert "Jonas" in answer.err
    assert f"`mbtui delete {identity}`" in answer.err
    assert issues(bank) == before


def test_an_entry_deleted_since_is_shown_as_it_was(bank: Path, run: Run) -> None:
    identity = run("add", "mine", "--body", "the text").out.strip()
    run("edit", identity, "--title", "mine again")
    (bank / "known-issues.toml").write_text("# all gone\n")
    answer = run("undo")
    assert answer.code == 3
    assert "was deleted since" in answer.err
    assert "the text" in answer.err
    assert issues(bank) == "# all gone\n"


def test_a_redo_that_meets_a_newer_change_is_refused_too(bank: Path, run: Run) -> None:
    identity = run("add", "mine").out.strip()
    run("edit", identity, "--title", "mine again")
    run("undo")
    path = bank / "known-issues.toml"
    path.write_text(path.read_text().replace('"mine"', '"theirs"'))
    answer = run("redo")
    assert answer.code == 3
    assert "nothing was brought back" in answer.err
    assert "as you had it: mine again" in answer.err


def test_what_of_a_change_stays_is_told(bank: Path, run: Run) -> None:
    identity = run("add", "mine").out.strip()
    run("move", identity, "common-tasks")
    notes = (bank / "development-notes.toml").read_text()
    (bank / "development-notes.toml").write_text(
        notes.replace("[[common-tasks]]", "[[debugging-tips]]")
    )
    answer = run("undo", "--json")
    assert answer.code == 0
    told = json.loads(answer.out)
    assert told["done"] == "was gone already"
    assert "stays in Debugging Tips" in told["note"]
