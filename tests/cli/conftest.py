from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mbtui.cli.main import main
from mbtui.store.create import create_bank
from mbtui.store.store import Store


@dataclass
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


Run = Callable[..., Answer]


@pytest.fixture(autouse=True)
def _own_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home, an author and a working directory of the test's own."""
    home = tmp_path / "home"
    home.mkdir()
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "MBTUI_BANK", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("MBTUI_AUTHOR", "Ana Lima")
    monkeypatch.setenv("MBTUI_DEBUG", "1")
    monkeypatch.chdir(home)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command line in this process."""

    def command(*words: str) -> Answer:
        capsys.readouterr()
        code = main(list(words))
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return command


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder with an empty bank; the working directory."""
    folder = tmp_path / "acme"
    folder.mkdir()
    create_bank(folder)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def store(project: Path) -> Store:
    """The store of that bank."""
    return Store(project / "memory-bank", author="Ana Lima")


@pytest.fixture
def wal(store: Store) -> str:
    """The id of a full entry among two others."""
    store.add("current-issues", {"title": "Pool exhausted after fork", "tags": ["celery"]})
    store.add("monitoring", {"title": "Where the alerts go", "setup": "Grafana\n"})
    return store.add(
        "current-issues",
        {
            "title": "SQLite WAL hangs on NFS homes",
            "status": "open",
            "tags": ["sqlite", "nfs"],
            "severity": "high",
            "issue": "Shared memory is missing.\nThe first write hangs for 60 s.\n",
        },
    ).id
