"""1,000 entries with paths in a repository of 5,000 commits: compared, and compared again."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from mbtui.bank.entry import Entry
from mbtui.store.config import packaged
from mbtui.store.drift import DriftChecker, checked_of
from tests.bench.banks import Banks
from tests.bench.measure import Row, spread

ENTRIES, COMMITS, FILES = 1_000, 5_000, 600
FUNCTIONS = 12
"""In each file; about 200 lines."""

ROUNDS = 7
BAR, BAR_AGAIN = 2_000.0, 500.0
FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)


def run(banks: Banks) -> Iterator[Row]:
    """A first check, one of the same again, and one after a file and a commit."""
    chance = random.Random(5)
    root = banks.home / "code"
    made = made_repository(root, chance)
    folder = root / "memory-bank"
    folder.mkdir()
    entries = _entries(folder, made, chance)
    first, again, changed = [], [], []
    for number in range(ROUNDS):
        checker = DriftChecker(folder)
        first.append(_check(checker, entries))
        again.append(_check(checker, entries))
        (root / made[number]).write_text(f"x = {number}\n")
        _git(root, "add", "-A")
        _git(root, "commit", "-qm", f"round {number}")
        changed.append(_check(checker, entries))
    for what, values, bar in (
        (f"{ENTRIES:,} entries, {COMMITS:,} commits, first check", first, BAR),
        ("the same again", again, BAR_AGAIN),
        ("after one file and one commit", changed, BAR_AGAIN),
    ):
        yield Row(what, sorted(values)[len(values) // 2], bar, "ms", spread(values))


def _check(checker: DriftChecker, entries: list[Entry]) -> float:
    begin = perf_counter()
    found = checker.check(entries, {})
    assert len(found) == ENTRIES
    return 1000 * (perf_counter() - begin)


def _entries(folder: Path, files: list[str], chance: random.Random) -> list[Entry]:
    """Half name symbols and a third files, with hashes; the rest has only dates; some folders."""
    kind = packaged().kinds["current-issues"]
    texts = []
    for number in range(ENTRIES):
        name = chance.choice(files)
        if number % 2:
            name = f"{name}::{chance.choice(('f', 'C.m'))}{chance.randrange(FUNCTIONS)}"
        elif number % 20 == 0:
            name = name[: name.rindex("/") + 1]
        texts.append(name)
    hashes = checked_of(folder, [text for at, text in enumerate(texts) if at % 6])
    entries = []
    for number, text in enumerate(texts):
        data = {"title": text, "paths": [text]}
        created = FIRST_DAY + timedelta(hours=chance.randrange(COMMITS * 4))
        checked = {text: hashes[text]} if number % 6 and text in hashes else {}
        entry = Entry(
            kind,
            {**data, "created": created, "checked": checked},
            section="known-issues",
            file="known-issues.toml",
        )
        entry.key = str(number)
        entries.append(entry)
    return entries


def made_repository(root: Path, chance: random.Random) -> list[str]:
    """A repository whose commits change one file each; the names of its files."""
    root.mkdir(parents=True)
    _git(root, "init", "-q", "-b", "main")
    _git(root, "config", "user.name", "Ana")
    _git(root, "config", "user.email", "ana@example.org")
    names = [f"app/p{number % 40}/m{number}.py" for number in range(FILES)]
    stream = bytearray()
    for number in range(COMMITS):
        when = int((FIRST_DAY + timedelta(hours=4 * number)).timestamp())
        stream += b"commit refs/heads/main\ncommitter Ana <a@b> %d +0000\ndata 1\nx" % when
        changed = names if number == 0 else [chance.choice(names)]
        for name in changed:
            text = _module(number, chance).encode()
            stream += b"\nM 100644 inline %s\ndata %d\n%s" % (name.encode(), len(text), text)
        stream += b"\n"
    _git(root, "fast-import", "--quiet", given=bytes(stream))
    _git(root, "checkout", "-q", "-f", "main")
    return names


def _module(number: int, chance: random.Random) -> str:
    lines = ["import os", "", "", "class C:"]
    for at in range(FUNCTIONS):
        lines += [f"    {line}" for line in _function(f"m{at}(self, a)", chance)]
    for at in range(FUNCTIONS):
        lines += ["", *_function(f"f{at}(a, b={number})", chance)]
    return "\n".join(lines) + "\n"


def _function(head: str, chance: random.Random) -> list[str]:
    return [
        f"def {head}:",
        '    """What it does, in a sentence of some length."""',
        f"    found = [{chance.randrange(9)} + i for i in range(a)]",
        "    if found and isinstance(a, int):",
        "        return os.path.join(str(found[0]), 'name')",
        "    return None",
        "",
    ]


def _git(root: Path, *arguments: str, given: bytes | None = None) -> None:
    subprocess.run(["git", *arguments], cwd=root, input=given, check=True, capture_output=True)
