"""Tags are offered while they are typed: in the form, in the `t` dialog, in quick add."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from mbtui.ui.screens.dialogs import AskLine, Pick
from mbtui.ui.widgets.tag_input import TagInput
from tests.ui.conftest import OpenApp
from tests.ui.driving import MEDIUM, NARROW, WIDE, Ui
from tests.ui.forms import NFS, edit, field, focus, on_disk

pytestmark = pytest.mark.anyio


def line(ui: Ui) -> TagInput:
    focused = ui.app.focused
    assert isinstance(focused, TagInput)
    return focused


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_the_form_offers_and_right_takes(open_app: OpenApp, size: tuple[int, int]) -> None:
    async with open_app(size) as ui:
        await edit(ui, NFS)
        await focus(ui, "tags")
        await ui.press("end")
        await ui.type(", CE")
        assert "sqlite, nfs, CElery" in ui.text
        assert "→ celery" in ui.text
        assert field(ui, "tags").value == "sqlite, nfs, CE"  # type: ignore[union-attr]
        await ui.press("right")
        assert line(ui).value == "sqlite, nfs, celery"
        await ui.press("f2")
        assert on_disk(ui, NFS)["tags"] == ["sqlite", "nfs", "celery"]


async def test_end_takes_and_the_arrows_offer_others(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await edit(ui, NFS)
        await focus(ui, "tags")
        await ui.press("end")
        await ui.type(", p")
        first, second, *others = line(ui)._hints.tags
        assert others
        assert f"→ {first}   ↓ {second}   {others[0]}" in ui.text
        await ui.press("down")
        assert f"sqlite, nfs, {second}" in ui.text
        assert f"→ {second}   ↓ {others[0]}" in ui.text
        await ui.press("up", "up")
        assert line(ui)._suggestion.endswith(([first, second, *others])[-1])
        await ui.press("down", "end")
        assert line(ui).value == f"sqlite, nfs, {first}"


async def test_nothing_is_offered_in_the_middle_twice_or_for_nothing(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await edit(ui, NFS)
        await focus(ui, "tags")
        await ui.press("end")
        await ui.type(", nf")
        assert "→" not in ui.text
        await ui.press("backspace", "backspace")
        await ui.type("ce")
        assert "→ celery" in ui.text
        await ui.press("left")
        assert "→" not in ui.text
        await ui.press("end")
        assert line(ui).value == "sqlite, nfs, ce"
        assert "→ celery" in ui.text
        await ui.press("tab")
        assert "→" not in ui.text
        assert field(ui, "tags").value == "sqlite, nfs, ce"  # type: ignore[union-attr]


async def test_what_is_typed_stays_as_typed(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await edit(ui, NFS)
        await focus(ui, "tags")
        line(ui).clear()
        await ui.type("Zeta, CELERY, alpha, CELERY")
        await ui.press("f2")
        assert on_disk(ui, NFS)["tags"] == ["Zeta", "CELERY", "alpha"]


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_the_dialog_offers(open_app: OpenApp, size: tuple[int, int]) -> None:
    async with open_app(size) as ui:
        await ui.show(NFS)
        await ui.press("t")
        assert "Enter accept" in ui.text
        await ui.type(", cel")
        assert "→ celery" in ui.text
        await ui.press("right", "enter")
        assert on_disk(ui, NFS)["tags"] == ["sqlite", "nfs", "celery"]


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_quick_add_offers_behind_a_mark(open_app: OpenApp, size: tuple[int, int]) -> None:
    async with open_app(size) as ui:
        await ui.press("a")
        await ui.type("Pool gone ce")
        assert "→ celery" not in ui.text
        await ui.type(" #ce")
        assert "→ celery" in ui.text
        await ui.press("right")
        await ui.type(" +po")
        await ui.press("end")
        assert line(ui).value == "Pool gone ce #celery +postgres"
        await ui.press("enter")
        added = next(e for e in ui.app.bank.entries if e.title == "Pool gone ce")
        assert added.tags == ["celery", "postgres"]


async def test_new_tags_of_the_bank_are_offered_next_time(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        for tag in ("zebra", "zeb"):
            await ui.press("a")
            await ui.type(f"x #{tag}")
            assert ("→ zebra" in ui.text) == (tag == "zeb")
            await ui.press("enter")


async def test_hostile_tags_are_never_offered(open_app: OpenApp, demo: Path) -> None:
    path = demo / "known-issues.toml"
    tags = 'tags = ["qa\\u001b]52;c;eA==\\u0007", "qb\\u202ex", "q[@click=app.quit]c[/]", "qd\\n"]'
    path.write_text(path.read_text().replace('tags = ["sqlite", "nfs"]', tags, 1))
    async with open_app(MEDIUM) as ui:
        await ui.press("a")
        await ui.type("x #q")
        assert line(ui)._hints.tags == []
        assert "→ q" not in ui.text
        await ui.press("escape")
        await ui.show("yb4bhdd4")
        await ui.press("t")
        await ui.type(", q")
        assert "→ q[@click=app.quit]c[/]" in ui.text
        assert line(ui)._hints.tags == ["q[@click=app.quit]c[/]"]


async def test_pasted_lines_are_never_cut_in_any_line(open_app: OpenApp) -> None:
    text = "\n one\r\n\r\ntwo \nthree\n"
    async with open_app(NARROW) as ui:
        await ui.show(NFS)
        for keys, screen in ((("t",), AskLine), (("d",), AskLine), (("m",), Pick), (("s",), Pick)):
            await ui.press(*keys)
            ui.on(screen)
            focused = ui.app.focused
            assert isinstance(focused, Input)
            focused.value = "old"
            focused.select_all()
            await ui.paste(text)
            assert focused.value == "one two three"
            await ui.press("escape")
        await ui.press("colon")
        await ui.paste(text)
        assert ui.app.focused.value == "one two three"  # type: ignore[union-attr]
        await ui.press("escape", "slash")
        await ui.paste(text)
        assert ui.main.search.query_input.value == "one two three"
        await ui.press("escape", "a")
        await ui.paste(text)
        assert ui.main.quick_add.line.value == " one"
        parsed = ui.main.quick_add.parsed()
        assert (parsed.title, parsed.body) == ("one", "two \nthree")
        await ui.press("enter")
        added = next(e for e in ui.app.bank.entries if e.title == "one")
        assert on_disk(ui, added.id)["issue"] == "two \nthree\n"
