"""Text that was typed and not saved is offered at the next start, beside the present entry."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from mbtui.store.alive import is_running, this_process
from mbtui.store.drafts import load_drafts
from mbtui.ui.screens.conflict import Conflict
from mbtui.ui.screens.dialogs import Ask
from mbtui.ui.screens.form import EntryForm
from mbtui.ui.widgets.draft_bar import DraftBar
from tests.ui.conftest import OpenApp
from tests.ui.deciding import words
from tests.ui.drafting import AT_TWO, change_as_other, draft_file, leave_draft, other_writer
from tests.ui.driving import ENDS, MEDIUM, NARROW, SMALL, WIDE, Ui
from tests.ui.forms import NFS, POOL, edit, field, form_message, on_disk, retype

pytestmark = pytest.mark.anyio


def bar(ui: Ui) -> str:
    """What the bar says, or nothing."""
    widget = ui.main.query_one(DraftBar)
    if not widget.display:
        return ""
    region = widget.region
    return " ".join(" ".join(ui.rows[region.y : region.bottom]).split())


# The bar


async def test_without_drafts_there_is_no_bar(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        assert bar(ui) == ""
        for key in ("p", "P", "equals_sign", "X", "L"):
            await ui.press(key)
            assert "There is no unsaved text" in ui.message
            assert ui.app.screen is ui.main


@pytest.mark.parametrize("size", ENDS)
async def test_a_draft_is_offered_and_blocks_nothing(
    open_app: OpenApp, demo: Path, size: tuple[int, int]
) -> None:
    leave_draft(demo, POOL, {"issue": "typed"})
    async with open_app(size, demo) as ui:
        text = bar(ui)
        assert "Unsaved text" in text
        assert "“Pool exhausted" in text
        assert "14:02" in text or size == SMALL
        for key in ("p go on", "= compare", "X discard", "L later"):
            assert key in text or (size, key) == (SMALL, "X discard")
        assert ui.main.sections.has_focus
        await ui.press("j", "2", "a")
        assert ui.main.quick_add.is_open
        await ui.press("escape", "slash")
        assert ui.main.search.is_open
        assert bar(ui) == text


async def test_going_on_opens_the_form_with_the_text(open_app: OpenApp, demo: Path) -> None:
    leave_draft(demo, POOL, {"ticket": "ACME-7"})
    async with open_app(MEDIUM, demo) as ui:
        await ui.press("p")
        assert ui.on(EntryForm).changed() == {"ticket": "ACME-7"}
        assert "unsaved text is back" in ui.rows[0]
        assert form_message(ui) == ""
        await ui.press("f2")
        assert on_disk(ui, POOL)["ticket"] == "ACME-7"
        assert bar(ui) == ""
        assert load_drafts(demo) == []


async def test_later_takes_the_bar_away_until_it_is_asked_for(
    open_app: OpenApp, demo: Path
) -> None:
    leave_draft(demo, POOL, {"ticket": "ACME-7"})
    async with open_app(MEDIUM, demo) as ui:
        await ui.press("L")
        assert bar(ui) == ""
        assert "p offers it again" in ui.message
        await ui.press("p")
        assert ui.app.screen is ui.main
        assert "Unsaved text" in bar(ui)
        await ui.press("L")
    async with open_app(MEDIUM, demo) as ui:
        assert "Unsaved text" in bar(ui)


async def test_discarding_asks_first(open_app: OpenApp, demo: Path) -> None:
    leave_draft(demo, POOL, {"issue": "the only copy"})
    async with open_app(NARROW, demo) as ui:
        await ui.press("X")
        ui.on(Ask)
        assert "the only copy" in ui.text
        await ui.press("enter")
        assert "Unsaved text" in bar(ui)
        await ui.press("X", "right", "enter")
        assert bar(ui) == ""
        assert load_drafts(demo) == []
        assert "discarded" in ui.message


async def test_several_are_offered_one_after_the_other(open_app: OpenApp, demo: Path) -> None:
    for minute, (identity, texts) in enumerate(
        [(POOL, {"ticket": "ACME-7"}), ("", {"title": "Beat runs twice"}), (NFS, {"ticket": "A-8"})]
    ):
        leave_draft(demo, identity, texts, when=AT_TWO + timedelta(minutes=minute))
    async with open_app(WIDE, demo) as ui:
        assert "1 of 3 · Unsaved text from 14:02: “Pool" in bar(ui)
        await ui.press("P")
        assert "2 of 3 · Unsaved new entry from 14:03: “Beat runs twice”" in bar(ui)
        await ui.press("p")
        assert ui.on(EntryForm).changed()["title"] == "Beat runs twice"
        await ui.press("escape", "escape")
        assert "2 of 2 · Unsaved text from 14:04: “SQLite" in bar(ui)
        await ui.press("P")
        assert "1 of 2 · Unsaved text from 14:02: “Pool" in bar(ui)
        await ui.press("X", "right", "enter")
        assert bar(ui).startswith("Unsaved text from 14:04: “SQLite")
        await ui.press("P")
        assert "no other unsaved text" in ui.message


async def test_a_new_entry_has_nothing_to_compare_it_with(open_app: OpenApp, demo: Path) -> None:
    leave_draft(demo, "", {"title": "Beat runs twice", "issue": "After a drain."})
    async with open_app(MEDIUM, demo) as ui:
        assert "Unsaved new entry from 14:02: “Beat runs twice”" in bar(ui)
        assert "compare" not in bar(ui)
        await ui.press("equals_sign")
        assert ui.app.screen is ui.main
        assert "nothing to compare it with" in ui.message
        await ui.press("p", "f2")
        assert "Beat runs twice" in [entry.title for entry in ui.app.bank.entries]
        assert load_drafts(demo) == []


async def test_the_bar_is_not_in_the_first_frame_s_way(open_app: OpenApp, demo: Path) -> None:
    """Too small a window says so; the bar does not cover that."""
    leave_draft(demo, POOL, {"ticket": "ACME-7"})
    async with open_app((23, 7), demo) as ui:
        assert "needs 24×8" in words(ui)
        assert "Unsaved" not in ui.text


# What became of the entry


async def test_a_change_since_is_said_in_the_bar_and_in_the_form_and_merged(
    open_app: OpenApp, demo: Path
) -> None:
    leave_draft(demo, POOL, {"ticket": "ACME-7"})
    change_as_other(demo, POOL, cause="Their cause")
    async with open_app(MEDIUM, demo) as ui:
        assert "changed since by Jonas Weber" in bar(ui)
        await ui.press("p")
        assert "Jonas Weber changed Cause since you typed" in form_message(ui)
        await ui.press("f2")
        table = on_disk(ui, POOL)
        assert table["ticket"] == "ACME-7"
        assert table["cause"] == "Their cause"


async def test_a_change_while_it_is_offered_is_said_too(open_app: OpenApp, demo: Path) -> None:
    leave_draft(demo, POOL, {"ticket": "ACME-7"})
    async with open_app(WIDE, demo) as ui:
        assert "since" not in bar(ui)
        change_as_other(demo, POOL, cause="Their cause")
        await ui.reload()
        assert "changed since by Jonas Weber" in bar(ui)


@pytest.mark.parametrize("size", ENDS)
async def test_an_entry_that_is_gone_is_written_again(
    open_app: OpenApp, demo: Path, size: tuple[int, int]
) -> None:
    leave_draft(demo, POOL, {"ticket": "ACME-7"})
    store = other_writer(demo)
    store.delete(store.bank.find(POOL)[0])
    async with open_app(size, demo) as ui:
        assert "deleted since" in bar(ui)
        assert "compare" not in bar(ui)
        await ui.press("p")
        assert "Saving writes it again" in " ".join(form_message(ui).split())
        await ui.press("f2")
        table = on_disk(ui, POOL)
        assert table["ticket"] == "ACME-7"
        assert table["title"] == "Pool exhausted after fork"
        assert load_drafts(demo) == []


async def test_left_again_the_text_of_a_gone_entry_stays_in_reach(
    open_app: OpenApp, demo: Path
) -> None:
    leave_draft(demo, POOL, {"ticket": "ACME-7"})
    store = other_writer(demo)
    store.delete(store.bank.find(POOL)[0])
    async with open_app(MEDIUM, demo) as ui:
        await ui.press("p", "escape", "escape")
        assert "p goes on with it" in ui.message
        await ui.press("p")
        assert ui.on(EntryForm).changed() == {"ticket": "ACME-7"}


async def test_an_archived_entry_is_said_to_be_so(open_app: OpenApp, demo: Path) -> None:
    leave_draft(demo, POOL, {"ticket": "ACME-7"})
    store = other_writer(demo)
    store.archive(store.bank.find(POOL)[0], "fixed long ago")
    async with open_app(WIDE, demo) as ui:
        assert "archived since by Jonas Weber" in bar(ui)
        await ui.press("p", "f2")
        assert "ACME-7" in ui.on_disk("archive/known-issues.toml") + ui.on_disk()
        assert load_drafts(demo) == []


# Beside the present entry


async def test_compared_with_the_entry_on_disk(open_app: OpenApp, demo: Path) -> None:
    leave_draft(demo, POOL, {"ticket": "ACME-7", "cause": "Typed cause"})
    change_as_other(demo, POOL, ticket="ACME-9", owner="Jonas Weber")
    async with open_app(WIDE, demo) as ui:
        await ui.press("equals_sign")
        ui.on(Conflict)
        text = words(ui)
        assert "My unsaved text · 3 h ago, 14:02" in text
        assert "On disk · Jonas Weber · 12 min ago" in text
        for value in ("ACME-7", "ACME-9", "Typed cause"):
            assert value in text
        assert "Owner" not in [line.strip() for line in ui.rows]
        await ui.press("right", "f2")
        table = on_disk(ui, POOL)
        assert table["ticket"] in ("ACME-9", "ACME-7")
        assert table["owner"] == "Jonas Weber"
        assert {table["ticket"] == "ACME-7", table["cause"].strip() == "Typed cause"} == {
            True,
            False,
        }
        assert load_drafts(demo) == []
        assert bar(ui) == ""


async def test_lines_changed_in_different_places_are_joined_unless_told_otherwise(
    open_app: OpenApp, demo: Path
) -> None:
    lines = ["first", "second", "third", "fourth"]
    change_as_other(demo, POOL, cause="\n".join(lines) + "\n")
    leave_draft(demo, POOL, {"cause": "\n".join(["FIRST", *lines[1:]])})
    change_as_other(demo, POOL, cause="\n".join([*lines[:3], "FOURTH"]) + "\n")
    async with open_app(MEDIUM, demo) as ui:
        await ui.press("equals_sign", "f2")
        assert on_disk(ui, POOL)["cause"] == "FIRST\nsecond\nthird\nFOURTH\n"


async def test_from_the_comparison_into_the_form_with_what_was_typed_there(
    open_app: OpenApp, demo: Path
) -> None:
    leave_draft(demo, POOL, {"ticket": "ACME-7"})
    async with open_app(MEDIUM, demo) as ui:
        await ui.press("equals_sign", "e", "tab", "end", *"-b", "escape")
        ui.app.screen.query_one("#conflict-other-0").focus()
        await ui.press("enter")
        assert ui.on(EntryForm).changed() == {"ticket": "ACME-7-b"}


async def test_later_in_the_comparison_changes_nothing(open_app: OpenApp, demo: Path) -> None:
    leave_draft(demo, POOL, {"ticket": "ACME-7"})
    async with open_app(MEDIUM, demo) as ui:
        before = ui.on_disk()
        await ui.press("equals_sign", "escape")
        assert ui.app.screen is ui.main
        assert ui.on_disk() == before
        assert "Unsaved text" in bar(ui)


async def test_discarded_in_the_comparison(open_app: OpenApp, demo: Path) -> None:
    leave_draft(demo, POOL, {"ticket": "ACME-7"})
    async with open_app(MEDIUM, demo) as ui:
        await ui.press("equals_sign")
        ui.app.screen.query_one("#conflict-other-1").focus()
        await ui.press("enter")
        ui.on(Ask)
        await ui.press("right", "enter")
        assert load_drafts(demo) == []


async def test_a_text_that_stands_on_disk_already_is_said_to(open_app: OpenApp, demo: Path) -> None:
    leave_draft(demo, POOL, {"ticket": "ACME-7"})
    change_as_other(demo, POOL, ticket="ACME-7")
    async with open_app(MEDIUM, demo) as ui:
        await ui.press("equals_sign")
        assert ui.app.screen is ui.main
        assert "holds this text already" in ui.message


# Whose drafts


async def test_a_draft_of_an_mbtui_that_still_runs_is_left_to_it(
    open_app: OpenApp, demo: Path
) -> None:
    name = leave_draft(demo, POOL, {"ticket": "ACME-7"})
    sleeper = subprocess.Popen(
        [sys.executable, "-c", "from mbtui.store.alive import this_process as t; "
         "print(t(), flush=True); input()"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert sleeper.stdout is not None
    try:
        mark = sleeper.stdout.readline().strip()
        path = draft_file(demo, name)
        path.write_text(json.dumps({**json.loads(path.read_text()), "writer": mark}))
        async with open_app(MEDIUM, demo) as ui:
            assert bar(ui) == ""
            await edit(ui, POOL)
            assert "unsaved text is back" not in ui.text
            await ui.press("escape", "escape")
            assert path.exists()
            sleeper.kill()
            os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)
            assert is_running(mark) is False, "ended, though nobody waited for it yet"
            sleeper.wait()
            await ui.press("p")
            assert "Pool exhausted" in bar(ui)
    finally:
        sleeper.kill()
        sleeper.communicate()


def test_marks_of_other_processes() -> None:
    mine = this_process()
    assert is_running(mine)
    number, began, machine = mine.split(" ", 2)
    assert not is_running(f"{number} {began}1 {machine}"), "another process got its number"
    assert not is_running(f"{number} {began} elsewhere"), "another machine"
    assert not is_running("")
    assert not is_running(f"{2**70} 0 {machine}")


async def test_a_draft_left_since_the_start_is_found_by_reading_again(
    open_app: OpenApp, demo: Path
) -> None:
    async with open_app(MEDIUM, demo) as ui:
        assert bar(ui) == ""
        leave_draft(demo, POOL, {"ticket": "ACME-7"})
        await ui.press("r")
        assert "Pool exhausted" in bar(ui)


async def test_a_form_left_with_esc_is_offered_on_request(open_app: OpenApp, demo: Path) -> None:
    async with open_app(MEDIUM, demo) as ui:
        await edit(ui, POOL)
        await retype(ui, "ticket", "ACME-7")
        await ui.press("escape", "escape")
        assert bar(ui) == ""
        await ui.press("p")
        assert "Unsaved text, 18:00: “Pool exhausted" in bar(ui)
        await ui.press("p")
        assert field(ui, "ticket").value == "ACME-7"  # type: ignore[union-attr]
