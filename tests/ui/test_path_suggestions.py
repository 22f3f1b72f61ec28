"""Paths are offered while they are typed: in the form, and in quick add."""

from __future__ import annotations

import pytest

from mbtui.ui.widgets.paths_input import PathsInput
from mbtui.ui.widgets.tag_input import TagInput
from tests.ui.conftest import OpenApp
from tests.ui.driving import MEDIUM, NARROW, WIDE
from tests.ui.forms import NFS, edit, focus, on_disk

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_the_form_offers_files_and_symbols(open_app: OpenApp, size: tuple[int, int]) -> None:
    async with open_app(size) as ui:
        await edit(ui, NFS)
        await focus(ui, "paths")
        field = ui.app.focused
        assert isinstance(field, PathsInput)
        field.move_cursor(field.document.end)
        await ui.press("enter")
        assert "→" not in ui.text
        await ui.type("app/d")
        assert "→ app/d" in ui.text
        first = field._hints.tags[0]
        await ui.press("right")
        assert field.text.splitlines()[-1] == first
        field.text = ""
        await ui.type("APP/db.py")
        await ui.press("backspace")
        assert "→ app/db.py" in ui.text
        await ui.press("right")
        assert field.text == "app/db.py"
        await ui.type("::conn")
        assert "→ app/db.py::connect" in ui.text
        await ui.press("end", "f2")
        assert on_disk(ui, NFS)["paths"] == ["app/db.py::connect"]


async def test_the_form_offers_only_where_it_is_typed(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await edit(ui, NFS)
        await focus(ui, "paths")
        field = ui.app.focused
        assert isinstance(field, PathsInput)
        field.text = ""
        await ui.type("app/d")
        await ui.press("enter")
        await ui.type("xx")
        assert "→" not in ui.text
        await ui.press("up", "end")
        assert "→" not in ui.text
        await ui.press("right")
        assert field.cursor_location == (1, 0)
        await ui.press("left")
        await ui.type("b")
        assert "→ app/db.py" in ui.text
        await ui.press("tab")
        assert "→" not in ui.text
        assert field.text == "app/db\nxx"


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_quick_add_offers_what_looks_like_a_path(
    open_app: OpenApp, size: tuple[int, int]
) -> None:
    async with open_app(size) as ui:
        await ui.press("2", "a")
        await ui.type("Pool gone app")
        assert "→ app" not in ui.text
        await ui.type("/db")
        assert "→ app/db.py" in ui.text
        await ui.press("right")
        await ui.type("::conn")
        assert "→ app/db.py::connect" in ui.text
        await ui.press("end")
        line = ui.app.focused
        assert isinstance(line, TagInput)
        assert line.value == "Pool gone app/db.py::connect"
        await ui.press("enter")
        added = next(e for e in ui.app.bank.entries if e.title == "Pool gone")
        assert added.paths == ["app/db.py::connect"]


async def test_a_new_file_is_offered_after_coming_back(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        (ui.app.store.project / "app/brand_new.py").write_text("def fresh(): pass\n")
        await ui.press("a")
        await ui.type("x app/br")
        assert "→ app/brand_new.py" in ui.text
        (ui.app.store.project / "app/brave.py").write_text("")
        ui.app.look_at_disk()
        await ui.type("a")
        await ui.press("down")
        assert "→ app/brave.py" in ui.text
