"""A git repository with a bank, and people who change it at moments that the test says."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mbtui.store.bank_history import BankHistory, Commit
from mbtui.store.log_reader import LogReader
from mbtui.store.store import Store


class LogRepository:
    """A bank in `root/memory-bank`; `at` is the time of what happens next."""

    def __init__(self, root: Path, at: datetime = datetime(2024, 3, 5, 8, 0, tzinfo=UTC)) -> None:
        if shutil.which("git") is None:
            pytest.skip("git is not installed here")
        self.root = root
        self.folder = root / "memory-bank"
        self.folder.mkdir(parents=True)
        self.at = at
        (self.folder / "bank.toml").write_text('format = 1\nname = "acme"\n')
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str, author: str = "Ana Lima") -> str:
        """What git answers, at this moment."""
        moment = self.at.isoformat()
        who = {"NAME": author, "EMAIL": "x@example.org", "DATE": moment}
        own = {f"GIT_{role}_{key}": v for role in ("AUTHOR", "COMMITTER") for key, v in who.items()}
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            env={**os.environ, **own, "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(self.root)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self, author: str = "Ana Lima") -> str:
        """Commit everything; the commit's name."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "work", author=author)
        return self.git("rev-parse", "HEAD")

    def clock(self, time: str) -> None:
        """Go to a time of the day."""
        hour, minute = map(int, time.split(":"))
        self.at = self.at.replace(hour=hour, minute=minute)

    def wait(self, **span: float) -> None:
        """Let some time pass."""
        self.at += timedelta(**span)

    def store(self, author: str = "Ana Lima") -> Store:
        """Somebody's store on the bank as it is now."""
        store = Store(self.folder, author=author, now=lambda: self.at)
        store.load()
        return store

    def replace(self, old: str, new: str, file: str = "known-issues.toml") -> None:
        """What another editor does to a file."""
        path = self.folder / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def commits(self) -> list[Commit]:
        """All commits as the history tells them."""
        history = BankHistory(self.folder, self.store().bank.schema)
        try:
            return list(history.commits())
        finally:
            history.close()

    def reader(self, entry: str = "") -> LogReader:
        """The whole log, read."""
        bank = self.store().bank
        history = BankHistory(self.folder, bank.schema)
        reader = LogReader(self.folder, bank, history, entry)
        while not reader.ended:
            reader.read()
        history.close()
        return reader


def told(commit: Commit) -> list[str]:
    """The changes of a commit in a word each, with the entry."""
    from mbtui.bank.log_actions import action_between

    found = []
    for change in commit.changes:
        if "change-log" in {version.kind for version in change[1:] if version is not None}:
            continue
        action = action_between(change.before, change.after)
        found.append(f"{action.what if action else 'nothing'} {change.entry}")
    return sorted(found)
