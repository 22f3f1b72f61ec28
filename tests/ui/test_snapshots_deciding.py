"""The approved look of what is shown where two texts meet, and of the offer of a draft."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from mbtui.ui.screens.conflict import Conflict
from mbtui.ui.screens.form import EntryForm
from tests.ui.conftest import OpenApp
from tests.ui.deciding import write_as_other
from tests.ui.drafting import AT_TWO, change_as_other, leave_draft, other_writer
from tests.ui.driving import WIDE, Ui
from tests.ui.forms import NFS, POOL, edit, focus, retype

pytestmark = pytest.mark.anyio

Steps = Callable[[Ui], Awaitable[None]]
TYPED = "The child inherits the pool.\nTwo processes share one socket, and both wait for ever."


async def two_fields(ui: Ui) -> None:
    """A long text and a short one, changed on both sides."""
    await edit(ui, NFS)
    await retype(ui, "workaround", "Set `SQLITE_JOURNAL=DELETE` everywhere, and tell ops first.")
    await focus(ui, "issue")
    await ui.paste("Mine: only on the dev servers. ")
    issue = str(ui.entry(NFS).data["issue"]).replace("hangs for 60 s", "waits a minute")
    seen = "\nSeen again on the new cluster, with\n - NFS 4.1\n - NFS 4.2\n"
    write_as_other(ui, NFS, issue=issue + seen, workaround="Use the local disk.")
    await ui.press("f2")
    ui.on(Conflict)


async def with_the_ancestor(ui: Ui) -> None:
    await two_fields(ui)
    await ui.press("b")
    assert "Before both changes" in ui.text


async def editing_the_result(ui: Ui) -> None:
    await two_fields(ui)
    await ui.press("right", "right", "right", "tab")
    assert ui.app.focused is not None
    assert ui.app.focused.id == "result-0"


async def undo(ui: Ui) -> None:
    store = ui.app.store
    store.update(store.bank.find(NFS)[0], {"workaround": "Mount with nolock, then restart."})
    write_as_other(ui, NFS, workaround="Never mount with nolock: it corrupts the file.")
    await ui.reload()
    await ui.press("u")
    ui.on(Conflict)


async def undo_of_an_addition(ui: Ui) -> None:
    new = ui.app.store.add("current-issues", {"id": "zz000000", "title": "Beat runs twice"})
    write_as_other(ui, new.id, cause="The lock in Redis expires after a drain.")
    await ui.reload()
    await ui.press("u")
    ui.on(Conflict)


CONFLICTS: dict[str, Steps] = {
    "conflict-two": two_fields,
    "conflict-before": with_the_ancestor,
    "conflict-undo": undo,
    "conflict-undo-added": undo_of_an_addition,
    "conflict-result": editing_the_result,
}


@pytest.mark.parametrize("name", CONFLICTS)
async def test_conflict_looks_as_approved(open_app: OpenApp, name: str) -> None:
    async with open_app(WIDE) as ui:
        await CONFLICTS[name](ui)
        await ui.looks_as_approved(name, [WIDE])


def one(folder: Path) -> None:
    leave_draft(folder, POOL, {"issue": TYPED})


def several(folder: Path) -> None:
    one(folder)
    new = {"title": "Beat runs twice after a drain"}
    leave_draft(folder, "", new, when=AT_TWO + timedelta(minutes=20))
    leave_draft(folder, NFS, {"cause": "not known"}, when=AT_TWO + timedelta(days=-3))


def changed(folder: Path) -> None:
    one(folder)
    change_as_other(folder, POOL, severity="high", issue="It happens under gunicorn too.\n")


def deleted(folder: Path) -> None:
    one(folder)
    store = other_writer(folder)
    store.delete(store.bank.find(POOL)[0])


DRAFTS: dict[str, tuple[Callable[[Path], None], str, type]] = {
    "draft-offer": (one, "", object),
    "draft-changed": (changed, "", object),
    "draft-gone": (deleted, "", object),
    "draft-compare": (changed, "equals_sign", Conflict),
    "draft-form": (changed, "p", EntryForm),
}


@pytest.mark.parametrize("name", DRAFTS)
async def test_draft_looks_as_approved(open_app: OpenApp, demo: Path, name: str) -> None:
    prepare, key, screen = DRAFTS[name]
    prepare(demo)
    async with open_app(WIDE, demo) as ui:
        if key:
            await ui.press(key)
        assert isinstance(ui.app.screen, screen)
        await ui.looks_as_approved(name, [WIDE])


async def test_several_drafts_look_as_approved(open_app: OpenApp, demo: Path) -> None:
    several(demo)
    async with open_app(WIDE, demo) as ui:
        await ui.press("P", "P")
        assert "Beat runs" in ui.text
        await ui.looks_as_approved("draft-several")
