"""The form: what it writes, and that no typed text is ever lost."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from textual.widgets import Button

from mbtui.ui.screens.form import EntryForm
from mbtui.ui.widgets.inputs import Choice, LineInput
from mbtui.ui.widgets.text_input import TextInput
from tests.ui.conftest import NOW, OpenApp
from tests.ui.driving import MEDIUM, WIDE
from tests.ui.forms import NFS, edit, field, focus, form_message, on_disk, retype

pytestmark = pytest.mark.anyio


async def test_saving_one_field_changes_only_that_field_and_the_stamps(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        before = ui.on_disk()
        await edit(ui, NFS)
        await retype(ui, "ticket", "ACME-9")
        await ui.press("escape", "enter")
        assert ui.app.screen is ui.main
        old, new = before.splitlines(), ui.on_disk().splitlines()
        assert set(new) - set(old) == {
            'ticket = "ACME-9"',
            "updated = 2026-11-20T18:00:00Z",
            'updated_by = "Ana Lima"',
        } - set(old)
        assert len(new) == len(old) + 1
        assert on_disk(ui, NFS)["ticket"] == "ACME-9"
        assert on_disk(ui, NFS)["updated"] == NOW
        assert "Saved: SQLite WAL hangs" in ui.message
        assert ui.main.list.cursor_key == NFS


@pytest.mark.parametrize("key", ["f2", "ctrl+s"])
async def test_saving_an_untouched_form_writes_nothing(open_app: OpenApp, key: str) -> None:
    async with open_app(MEDIUM) as ui:
        before = ui.on_disk()
        await edit(ui, NFS)
        await ui.press(key)
        assert ui.app.screen is ui.main
        assert ui.on_disk() == before
        assert "Nothing was changed" in ui.message


async def test_a_form_holds_the_entry_as_it_is(open_app: OpenApp) -> None:
    kinds = ("project-information", "architecture-decisions", "optimization-history")
    async with open_app(MEDIUM) as ui:
        for kind in kinds:
            ui.main.forms.edit_entry(ui.app.bank.by_kind[kind][0])
            await ui.settle()
            form = ui.on(EntryForm)
            assert form.changed() == {}
            assert any(form.typed().values())
            form.dismiss(None)


async def test_new_entry(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.show_kind("technical-debt")
        await ui.press("A")
        form = ui.on(EntryForm)
        assert form.draft.kind.slug == "technical-debt"
        assert ui.app.focused is field(ui, "title")
        await ui.type("Two ORMs")
        await retype(ui, "tags", "orm #sql")
        await focus(ui, "impact")
        await ui.press("h", "h")
        assert field(ui, "impact").value == "high"  # type: ignore[union-attr]
        await retype(ui, "debt", "Both open pools.")
        await ui.press("f2")
        new = next(e for e in ui.app.bank.entries if e.title == "Two ORMs")
        table = on_disk(ui, new.id)
        assert table == {
            "id": new.id,
            "title": "Two ORMs",
            "status": "active",
            "impact": "high",
            "tags": ["orm", "sql"],
            "created": NOW,
            "created_by": "Ana Lima",
            "updated": NOW,
            "updated_by": "Ana Lima",
            "debt": "Both open pools.",
        }
        assert ui.main.list.cursor_key == new.id
        await ui.press("A")
        assert field(ui, "title").value == ""  # type: ignore[union-attr]


async def test_switching_kinds_back_and_forth_keeps_every_text(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        await ui.press("A")
        typed = {"title": "T", "issue": "I", "cause": "C", "workaround": "W", "ticket": "K-1"}
        for name, text in typed.items():
            await retype(ui, name, text)
        await focus(ui, "severity")
        await ui.press("c")
        kind = ui.app.screen.query_one("#kind-of-entry", Choice)
        kind.focus()
        await ui.press("right")
        form = ui.on(EntryForm)
        assert form.draft.kind.slug == "technical-debt"
        for text in ("I", "C", "W", "K-1", "critical"):
            assert text in form.changed().values()
        assert form.changed()["debt"] == "I"
        assert "Cause · not a field of this kind" in ui.text
        await ui.press("left")
        assert form.draft.kind.slug == "current-issues"
        assert form.changed() == {**typed, "severity": "critical"}


async def test_texts_of_another_kind_are_saved_as_keys_of_their_own(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.press("A")
        await retype(ui, "title", "T")
        await retype(ui, "cause", "The cause")
        ui.app.screen.query_one("#kind-of-entry", Choice).focus()
        await ui.press("right", "f2")
        new = next(e for e in ui.app.bank.entries if e.title == "T")
        assert new.kind.slug == "technical-debt"
        assert on_disk(ui, new.id)["cause"] == "The cause"


async def test_escape_goes_to_save_then_out_and_keeps_the_text(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        before = ui.on_disk()
        await edit(ui, NFS)
        await retype(ui, "title", "Half a sen")
        await ui.press("escape")
        assert isinstance(ui.app.focused, Button)
        assert ui.app.focused.id == "form-save"
        assert "the text is kept" in ui.rows[-1]
        await ui.press("escape")
        assert ui.app.screen is ui.main
        assert "your text is kept" in ui.message
        assert ui.on_disk() == before
        await ui.press("e")
        assert field(ui, "title").value == "Half a sen"  # type: ignore[union-attr]
        assert "unsaved text is back" in ui.rows[0]
        assert field(ui, "tags").value == "sqlite, nfs"  # type: ignore[union-attr]
        await ui.press("f2")
        assert on_disk(ui, NFS)["title"] == "Half a sen"
        await ui.press("e")
        assert "unsaved text is back" not in ui.text


async def test_drafts_outlive_the_program(open_app: OpenApp, demo: Path) -> None:
    async with open_app(MEDIUM, demo) as ui:
        await edit(ui, NFS)
        await retype(ui, "cause", "typed before the line dropped")
        await ui.press("escape", "escape", "A")
        await ui.type("New and unsaved")
        await focus(ui, "status")
        await ui.press("f")
        ui.app.action_leave()
    async with open_app(MEDIUM, demo) as ui:
        assert "Unsaved text" in ui.text
        await ui.press("A")
        assert field(ui, "title").value == "New and unsaved"  # type: ignore[union-attr]
        assert field(ui, "status").value == "fixed"  # type: ignore[union-attr]
        await ui.press("escape", "escape")
        await edit(ui, NFS)
        cause = field(ui, "cause")
        assert isinstance(cause, TextInput)
        assert cause.text == "typed before the line dropped"
        await ui.press("f2")
        assert on_disk(ui, NFS)["cause"] == "typed before the line dropped"
    async with open_app(MEDIUM, demo) as ui:
        await edit(ui, NFS)
        assert "unsaved text is back" not in ui.text


async def test_leaving_an_untouched_form_keeps_no_draft(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await edit(ui, NFS)
        await ui.press("escape", "escape")
        assert "kept" not in ui.message
        await ui.press("A", "escape", "tab", "enter")
        assert ui.app.screen is ui.main
        assert len(ui.app.drafts) == 0


async def test_impossible_values_are_told_and_nothing_is_written(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        before = ui.on_disk()
        form = await edit(ui, NFS)
        await retype(ui, "title", "   ")
        await ui.press("f2")
        assert ui.app.screen is form
        assert "needs a title" in form_message(ui)
        assert "needs a title" in ui.text
        assert ui.app.focused is field(ui, "title")
        assert ui.on_disk() == before


async def test_date_fields_want_a_date(open_app: OpenApp, demo: Path) -> None:
    bank = (demo / "bank.toml").read_text()
    extra = '\n[kinds.current-issues]\nfields.seen_on = { type = "date" }\n'
    (demo / "bank.toml").write_text(bank + extra)
    async with open_app(MEDIUM) as ui:
        await edit(ui, NFS)
        await retype(ui, "seen_on", "last Tuesday")
        await ui.press("f2")
        assert "should be a date such as" in form_message(ui)
        assert field(ui, "seen_on").has_focus
        await retype(ui, "seen_on", "2026-11-17")
        await ui.press("f2")
        assert str(on_disk(ui, NFS)["seen_on"]) == "2026-11-17"


async def test_control_characters_are_edited_losslessly(open_app: OpenApp, demo: Path) -> None:
    path = demo / "known-issues.toml"
    text = path.read_text()
    hostile = 'title = "a\\u001b]52;c;eA==\\u0007 \\\\ \\u202Eb"'
    path.write_text(text.replace('title = "SQLite WAL hangs on NFS homes"', hostile))
    async with open_app(MEDIUM) as ui:
        await edit(ui, NFS)
        title = field(ui, "title")
        assert isinstance(title, LineInput)
        assert title.value == "a\\u001b]52;c;eA==\\u0007 \\\\ \\u202eb"
        assert "escapes such as \\u001b are control characters" in ui.rows[0]
        await focus(ui, "title")
        await ui.press("end")
        await ui.type("!")
        await ui.press("f2")
        assert on_disk(ui, NFS)["title"] == "a\x1b]52;c;eA==\x07 \\ \u202eb!"


async def test_pasted_lines_stay_in_a_line_and_in_a_text(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.press("A")
        await ui.paste("one\r\n\n  two\nthree")
        assert field(ui, "title").value == "one two three"  # type: ignore[union-attr]
        await focus(ui, "issue")
        await ui.paste("first\nsecond\n\nfourth")
        issue = field(ui, "issue")
        assert isinstance(issue, TextInput)
        assert issue.text == "first\nsecond\n\nfourth"
        await ui.press("f2")
        new = next(e for e in ui.app.bank.entries if e.title == "one two three")
        assert on_disk(ui, new.id)["issue"] == "first\nsecond\n\nfourth\n"


async def test_single_table_is_filled_and_edited(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.show_kind("project-information")
        await ui.press("e")
        form = ui.on(EntryForm)
        assert form.draft.kind.single
        await retype(ui, "project_name", "acme-api 2")
        await ui.press("f2")
        table = tomllib.loads(ui.on_disk("project-context.toml"))["project-information"]
        assert table["project_name"] == "acme-api 2"
        assert "id" not in table


async def test_tab_walks_through_every_field_and_the_label_says_where(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        form = await edit(ui, NFS)
        form._widget(0).focus()
        await ui.settle()
        for i in range(len(form._fields)):
            assert ui.app.focused is form._widget(i)
            region = form._widget(i).region
            assert region.height >= 1
            assert 0 < region.y < MEDIUM[1] - 1
            lit = [w for w in form.query(".form--label") if w.styles.text_style.bold]
            assert len(lit) == 1
            await ui.press("tab")
        assert ui.app.focused is not None
        assert ui.app.focused.id == "form-save"
