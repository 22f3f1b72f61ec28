"""Undo while the disk fails, processes die, and several of them take back at once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mbtui.store import turns, undoing, writer
from mbtui.store.errors import NotFoundError, StoreError
from mbtui.store.files import replace_bytes
from mbtui.store.journal import Journal
from mbtui.store.store import Store
from tests.faults.test_undo_exact import snapshot
from tests.unit.banks import ISSUES, issue, make_bank_at, put

ROOT = Path(__file__).parents[2]
NAMES = "cabd"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    text = "# kept\n\n" + "\n".join(issue(name, issue="some text\n" * 5) for name in NAMES)
    store = Store(make_bank_at(tmp_path, {ISSUES: text}), author="Ana")
    store.load()
    return store


def delete_all(store: Store) -> None:
    with store.bulk("delete", "all of them"):
        for name in NAMES:
            store.delete(store.load().find(name)[0])


def archive_one(store: Store) -> None:
    store.archive(store.load().find("a")[0], "done")


def move_one(store: Store) -> None:
    store.move(store.load().find("b")[0], "common-tasks")


CHANGES = [delete_all, archive_one, move_one]


def fail_from(monkeypatch: pytest.MonkeyPatch, count: int) -> Callable[[], None]:
    """Let the disk be full from the write on that follows `count` others; gives the way back."""
    written: list[int] = []
    write = replace_bytes

    def failing(*arguments: object) -> str:
        if len(written) >= count:
            raise StoreError("the disk is full: nothing was saved")
        written.append(1)
        return write(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(writer, "replace_bytes", failing)
    return lambda: monkeypatch.setattr(writer, "replace_bytes", write)


@pytest.fixture(autouse=True)
def one_entry_a_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """An undo writes the file once for each entry, so that it can be cut short at each."""
    monkeypatch.setattr(undoing, "MOST", 1)


STEPS = [(delete_all, count) for count in range(4)]
STEPS += [(change, count) for change in (archive_one, move_one) for count in range(2)]


@pytest.mark.parametrize(("change", "count"), STEPS, ids=lambda v: getattr(v, "__name__", str(v)))
def test_t09_an_undo_that_a_full_disk_cuts_short_is_finished_by_the_next_one(
    store: Store, monkeypatch: pytest.MonkeyPatch, change: Callable[[Store], None], count: int
) -> None:
    before = snapshot(store.folder)
    change(store)
    after = snapshot(store.folder)
    mend = fail_from(monkeypatch, count)
    with pytest.raises(StoreError, match="the disk is full"):
        store.undo()
    assert (snapshot(store.folder) == after) == (count == 0)
    made = [change for change in Journal(store.folder).read() if change.undoes < 0]
    assert sum(len(change.steps) for change in made) == count
    with pytest.raises(NotFoundError):
        store.redo()
    mend()
    again = Store(store.folder, author="Ana")
    assert again.undo().made
    assert snapshot(store.folder) == before
    with pytest.raises(NotFoundError):
        again.undo()
    assert again.redo().made
    assert snapshot(store.folder) == after


@pytest.mark.parametrize("change", CHANGES, ids=lambda f: f.__name__)
def test_t09_a_change_that_a_full_disk_cuts_short_is_taken_back_as_far_as_it_came(
    store: Store, monkeypatch: pytest.MonkeyPatch, change: Callable[[Store], None]
) -> None:
    before = snapshot(store.folder)
    mend = fail_from(monkeypatch, 1)
    with pytest.raises(StoreError, match="the disk is full"):
        change(store)
    assert snapshot(store.folder) != before
    mend()
    store.undo()
    assert snapshot(store.folder) == before


DYING_UNDO = """
import os, sys
from pathlib import Path
from mbtui.store import turns, undoing, writer
from mbtui.store.store import Store
undoing.MOST = 1
write, left = writer.replace_bytes, int(sys.argv[2])
def dying(*arguments):
    global left
    if sys.argv[3] == "before" and left == 0:
        os.kill(os.getpid(), 9)
    answer = write(*arguments)
    if left == 0:
        os.kill(os.getpid(), 9)
    left -= 1
    return answer
writer.replace_bytes = dying
Store(Path(sys.argv[1]), author="Ana").undo()
"""


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("change", CHANGES, ids=lambda f: f.__name__)
def test_t12_an_undo_killed_at_each_write_is_finished_by_the_next_one(
    store: Store, change: Callable[[Store], None], moment: str
) -> None:
    before = snapshot(store.folder)
    change(store)
    steps = len(Journal(store.folder).read()[-1].steps)
    for count in range(steps):
        command = [sys.executable, "-c", DYING_UNDO, str(store.folder), str(count), moment]
        answer = subprocess.run(command, cwd=ROOT, timeout=60, capture_output=True, check=False)
        assert answer.returncode == -9, answer
        for left in store.folder.rglob(".mbtui-*"):
            left.unlink()
        assert Store(store.folder, author="Ana").undo().change.undoes == 0
        assert snapshot(store.folder) == before
        again = Store(store.folder, author="Ana")
        with pytest.raises(NotFoundError):
            again.undo()
        if moment == "after":
            break  # The step that was made and not kept is not brought back by a redo.
        assert again.redo().made


def shell(folder: Path, *words: str, author: str = "Ana") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "mbtui", "--bank", str(folder), *words],
        cwd=ROOT,
        env={**os.environ, "MBTUI_AUTHOR": author},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def answer(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out


def test_an_undo_in_the_shell_is_known_to_the_program_that_is_open(store: Store) -> None:
    states = [snapshot(store.folder)]
    for title in ("first", "second", "third"):
        store.update(store.bank.find("a")[0], {"title": title})
        states.append(snapshot(store.folder))
    assert "edit of third" in answer(shell(store.folder, "undo"))
    assert store.undo().change.title == "second"
    assert snapshot(store.folder) == states[1]
    assert "edit of second" in answer(shell(store.folder, "redo"))
    assert store.redo().change.title == "third"
    assert snapshot(store.folder) == states[3]
    agents = answer(shell(store.folder, "edit", "b", "--title", "x", author="agent:x"))
    assert "b changed" in agents
    assert store.undo().change.title == "third"


def test_undos_at_the_same_time_take_back_one_change_each(store: Store) -> None:
    before = snapshot(store.folder)
    for number in range(8):
        store.update(store.bank.find("a")[0], {"title": f"title {number}"})
    running = [shell(store.folder, "undo") for _ in range(4)]
    told = {answer(process) for process in running}
    assert len(told) == 4
    assert store.load().find("a")[0].title == "title 3"
    for _ in range(4):
        store.undo()
    assert snapshot(store.folder) == before


def test_a_broken_file_stops_an_undo_and_is_named_and_the_mended_one_does_not(
    store: Store,
) -> None:
    delete_all(store)
    good = (store.folder / ISSUES).read_bytes()
    put(store.folder / ISSUES, good + b"<<<<<<< ours\n")
    process = shell(store.folder, "undo")
    _, err = process.communicate(timeout=60)
    assert (process.returncode, "conflict markers" in err, ISSUES in err) == (3, True, True)
    assert (store.folder / ISSUES).read_bytes() == good + b"<<<<<<< ours\n"
    put(store.folder / ISSUES, good)
    assert "delete of all of them and 3 more" in answer(shell(store.folder, "undo"))
    assert {entry.id for entry in store.load().entries} == set(NAMES)


def test_others_may_write_while_a_long_undo_is_made(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot(store.folder)
    delete_all(store)
    other = Store(store.folder, author="Jonas")
    added: list[str] = []

    def write(_: float) -> None:
        added.append(other.add("common-tasks", {"title": f"task {len(added)}"}).id)

    monkeypatch.setattr(turns, "LONGEST_SECONDS", 0.0)
    monkeypatch.setattr(time, "sleep", write)
    store.undo()
    assert len(added) == len(NAMES) - 1
    now = snapshot(store.folder)
    assert {name: data for name, data in now.items() if name in before} == before
    assert {entry.id for entry in store.load().entries} == {*NAMES, *added}


def test_two_that_take_back_the_same_long_change_finish_it_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot(store.folder)
    delete_all(store)
    after = snapshot(store.folder)
    others: list[str] = []

    def undo_too(_: float) -> None:
        if not others:
            monkeypatch.setattr(turns, "LONGEST_SECONDS", 1000.0)
            others.append(Store(store.folder, author="Ana").undo().change.what)

    monkeypatch.setattr(turns, "LONGEST_SECONDS", 0.0)
    monkeypatch.setattr(time, "sleep", undo_too)
    store.undo()
    assert others == ["delete"]
    assert snapshot(store.folder) == before
    store.redo()
    assert snapshot(store.folder) == after
    store.undo()
    assert snapshot(store.folder) == before
    with pytest.raises(NotFoundError):
        store.undo()
