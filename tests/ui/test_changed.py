"""What others changed since one looked: the node, the diff, what is seen, what is reverted."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from textual.worker import WorkerFailed

from mbtui.store.lock import bank_lock
from mbtui.store.store import Store
from mbtui.store.whats_new import Look, WhatsNew
from mbtui.ui.changed import KEEPER
from mbtui.ui.screens.changes import Changes
from tests.ui.changing import (
    ALEMBIC,
    CLOCK,
    ISSUES,
    POOL,
    TEXT,
    by_a_script,
    by_an_editor,
    by_git_pull,
    change,
    git,
    list_changes,
    looked_for,
    made_bank,
    rewrite,
    tree_row,
)
from tests.ui.conftest import OpenApp
from tests.ui.driving import ENDS, MEDIUM, NARROW, WIDE

pytestmark = pytest.mark.anyio


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    return made_bank(tmp_path / "acme")


async def test_a_change_is_in_the_tree_the_list_the_entry_and_the_header(
    open_app: OpenApp, bank: Path
) -> None:
    async with open_app(WIDE, bank) as ui:
        assert "changed" not in ui.rows[0]
        assert tree_row(ui, "changed") == ""
        await change(ui, "Tokens are", "Tokens of dev2 are")
        assert "1 changed" in ui.rows[0]
        assert tree_row(ui, "changed") == "1"
        assert ui.main.sections.row_key(0) == "changed"
        assert any("● Clock skew" in row for row in ui.rows)
        await list_changes(ui)
        await ui.rest()
        assert [entry.id for entry in ui.main.list.entries] == [CLOCK]
        assert "changed outside; c shows what" in ui.text
        assert "c what changed  i seen  I all seen" in ui.rows[-1]
        await change(ui, "Tokens of dev2 are", "Tokens are")
        assert "1 changed" not in ui.text, "it is as it was seen"


async def test_while_the_program_was_closed(open_app: OpenApp, bank: Path) -> None:
    async with open_app(WIDE, bank):
        pass
    rewrite(bank, "Clock skew", "Clocks run apart")
    Store(bank, author="agent:claude").add("current-issues", {"title": "Deadlock"})
    async with open_app(WIDE, bank) as ui:
        assert "2 changed" in ui.rows[0]
        await list_changes(ui)
        assert [e.title for e in ui.main.list.entries] == ["Deadlock", "Clocks run apart"]
        assert "added" in ui.rows[2]
        await ui.rest()
        assert "added by agent:claude" in ui.text
    async with open_app(NARROW, bank) as ui:
        assert tree_row(ui, "changed") == "2", "nothing is seen by being listed"


# Three outside changes while the program was closed


async def test_three_outside_changes_are_shown_and_each_is_reverted_alone(
    open_app: OpenApp, bank: Path
) -> None:
    decisions = bank / "project-context.toml"
    decisions.write_text('[[architecture-decisions]]\nid = "aaaa3333"\ntitle = "Use SQLite"\n')
    git(bank.parent, "init", "-q", "-b", "main")
    git(bank.parent, "add", ".")
    git(bank.parent, "commit", "-q", "-m", "first")
    async with open_app(WIDE, bank):
        pass
    before = (bank / ISSUES).read_bytes(), decisions.read_bytes()
    by_git_pull(bank, decisions.name)
    by_an_editor(bank)
    by_a_script(bank)
    after = (bank / ISSUES).read_bytes(), decisions.read_bytes()
    async with open_app(WIDE, bank) as ui:
        assert "3 changed" in ui.rows[0]
        words = {key: item.what for key, item in ui.app.news.items()}
        assert words == {POOL: "changed", CLOCK: "removed", "dddd2222": "added"}
        await list_changes(ui)
        ui.main.list.go_to(POOL)
        await ui.press("2", "c")
        assert "fork() → fork() without dispose()" in ui.text
        assert "changed outside" in ui.text
        await ui.press("x")
        assert (bank / ISSUES).read_bytes() == after[0].replace(b" without dispose()", b"")
        assert "- Tokens are not valid yet." in ui.text
        assert "It is gone from known-issues.toml." in ui.text
        await ui.press("x")
        assert (bank / ISSUES).read_bytes() == before[0]
        assert "+ Use UUIDv7" in ui.text
        assert decisions.read_bytes() == after[1]
        await ui.press("x")
        assert ui.app.screen is ui.main
        assert decisions.read_bytes() == before[1]
        assert "changed" not in ui.rows[0]
        await ui.press("u", "u", "u")
        assert ((bank / ISSUES).read_bytes(), decisions.read_bytes()) == after


async def test_what_changed_again_is_not_reverted(open_app: OpenApp, bank: Path) -> None:
    async with open_app(WIDE, bank) as ui:
        await change(ui, "Tokens are", "Tokens of dev2 are")
        await ui.show(CLOCK)
        await ui.press("c")
        rewrite(bank, "Tokens of dev2 are", "No tokens are")
        text = ui.on_disk()
        await ui.press("x")
        assert "changed again meanwhile; nothing was written" in ui.text
        assert ui.on_disk() == text
        await ui.reload()
        assert "→ No tokens are not valid yet." in ui.text
        await ui.press("x")
        assert "It changed a moment ago; look at it first" in ui.text
        assert ui.on_disk() == text


async def test_without_a_change_there_is_nothing_to_show(open_app: OpenApp, bank: Path) -> None:
    async with open_app(WIDE, bank) as ui:
        await ui.show(CLOCK)
        await ui.press("c")
        assert ui.message == "Nothing changed that you have not seen"
        await ui.press("i")
        assert ui.message == "Nothing changed that you have not seen"
        await change(ui, "fork()", "exec()")
        await ui.press("c")
        assert ui.message == "Nothing changed in it since you looked, but in another entry"
        await ui.press("1", "c")
        ui.on(Changes)
        await ui.press("p")
        assert "This is the first one" in ui.text
        await ui.press("c")
        assert ui.app.screen is ui.main


async def test_a_bank_that_cannot_be_written_reverts_nothing(open_app: OpenApp, bank: Path) -> None:
    async with open_app(WIDE, bank) as ui:
        await change(ui, "Tokens are", "Tokens of dev2 are")
        text = (bank / "bank.toml").read_text()
        (bank / "bank.toml").write_text(text.replace("format = 1", "format = 99"))
        await ui.reload()
        await ui.show(CLOCK)
        await ui.press("c", "x")
        assert "Read-only" in ui.text
        assert "dev2" in ui.on_disk()


# Seen


async def test_what_is_shown_for_a_second_after_a_key_is_seen(
    open_app: OpenApp, bank: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_for(monkeypatch)
    async with open_app(WIDE, bank) as ui:
        await ui.show(CLOCK)
        await ui.rest()
        await change(ui, "Tokens are", "Tokens of dev2 are")
        assert ui.main.entry.entry is ui.entry(CLOCK)
        assert "1 changed" in ui.rows[0], "nobody pressed a key since"
        await ui.press("3")
        await ui.until(lambda: not ui.app.news)
        await ui.settle()
        assert "changed" not in ui.rows[0]
    async with open_app(WIDE, bank) as ui:
        assert "changed" not in ui.rows[0]


async def test_less_than_a_second_is_not_seen(open_app: OpenApp, bank: Path) -> None:
    async with open_app(WIDE, bank) as ui:
        await change(ui, "Tokens are", "Tokens of dev2 are")
        await ui.show(CLOCK)
        await ui.press("enter", "escape")
        assert "1 changed" in ui.rows[0]


async def test_what_no_pane_shows_is_not_seen(
    open_app: OpenApp, bank: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_for(monkeypatch)
    async with open_app(NARROW, bank) as ui:
        await change(ui, "Tokens are", "Tokens of dev2 are")
        await ui.show(CLOCK)
        await ui.rest()
        await ui.press("Y", "question_mark", "escape", "Y")
        await ui.pilot.pause(0.1)
        assert ui.app.news
        await ui.show(CLOCK)
        await ui.press("enter")
        await ui.until(lambda: not ui.app.news)


async def test_the_list_stays_while_it_is_read(open_app: OpenApp, bank: Path) -> None:
    async with open_app(WIDE, bank) as ui:
        rewrite(bank, "fork()", "exec()")
        rewrite(bank, "Clock skew", "Clocks")
        await change(ui, "Write them", "Type them")
        await list_changes(ui)
        assert [e.id for e in ui.main.list.entries] == [POOL, CLOCK, ALEMBIC]
        await ui.press("i")
        assert ui.main.selected is ui.entry(CLOCK)
        assert [e.id for e in ui.main.list.entries] == [POOL, CLOCK, ALEMBIC]
        assert tree_row(ui, "changed") == "2"
        assert "seen" in ui.rows[2]
        await ui.press("I")
        assert ui.message == "Seen: 2 changes"
        assert tree_row(ui, "changed") == "0"
        assert "changed" not in ui.rows[0]
        await ui.press("1", "j")
        assert tree_row(ui, "changed") == "", "who leaves it has done with it"
        assert ui.main.sections.cursor_key == "due"


async def test_seen_goes_on_in_the_diff(open_app: OpenApp, bank: Path) -> None:
    async with open_app(MEDIUM, bank) as ui:
        rewrite(bank, "fork()", "exec()")
        await change(ui, "Write them", "Type them")
        await list_changes(ui)
        await ui.press("c", "i")
        assert "→ Type them by hand." in ui.text
        assert "1 not seen" in ui.rows[0]
        await ui.press("i")
        assert ui.app.screen is ui.main
        assert not ui.app.news


async def test_two_programs_of_one_user_share_what_was_seen(open_app: OpenApp, bank: Path) -> None:
    async with open_app(WIDE, bank) as one, open_app(WIDE, bank) as other:
        rewrite(bank, "Clock skew", "Clocks")
        for ui in (one, other):
            await ui.reload()
            assert "1 changed" in ui.rows[0]
        await one.press("I")
        await one.settle()
        other.app._look_at_others()
        await other.settle()
        assert "changed" not in other.rows[0]


async def test_own_changes_are_no_news(open_app: OpenApp, bank: Path) -> None:
    async with open_app(WIDE, bank) as ui:
        await ui.show(CLOCK)
        await ui.press("s", "down", "enter")
        await ui.press("a")
        await ui.type("Mine @current-issues")
        await ui.press("enter", "v", "u")
        Store(bank, author="Ana Lima").add("current-issues", {"title": "From the shell"})
        await ui.reload()
        assert "From the shell" in ui.text
        assert not ui.app.news


async def test_a_state_that_cannot_be_kept_is_told_once(
    open_app: OpenApp, bank: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("mbtui.store.seen.private_folder", refuse)
    async with open_app(WIDE, bank) as ui:
        assert (
            ui.message == "What you have seen is known only until you quit (Read-only file system)"
        )
        await change(ui, "Clock skew", "Clocks")
        await ui.press("I")
        await ui.settle()
        assert ui.message == "Seen: 1 change"
        assert not ui.app.news


async def test_queries_know_what_changed(open_app: OpenApp, bank: Path) -> None:
    with open(bank / "bank.toml", "a") as file:
        file.write('\n[views]\n"News" = "is:changed"\n')
    async with open_app(WIDE, bank) as ui:
        assert tree_row(ui, "view:News") == "0"
        await change(ui, "Clock skew", "Clocks")
        assert tree_row(ui, "view:News") == "1"
        await ui.press("slash")
        await ui.type("is:changed")
        assert [e.id for e in ui.main.search.results.entries] == [CLOCK]


async def test_a_removed_entry_can_be_read_and_nothing_else(open_app: OpenApp, bank: Path) -> None:
    async with open_app(WIDE, bank) as ui:
        by_a_script(bank)
        await ui.reload()
        await list_changes(ui)
        await ui.rest()
        assert "Tokens are not valid yet." in ui.text
        assert "● removed; c shows what" in ui.text
        text = ui.on_disk()
        for key in ("e", "s", "d", "D", "v", "m", "t", "E", "space"):
            await ui.press(key)
            assert "Others took it out; c shows it, and brings it back" in ui.message
        assert ui.on_disk() == text
        await ui.press("c", "x")
        assert ui.on_disk() == TEXT


@pytest.mark.parametrize("size", ENDS)
async def test_bank_text_in_a_diff_is_text(open_app: OpenApp, bank: Path, size: Any) -> None:
    hostile = r"[/]x[@click=app.leave]y\u001b]52;c;x\u0007\u202e 日本"
    async with open_app(size, bank) as ui:
        await change(ui, 'issue = "Tokens', f'"[b]" = "{hostile}"\nissue = "{hostile}')
        await ui.show(CLOCK)
        await ui.press("c")
        ui.on(Changes)
        assert "[@click=app.leave]" in ui.text.replace("\n", "") or size[0] < 60
        assert "\x1b" not in ui.text
        await ui.press("pagedown", "pageup", "escape")


async def test_git_says_who_changed_an_entry_by_hand(open_app: OpenApp, bank: Path) -> None:
    root = bank.parent
    git(root, "init", "-q", "-b", "main")
    async with open_app(WIDE, bank) as ui:
        rewrite(bank, "Clock skew", "Clocks")
        git(root, "add", ".")
        git(root, "commit", "-q", "-m", "first")
        await ui.reload()
        await ui.show(CLOCK)
        await ui.press("c")
        assert "changed outside; in git by Bo" in ui.text


async def test_a_look_that_failed_is_made_again(
    open_app: OpenApp, bank: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = 0
    look = WhatsNew.look

    def fails_twice(self: WhatsNew, *arguments: Any) -> Look:
        nonlocal calls
        calls += 1
        if calls < 3:
            raise RuntimeError("dictionary changed size during iteration")
        return look(self, *arguments)

    async with open_app(WIDE, bank) as ui:
        monkeypatch.setattr(WhatsNew, "look", fails_twice)
        rewrite(bank, "Clock skew", "Clocks")
        for again in (ui.reload, ui.settle):
            with pytest.raises(WorkerFailed):
                await again()
            await ui.settle()
            assert not ui.app.news
            ui.app._look_at_others()
        await ui.settle()
        assert "1 changed" in ui.rows[0]


async def test_what_a_busy_lock_held_up_is_kept_when_one_quits(
    open_app: OpenApp, bank: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mbtui.store.lock.WAIT_SECONDS", 0.0)
    async with open_app(WIDE, bank) as ui:
        await change(ui, "Clock skew", "Clocks")
        with bank_lock(bank):
            await ui.press("I")
            await ui.settle()
            assert not ui.app.whats_new.memory.is_kept
        await ui.press("q")
        for thread in set(threading.enumerate()) - {threading.current_thread()}:
            if thread.name == KEEPER:
                thread.join()
        assert ui.app.whats_new.memory.is_kept
    async with open_app(WIDE, bank) as ui:
        assert "changed" not in ui.rows[0]
