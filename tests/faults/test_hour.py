"""An hour of work on one bank, without its pauses: a person, agents, vim and git together.

The person works in mbtui in a pty, two agents run `mbtui` in the shell, vim writes a file in place,
a colleague pushes and the person pulls, all while a form is open. Everybody writes words that
nobody else writes. `MBTUI_FAULT_ROUNDS` is the number of rounds; 60 are about an hour of work.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from mbtui.store.store import Store
from tests.faults.repository import Repository
from tests.ui.window import PATIENCE, Window, own_world

ROUNDS = int(os.environ.get("MBTUI_FAULT_ROUNDS", "2"))
F2, ESC = "\x1bOQ", "\x1b"
ISSUES = "known-issues.toml"
SOON = 10.0 * PATIENCE


class Hour:
    """The people and programs of the hour; `words` are all that were written, by whom."""

    def __init__(self, tmp_path: Path) -> None:
        self.chance = random.Random(7)
        self.repository = Repository(tmp_path / "acme", driver=True, home=tmp_path / "home")
        self.environment = {**own_world(tmp_path / "home"), **self.repository.environment}
        self.words: dict[str, str] = {}
        self.counts: Counter[str] = Counter()
        store = self.repository.store()
        for number in range(12):
            store.add("current-issues", {"title": f"Issue {number}", "issue": "one\ntwo\nthree\n"})
        self.repository.commit("start")
        self.colleague = tmp_path / "colleague"
        self.shared = tmp_path / "shared.git"
        self.git(tmp_path, "clone", "-q", "--bare", str(self.repository.root), str(self.shared))
        self.git(tmp_path, "clone", "-q", str(self.shared), str(self.colleague))
        self.git(self.colleague, "config", "user.name", "Bo")
        self.git(self.colleague, "config", "user.email", "bo@example.org")
        self.repository.git("remote", "add", "origin", str(self.shared))
        self.repository.git("fetch", "-q", "origin")
        self.repository.git("branch", "-q", "-u", "origin/main", "main")

    def git(self, folder: Path, *arguments: str) -> None:
        environment = self.repository.environment
        subprocess.run(
            ["git", *arguments],
            cwd=folder,
            env=environment,
            check=True,
            timeout=60,
            capture_output=True,
        )

    def word(self, who: str) -> str:
        """A word that nobody wrote before."""
        made = f"{who}{len(self.words)}x"
        self.words[made] = who
        self.counts[who] += 1
        return made

    # Others

    def agents(self) -> None:
        """Two agents write at once: one adds, one edits an entry that the person may have open."""
        entry = self.chance.choice(self.repository.bank().entries)
        text = f"{entry.main_text}{self.word('agent')}\n"
        environment = {**self.environment, "MBTUI_AUTHOR": "agent:test"}
        commands = [
            ["add", f"Found {self.word('agent')} #agent", "--in", "current-issues"],
            ["edit", entry.id, "--field", f"{entry.kind.main_field}={text}"],
        ]
        running = [
            subprocess.Popen(
                [sys.executable, "-m", "mbtui", *command],
                cwd=self.repository.root,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
            for command in commands
        ]
        for process in running:
            _, told = process.communicate(timeout=60)
            assert process.returncode == 0, told

    def vim(self) -> None:
        """Somebody adds a tag line to an entry in vim, or in place where there is no vim."""
        path = self.repository.folder / ISSUES
        line = f'mystery_{self.word("vim")} = "{list(self.words)[-1]}"'
        if shutil.which("vim"):
            script = "normal! G?^title\r"
            subprocess.run(
                [
                    "vim",
                    "-es",
                    "-u",
                    "NONE",
                    "-c",
                    "set backupskip=",
                    "-c",
                    script,
                    "-c",
                    f"put ='{line}'",
                    "-c",
                    "wq",
                    str(path),
                ],
                timeout=30,
                check=False,
                capture_output=True,
            )
        if line not in path.read_text():
            with open(path, "a") as file:
                file.write(f"{line}\n")

    def pull(self) -> None:
        """The colleague pushes what they wrote; the person commits and pulls."""
        self.git(self.colleague, "pull", "-q", "--no-edit", "--no-rebase")
        store = Store(self.colleague / "memory-bank", author="Bo")
        bank = store.load()
        store.add("technical-debt", {"title": f"Debt {self.word('colleague')}"})
        entry = self.chance.choice(bank.entries)
        store.update(entry, {entry.kind.main_field: f"{self.word('colleague')}\n{entry.main_text}"})
        self.git(self.colleague, "commit", "-q", "-a", "-m", "Bo")
        self.git(self.colleague, "push", "-q")
        self.repository.commit("Ana")
        pulled = self.repository.run("git", "pull", "-q", "--no-edit", "--no-rebase")
        self.counts["pulls"] += 1
        if pulled.returncode:
            self.counts["pulls with conflicts"] += 1
            self.settle()
        self.repository.git("push", "-q", "origin", "main")

    def settle(self) -> None:
        """What a person decides who keeps both texts; the window shows the conflict meanwhile."""
        self.repository.mbtui("resolve", "--add")
        store = Store(self.repository.folder, author="Ana")
        for conflict in store.conflicts():
            decided = {}
            for entry in conflict.undecided:
                assert entry.result is not None
                both = dict(entry.result.data)
                for name in entry.conflicts:
                    assert entry.mine is not None
                    both[name] = f"{entry.mine.data.get(name, '')}{both.get(name, '')}"
                decided[entry.key] = entry.result._replace(data=both)
                self.counts["entries decided after a pull"] += 1
            assert store.settle(conflict, decided, add=True).is_settled
        self.repository.git("commit", "-q", "--no-edit")

    # The person

    def open_form(self, window: Window) -> None:
        """Open an entry and type a word at the top of its text."""
        window.press("2", "g")
        for _ in range(self.chance.randint(0, 8)):
            window.press("j")
        window.send("e")
        window.within(SOON, lambda: window.lines[0].startswith(" Edit"))
        window.settle()
        window.press(self.word("person") + " ")

    def save(self, window: Window) -> None:
        """Save the form; where it met another change, keep both texts, or else one's own."""
        window.send(F2)
        window.within(SOON, lambda: window.shows("2 All entries") or window.shows("meanwhile"))
        if not window.shows("2 All entries"):
            self.counts["conflicts at a save"] += 1
            if window.shows("keep both"):
                window.press("\x1b[C", "\x1b[C")
            window.send(F2)
            window.within(SOON, lambda: window.shows("2 All entries"))

    def quick_add(self, window: Window) -> None:
        window.send("a")
        window.within(SOON, lambda: window.lines[-1].startswith(" Enter save"))
        window.press(f"Caught {self.word('person')} #live")
        window.send("\r")
        window.within(SOON, lambda: "Added" in window.lines[-1])

    # At the end

    def kept(self) -> str:
        """All that is in the bank, and what is kept beside it."""
        return _text(self.repository.folder) + _text(Path(self.environment["XDG_STATE_HOME"]))


def _text(folder: Path) -> str:
    found = [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]
    return b"\n".join(found).decode(errors="replace")


def test_an_hour_of_everybody_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    hour = Hour(tmp_path)
    window = Window(hour.repository.folder, hour.environment, size=(110, 40))
    try:
        for number in range(ROUNDS):
            hour.open_form(window)
            hour.vim()
            hour.agents()
            hour.pull()
            hour.save(window)
            hour.quick_add(window)
            if number % 3 == 2:
                window.press("u")
                hour.counts["undone"] += 1
        window.press("q")
        assert window.wait_for_end(SOON) == 0
    finally:
        window.close()
    bank, kept = _text(hour.repository.folder), hour.kept()
    aside = [word for word in hour.words if word not in bank]
    lost = [word for word in aside if word not in kept]
    print(
        f"{ROUNDS} rounds: {dict(hour.counts)}; {len(hour.words)} words written,"
        f" {len(hour.words) - len(aside)} in the bank, {len(aside) - len(lost)} kept aside"
        f" (undone, or not chosen), {len(lost)} lost"
    )
    assert lost == []
    assert not hour.repository.bank().broken_files
    assert len(aside) <= hour.counts["undone"] + hour.counts["conflicts at a save"]
