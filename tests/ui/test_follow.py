"""Follow mode: the view goes to what others just changed, and leaves alone who types."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from mbtui.store.create import create_bank
from mbtui.store.store import Store
from mbtui.ui.screens import follow
from mbtui.ui.screens.form import EntryForm
from tests.ui.changing import looked_for
from tests.ui.conftest import NOW, OpenApp
from tests.ui.driving import NARROW, WIDE, Ui

pytestmark = pytest.mark.anyio

TITLES = ("Clock skew", "Deadlock", "Pool exhausted")


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    folder = create_bank(tmp_path / "acme").folder
    store = Store(folder, author="Ana Lima", now=lambda: NOW - timedelta(days=1))
    for title in TITLES:
        store.add("current-issues", {"title": title, "issue": "Nothing yet."})
    store.add("technical-debt", {"title": "Old parser"})
    return folder


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys keep the view where it is for no time at all, unless a test says so."""
    monkeypatch.setattr(follow, "QUIET_SECONDS", 0.0)
    monkeypatch.setattr(follow, "AGAIN_SECONDS", 0.01)
    monkeypatch.setattr(follow, "FRESH_SECONDS", 1000.0)


def write(ui: Ui, title: str, text: str) -> None:
    """As an agent does with the shell command."""
    agent = Store(ui.app.store.folder, author="agent:claude", now=ui.app.now)
    entry = next(entry for entry in agent.load().entries if entry.title == title)
    agent.update(entry, {agent.bank.schema.kinds[entry.kind.slug].main_field: text})


def shown(ui: Ui) -> str:
    entry = ui.main.entry.entry
    return entry.title if entry is not None else ""


async def test_the_view_goes_to_what_changes(open_app: OpenApp, bank: Path) -> None:
    async with open_app(WIDE, bank) as ui:
        await ui.press("2", "f")
        assert "following" in ui.rows[0]
        place = ui.main.focused
        for title in ("Deadlock", "Old parser", "Clock skew", "Clock skew"):
            write(ui, title, f"{title} it is.")
            await ui.reload()
            assert shown(ui) == title
            assert f"{title} it is." in ui.text
            assert ui.main.selected is ui.main.entry.entry
            assert ui.main.focused is place
        assert "3 changed" in ui.rows[0], "following marks nothing as seen"
        await ui.press("f")
        assert "following" not in ui.rows[0]
        write(ui, "Deadlock", "Again.")
        await ui.reload()
        assert shown(ui) == "Clock skew"


async def test_in_a_narrow_split_the_entry_is_on_the_screen(open_app: OpenApp, bank: Path) -> None:
    async with open_app(NARROW, bank) as ui:
        await ui.press("f")
        write(ui, "Deadlock", "Locks are taken in two orders.")
        await ui.reload()
        assert "Locks are taken in two orders." in ui.text
        assert "following" in ui.rows[0]
        assert "● changed by agent:claude" in ui.text


async def test_following_sees_nothing_for_anybody(
    open_app: OpenApp, bank: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_for(monkeypatch)
    async with open_app(NARROW, bank) as ui:
        await ui.press("f")
        write(ui, "Deadlock", "Locks.")
        await ui.reload()
        await ui.press("j", "k", "pagedown")
        await ui.pilot.pause(0.1)
        assert ui.app.news
        await ui.press("f")
        await ui.press("j")
        await ui.until(lambda: not ui.app.news)


async def test_the_mark_goes_away_once(
    open_app: OpenApp, bank: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app(WIDE, bank) as ui:
        await ui.press("f")
        write(ui, "Deadlock", "Locks.")
        monkeypatch.setattr(follow, "FRESH_SECONDS", 0.01)
        await ui.reload()
        await ui.until(lambda: not ui.main.follow.fresh)
        await ui.settle()
        assert ui.main.entry._notes.just_now is False
        assert ui.main.follow._again is None


async def test_of_several_changes_the_newest_is_shown(open_app: OpenApp, bank: Path) -> None:
    async with open_app(WIDE, bank) as ui:
        await ui.press("f")
        path = ui.file()
        text = path.read_text().replace("Nothing yet.", "Changed by hand.")
        path.write_text(text)
        write(ui, "Deadlock", "Newest.")
        await ui.reload()
        assert shown(ui) == "Deadlock"


async def test_own_changes_move_nothing(open_app: OpenApp, bank: Path) -> None:
    async with open_app(WIDE, bank) as ui:
        await ui.press("f")
        write(ui, "Deadlock", "Locks.")
        await ui.reload()
        mine = Store(bank, author="Ana Lima", now=ui.app.now)
        mine.update(ui.entry(mine.load().by_kind["technical-debt"][0].id), {"title": "Parser"})
        await ui.reload()
        assert shown(ui) == "Deadlock"


async def test_a_key_keeps_the_view_for_a_while(
    open_app: OpenApp, bank: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "QUIET_SECONDS", 0.3)
    async with open_app(WIDE, bank) as ui:
        await ui.press("f")
        await ui.show_kind("technical-debt")
        await ui.rest()
        await ui.press("g")
        write(ui, "Deadlock", "Locks.")
        await ui.reload()
        assert shown(ui) == "Old parser"
        await ui.until(lambda: shown(ui) == "Deadlock")


@pytest.mark.parametrize("keys", [["e"], ["a"], ["slash"], ["colon"], ["question_mark"]])
async def test_who_types_is_left_alone(open_app: OpenApp, bank: Path, keys: list[str]) -> None:
    async with open_app(WIDE, bank) as ui:
        await ui.show_kind("technical-debt")
        await ui.rest()
        await ui.press("f", *keys)
        screen, focused = ui.app.screen, ui.app.focused
        write(ui, "Deadlock", "Locks.")
        await ui.reload()
        await ui.pilot.pause(0.1)
        assert (ui.app.screen, ui.app.focused) == (screen, focused)
        assert keys == ["slash"] or shown(ui) != "Deadlock"  # It is the first that is found.
        await ui.press("escape", "escape")
        await ui.until(lambda: shown(ui) == "Deadlock")


async def test_nothing_is_missed_and_nothing_is_lost_of_a_form(
    open_app: OpenApp, bank: Path
) -> None:
    async with open_app(NARROW, bank) as ui:
        await ui.press("f", "A")
        form = ui.on(EntryForm)
        typed = "Sockets are shared between workers, "
        written = []
        agent = Store(bank, author="agent:claude", now=ui.app.now)
        for number in range(20):
            await ui.type(typed[number : number + 1] if number < len(typed) else "")
            written.append(agent.add("current-issues", {"title": f"Found {number}"}).id)
            await ui.reload()
            assert ui.app.screen is form
        await ui.type(typed[20:] + "each with its own copy")
        await ui.press("f2")
        assert ui.app.screen is ui.main
        assert {*ui.app.news} == set(written), "each of them is news, and nothing else is"
        await ui.until(lambda: shown(ui) == "Found 19")
        titles = [entry.title for entry in ui.app.bank.entries]
        assert f"{typed}each with its own copy" in titles
        for number in range(20, 24):
            agent.add("current-issues", {"title": f"Found {number}"})
            await ui.reload()
            assert shown(ui) == f"Found {number}"


async def test_what_is_taken_out_moves_nothing(open_app: OpenApp, bank: Path) -> None:
    async with open_app(WIDE, bank) as ui:
        await ui.press("f")
        write(ui, "Deadlock", "Locks.")
        await ui.reload()
        agent = Store(bank, author="agent:claude")
        agent.delete(next(e for e in agent.load().entries if e.title == "Pool exhausted"))
        await ui.reload()
        assert shown(ui) == "Deadlock"
        assert "2 changed" in ui.rows[0]
