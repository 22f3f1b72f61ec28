"""A small bank in a git repository, and what other programs do to it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

BRANCHES = ("main", "other", "fewer", "bankless")
MARKED = "Clock skew"
"""How the title of the entry begins that the changes change."""
LAST = "Zebra crossing"
"""An entry that the branch `fewer` does not have."""
CHOSEN = "Pool exhausted after fork"
"""An entry that no change touches."""

_TITLES = {
    "2b7fq0x1": "SQLite WAL hangs on NFS homes",
    "4k9mzt3w": f"{MARKED} of main",
    "6d2nvc8r": CHOSEN,
    "8h5spe4y": "Alembic autogenerate misses enums",
    "c1w6jg7a": "xdist workers share one folder",
    "p3x8rb5k": LAST,
    "t7y0mq2z": "uvloop breaks debug mode",
}


@dataclass(frozen=True)
class Project:
    """A repository with a bank in it; `env` is the environment of the programs that change it."""

    root: Path
    env: Mapping[str, str]

    @property
    def bank(self) -> Path:
        return self.root / "memory-bank"

    @property
    def issues(self) -> Path:
        return self.bank / "known-issues.toml"

    def run(self, *command: str) -> str:
        """Run a program in the repository; its output."""
        done = subprocess.run(
            command,
            cwd=self.root,
            env={**os.environ, **self.env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def git(self, *words: str) -> None:
        self.run("git", "-c", "user.name=Ana", "-c", "user.email=a@example.org", *words)

    def mbtui(self, *words: str) -> str:
        return self.run(sys.executable, "-m", "mbtui", "--bank", str(self.bank), *words)


def issues_toml(titles: Mapping[str, str], *, body: str = "What is known about it.") -> str:
    """A section file with these current issues, by id."""
    return "\n".join(
        f'[[current-issues]]\nid = "{identity}"\ntitle = "{title}"\nstatus = "open"\n'
        f'updated = 2026-01-02T{minute // 60:02}:{minute % 60:02}:00Z\nissue = """\n{body}\n"""\n'
        for minute, (identity, title) in enumerate(titles.items(), 1)
    )


def make_project(root: Path, env: Mapping[str, str]) -> Project:
    """A repository on the branch main, with one branch for each of `BRANCHES`."""
    project = Project(root, env)
    project.bank.mkdir(parents=True)
    (root / "app.py").write_text("pass\n")
    project.git("init", "-q", "-b", "bankless")
    project.git("add", "app.py")
    project.git("commit", "-qm", "begin")
    variants = {
        "main": _TITLES,
        "other": {i: t.replace("of main", "of other") for i, t in _TITLES.items()},
        "fewer": {i: t for i, t in _TITLES.items() if t != LAST},
    }
    for branch, titles in variants.items():
        project.git("checkout", "-q", "-b", branch, "bankless")
        project.bank.mkdir(exist_ok=True)
        (project.bank / "bank.toml").write_text('format = 1\nname = "acme"\n')
        project.issues.write_text(issues_toml(titles))
        project.git("add", ".")
        project.git("commit", "-qm", branch)
    project.git("checkout", "-q", "main")
    return project


def copy_project(project: Project, root: Path, env: Mapping[str, str]) -> Project:
    """The same repository elsewhere, which is quicker than making one."""
    shutil.copytree(project.root, root, symlinks=True)
    return Project(root, env)


# Each change makes a title appear; `word` is new every time.


def append(project: Project, word: str) -> str:
    """`cat >>`: an entry of two lines at the end of the file."""
    title = f"Appended {word}"
    lines = f'\n[[current-issues]]\ntitle = "{title}"\n'
    with project.issues.open("a") as file:
        subprocess.run(["cat"], input=lines, stdout=file, text=True, check=True)
    return title


def sed(project: Project, word: str) -> str:
    """`sed -i`: a title is changed, the file replaced."""
    title = f"{MARKED} by sed {word}"
    project.run("sed", "-i", f's/"{MARKED}.*"/"{title}"/', str(project.issues))
    return title


def vim(project: Project, word: str, backupcopy: str = "auto") -> str:
    """A title is changed in vim, which keeps a backup while it writes."""
    title = f"{MARKED} by vim {word}"
    settings = f"set backupskip= writebackup backupcopy={backupcopy}"
    edit = f'%s/"{MARKED}.*"/"{title}"/'
    flags = ("-Nu", "NONE", "-i", "NONE", "-es")
    project.run("vim", *flags, "-c", settings, "-c", edit, "-c", "wq", str(project.issues))
    return title


def replace(project: Project, word: str) -> str:
    """A title is changed in a new file that takes the place of the old."""
    title = f"{MARKED} replaced {word}"
    lines = project.issues.read_text().splitlines(keepends=True)
    lines = [f'title = "{title}"\n' if MARKED in line else line for line in lines]
    new = project.bank / "new"
    new.write_text("".join(lines))
    os.replace(new, project.issues)
    return title


def checkout(project: Project, word: str) -> str:
    """`git checkout` of the other branch."""
    branch = project.run("git", "branch", "--show-current")
    branch = "main" if branch == "other" else "other"
    project.git("checkout", "-qf", branch)
    return f"{MARKED} of {branch}"


def stash(project: Project, word: str) -> str:
    """`git stash` of a title that was changed: the committed one is back."""
    replace(project, word)
    branch = project.run("git", "branch", "--show-current")
    project.git("stash", "-q")
    return f"{MARKED} of {branch}"


def unstash(project: Project, word: str) -> str:
    """`git stash pop`: the changed title is back."""
    project.git("stash", "pop", "-q")
    return f"{MARKED} replaced {word}"


def add(project: Project, word: str) -> str:
    """`mbtui add` in a second shell."""
    title = f"Added {word}"
    project.mbtui("add", title, "--in", "current-issues")
    return title


CHANGES: Mapping[str, Callable[[Project, str], str]] = {
    "cat >>": append,
    "sed -i": sed,
    "vim": vim,
    "os.replace": replace,
    "git checkout": checkout,
    "mbtui add": add,
}
