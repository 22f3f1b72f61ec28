"""The approved look of the overview, at every size, in colours, 16 colours and ASCII."""

from __future__ import annotations

import pytest

from mbtui.ui.screens.overview import OverviewScreen
from tests.ui.conftest import OpenApp
from tests.ui.driving import MEDIUM, WIDE
from tests.ui.snapshot import assert_svg_snapshot, assert_text_snapshot

pytestmark = pytest.mark.anyio


async def test_looks(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        assert_text_snapshot(ui.app, "overview-pane-120x35")
        assert_svg_snapshot(ui.app, "overview-pane-120x35")
        await ui.press("0")
        ui.on(OverviewScreen)
        await ui.looks_as_approved("overview", [WIDE])


async def test_looks_in_light_colours(open_app: OpenApp) -> None:
    async with open_app(MEDIUM, theme="mbtui-light") as ui:
        await ui.press("0")
        assert_svg_snapshot(ui.app, "overview-light-80x24")


async def test_looks_in_the_terminals_own_colours_and_in_ascii(open_app: OpenApp) -> None:
    async with open_app((60, 24), theme="mbtui-ansi", ascii_only=True) as ui:
        await ui.press("0")
        assert ui.text.isascii()
        assert_svg_snapshot(ui.app, "overview-ascii-60x24")
        await ui.press("G")
        assert ui.text.isascii()
        assert_text_snapshot(ui.app, "overview-ascii-60x24")
