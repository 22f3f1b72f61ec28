"""A git repository with a bank, and two branches of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mbtui.bank.bank import Bank
from mbtui.store.store import Store

NO_GIT = "" if shutil.which("git") else "git is not installed here"


class Repository:
    """A working tree in `root` with the bank in `root/memory-bank`, and ways to change it."""

    def __init__(self, root: Path, *, driver: bool, home: Path) -> None:
        if NO_GIT:
            pytest.skip(NO_GIT)
        self.root = root
        self.folder = root / "memory-bank"
        self.now = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
        """The time of the changes that are made through `store`."""
        self.folder.mkdir(parents=True)
        (self.folder / "bank.toml").write_text('format = 1\nname = "t"\n')
        tools = home / "bin"
        tools.mkdir(parents=True, exist_ok=True)
        program = tools / "mbtui"
        program.write_text(f'#!/bin/sh\nexec {sys.executable} -m mbtui "$@"\n')
        program.chmod(0o755)
        self.environment = {
            **os.environ,
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home),
            "XDG_STATE_HOME": str(home / "state"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "PATH": f"{tools}:{os.environ['PATH']}",
            "MBTUI_AUTHOR": "Ana",
        }
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.name", "Ana")
        self.git("config", "user.email", "ana@example.org")
        self.git("config", "core.autocrlf", "false")
        if driver:
            assert self.mbtui("init", "--git").returncode == 0
        self.commit("start")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A command in the root; its output as text."""
        return subprocess.run(
            command,
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def git(self, *arguments: str, fails: bool = False) -> str:
        """What git answers; it must succeed, or fail if `fails`."""
        done = self.run("git", *arguments)
        assert bool(done.returncode) == fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    def mbtui(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """An mbtui command in the root."""
        return self.run("mbtui", *arguments)

    def commit(self, message: str) -> None:
        """Commit everything."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)

    def branch(self, name: str, start: str = "main") -> None:
        """Go to a new branch."""
        self.git("checkout", "-q", "-b", name, start)

    def switch(self, name: str) -> None:
        """Go to a branch."""
        self.git("checkout", "-q", name)

    def store(self, author: str = "Ana") -> Store:
        """A store on the bank as it is now."""
        store = Store(self.folder, author=author, now=lambda: self.now)
        store.load()
        return store

    def bank(self) -> Bank:
        """The bank as it is now."""
        return self.store().load()

    def text(self, file: str = "known-issues.toml") -> str:
        """The text of a file of the bank."""
        return (self.folder / file).read_text()
