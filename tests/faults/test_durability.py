"""T09 to T13: full disks, failing system calls, a kill at each call of a save, their order."""

from __future__ import annotations

import os
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mbtui.store.displaced import versions
from mbtui.store.drafts import load_drafts
from mbtui.store.errors import StoreError
from mbtui.store.store import Store
from tests.faults.injection import calls, run
from tests.unit.banks import ISSUES, issue, make_bank_at, put

FLOW = "integration-points.toml"
CHANGES = ("edit", "add")

STEPS = {
    "openat", "write", "fchmod", "fsync", "rename", "renameat2", "link", "unlink", "chmod",
    "pwrite64",
}  # fmt: skip
"""The calls between which what is on the disk can differ."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    filler = "\n".join(issue(f"f{i:03d}", issue="some text " * 20) for i in range(40))
    return make_bank_at(tmp_path, {ISSUES: "# kept\n\n" + filler + "\n" + issue("one")})


def on_disk(folder: Path) -> dict[str, Any]:
    """The titles by id, read by an independent parser; fails on a torn file."""
    text = (folder / ISSUES).read_bytes().decode()
    assert text.startswith("# kept\n\n")
    found = {entry["id"]: entry["title"] for entry in tomllib.loads(text)["current-issues"]}
    assert len(found) == 41
    if (folder / FLOW).exists():
        (entry,) = tomllib.loads((folder / FLOW).read_text())["data-flow"]
        found["data-flow"] = entry["title"]
    return found


def left_over(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob(".mbtui-*")]


def one_save(folder: Path, what: str = "edit", **options: Any) -> str:
    """What a process prints that makes one change, or `killed`."""
    answer = run(["-m", "tests.faults.one_save", str(folder), what], **options)
    if answer.returncode in (-9, 137):
        return "killed"
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB."""
    if os.getuid() != 0:
        pytest.skip("needs root, to mount a small disk")
    place = tmp_path / "disk"
    place.mkdir()
    try:
        answer = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    except FileNotFoundError:
        pytest.skip("mount is not installed")
    if answer.returncode:
        pytest.skip(f"no small disk here: {answer.stderr.strip()}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True, timeout=60)


class TestT09FullDisk:
    def test_t09_full_disk_leaves_the_file_as_it_was(self, small_disk: Path) -> None:
        folder = make_bank_at(small_disk, {ISSUES: issue("a", issue="x" * 30_000)})
        store = Store(folder, author="Ana")
        entry = store.load().entries[0]
        before = (folder / ISSUES).read_bytes()
        changes: list[Callable[[], object]] = [
            lambda: store.update(entry, {"title": "new"}),
            lambda: store.archive(entry, "r"),
            lambda: store.add("data-flow", {"title": "x", "flow": "x" * 40_000}),
        ]
        for change in changes:
            with pytest.raises(StoreError, match=r"the disk is full: .*\.toml was not saved"):
                change()
            assert (folder / ISSUES).read_bytes() == before
            assert left_over(folder) == []
            assert not (folder / FLOW).exists()
        put(folder / ISSUES, before.replace(b"x" * 20_000, b""))
        assert store.update(store.load().entries[0], {"title": "new"}).title == "new"

    def test_t09_full_disk_keeps_the_text_of_a_shell_command(self, small_disk: Path) -> None:
        folder = make_bank_at(small_disk, {ISSUES: issue("a", issue="x" * 30_000)})
        for command in (["add", "pool exhausted", "--body", "-"], ["edit", "a", "--body", "-"]):
            answer = run(["-m", "mbtui", *command, "--bank", str(folder)], stdin="typed " * 8_000)
            assert answer.returncode == 3
            assert "the disk is full" in answer.stderr
            assert "your text is kept: `mbtui recover" in answer.stderr
        for draft in load_drafts(folder):
            assert draft.texts["issue"] == ("typed " * 8_000).rstrip("\n")

    def test_t09_full_disk_that_holds_the_drafts_too_gives_the_text_back(
        self, small_disk: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = make_bank_at(small_disk, {ISSUES: issue("a", issue="x" * 30_000)})
        monkeypatch.setenv("XDG_STATE_HOME", str(small_disk / "state"))
        (small_disk / "filler").write_bytes(b"x" * 20_000)
        answer = run(
            ["-m", "mbtui", "add", "pool", "--body", "-", "--bank", str(folder)],
            stdin="typed " * 3_000,
        )
        assert answer.returncode == 3
        assert "the disk is full" in answer.stderr
        assert "could not be kept" in answer.stderr
        assert ("typed " * 3_000).strip() in answer.stderr


FAILING = [
    *(("edit", call, "EIO") for call in ("write", "fchmod", "fsync", "rename", "renameat2")),
    *(("edit", call, "ENOSPC") for call in ("write", "fsync", "rename", "renameat2")),
    *(("edit", call, "EACCES") for call in ("write", "fchmod", "rename", "renameat2")),
    *(("add", call, error) for call in ("write", "link") for error in ("EIO", "ENOSPC", "EACCES")),
]


class TestT10FailingCalls:
    @pytest.mark.parametrize(("what", "call", "error"), FAILING)
    def test_t10_failing_call_leaves_the_file_as_it_was(
        self, folder: Path, what: str, call: str, error: str
    ) -> None:
        before = {path.name: path.read_bytes() for path in folder.iterdir()}
        told = one_save(folder, what, fault=f"{call}:error={error}:when=1")
        assert told.startswith("refused"), told
        file = {"edit": ISSUES, "add": FLOW}[what]
        if error == "ENOSPC":
            assert f"the disk is full: {file} was not saved and is as it was" in told
        else:
            assert f"{file} could not be saved" in told
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == before

    @pytest.mark.parametrize("call", ["write", "fchmod", "fsync", "rename"])
    def test_t10_call_that_is_not_permitted_leaves_the_file_as_it_was(
        self, folder: Path, call: str
    ) -> None:
        before = on_disk(folder)
        assert one_save(folder, fault=f"{call}:error=EPERM:when=1").startswith("refused")
        assert on_disk(folder) == before
        assert left_over(folder) == []

    @pytest.mark.parametrize("error", ["EPERM", "EINVAL", "ENOSYS"])
    @pytest.mark.parametrize(("what", "call"), [("edit", "renameat2"), ("add", "link")])
    def test_t10_where_the_system_lacks_a_call_the_save_is_made_without(
        self, folder: Path, what: str, call: str, error: str
    ) -> None:
        assert one_save(folder, what, fault=f"{call}:error={error}") == "saved \n"
        assert "new" in on_disk(folder).values()
        assert left_over(folder) == []
        if what == "edit":
            (version,) = versions(folder)
            assert tomllib.loads(version.read().decode())["current-issues"][-1]["title"] == "one"

    def test_t10_failing_call_keeps_the_text_of_a_shell_command(self, folder: Path) -> None:
        command = ["-m", "mbtui", "edit", "one", "--body", "typed", "--bank", str(folder)]
        answer = run(command, fault="fsync:error=EIO:when=1")
        assert answer.returncode == 3
        assert f"{ISSUES} could not be saved" in answer.stderr
        assert "your text is kept" in answer.stderr
        (draft,) = load_drafts(folder)
        assert (draft.id, draft.texts, draft.base["title"]) == ("one", {"issue": "typed"}, "one")


class TestT11FolderNotFlushed:
    @pytest.mark.parametrize("what", CHANGES)
    def test_t11_folder_that_cannot_be_flushed_is_told_as_saved(
        self, folder: Path, what: str
    ) -> None:
        told = one_save(folder, what, fault="fsync:error=EIO:when=2")
        assert told.startswith("saved")
        assert "was saved; that it reached the disk is not confirmed" in told
        assert "new" in on_disk(folder).values()
        assert left_over(folder) == []

    def test_t11_what_is_shown_is_what_is_on_disk(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from mbtui.store import files

        def fails(_: Path) -> None:
            raise OSError(5, "I/O error")

        monkeypatch.setattr(files, "_flush_folder", fails)
        store = Store(folder, author="Ana")
        store.update(store.load().by_key["one"], {"title": "new"})
        assert "not confirmed" in store.warning
        assert store.bank.by_key["one"].title == on_disk(folder)["one"] == "new"
        assert store.refresh().bank is None or store.bank.by_key["one"].title == "new"


class TestT12Kills:
    @pytest.mark.parametrize("what", CHANGES)
    def test_t12_kill_at_each_call_of_a_save_leaves_the_old_or_the_new(
        self, folder: Path, tmp_path: Path, what: str
    ) -> None:
        """The next start removes what is left, and keeps every whole version of the file."""
        before = {path.name: path.read_bytes() for path in folder.iterdir()}
        old = on_disk(folder)
        log = tmp_path / "log"
        for _ in range(2):  # The first makes the folders of the user's state.
            _restore(folder, before)
            assert one_save(folder, what, log=log) == "saved \n"
        new = on_disk(folder)
        kept = len(versions(folder))
        outcomes = {"old": 0, "new": 0, "swept": 0, "versions": 0}
        steps = list(_steps(log, folder))
        assert len(steps) > 6
        for name, number in steps:
            _restore(folder, before)
            told = one_save(folder, what, fault=f"{name}:signal=KILL:when={number}")
            assert told == "killed", (name, number)
            found = on_disk(folder)
            assert found in (old, new)
            outcomes["old" if found == old else "new"] += 1
            whole = [path.read_bytes() for path in folder.glob(".mbtui-*.kept")]
            outcomes["swept"] += len(left_over(folder))
            store = Store(folder, author="x")
            store.load()
            store.sweep()
            assert left_over(folder) == []
            assert set(whole) <= {version.read() for version in versions(folder)}
            if found == new and what == "edit":
                assert before[ISSUES] in {version.read() for version in versions(folder)}
            store.update(store.bank.by_key["one"], {"title": "again"})
        outcomes["versions"] = len(versions(folder)) - kept
        print(f"{what}: {len(steps)} kills, {outcomes}")
        assert outcomes["old"]
        assert outcomes["new"]
        assert outcomes["swept"]


def _restore(folder: Path, files: dict[str, bytes]) -> None:
    for path in folder.iterdir():
        path.unlink()
    for file, data in files.items():
        put(folder / file, data)


def _steps(log: Path, folder: Path) -> Iterator[tuple[str, int]]:
    """The calls from the first that writes to the bank on, until the process says that it is done.

    Each with its number among the calls of its name.
    """
    begun = False
    for call in calls(log):
        begun = begun or (f"{folder}/.mbtui-" in call.rest and call.name in ("openat", "rename"))
        if call.name == "write" and call.rest.startswith("1, "):
            return
        if call.name == "openat" and "O_CREAT" not in call.rest and f'"{folder}' not in call.rest:
            continue
        if begun and call.name in STEPS:
            yield call.name, call.number


class TestT13Order:
    @pytest.mark.parametrize("what", CHANGES)
    def test_t13_the_file_is_flushed_before_it_gets_its_name_and_the_folder_after(
        self, folder: Path, tmp_path: Path, what: str
    ) -> None:
        log = tmp_path / "log"
        assert one_save(folder, what, log=log) == "saved \n"
        told = [f"{call.name}({call.rest}" for call in calls(log)]
        file = folder / {"edit": ISSUES, "add": FLOW}[what]
        opened = _first(told, "openat(", f'"{folder}/.mbtui-')
        assert "O_CREAT|O_EXCL" in told[opened]
        handle = told[opened].rpartition("= ")[2]
        flushed = _first(told, f"fsync({handle})", "= 0")
        named = _first(told, "renameat2(" if what == "edit" else "link(", f'"{file}"')
        assert opened < flushed < named
        if what == "edit":
            assert "RENAME_EXCHANGE" in told[named]
            assert told[opened].rpartition(", ")[2].startswith("0600)")
            widened = _first(told, f"fchmod({handle}, 0644", "= 0")
            assert _first(told, f"write({handle},", "# kept") < widened < flushed
        assert told[named].rpartition("= ")[2] == "0"
        folder_opened = next(
            at
            for at in range(named, len(told))
            if told[at].startswith(f'openat(AT_FDCWD, "{folder}"')
        )
        handle = told[folder_opened].rpartition("= ")[2]
        assert any(line.startswith(f"fsync({handle})") for line in told[folder_opened:])


def _first(told: list[str], start: str, part: str) -> int:
    return next(at for at, line in enumerate(told) if line.startswith(start) and part in line)
