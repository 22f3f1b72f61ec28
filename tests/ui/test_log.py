"""The change log on the screen: by day, of one entry, live; and the reasons that are asked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.worker import WorkerCancelled, WorkerFailed

from mbtui.store.create import create_bank
from mbtui.ui.screens.conflict import Conflict
from mbtui.ui.screens.dialogs import AskLine
from mbtui.ui.screens.log import ChangeLog
from mbtui.ui.widgets.bars import Footer
from mbtui.ui.widgets.log_pane import LogPane
from tests.ui.conftest import OpenApp
from tests.ui.driving import MEDIUM, NARROW, SMALL, WIDE, Ui
from tests.ui.forms import edit, field, focus, form_message, retype

pytestmark = pytest.mark.anyio

ENTRIES = """\
[[current-issues]]
id = "aaaa1111"
title = "SQLite WAL hangs on NFS homes"
status = "open"
created = 2026-11-02T09:12:44Z
created_by = "Ana Lima"
updated = 2026-11-20T17:03:10Z
updated_by = "agent:claude"

[[current-issues]]
id = "bbbb1111"
title = "請求書PDFの日本語が豆腐になる, in every invoice that is longer than a page"
created = 2026-11-19T08:01:00Z
created_by = "Priya Natarajan"
reviewed = 2026-11-20
reviewed_by = "Ana Lima"
"""
MANY = "\n".join(
    f'[[test-coverage]]\nid = "t{n:07}"\ntitle = "Part {n}"\n'
    f'created = 2026-11-18T14:02:{n:02}Z\ncreated_by = "agent:codex"\n'
    for n in range(9)
)
LINES = """\
[[change-log]]
id = "llll1111"
title = "Deleted: Flaky on Tuesdays"
entry = "zzzz1111"
date = 2026-11-20T16:10:00Z
author = "Jonas Weber"
reason = "the runner was it: a new one has not failed since, and nobody could say what the old one did on Tuesdays"

[[change-log]]
id = "llll2222"
title = "Memory bank moved from docs/MEMORY.md to TOML files"
date = 2025-11-25T09:40:00Z
author = "Ana Lima"
reason = "[/] everybody's merge conflicts were in it"

[[change-log]]
id = "llll3333"
title = "Fixed: SQLite WAL hangs on NFS homes"
entry = "aaaa1111"
date = 2026-11-10T16:10:00Z
author = "Jonas Weber"
reason = "for a week"
"""  # noqa: E501


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    folder = create_bank(tmp_path / "acme").folder
    (folder / "known-issues.toml").write_text(ENTRIES)
    (folder / "testing-notes.toml").write_text(MANY)
    (folder / "updates.toml").write_text(LINES)
    return folder


def many_notes() -> str:
    lines = [
        f'[[change-log]]\nid = "m{n:07}"\ntitle = "note {n}"\nauthor = "Ana"\n'
        f"date = 20{20 - n // 336:02}-{1 + n // 28 % 12:02}-{1 + n % 28:02}T10:00:00Z\n"
        for n in range(700)
    ]
    return "\n".join(lines)


def pane(ui: Ui) -> LogPane:
    return ui.on(ChangeLog).query_one(LogPane)


def here(ui: Ui) -> str:
    """The text of the row under the cursor."""
    line = pane(ui).line
    return line.first.title if line is not None else ""


def said(ui: Ui) -> str:
    return ui.on(ChangeLog).query_one(Footer).message


async def from_the_tree(ui: Ui) -> None:
    await ui.press("1", "H")


async def test_everything_then_one_entry_then_there(open_app: OpenApp, bank: Path) -> None:
    async with open_app(WIDE, bank) as ui:
        await from_the_tree(ui)
        assert "Change log · everything, by day" in ui.rows[0]
        assert re.search(r'17:03 +agent:claude +edited "SQLite WAL hangs', ui.text)
        await ui.press("H")
        assert "Change log · SQLite WAL hangs on NFS homes" in ui.rows[0]
        assert "Flaky" not in ui.text
        assert "marked fixed — for a week" in " ".join(ui.text.split())
        await ui.press("H")
        assert "everything, by day" in ui.rows[0]
        assert here(ui) == "SQLite WAL hangs on NFS homes"
        await ui.press("enter")
        assert ui.app.screen is ui.main
        assert ui.main.selected is ui.entry("aaaa1111")
        await ui.press("H", "escape")
        assert ui.app.screen is ui.main


async def test_what_is_gone_and_notes_and_many(open_app: OpenApp, bank: Path) -> None:
    async with open_app(WIDE, bank) as ui:
        await from_the_tree(ui)
        await ui.press("j")
        assert here(ui) == "Flaky on Tuesdays"
        await ui.press("enter")
        assert said(ui) == "Flaky on Tuesdays was deleted"
        assert 'added 9 entries (test-coverage): "Part 8", "Part 7" and 7 more' in ui.text
        while here(ui) != "Part 8":
            await ui.press("j")
        await ui.press("H")
        assert "about no single entry" in said(ui)
        await ui.press("enter")
        assert "9 entries" not in ui.text
        assert ui.text.count("added") >= 9
        await ui.press("j", "enter")
        assert ui.main.selected is ui.entry("t0000007")
        await from_the_tree(ui)
        await ui.press("G")
        assert here(ui).startswith("Memory bank moved")
        assert "— [/] everybody's merge" in ui.text
        await ui.press("enter")
        assert ui.main.selected is ui.entry("llll2222")


async def test_it_follows_the_files(open_app: OpenApp, bank: Path) -> None:
    async with open_app(WIDE, bank) as ui:
        await from_the_tree(ui)
        await ui.press("j")
        text = ui.on_disk().replace("2026-11-20T17:03:10Z", "2026-11-20T17:30:00Z")
        ui.file().write_text(text.replace("WAL hangs", "WAL stops"))
        await ui.reload()
        assert re.search(r'17:30 +agent:claude +edited "SQLite WAL stops', ui.text)
        assert here(ui) == "Flaky on Tuesdays"


async def test_a_long_log_is_read_further_as_one_goes(open_app: OpenApp, bank: Path) -> None:
    (bank / "updates.toml").write_text(many_notes())
    async with open_app(MEDIUM, bank) as ui:
        await from_the_tree(ui)
        assert "and older" in ui.rows[0]
        known = pane(ui).row_count()
        assert known < 700
        await ui.press("G")
        await ui.press("G")
        assert pane(ui).row_count() > known
        for _ in range(12):
            await ui.press("G")
        assert "older" not in ui.rows[0]
        assert "713 changes" in ui.rows[0]


async def test_reasons_are_asked_where_they_matter(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        count = len(ui.app.bank.by_kind["change-log"])
        await ui.show("c09rr6er")
        assert ui.entry("c09rr6er").kind.slug == "architecture-decisions"
        await ui.press("s", "down", "enter")
        ui.on(AskLine)
        await ui.press("escape")
        assert len(ui.app.bank.by_kind["change-log"]) == count
        before = ui.entry("c09rr6er").status
        await ui.press("s", "down", "enter")
        await ui.type("no longer so")
        await ui.press("enter")
        assert ui.entry("c09rr6er").status != before
        newest = max(ui.app.bank.by_kind["change-log"], key=lambda e: e.data["date"].isoformat())
        assert newest.data["reason"] == "no longer so"
        assert newest.data["entry"] == "c09rr6er"
        await ui.show("7k2m9q4t")
        await ui.press("s", "down", "enter")
        assert ui.app.screen is ui.main
        await ui.press("D", "right", "enter")
        await ui.type("never true")
        await ui.press("enter")
        assert not ui.app.bank.find("7k2m9q4t")
        assert len(ui.app.bank.by_kind["change-log"]) == count + 2
        await ui.press("u")
        assert len(ui.app.bank.by_kind["change-log"]) == count + 1
        assert ui.entry("7k2m9q4t")


async def test_the_form_asks_why_a_decision_gets_another_status(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        count = len(ui.app.bank.by_kind["change-log"])
        form = await edit(ui, "c09rr6er")
        await retype(ui, "title", "Another title")
        await focus(ui, "status")
        await ui.press("right")
        status = field(ui, "status").value
        assert status != ui.entry("c09rr6er").status
        await ui.press("f2")
        ui.on(AskLine)
        await ui.press("escape")
        assert ui.app.screen is form
        assert "Nothing was saved" in form_message(ui)
        assert form.changed() == {"title": "Another title", "status": status}
        assert ui.entry("c09rr6er").title != "Another title"
        await ui.press("f2")
        await ui.type("no longer so")
        await ui.press("enter")
        assert ui.app.screen is ui.main
        saved = ui.entry("c09rr6er")
        assert (saved.title, saved.status) == ("Another title", status)
        newest = max(ui.app.bank.by_kind["change-log"], key=lambda e: e.data["date"].isoformat())
        assert (newest.data["entry"], newest.data["reason"]) == ("c09rr6er", "no longer so")
        assert len(ui.app.bank.by_kind["change-log"]) == count + 1


async def test_the_reason_outlives_a_clash(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        await edit(ui, "c09rr6er")
        await focus(ui, "status")
        await ui.press("right")
        status = field(ui, "status").value
        path = ui.file("project-context.toml")
        before = path.read_text()
        here = before.index('status = "', before.index('id = "c09rr6er"'))
        line = before[here : before.index("\n", here)]
        path.write_text(before[:here] + 'status = "proposed"' + before[here + len(line) :])
        await ui.press("f2")
        await ui.type("for good")
        await ui.press("enter")
        ui.on(Conflict)
        await ui.press("1", "f2")
        assert ui.app.screen is ui.main
        assert ui.entry("c09rr6er").status == status
        newest = max(ui.app.bank.by_kind["change-log"], key=lambda e: e.data["date"].isoformat())
        assert (newest.data["entry"], newest.data["reason"]) == ("c09rr6er", "for good")


async def test_a_bank_without_a_log_asks_nothing(open_app: OpenApp, demo: Path) -> None:
    path = demo / "bank.toml"
    path.write_text(path.read_text().replace('keep = "reasons"', 'keep = "none"'))
    async with open_app(WIDE) as ui:
        await ui.show("7k2m9q4t")
        await ui.press("D", "right", "enter")
        assert ui.app.screen is ui.main
        assert not ui.app.bank.find("7k2m9q4t")


async def test_looks(open_app: OpenApp, bank: Path) -> None:
    async with open_app(WIDE, bank) as ui:
        await from_the_tree(ui)
        await ui.looks_as_approved("log", [WIDE])
        await ui.resize(WIDE)
        await ui.press("H")
        await ui.looks_as_approved("log-entry")
    async with open_app(MEDIUM, bank, theme="mbtui-light") as ui:
        await from_the_tree(ui)
        await ui.looks_as_approved("log-light", [MEDIUM])


async def test_looks_without_anything(open_app: OpenApp, tmp_path: Path) -> None:
    async with open_app(WIDE, create_bank(tmp_path / "new").folder) as ui:
        await from_the_tree(ui)
        assert "Nothing is known yet." in ui.text
        await ui.resize(SMALL)
        assert "Nothing is known yet." in " ".join(ui.text.split())
        await ui.press("enter", "H", "G", "j")
        ui.on(ChangeLog)


async def test_keys_and_ascii(open_app: OpenApp, bank: Path) -> None:
    async with open_app(NARROW, bank, ascii_only=True) as ui:
        await from_the_tree(ui)
        own = ui.text.replace("請求書PDFの日本語が豆腐になる", "")
        assert all(part.isascii() for part in re.findall(r"[^\u3000-\uffff]+", own))
        await ui.press("pagedown", "pageup", "k", "home", "end", "r", "q")
        assert ui.app.screen is ui.main


async def test_lines_stay_out_of_the_list_and_the_count_of_their_section(
    open_app: OpenApp, demo: Path
) -> None:
    async with open_app(WIDE, demo) as ui:
        assert ui.app.bank.by_kind["change-log"]
        ui.main.go.go_to_place("section:updates")
        await ui.settle()
        shown = ui.main.list.entries
        assert [entry.kind.slug for entry in shown] == ["review-schedule"]
        assert "Updates · 1" in ui.text
        ui.main.go.go_to_kind("change-log")
        await ui.settle()
        assert {entry.kind.slug for entry in ui.main.list.entries} == {"change-log"}


async def test_two_changes_while_it_is_read_lose_nothing(open_app: OpenApp, bank: Path) -> None:
    (bank / "updates.toml").write_text(many_notes())
    async with open_app(MEDIUM, bank) as ui:
        await from_the_tree(ui)
        await ui.press("G")
        await ui.press("G")
        known = pane(ui).row_count()
        screen = ui.on(ChangeLog)
        screen.bank_changed(ui.app.bank)
        screen.bank_changed(ui.app.bank)
        with pytest.raises(WorkerCancelled):
            await ui.settle()
        await ui.settle()
        assert pane(ui).row_count() >= known


async def test_a_late_word_of_an_earlier_reading_is_not_heard(
    open_app: OpenApp, bank: Path
) -> None:
    async with open_app(WIDE, bank) as ui:
        await from_the_tree(ui)
        screen, count = ui.on(ChangeLog), pane(ui).row_count()
        reader = screen._reader
        assert reader is not None
        await ui.press("H")
        shown = pane(ui).row_count()
        assert shown < count
        screen.post_message(ChangeLog.Read(screen._number - 1, reader, reader.days(), True))
        screen.post_message(ChangeLog.Failed(screen._number - 1))
        await ui.settle()
        assert pane(ui).row_count() == shown
        assert said(ui) == ""


async def test_a_log_that_cannot_be_read_says_so(
    open_app: OpenApp, bank: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ValueError

    async with open_app(WIDE, bank) as ui:
        with monkeypatch.context() as patch:
            patch.setattr("mbtui.store.log_reader.LogReader.read", fail)
            with pytest.raises(WorkerFailed):
                await from_the_tree(ui)
            await ui.settle()
            assert ui.text.count("The log could not be read; r reads it again") == 2
        await ui.press("r")
        assert "Flaky on Tuesdays" in ui.text
        assert "could not be read" not in ui.text
