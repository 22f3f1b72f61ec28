"""Another program writes in the instant between our last look at a file and its replacement.

`MBTUI_FAULT_SECONDS` (3) is how long each race lasts; 30 gives steady numbers. `-s` prints them.
"""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
import sys
import tempfile
import threading
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from mbtui.store import displaced, files
from mbtui.store.displaced import versions
from mbtui.store.files import FileChangedError, read_bytes, replace_bytes
from mbtui.store.rename import exchange
from mbtui.store.store import Store
from mbtui.store.temporary import write_temporary
from tests.faults.adversary import tokens
from tests.faults.injection import LONGEST, ROOT
from tests.unit.banks import ISSUES, issue, make_bank_at

SECONDS = float(os.environ.get("MBTUI_FAULT_SECONDS", "3"))
MEMORY = Path("/dev/shm")
Replace = Callable[[Path, Path, bytes, bytes | None], str]


class Outcome(NamedTuple):
    """Lines that the other program wrote, and what became of those it did not overwrite itself."""

    saves: int
    caught: int
    written: int
    in_file: int
    only_kept: int
    told: int
    lost: int


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder in memory where there is one, with the state beside it: a race without waiting."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else tmp_path) as name:
        monkeypatch.setenv("XDG_STATE_HOME", f"{name}/state")
        monkeypatch.setattr(displaced, "MAX_BYTES", 1 << 40)
        monkeypatch.setattr(displaced, "MAX_FILES", 1 << 40)
        one, two = Path(name, "one"), Path(name, "two")
        one.write_bytes(b"1")
        two.write_bytes(b"2")
        if not exchange(one, two):
            pytest.skip("this system cannot let two files trade their names")
        yield Path(name)


def race(place: Path, replace: Replace) -> Outcome:
    """Count up in the first line of a file while the other program adds lines to it."""
    path = place / "bank" / "notes.toml"
    path.parent.mkdir()
    path.write_bytes(b"# saves 0\n" + b"x = 1\n" * 500)
    saves = caught = told = 0
    lines: list[bytes] = []
    command = [sys.executable, "-m", "tests.faults.adversary", str(path), str(SECONDS), "7"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as other:
        assert other.stdout is not None
        reader = threading.Thread(target=lines.extend, args=[other.stdout])
        reader.start()
        while other.poll() is None:
            before = path.read_bytes()
            after = b"# saves %d\n" % (saves + 1) + before.partition(b"\n")[2]
            try:
                replace(path, path.parent, after, before)
                saves += 1
            except FileChangedError as error:
                caught += 1
                told += bool(error.warning)
        reader.join(LONGEST)
        assert other.returncode == 0
    numbers = [[int(word) for word in line.split()[1:]] for line in lines]
    written = {first for first, *_ in numbers}
    overwritten = {number for _, *rest in numbers for number in rest}
    in_file = tokens(path.read_bytes())
    kept = {number for version in versions(path.parent) for number in tokens(version.read())}
    missing = written - in_file - overwritten
    assert [item.name for item in path.parent.iterdir()] == ["notes.toml"]
    return Outcome(
        saves, caught, len(written), len(in_file), len(missing & kept), told, len(missing - kept)
    )


def plain(path: Path, root: Path, data: bytes, expected: bytes | None) -> str:
    """The usual way: write beside it, look whether the file is as it was, rename."""
    temporary = write_temporary(path, data, path.stat()).path
    found = read_bytes(path, root)
    if found is None or found[0] != expected:
        temporary.unlink()
        raise FileChangedError(str(path))
    os.replace(temporary, path)
    return ""


def test_no_write_of_another_program_is_lost_between_check_and_rename(place: Path) -> None:
    outcome = race(place, replace_bytes)
    print(f"\nexchange and look: {outcome}")
    assert outcome.saves > 10
    assert outcome.caught > 10
    assert outcome.written > 10
    assert outcome.lost == 0
    # A writer that was slow to write into the file that it had open is not told, only kept.
    assert outcome.only_kept <= outcome.told + 0.02 * outcome.written


def test_the_usual_way_loses_writes_in_this_race(place: Path) -> None:
    """The race is hard enough: without the exchange, what the other program wrote is lost."""
    outcome = race(place, plain)
    print(f"\nlook, then rename: {outcome}")
    assert outcome.lost > 0


def test_where_names_cannot_be_traded_hardly_any_is_lost(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second name for the old file, made just before, catches what is written in place."""
    monkeypatch.setattr(files, "exchange", lambda one, other: False)
    outcome = race(place, replace_bytes)
    print(f"\nsecond name, rename and look: {outcome}")
    assert outcome.saves > 10
    assert outcome.lost <= 0.05 * outcome.written


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_bank_at(tmp_path, {ISSUES: issue("a")})


def interposed(
    monkeypatch: pytest.MonkeyPatch, *writes: Callable[[], object], name: str = "exchange"
) -> None:
    """Let another program write just before each exchange (or call of `os` of that name)."""
    waiting = list(writes)
    where = files if name == "exchange" else os
    original = getattr(where, name)

    def called(*arguments: object, **options: object) -> object:
        if waiting:
            waiting.pop(0)()
        return original(*arguments, **options)

    monkeypatch.setattr(where, name, called)


class TestTheInstant:
    """What happens, one by one, when another program writes between the look and the step."""

    def test_a_line_added_in_place_is_merged(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = Store(folder, author="Ana")
        entry = store.load().by_key["a"]

        def write() -> None:
            with (folder / ISSUES).open("a") as file:
                file.write('tags = ["theirs"]\n')

        interposed(monkeypatch, write)
        store.update(entry, {"title": "mine"})
        text = (folder / ISSUES).read_text()
        assert 'title = "mine"' in text
        assert 'tags = ["theirs"]' in text
        assert store.warning == ""

    def test_a_second_write_during_the_putting_back_is_merged_and_the_first_is_kept(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = Store(folder, author="Ana")
        entry = store.load().by_key["a"]

        def write(tag: str) -> Callable[[], None]:
            def replace() -> None:
                new = folder / "new"
                new.write_text(issue("a", tags=[tag]))
                new.replace(folder / ISSUES)

            return replace

        interposed(monkeypatch, write("first"), write("second"))
        store.update(entry, {"title": "mine"})
        text = (folder / ISSUES).read_text()
        assert 'title = "mine"' in text
        assert "second" in text
        assert "written by two other programs at once" in store.warning
        (version,) = (v for v in versions(folder) if b"first" in v.read())
        assert version.name in store.warning
        assert sorted(path.name for path in folder.iterdir()) == ["bank.toml", ISSUES]

    def test_without_a_place_to_keep_it_the_first_stays_in_the_bank_under_a_name_of_its_own(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (tmp_path / "file").touch()
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))

        def write(text: bytes) -> Callable[[], object]:
            return lambda: (folder / ISSUES).write_bytes(text)

        interposed(monkeypatch, write(b"first"), write(b"second"))
        before = (folder / ISSUES).read_bytes()
        with pytest.raises(FileChangedError) as caught:
            replace_bytes(folder / ISSUES, folder, b"mine", before)
        assert (folder / ISSUES).read_bytes() == b"second"
        (kept,) = folder.glob(f"{ISSUES}.*.kept")
        assert kept.read_bytes() == b"first"
        assert str(kept) in caught.value.warning

    def test_a_file_that_another_program_makes_is_not_written_over(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = Store(folder, author="Ana")
        store.load()
        theirs = '[[data-flow]]\nid = "z"\ntitle = "theirs"\n'
        path = folder / "integration-points.toml"
        interposed(monkeypatch, lambda: path.write_text(theirs), name="link")
        store.add("data-flow", {"title": "mine"})
        text = path.read_text()
        assert 'title = "theirs"' in text
        assert 'title = "mine"' in text

    def test_a_file_that_goes_away_is_not_made_again(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = (folder / ISSUES).read_bytes()
        interposed(monkeypatch, (folder / ISSUES).unlink)
        with pytest.raises(FileChangedError):
            replace_bytes(folder / ISSUES, folder, b"mine", before)
        assert [path.name for path in folder.iterdir()] == ["bank.toml"]

    def test_a_link_that_takes_the_place_is_put_back(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (tmp_path / "elsewhere").write_text("theirs")
        before = (folder / ISSUES).read_bytes()

        def write() -> None:
            (folder / ISSUES).unlink()
            (folder / ISSUES).symlink_to(tmp_path / "elsewhere")

        interposed(monkeypatch, write)
        with pytest.raises(FileChangedError):
            replace_bytes(folder / ISSUES, folder, b"mine", before)
        assert (folder / ISSUES).is_symlink()
        assert (tmp_path / "elsewhere").read_text() == "theirs"

    def test_a_line_added_while_the_last_entry_goes_stays(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = Store(folder, author="Ana")
        entry = store.load().by_key["a"]

        def write() -> None:
            with (folder / ISSUES).open("a") as file:
                file.write("\n" + issue("b"))

        interposed(monkeypatch, write)
        store.delete(entry)
        assert (folder / ISSUES).read_text() == issue("b")

    def test_without_the_exchange_a_file_that_comes_back_under_its_name_leaves_no_other(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Another program has a second name for the file, and gives it the first one again."""
        path, second = folder / ISSUES, folder / "second"
        os.link(path, second)
        before = path.read_bytes()
        monkeypatch.setattr(files, "exchange", lambda one, other: False)

        def write() -> None:
            second.write_bytes(b"theirs")

        def bring_back() -> None:
            path.unlink()
            os.link(second, path)

        interposed(monkeypatch, write, bring_back, name="replace")
        with pytest.raises(FileChangedError):
            replace_bytes(path, folder, b"mine", before)
        assert path.read_bytes() == b"theirs"
        assert sorted(item.name for item in folder.iterdir()) == ["bank.toml", ISSUES, "second"]

    def test_a_slow_writer_writes_into_what_is_kept(self, folder: Path) -> None:
        """It opened the file before the save; its text is in no file, but it is kept and marked."""
        before = (folder / ISSUES).read_bytes()
        with (folder / ISSUES).open("r+") as slow:
            replace_bytes(folder / ISSUES, folder, before + b"# mine\n", before)
            slow.seek(0, os.SEEK_END)
            slow.write("# late\n")
        (version,) = versions(folder)
        assert version.read() == before + b"# late\n"
        os.utime(version.path, ns=(version.at_ns, version.at_ns + 10**9))
        assert versions(folder)[0].later


def test_a_system_that_refuses_the_exchange_for_another_reason_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> bool:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(files, "exchange", fails)
    store = Store(folder, author="Ana")
    entry = store.load().by_key["a"]
    with pytest.raises(Exception, match="could not be saved"):
        store.update(entry, {"title": "mine"})
    assert (folder / ISSUES).read_text() == issue("a")
    assert sorted(path.name for path in folder.iterdir()) == ["bank.toml", ISSUES]


def test_two_writers_and_one_from_outside(folder: Path) -> None:
    """Our own saves are ordered by the lock; what the other program adds is merged or kept."""
    (folder / ISSUES).write_text("\n".join(issue(name) for name in ("one", "two")))
    command = [sys.executable, "-m", "tests.faults.worker", str(folder)]
    written = 0
    with contextlib.ExitStack() as stack:
        one, two = (
            stack.enter_context(
                subprocess.Popen([*command, name, "20"], stdout=subprocess.PIPE, cwd=ROOT)
            )
            for name in ("one", "two")
        )
        assert one.stdout is not None
        for _ in one.stdout:  # After each of its saves.
            written += 1
            with (folder / ISSUES).open("ab", buffering=0) as file:
                file.write(b"# token %d\n" % written)
        assert one.wait(LONGEST) == two.wait(LONGEST) == 0
    entries = tomllib.loads((folder / ISSUES).read_text())["current-issues"]
    assert [(e["title"], e["count"]) for e in entries if "count" in e] == [("one", 20), ("two", 20)]
    assert len(entries) == 2 + 2 * 6
    kept = {number for version in versions(folder) for number in tokens(version.read())}
    in_file = tokens((folder / ISSUES).read_bytes())
    assert kept | in_file == set(range(1, written + 1))
    assert len(in_file) >= 0.9 * written
