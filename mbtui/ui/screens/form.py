"""The editor: a form made from a kind's fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Button, Static

from mbtui.bank.entry import Entry
from mbtui.bank.form import TEXT, FormError, FormField, changes_of, form_fields, value_of
from mbtui.bank.safetext import safe_line
from mbtui.bank.schema import Field, Kind, Schema
from mbtui.store.drafts import new_name
from mbtui.ui.glyphs import glyphs
from mbtui.ui.widgets.bars import Bar
from mbtui.ui.widgets.fields import field_input, put_text, text_in
from mbtui.ui.widgets.inputs import Choice

_KIND = "kind-of-entry"
KEEP_SECONDS = 2.0
"""How old what is typed may be that is not yet kept on disk."""
_NARROW = 60


@dataclass(slots=True)
class Draft:
    """What was typed into a form and is not saved: texts by field name.

    `base` is the table the form was filled from; `entry` is None for a new entry. `when` is the
    time, in seconds since the epoch, when it was kept.
    """

    kind: Kind
    entry: Entry | None
    base: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    name: str = field(default_factory=new_name)
    when: float = 0.0


class EntryForm(Screen[None]):
    """Edits an entry or makes a new one. The app saves; the form stays until it is told so."""

    CSS_PATH = "form.tcss"
    AUTO_FOCUS = ""
    BINDINGS = [  # noqa: RUF012
        Binding("f2,ctrl+s", "save", "Save", priority=True),
        Binding("escape", "step_out", "Out of the text", priority=True),
    ]

    class Submitted(Message):
        """The form is to be saved: `changes` holds the new values (None removes a key)."""

        def __init__(self, form: EntryForm, changes: dict[str, Any | None]) -> None:
            super().__init__()
            self.form = form
            self.kind = form.draft.kind
            self.changes = changes
            self.texts = form.typed()
            """What the fields held when it was submitted."""

    class Typed(Message):
        """Text was typed since the last time this was told; told every two seconds."""

        def __init__(self, draft: Draft) -> None:
            super().__init__()
            self.draft = draft

    class Left(Message):
        """The form was left without saving; `draft` is None when nothing had been typed."""

        def __init__(self, draft: Draft | None, name: str) -> None:
            super().__init__()
            self.draft = draft
            self.name = name

    def __init__(
        self, schema: Schema, draft: Draft, *, restored: bool = False, notice: str = ""
    ) -> None:
        super().__init__()
        self._schema = schema
        self.draft = draft
        self._restored = restored
        self._notice = notice
        self._fields: list[FormField] = []
        self._kept: dict[str, str] = dict(draft.texts) if restored else {}
        self.saving = False
        """Whether what was submitted is on its way to the disk."""

    @property
    def is_new(self) -> bool:
        """Whether the form makes a new entry."""
        return self.draft.entry is None

    def compose(self) -> ComposeResult:
        """A title row, the fields, the row of Save and Cancel."""
        yield Bar(id="form-title")
        with VerticalScroll(id="form-fields", can_focus=False):
            yield from self._field_widgets()
        yield Static("", id="form-message")
        with Horizontal(id="form-buttons"):
            yield Button("Save", id="form-save", compact=True)
            yield Button("Cancel", id="form-cancel", compact=True)
            yield Button("Discard", id="form-discard", compact=True)
            yield Static("", id="form-hint")

    def _field_widgets(self) -> list[Widget]:
        draft = self.draft
        self._fields = form_fields(draft.kind, draft.base)
        if self.is_new:
            self._fields += _foreign_fields(self._fields, draft.texts)
        widgets: list[Widget] = []
        if self.is_new:
            kinds = [k for k in self._schema.kinds.values() if not k.single]
            options = [(kind.slug, safe_line(kind.title)) for kind in kinds]
            widgets.append(_labelled("Kind", Choice(options, draft.kind.slug, id=_KIND), False))
        for item in self._fields:
            field = self._input(item, draft.texts.get(item.name, item.text))
            widgets.append(_labelled(safe_line(item.label), field, item.multiline))
        return widgets

    def _input(self, item: FormField, text: str) -> Widget:
        has_status = item.name == "status" and (self.is_new or item.text != "")
        identity = f"field-{self._fields.index(item)}"
        return field_input(item, text, identity, may_be_empty=not has_status)

    def on_mount(self) -> None:
        """Begin in the title of a new entry, in the main text of another."""
        self.set_interval(KEEP_SECONDS, self._keep)
        self._show_title()
        if self._notice:
            self.say(self._notice)
        name = "title" if self.is_new else self.draft.kind.main_field
        names = [item.name for item in self._fields]
        start = self._widget(names.index(name) if name in names else 0)
        start.focus(scroll_visible=False)
        self.call_after_refresh(start.scroll_visible, animate=False)

    def _keep(self) -> None:
        draft = self.current_draft()
        if draft is not None and draft.texts != self._kept:
            self._kept = draft.texts
            self.post_message(self.Typed(draft))

    def _show_title(self) -> None:
        kind = self.draft.kind
        what = f"{'New' if self.is_new else 'Edit'}{glyphs.sep}{kind.title}"
        note = "unsaved text is back" if self._restored else ""
        if any(item.escaped for item in self._fields):
            note = f"{note}{glyphs.sep}" if note else ""
            note += "escapes such as \\u001b are control characters"
        self.query_one("#form-title", Bar).show(safe_line(what), note)

    def _widget(self, index: int) -> Widget:
        return self.query_one(f"#field-{index}", Widget)

    def typed(self) -> dict[str, str]:
        """The texts of all fields as they stand in the form."""
        return {item.name: text_in(self._widget(i)) for i, item in enumerate(self._fields)}

    def changed(self) -> dict[str, str]:
        """The texts that differ from what the entry holds."""
        typed = self.typed()
        start = {item.name: item.text for item in self._fields}
        if self.is_new:
            start["status"] = next(iter(self.draft.kind.statuses), "")
        return {name: text for name, text in typed.items() if text != start[name]}

    def current_draft(self) -> Draft | None:
        """What is typed and not saved, or None."""
        texts = self.changed()
        if not texts:
            return None
        return replace(self.draft, texts=texts)

    def take(self, texts: Mapping[str, str]) -> None:
        """Put plain texts into fields, as if they had been typed here."""
        from mbtui.ui.comparison import as_typed

        typed = as_typed(self._fields, texts)
        for i, item in enumerate(self._fields):
            if item.name in typed:
                put_text(self._widget(i), typed[item.name])

    def say(self, message: str) -> None:
        """Show a message above the buttons."""
        self.query_one("#form-message", Static).update(Content(safe_line(message)))
        self.query_one("#form-message").set_class(bool(message), "-shown")

    async def on_choice_changed(self, event: Choice.Changed) -> None:
        """Another kind for a new entry: other fields, same texts."""
        event.stop()
        if event.choice.id != _KIND:
            return
        texts = {name: text for name, text in self.changed().items() if text}
        old, new = self.draft.kind, self._schema.kinds[event.choice.value]
        lacks_main = old.main_field in texts and new.field(old.main_field) is None
        if lacks_main and new.main_field not in texts:
            texts[new.main_field] = texts.pop(old.main_field)
        if texts.get("status", "") not in new.statuses:
            texts.pop("status", None)
        self.draft = replace(self.draft, kind=new, texts=texts)
        box = self.query_one("#form-fields", VerticalScroll)
        with self.app.batch_update():
            await box.remove_children()
            await box.mount_all(self._field_widgets())
            self.query_one(f"#{_KIND}").focus()
        self._show_title()

    def action_save(self) -> None:
        """Ask the app to save what is typed."""
        if self.saving:
            return
        self.say("")
        try:
            changes = self._changes()
        except FormError as error:
            self.say(str(error))
            names = [item.name for item in self._fields]
            self._widget(names.index(error.field)).focus()
            return
        self.post_message(self.Submitted(self, changes))

    def _changes(self) -> dict[str, Any | None]:
        typed = self.typed()
        if not self.is_new:
            return changes_of(self.draft.kind, self._fields, typed)
        values = {item.name: value_of(item, typed[item.name]) for item in self._fields}
        return {name: value for name, value in values.items() if value is not None}

    def action_step_out(self) -> None:
        """From a field to Save; from there out of the form, the text kept."""
        if self.saving:
            self.say("Saving; a moment")
        elif isinstance(self.focused, Button):
            self._leave()
        else:
            self.query_one("#form-save").focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Save, or leave with the text kept, or without it."""
        event.stop()
        if event.button.id == "form-save":
            self.action_save()
        elif self.saving:
            self.say("Saving; a moment")
        else:
            self._leave(keep=event.button.id != "form-discard")

    def _leave(self, *, keep: bool = True) -> None:
        draft = self.current_draft() if keep else None
        self.post_message(self.Left(draft, self.draft.name))
        self.dismiss(None)

    def on_descendant_focus(self) -> None:
        """Light the field's label, and tell what Esc does here."""
        box = self.focused.parent if self.focused is not None else None
        for label in self.query(".form--label"):
            label.set_class(label.parent is box, "-here")
        in_buttons = isinstance(self.focused, Button)
        step = "Esc again: the text is kept" if in_buttons else "Esc leaves the text"
        hint = "F2 saves" if self.has_class("-narrow") else f"F2 saves{glyphs.sep}{step}"
        self.query_one("#form-hint", Static).update(Content(hint))

    def on_resize(self) -> None:
        """Use little room for labels where there is little."""
        self.set_class(self.size.width < _NARROW, "-narrow")

    def on_input_submitted(self) -> None:
        """Enter in a line goes on to the next field."""
        self.focus_next()


def _foreign_fields(fields: list[FormField], texts: Mapping[str, str]) -> list[FormField]:
    """Texts typed for another kind whose fields this one lacks; saved as keys of their own."""
    known = {item.name for item in fields}
    return [
        FormField(name, f"{Field(name).label}{glyphs.sep}not a field of this kind", TEXT)
        for name, text in texts.items()
        if name not in known and text and name != "status"
    ]


def _labelled(label: str, field: Widget, above: bool) -> Widget:
    """A field with its label beside it, or above it."""
    box = Vertical if above else Horizontal
    label_widget = Static(Content(label), classes="form--label")
    return box(label_widget, field, classes="form--block" if above else "form--row")
