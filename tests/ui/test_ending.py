"""How the program ends: by its key, by a signal, with its terminal; and what stays."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.ui.outside import Project, copy_project, make_project
from tests.ui.window import SOON, Window, own_world

TYPED = "half a sentence"
OPENED_AND_CLOSED = [
    ("\x1b[?1049h", "\x1b[?1049l"),  # alternate screen
    ("\x1b[?25l", "\x1b[?25h"),  # cursor
    ("\x1b[?1000h", "\x1b[?1000l"),  # mouse
    ("\x1b[?1003h", "\x1b[?1003l"),
    ("\x1b[?1006h", "\x1b[?1006l"),
    ("\x1b[?1004h", "\x1b[?1004l"),  # focus reports
    ("\x1b[?2004h", "\x1b[?2004l"),  # bracketed paste
    ("\x1b[?7l", "\x1b[?7h"),  # line wrap
    ("\x1b[>", "\x1b[<"),  # kitty keyboard
]
WITHOUT_HANG_UP_SIGNAL = """
import os, signal, sys
signal.signal(signal.SIGHUP, signal.SIG_IGN)
child = os.fork()
if not child:
    os.setsid()
    os.execv(sys.executable, [sys.executable, "-m", "mbtui", *sys.argv[1:]])
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""

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

    def start(*program: str) -> Window:
        window = Window(project.bank, project.env, program=program or ("-m", "mbtui"))
        windows.append(window)
        return window

    yield start
    for window in windows:
        window.close()


def type_in_form(window: Window) -> None:
    window.press("2")
    window.open_form(TYPED)


def assert_left_clean(window: Window) -> None:
    sent = window.raw.decode()
    for on, off in OPENED_AND_CLOSED:
        assert sent.rfind(off) > sent.rfind(on), f"{on!r} was left"


def test_ctrl_c_says_how_to_quit_and_q_leaves_a_clean_terminal(open_window: Open) -> None:
    window = open_window()
    window.press("\x03")
    window.until_shown("q quits")
    window.send("q")
    assert window.wait_for_end(SOON) == 0
    assert_left_clean(window)


def assert_kept(project: Project) -> None:
    state = Path(project.env["XDG_STATE_HOME"])
    assert any(TYPED in path.read_text() for path in state.rglob("drafts/*.json"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_and_typed_text_is_kept(
    open_window: Open, project: Project, number: signal.Signals
) -> None:
    window = open_window()
    type_in_form(window)
    window.signal(number)
    assert window.wait_for_end(SOON) == 128 + number
    assert_left_clean(window)
    assert_kept(project)


@pytest.mark.parametrize("program", [(), ("-c", WITHOUT_HANG_UP_SIGNAL)], ids=["signal", "none"])
def test_a_closed_terminal_ends_it_and_typed_text_is_kept(
    open_window: Open, program: tuple[str, ...]
) -> None:
    """Also when no signal tells of it, as for a program that left its session."""
    window = open_window(*program)
    type_in_form(window)
    window.hang_up()
    assert window.wait_for_end(SOON) == 129
    again = open_window()
    again.until_shown("Text that was not saved is kept")
    again.press("2")
    again.open_form()
    again.until_shown(TYPED)


def test_nothing_is_sent_while_nothing_happens(open_window: Open) -> None:
    window = open_window()
    assert not window.pump(1.5), window.raw[-200:]
