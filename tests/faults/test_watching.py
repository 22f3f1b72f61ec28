"""Following the files, whatever happens to them and to the notification: T01 to T07.

Each change is made by the program that makes it in life. `MBTUI_FAULT_PATIENCE` (1) multiplies
the limits in seconds, for slow machines.
"""

from __future__ import annotations

import functools
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mbtui.store import watch
from tests.faults.conftest import Follow, OpenWindow
from tests.faults.following import AT_ONCE, BACK, SOON, may_run, pause, wait_until
from tests.ui import outside
from tests.ui.outside import CHOSEN, MARKED, Project
from tests.ui.window import PATIENCE
from tests.unit.banks import ISSUES, issue, make_bank_at

EDITORS: dict[str, Callable[[Project, str], str]] = {
    **{
        f"vim, backupcopy={mode}": functools.partial(outside.vim, backupcopy=mode)
        for mode in ("auto", "yes", "no")
    },
    "sed -i": outside.sed,
    "os.replace": outside.replace,
    "cat >>": outside.append,
    "git checkout": outside.checkout,
    "git stash": outside.stash,
    "git stash pop": outside.unstash,
    "mbtui add": outside.add,
}


def changes(project: Project) -> list[tuple[str, Callable[[], str]]]:
    """The name of each change, and what makes it."""
    found: list[tuple[str, Callable[[], str]]] = []
    for number, (name, change) in enumerate(EDITORS.items()):
        if not name.startswith("vim") or shutil.which("vim"):
            word = "stashed" if "stash" in name else f"n{number}"
            found.append((name, functools.partial(change, project, word)))
    return found


def skip_without_vim() -> None:
    if shutil.which("vim") is None:
        pytest.skip("vim is not installed; the other programs were tried")


def test_t01_every_program_s_change_is_on_the_screen_at_once(
    open_window: OpenWindow, project: Project
) -> None:
    window = open_window()
    window.press("2")
    for name, change in changes(project):
        took = window.until_shown(change(), seconds=AT_ONCE * PATIENCE)
        assert window.state() == "live", name
        assert took < AT_ONCE * PATIENCE, name
    skip_without_vim()


def test_t01_every_program_s_change_is_one_reload(
    project: Project, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "SWEEP_MS", 150)
    following = follow(project.bank)
    for name, change in changes(project):
        if name == "git stash":
            outside.replace(project, "stashed")  # So that the stash itself is one change.
            following.until_shown(f"{MARKED} replaced stashed", AT_ONCE)
            project.git("stash", "-q")
            following.settle()
            project.git("stash", "pop", "-q")
            following.settle()
            before = len(following.banks)
            project.git("stash", "-q")
            title = f"{MARKED} of {project.run('git', 'branch', '--show-current')}"
        else:
            before = len(following.banks)
            title = change()
        following.until_shown(title, AT_ONCE)
        following.settle()
        assert len(following.banks) == before + 1, name
    assert following.states == ["live"]
    skip_without_vim()


def within_one_second(write: Callable[[str], None]) -> bool:
    """Make two writes 0.4 s apart; whether they were within one second of the clock."""
    wait_until(lambda: time.time() % 1 < 0.3)
    first = int(time.time())
    write("one")
    pause(0.4)
    write("two")
    return int(time.time()) == first


@pytest.mark.parametrize("notification", [True, False], ids=["events", "sweep"])
def test_t02_two_writes_within_one_second_are_both_seen(
    tmp_path: Path, follow: Follow, notification: bool
) -> None:
    folder = make_bank_at(tmp_path, {ISSUES: issue("a", "old")})
    following = follow(folder, notification=notification)

    def write(title: str) -> None:
        (folder / ISSUES).write_text(issue("a", title))

    wait_until(lambda: within_one_second(write))
    following.until_shown("two", SOON)


@pytest.mark.parametrize("notification", [True, False], ids=["events", "sweep"])
def test_t03_a_file_of_the_same_size_and_an_older_date_is_seen(
    tmp_path: Path, follow: Follow, notification: bool
) -> None:
    folder = make_bank_at(tmp_path, {ISSUES: issue("a", "one")})
    following = follow(folder, notification=notification)
    new = folder / "new"
    new.write_text(issue("a", "two"))
    os.utime(new, (1_000_000_000, 1_000_000_000))
    assert new.stat().st_size == (folder / ISSUES).stat().st_size
    new.replace(folder / ISSUES)
    following.until_shown("two", SOON)


@pytest.mark.parametrize("with_form", [False, True], ids=["list", "form"])
def test_t04_a_branch_without_the_bank_and_back(
    open_window: OpenWindow, project: Project, with_form: bool
) -> None:
    window = open_window()
    window.press("2")
    window.press(*["j"] * 5)
    typed = "half a sentence"
    if with_form:
        window.open_form(typed)
    else:
        window.until_shown(CHOSEN)
    project.git("checkout", "-q", "bankless")
    if with_form:
        window.press("\x1bOQ")
        window.within(SOON * PATIENCE, lambda: window.shows("nothing was written"))
        assert window.shows(typed)
    else:
        window.within(SOON * PATIENCE, lambda: window.state() == "missing")
        assert window.shows("the bank is gone from its folder")
        assert window.shows(CHOSEN), "what was read stays"
        window.press("a")
        assert window.shows("Read-only: ")
    assert not project.bank.exists()
    project.git("checkout", "-q", "main")
    if with_form:
        window.send("\x1b\x1b")
        window.until_shown("1 Sections")
    window.within(BACK * PATIENCE, lambda: window.state() == "live")
    window.until_shown(CHOSEN)
    window.until_shown(outside.replace(project, "later"), seconds=SOON * PATIENCE)


def test_t05_a_flood_of_events_hides_no_change(open_window: OpenWindow, project: Project) -> None:
    window = open_window()
    window.press("2")
    window.signal(signal.SIGSTOP)
    for number in range(9000):
        os.close(os.open(project.bank / f"f{number}", os.O_CREAT))
    title = outside.replace(project, "amid it")
    window.signal(signal.SIGCONT)
    window.until_shown(title, seconds=SOON * PATIENCE)
    window.until_shown(outside.append(project, "after it"), seconds=SOON * PATIENCE)
    assert window.state() == "live"


IN_OTHER_LIMITS = "import os, sys; os.execvp(sys.argv[1], sys.argv[1:])"


@pytest.mark.parametrize("limit", ["max_inotify_watches", "max_inotify_instances"])
def test_t06_without_notification_the_files_are_polled(
    open_window: OpenWindow, project: Project, limit: str
) -> None:
    script = f'echo 0 > /proc/sys/user/{limit} && exec "$0" "$@"'
    command = ("unshare", "-Ur", "sh", "-c", script)
    if not may_run(*command):
        pytest.skip(f"this system does not let a test set {limit}")
    program = ("-c", IN_OTHER_LIMITS, *command, sys.executable, "-m", "mbtui")
    window = open_window(program=program, state="polling")
    window.press("2")
    for change in (outside.append, outside.sed, outside.checkout):
        window.until_shown(change(project, "polled"), seconds=SOON * PATIENCE)
        assert window.state() == "polling"
    assert b"live" not in window.raw, "the state changed to and fro"


def test_t07_a_name_that_is_no_utf8_ends_nothing_and_is_told(
    open_window: OpenWindow, project: Project
) -> None:
    window = open_window()
    window.press("2")
    name = os.fsencode(project.bank) + b"/caf\xe9.toml"
    with open(name, "w") as file:
        file.write("[[current-issues]]\ntitle = 'Not a section'\n")
    for word in ("first", "second", "third"):
        window.until_shown(outside.append(project, word), seconds=AT_ONCE * PATIENCE)
        assert window.state() == "live"
    window.until_shown("1 problem (!)")
    window.press("!")
    window.until_shown("caf⟨U+DCE9⟩.toml", "no UTF-8")
    window.press("\x1b")
    os.unlink(name)
    window.until_shown(outside.replace(project, "after"), seconds=AT_ONCE * PATIENCE)
    window.within(SOON * PATIENCE, lambda: not window.shows("1 problem"))
