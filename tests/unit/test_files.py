"""Reading and replacing one file: links, pipes, modes, owners, read-only places, full disks."""

from __future__ import annotations

import errno
import os
import socket
import stat
from pathlib import Path

import pytest

from mbtui.store import files
from mbtui.store.errors import BrokenFileError, ReadOnlyBankError, StoreError
from mbtui.store.files import FileChangedError, UnreadableError, read_bytes, replace_bytes
from mbtui.store.lock import bank_lock
from mbtui.store.store import Store
from tests.faults.injection import open_folder, run_as_nobody
from tests.unit.banks import ARCHIVED, ISSUES, entry_of, issue, make_store, put, text_of


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = make_store(tmp_path / "project", {ISSUES: issue("a")})
    made.load()
    return made


def temporaries(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob(".mbtui-*")]


class TestWhatIsNotOpened:
    def refused(self, store: Store, words: str) -> None:
        (problem,) = store.load().broken_files
        assert problem.file == ISSUES
        assert words in str(problem)
        with pytest.raises(BrokenFileError, match=words):
            store.add("current-issues", {"title": "x"})

    def test_a_pipe(self, store: Store) -> None:
        (store.folder / ISSUES).unlink()
        os.mkfifo(store.folder / ISSUES)
        self.refused(store, "not a regular file")

    def test_a_folder(self, store: Store) -> None:
        (store.folder / ISSUES).unlink()
        (store.folder / ISSUES).mkdir()
        self.refused(store, "not a regular file")

    def test_a_socket(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        (store.folder / ISSUES).unlink()
        monkeypatch.chdir(store.folder)
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(ISSUES)
            self.refused(store, "cannot be opened")

    @pytest.mark.parametrize("target", ["/dev/zero", "/proc/self/environ", "../outside.toml"])
    def test_a_link_that_leads_outside(self, store: Store, target: str) -> None:
        put(store.project / "outside.toml", issue("b"))
        (store.folder / ISSUES).unlink()
        (store.folder / ISSUES).symlink_to(target)
        self.refused(store, "outside the bank")
        assert (store.project / "outside.toml").read_text() == issue("b")

    def test_a_link_that_leads_to_nothing_outside(self, store: Store) -> None:
        (store.folder / ISSUES).unlink()
        (store.folder / ISSUES).symlink_to("../not-there.toml")
        with pytest.raises(BrokenFileError, match="outside the bank"):
            store.add("current-issues", {"title": "x"})
        assert not (store.project / "not-there.toml").exists()

    def test_a_link_to_itself(self, store: Store) -> None:
        (store.folder / ISSUES).unlink()
        (store.folder / ISSUES).symlink_to(ISSUES)
        self.refused(store, "cannot be opened")

    def test_an_archive_folder_that_leads_outside(self, store: Store) -> None:
        (store.project / "elsewhere").mkdir()
        (store.folder / "archive").symlink_to(store.project / "elsewhere")
        with pytest.raises(BrokenFileError, match="outside the bank"):
            store.archive(entry_of(store, "a"), "r")
        assert text_of(store) == issue("a")
        assert list((store.project / "elsewhere").iterdir()) == []

    def test_a_file_over_the_limit(self, store: Store) -> None:
        with (store.folder / ISSUES).open("r+b") as file:
            file.truncate(files.MAX_BYTES + 1)
        self.refused(store, "larger than 64 MiB")

    def test_a_file_that_would_pass_the_limit_is_not_written(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(files, "MAX_BYTES", 200)
        with pytest.raises(StoreError, match="would be larger"):
            store.add("current-issues", {"title": "x" * 200})
        assert text_of(store) == issue("a")


class TestLinksInside:
    def test_a_bank_folder_behind_a_link(self, store: Store, tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to(store.folder)
        other = Store(tmp_path / "link", author="Bo")
        other.load()
        other.update(entry_of(other, "a"), {"title": "new"})
        assert 'title = "new"' in text_of(store)


class TestReplace:
    def test_a_new_file_follows_the_umask(self, store: Store) -> None:
        old = os.umask(0o027)
        try:
            store.add("data-flow", {"title": "x"})
        finally:
            os.umask(old)
        mode = (store.folder / "integration-points.toml").stat().st_mode
        assert stat.S_IMODE(mode) == 0o640

    @pytest.mark.parametrize("expected", [b"other", None, b""])
    def test_other_bytes_than_those_read_are_not_replaced(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected: bytes | None
    ) -> None:
        def not_even_for_an_instant(*_: Path) -> bool:
            raise AssertionError

        monkeypatch.setattr(files, "exchange", not_even_for_an_instant)
        path = tmp_path / "f"
        path.write_bytes(b"theirs")
        with pytest.raises(FileChangedError):
            replace_bytes(path, tmp_path, b"mine", expected)
        assert path.read_bytes() == b"theirs"
        assert temporaries(tmp_path) == []

    def test_a_file_that_is_gone_is_not_made_again(self, tmp_path: Path) -> None:
        with pytest.raises(FileChangedError):
            replace_bytes(tmp_path / "f", tmp_path, b"mine", b"old")
        assert list(tmp_path.iterdir()) == []

    def test_a_file_that_became_a_pipe_meanwhile(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "f")
        with pytest.raises(StoreError, match="not a regular file; not opened; nothing was written"):
            replace_bytes(tmp_path / "f", tmp_path, b"mine", b"old")

    @pytest.mark.parametrize("call", ["fsync", "rename", "fchmod"])
    @pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC, errno.EACCES, errno.EDQUOT])
    def test_an_error_of_the_system_leaves_the_file_and_no_rubbish(
        self, store: Store, monkeypatch: pytest.MonkeyPatch, call: str, code: int
    ) -> None:
        def fails(*_: object) -> None:
            raise OSError(code, os.strerror(code))

        entry = entry_of(store, "a")
        with monkeypatch.context() as patch:
            patch.setattr(os, call, fails)
            with pytest.raises(StoreError, match=r"known-issues\.toml") as caught:
                store.update(entry, {"title": "new"})
        assert "as it was" in str(caught.value)
        if code in (errno.ENOSPC, errno.EDQUOT):
            assert "the disk is full" in str(caught.value)
        assert text_of(store) == issue("a")
        assert temporaries(store.folder) == []
        assert store.update(entry, {"title": "new"}).title == "new"

    def test_a_folder_that_cannot_be_flushed_is_told_as_saved(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fails(_: Path) -> None:
            raise OSError(errno.EIO, "I/O error")

        with monkeypatch.context() as patch:
            patch.setattr(files, "_flush_folder", fails)
            store.update(entry_of(store, "a"), {"title": "new"})
        assert "was saved" in store.warning
        assert "not confirmed" in store.warning
        assert 'title = "new"' in text_of(store)
        store.update(entry_of(store, "a"), {"title": "newer"})
        assert store.warning == ""


class TestReadOnly:
    CODE = (
        "from pathlib import Path\n"
        "from mbtui.store.store import Store\n"
        "store = Store(Path(sys.argv[1]), author='x')\n"
        "bank = store.load()\n"
        "print('mbtui', [e.id for e in bank.entries], bank.problems[0])\n"
    )

    def test_a_file_that_may_not_be_read(self) -> None:
        with open_folder() as place:
            self.check_unreadable(make_store(place / "project", {ISSUES: issue("a")}))

    def check_unreadable(self, store: Store) -> None:
        (store.folder / ISSUES).chmod(0o000)
        put(store.folder / "integration-points.toml", '[[data-flow]]\nid = "d"\ntitle = "d"\n')
        told = run_as_nobody(self.CODE, str(store.folder), state=Path("/nonexistent"))
        assert "['d']" in told
        assert "known-issues.toml cannot be opened: Permission denied" in told

    @pytest.mark.parametrize("what", [ISSUES, "."])
    def test_what_the_system_says_is_asked_first(
        self, store: Store, monkeypatch: pytest.MonkeyPatch, what: str
    ) -> None:
        locked = (store.folder / what).resolve()
        monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != locked)
        with pytest.raises(ReadOnlyBankError, match="read-only for you") as caught:
            store.update(entry_of(store, "a"), {"title": "new"})
        assert caught.value.exit_code == 3
        assert text_of(store) == issue("a")

    def test_a_folder_that_is_gone_is_not_made_again(self, store: Store, tmp_path: Path) -> None:
        entry = entry_of(store, "a")
        store.folder.rename(tmp_path / "away")
        with pytest.raises(ReadOnlyBankError, match="is not there"):
            store.update(entry, {"title": "new"})
        assert not store.folder.exists()


class TestLock:
    def test_a_second_writer_waits_and_then_says_so(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from mbtui.store import lock

        entry = entry_of(store, "a")
        monkeypatch.setattr(lock, "WAIT_SECONDS", 0.05)
        with bank_lock(store.folder), pytest.raises(StoreError, match="another mbtui"):
            store.update(entry, {"title": "new"})
        assert store.update(entry, {"title": "new"}).title == "new"

    def test_the_lock_is_not_in_the_bank(self, store: Store) -> None:
        with bank_lock(store.folder):
            assert sorted(path.name for path in store.folder.iterdir()) == ["bank.toml", ISSUES]

    def test_without_a_state_folder_writing_goes_on(
        self, store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        put(tmp_path / "file", "")
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
        assert store.update(entry_of(store, "a"), {"title": "new"}).title == "new"


def test_temporaries_of_killed_runs_are_swept_and_young_ones_stay(store: Store) -> None:
    (store.folder / "archive").mkdir()
    old = [store.folder / ".mbtui-1-aa.tmp", store.folder / "archive" / ".mbtui-2-bb.tmp"]
    for path in old:
        put(path, "half")
    young = store.folder / ".mbtui-3-cc.tmp"
    put(young, "half", age=False)
    put(store.folder / ".other-1.tmp", "not ours")
    store.sweep()
    assert not any(path.exists() for path in old)
    assert young.exists()
    assert (store.folder / ".other-1.tmp").exists()


def test_reading_says_why_not(tmp_path: Path) -> None:
    assert read_bytes(tmp_path / "none", tmp_path) is None
    (tmp_path / "folder").mkdir()
    with pytest.raises(UnreadableError):
        read_bytes(tmp_path / "folder", tmp_path)
    put(tmp_path / "archive" / ARCHIVED.rpartition("/")[2], "x")
    assert read_bytes(tmp_path / ARCHIVED, tmp_path) is not None
