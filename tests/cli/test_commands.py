from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from mbtui import __version__
from mbtui.cli.commands import COMMANDS
from mbtui.store.reading import BankReader
from mbtui.store.store import Store

from .conftest import Run


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
        ("--ascii", "list"),
        ("list", "--no-mouse"),
        ("keys", "x"),
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
    (folder / "memory bank.md").write_text("# Notes\n", "utf-8")
    answer = run("init", str(folder))
    assert answer.code == 0
    assert str(folder / "memory-bank") in answer.lines[0]
    assert "project_name" in answer.out
    assert f"mbtui import '{folder / 'memory bank.md'}'" in answer.out
    assert len(answer.out.partition("AGENTS.md:\n\n")[2].splitlines()) == 6
    again = run("init", str(folder))
    assert again.code != 0
    assert again.out == ""
    shown = run("--bank", str(folder), "show", "project-information", "--json").json
    assert shown["fields"]["project_name"] == "acme-api"


def test_the_personal_bank_is_made_and_used(run: Run) -> None:
    assert run("list", "--personal").code == 1
    assert run("init", "--personal").code == 0
    assert "already" in run("init", "--personal").err
    identity = run("--personal", "add", "a thought").out.strip()
    assert run("show", identity, "--personal").out.startswith("a thought\n")


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

    monkeypatch.setattr(BankReader, "load", fail)
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

    monkeypatch.setattr(BankReader, "load", interrupt)
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
