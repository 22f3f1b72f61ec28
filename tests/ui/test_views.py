"""Searches that are saved as views."""

from __future__ import annotations

from pathlib import Path

import pytest

from mbtui.ui.screens.dialogs import AskLine
from tests.ui.conftest import OpenApp
from tests.ui.driving import NARROW, WIDE, Ui

pytestmark = pytest.mark.anyio


async def search(ui: Ui, query: str) -> None:
    await ui.press("slash")
    await ui.paste(query)
    await ui.press("enter")


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_a_search_becomes_a_row_of_the_sections(
    open_app: OpenApp, demo: Path, size: tuple[int, int]
) -> None:
    before = (demo / "bank.toml").read_text()
    async with open_app(size, demo) as ui:
        await search(ui, "tag:sqlite is:open")
        await ui.press("w")
        ui.on(AskLine)
        await ui.type('SQLite: "open"')
        await ui.press("enter")
        assert ui.message == 'Saved as the view SQLite: "open"'
        ui.main.go.go_to_place('view:SQLite: "open"')
        await ui.settle()
        assert {"sqlite" in entry.tags for entry in ui.main.list.entries} == {True}
        written = (demo / "bank.toml").read_text()
        line = '"SQLite: \\"open\\"" = "tag:sqlite is:open"\n'
        assert written.replace(line, "") == before, "all other bytes stay"
        await ui.press("u")
        assert (demo / "bank.toml").read_text() == before


async def test_a_view_of_the_same_name_is_replaced_and_esc_saves_nothing(
    open_app: OpenApp, demo: Path
) -> None:
    async with open_app(WIDE, demo) as ui:
        before = (demo / "bank.toml").read_text()
        await search(ui, "tag:celery")
        await ui.press("w", "escape")
        assert (demo / "bank.toml").read_text() == before
        await ui.press("w")
        await ui.type("On call")
        await ui.press("enter")
        assert ui.message == "Saved anew as the view On call"
        assert ui.app.bank.config.views["On call"] == "tag:celery"


async def test_a_bank_without_views_gets_its_first(open_app: OpenApp, bank: Path) -> None:
    async with open_app(WIDE, bank) as ui:
        await search(ui, "is:open")
        await ui.press("w", "enter")
        assert dict(ui.app.bank.config.views) == {"is:open": "is:open"}
        assert ui.app.bank.problems == ()


async def test_without_a_search_there_is_nothing_to_save(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        await ui.press("w")
        assert ui.app.screen is ui.main
        assert "no search yet" in ui.message


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    from mbtui.store.create import create_bank

    return create_bank(tmp_path / "new").folder
