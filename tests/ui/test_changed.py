"""What others changed since one looked: the node, the diff, seen, revert."""

from __future__ import annotations

import pytest

from mbtui.ui import glance
from mbtui.ui.screens import changed_commands
from mbtui.ui.screens.changes import Changes
from tests.ui.conftest import OpenApp
from tests.ui.driving import NARROW, WIDE, Ui

pytestmark = pytest.mark.anyio

NFS, POOL = "7k2m9q4t", "hepw87nc"


def rewrite(ui: Ui, old: str, new: str, file: str = "known-issues.toml") -> None:
    text = ui.on_disk(file)
    assert old in text
    ui.file(file).write_text(text.replace(old, new, 1))


async def test_try(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        assert "changed" not in ui.rows[0]
        rewrite(ui, "SQLite WAL hangs on NFS homes", "SQLite WAL hangs")
        await ui.reload()
        print(ui.text)
        ui.main.go.go_to_place("changed")
        await ui.rest()
        print(ui.text)
        await ui.press("c")
        print(ui.text)
        await ui.press("x")
        print(ui.text)
        await ui.press("u")
        await ui.settle()
        print(ui.text)
        assert 0
