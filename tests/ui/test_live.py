"""What other programs write, in a window that is open: seen at once, and nothing moves."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.ui.outside import (
    CHANGES,
    CHOSEN,
    LAST,
    MARKED,
    Project,
    copy_project,
    issues_toml,
    make_project,
)
from tests.ui.window import SOON, Window, own_world

TYPED = "half a sentence"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("template")
    return make_project(folder / "acme", own_world(folder / "home"))


@pytest.fixture
def project(template: Project, tmp_path: Path) -> Project:
    return copy_project(template, tmp_path / "acme", own_world(tmp_path / "home"))


@pytest.fixture
def open_window(project: Project) -> Iterator[Callable[..., Window]]:
    windows: list[Window] = []

    def start(**options: object) -> Window:
        windows.append(Window(project.bank, project.env, **options))  # type: ignore[arg-type]
        return windows[-1]

    yield start
    for window in windows:
        window.close()


@pytest.fixture
def window(open_window: Callable[..., Window]) -> Window:
    return open_window()


def under_cursor(window: Window, text: str) -> bool:
    """Whether the cursor of the list is on the entry with this title."""
    return any(f"{mark}  {text}" in line for line in window.lines for mark in "▌▏")


def choose(window: Window, title: str) -> None:
    """Put the cursor of the focused list on an entry."""
    window.until_shown(title)
    for _ in window.lines:
        if under_cursor(window, title):
            return
        row = window.cursor_row()
        window.send("j")
        window.within(SOON, lambda row=row: window.cursor_row() != row)  # type: ignore[misc]
    raise AssertionError(f"the cursor never came to {title}:\n{window.text()}")


def leave_form(window: Window) -> None:
    window.send("\x1b\x1b")
    window.until_shown("1 Sections")


def fold_known_issues(window: Window) -> None:
    window.press("g")
    while not window.shows("▌▾ Known Issues"):
        window.press("j")
    window.send("h")
    window.until_shown("▌▸ Known Issues")


def changes(project: Project) -> Iterator[str]:
    """Make each change; the title that it makes appear."""
    for number, (name, change) in enumerate(CHANGES.items()):
        if name == "vim" and shutil.which("vim") is None:
            continue
        yield change(project, f"n{number}")


def test_changes_show_and_the_cursor_stays_on_its_entry(window: Window, project: Project) -> None:
    window.press("2")
    choose(window, CHOSEN)
    for title in changes(project):
        window.until_shown(title)
        assert under_cursor(window, CHOSEN)
        assert window.state() == "live"


def test_changes_show_in_a_search_and_its_text_and_folding_stay(
    window: Window, project: Project
) -> None:
    fold_known_issues(window)
    window.press("/")
    window.until_shown("2 Search")
    window.press("in:current-issues -zebra", "\x1b[B")
    choose(window, CHOSEN)
    for title in changes(project):
        window.until_shown(title)
        assert under_cursor(window, CHOSEN)
        assert window.shows("in:current-issues -zebra")
        assert window.shows("▸ Known Issues")
        assert not window.shows(LAST)


def test_typing_in_a_form_goes_on_while_the_files_change(window: Window, project: Project) -> None:
    window.press("2")
    choose(window, CHOSEN)
    window.open_form(TYPED)
    titles = []
    for title in changes(project):
        window.press(".")
        titles.append(title)
        window.until_shown(TYPED + "." * len(titles))
    leave_form(window)
    window.until_shown(titles[-1])
    assert under_cursor(window, CHOSEN)
    window.open_form()
    window.until_shown(TYPED + "." * len(titles))
    window.press("\x1bOQ")
    window.until_shown("Saved")
    assert TYPED in project.issues.read_text()
    assert titles[-1] in project.issues.read_text()


def test_checkout_takes_entries_away_and_brings_them_back(window: Window, project: Project) -> None:
    window.press("2")
    choose(window, CHOSEN)
    project.git("checkout", "-q", "fewer")
    window.within(5, lambda: not window.shows(LAST) and window.shows("6 entries"))
    assert under_cursor(window, CHOSEN)
    project.git("checkout", "-q", "main")
    window.until_shown(LAST, "7 entries")
    assert under_cursor(window, CHOSEN)


def test_cursor_takes_the_next_entry_when_its_own_is_taken_away(
    window: Window, project: Project
) -> None:
    window.press("2")
    choose(window, LAST)
    project.git("checkout", "-q", "fewer")
    window.within(5, lambda: not window.shows(LAST))
    assert under_cursor(window, "xdist workers share one folder")


@pytest.mark.parametrize("with_form", [False, True])
def test_a_branch_without_the_bank_and_back(
    window: Window, project: Project, with_form: bool
) -> None:
    window.press("2")
    choose(window, CHOSEN)
    if with_form:
        window.open_form(TYPED)
    else:
        window.press("\r")
    project.git("checkout", "-q", "bankless")
    if not with_form:
        window.within(5, lambda: window.state() == "missing")
        assert window.shows("the bank's folder is gone")
        assert window.shows(CHOSEN)
        window.press("2", "e")
    else:
        window.press("\x1bOQ")
        window.within(5, lambda: window.shows("nothing was written"))
        assert window.shows(TYPED)
    assert not project.bank.exists()
    project.git("checkout", "-q", "main")
    if with_form:
        leave_form(window)
    window.within(5, lambda: window.state() == "live")
    window.within(5, lambda: under_cursor(window, CHOSEN))
    window.until_shown(CHANGES["os.replace"](project, "later"))
    if with_form:
        window.open_form()
        window.until_shown(TYPED)


def test_two_writes_within_one_second_are_both_seen(window: Window, project: Project) -> None:
    for word in ("first", "second"):
        window.until_shown(CHANGES["cat >>"](project, word))


def test_a_file_of_the_same_size_and_an_older_date_is_seen(
    window: Window, project: Project
) -> None:
    new = project.bank / "new"
    new.write_text(project.issues.read_text().replace(f"{MARKED} of main", f"{MARKED} of mine"))
    os.utime(new, (1_000_000_000, 1_000_000_000))
    assert new.stat().st_size == project.issues.stat().st_size
    os.replace(new, project.issues)
    window.until_shown(f"{MARKED} of mine")


def test_a_file_name_that_is_no_utf8_does_not_end_following(
    window: Window, project: Project
) -> None:
    name = os.fsencode(project.bank) + b"/caf\xe9.toml"
    with open(name, "w") as file:
        file.write("[[current-issues]]\ntitle = 'Not a section'\n")
    for word in ("first", "second", "third"):
        window.until_shown(CHANGES["cat >>"](project, word))
    os.unlink(name)
    window.until_shown(CHANGES["os.replace"](project, "after"))


def test_a_flood_of_events_hides_no_change(window: Window, project: Project) -> None:
    window.signal(signal.SIGSTOP)
    for number in range(9000):
        (project.bank / f"f{number}").touch()
    title = CHANGES["os.replace"](project, "in the flood")
    window.signal(signal.SIGCONT)
    window.until_shown(title)
    window.until_shown(CHANGES["cat >>"](project, "after the flood"))


def test_a_slow_writer_is_never_shown_half_done(window: Window, project: Project) -> None:
    """It empties the file and writes it anew in pieces, each of them a valid file."""
    whole = issues_toml({f"{n:08}": f"Entry {n} of many" for n in range(40)})
    new = project.bank / "new"
    new.write_text(whole)
    os.replace(new, project.issues)
    window.until_shown("40 entries")
    counts: set[str] = set()

    def look() -> None:
        window.pump(0.03)
        counts.update(word for word in window.lines[0].split() if word.isdigit())

    pieces = whole.split("\n[[")
    for _ in range(3):
        with project.issues.open("w") as file:
            for number, piece in enumerate(pieces):
                file.write(piece if not number else f"\n[[{piece}")
                file.flush()
                if number % 10 == 0:
                    look()
    project.issues.write_text(whole.replace("Entry 39 of", "Entry last of"))
    window.until_shown("Entry last of many")
    look()
    assert counts == {"40"}


def _no_inotify() -> list[str]:
    """The words that start a program where the system gives no notification, if possible."""
    script = 'echo 0 > /proc/sys/user/max_inotify_instances && exec "$0" "$@"'
    command = ["unshare", "-Ur", "sh", "-c", script]
    try:
        done = subprocess.run([*command, "true"], capture_output=True, check=False)
    except OSError:
        return []
    return command if done.returncode == 0 else []


def test_without_notification_the_files_are_polled(
    project: Project, open_window: Callable[..., Window]
) -> None:
    command = _no_inotify()
    if not command:
        pytest.skip("this system does not let a test switch notification off")
    launch = "import os, sys; os.execvp(sys.argv[1], sys.argv[1:])"
    window = open_window(
        program=("-c", launch, *command, sys.executable, "-m", "mbtui"), state="polling"
    )
    window.press("2")
    choose(window, CHOSEN)
    for name in ("cat >>", "sed -i", "git checkout"):
        window.until_shown(CHANGES[name](project, "polled"))
        assert under_cursor(window, CHOSEN)
        assert window.state() == "polling"
