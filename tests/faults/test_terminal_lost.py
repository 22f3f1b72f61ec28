"""The terminal goes away, or the program is ended: T34. The text is kept, the program gone.

`MBTUI_FAULT_PATIENCE` (1) multiplies the limits in seconds, for slow machines.
"""

from __future__ import annotations

import asyncio
import re
import signal
import termios
from pathlib import Path

import pytest

from mbtui.ui.signals import end_from_outside
from tests.faults.conftest import OpenWindow
from tests.faults.following import wait_until
from tests.ui.outside import Project
from tests.ui.window import PATIENCE, Window

GONE = 1.0
STALLED = 4.0
"""A program that draws no more may take longer: it tries to leave the terminal clean."""
TYPED = "half a sentence"
TITLE = "uvloop breaks debug mode"
"""The entry on which the list begins."""
OFFER = re.compile("unsaved|kept", re.IGNORECASE)
DEAF = """
import os, signal, sys
signal.signal(signal.SIGHUP, signal.SIG_IGN)
LEFT_SESSION
os.execv(sys.executable, [sys.executable, "-m", "mbtui", *sys.argv[1:]])
"""
"""As under nohup: the signal is ignored from the beginning."""
IN_A_CHILD = """child = os.fork()
if child:
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
os.setsid()
"""
PROGRAMS = {
    "hangup": ("-m", "mbtui"),
    "nohup": ("-c", DEAF.replace("LEFT_SESSION\n", "")),
    "no session": ("-c", DEAF.replace("LEFT_SESSION\n", IN_A_CHILD)),
}


def type_in_form(window: Window) -> None:
    window.press("2")
    window.open_form(TYPED)


def drafts(project: Project) -> list[str]:
    """The texts of the drafts on disk."""
    state = Path(project.env["XDG_STATE_HOME"])
    found = []
    for path in state.rglob("drafts/*.json"):
        try:
            found.append(path.read_text())
        except FileNotFoundError:  # One in place of another.
            continue
    return found


def assert_offered(open_window: OpenWindow, project: Project) -> None:
    """A second start offers the text, named by its title, and goes on with it."""
    assert any(TYPED in text for text in drafts(project))
    window = open_window()
    offers = [line for line in window.lines if TITLE in line and OFFER.search(line)]
    assert offers, window.text()
    window.press("2")
    window.open_form()
    window.until_shown(TYPED)


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_t34_a_closed_terminal_ends_it_and_the_text_is_offered(
    open_window: OpenWindow, project: Project, program: tuple[str, ...]
) -> None:
    """Also when the signal that tells of it is ignored, or never comes."""
    window = open_window(program=program)
    type_in_form(window)
    window.hang_up()
    assert window.wait_for_end(GONE * PATIENCE) == 129
    if program == PROGRAMS["no session"]:
        assert any(TYPED in text for text in drafts(project))
    else:
        assert_offered(open_window, project)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_t34_a_signal_ends_it_and_leaves_a_clean_terminal(
    open_window: OpenWindow, project: Project, number: signal.Signals
) -> None:
    window = open_window()
    type_in_form(window)
    window.signal(number)
    assert window.wait_for_end(GONE * PATIENCE) == 128 + number
    window.assert_left_clean()
    assert window.local_modes() & termios.ECHO
    assert window.local_modes() & termios.ICANON
    if number == signal.SIGTERM:
        assert_offered(open_window, project)
    else:
        assert any(TYPED in text for text in drafts(project))


def test_t34_kill_9_two_seconds_after_the_last_key(
    open_window: OpenWindow, project: Project
) -> None:
    window = open_window()
    type_in_form(window)
    wait_until(lambda: any(TYPED in text for text in drafts(project)), 2.0)
    window.signal(signal.SIGKILL)
    assert window.wait_for_end(GONE * PATIENCE) == -signal.SIGKILL
    window.within(GONE * PATIENCE, lambda: not window.left_on())
    window.within(GONE * PATIENCE, lambda: bool(window.local_modes() & termios.ECHO))
    assert window.local_modes() & termios.ISIG
    assert_offered(open_window, project)


def test_t34_a_terminal_that_takes_nothing_more_does_not_keep_it(
    open_window: OpenWindow, project: Project
) -> None:
    """A frozen multiplexer: what is drawn blocks, and the event loop hears no signal."""
    window = open_window()
    type_in_form(window)
    window.stall()
    window.signal(signal.SIGTERM)
    assert window.wait_for_end(STALLED * PATIENCE) == 128 + signal.SIGTERM
    assert window.local_modes() & termios.ECHO
    assert any(TYPED in text for text in drafts(project))


def test_when_the_program_has_ended_signals_are_handled_as_before() -> None:
    told: list[int] = []
    earlier = signal.signal(signal.SIGTERM, lambda number, _: told.append(number))
    try:
        for _ in range(2000):
            asyncio.run(take_over_signals())
        signal.raise_signal(signal.SIGTERM)
        wait_until(lambda: told == [signal.SIGTERM])
    finally:
        signal.signal(signal.SIGTERM, earlier)


async def take_over_signals() -> None:
    end_from_outside(lambda code: None)
