"""Files in the middle of being written, and files that are broken: T08 and more.

`MBTUI_FAULT_PATIENCE` (1) multiplies the limits in seconds, for slow machines.
"""

from __future__ import annotations

import errno
import itertools
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mbtui.store.errors import StoreError
from mbtui.store.held import held_for_writing
from mbtui.store.store import Store
from tests.faults.conftest import Follow, OpenWindow
from tests.faults.following import SOON, wait_until, write_anew
from tests.ui.outside import Project, issues_toml
from tests.ui.window import PATIENCE
from tests.unit.banks import ISSUES, issue, make_bank_at, put

MANY = 400

WHOLE = {f"{number:08}": f"Entry {number} of many" for number in range(MANY)}
NEW = {**WHOLE, f"{MANY - 1:08}": "The last one is written"}

StartWriter = Callable[..., "subprocess.Popen[str]"]
SLOW_WRITER = """
import os, sys, time
path, first, cut = sys.argv[1:]
text = sys.stdin.read()
if first == "unlink":
    os.unlink(path)
with open(path, "w") as file:
    start = 0
    for number in range(1, 9):
        time.sleep(0.03)
        end = len(text) * number // 8
        if cut == "entries" and number < 8:
            end = text.index("[[", end)
        file.write(text[start:end])
        file.flush()
        start = end
"""
"""Empties the file, and writes it in eight parts: of whole entries, so that each is a valid file,
or cut anywhere."""
WRITERS = [(first, cut) for first in ("truncate", "unlink") for cut in ("entries", "anywhere")]


@pytest.fixture
def start_writer() -> Iterator[StartWriter]:
    """`start_writer(path, text, first, cut)`: a program that writes slowly, and goes on."""
    running: list[subprocess.Popen[str]] = []

    def start(
        path: Path, text: str, first: str = "truncate", cut: str = "entries"
    ) -> subprocess.Popen[str]:
        size = path.stat().st_size
        program = [sys.executable, "-c", SLOW_WRITER, str(path), first, cut]
        process = subprocess.Popen(program, stdin=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdin is not None
        process.stdin.write(text)
        process.stdin.close()
        wait_until(lambda: path.exists() and path.stat().st_size < size)
        return process

    yield start
    for process in running:
        process.kill()
        process.wait()


def ids_in(path: Path) -> set[str]:
    return {line.split('"')[1] for line in path.read_text().splitlines() if line[:5] == "id = "}


def counted(line: str) -> set[str]:
    """The numbers of entries that a header tells."""
    words = line.split()
    return {word for word, unit in itertools.pairwise(words) if unit == "entries"}


def test_t08_a_slow_writer_is_never_shown_half_done(
    open_window: OpenWindow, project: Project, start_writer: StartWriter
) -> None:
    write_anew(project.issues, issues_toml(WHOLE))
    window = open_window()
    window.until_shown(f"{MANY} entries")
    counts: set[str] = set()
    for text, writing in ((issues_toml(WHOLE), WRITERS[0]), (issues_toml(NEW), WRITERS[1])):
        writer = start_writer(project.issues, text, *writing)
        while writer.poll() is None:
            window.pump(0.01)
            counts |= counted(window.lines[0])
    window.until_shown(NEW[f"{MANY - 1:08}"], seconds=SOON * PATIENCE)
    counts |= counted(window.lines[0])
    assert counts == {str(MANY)}


@pytest.mark.parametrize(("first", "cut"), WRITERS)
def test_t08_no_bank_with_fewer_entries_is_told(
    tmp_path: Path, follow: Follow, start_writer: StartWriter, first: str, cut: str
) -> None:
    folder = make_bank_at(tmp_path, {ISSUES: issues_toml(WHOLE)})
    following = follow(folder)
    start_writer(folder / ISSUES, issues_toml(NEW), first, cut)
    following.until_shown(NEW[f"{MANY - 1:08}"], SOON)
    assert {len(bank.entries) for bank in following.banks} == {MANY}
    assert all(not bank.problems for bank in following.banks)


def test_t08_a_save_in_the_window_waits_for_the_writer(
    open_window: OpenWindow, project: Project, start_writer: StartWriter
) -> None:
    write_anew(project.issues, issues_toml(WHOLE))
    window = open_window()
    window.until_shown(f"{MANY} entries")
    window.press("a", "saved beside the writer")
    writer = start_writer(project.issues, issues_toml(NEW))
    window.send("\r")
    window.within(SOON * PATIENCE, lambda: window.shows(f"{MANY + 1} entries"))
    assert writer.wait(10) == 0
    text = project.issues.read_text()
    assert ids_in(project.issues) >= NEW.keys()
    assert NEW[f"{MANY - 1:08}"] in text
    assert "saved beside the writer" in text


@pytest.mark.parametrize("first", ["truncate", "unlink"])
def test_t08_a_save_in_the_shell_waits_for_the_writer(
    project: Project, start_writer: StartWriter, first: str
) -> None:
    """It has read nothing before: only that the file is open for writing tells it to wait."""
    write_anew(project.issues, issues_toml(WHOLE))
    if not can_tell(project.bank):
        pytest.skip("this file system does not tell who has a file open")
    store = Store(project.bank, author="Bo")
    writer = start_writer(project.issues, issues_toml(NEW), first)
    store.add("current-issues", {"title": "saved beside the writer"})
    assert writer.wait(10) == 0
    assert ids_in(project.issues) >= NEW.keys()
    assert NEW[f"{MANY - 1:08}"] in project.issues.read_text()


def can_tell(folder: Path) -> bool:
    """Whether the system grants leases on files here, and refuses them for files in use."""
    fcntl = pytest.importorskip("fcntl")
    if not hasattr(fcntl, "F_SETLEASE"):
        return False
    path = folder / "open"
    try:
        with path.open("w"), path.open() as reader:
            fcntl.fcntl(reader, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    finally:
        path.unlink()
    return False


class TestHeld:
    def test_only_a_file_that_is_open_for_writing_is_held(self, tmp_path: Path) -> None:
        if not can_tell(tmp_path):
            pytest.skip("this file system does not tell who has a file open")
        path = tmp_path / "file"
        path.write_text("text")
        assert not held_for_writing(path)
        with path.open():
            assert not held_for_writing(path)
        with path.open("a"):
            assert held_for_writing(path)
        assert not held_for_writing(path)

    def test_what_cannot_be_opened_is_not_held(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        assert not held_for_writing(tmp_path / "pipe")
        assert not held_for_writing(tmp_path / "nothing")
        assert not held_for_writing(tmp_path)

    def test_a_program_that_keeps_a_file_open_does_not_end_saving(self, tmp_path: Path) -> None:
        folder = make_bank_at(tmp_path, {ISSUES: issue("a")})
        store = Store(folder, author="Ana")
        store.load()
        with (folder / ISSUES).open("a") as file:
            file.write("# and then nothing more\n")
            file.flush()
            began = time.monotonic()
            store.add("current-issues", {"title": "saved"})
            assert time.monotonic() - began < SOON * PATIENCE
        assert "saved" in (folder / ISSUES).read_text()


WIDE = (160, 30)
BROKEN_LINE = 'title = "He said "no""\n'


class TestBroken:
    """A broken file: its last good content stays, nothing is written to it, the rest works."""

    def test_the_notice_names_the_place_and_goes_when_the_file_is_good(
        self, open_window: OpenWindow, project: Project
    ) -> None:
        window = open_window(size=WIDE)
        good = project.issues.read_text()
        broken = good + "\n[[current-issues]]\n" + BROKEN_LINE
        write_anew(project.issues, broken)
        line = broken.splitlines().index(BROKEN_LINE.strip()) + 1
        window.until_shown(f"known-issues.toml:{line}:", "last good content stays")
        window.until_shown("7 entries")
        other = project.bank / "testing-notes.toml"
        other.write_text('[[test-data]]\ntitle = "Beside the broken one"\n')
        window.until_shown("8 entries")
        write_anew(project.issues, good + '\n[[current-issues]]\ntitle = "Mended"\n')
        window.until_shown("9 entries")
        window.within(SOON * PATIENCE, lambda: not window.shows("known-issues.toml:"))

    def test_neither_window_nor_shell_write_to_it(
        self, open_window: OpenWindow, project: Project
    ) -> None:
        window = open_window(size=WIDE)
        broken = project.issues.read_text() + "\n[[current-issues]]\n" + BROKEN_LINE
        write_anew(project.issues, broken)
        window.until_shown("last good content stays")
        window.press("2")
        window.open_form("half a sentence")
        window.press("\x1bOQ")
        window.until_shown("nothing was written", "half a sentence")
        shell = [sys.executable, "-m", "mbtui", "--bank", str(project.bank), "add", "lost?"]
        env = {**os.environ, **project.env}
        done = subprocess.run(shell, env=env, capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stdout) == (3, "")
        assert "known-issues.toml:" in done.stderr
        assert "nothing was written" in done.stderr
        assert project.issues.read_text() == broken

    def test_a_window_that_opens_on_it_shows_what_can_be_read(
        self, open_window: OpenWindow, project: Project
    ) -> None:
        good = project.issues.read_text()
        write_anew(project.issues, good + "\n[[current-issues]]\n" + BROKEN_LINE)
        window = open_window(size=WIDE)
        window.until_shown("7 entries of it can be read")
        assert not window.shows("last good content")
        assert "7 entries" in window.lines[0]
        window.press("2", "e")
        window.press("typed\x1bOQ")
        window.until_shown("nothing was written")
        window.press("\x1b\x1b")
        window.until_shown("All entries")
        write_anew(project.issues, good)
        window.within(SOON * PATIENCE, lambda: not window.shows("can be read"))
        assert "7 entries" in window.lines[0]

    def test_reading_in_the_shell_prints_what_is_good_and_exits_3(self, project: Project) -> None:
        write_anew(project.issues, project.issues.read_text() + BROKEN_LINE * 2)
        for words in (["list"], ["show", "2b7fq0x1"], ["show", "2b7fq0x1", "--json"]):
            shell = [sys.executable, "-m", "mbtui", "--bank", str(project.bank), *words]
            env = {**os.environ, **project.env}
            done = subprocess.run(shell, env=env, capture_output=True, text=True, timeout=60)
            assert done.returncode == 3, words
            assert "SQLite WAL hangs on NFS homes" in done.stdout
            assert "6 entries of it can be read" in done.stderr

    def test_a_file_that_stays_broken_follows_its_mending(
        self, tmp_path: Path, follow: Follow
    ) -> None:
        """What can be read of it grows with each mistake that is mended."""
        wrong = [issue(name).replace("title", "= title") for name in "abc"]
        folder = make_bank_at(tmp_path, {ISSUES: issue("z") + "\n".join(wrong)})
        following = follow(folder)
        assert following.titles(following.store.bank) == ["z"]
        write_anew(folder / ISSUES, "\n".join(wrong))
        following.within(SOON, lambda: bool(following.banks))
        (problem,) = following.banks[-1].problems
        assert "1 entry of it could be read before" in problem.message
        assert following.titles(following.banks[-1]) == ["z"]
        for mended in (1, 2, 3):
            texts = [issue(name) if n < mended else wrong[n] for n, name in enumerate("abc")]
            write_anew(folder / ISSUES, issue("z") + "\n".join(texts))
            expected = ["z", *"abc"[:mended]]
            following.within(
                SOON,
                lambda expected=expected: (  # type: ignore[misc]
                    bool(following.banks) and following.titles(following.banks[-1]) == expected
                ),
            )
        assert following.banks[-1].problems == ()

    @pytest.mark.parametrize(
        "broken", ['[[current-issues]]\nid = "a"\ntitle = ', "\xff\xfe", "<<<<<<< HEAD\n"]
    )
    def test_it_is_never_written_over_also_when_it_is_old(
        self, tmp_path: Path, broken: str
    ) -> None:
        data = broken.encode("latin-1")
        folder = make_bank_at(tmp_path, {ISSUES: data})
        store = Store(folder, author="Ana")
        entries = store.load().entries
        with pytest.raises(StoreError, match="nothing was written"):
            store.add("current-issues", {"title": "x"})
        for entry in entries:
            with pytest.raises(StoreError, match="nothing was written"):
                store.update(entry, {"title": "x"})
        assert (folder / ISSUES).read_bytes() == data

    def test_a_new_file_that_is_not_whole_yet_is_no_broken_one(
        self, tmp_path: Path, follow: Follow
    ) -> None:
        folder = make_bank_at(tmp_path)
        following = follow(folder)
        with (folder / ISSUES).open("w") as file:
            file.write(issue("a") + '[[current-issues]]\nid = "b')
            file.flush()
            put(folder / "testing-notes.toml", '[[test-data]]\ntitle = "other"\n', age=False)
            following.until_shown("other", SOON)
            file.write('"\ntitle = "whole"\n')
        following.until_shown("whole", SOON)
        assert all(not bank.problems for bank in following.banks)
