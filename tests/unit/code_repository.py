"""A real git repository with a bank in it, made by a test; its commits have the dates it says."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mbtui.bank.entry import Entry
from mbtui.bank.paths import Drift
from mbtui.store.drift import DriftChecker
from tests.unit.conftest import SCHEMA, make_entry_in

DAY = "2026-11-{:02d}T12:00:00+00:00"


class Repository:
    """The repository, and the bank's folder `memory-bank` in it or in a folder of it."""

    def __init__(self, root: Path, project: str = ".") -> None:
        self.root = root
        self.folder = root / project / "memory-bank"
        self.folder.mkdir(parents=True)
        (self.folder / "bank.toml").write_text("format = 1\n")
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str, day: int = 1) -> str:
        when = DAY.format(day)
        environment = {
            **os.environ,
            **{f"GIT_{who}_DATE": when for who in ("AUTHOR", "COMMITTER")},
            **{f"GIT_{who}_NAME": "Ana" for who in ("AUTHOR", "COMMITTER")},
            **{f"GIT_{who}_EMAIL": "ana@example.org" for who in ("AUTHOR", "COMMITTER")},
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
        }
        return subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def write(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def commit(self, day: int, files: Mapping[str, str] | None = None) -> None:
        """Write files and commit all that changed, on this day of November."""
        self.write(files or {})
        self.git("add", "-A", day=day)
        self.git("commit", "-q", "--allow-empty", "-m", f"day {day}", day=day)


def noted(*paths: str, **data: Any) -> Entry:
    """An entry about these paths."""
    entry = make_entry_in(
        SCHEMA, "current-issues", id="abcd2345", title="x", paths=list(paths), **data
    )
    entry.key = entry.id
    return entry


def drift_in(folder: Path, *paths: str, **data: Any) -> Drift:
    """How an entry about these paths compares with the code beside a bank."""
    entry = noted(*paths, **data)
    return DriftChecker(folder).check([entry], {})[entry.key]
