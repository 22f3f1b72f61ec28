"""How a test comes to the conflict screen, and what stands there."""

from __future__ import annotations

from datetime import timedelta

from mbtui.store.store import Store
from mbtui.ui.screens.conflict import Conflict
from tests.ui.conftest import NOW
from tests.ui.driving import Ui
from tests.ui.forms import NFS, edit, retype


def other_writer(ui: Ui, minutes: int = 12) -> Store:
    """Another person's mbtui, so many minutes ago."""
    when = NOW - timedelta(minutes=minutes)
    store = Store(ui.app.store.folder, author="Jonas Weber", now=lambda: when)
    store.load()
    return store


def write_as_other(ui: Ui, identity: str, **changes: object) -> None:
    store = other_writer(ui)
    (found,) = store.bank.find(identity)
    store.update(found, changes)


async def to_conflict(ui: Ui, **theirs: str) -> Conflict:
    """Both sides change the issue of one entry in the same line; the form is saved."""
    await edit(ui, NFS)
    await retype(ui, "issue", "My text of it.")
    write_as_other(ui, NFS, **(theirs or {"issue": "Their text of it."}))
    await ui.press("f2")
    return ui.on(Conflict)


def words(ui: Ui) -> str:
    return " ".join(ui.text.split())
