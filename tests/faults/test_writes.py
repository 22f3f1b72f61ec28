"""Writes under faults: killed processes, full disks, failing system calls, many writers."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mbtui.store.errors import StoreError
from mbtui.store.store import Store
from tests.unit.banks import ISSUES, issue, make_bank_at, put

KILLS = int(os.environ.get("MBTUI_FAULT_ROUNDS", "40"))
FILLERS = 40
ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A bank with an entry for each writer and enough text to take a while to write."""
    filler = "\n".join(issue(f"f{i:03d}", issue="some text " * 20) for i in range(FILLERS))
    people = "\n".join(issue(name) for name in ("one", "two", "zed"))
    return make_bank_at(tmp_path, {ISSUES: "# kept\n\n" + filler + "\n" + people})


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }


def worker(
    folder: Path, name: str, rounds: int, environment: dict[str, str]
) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.faults.worker", str(folder), name, str(rounds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, cwd=ROOT)


def on_disk(folder: Path) -> dict[str, dict[str, Any]]:
    """The entries by id, read by an independent parser; fails on a torn file."""
    text = (folder / ISSUES).read_bytes().decode()
    assert text.startswith("# kept\n\n")
    entries = tomllib.loads(text)["current-issues"]
    found = {entry["id"]: entry for entry in entries}
    assert len(found) == len(entries)
    return found


class Acknowledged:
    """What the writers were told is on disk."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.added: set[str] = set()

    def take(self, name: str, lines: list[bytes]) -> None:
        for line in lines:
            what, _, value = line.decode().strip().partition(" ")
            if what == "counter":
                self.counts[name] = int(value)
            elif len(value) == 8:
                self.added.add(value)

    def check(self, folder: Path) -> None:
        found = on_disk(folder)
        for name, count in self.counts.items():
            assert found[name]["count"] in (count, count + 1)
            self.counts[name] = found[name]["count"]
        assert self.added <= found.keys()
        assert sum(identity.startswith("f") and len(identity) == 4 for identity in found) == FILLERS


def whole_lines(process: subprocess.Popen[bytes]) -> list[bytes]:
    assert process.stdout is not None
    return [line for line in process.stdout.read().splitlines(True) if line.endswith(b"\n")]


def test_a_kill_at_any_moment_tears_nothing_and_loses_no_acknowledged_save(
    folder: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", environment["XDG_STATE_HOME"])
    moments = random.Random(20261122)
    store = Store(folder, author="zed")
    told = Acknowledged()
    for _ in range(max(1, KILLS // 2)):
        running = {name: worker(folder, name, 10_000, environment) for name in ("one", "two")}
        first = {}
        for name, process in running.items():
            assert process.stdout is not None
            first[name] = process.stdout.readline()
        entry = store.load().by_key["zed"]
        count = int(entry.data.get("count", 0)) + 1
        store.update(entry, {"count": count})
        told.counts["zed"] = count
        time.sleep(moments.uniform(0, 0.03))
        for process in running.values():
            process.kill()
        for name, process in running.items():
            process.wait()
            told.take(name, [first[name], *whole_lines(process)])
            assert process.stdout is not None
            process.stdout.close()
        told.check(folder)
    assert told.counts.keys() == {"one", "two", "zed"}
    for left in folder.glob(".mbtui-*"):
        os.utime(left, (0, 0))
    store.sweep()
    assert sorted(path.name for path in folder.iterdir()) == ["bank.toml", ISSUES]


def test_two_writers_and_one_from_outside(folder: Path, environment: dict[str, str]) -> None:
    """Our own saves are ordered by the lock: none may be lost, however another program writes.

    The other program appends lines and knows nothing of the lock. What it writes in the fraction
    of a millisecond between our last look and the rename cannot be seen by anybody; a writer that
    does not look at all loses a quarter.
    """
    running = {name: worker(folder, name, 45, environment) for name in ("one", "two")}
    written = 0
    while any(process.poll() is None for process in running.values()):
        written += 1
        line = f"# outside {written}\n"
        for _ in range(50):
            with (folder / ISSUES).open("a") as file:
                file.write(line)
            if line in (folder / ISSUES).read_text():
                break
        time.sleep(0.06)
    told = Acknowledged()
    for name, process in running.items():
        lines = whole_lines(process)
        assert process.wait() == 0
        assert len(lines) == 60
        told.take(name, lines)
    told.check(folder)
    assert told.counts == {"one": 45, "two": 45}
    kept = sum(line.startswith("# outside ") for line in (folder / ISSUES).read_text().splitlines())
    assert kept >= 0.9 * written


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB."""
    if os.getuid() != 0:
        pytest.skip("needs root, to mount a small disk")
    place = tmp_path / "disk"
    place.mkdir()
    answer = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)],
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        pytest.skip(f"no small disk here: {answer.stderr.strip()}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_leaves_the_file_as_it_was(small_disk: Path) -> None:
    folder = make_bank_at(small_disk, {ISSUES: issue("a", issue="x" * 30_000)})
    store = Store(folder, author="Ana")
    entry = store.load().entries[0]
    before = (folder / ISSUES).read_bytes()
    with pytest.raises(StoreError, match="the disk is full") as caught:
        store.update(entry, {"title": "new"})
    assert ISSUES in str(caught.value)
    assert (folder / ISSUES).read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == ["bank.toml", ISSUES]
    with pytest.raises(StoreError, match="the disk is full"):
        store.archive(entry, "r")
    assert (folder / ISSUES).read_bytes() == before
    put(folder / ISSUES, before.replace(b"x" * 20_000, b""))
    assert store.update(store.load().entries[0], {"title": "new"}).title == "new"


ONE_SAVE = """
import sys
from pathlib import Path
from mbtui.store.store import Store
from mbtui.store.errors import StoreError
store = Store(Path(sys.argv[1]), author="x")
entry = store.load().by_key["one"]
try:
    store.update(entry, {"title": "new"})
    print("saved", store.warning)
except StoreError as error:
    print("refused", error)
"""


@pytest.fixture(scope="module")
def strace() -> str:
    found = shutil.which("strace")
    if found is None:
        pytest.skip("strace is not installed")
    tried = subprocess.run([found, "-o", os.devnull, "true"], capture_output=True, check=False)
    if tried.returncode:
        pytest.skip(f"strace may not trace here: {tried.stderr.decode().strip()}")
    return found


def inject(
    strace: str, fault: str, folder: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """One save in a process in which a system call fails or kills."""
    return subprocess.run(
        [
            *(strace, "-f", "-o", os.devnull, "-e", f"inject={fault}"),
            *(sys.executable, "-c", ONE_SAVE, str(folder)),
        ],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )


RENAMES = "rename,renameat,renameat2"


@pytest.mark.parametrize("call", ["write", "fsync", RENAMES])
@pytest.mark.parametrize("error", ["EIO", "ENOSPC", "EACCES"])
def test_a_failing_system_call_leaves_the_file_as_it_was(
    strace: str, folder: Path, environment: dict[str, str], call: str, error: str
) -> None:
    before = (folder / ISSUES).read_bytes()
    answer = inject(strace, f"{call}:error={error}:when=1", folder, environment)
    assert answer.stdout.startswith("refused"), answer
    assert ("the disk is full" if error == "ENOSPC" else "could not be saved") in answer.stdout
    assert "as it was" in answer.stdout
    assert (folder / ISSUES).read_bytes() == before
    assert list(folder.glob(".mbtui-*")) == []


def test_a_folder_that_cannot_be_flushed_is_told_as_saved(
    strace: str, folder: Path, environment: dict[str, str]
) -> None:
    answer = inject(strace, "fsync:error=EIO:when=2", folder, environment)
    assert answer.stdout.startswith("saved"), answer
    assert "not confirmed" in answer.stdout
    assert on_disk(folder)["one"]["title"] == "new"


@pytest.mark.parametrize(
    ("call", "title"),
    [
        ("write:signal=KILL:when=1", "one"),
        ("fchmod:signal=KILL:when=1", "one"),
        ("fsync:signal=KILL:when=1", "one"),
        (f"{RENAMES}:signal=KILL:when=1", None),
        ("fsync:signal=KILL:when=2", "new"),
    ],
)
def test_a_kill_at_each_step_leaves_the_old_or_the_new(
    strace: str, folder: Path, environment: dict[str, str], call: str, title: str | None
) -> None:
    answer = inject(strace, call, folder, environment)
    assert answer.returncode != 0
    assert answer.stdout == ""
    assert on_disk(folder)["one"]["title"] in ((title,) if title else ("one", "new"))
    again = inject(strace, "fsync:error=EIO:when=99", folder, environment)
    assert again.stdout.startswith("saved")
