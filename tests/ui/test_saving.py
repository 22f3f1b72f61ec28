"""While a save is on its way to the disk: nothing is written twice, nothing typed is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from mbtui.ui.screens.form import EntryForm
from mbtui.ui.screens.main import MainScreen
from tests.ui.conftest import OpenApp
from tests.ui.driving import Ui

NFS = "7k2m9q4t"


@asynccontextmanager
async def disk_busy(ui: Ui) -> AsyncIterator[None]:
    """Writes wait until this is left."""
    lock = ui.app._lock
    assert lock.acquire(timeout=5)
    try:
        yield
    finally:
        lock.release()
        await ui.settle()


def titles(ui: Ui) -> list[str]:
    return [entry.title for entry in ui.app.store.bank.entries]


@pytest.mark.anyio
async def test_a_form_submitted_twice_writes_one_entry(open_app: OpenApp) -> None:
    async with open_app() as ui:
        await ui.press("A", *"one and only")
        async with disk_busy(ui):
            ui.on(EntryForm).action_save()
            ui.on(EntryForm).action_save()
            await ui.pilot.pause()
        assert titles(ui).count("one and only") == 1
        assert isinstance(ui.app.screen, MainScreen)


@pytest.mark.anyio
async def test_a_form_cannot_be_left_while_it_is_saved(open_app: OpenApp) -> None:
    async with open_app() as ui:
        await ui.press("A", *"being saved")
        form = ui.on(EntryForm)
        async with disk_busy(ui):
            form.action_save()
            await ui.pilot.pause()
            form.action_step_out()
            form.action_step_out()
            await ui.pilot.pause()
            assert ui.app.screen is form
        assert "being saved" in titles(ui)


@pytest.mark.anyio
async def test_text_typed_while_it_is_saved_goes_on_in_a_form(open_app: OpenApp) -> None:
    async with open_app() as ui:
        await ui.press("A", *"first part")
        form = ui.on(EntryForm)
        async with disk_busy(ui):
            form.action_save()
            await ui.pilot.pause()
            title = form.query_one("#field-0")
            title.value = "first part and more"  # type: ignore[attr-defined]
            await ui.pilot.pause()
        assert "first part" in titles(ui)
        assert ui.on(EntryForm).typed()["title"] == "first part and more"


@pytest.mark.anyio
async def test_text_typed_while_only_the_review_table_is_saved_goes_on_too(
    open_app: OpenApp,
) -> None:
    async with open_app() as ui:
        await ui.show_kind("review-schedule")
        await ui.press("e", *"3 weeks")
        form = ui.on(EntryForm)
        async with disk_busy(ui):
            form.action_save()
            await ui.pilot.press("x")
            await ui.pilot.pause()
        assert 'every = "3 weeks"' in ui.on_disk("bank.toml")
        again = ui.on(EntryForm)
        assert again is not form
        assert again.changed() == {"review.every": "3 weeksx"}


@pytest.mark.anyio
async def test_a_line_submitted_twice_writes_one_entry_and_keeps_what_is_typed_since(
    open_app: OpenApp,
) -> None:
    async with open_app() as ui:
        await ui.press("a", *"only once")
        bar = ui.main.quick_add
        async with disk_busy(ui):
            ui.main.forms.add_parsed(bar.parsed())
            ui.main.forms.add_parsed(bar.parsed())
            bar.line.value = "only once tail"
            await ui.pilot.pause()
        assert titles(ui).count("only once") == 1
        assert bar.line.value == "only once tail"


@pytest.mark.anyio
async def test_an_older_draft_of_a_new_entry_outlives_another(open_app: OpenApp) -> None:
    async with open_app() as ui:
        await ui.press("A", *"precious", "escape", "escape")
        await ui.press("a", *"quick thing", "tab")
        await ui.settle()
        await ui.press("escape", "escape")
        await ui.settle()
        assert {draft.texts["title"] for draft in ui.app.drafts._drafts.values()} == {
            "precious",
            "quick thing",
        }
        assert ui.main.quick_add.line.value == ""


@pytest.mark.anyio
async def test_discard_forgets_the_text(open_app: OpenApp) -> None:
    async with open_app() as ui:
        await ui.press("A", *"rubbish", "escape")
        ui.on(EntryForm).query_one("#form-discard").focus()
        await ui.press("enter")
        await ui.settle()
        assert len(ui.app.drafts) == 0
        assert isinstance(ui.app.screen, MainScreen)


@pytest.mark.anyio
async def test_an_emptied_line_takes_its_pasted_body_along(open_app: OpenApp) -> None:
    async with open_app() as ui:
        await ui.press("a", "x")
        bar = ui.main.quick_add
        bar.line.body = "pasted\nlines"
        bar.line.value = ""
        await ui.settle()
        assert bar.text == ""
