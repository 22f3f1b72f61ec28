"""Writing in the form: what is filled in stays in view, unsaved text shows, texts behave."""

from __future__ import annotations

import time

import pytest
from textual.widgets import TextArea

from mbtui.store.drafts import load_drafts
from mbtui.ui.external import Ran
from mbtui.ui.screens.form import EntryForm
from mbtui.ui.widgets.form_box import FormBox
from mbtui.ui.widgets.text_input import TextInput
from tests.ui.conftest import OpenApp
from tests.ui.driving import MEDIUM, WIDE, Ui
from tests.ui.editors import FakeEditor
from tests.ui.forms import (
    NFS,
    change_outside,
    edit,
    field,
    focus,
    form_message,
    on_disk,
    retype,
)

pytestmark = pytest.mark.anyio
SMALL = (32, 12)


def area(ui: Ui, name: str) -> TextInput:
    widget = field(ui, name)
    assert isinstance(widget, TextInput)
    return widget


def assert_in_view(ui: Ui) -> None:
    """The focused field, its label and the cursor's line are inside the box of fields."""
    form = ui.on(EntryForm)
    box = form.query_one(FormBox).region
    focused = ui.app.focused
    assert focused is not None
    assert focused.parent is not None
    whole = focused.parent.region  # type: ignore[attr-defined]
    assert whole.height <= box.height
    assert box.contains_region(whole), f"{whole} in {box}\n{ui.text}"
    if isinstance(focused, TextArea):
        assert whole.contains_point(focused.cursor_screen_offset)


@pytest.mark.parametrize("size", [SMALL, MEDIUM])
async def test_what_is_filled_in_stays_in_view(open_app: OpenApp, size: tuple[int, int]) -> None:
    async with open_app(size) as ui:
        form = await edit(ui, NFS)
        assert_in_view(ui)
        form._widget(0).focus()
        await ui.settle()
        for _ in form._fields:
            assert_in_view(ui)
            await ui.press("tab")
        for _ in form._fields:
            await ui.press("shift+tab")
            assert_in_view(ui)
        await focus(ui, "workaround")
        for i in range(12):
            await ui.press("enter")
            await ui.paste(f"line {i}")
            assert_in_view(ui)
            assert f"line {i}" in ui.text
            assert "Workaround •" in ui.text
        form.tell_news("Bo changed everything meanwhile; saving joins both, or asks")
        form.say("something is wrong " * 4)
        await ui.settle()
        assert_in_view(ui)


async def test_growing_the_window_gives_the_text_its_room_back(open_app: OpenApp) -> None:
    async with open_app(SMALL) as ui:
        await edit(ui, NFS)
        await focus(ui, "cause")
        await ui.paste("\n".join(f"row {i}" for i in range(30)))
        low = area(ui, "cause").region.height
        await ui.pilot.resize_terminal(*WIDE)
        await ui.settle()
        assert low <= SMALL[1] - 3
        assert area(ui, "cause").region.height == 16
        assert_in_view(ui)
        await ui.pilot.resize_terminal(*SMALL)
        await ui.settle()
        assert_in_view(ui)
        assert "row 29" in area(ui, "cause").text


async def test_unsaved_text_is_marked_until_it_is_as_before(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await edit(ui, NFS)
        assert "unsaved" not in ui.text
        await focus(ui, "ticket")
        await ui.type("x")
        assert ui.rows[0].endswith("• unsaved")
        assert "Ticket •" in ui.text
        await focus(ui, "issue")
        await ui.type("y")
        await focus(ui, "severity")
        await ui.press("left")
        assert "Issue •" in ui.text
        assert "Severity •" in ui.text
        await ui.press("right")
        assert "Severity •" not in ui.text
        await focus(ui, "issue")
        await ui.press("ctrl+z")
        assert "Issue •" not in ui.text
        assert ui.rows[0].endswith("• unsaved")
        await focus(ui, "ticket")
        await ui.press("backspace")
        assert "unsaved" not in ui.text
        assert "•" not in ui.text


async def test_the_mark_survives_escape_resize_and_a_reload(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await edit(ui, NFS)
        await retype(ui, "cause", "typed")
        await ui.pilot.resize_terminal(*SMALL)
        await ui.reload()
        assert "• unsaved" in ui.rows[0]
        assert area(ui, "cause").text == "typed"
        await ui.press("escape", "escape", "e")
        assert area(ui, "cause").text == "typed"
        assert "• unsaved" in ui.rows[0]
        await focus(ui, "cause")
        assert "Cause •" in ui.text


async def test_a_change_on_disk_is_told_and_touches_nothing_typed(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await edit(ui, NFS)
        await retype(ui, "workaround", "mine")
        old = 'updated_by = "agent:claude"\nreviewed = 2026-11-20'
        text = ui.on_disk().replace("In WAL mode all", "In WAL mode, all")
        ui.file().write_text(text.replace(old, old.replace("agent:claude", "Bo [b]x[/b]"), 1))
        await ui.reload()
        assert "Bo [b]x[/b] changed Cause meanwhile; saving joins both, or asks" in ui.text
        assert area(ui, "workaround").text == "mine"
        assert ui.app.focused is area(ui, "workaround")
        assert_in_view(ui)
        await ui.press("f2")
        assert ui.app.screen is ui.main
        table = on_disk(ui, NFS)
        assert table["workaround"] == "mine"
        assert table["cause"].startswith("In WAL mode, all")


async def test_a_change_taken_back_on_disk_and_one_elsewhere_say_nothing(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await edit(ui, NFS)
        before = ui.on_disk()
        await change_outside(ui, "Pool exhausted after fork", "Pool gone", shown=True)
        assert "meanwhile" not in ui.text
        await change_outside(ui, "hangs on NFS homes", "hangs", shown=True)
        assert "another program changed Title meanwhile" in ui.text
        ui.file().write_text(before)
        await ui.reload()
        assert "meanwhile" not in ui.text
        ui.file().write_text('[[current-issues]]\nid = "x"\ntitle = "x"\n')
        await ui.reload()
        assert "The entry was deleted meanwhile; saving writes it again" in ui.text


async def test_enter_goes_on_with_a_list_and_ends_it(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await edit(ui, NFS)
        await focus(ui, "workaround")
        area(ui, "workaround").clear()
        await ui.type("- one")
        await ui.press("enter")
        await ui.type("two")
        await ui.press("enter", "enter")
        await ui.type("```")
        await ui.press("enter")
        await ui.type("  - x")
        await ui.press("enter")
        await ui.type("y")
        assert area(ui, "workaround").text == "- one\n- two\n```\n  - x\n  y"
        await ui.press("ctrl+z")
        assert area(ui, "workaround").text != "- one\n- two\n```\n  - x\n  y"
        await ui.press("ctrl+y")
        assert area(ui, "workaround").text == "- one\n- two\n```\n  - x\n  y"
        await ui.press("tab")
        assert ui.app.focused is area(ui, "paths")
        await ui.press("end", "enter")
        assert area(ui, "paths").text.startswith("app/db.py::connect\n")


async def test_enter_replaces_a_selection(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await edit(ui, NFS)
        await focus(ui, "workaround")
        text = area(ui, "workaround")
        text.load_text("- one two")
        text.selection = text.selection._replace(start=(0, 5), end=(0, 9))
        await ui.press("enter")
        assert text.text == "- one\n- "


async def test_pasted_lines_stay_lines(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await edit(ui, NFS)
        await focus(ui, "cause")
        area(ui, "cause").clear()
        lines = ["a\tb", "", "  - c", "\u3042\U0001f600", *map(str, range(3000)), ""]
        await ui.paste("\r\n".join(lines))
        assert area(ui, "cause").text == "\n".join(lines)
        await ui.press("ctrl+z")
        assert area(ui, "cause").text == ""
        await ui.paste("x\ry\x0cz\u2028")
        assert area(ui, "cause").text == "x\ny\nz\n"


async def test_copy_cut_and_paste_in_a_text(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await edit(ui, NFS)
        await focus(ui, "workaround")
        text = area(ui, "workaround")
        text.load_text("one two\nthree")
        await ui.press("ctrl+c")
        assert "Esc leaves the text" in form_message(ui)
        text.selection = text.selection._replace(start=(0, 4), end=(1, 2))
        await ui.press("ctrl+c")
        assert ui.app.clipboard == "two\nth"
        assert text.text == "one two\nthree"
        await ui.press("ctrl+x", "ctrl+v", "ctrl+v")
        assert text.text == "one two\nthtwo\nthree"
        await focus(ui, "ticket")
        await ui.press("ctrl+v")
        assert field(ui, "ticket").value == "two th"  # type: ignore[union-attr]


async def test_word_movement(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await edit(ui, NFS)
        await focus(ui, "workaround")
        text = area(ui, "workaround")
        text.load_text("one two")
        await ui.press("ctrl+right")
        await ui.type("X")
        await ui.press("end", "ctrl+left")
        await ui.type("Y")
        assert text.text == "oneX Ytwo"
        await ui.press("ctrl+w")
        assert text.text == "oneX two"


def roles(text: TextInput, row: int) -> set[tuple[str, str]]:
    """The parts of a drawn line that have a style of their own."""
    line = text.get_line(row)
    return {(line.plain[span.start : span.end], str(span.style)) for span in line.spans}


async def test_texts_and_code_are_coloured_as_they_are_typed(open_app: OpenApp) -> None:
    """The public hook that Textual draws lines with, and those that change a text."""
    async with open_app(MEDIUM) as ui:
        await edit(ui, NFS)
        await focus(ui, "issue")
        issue = area(ui, "issue")
        issue.load_text("# Head\nplain")
        assert {part for part, _ in roles(issue, 0)} == {"# Head"}
        assert roles(issue, 1) == set()
        await ui.press("home")
        await ui.type("```")
        await ui.press("enter")
        assert {part for part, _ in roles(issue, 1)} == {"# Head"}
        assert roles(issue, 2)
        coloured = {segment.text for segment in issue.render_line(2) if segment.style}
        assert "plain" in coloured
        for _ in range(9):
            await ui.press("ctrl+z")
        assert roles(issue, 1) == set()
        assert roles(area(ui, "paths"), 0) == set()
        await ui.press("escape", "escape")
        (mapping, *_) = ui.app.bank.by_kind["java-to-python-equivalents"]
        ui.main.forms.edit_entry(mapping)
        await ui.settle()
        area(ui, "java").load_text("int x; // c")
        area(ui, "python").load_text("return x # c")
        assert {part for part, _ in roles(area(ui, "java"), 0)} == {"int", "// c"}
        assert {part for part, _ in roles(area(ui, "python"), 0)} == {"return", "# c"}


async def test_a_key_in_a_long_text_is_quick(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await edit(ui, NFS)
        await focus(ui, "cause")
        text = area(ui, "cause")
        text.load_text("\n".join(f"- item {i} with `code` and **bold** words" for i in range(2000)))
        await ui.press("ctrl+end")
        times = []
        for row in (0, 1000, 1999) * 5:
            text.move_cursor((row, 0))
            await ui.settle()
            start = time.process_time()
            text.insert("x")
            for y in range(text.size.height):
                text.render_line(y)
            times.append(time.process_time() - start)
        assert sorted(times)[len(times) // 2] < 0.02


async def test_a_text_goes_to_the_editor_and_comes_back(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = FakeEditor(monkeypatch)
    async with open_app(MEDIUM) as ui:
        await edit(ui, NFS)
        await focus(ui, "ticket")
        await ui.press("f4")
        assert "First go to a text of several lines" in form_message(ui)
        await focus(ui, "cause")
        before = area(ui, "cause").text
        editor.edits.append(lambda text: text + "\nmore\n")
        await ui.press("f4")
        assert editor.seen == [before]
        assert editor.paths[0].suffix == ".md"
        assert editor.modes == [(0o700, 0o600)]
        assert area(ui, "cause").text == before + "\nmore"
        assert "Cause •" in ui.text
        (draft,) = load_drafts(ui.app.store.folder)
        assert draft.texts == {"cause": before + "\nmore"}
        assert editor.is_clean
        await ui.press("ctrl+z")
        assert area(ui, "cause").text == before
        editor.edits.append(lambda text: text)
        ui.app.screen.query_one("#form-editor").focus()
        await ui.press("enter")
        assert "The text is as it was" in form_message(ui)
        editor.edits.append(lambda text: "half")
        editor.ends.append(Ran("vim was ended by SIGTERM", True))
        await ui.press("f4")
        assert area(ui, "cause").text == before
        assert "the editor's text is kept as a draft" in form_message(ui)
        kept = [draft.texts.get("cause") for draft in load_drafts(ui.app.store.folder)]
        assert "half" in kept
        assert editor.is_clean


async def test_all_buttons_have_room_in_the_smallest_window(open_app: OpenApp) -> None:
    async with open_app(SMALL) as ui:
        await edit(ui, NFS)
        assert "Save  Cancel  F2 saves" in ui.rows[-1]
        await ui.press("escape")
        for word in ("Save", "Cancel", "Discard", "Editor"):
            assert word in ui.rows[-1]
