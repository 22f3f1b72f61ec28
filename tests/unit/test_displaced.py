"""What saves displace: kept, told apart, bounded; and what a crash left in the bank."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mbtui.store import displaced, temporary
from mbtui.store.displaced import keep, versions
from mbtui.store.lock import state_folder
from mbtui.store.store import Store
from mbtui.store.temporary import whole_name
from tests.unit.banks import ARCHIVED, ISSUES, entry_of, issue, make_store, put, text_of

DAY_NS = 24 * 3600 * 10**9


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = make_store(tmp_path / "project", {ISSUES: issue("a"), ARCHIVED: issue("z")})
    made.load()
    return made


def kept(store: Store) -> list[tuple[str, str]]:
    return [(version.file, version.read().decode()) for version in versions(store.folder)]


def let_go(store: Store) -> None:
    """Have the next version that comes in bound the rest."""
    (state_folder(store.folder) / "displaced" / ".tally").unlink()


def keep_text(store: Store, text: str) -> str:
    source = store.folder / "source"
    source.write_text(text)
    return keep(store.folder, ISSUES, source)


def aged(store: Store, name: str, days: float) -> None:
    """Make a version so many days older."""
    (version,) = (item for item in versions(store.folder) if item.name == name)
    stamp = displaced._stamp(version.at_ns - int(days * DAY_NS))
    version.path.rename(version.path.with_name(f"{stamp}-{version.path.name.split('-', 1)[1]}"))


def test_each_save_keeps_what_the_file_held_the_newest_first(store: Store) -> None:
    texts = [text_of(store)]
    for title in ("one", "two"):
        store.update(entry_of(store, "a"), {"title": title})
        texts.append(text_of(store))
    store.restore(entry_of(store, "z"))
    assert kept(store) == [
        (ARCHIVED, issue("z")),
        (ISSUES, texts[2]),
        (ISSUES, texts[1]),
        (ISSUES, texts[0]),
    ]
    assert len({version.name for version in versions(store.folder)}) == 4
    assert not any(version.later for version in versions(store.folder))
    moments = [version.at_ns for version in versions(store.folder)]
    assert abs(moments[0] - time.time_ns()) < 60 * 10**9


def test_a_state_folder_on_another_file_system_gets_a_copy(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == store.folder.stat().st_dev:
        pytest.skip("no second file system here")
    import tempfile

    with tempfile.TemporaryDirectory(dir=memory) as place:
        monkeypatch.setenv("XDG_STATE_HOME", place)
        store.update(entry_of(store, "a"), {"title": "new"})
        assert store.warning == ""
        assert kept(store) == [(ISSUES, issue("a"))]
        (version,) = versions(store.folder)
        assert version.path.stat().st_mode & 0o777 == 0o600
        assert not version.later
    assert list(store.folder.glob(".mbtui-*")) == []


def test_where_nothing_can_be_kept_the_save_is_made_and_that_is_told_once(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = state_folder(store.folder) / "displaced"
    place.parent.mkdir(parents=True)
    place.touch()
    store.update(entry_of(store, "a"), {"title": "new"})
    assert "what saves displace cannot be kept" in store.warning
    store.update(entry_of(store, "a"), {"title": "newer"})
    assert store.warning == ""
    assert 'title = "newer"' in text_of(store)
    assert list(store.folder.glob(".mbtui-*")) == []


class TestBounds:
    def test_the_oldest_go_beyond_the_size(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(displaced, "MAX_BYTES", 250)
        for number in range(5):
            keep_text(store, f"{number}" * 100)
        let_go(store)
        keep_text(store, "5" * 100)
        assert [text[0] for _, text in kept(store)] == ["5", "4"]

    def test_the_oldest_go_beyond_the_number(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(displaced, "MAX_FILES", 3)
        for number in range(5):
            keep_text(store, f"{number}")
        let_go(store)
        keep_text(store, "5")
        assert [text for _, text in kept(store)] == ["5", "4", "3"]

    def test_what_is_older_than_30_days_goes(self, store: Store) -> None:
        old, young = keep_text(store, "old"), keep_text(store, "young")
        aged(store, old, 30.5)
        aged(store, young, 29.5)
        let_go(store)
        keep_text(store, "new")
        assert [text for _, text in kept(store)] == ["new", "young"]

    def test_the_folder_is_looked_through_only_now_and_then(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        looks: list[Path] = []
        monkeypatch.setattr(displaced, "_bound", looks.append)
        keep_text(store, "first")
        assert len(looks) == 1, "without a tally it is looked through at once"
        for number in range(2 * displaced.BOUND_AFTER_FILES):
            keep_text(store, str(number))
        assert len(looks) == 3
        monkeypatch.setattr(displaced, "BOUND_AFTER_BYTES", 100)
        keep_text(store, "x" * 100)
        assert len(looks) == 4

    def test_other_files_in_the_folder_are_left_alone(self, store: Store) -> None:
        keep_text(store, "x")
        other = state_folder(store.folder) / "displaced" / "notes"
        other.touch()
        let_go(store)
        keep_text(store, "y")
        assert [text for _, text in kept(store)] == ["y", "x"]
        assert other.exists()


class TestWhatACrashLeft:
    @pytest.fixture
    def gone(self) -> int:
        """The number of a process that has ended."""
        done = subprocess.Popen([sys.executable, "-c", ""])
        done.wait()
        return done.pid

    def left(self, monkeypatch: pytest.MonkeyPatch, process: int, store: Store) -> list[Path]:
        """A half-written file and two whole versions that a process left a moment ago."""
        with monkeypatch.context() as patch:
            patch.setattr(os, "getpid", lambda: process)
            half = temporary._fresh(store.folder, ".tmp")
            whole = whole_name(store.folder / ISSUES, ISSUES)
            archived = whole_name(store.folder / ARCHIVED, ARCHIVED)
        for path in (half, whole, archived):
            put(path, path.name, age=False)
        return [half, whole, archived]

    def test_of_a_process_that_is_gone_it_is_cleared_at_once(
        self, store: Store, monkeypatch: pytest.MonkeyPatch, gone: int
    ) -> None:
        left = self.left(monkeypatch, gone, store)
        store.sweep()
        assert not any(path.exists() for path in left)
        assert sorted(kept(store)) == [(ARCHIVED, left[2].name), (ISSUES, left[1].name)]

    def test_of_a_process_that_runs_it_stays(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        left = self.left(monkeypatch, os.getpid(), store)
        store.sweep()
        assert all(path.exists() for path in left)

    def test_of_another_machine_it_stays_for_an_hour(
        self, store: Store, monkeypatch: pytest.MonkeyPatch, gone: int
    ) -> None:
        monkeypatch.setattr(temporary, "_here", lambda: "0123456789abcdef")
        left = self.left(monkeypatch, gone, store)
        monkeypatch.undo()
        store.sweep()
        assert all(path.exists() for path in left)
        temporary.sweep_temporaries(store.folder, time.time() + 1)
        temporary.sweep_temporaries(store.folder / "archive", time.time() + 1)
        assert not any(path.exists() for path in left)
        assert len(kept(store)) == 2


class TestLastEntry:
    """The file stays, empty: for git a file that ends is a rename, or a conflict."""

    def test_the_file_stays_empty_and_takes_the_next_entry(self, store: Store) -> None:
        store.delete(entry_of(store, "a"))
        assert text_of(store) == ""
        assert store.bank.entries == ()
        assert store.bank.problems == ()
        assert store.refresh().bank is None
        assert kept(store) == [(ISSUES, issue("a"))]
        store.undo()
        assert text_of(store) == issue("a")

    def test_a_file_that_holds_anything_else_keeps_it(self, store: Store) -> None:
        put(store.folder / ISSUES, f"# ours\n\n{issue('a')}")
        store.load()
        store.delete(entry_of(store, "a"))
        assert text_of(store).startswith("# ours\n")

    def test_another_program_sees_it_empty(self, store: Store) -> None:
        other = Store(store.folder, author="Bo")
        other.load()
        store.delete(entry_of(store, "a"))
        ends = time.monotonic() + 10
        while (refreshed := other.refresh()).pending and time.monotonic() < ends:
            pass
        assert refreshed.bank is not None
        assert refreshed.bank.entries == ()
        assert refreshed.bank.problems == ()
