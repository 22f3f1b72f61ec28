"""A bank, the programs beside mbtui that write it, its branches, and a clock of its own.

Every change leaves a word that stands nowhere else (a token), so that what is lost can be named.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from mbtui.store.lock import state_folder
from tests.unit.banks import ISSUES, issue, make_bank_at

TASKS = "development-notes.toml"
TOKEN = re.compile(r"tk\d+x")
_ID = re.compile(r'^id = "(\w+)"', re.M)
_BLOCK = re.compile(r"^(?=\[\[)", re.M)


class Seen(NamedTuple):
    """The tokens and ids in the files of the bank."""

    tokens: frozenset[str]
    ids: frozenset[str]


class SlowWriter:
    """Another program that truncated a file and is still writing it; it may keep it open."""

    def __init__(self, path: Path, text: str, ticks: int, *, holds: bool, dies: bool) -> None:
        self.path, self.text, self.ticks, self.dies = path, text, ticks, dies
        self.written = 0
        self._file = path.open("r+b")
        self._file.truncate(0)
        self._holds = holds
        if not holds:
            self._file.close()

    def tick(self, stamp: float) -> bool:
        """Write a part; whether it is done."""
        self.ticks -= 1
        if self.dies and self.ticks < 1:
            self._file.close()
            return True
        end = self.written + (len(self.text) - self.written) // (self.ticks + 1)
        part = self.text[self.written : end].encode()
        self.written = end
        if self._holds:
            self._file.write(part)
            self._file.flush()
            os.utime(self._file.fileno(), (stamp, stamp))
        else:
            with self.path.open("ab") as file:
                file.write(part)
            os.utime(self.path, (stamp, stamp))
        if self.ticks < 1:
            self._file.close()
        return self.ticks < 1

    def close(self) -> None:
        self._file.close()


class Programs:
    """The bank, and what happens to it from outside."""

    def __init__(self, place: Path, *, git: bool, seed: int) -> None:
        self.chance = random.Random(seed)
        self.place = place
        self.start = time.time()
        self.offset = 0.0
        self.number = 0
        self.counts: Counter[str] = Counter()
        entries = [self.block("current-issues", f"e{i}") for i in range(3)]
        entries += [self.block("technical-debt", "e3")]
        self.folder = make_bank_at(
            place,
            {
                ISSUES: "# kept\n\n" + "\n".join(entries),
                TASKS: "\n".join(self.block("common-tasks", f"e{i}") for i in (5, 6)),
            },
        )
        self.git = git
        self.branch = "main"
        self.trees: dict[str, dict[str, bytes]] = {"other": self.tree()}
        if git:
            self.run_git("init", "-q", "-b", "main")
            self.run_git("add", "-A")
            self.run_git("commit", "-qm", "1")
            self.run_git("branch", "other")
        self.slow: SlowWriter | None = None
        self.taken: set[str] = set()
        """The tokens that mbtui took away on purpose since the slow writer began."""
        self.broken: set[str] = set()
        self.seen = self.look()

    def token(self) -> str:
        self.number += 1
        return f"tk{self.number}x"

    def block(self, kind: str, identity: str) -> str:
        """An entry as another program writes it."""
        text = issue(identity, f"title {self.token()}").replace("current-issues", kind)
        field = {"current-issues": "issue", "technical-debt": "debt", "common-tasks": "task"}[kind]
        lines = "\n".join(self.token() for _ in range(4))
        return f'{text}tags = ["{self.token()}"]\n{field} = """\n{lines}\n"""\n'

    def tree(self) -> dict[str, bytes]:
        """The bank's files and their bytes."""
        paths = [*self.folder.glob("*.toml"), *self.folder.glob("archive/*.toml")]
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in paths}

    def look(self) -> Seen:
        text = "\n".join(data.decode(errors="replace") for data in self.tree().values())
        return Seen(frozenset(TOKEN.findall(text)), frozenset(_ID.findall(text)))

    def check_files(self) -> None:
        """Every file is whole TOML, unless another program broke it or is writing it."""
        for file, data in self.tree().items():
            if file in self.broken or (self.slow and self.slow.path == self.folder / file):
                continue
            tomllib.loads(data.decode())

    # What may happen

    def displaced_bytes(self, last: int = 8) -> list[bytes]:
        """The last bytes that saves displaced; all of them with 0."""
        kept = sorted((state_folder(self.folder) / "displaced").glob("*-*-*"))
        return [path.read_bytes() for path in kept[-last:]]

    def displaced(self, last: int = 8) -> set[str]:
        """The tokens in them."""
        return set(TOKEN.findall(b"".join(self.displaced_bytes(last)).decode(errors="replace")))

    # The clock

    @contextmanager
    def own_clock(self) -> Iterator[None]:
        """Nobody waits: sleeping moves the clock on, and what others do meanwhile happens."""
        fakes = {
            "time": lambda: self.start + self.offset,
            "time_ns": lambda: int((self.start + self.offset) * 1e9),
            "monotonic": lambda: self.offset,
            "sleep": self.sleep,
        }
        with ExitStack() as stack:
            for name, fake in fakes.items():
                stack.enter_context(mock.patch.object(time, name, fake))
            stack.enter_context(mock.patch.object(os, "urandom", self.chance.randbytes))
            yield

    def sleep(self, seconds: float) -> None:
        self.offset += max(seconds, 0.001)
        if self.slow is not None and self.slow.tick(self.now_stamp()):
            self.end_slow_writer()

    def end_slow_writer(self) -> None:
        assert self.slow is not None
        self.counts["slow writer died" if self.slow.dies else "slow writer ended"] += 1
        file = self.slow.path.relative_to(self.folder).as_posix()
        slow, self.slow = self.slow, None
        slow.close()
        self.mark_broken(file)
        if not slow.dies:
            lost = set(TOKEN.findall(slow.text)) - self.look().tokens - self.taken
            assert lost <= self.displaced(0), f"what another program wrote slowly is lost: {lost}"
            self.counts["slow writer's words in the displaced bytes only"] += len(lost)
        self.after_others()

    def now_stamp(self) -> float:
        """A time for what another program writes now; no two are the same."""
        self.offset += 0.002
        return self.start + self.offset

    def mark_broken(self, file: str) -> None:
        """Note whether a file is TOML after another program wrote it."""
        self.broken.discard(file)
        path = self.folder / file
        try:
            tomllib.loads(path.read_bytes().decode() if path.exists() else "")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            self.broken.add(file)

    def after_others(self) -> None:
        """What other programs changed is what there is; mbtui must keep that."""
        self.seen = self.look()

    # What other programs do

    def changed_text(self, text: str, way: str) -> str:
        """What another program makes of a file."""
        blocks = _BLOCK.split(text)
        entries = [i for i, block in enumerate(blocks) if block.startswith("[[")]
        token = self.token()
        if not entries or way == "add":
            kind = "common-tasks" if "common-tasks" in text else "current-issues"
            gap = "" if text.endswith("\n") or not text else "\n"
            return f"{text}{gap}\n{self.block(kind, f'o{self.number}')}"
        i = self.chance.choice(entries)
        if way == "delete":
            del blocks[i]
        elif way == "title":
            blocks[i] = re.sub(r"^title = .*", f'title = "title {token}"', blocks[i], flags=re.M)
        elif way == "line":
            blocks[i] = blocks[i].replace('"""\n', f'"""\n{token}\n', 1)
        elif way == "comment":
            blocks[i] = f"# {token}\n{blocks[i]}"
        elif way == "break":
            at = self.chance.randrange(len(blocks[i]))
            blocks[i] = blocks[i][:at] + self.chance.choice(('"', "[", "=", '"""')) + blocks[i][at:]
        elif way == "swap":
            j = self.chance.choice(entries)
            blocks[i], blocks[j] = blocks[j], blocks[i]
        return "".join(
            block if block.endswith("\n") or not block else f"{block}\n" for block in blocks
        )

    def outside(self, file: str, way: str, how: str) -> None:
        """Another program reads a file, changes it and writes it in one way or another."""
        path = self.folder / file
        if not path.exists() or self.slow is not None:
            return
        text = path.read_bytes().decode(errors="replace")
        if way == "mend":
            text = self.mended(file, text)
        new = self.changed_text(text, way)
        stamp = self.now_stamp()
        if how == "replace":
            beside = path.with_name(f"{path.name}.new")
            beside.write_text(new)
            os.utime(beside, (stamp, stamp))
            os.replace(beside, path)
        else:
            path.write_text(new)
            os.utime(path, (stamp, stamp))
        self.mark_broken(file)
        self.after_others()
        self.counts[f"outside {how}"] += 1

    def mended(self, file: str, text: str) -> str:
        """A file that another program broke, made whole: the entries that are good."""
        if file not in self.broken:
            return text
        good = []
        for block in _BLOCK.split(text):
            try:
                tomllib.loads(block)
            except tomllib.TOMLDecodeError:
                continue
            good.append(block)
        return "".join(good)

    def begin_slow_write(self, file: str, way: str, ticks: int, *, holds: bool, dies: bool) -> None:
        path = self.folder / file
        if not path.exists() or self.slow is not None or file in self.broken:
            return
        new = self.changed_text(path.read_bytes().decode(errors="replace"), way)
        self.slow = SlowWriter(path, new, ticks, holds=holds, dies=dies)
        stamp = self.now_stamp()
        os.utime(path, (stamp, stamp))
        self.seen = self.look()
        self.taken.clear()
        self.counts["slow write"] += 1

    def run_git(self, *words: str) -> None:
        name = ["-c", "user.name=x", "-c", "user.email=x@x", "-c", "gc.auto=0"]
        subprocess.run(
            ["git", *name, *words], cwd=self.place, check=True, capture_output=True, timeout=30
        )

    def switch_branch(self) -> None:
        """Everything is committed, the other branch is checked out."""
        if self.slow is not None:
            return
        new = "other" if self.branch == "main" else "main"
        if self.git:
            self.run_git("add", "-A")
            self.run_git("commit", "-qm", "x", "--allow-empty")
            self.run_git("checkout", "-q", new)
            self.counts["git checkout"] += 1
        else:
            here = self.trees[self.branch] = self.tree()
            there = self.trees[new]
            for file in here.keys() - there.keys():
                (self.folder / file).unlink()
            for file, data in there.items():
                if here.get(file) != data:
                    path = self.folder / file
                    path.parent.mkdir(exist_ok=True)
                    path.unlink(missing_ok=True)
                    path.write_bytes(data)
                    stamp = self.now_stamp()
                    os.utime(path, (stamp, stamp))
            self.counts["branch switch"] += 1
        self.branch = new
        for file in self.tree():
            self.mark_broken(file)
        self.broken &= self.tree().keys()
        self.after_others()
