"""T30 in the shell: no command prints a byte of a bank, or of its arguments, that steers.

The command lines are made from the table of commands, so a command that is added is tried too:
every word and every option takes hostile values, in text and with `--json`.
"""

from __future__ import annotations

import ast
import importlib
import itertools
import json
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import mbtui.cli
from mbtui.cli.arguments import Command
from mbtui.cli.commands import COMMANDS
from mbtui.cli.main import main
from mbtui.store.toml_write import toml_string
from tests.cli.conftest import Answer, Run, Terminal, _own_world, run
from tests.faults.hostile_bank import (
    EVERYTHING,
    NAME,
    TEXTS,
    acting,
    hostile_entry,
    make_hostile_bank,
    put,
)
from tests.ui.terminal import Terminal as Pty
from tests.ui.window import own_world

__all__ = ["_own_world", "run"]

ARGUMENT = EVERYTHING.replace("\0", "") + "\udcff"
"""What a shell can pass: no NUL, but bytes that are no UTF-8."""
SMALL = ("evil ␛ " + TEXTS["clipboard"] + TEXTS["bidi"] + TEXTS["c1"] + TEXTS["markup"]) + "\udcff"
PATH_NAME = NAME.replace("/", "")
VALUES = {
    "ID": ("dddddddd", "aaaa", SMALL, f"{SMALL}x"),
    "KIND": ("current-issues", "evil-kind", SMALL),
    "QUERY": ("evil", SMALL, "tag:b", "zzzz", "is:archived", f"--{SMALL}"),
    "TEXT…": ("pool #b", SMALL, f"@{SMALL}", f"x -- {SMALL}"),
    "DIR": (PATH_NAME,),
    "N": ("2", SMALL),
    "FILE": (PATH_NAME,),
    "NAME=VALUE": (f"owner={SMALL}", SMALL, f"{SMALL}={SMALL}"),
    "%O": ("base.toml",),
    "%A": ("ours.toml",),
    "%B": ("theirs.toml",),
    "%P": ("memory-bank/known-issues.toml", SMALL),
}
OWN_STYLES = re.compile(r"\x1b\[[012]m")


def command_lines(command: Command) -> Iterator[tuple[str, ...]]:
    """Command lines of one command, hostile in one place or another."""
    words = [VALUES.get(word.strip("[]"), (SMALL,)) for word in command.rest.split()]
    usual = tuple(values[0] for values in words)
    yield usual
    yield ()
    yield (*usual, SMALL)
    yield (*usual, f"--{SMALL}")
    for at, values in enumerate(words):
        for value in values[1:]:
            yield (*usual[:at], value, *usual[at + 1 :])
    for option in command.options:
        values = VALUES.get(option.metavar, (SMALL,)) if option.metavar else ("",)
        for value in values:
            yield (*usual, option.name, *([value] if option.metavar else []))
    for name in ("--bank", "--help", f"--bank={SMALL}"):
        yield (*usual, name)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in a folder of a hostile name, with files for a merge; the working directory."""
    project = tmp_path / PATH_NAME
    make_hostile_bank(project, EVERYTHING)
    for number, name in enumerate(("base", "ours", "theirs")):
        text = hostile_entry("current-issues", "aaaaaaaa", f"{number} {EVERYTHING}")
        put(project / f"{name}.toml", text)
    monkeypatch.chdir(project)
    monkeypatch.setenv("MBTUI_AUTHOR", EVERYTHING.replace("\0", ""))
    return project


def harmless(answer: Answer, words: tuple[str, ...]) -> None:
    for text in (answer.out, answer.err):
        assert not acting(text), f"{words!a}: {acting(text)}"


@pytest.mark.parametrize("name", COMMANDS)
def test_t30_no_command_prints_what_steers(run: Run, world: Path, name: str) -> None:
    tried = answered = 0
    for words in command_lines(COMMANDS[name]):
        for more in ((), ("--json",)):
            answer = run(name, *words, *more)
            harmless(answer, (name, *words, *more))
            tried += 1
            answered += bool(answer.out or answer.err)
            if more and answer.out and "--help" not in words:
                assert answer.out.isascii()
                assert json.loads(answer.out) is not None
    assert tried > 8
    assert answered > tried // 2
    assert not (world / "owned").exists()


def test_t30_a_command_that_is_none(run: Run, world: Path) -> None:
    for words in ((SMALL,), (f"-{SMALL}",), (f"--{SMALL}",), ("--bank", SMALL, "list"), ("",)):
        harmless(run(*words), words)


def test_t30_the_whole_text_as_an_argument(run: Run, world: Path) -> None:
    for words in (("search",), ("add",), ("show",), ("add", "x", "--in")):
        harmless(run(*words, ARGUMENT), words)
    for text in TEXTS.values():
        if text.strip() and "\0" not in text:
            harmless(run("list", text), (text,))


def test_t30_the_text_is_shown_all_the_same(run: Run, world: Path) -> None:
    shown = run("show", "dddddddd").out
    assert "[@click=app.quit]X[/]" in shown
    assert "␛]52;c;RVZJTA==␇" in shown
    assert "⟨U+202E⟩flipped" in shown
    assert run("show", "dddddddd", "--json").json["title"] == EVERYTHING
    assert len(run("list", "in:evil-kind").lines) == 1


def test_t30_a_colour_terminal_gets_only_our_own_codes(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    for words in (("list",), ("search", "evil"), ("show", "dddd"), ("schema",), ("path",)):
        shown = Terminal()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", shown)
            main(list(words))
        rest = OWN_STYLES.sub("", shown.getvalue())
        assert not acting(rest), acting(rest)


def test_t30_the_last_net_stands_alone(
    run: Run, world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a command forgot to make a text safe, the output does not let it through."""
    for found in pkgutil.iter_modules(mbtui.cli.__path__, "mbtui.cli."):
        module = importlib.import_module(found.name)
        for function in ("safe_line", "safe_text"):
            if hasattr(module, function):
                monkeypatch.setattr(module, function, lambda text: text)
    steers = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
    for words in (
        ("list",),
        ("show", "aaaa"),
        ("schema",),
        ("search", SMALL),
        ("add", "x", "--in", SMALL),
    ):
        answer = run(*words)
        assert not steers.search(OWN_STYLES.sub("", answer.out + answer.err)), words


def test_t30_what_is_wrong_in_a_project_is_told_harmlessly(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / PATH_NAME / "made"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    value = toml_string(EVERYTHING)
    put(folder / "pyproject.toml", f"[project]\nname = {value}\ndescription = {value}\n")
    for words in ("list", "init", "init", "path", "add x", "show project-information"):
        harmless(run(*words.split()), (words,))


def test_t30_a_bug_is_told_without_text_of_the_bank(
    run: Run, world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        entry_text = EVERYTHING
        raise RuntimeError(entry_text)

    monkeypatch.setattr("mbtui.store.reading.BankReader.load", fail)
    monkeypatch.delenv("MBTUI_DEBUG")
    answer = run("list")
    assert answer.code == 70
    assert "RuntimeError" in answer.err
    assert "RVZJTA" not in answer.err
    monkeypatch.setenv("MBTUI_DEBUG", "1")
    with pytest.raises(RuntimeError) as caught:
        run("list")
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    sys.excepthook(caught.type, caught.value, caught.tb)
    assert "RVZJTA" in shown.getvalue()
    assert not acting(shown.getvalue())


def wait_for(window: Pty, text: str) -> None:
    window.until(lambda: text in window.text())


def test_t30_commands_in_a_real_terminal(tmp_path: Path) -> None:
    project = tmp_path / PATH_NAME
    folder = make_hostile_bank(project, EVERYTHING)
    env = own_world(tmp_path / "home")
    for words in (["list"], ["show", "dddddddd"], ["add"]):
        window = Pty(["-m", "mbtui", *words, "--bank", str(folder)], env, size=(90, 24))
        try:
            if words == ["add"]:
                wait_for(window, "Title:")
                window.send("x\n")
                wait_for(window, "Kind")
                window.send("\n\n")
            while window.pump(5):
                pass
        finally:
            window.close()
        text = OWN_STYLES.sub("", window.raw.decode()).replace("\r\n", "\n")
        assert text.strip()
        assert not acting(text), acting(text)


def test_t30_only_one_module_writes_to_the_terminal() -> None:
    """`output.py`, whose last net everything passes; and the prompts of `add`."""
    allowed = {"output.py", "main.py"}
    for path in sorted(Path(mbtui.cli.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            assert called != "print", path
            if called.endswith((".stdout.write", ".stderr.write", "os.write")):
                assert path.name in allowed, f"{path.name}:{node}"
            if called == "input":
                assert path.name == "add.py", path


def test_t30_the_command_lines_are_hostile() -> None:
    lines = list(itertools.chain.from_iterable(map(command_lines, COMMANDS.values())))
    assert sum(any(acting(word) for word in words) for words in lines) > len(COMMANDS)
