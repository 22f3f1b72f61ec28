"""What tests do with an open form, and with the file behind it."""

from __future__ import annotations

import tomllib
from typing import Any

from textual.widgets import Static

from mbtui.ui.screens.form import EntryForm
from mbtui.ui.widgets.inputs import Choice, LineInput
from mbtui.ui.widgets.text_input import TextInput
from tests.ui.driving import Ui

NFS = "7k2m9q4t"
POOL = "yb4bhdd4"


def field(ui: Ui, name: str) -> Choice | LineInput | TextInput:
    """The input of a field of the open form."""
    form = ui.on(EntryForm)
    names = [item.name for item in form._fields]
    widget = form._widget(names.index(name))
    assert isinstance(widget, Choice | LineInput | TextInput)
    return widget


async def focus(ui: Ui, name: str) -> None:
    field(ui, name).focus()
    await ui.settle()


async def retype(ui: Ui, name: str, text: str) -> None:
    """Replace a field's text by typing."""
    await focus(ui, name)
    widget = field(ui, name)
    assert not isinstance(widget, Choice)
    widget.clear()
    await ui.paste(text)


def form_message(ui: Ui) -> str:
    static = ui.app.screen.query_one("#form-message", Static)
    return str(static.render()) if static.display else ""


def on_disk(ui: Ui, identity: str, file: str = "known-issues.toml") -> dict[str, Any]:
    """An entry's table as an independent parser reads it; empty when it is not there."""
    tables = tomllib.loads(ui.on_disk(file))
    entries = [e for group in tables.values() if isinstance(group, list) for e in group]
    return next((e for e in entries if e.get("id") == identity), {})


async def edit(ui: Ui, identity: str) -> EntryForm:
    await ui.show(identity)
    await ui.press("e")
    return ui.on(EntryForm)


async def change_outside(ui: Ui, old: str, new: str, *, shown: bool = False) -> None:
    """Another program replaces a text in known-issues.toml."""
    text = ui.on_disk()
    assert text.count(old) == 1
    ui.file().write_text(text.replace(old, new))
    if shown:
        await ui.reload()
