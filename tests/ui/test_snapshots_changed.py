"""The approved look of what others changed, and of one change, at every size."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mbtui.store.store import Store
from tests.ui.changing import (
    ALEMBIC,
    POOL,
    by_a_script,
    list_changes,
    made_bank,
    rewrite,
)
from tests.ui.conftest import OpenApp
from tests.ui.driving import MEDIUM, WIDE, Ui

pytestmark = pytest.mark.anyio


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    return made_bank(tmp_path / "acme")


Steps = Callable[[Ui], Any]


async def changes_listed(ui: Ui) -> None:
    by_a_script(ui.app.store.folder)
    rewrite(ui.app.store.folder, "The pool hands", "Then the pool hands")
    agent = Store(ui.app.store.folder, author="agent:claude", now=ui.app.now)
    agent.update(ui.entry(ALEMBIC), {"severity": "low", "issue": "Write them by hand, and test."})
    await ui.reload()
    await list_changes(ui)


async def change_shown(ui: Ui) -> None:
    await changes_listed(ui)
    ui.main.list.go_to(POOL)
    await ui.press("c")


@pytest.mark.parametrize("steps", [changes_listed, change_shown])
async def test_changes_look_as_approved(
    open_app: OpenApp, bank: Path, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mbtui.ui.screens.changed_commands.SEEN_SECONDS", 10**6)
    name = {changes_listed: "changed", change_shown: "changes"}[steps]
    async with open_app(WIDE, bank) as ui:
        await steps(ui)
        await ui.looks_as_approved(name, (WIDE,))
    if steps is change_shown:
        async with open_app(MEDIUM, bank, theme="mbtui-light") as ui:
            ui.main.go.go_to_place("changed")
            await ui.settle()
            ui.main.list.go_to(POOL)
            await ui.press("c")
            await ui.looks_as_approved("changes-light", (MEDIUM,))
