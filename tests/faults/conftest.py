"""A small project with a bank in git, and windows on it, each in a world of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mbtui.store.store import Store
from tests.faults.following import Following
from tests.ui.outside import Project, copy_project, make_project
from tests.ui.window import Window, own_world

OpenWindow = Callable[..., Window]
Follow = Callable[..., Following]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("template")
    return make_project(folder / "acme", own_world(folder / "home"))


@pytest.fixture
def project(template: Project, tmp_path: Path) -> Project:
    return copy_project(template, tmp_path / "acme", own_world(tmp_path / "home"))


@pytest.fixture
def open_window(project: Project) -> Iterator[OpenWindow]:
    """`open_window(program=…, state=…)`: mbtui on the project's bank, in a pty."""
    windows: list[Window] = []

    def start(**options: object) -> Window:
        windows.append(Window(project.bank, project.env, **options))  # type: ignore[arg-type]
        return windows[-1]

    yield start
    for window in windows:
        window.close()


@pytest.fixture
def follow() -> Iterator[Follow]:
    """`follow(folder, notification=…)`: the bank in a folder, loaded and followed."""
    started: list[Following] = []

    def start(folder: Path | Store, *, notification: bool = True) -> Following:
        store = folder if isinstance(folder, Store) else Store(folder, author="Ana Lima")
        store.load()
        started.append(Following(store, notification=notification))
        return started[-1].start()

    yield start
    for following in started:
        following.watcher.stop()
