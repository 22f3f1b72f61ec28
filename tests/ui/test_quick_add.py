"""Quick add: one line, seen as it is understood, saved with one key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.widgets import TextArea

from mbtui.bank.entry import Entry
from mbtui.store.drafts import load_drafts
from mbtui.store.errors import StoreError
from mbtui.ui import type_ahead
from mbtui.ui.screens.form import EntryForm
from tests.ui.conftest import OpenApp
from tests.ui.driving import MEDIUM, NARROW, WIDE, Ui

pytestmark = pytest.mark.anyio


def preview(ui: Ui) -> str:
    return next(row.strip() for row in ui.rows if row.startswith(" Add to "))


def added(ui: Ui, title: str) -> Entry:
    return next(e for e in ui.app.bank.entries if e.title == title)


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_enter_saves_the_line(open_app: OpenApp, size: tuple[int, int]) -> None:
    async with open_app(size) as ui:
        await ui.press("a")
        await ui.type("NFS eats locks #nfs !high")
        assert preview(ui).startswith("Add to Current Issues · high · #nfs")
        await ui.press("enter")
        entry = added(ui, "NFS eats locks")
        assert (entry.kind.slug, entry.tags, entry.severity) == ("current-issues", ["nfs"], "high")
        assert entry.id in ui.on_disk()
        assert ui.message.startswith(f"Added {entry.id} to Current Issues")
        assert not ui.main.quick_add.is_open
        assert ui.main.list.cursor_key == entry.key
        await ui.press("a")
        assert ui.main.quick_add.line.value == ""


async def test_preview_follows_every_key(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.press("a")
        assert preview(ui) == "Add to Current Issues"
        for text, shown in (
            ("Two pools", "Add to Current Issues"),
            (" @debt", "Add to Technical Debt"),
            (" #db", "Add to Technical Debt · #db"),
            (" !high", "Add to Technical Debt · high · #db"),
            (" -- more", "Add to Technical Debt · high · #db · 1 line of text"),
        ):
            await ui.type(text)
            assert preview(ui) == shown


async def test_what_is_no_mark_is_text(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.press("a")
        await ui.paste("@lru_cache leaks, issue #123 and !important \\#not-a-tag")
        assert preview(ui) == "Add to Current Issues"
        await ui.press("enter")
        entry = added(ui, "@lru_cache leaks, issue #123 and !important #not-a-tag")
        assert entry.tags == []


async def test_an_existing_path_is_taken_as_one(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.press("a")
        await ui.paste("Hangs app/db.py::connect app/none.py")
        assert "app/db.py::connect" in preview(ui)
        await ui.press("enter")
        assert added(ui, "Hangs app/none.py").paths == ["app/db.py::connect"]


async def test_goes_to_the_selected_kind(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.show_kind("team-conventions")
        await ui.press("a")
        assert preview(ui) == "Add to Team Conventions"
        await ui.type("Squash before merge")
        await ui.press("enter")
        assert added(ui, "Squash before merge").kind.slug == "team-conventions"
        assert ui.main.list.current is added(ui, "Squash before merge")


async def test_pasted_lines_become_the_body(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.press("a")
        await ui.type("Boom: ")
        await ui.paste("KeyError #queue\r\n  File 'a.py'\n\n[/] -- #7\n")
        assert ui.main.quick_add.line.value == "Boom: KeyError #queue"
        assert "3 lines of text" in preview(ui)
        await ui.press("enter")
        entry = added(ui, "Boom: KeyError")
        assert entry.tags == ["queue"]
        assert entry.main_text == "  File 'a.py'\n\n[/] -- #7\n"


async def test_tab_opens_the_form_with_everything(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.press("a")
        await ui.paste("Two pools #db @debt !high status:deferred -- Both open.\nOne leaks.")
        await ui.press("tab")
        form = ui.on(EntryForm)
        assert form.draft.kind.slug == "technical-debt"
        typed = {name: text for name, text in form.typed().items() if text}
        assert typed == {
            "title": "Two pools",
            "status": "deferred",
            "tags": "db",
            "impact": "high",
            "debt": "Both open.\nOne leaks.",
        }
        await ui.press("f2")
        entry = added(ui, "Two pools")
        assert (entry.status, entry.severity) == ("deferred", "high")
        await ui.press("a")
        assert ui.main.quick_add.line.value == ""


async def test_leaving_the_form_keeps_the_text(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.press("a")
        await ui.type("Two pools")
        await ui.press("tab")
        ui.on(EntryForm).query_one(TextArea).focus()
        await ui.type("more")
        await ui.press("escape", "escape")
        assert ui.app.screen is ui.main
        await ui.press("A")
        assert set(ui.on(EntryForm).changed().values()) == {"Two pools", "more"}


async def test_escape_keeps_line_and_body(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        before = ui.on_disk()
        await ui.press("a")
        await ui.paste("Half a thou\nand a body")
        await ui.press("escape")
        assert not ui.main.quick_add.is_open
        assert ui.on_disk() == before
        await ui.press("j", "a")
        assert ui.main.quick_add.line.value == "Half a thou"
        assert "1 line of text" in preview(ui)


@pytest.mark.parametrize("text", ["", "   ", "#tag !high"])
async def test_without_a_title_nothing_is_saved(open_app: OpenApp, text: str) -> None:
    async with open_app(MEDIUM) as ui:
        before = ui.on_disk()
        await ui.press("a")
        await ui.type(text)
        await ui.press("enter")
        assert "a title is needed" in ui.text
        assert ui.main.quick_add.is_open
        assert ui.main.quick_add.line.value == text
        assert ui.on_disk() == before


async def test_a_save_that_fails_keeps_the_line_and_says_why(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app(MEDIUM) as ui:

        def full(*_: Any) -> Entry:
            raise StoreError("the disk is full")

        monkeypatch.setattr(ui.app.store, "add", full)
        await ui.press("a")
        await ui.type("Lost?")
        await ui.press("enter")
        assert "the disk is full" in ui.text
        assert ui.main.quick_add.line.value == "Lost?"
        assert ui.main.quick_add.line.has_focus


async def test_line_stays_while_others_write(open_app: OpenApp) -> None:
    async with open_app(NARROW) as ui:
        await ui.press("a")
        await ui.type("half")
        ui.file().write_text(ui.on_disk() + '\n[[current-issues]]\ntitle = "theirs"\n')
        await ui.reload()
        assert added(ui, "theirs")
        await ui.type(" typed")
        assert ui.main.quick_add.line.value == "half typed"
        await ui.press("enter")
        assert added(ui, "half typed")


async def test_footer_names_the_keys_of_the_line(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.press("a")
        assert ui.rows[-1].split("  ")[:2] == [" Enter save", "Tab form"]
        await ui.press("escape")
        assert ui.rows[-1].endswith("? help")


async def test_the_end_of_a_pasted_line_is_in_view(open_app: OpenApp) -> None:
    async with open_app(NARROW) as ui:
        await ui.press("a")
        await ui.paste("a line that is much longer than the window is wide, and its end")
        assert ui.rows[-2].endswith("and its end")


async def test_what_is_typed_is_on_disk_before_it_is_saved_and_gone_after(
    open_app: OpenApp, demo: Path
) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.press("a")
        await ui.type("caught in a hurry #nfs")
        await ui.until(lambda: load_drafts(demo))
        (draft,) = load_drafts(demo)
        assert draft.texts["title"] == "caught in a hurry"
        await ui.press("escape", "A")
        assert ui.on(EntryForm).draft.name != draft.name
        await ui.press("escape", "escape", "a")
        await ui.press("enter")
        assert "Added" in ui.message
        assert draft.name not in [kept.name for kept in load_drafts(demo)]


async def test_keys_typed_during_a_slow_save_are_not_typed_into_the_line(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type_ahead, "PATIENCE_SECONDS", 0.02)
    async with open_app(MEDIUM) as ui:
        await ui.press("a")
        await ui.type("slow disk")
        with ui.app._lock:
            for key in ("enter", "j"):
                ui.app.post_message(events.Key(key, key if len(key) == 1 else None))
            await ui.until(lambda: ui.main.quick_add.saving)
            await ui.pilot.pause(0.1)  # The disk is slower than the patience.
        await ui.until(lambda: not ui.main.quick_add.saving)
        await ui.settle()
        assert not ui.main.quick_add.is_open
        assert not ui.main.quick_add.text
        assert "slow disk" in ui.on_disk()
