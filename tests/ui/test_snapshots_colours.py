"""The approved look of three screens in other colours, in none, and in ASCII."""

from __future__ import annotations

import pytest

from tests.ui.conftest import OpenApp
from tests.ui.driving import WIDE
from tests.ui.snapshot import assert_svg_snapshot
from tests.ui.test_contrast import ALL

pytestmark = pytest.mark.anyio

THREE = ("main", "form", "conflict-two")


@pytest.mark.parametrize("theme", ["mbtui-light", "mbtui-ansi"])
@pytest.mark.parametrize("name", THREE)
async def test_screen_in_another_theme_looks_as_approved(
    open_app: OpenApp, name: str, theme: str
) -> None:
    async with open_app(WIDE, theme=theme) as ui:
        await ALL[name](ui)
        await ui.rest()
        assert_svg_snapshot(ui.app, f"{name}-{theme.removeprefix('mbtui-')}")


@pytest.mark.parametrize("name", THREE)
async def test_screen_without_colour_looks_as_approved(
    open_app: OpenApp, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with open_app(WIDE) as ui:
        await ALL[name](ui)
        await ui.rest()
        assert_svg_snapshot(ui.app, f"{name}-no-colour")


@pytest.mark.parametrize("name", THREE)
async def test_screen_in_ascii_looks_as_approved(open_app: OpenApp, name: str) -> None:
    async with open_app(WIDE, ascii_only=True) as ui:
        await ALL[name](ui)
        await ui.looks_as_approved(f"{name}-ascii")
