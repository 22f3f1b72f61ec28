"""Git's conflicts on the screen: told, decided entry by entry, written, added on request."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from mbtui.ui.screens.conflict import Conflict
from mbtui.ui.screens.dialogs import Ask
from tests.faults.repository import Repository
from tests.ui.conftest import NOW, OpenApp
from tests.ui.driving import MEDIUM, NARROW, SIZES, WIDE, Ui
from tests.ui.snapshot import assert_svg_snapshot, assert_text_snapshot

pytestmark = pytest.mark.anyio
NFS, UVLOOP = "7k2m9q4t", "b18cmdvn"
ISSUES = "known-issues.toml"


@pytest.fixture
def repository(tmp_path: Path, own_state: Path) -> Repository:
    """A merge that stopped: one text changed twice, one entry archived here and changed there."""
    made = Repository(tmp_path / "acme-api", driver=False, home=own_state)
    made.environment["XDG_STATE_HOME"] = str(own_state)
    made.now = NOW - timedelta(days=2)
    store = made.store("Ana Lima")
    text = "The first write hangs for 60 s.\n"
    store.add(
        "current-issues",
        {"id": NFS, "title": "SQLite WAL hangs on NFS homes", "issue": text, "tags": ["nfs"]},
    )
    store.add("current-issues", {"id": UVLOOP, "title": "uvloop breaks asyncio.run debug"})
    made.commit("start")
    made.branch("topic")
    made.now = NOW - timedelta(hours=3)
    store = made.store("Bo Lind")
    issue = "The first write hangs for 90 s: the lock is never given.\n"
    store.update(store.bank.find(NFS)[0], {"issue": issue, "status": "worked-around"})
    store.update(store.bank.find(UVLOOP)[0], {"issue": "Only with Python 3.12.\n"})
    made.commit("topic")
    made.switch("main")
    made.now = NOW - timedelta(minutes=12)
    store = made.store("Ana Lima")
    issue = "The first write hangs for a minute: NFS has no shared memory.\n"
    store.update(store.bank.find(NFS)[0], {"issue": issue, "tags": ["nfs", "sqlite"]})
    store.archive(store.bank.find(UVLOOP)[0], "fixed upstream")
    made.commit("main")
    made.git("merge", "-q", "--no-edit", "topic", fails=True)
    return made


async def begin(ui: Ui) -> None:
    await ui.until(lambda: ui.app.git_conflicts)
    await ui.settle()


async def test_a_conflict_is_told_and_the_entries_of_both_sides_are_there(
    open_app: OpenApp, repository: Repository
) -> None:
    async with open_app(WIDE, repository.folder) as ui:
        await begin(ui)
        assert "git could not merge known-issues.toml: 2 entries to decide · M" in ui.text
        assert "SQLite WAL hangs on NFS homes" in ui.text
        assert "uvloop breaks asyncio.run debug" in ui.text


async def test_entry_by_entry_then_written_and_added(
    open_app: OpenApp, repository: Repository
) -> None:
    async with open_app(MEDIUM, repository.folder) as ui:
        await begin(ui)
        before = ui.on_disk()
        await ui.press("M")
        screen = ui.on(Conflict)
        assert "1 of 2" in ui.text
        assert "Ours (main) · Ana Lima" in ui.text
        assert "Theirs (topic) · Bo Lind" in ui.text
        await ui.press("b")
        assert "The first write hangs for 60 s." in ui.text
        await ui.press("right", "f2")
        assert ui.on(Conflict) is not screen
        assert "Ana Lima archived this entry on main (fixed upstream)" in ui.text
        assert ui.on_disk() == before
        await ui.press("f2")
        ui.on(Conflict)
        await ui.press("enter")
        assert "Tell git?" in ui.text
        ui.on(Ask)
        assert repository.git("status", "--porcelain").startswith("UU")
        await ui.press("enter")
        assert repository.git("diff", "--name-only", "--diff-filter=U") == ""
        assert "Added. In the archive too: 1 entry; M settles that" in ui.message
        assert ui.app.git_conflicts == ()
        assert "<<<<<<<" not in ui.on_disk()
        await ui.reload()
        entry = ui.entry(NFS)
        assert entry.data["issue"].startswith("The first write hangs for 90 s")
        assert (entry.status, entry.tags) == ("worked-around", ["nfs", "sqlite"])
        assert ui.app.bank.find(UVLOOP)[0].data["issue"] == "Only with Python 3.12.\n"


async def test_what_was_decided_is_not_asked_again_before_git_is_told(
    open_app: OpenApp, repository: Repository
) -> None:
    async with open_app(MEDIUM, repository.folder) as ui:
        await begin(ui)
        await ui.press("M", "f2", "enter", "escape")
        await ui.reload()
        await ui.settle()
        assert "merged: known-issues.toml; git has not been told · M" in ui.text
        done = repository.mbtui("resolve")
        assert (done.returncode, done.stderr) == (0, "")
    async with open_app(MEDIUM, repository.folder) as ui:
        await begin(ui)
        await ui.press("M")
        assert "Tell git?" in ui.text
        await ui.press("enter")
        assert repository.git("diff", "--name-only", "--diff-filter=U") == ""


async def test_esc_leaves_the_disk_alone(open_app: OpenApp, repository: Repository) -> None:
    async with open_app(MEDIUM, repository.folder) as ui:
        await begin(ui)
        before = ui.on_disk()
        await ui.press("M", "f2", "escape")
        assert "Nothing was written" in ui.message
        assert ui.on_disk() == before
        assert repository.git("status", "--porcelain").startswith("UU")


async def test_an_entry_may_stay_out(open_app: OpenApp, repository: Repository) -> None:
    async with open_app(MEDIUM, repository.folder) as ui:
        await begin(ui)
        await ui.press("M", "f2", "tab")
        assert "Leave it archived" in ui.text
        await ui.press("enter")
        await ui.press("tab", "enter")
        assert "uvloop" not in ui.on_disk()
        assert "uvloop" in ui.on_disk(f"archive/{ISSUES}")
        assert "UU" in repository.git("status", "--porcelain")


async def test_what_is_settled_elsewhere_goes_from_the_screen(
    open_app: OpenApp, repository: Repository
) -> None:
    async with open_app(MEDIUM, repository.folder) as ui:
        await begin(ui)
        repository.git("checkout", "-q", "--theirs", "memory-bank/known-issues.toml")
        repository.git("add", "-A")
        repository.git("commit", "-q", "--no-edit")
        await ui.until(lambda: not ui.app.git_conflicts)
        await ui.reload()
        assert "git could not merge" not in ui.text


@pytest.mark.parametrize("choice", ["archive", "live"])
async def test_an_entry_live_and_in_the_archive_is_settled_with_one_key(
    open_app: OpenApp, repository: Repository, choice: str
) -> None:
    repository.mbtui("resolve")
    text = repository.text()
    start, end = text.index("<<<<<<<"), text.index("\n", text.index(">>>>>>>")) + 1
    (repository.folder / ISSUES).write_text(text[:start] + text[end:])
    repository.commit("merged by hand")
    async with open_app(MEDIUM, repository.folder) as ui:
        await ui.show(UVLOOP)
        await ui.press("M")
        assert "Ana Lima archived this entry (fixed upstream)" in ui.text
        await ui.press("enter") if choice == "archive" else await ui.press("right", "enter")
        await ui.reload()
        (entry,) = ui.app.bank.find(UVLOOP)
        assert entry.archived is (choice == "archive")
        assert entry.data["issue"] == "Only with Python 3.12.\n"
        assert entry.archived_twin is None
        await ui.press("u")
        await ui.reload()
        assert ui.app.bank.find(UVLOOP)[0].archived_twin is not None


async def test_an_interrupted_move_is_offered_for_finishing(open_app: OpenApp, demo: Path) -> None:
    text = '[[technical-debt]]\nid = "zzzz0000"\ntitle = "moved"\ndebt = "text"\n'
    with open(demo / ISSUES, "a") as file:
        file.write("\n" + text)
    with open(demo / "code-patterns.toml", "a") as file:
        moved = text.replace("technical-debt", "common-patterns-used").replace(
            "debt =", "pattern ="
        )
        file.write("\n" + moved)
    async with open_app(MEDIUM, demo) as ui:
        await ui.show("zzzz0000")
        await ui.press("M")
        assert "A move was interrupted" in ui.text
        await ui.press("enter")
        await ui.reload()
        assert not any("unfinished move" in str(problem) for problem in ui.app.bank.problems)
        assert len(ui.app.bank.find("zzzz0000")) == 1


@pytest.mark.parametrize("size", SIZES)
async def test_the_look_of_a_conflict(
    open_app: OpenApp, repository: Repository, size: tuple[int, int]
) -> None:
    async with open_app(size, repository.folder) as ui:
        await begin(ui)
        await ui.show(NFS)
        await ui.rest()
        assert_text_snapshot(ui.app, f"git-conflict-{size[0]}x{size[1]}")
        if size == MEDIUM:
            assert_svg_snapshot(ui.app, "git-conflict")
        await ui.press("M")
        assert_text_snapshot(ui.app, f"git-conflict-entry-{size[0]}x{size[1]}")
        if size == NARROW:
            assert_svg_snapshot(ui.app, "git-conflict-entry")
        await ui.press("f2")
        assert_text_snapshot(ui.app, f"git-conflict-taken-out-{size[0]}x{size[1]}")
