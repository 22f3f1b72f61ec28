"""The conflict screen under the fingers: editing the result, the ancestor, moving about."""

from __future__ import annotations

import pytest
from textual.widgets import Button

from mbtui.ui.screens.conflict import Conflict
from mbtui.ui.screens.form import EntryForm
from mbtui.ui.widgets.inputs import Choice, LineInput
from mbtui.ui.widgets.text_input import TextInput
from tests.ui.conftest import OpenApp
from tests.ui.deciding import to_conflict, words, write_as_other
from tests.ui.driving import MEDIUM, NARROW, WIDE
from tests.ui.forms import NFS, edit, focus, on_disk, retype

pytestmark = pytest.mark.anyio

# Editing the result


@pytest.mark.parametrize(
    ("keys", "start"),
    [((), "My text of it."), (("right",), "Their text of it.")],
    ids=["from mine", "from theirs"],
)
async def test_the_result_can_be_edited(
    open_app: OpenApp, keys: tuple[str, ...], start: str
) -> None:
    async with open_app(MEDIUM) as ui:
        await to_conflict(ui)
        await ui.press(*keys, "e", "tab")
        assert isinstance(ui.app.focused, TextInput)
        assert ui.app.focused.text == start
        await ui.type("As agreed: ")
        await ui.press("f2")
        assert on_disk(ui, NFS)["issue"] == f"As agreed: {start}"


async def test_a_result_of_both_texts_has_the_lines_of_both(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await to_conflict(ui)
        await ui.press("right", "right", "right", "tab")
        assert isinstance(ui.app.focused, TextInput)
        assert ui.app.focused.text.split("\n\n") == ["My text of it.", "Their text of it."]
        await ui.press("b")
        assert ui.app.focused.text.startswith("b"), "a letter is typed"


async def test_an_edited_result_that_was_left_for_another_choice_is_still_there(
    open_app: OpenApp,
) -> None:
    async with open_app(MEDIUM) as ui:
        await to_conflict(ui)
        await ui.press("e", "tab")
        await ui.type("Typed. ")
        await ui.press("escape")
        assert ui.app.focused is not None
        assert ui.app.focused.id == "choice-0"
        await ui.press("left", "left")
        assert "Typed. " not in ui.text
        await ui.press("e")
        assert "Typed. My text of it." in ui.text


async def test_a_status_can_become_a_third_one(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await edit(ui, NFS)
        await focus(ui, "status")
        await ui.press("f")
        write_as_other(ui, NFS, status="wont-fix")
        await ui.press("f2")
        assert "keep both" not in ui.text
        await ui.press("e", "tab", "w", "w", "f2")
        assert on_disk(ui, NFS)["status"] == "worked-around"


async def test_an_impossible_result_is_told_and_nothing_is_written(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await edit(ui, NFS)
        await retype(ui, "title", "My title")
        write_as_other(ui, NFS, title="Their title")
        before = ui.on_disk()
        await ui.press("f2", "e", "tab")
        assert isinstance(ui.app.focused, LineInput)
        ui.app.focused.value = "  "
        await ui.press("f2")
        ui.on(Conflict)
        assert "needs a title" in ui.rows[-1]
        assert isinstance(ui.app.focused, LineInput)
        assert ui.on_disk() == before


# The common ancestor


@pytest.mark.parametrize("size", [WIDE, (40, 30)])
async def test_the_text_before_both_changes_is_shown_on_request(
    open_app: OpenApp, size: tuple[int, int]
) -> None:
    async with open_app(size) as ui:
        await to_conflict(ui)
        assert "needs shared memory" not in words(ui)
        assert "b before" in ui.rows[-1]
        await ui.press("b")
        assert "Before both changes" in words(ui)
        assert "needs shared" in words(ui)
        await ui.press("b")
        assert "needs shared" not in words(ui)


# Moving about


@pytest.mark.parametrize("size", [NARROW, (32, 12)])
async def test_everything_is_reached_and_read_with_the_arrows(
    open_app: OpenApp, size: tuple[int, int]
) -> None:
    async with open_app(size) as ui:
        await edit(ui, NFS)
        lines = [f"line-{n} of it" for n in range(16)]
        await retype(ui, "issue", "\n".join(lines))
        await retype(ui, "cause", "My cause.")
        write_as_other(ui, NFS, issue="Their issue.", cause="Their cause.")
        await ui.press("f2")
        first = ui.app.focused
        seen = ui.text
        reached = [first]
        while getattr(reached[-1], "id", "") != "conflict-leave":
            await ui.press("down")
            seen += ui.text
            reached.append(ui.app.focused)
            assert len(reached) < 60
        ids = dict.fromkeys(widget.id for widget in reached if widget is not None)
        assert list(ids) == ["choice-0", "choice-1", "conflict-save", "conflict-leave"]
        assert all(text in seen for text in (*lines, "Their issue.", "Their cause."))
        steps = len(reached)
        while ui.app.focused is not first or "Both changed" not in ui.text:
            await ui.press("up")
            steps -= 1
            assert steps > -5


@pytest.mark.parametrize("size", [NARROW, (32, 12)])
async def test_the_focused_choice_is_in_view(open_app: OpenApp, size: tuple[int, int]) -> None:
    async with open_app(size) as ui:
        await edit(ui, NFS)
        for name in ("issue", "cause", "workaround"):
            await retype(ui, name, f"Mine, {name}.\n" + "x\n" * 8)
        write_as_other(ui, NFS, issue="i", cause="c", workaround="w")
        await ui.press("f2")
        box = ui.app.screen.query_one("#conflict-fields").region
        for _ in range(2):
            await ui.press("tab")
            assert isinstance(ui.app.focused, Choice)
            assert box.contains_region(ui.app.focused.region)
        await ui.press("pageup", "pageup", "pageup", "pageup", "right")
        assert isinstance(ui.app.focused, Choice)
        assert box.contains_region(ui.app.focused.region), "what is changed is seen"


@pytest.mark.parametrize("size", [WIDE, (32, 12)])
async def test_buttons_say_what_they_do(open_app: OpenApp, size: tuple[int, int]) -> None:
    async with open_app(size) as ui:
        await to_conflict(ui)
        assert "Save as chosen" in ui.text
        assert "Back to the form" in ui.text
        await ui.press("tab")
        assert ui.app.focused is ui.app.screen.query_one("#conflict-save", Button)
        await ui.press("right", "enter")
        ui.on(EntryForm)
