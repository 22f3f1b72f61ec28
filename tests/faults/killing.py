"""Writers that are started, killed and started again, and what must be left of their work."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import threading
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mbtui.store.errors import StoreError
from mbtui.store.journal import Journal
from mbtui.store.lock import bank_lock, state_folder
from tests.faults.writing import POPULAR
from tests.unit.banks import ISSUES, issue, make_bank_at

ROOT = Path(__file__).parents[2]
DEBTS = 200
TASKS = "development-notes.toml"
TOKEN = re.compile(r"tk\w+x")
TAKES_AWAY = frozenset({"delete", "undo", "redo"})
"""The changes that are meant to take words out of the bank."""

LONGEST = 60.0
"""Seconds after which a process that should have ended counts as hanging."""


def make_bank(place: Path) -> Path:
    """A bank of three kinds in two files, one of 200 entries, each with a word of its own."""
    issues = "\n".join(
        issue(f"i{i:03d}", f"issue tkix{i}x", issue="some\ntext\n") for i in range(20)
    )
    debts = "\n".join(
        issue(f"d{i:03d}", f"debt tkdx{i}x", debt="words " * 20).replace("current-issues", KIND)
        for i in range(DEBTS)
    )
    tasks = "\n".join(
        issue(f"t{i:03d}", f"task tktx{i}x", task="a\nb\n").replace(
            "current-issues", "common-tasks"
        )
        for i in range(20)
    )
    return make_bank_at(
        place, {ISSUES: f"# kept\n\n{issues}\n{debts}", TASKS: f"# kept too\n\n{tasks}"}
    )


KIND = "technical-debt"


def environment(place: Path) -> dict[str, str]:
    """Where the processes keep their state; nothing of the user's own is read."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "XDG_STATE_HOME": str(place / "state"),
        "MBTUI_AUTHOR": "shell",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "HOME": str(place),
    }


def values(table: object) -> list[str]:
    """All texts in a table, keys left out."""
    if isinstance(table, str):
        return [table]
    if isinstance(table, dict):
        return [text for value in table.values() for text in values(value)]
    if isinstance(table, list):
        return [text for value in table for text in values(value)]
    return []


def tokens_in(texts: object) -> set[str]:
    """The words that the writers left in some texts."""
    return set(TOKEN.findall("\n".join(values(texts))))


class Told:
    """What the writers said, and whether the bank bears it out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.counts: Counter[str] = Counter()
        self.wanted = {f"tkix{i}x" for i in range(20)} | {f"tktx{i}x" for i in range(20)}
        self.wanted |= {f"tkdx{i}x" for i in range(DEBTS)}
        self.broken_off: Counter[str] = Counter()
        self.unsure: set[str] = set()
        """Words of saves that were broken off."""
        self.refusals: list[str] = []
        self._lock = threading.Lock()

    def take(self, lines: list[str], *, killed: bool) -> None:
        """The lines of one life, from its start to its end."""
        with self._lock:
            began = ""
            for line in lines:
                word, _, rest = line.partition(" ")
                if word == "begin":
                    began, _, token = rest.partition(" ")
                    continue
                if began:
                    self.counts[f"{began}: {word}"] += 1
                began = ""
                if word == "kept":
                    self.wanted.add(rest)
                    self.counts["acknowledged"] += 1
                elif word == "done":
                    self.counts["acknowledged"] += 1
                elif word == "refused":
                    self.refusals.append(rest)
            if killed:
                self.counts["kills"] += 1
                if began:
                    self.counts["kills inside a save"] += 1
                    self.broken_off[began] += 1
                    self.unsure.add(token)

    def check(self) -> None:
        """Nothing that was acknowledged is lost; no writer may be running.

        A word may be gone from the bank where a change took it away that is in the journal, or
        that was broken off by a kill: then the bytes it displaced are kept.
        """
        there = tokens_in(self.tables())
        missing = self.wanted - there
        self.counts["saved, then killed before it was said"] += len(self.unsure & there)
        self.wanted |= self.unsure & there
        self.unsure.clear()
        if missing:
            taken: set[str] = set()
            changes = Journal(self.folder).read()
            for change in (c for c in changes if c.what in TAKES_AWAY):
                for step in change.steps:
                    taken |= tokens_in(step.before) - tokens_in(step.after)
            beyond = missing - taken
            if beyond and (self.broken_off["delete"] or self.broken_off["undo"]):
                kept = state_folder(self.folder) / "displaced"
                displaced = "".join(p.read_text(errors="replace") for p in kept.glob("*-*-*"))
                saved = {token for token in beyond if token in displaced}
                self.counts["in the displaced bytes only"] += len(saved)
                beyond -= saved
            traces = "".join(map(self._traces_of, sorted(beyond)[:3]))
            assert not beyond, f"{len(beyond)} acknowledged words are lost:{traces}"
            self.counts["taken away, in the journal"] += len(missing)
            self.wanted -= missing
        self.broken_off.clear()
        self.counts["checks"] += 1
        assert not self.refusals, self.refusals

    def _traces_of(self, token: str) -> str:
        """What the journal and the displaced bytes still say of a word."""
        lines = [f"\n{token}; broken off since the last look: {dict(self.broken_off)}"]
        for change in Journal(self.folder).read():
            for step in change.steps:
                sides = [token in text for text in (step.before, step.after)]
                if any(sides):
                    did = f"{change.number} {change.what} by {change.author}"
                    lines.append(f"  {did} in {step.file}, before and after: {sides}")
        kept = state_folder(self.folder) / "displaced"
        holds = [p.name for p in kept.glob("*-*-*") if token in p.read_text(errors="replace")]
        return "\n".join([*lines, f"  displaced: {holds}"])

    def tables(self) -> list[dict[str, Any]]:
        """All files of the bank as a TOML 1.0 parser reads them."""
        found = []
        paths = [*self.folder.glob("*.toml"), *self.folder.glob("archive/*.toml")]
        for path in sorted(paths):
            text = path.read_bytes().decode()
            found.append(tomllib.loads(text))
            if path.parent == self.folder and path.name != "bank.toml":
                assert text.startswith("# kept"), f"{path.name} lost its head"
        return found

    def count_left(self, process: int) -> None:
        """Count what a killed process left beside the files, unless another swept it already."""
        left = [name for name in self.left() if f"-{process}-" in name]
        with self._lock:
            self.counts["temporary files left"] += len(left)

    def left(self) -> list[str]:
        """Temporary files in the bank."""
        return [path.name for path in self.folder.rglob(".mbtui-*")]


def start_writer(
    folder: Path,
    name: str,
    seed: int,
    changes: int,
    env: Mapping[str, str],
    *,
    look: float = 0.004,
) -> subprocess.Popen[str]:
    """A process of `tests.faults.writing`."""
    command = [sys.executable, "-m", "tests.faults.writing", str(folder), name, str(seed)]
    return subprocess.Popen(
        [*command, str(changes), str(look)], stdout=subprocess.PIPE, env=env, cwd=ROOT, text=True
    )


def life_of_a_screen(told: Told, name: str, chance: random.Random, env: Mapping[str, str]) -> None:
    """A process that follows the bank and changes it, killed at a random moment of a save."""
    process = start_writer(told.folder, name, chance.randrange(2**32), 10_000, env)
    assert process.stdout is not None
    lines: list[str] = []
    saves = chance.randint(1, 10)
    if chance.random() < 0.05:
        time.sleep(chance.uniform(0, 0.4))
    else:
        for line in process.stdout:
            lines.append(line)
            saves -= line.startswith("begin")
            if not saves:
                time.sleep(chance.uniform(0, 0.015))
                break
        else:
            raise AssertionError(f"{name} ended by itself: {process.wait()}")
    process.kill()
    lines += process.stdout.read().splitlines(keepends=True)
    process.stdout.close()
    process.wait(LONGEST)
    told.count_left(process.pid)
    told.take([line.strip() for line in lines if line.endswith("\n")], killed=True)


class Shell:
    """`mbtui add` and `mbtui edit`, over and over; most are killed near their end."""

    def __init__(self, told: Told, chance: random.Random, env: Mapping[str, str]) -> None:
        self.told, self.chance, self.env = told, chance, env
        self.number = 0
        self.takes = 0.5
        self.ids = [f"d{i:03d}" for i in range(DEBTS)]

    def command(self, token: str) -> tuple[str, list[str]]:
        """A command that leaves the word in the bank."""
        if self.chance.random() < 0.5:
            text = f"added {token} #shell"
            return "add", ["add", text, "--in", self.chance.choice((KIND, "common-tasks"))]
        ids = POPULAR if self.chance.random() < 0.5 else self.ids
        return "edit", ["edit", self.chance.choice(ids), "--tag", token]

    def start(self) -> tuple[str, str, subprocess.Popen[str]]:
        """What it does, the word, the process."""
        self.number += 1
        token = f"tkshellx{os.getpid()}x{id(self)}x{self.number}x"
        what, words = self.command(token)
        command = [sys.executable, "-m", "mbtui", "--bank", str(self.told.folder), *words]
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.env,
            cwd=ROOT,
            text=True,
        )
        return what, token, process

    def whole(self) -> None:
        """A command that is left to end."""
        began = time.monotonic()
        what, token, process = self.start()
        _, errors = process.communicate(timeout=LONGEST)
        took = time.monotonic() - began
        self.takes += (took - self.takes) / 4
        self.told.take(
            [f"begin {what} {token}", _said(process.returncode, token, errors)], killed=False
        )

    def killed(self) -> None:
        """A command that is killed at a random moment of its last third, or just before its end."""
        what, token, process = self.start()
        time.sleep(self.takes * self.chance.uniform(0.6, 1.05))
        process.kill()
        _, errors = process.communicate(timeout=LONGEST)
        self.told.count_left(process.pid)
        ended = [_said(process.returncode, token, errors)] if process.returncode >= 0 else []
        self.told.take([f"begin {what} {token}", *ended], killed=process.returncode < 0)


def _said(code: int, token: str, errors: str) -> str:
    if code == 0:
        return f"kept {token}"
    if "archive" in errors or "no entry" in errors:
        return "nothing"
    if "give one of them a new id" in errors:  # A move was cut short, and one text edited since.
        return "twice"
    return f"refused {errors.strip()}"


def at_once(*lives: Callable[[], None]) -> None:
    """Run them in threads; the first error of one is raised."""
    errors: list[BaseException] = []

    def safely(life: Callable[[], None]) -> None:
        try:
            life()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=safely, args=(life,)) for life in lives]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def lock_is_free(folder: Path) -> bool:
    """Whether a save would not have to wait."""
    began = time.monotonic()
    try:
        with bank_lock(folder):
            return time.monotonic() - began < 1
    except StoreError:
        return False
