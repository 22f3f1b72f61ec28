"""Keys that arrive in one piece, as over a slow line: each reaches what it was meant for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.outside import Project, make_project
from tests.ui.window import Window, own_world

F2 = "\x1bOQ"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path / "acme", own_world(tmp_path / "home"))


@pytest.fixture
def window(project: Project) -> Iterator[Window]:
    window = Window(project.bank, project.env, program=("-m", "mbtui"))
    window.within(20, lambda: window.state() == "live")
    yield window
    window.close()


def test_text_typed_while_the_form_opens_is_in_the_form(window: Window) -> None:
    window.press("Atyped ahead of the form")
    window.until_shown("typed ahead of the form")


def test_a_form_filled_and_saved_in_one_piece(window: Window, project: Project) -> None:
    window.press(f"Aall in one{F2}")
    window.within(10, lambda: 'title = "all in one"' in project.issues.read_text())


def test_two_lines_of_quick_add_in_one_piece(window: Window, project: Project) -> None:
    window.press("afirst of two\rasecond of two\r")
    for title in ("first of two", "second of two"):
        window.within(10, lambda title=title: f'"{title}"' in project.issues.read_text())
