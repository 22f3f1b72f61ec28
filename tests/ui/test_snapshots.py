"""The approved look of every screen, at every size."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from mbtui.store.create import create_bank
from mbtui.ui.screens.conflict import Conflict
from mbtui.ui.screens.dialogs import AskLine, Pick
from mbtui.ui.screens.form import EntryForm
from mbtui.ui.screens.help import Help
from mbtui.ui.screens.palette import Palette
from mbtui.ui.screens.raw import RawView
from tests.ui.conftest import OpenApp
from tests.ui.driving import MEDIUM, NARROW, WIDE, Ui

pytestmark = pytest.mark.anyio

LONG = "hepw87nc"
NFS = "7k2m9q4t"
Steps = Callable[[Ui], Awaitable[None]]


async def main_screen(ui: Ui) -> None:
    await ui.show(NFS)
    assert ui.main.selected is ui.entry(NFS)


async def tree(ui: Ui) -> None:
    await ui.press("1")
    assert ui.main.sections.has_focus


async def entry_pane(ui: Ui) -> None:
    await ui.show(LONG)
    await ui.press("enter")
    assert ui.main.entry.has_focus
    assert ui.main.entry.entry is ui.entry(LONG)


async def form(ui: Ui) -> None:
    await ui.show(NFS)
    await ui.press("e")
    assert ui.on(EntryForm).draft.entry.id == NFS


async def new_form(ui: Ui) -> None:
    await ui.press("A")
    assert ui.on(EntryForm).is_new


async def form_message(ui: Ui) -> None:
    await ui.press("A", "f2")
    assert "needs a title" in ui.text


async def form_buttons(ui: Ui) -> None:
    await form(ui)
    await ui.press("escape")
    assert ui.app.focused is not None
    assert ui.app.focused.id == "form-save"


async def search(ui: Ui) -> None:
    await ui.press("slash")
    await ui.paste("deadlock tag:on-call")
    assert ui.main.search.results.row_count() > 0


async def search_nothing(ui: Ui) -> None:
    await ui.press("slash")
    await ui.paste("alembik autogenrate")
    assert "the nearest titles" in ui.text


async def quick_add(ui: Ui) -> None:
    await ui.press("a")
    await ui.paste("Beat runs twice after a drain #celery #k8s !high -- Scale to 0 first")
    assert ui.main.quick_add.is_open


async def help_screen(ui: Ui) -> None:
    await ui.press("2", "question_mark")
    ui.on(Help)
    assert "Quick add: one" in ui.text


async def palette(ui: Ui) -> None:
    await ui.press("colon")
    await ui.type("ar")
    ui.on(Palette)
    assert "Archive, or" in ui.text
    assert "Delete the entry" not in ui.text


async def status_picker(ui: Ui) -> None:
    await ui.show(NFS)
    await ui.press("s")
    ui.on(Pick)


async def tags_question(ui: Ui) -> None:
    await ui.show(NFS)
    await ui.press("t")
    ui.on(AskLine)


async def archive_question(ui: Ui) -> None:
    await ui.show(NFS)
    await ui.press("d")
    ui.on(AskLine)


async def delete_question(ui: Ui) -> None:
    await ui.show(NFS)
    await ui.press("D")
    assert "Delete it" in ui.text


async def conflict(ui: Ui) -> None:
    await ui.show(NFS)
    await ui.press("e")
    await ui.paste("Mine: only on the dev servers. ")
    path = ui.file()
    text = path.read_text().replace("first write hangs for 60 s", "first write waits a minute")
    path.write_text(text.replace('"agent:claude"\nreviewed', '"Jonas Weber"\nreviewed', 1))
    await ui.press("f2")
    ui.on(Conflict)


async def broken_file(ui: Ui) -> None:
    path = ui.file()
    path.write_text(path.read_text() + "\n[[current-issues]]\ntitle 'no equals'\n")
    await ui.reload()
    assert ui.app.bank.broken_files


async def raw_view(ui: Ui) -> None:
    path = ui.file()
    text = path.read_text().replace('status = "fixed"', 'status "fixed"', 1)
    path.write_text(text.replace("Invoice totals", "Invoice\x1b[31m totals", 1))
    await ui.reload()
    await ui.press("exclamation_mark")
    ui.on(RawView)


async def raw_view_of_no_text(ui: Ui) -> None:
    data = ui.file().read_bytes()
    at = data.index(b"fontconfig finds")
    ui.file().write_bytes(data[:at] + b"caf\xe9 \x9b2J" + data[at:])
    await ui.reload()
    await ui.press("exclamation_mark")
    ui.on(RawView)


async def raw_view_of_nothing(ui: Ui) -> None:
    ui.file().unlink()
    ui.file().symlink_to("/dev/zero")
    await ui.reload()
    await ui.press("exclamation_mark")
    ui.on(RawView)


SCREENS: dict[str, Steps] = {
    "main": main_screen,
    "tree": tree,
    "entry": entry_pane,
    "form": form,
    "form-new": new_form,
    "form-message": form_message,
    "form-buttons": form_buttons,
    "search": search,
    "search-nothing": search_nothing,
    "quick-add": quick_add,
    "help": help_screen,
    "palette": palette,
    "status": status_picker,
    "tags": tags_question,
    "archive": archive_question,
    "delete": delete_question,
    "conflict": conflict,
    "broken-file": broken_file,
    "raw": raw_view,
    "raw-no-text": raw_view_of_no_text,
    "raw-not-opened": raw_view_of_nothing,
}
DRAWN = {
    "main": (WIDE, MEDIUM, NARROW),
    "form": (WIDE,),
    "search": (WIDE,),
    "conflict": (WIDE,),
    "broken-file": (MEDIUM,),
    "raw": (MEDIUM,),
}


@pytest.mark.parametrize("name", SCREENS)
async def test_screen_looks_as_approved(open_app: OpenApp, name: str) -> None:
    async with open_app(WIDE) as ui:
        await SCREENS[name](ui)
        await ui.looks_as_approved(name, DRAWN.get(name, ()))


async def test_empty_bank_looks_as_approved(open_app: OpenApp, tmp_path: Path) -> None:
    folder = create_bank(tmp_path / "new-service").folder
    async with open_app(WIDE, folder) as ui:
        await ui.press("2")
        assert "This bank is empty" in " ".join(ui.text.split())
        await ui.looks_as_approved("empty")
