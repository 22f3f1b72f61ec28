"""The approved look of what is due and of a review session, at every size."""

from __future__ import annotations

from pathlib import Path

import pytest

from mbtui.store.create import create_bank
from tests.ui.conftest import OpenApp
from tests.ui.driving import MEDIUM, WIDE
from tests.ui.test_review import begin

pytestmark = pytest.mark.anyio


async def test_looks(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        await begin(ui)
        await ui.press("v")
        await ui.looks_as_approved("review-entry", [WIDE])
    async with open_app(MEDIUM, theme="mbtui-light") as ui:
        await begin(ui)
        await ui.looks_as_approved("review-light", [MEDIUM])


async def test_looks_of_a_candidate_and_the_summary(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        await begin(ui)
        await ui.press("v", "z", "enter", *["n"] * 6)
        await ui.looks_as_approved("review-candidate")
        await ui.press("d", *["n"] * 6)
        await ui.looks_as_approved("review-summary")


async def test_looks_with_nothing_due(open_app: OpenApp, tmp_path: Path) -> None:
    folder = create_bank(tmp_path / "quiet").folder
    text = '[[current-issues]]\nid = "aaaa"\ntitle = "Pool"\nreviewed = 2026-10-25\n'
    (folder / "known-issues.toml").write_text(text)
    async with open_app(WIDE, folder) as ui:
        await begin(ui)
        assert "Nothing is due for review." in ui.text
        await ui.looks_as_approved("review-nothing")
        await ui.press("enter")
        assert ui.app.screen is ui.main


async def test_looks_of_what_is_due(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        ui.main.go.go_to_place("due")
        await ui.looks_as_approved("due")
