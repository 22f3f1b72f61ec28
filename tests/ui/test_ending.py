"""How the program ends by its key, and that it rests while nothing happens.

How it ends from outside: tests/faults/test_terminal_lost.py.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.ui.outside import Project, copy_project, make_project
from tests.ui.window import SOON, Window, own_world

Open = Callable[..., Window]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("template")
    return make_project(folder / "acme", own_world(folder / "home"))


@pytest.fixture
def project(template: Project, tmp_path: Path) -> Project:
    return copy_project(template, tmp_path / "acme", own_world(tmp_path / "home"))


@pytest.fixture
def open_window(project: Project) -> Iterator[Open]:
    windows: list[Window] = []

    def start() -> Window:
        windows.append(Window(project.bank, project.env))
        return windows[-1]

    yield start
    for window in windows:
        window.close()


def test_ctrl_c_says_how_to_quit_and_q_leaves_a_clean_terminal(open_window: Open) -> None:
    window = open_window()
    window.press("\x03")
    window.until_shown("q quits")
    window.send("q")
    assert window.wait_for_end(SOON) == 0
    window.assert_left_clean()


def test_nothing_is_sent_while_nothing_happens(open_window: Open) -> None:
    window = open_window()
    assert not window.pump(1.5), window.raw[-200:]


def test_the_window_is_named_and_given_its_title_back(open_window: Open) -> None:
    window = open_window()
    assert b"\x1b[22;0t\x1b]0;mbtui \xc2\xb7 acme" in window.raw
    window.signal(signal.SIGTSTP)
    assert window.stopped()
    window.pump(0)
    window.assert_left_clean()
    window.signal(signal.SIGCONT)
    window.until_shown("1 Sections")
    window.send("q")
    assert window.wait_for_end(SOON) == 0
    window.assert_left_clean()
    assert window.raw.count(b"\x1b[22;0t") == window.raw.count(b"\x1b[23;0t") == 2


def test_ctrl_z_without_a_shell_says_so_and_stays(open_window: Open) -> None:
    window = open_window()
    window.press("\x1a")
    window.until_shown("There is no shell behind mbtui")
    window.send("q")
    assert window.wait_for_end(SOON) == 0
