"""A small bank, and what other programs do to it while mbtui shows it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mbtui.store.create import create_bank
from mbtui.ui import glance
from mbtui.ui.screens import changed_commands
from tests.ui.driving import Ui

ISSUES = "known-issues.toml"
TEXT = '''[[current-issues]]
id = "aaaa2222"
title = "Pool exhausted after fork"
severity = "med"
tags = ["sqlalchemy"]
updated = 2026-11-19T08:00:00Z
updated_by = "Ana Lima"
issue = """
Every worker inherits the engine of its parent.
The pool hands out the same sockets twice.
Then the server closes both.
"""
cause = "fork()"

[[current-issues]]
id = "bbbb2222"
title = "Clock skew"
updated = 2026-11-18T08:00:00Z
issue = "Tokens are not valid yet." # as the log says

[[current-issues]]
id = "cccc2222"
title = "Alembic misses enums"
updated = 2026-11-17T08:00:00Z
issue = "Write them by hand."
'''
POOL, CLOCK, ALEMBIC = "aaaa2222", "bbbb2222", "cccc2222"


def made_bank(project: Path) -> Path:
    """A bank with three entries."""
    folder = create_bank(project).folder
    (folder / ISSUES).write_text(TEXT)
    return folder


def rewrite(folder: Path, old: str, new: str) -> None:
    """As an editor saves."""
    text = (folder / ISSUES).read_text()
    assert old in text
    (folder / ISSUES).write_text(text.replace(old, new, 1))


def tree_row(ui: Ui, key: str) -> str:
    rows = {row.key: row for row in ui.main.sections._rows}
    return str(rows[key].size) if key in rows else ""


def looked_for(monkeypatch: pytest.MonkeyPatch, seconds: float = 0.01) -> None:
    """Take what is shown as seen after so many seconds."""
    monkeypatch.setattr(glance, "SEEN_SECONDS", seconds)
    monkeypatch.setattr(changed_commands, "SEEN_SECONDS", seconds)


async def change(ui: Ui, old: str, new: str) -> None:
    rewrite(ui.app.store.folder, old, new)
    await ui.reload()


async def list_changes(ui: Ui) -> None:
    ui.main.go.go_to_place("changed")
    await ui.settle()


def by_an_editor(folder: Path) -> None:
    """As vim writes: a new file in the old one's place."""
    path = folder / ISSUES
    new = folder / "4913"
    new.write_text(path.read_text().replace('"fork()"', '"fork() without dispose()"'))
    path.with_suffix(".toml~").write_text(path.read_text())
    new.replace(path)
    path.with_suffix(".toml~").unlink()


def by_a_script(folder: Path) -> None:
    code = (
        "import sys, re; p = sys.argv[1]; t = open(p).read();"
        "i = t.index('[[current-issues]]\\nid = \"bbbb2222\"');"
        "j = t.index('[[current-issues]]', i + 5); open(p, 'w').write(t[:i] + t[j:])"
    )
    subprocess.run([sys.executable, "-c", code, str(folder / ISSUES)], check=True)


def git(root: Path, *words: str) -> None:
    options = ("-c", "user.name=Bo", "-c", "user.email=bo@example.org")
    subprocess.run(["git", *options, *words], cwd=root, check=True, capture_output=True)


def by_git_pull(folder: Path, file: str) -> None:
    """Somebody else's commit comes in."""
    there = folder.parent.parent / "there"
    git(folder.parent, "clone", "-q", str(folder.parent), str(there))
    with open(there / folder.name / file, "a") as path:
        path.write('\n[[architecture-decisions]]\nid = "dddd2222"\ntitle = "Use UUIDv7"\n')
    git(there, "add", ".")
    git(there, "commit", "-q", "-m", "decided")
    git(folder.parent, "pull", "-q", "--no-rebase", str(there), "main")
