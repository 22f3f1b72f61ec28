"""The approved look of writing: unsaved text, offered tags, coloured texts, a typed entry."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from mbtui.ui.screens.dialogs import Ask
from tests.ui.conftest import OpenApp
from tests.ui.driving import WIDE, Ui
from tests.ui.editors import FakeEditor
from tests.ui.forms import NFS, change_outside, edit, field, focus

pytestmark = pytest.mark.anyio

MARKDOWN = """# What to do
- Set `SQLITE_JOURNAL=DELETE`, see [docs](https://example.org)
- **never** on *NFS*
> quoted
```python
def connect(path):  # waits
    return sqlite3.connect(path, timeout=60, uri="file:")
```"""
Steps = Callable[[Ui, FakeEditor], Awaitable[None]]


async def unsaved(ui: Ui, editor: FakeEditor) -> None:
    await edit(ui, NFS)
    await ui.paste("Mine. ")
    await change_outside(ui, "In WAL mode all", "In WAL mode, all", shown=True)
    assert "meanwhile" in ui.text


async def offered(ui: Ui, editor: FakeEditor) -> None:
    await edit(ui, NFS)
    await focus(ui, "tags")
    await ui.press("end")
    await ui.type(", p")
    assert "↓" in ui.text


async def offered_in_dialog(ui: Ui, editor: FakeEditor) -> None:
    await ui.show(NFS)
    await ui.press("t")
    await ui.type(", p")
    assert "→" in ui.text


async def offered_in_quick_add(ui: Ui, editor: FakeEditor) -> None:
    await ui.press("a")
    await ui.type("Pool gone !high #c")
    assert "→" in ui.text


async def markdown(ui: Ui, editor: FakeEditor) -> None:
    await edit(ui, NFS)
    await focus(ui, "issue")
    field(ui, "issue").clear()  # type: ignore[union-attr]
    await ui.paste(MARKDOWN)


async def code(ui: Ui, editor: FakeEditor) -> None:
    ui.main.forms.edit_entry(ui.app.bank.by_kind["java-to-python-equivalents"][0])
    await ui.settle()
    await focus(ui, "java")


async def typed_entry(ui: Ui, editor: FakeEditor) -> None:
    editor.changes(('status = "open"', 'status "open"'))
    await ui.show(NFS)
    await ui.press("E")
    ui.on(Ask)


SCREENS: dict[str, Steps] = {
    "form-unsaved": unsaved,
    "form-tags": offered,
    "tags-offered": offered_in_dialog,
    "quick-add-tags": offered_in_quick_add,
    "form-markdown": markdown,
    "form-code": code,
    "edit-toml": typed_entry,
}
DRAWN = ("form-markdown", "form-code", "form-tags")


@pytest.mark.parametrize("name", SCREENS)
async def test_screen_looks_as_approved(
    open_app: OpenApp, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = FakeEditor(monkeypatch)
    async with open_app(WIDE) as ui:
        await SCREENS[name](ui, editor)
        await ui.looks_as_approved(name, [WIDE] if name in DRAWN else [])
