"""What can be done with the mouse alone."""

from __future__ import annotations

import pytest
from textual.events import MouseScrollDown
from textual.widgets import Button

from mbtui.ui.commands import (
    ENTRY,
    LIST,
    TREE,
)
from mbtui.ui.screens.dialogs import Ask
from mbtui.ui.screens.help import Help
from mbtui.ui.screens.palette import Palette
from tests.ui.conftest import OpenApp
from tests.ui.driving import MEDIUM, NARROW, WIDE

pytestmark = pytest.mark.anyio

NFS = "7k2m9q4t"


async def test_panes_and_rows_by_mouse(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        await ui.pilot.click("#list", offset=(8, 3))
        await ui.settle()
        assert (ui.main.where, ui.main.list.cursor) == (LIST, 2)
        await ui.pilot.click("#list", offset=(8, 3))
        await ui.settle()
        assert ui.main.where == ENTRY
        row = next(y for y, line in enumerate(ui.rows) if "Open gotchas" in line)
        await ui.pilot.click(offset=(8, row))
        await ui.settle()
        assert ui.main.where == TREE
        assert "Open gotchas · 15" in ui.text


async def test_the_wheel_scrolls_the_pane_under_it(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.pilot._post_mouse_events([MouseScrollDown], "#list", (5, 5))
        await ui.settle()
        assert ui.main.list.top == 3
        await ui.press("colon")
        await ui.pilot._post_mouse_events([MouseScrollDown], "PalettePane", (5, 5))
        await ui.settle()
        assert ui.on(Palette).query_one("PalettePane").top == 3


async def test_a_palette_row_is_chosen_by_mouse(open_app: OpenApp) -> None:
    async with open_app(NARROW) as ui:
        await ui.press("colon")
        await ui.type("keys and help")
        await ui.pilot.click("PalettePane", offset=(4, 1))
        await ui.settle()
        ui.on(Help)


async def test_buttons_by_mouse(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.show(NFS)
        await ui.press("D")
        button = ui.on(Ask).query_one("#ask-delete", Button)
        await ui.pilot.click(button)
        await ui.settle()
        await ui.press("enter")
        assert ui.app.bank.find(NFS) == []
