"""Long and wide texts stay in their columns, at every size."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.faults.hostile_bank import hostile_entry, put
from tests.ui.conftest import OpenApp
from tests.ui.driving import SIZES, WIDE, Ui

pytestmark = pytest.mark.anyio

LONG = {
    "title of 500": "Deadlock " * 55 + "tail",
    "no blanks": "x" * 700,
    "cjk": "請求書の日本語が豆腐になる" * 12,
    "emoji": "👩‍👩‍👧‍👦🇫🇮👍🏽❤️" * 20,
    "combining": "e\u0301\u0327\u0300a\u0308" * 60,
    "zalgo": "Z" + "\u0335\u0321" * 200,
    "rtl": "שלום עולם العربية " * 15,
    "wide and narrow": "a漢b字" * 60,
}


def assert_in_columns(ui: Ui, where: str) -> None:
    assert ui.app.is_running, where
    for row in ui.rows:
        assert cell_len(row) <= ui.app.size.width, f"{where}: {row!r}"


async def test_long_and_wide_texts_stay_in_their_columns(open_app: OpenApp, tmp_path: Path) -> None:
    folder = tmp_path / "p" / "memory-bank"
    folder.mkdir(parents=True)
    put(folder / "bank.toml", "format = 1\n")
    entries = (
        hostile_entry("current-issues", f"0000000{n}", text) for n, text in enumerate(LONG.values())
    )
    put(folder / "known-issues.toml", "".join(entries))
    async with open_app(WIDE, folder) as ui:
        for listed in ui.app.bank.entries:
            await ui.show(listed.key)
            await ui.press("enter")
            for size in SIZES:
                await ui.resize(size)
                assert_in_columns(ui, f"entry {listed.key} {size}")
            await ui.press("escape")
        for key in ("e", "s", "D"):
            await ui.press(key)
            for size in SIZES:
                await ui.resize(size)
                assert_in_columns(ui, f"{key} {size}")
            ui.app.pop_screen()
            await ui.settle()
