"""`mbtui` without a command, with a stand-in for the screen."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from mbtui.cli import main as cli_main
from mbtui.store.settings import Settings, config_file

from .conftest import Run, Terminal


class Screen:
    """Runs command lines on a terminal and notes what the screen was opened with."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened: list[tuple[Path | None, str, bool]] = []
        self.settings: list[Settings] = []
        self._monkeypatch = monkeypatch

    def run(self, *words: str) -> int:
        with self._monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", Terminal())
            patch.setattr(sys, "stdout", Terminal())
            return cli_main.main(list(words))

    def run_app(self, folder: Path | None, *, author: str, demo: bool, settings: Settings) -> int:
        assert folder is None or (folder / "bank.toml").is_file()
        self.opened.append((folder, author, demo))
        self.settings.append(settings)
        return 0


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    made = Screen(monkeypatch)
    module = ModuleType("mbtui.ui.app")
    vars(module)["run_app"] = made.run_app
    monkeypatch.setitem(sys.modules, "mbtui.ui.app", module)
    monkeypatch.setenv("TERM", "xterm-256color")
    return made


@pytest.mark.parametrize("words", [(), ("--demo",)])
def test_the_screen_needs_a_terminal(run: Run, project: Path, words: tuple[str, ...]) -> None:
    answer = run(*words)
    assert answer.code == 2
    assert "mbtui list" in answer.err


@pytest.mark.parametrize("term", ["dumb", ""])
def test_the_screen_needs_a_terminal_that_draws(
    screen: Screen,
    project: Path,
    term: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TERM", term)
    assert screen.run() == 2
    assert "dumb" in capsys.readouterr().err
    assert screen.opened == []


def test_the_screen_opens_on_the_nearest_bank_or_on_none(
    screen: Screen, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert screen.run() == 0
    monkeypatch.chdir(tmp_path)
    assert screen.run() == 0
    assert screen.run("--bank", str(project)) == 0
    folder = project / "memory-bank"
    assert screen.opened == [(f, "Ana Lima", False) for f in (folder, None, folder)]


def test_a_named_bank_that_is_not_there_does_not_open_another(
    screen: Screen, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert screen.run("--bank", "elsewhere") == 1
    assert screen.run("--personal") == 1
    assert screen.opened == []
    assert "elsewhere" in capsys.readouterr().err


def test_the_demo_opens_a_bank_of_its_own_and_leaves_none(screen: Screen, project: Path) -> None:
    assert screen.run("--demo") == 0
    assert screen.run("--demo", "--bank", ".") == 2
    ((folder, _, demo),) = screen.opened
    assert demo is True
    assert folder is not None
    assert project not in folder.parents
    assert not folder.exists()


def test_the_screen_gets_the_settings_and_what_the_command_line_says_instead(
    screen: Screen, project: Path
) -> None:
    assert screen.run() == 0
    config_file().parent.mkdir(parents=True)
    config_file().write_text('keymap = "emacs"\nascii = false\n[keys]\nedit = "F4"\n', "utf-8")
    assert screen.run() == 0
    assert screen.run("--ascii", "--demo") == 0
    assert screen.run("--no-mouse") == 0
    assert [(s.ascii, s.mouse) for s in screen.settings] == [
        (False, True),
        (False, True),
        (True, True),
        (False, False),
    ]
    assert [s.keymap for s in screen.settings] == ["default", "emacs", "emacs", "emacs"]
    assert screen.settings[-1].keys == {"edit": ("F4",)}
