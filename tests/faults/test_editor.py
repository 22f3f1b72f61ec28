"""T33: the user's editor is run without a shell, and whatever it does, the screen comes back."""

from __future__ import annotations

import contextlib
import os
import shlex
import stat
import sys
import termios
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mbtui.bank.bank import Problem
from mbtui.store.create import create_bank
from mbtui.ui.external import configured_editor, editor_command
from mbtui.ui.screens.raw import RawView
from tests.faults.hostile_bank import EVERYTHING, TEXTS, make_hostile_bank
from tests.ui.conftest import OpenApp, demo, open_app, own_state
from tests.ui.driving import MEDIUM
from tests.ui.window import SOON, Window, own_world

__all__ = ["demo", "open_app", "own_state"]

BANK = Path("/p/memory-bank/known-issues.toml")


def command(environ: dict[str, str], line: int = 41) -> list[str]:
    return editor_command(environ, BANK, line)


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"EDITOR": "vim"}, ["vim", "+41"]),
        ({"VISUAL": "nano", "EDITOR": "vim"}, ["nano", "+41"]),
        ({"VISUAL": "", "EDITOR": "vim"}, ["vim", "+41"]),
        ({"VISUAL": "  ", "EDITOR": "''"}, ["vi", "+41"]),
        ({}, ["vi", "+41"]),
        ({"EDITOR": "'/opt/my editor/ed' -x 'a b'"}, ["/opt/my editor/ed", "-x", "a b"]),
        ({"EDITOR": "emacs -nw"}, ["emacs", "-nw", "+41"]),
        ({"EDITOR": "ed; touch owned"}, ["ed;", "touch", "owned"]),
        ({"EDITOR": "ed $(touch owned) `x` | y && z > f"}, None),
        ({"EDITOR": 'vim "unclosed'}, ["vi", "+41"]),
        ({"EDITOR": "code"}, ["code", "--wait", "-g"]),
        ({"EDITOR": "code -w"}, ["code", "-w", "-g"]),
    ],
)
def test_t33_the_words_of_the_editor_reach_no_shell(
    environ: dict[str, str], expected: list[str] | None
) -> None:
    found = command(environ)
    assert os.path.isabs(found[-1])
    assert str(BANK) in found[-1]
    if expected is None:
        expected = shlex.split(environ["EDITOR"])
    assert found[:-1] == expected


def test_t33_the_file_is_last_with_its_whole_path() -> None:
    assert editor_command({"EDITOR": "ed"}, Path("-rf"), 0)[-1] == os.path.abspath("-rf")
    assert command({"EDITOR": "hx"}) == ["hx", f"{BANK}:41"]
    assert command({"EDITOR": "vim"}, 0) == ["vim", str(BANK)]


def test_t33_a_quote_that_is_not_closed_is_told() -> None:
    assert "not closed" in configured_editor({"EDITOR": "'x"}).note


RECORDER = """#!{python}
import os, signal, sys, termios
with open({told!r}, "a") as file:
    modes = termios.tcgetattr(0)[3] if os.isatty(0) else 0
    told = (sys.argv[1:], bool(modes & termios.ICANON), bool(modes & termios.ECHO))
    print(repr(told), file=file)
{end}
"""


MEND = """
with open(sys.argv[1], "r+") as file:
    text = file.read().replace('title "', 'title = "')
    file.seek(0)
    file.write(text)
"""


class Editor:
    """A program that notes how it was called, then ends in one way or another."""

    def __init__(self, folder: Path, end: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.told = folder / "told"
        self.path = folder / "my editor;touch owned"
        text = RECORDER.format(python=sys.executable, told=str(self.told), end=end)
        self.path.write_text(text)
        self.path.chmod(self.path.stat().st_mode | stat.S_IXUSR)

    @property
    def calls(self) -> list[tuple[list[str], bool, bool]]:
        return [eval(line) for line in self.told.read_text().splitlines()]


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A bank with one broken file."""
    folder = create_bank(tmp_path / "acme").folder
    text = '[[current-issues]]\ntitle = "x"\n\n[[current-issues]]\ntitle "no equals"\n'
    (folder / "known-issues.toml").write_text(text)
    return folder


OpenBroken = Callable[[str], Window]


@pytest.fixture
def open_broken(broken: Path, tmp_path: Path) -> Iterator[OpenBroken]:
    """`open_broken(editor)`: mbtui in a pty on that bank, the file shown."""
    windows: list[Window] = []

    def start(editor: str) -> Window:
        env = own_world(tmp_path / "home") | {"EDITOR": editor, "VISUAL": ""}
        window = Window(broken, env, size=(80, 20))
        windows.append(window)
        window.until_shown("known-issues.toml:5:7")
        window.send("!")
        window.until_shown("only shown", 'title "no equals"')
        return window

    yield start
    for window in windows:
        window.close()


def in_words(window: Window) -> str:
    """What the screen says, wherever its lines break."""
    return " ".join(window.text().split())


def assert_back(window: Window) -> None:
    """The program has the terminal again: raw, drawn, answering."""
    window.until_shown("only shown")
    window.settle()
    assert not window.local_modes() & (termios.ICANON | termios.ECHO)
    window.send("\x1b")
    window.until_shown("All entries")


@pytest.mark.parametrize(
    ("end", "told"),
    [
        ("", ""),
        ("sys.exit(1)", "ended with exit code 1"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "was ended by SIGKILL"),
        ("os.kill(os.getpid(), signal.SIGTERM)", "was ended by SIGTERM"),
        (
            "os.system('stty raw -echo'); os.kill(os.getpid(), signal.SIGSEGV)",
            "was ended by SIGSEGV",
        ),
    ],
)
def test_t33_the_screen_comes_back_however_the_editor_ends(
    open_broken: OpenBroken, broken: Path, tmp_path: Path, end: str, told: str
) -> None:
    editor = Editor(tmp_path / "with blank", end)
    window = open_broken(f"{shlex.quote(str(editor.path))} --flag 'two words' ';' '$(touch owned)'")
    window.send("\r")
    window.within(SOON, lambda: editor.told.exists() and bool(editor.calls))
    window.within(SOON, lambda: told in in_words(window))
    assert_back(window)
    target = str(broken / "known-issues.toml")
    words = ["--flag", "two words", ";", "$(touch owned)", target]
    assert editor.calls == [(words, True, True)]
    assert not list(tmp_path.rglob("owned"))


@pytest.mark.parametrize(
    ("editor", "told"),
    [
        ("/nowhere/at/all", "/nowhere/at/all could not be started (No such file"),
        ("/etc/passwd", "/etc/passwd could not be started ("),
        ("/tmp", "could not be started (Permission denied)"),
    ],
)
def test_t33_an_editor_that_does_not_start_is_told(
    open_broken: OpenBroken, editor: str, told: str
) -> None:
    window = open_broken(editor)
    window.send("E")
    window.within(SOON, lambda: told in in_words(window) and "set $EDITOR" in in_words(window))
    assert_back(window)


def test_t33_what_the_editor_mended_is_shown_at_once(
    open_broken: OpenBroken, broken: Path, tmp_path: Path
) -> None:
    editor = Editor(tmp_path / "e", MEND)
    window = open_broken(shlex.quote(str(editor.path)))
    window.send("o")
    window.until_shown("is mended")
    window.send("\x1b")
    window.until_shown("All entries", "no equals")
    window.within(SOON, lambda: not window.shows("known-issues.toml:5"))


def test_t33_an_interrupt_ends_the_editor_and_not_the_program(
    open_broken: OpenBroken, tmp_path: Path
) -> None:
    editor = Editor(tmp_path / "e", "signal.pause()")
    window = open_broken(shlex.quote(str(editor.path)))
    window.send("\r")
    window.within(SOON, lambda: editor.told.exists() and bool(editor.calls))
    window.pump(0.3)
    window.send("\x03")
    window.within(SOON, lambda: "was ended by SIGINT" in in_words(window))
    assert_back(window)


@pytest.mark.anyio
async def test_t33_nothing_in_a_bank_names_the_editor(
    open_app: OpenApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever file or line a bank makes mbtui open, the words before it are the user's own."""
    ran: list[list[str]] = []

    def run(words: list[str], _: str) -> str:
        ran.append(words)
        return ""

    monkeypatch.setattr("mbtui.ui.external._run", run)
    monkeypatch.setattr("textual.app.App.suspend", lambda _: contextlib.nullcontext())
    monkeypatch.setenv("EDITOR", "my-editor --mine")
    folder = make_hostile_bank(tmp_path / "p", EVERYTHING + TEXTS["shell"])
    async with open_app(MEDIUM, folder) as ui:
        for problem in ui.app.bank.problems:
            ui.app.show_file(problem)
            await ui.settle()
            await ui.press("enter", "escape")
    assert ran
    for words in ran:
        assert words[:2] == ["my-editor", "--mine"]
        assert Path(words[-1]).parent in (folder, folder / "archive")
        assert len(words) == 3
    opened = {Path(words[-1]).name for words in ran}
    assert "code-patterns.toml" not in opened  # A link to /dev/zero.
    assert "deployment-notes.toml" not in opened  # A pipe.


@pytest.mark.anyio
async def test_t33_a_file_that_cannot_be_opened_says_why(open_app: OpenApp, tmp_path: Path) -> None:
    folder = make_hostile_bank(tmp_path / "p", "plain")
    async with open_app(MEDIUM, folder) as ui:
        for file, reason in (
            ("code-patterns.toml", "is a link to /dev/zero, outside the bank; not opened"),
            ("deployment-notes.toml", "is not a regular file; not opened"),
            ("performance-notes.toml", "is not there"),
        ):
            ui.app.show_file(Problem(file, "something", 3, 4, "unreadable"))
            await ui.settle()
            ui.on(RawView)
            assert reason in " ".join(ui.text.split())
            if reason != "is not there":
                await ui.press("enter")
                assert f"{file} {reason}" in " ".join(ui.text.split())
            await ui.press("escape")
