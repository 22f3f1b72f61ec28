"""Everything that is to be read can be: contrast, computed from what is drawn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
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


async def assert_readable(ui: Ui, sizes: Iterable[tuple[int, int]]) -> None:
    """Fail where a text of this screen does not stand out, in either theme, at these sizes."""
    for size in sizes:
        await ui.resize(size)
        for theme in ("mbtui-dark", "mbtui-light"):
            ui.app.theme = theme
            await ui.rest()
            found = hard_to_read(ui)
            assert not found, (size, theme, found)


def hard_to_read(ui: Ui) -> list[str]:
    found = []
    for piece in filter(is_read, drawn(ui)):
        for system in (ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT):
            ink, ground = piece.colours(system)
            ratio = contrast(ink, ground)
            if ratio < READABLE:
                found.append(f"{ratio:.2f} {ink.hex} on {ground.hex} {system.name}: {piece.text!r}")
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("name", ALL)
async def test_all_text_stands_out_from_its_ground(open_app: OpenApp, name: str) -> None:
    async with open_app(WIDE) as ui:
        await ALL[name](ui)
        await assert_readable(ui, [WIDE, NARROW])


@pytest.mark.parametrize("name", DRAFTS)
async def test_an_offered_draft_stands_out(open_app: OpenApp, demo: Path, name: str) -> None:
    prepare, key, _ = DRAFTS[name]
    prepare(demo)
    async with open_app(WIDE, demo) as ui:
        if key:
            await ui.press(key)
        await assert_readable(ui, [WIDE])
