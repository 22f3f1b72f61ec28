"""What other programs write, in a window that is open: seen at once, and nothing moves."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.ui.outside import CHANGES, CHOSEN, LAST, Project, copy_project, make_project
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
