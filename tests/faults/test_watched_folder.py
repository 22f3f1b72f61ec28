"""What happens to the bank's folder, its archive and its files while they are followed.

`MBTUI_FAULT_PATIENCE` (1) multiplies the limits in seconds, for slow machines.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from mbtui.store import file_state
from tests.faults.conftest import Follow
from tests.faults.following import AT_ONCE, BACK, SOON, may_run, pause, wait_until, write_anew
from tests.faults.injection import open_folder
from tests.ui.outside import Project
from tests.unit.banks import ISSUES, issue, make_bank_at


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {ISSUES: issue("a", "one") + issue("b"), "testing-notes.toml": "# nothing\n"}
    return make_bank_at(tmp_path, files)


def test_another_folder_in_its_place_is_followed(
    folder: Path, tmp_path: Path, follow: Follow
) -> None:
    other = make_bank_at(tmp_path / "other", {ISSUES: issue("a", "two")})
    following = follow(folder)
    folder.rename(tmp_path / "before")
    other.rename(folder)
    following.until_shown("two", SOON)
    write_anew(folder / ISSUES, issue("a", "three"))
    following.until_shown("three", SOON)
    write_anew(tmp_path / "before" / ISSUES, issue("a", "four"))
    following.settle()
    assert following.states == ["live"]
    assert following.titles(following.banks[-1]) == ["three"]


def test_a_disk_that_goes_away_and_comes_back(folder: Path, tmp_path: Path, follow: Follow) -> None:
    following = follow(folder)
    folder.parent.chmod(0o755)
    folder.rename(tmp_path / "away")
    following.within(SOON, lambda: following.states[-1] == "missing")
    assert following.titles(following.banks[-1]) == ["one", "b"], "what was read stays"
    assert following.banks[-1].read_only
    (tmp_path / "away").rename(folder)
    following.within(BACK, lambda: following.states[-1] == "live")
    following.within(SOON, lambda: not following.banks[-1].read_only)
    write_anew(folder / ISSUES, issue("a", "two"))
    following.until_shown("two", SOON)
    assert following.states == ["live", "missing", "live"]


def test_an_archive_that_is_made_later_is_followed(folder: Path, follow: Follow) -> None:
    following = follow(folder)
    (folder / "archive").mkdir()
    following.settle(1)
    (folder / "archive" / ISSUES).write_text(issue("c", "archived"))
    following.within(SOON, lambda: bool(following.banks and following.banks[-1].archive))
    write_anew(folder / "archive" / ISSUES, issue("c", "archived again"))
    following.within(SOON, lambda: following.banks[-1].archive[0].title == "archived again")
    assert following.states == ["live"]


@pytest.mark.parametrize("notification", [True, False], ids=["events", "sweep"])
def test_a_file_that_is_gone_for_a_moment_was_never_gone(
    folder: Path, follow: Follow, notification: bool
) -> None:
    following = follow(folder, notification=notification)
    for number in range(5):
        text = issue("a", f"new {number}") + issue("b")
        (folder / ISSUES).unlink()
        pause(0.01)
        (folder / ISSUES).write_text(text)
        following.until_shown(f"new {number}", SOON)
    assert {len(bank.entries) for bank in following.banks} == {2}


def test_a_file_removed_and_written_anew_with_less_is_believed_soon(
    folder: Path, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the file system gives it the inode of the old one, as ext4 does."""
    monkeypatch.setattr(file_state, "SHRUNK_IN_PLACE_SECONDS", 1000)
    following = follow(folder)
    (folder / ISSUES).unlink()
    (folder / ISSUES).write_text(issue("b"))
    following.within(AT_ONCE, lambda: bool(following.banks))
    assert following.titles(following.banks[-1]) == ["b"]


def test_a_file_that_lost_entries_in_place_holds_up_no_other(
    folder: Path, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_state, "SHRUNK_IN_PLACE_SECONDS", 1000)
    following = follow(folder)
    (folder / ISSUES).write_text(issue("b"))
    (folder / "testing-notes.toml").write_text('[[test-data]]\ntitle = "Other"\n')
    following.until_shown("Other", AT_ONCE)
    assert following.titles(following.banks[-1]) == ["one", "b", "Other"]


@pytest.mark.parametrize("odd", ["folder", "pipe", "dangling link", "link to elsewhere"])
def test_a_file_that_becomes_something_else_keeps_its_content(
    folder: Path, tmp_path: Path, follow: Follow, odd: str
) -> None:
    following = follow(folder)
    path = folder / ISSUES
    path.rename(tmp_path / "kept")
    if odd == "folder":
        path.mkdir()
    elif odd == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("nowhere" if odd == "dangling link" else "/dev/zero")
    following.within(SOON, lambda: bool(following.banks))
    (problem,) = following.banks[-1].broken_files
    assert (problem.file, problem.state) == (ISSUES, "unreadable")
    assert following.titles(following.banks[-1]) == ["one", "b"]
    write_anew(folder / "testing-notes.toml", '[[test-data]]\ntitle = "beside it"\n')
    following.until_shown("beside it", SOON)
    if odd == "folder":
        path.rmdir()
    else:
        path.unlink()
    (tmp_path / "kept").rename(path)
    following.within(SOON, lambda: not following.banks[-1].problems)
    assert following.titles(following.banks[-1]) == ["one", "b", "beside it"]


def test_two_hundred_files_at_once_are_one_reload_or_two(project: Project, follow: Follow) -> None:
    slugs = [f"part-{number:03}" for number in range(200)]
    described = "".join(
        f'[sections.{slug}]\ntitle = "{slug}"\n[kinds.kind-{slug}]\nsection = "{slug}"\n'
        for slug in slugs
    )
    (project.bank / "bank.toml").write_text(f"format = 1\n{described}")
    for branch in ("many", "many-changed"):
        project.git("checkout", "-q", "-b", branch)
        for slug in slugs:
            text = f'[[kind-{slug}]]\nid = "{slug}"\ntitle = "{branch} {slug}"\n'
            (project.bank / f"{slug}.toml").write_text(text)
        project.git("add", ".")
        project.git("commit", "-qm", branch)
    following = follow(project.bank)
    project.git("checkout", "-q", "many")
    following.within(SOON, lambda: following.shows("many part-000"))
    following.within(SOON, lambda: following.shows("many part-199"))
    following.settle()
    assert len(following.banks) <= 2


def test_permission_that_is_taken_away_and_given_back(tmp_path: Path) -> None:
    """As a user whom permissions bind, in a process that says what it was told."""
    good = "bank 2+1 \n"
    with open_folder() as place:
        files = {ISSUES: issue("a", "one") + issue("b"), f"archive/{ISSUES}": issue("c")}
        folder = make_bank_at(place, files)
        bound: tuple[str, ...] = ()
        if os.getuid() == 0:
            bound = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
            if not may_run(*bound, sys.executable, "-c", "import mbtui.store.watch"):
                pytest.skip("this system does not let a test run as another user")
            for path in (folder, *folder.rglob("*")):
                os.chown(path, 65534, 65534)
        program = (*bound, sys.executable, "-m", "tests.faults.follower", str(folder))
        env = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")}
        follower = subprocess.Popen(program, stdout=subprocess.PIPE, text=True, env=env)
        told: list[str] = []
        lines = follower.stdout
        assert lines is not None
        reader = threading.Thread(target=lambda: told.extend(iter(lines.readline, "")))
        reader.start()
        try:
            wait_until(lambda: "state live\n" in told)
            folder.chmod(0)
            wait_until(lambda: any(line.startswith("state stale since ") for line in told))
            wait_until(lambda: any("cannot be opened: Permission denied" in line for line in told))
            folder.chmod(0o755)
            wait_until(lambda: told.count("state live\n") == 2, BACK)
            wait_until(lambda: good in told[-2:], BACK)
            assert "state missing\n" not in told
            for place in (folder / ISSUES, folder / "archive"):
                mode = place.stat().st_mode
                place.chmod(0)
                wait_until(lambda: "cannot be opened: Permission denied" in told[-1], SOON)
                place.chmod(mode)
                wait_until(lambda: told[-1] == good, SOON)
            assert all(line.startswith("bank 2+1 ") for line in told if "bank" in line[:4])
        finally:
            folder.chmod(0o755)
            follower.kill()
            follower.wait()
            reader.join()
            lines.close()
