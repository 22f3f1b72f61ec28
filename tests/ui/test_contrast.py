"""Everything that is to be read can be: contrast, computed from what is drawn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from rich.color import ColorSystem
from textual.scrollbar import ScrollBarRender

from mbtui.ui.glyphs import glyphs
from tests.ui.conftest import OpenApp
from tests.ui.driving import NARROW, WIDE, Ui
from tests.ui.looks import Drawn, contrast, drawn
from tests.ui.test_snapshots import SCREENS
from tests.ui.test_snapshots_deciding import CONFLICTS, DRAFTS, editing_the_result

pytestmark = pytest.mark.anyio

READABLE = 4.5
BARS = "".join(ScrollBarRender.VERTICAL_BARS)
Steps = Callable[[Ui], Awaitable[None]]
ALL: dict[str, Steps] = {**SCREENS, **CONFLICTS, "conflict-result": editing_the_result}


def is_read(piece: Drawn) -> bool:
    """Whether a piece says something: no blanks, no rule between rows, no end of a scroll bar."""
    return bool(piece.text.strip(f" {glyphs.rule}{BARS}\n"))


def hard_to_read(ui: Ui) -> list[str]:
    found = []
    for piece in filter(is_read, drawn(ui)):
        for system in (ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT):
            ink, ground = piece.colours(system)
            ratio = contrast(ink, ground)
            if ratio < READABLE:
                found.append(f"{ratio:.2f} {ink.hex} on {ground.hex} {system.name}: {piece.text!r}")
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("theme", ["mbtui-dark", "mbtui-light"])
@pytest.mark.parametrize("name", ALL)
async def test_all_text_stands_out_from_its_ground(
    open_app: OpenApp, name: str, theme: str, size: tuple[int, int]
) -> None:
    async with open_app(size, theme=theme) as ui:
        await ALL[name](ui)
        await ui.rest()
        assert not hard_to_read(ui)


@pytest.mark.parametrize("theme", ["mbtui-dark", "mbtui-light"])
@pytest.mark.parametrize("name", DRAFTS)
async def test_an_offered_draft_stands_out(
    open_app: OpenApp, demo: Path, name: str, theme: str
) -> None:
    prepare, key, _ = DRAFTS[name]
    prepare(demo)
    async with open_app(WIDE, demo, theme=theme) as ui:
        if key:
            await ui.press(key)
        await ui.rest()
        assert not hard_to_read(ui)
