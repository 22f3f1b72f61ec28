"""The editor: a form made from a kind's fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from mbtui.bank.form import FormError, FormField, changes_of, form_fields, value_of
from mbtui.bank.safetext import safe_line
from mbtui.bank.schema import Schema
from mbtui.bank.tag_hints import NO_HINTS, TagHints
from mbtui.ui.draft import Draft
from mbtui.ui.glyphs import glyphs
from mbtui.ui.widgets.bars import Bar
from mbtui.ui.widgets.fields import (
    edit_text,
    field_input,
    foreign_fields,
    is_long_text,
    put_text,
    text_in,
)
from mbtui.ui.widgets.form_box import FormBox, form_hint, labelled
from mbtui.ui.widgets.inputs import Choice
from mbtui.ui.widgets.tag_input import TagInput, hint_text

if TYPE_CHECKING:
    from textual.widgets import TextArea

    from mbtui.ui.widgets.paths_input import PathsInput

_KIND = "kind-of-entry"
KEEP_SECONDS = 2.0
"""How old what is typed may be that is not yet kept on disk."""
_NARROW = 60


class EntryForm(Screen[None]):
    """Edits an entry or makes a new one. The app saves; the form stays until it is told so."""

    above: Sequence[FormField] = ()
    """Fields of a table that is edited with the entry, above its own."""
    table: Mapping[str, Any] = {}
    table_changes: Mapping[str, Any] = {}
    CSS_PATH = "form.tcss"
    AUTO_FOCUS = ""
    BINDINGS = [  # noqa: RUF012
        Binding("f2,ctrl+s", "save", "Save", priority=True),
        Binding("f4", "to_editor", "The text in your editor", priority=True),
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

    class ToEditor(Message):
        """The text of a field is to be opened in the user's editor."""

        def __init__(self, form: EntryForm, field: FormField, text: str) -> None:
            super().__init__()
            self.form = form
            self.field = field
            self.text = text

    class Left(Message):
        """The form was left without saving; `draft` is None when nothing had been typed."""

        def __init__(self, draft: Draft | None, name: str) -> None:
            super().__init__()
            self.draft = draft
            self.name = name

    def __init__(
        self,
        schema: Schema,
        draft: Draft,
        *,
        restored: bool = False,
        notice: str = "",
        tags: Callable[[], Iterable[str]] = tuple,
        paths: Callable[[str], TagHints] = lambda line: NO_HINTS,
    ) -> None:
        super().__init__()
        self._schema = schema
        self._tags = tags
        self._paths = paths
        self._unsaved: set[str] = set()
        self._last_text: Widget | None = None
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
        with FormBox(id="form-fields"):
            yield from self._field_widgets()
        yield Static("", id="form-tags")
        yield Static("", id="form-news")
        yield Static("", id="form-message")
        with Horizontal(id="form-buttons"):
            yield Button("Save", id="form-save", compact=True)
            yield Button("Cancel", id="form-cancel", compact=True)
            yield Button("Discard", id="form-discard", compact=True)
            yield Button("Editor", id="form-editor", compact=True)
            yield Static("", id="form-hint")

    def _field_widgets(self) -> list[Widget]:
        draft = self.draft
        self._fields = [*self.above, *form_fields(draft.kind, draft.base)]
        if self.is_new:
            self._fields += foreign_fields(self._fields, draft.texts)
        widgets: list[Widget] = []
        if self.is_new:
            kinds = [k for k in self._schema.kinds.values() if not k.single]
            options = [(kind.slug, safe_line(kind.title)) for kind in kinds]
            choice = Choice(options, draft.kind.slug, id=_KIND)
            widgets.append(labelled("Kind", choice, above=False))
        for item in self._fields:
            field = self._input(item, draft.texts.get(item.name, item.text))
            widgets.append(labelled(safe_line(item.label), field, above=item.multiline))
        return widgets

    def _input(self, item: FormField, text: str) -> Widget:
        has_status = item.name == "status" and (self.is_new or item.text != "")
        identity = f"field-{self._fields.index(item)}"
        filled = not has_status, self._tags, self._paths
        return field_input(item, text, identity, *filled)

    def on_mount(self) -> None:
        """Begin in the title of a new entry, in the main text of another."""
        self.set_interval(KEEP_SECONDS, self._keep)
        self._mark_all()
        if self._notice:
            self.say(self._notice)
        name = "title" if self.is_new or self.above else self.draft.kind.main_field
        names = [item.name for item in self._fields]
        start = self._widget(names.index(name) if name in names else 0)
        start.focus(scroll_visible=False)

    def _keep(self) -> None:
        draft = self.current_draft()
        if draft is not None and draft.texts != self._kept:
            self._kept = draft.texts
            self.post_message(self.Typed(draft))

    def _show_title(self) -> None:
        kind = self.draft.kind
        what = f"{'New' if self.is_new else 'Edit'}{glyphs.sep}{kind.title}"
        notes = []
        if self._unsaved:
            back = self._restored and self.size.width >= _NARROW
            notes.append(f"{glyphs.unsaved} unsaved" + " text is back" * back)
        if any(item.escaped for item in self._fields):
            notes.append("escapes such as \\u001b are control characters")
        self.query_one("#form-title", Bar).show(safe_line(what), glyphs.sep.join(notes))

    # What is not saved

    def on_input_changed(self, event: Input.Changed) -> None:
        """Mark a line that differs from what is saved."""
        self._mark(event.input)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Mark a text that differs from what is saved."""
        self._mark(event.text_area)

    def _mark(self, widget: Widget) -> None:
        number = (widget.id or "").removeprefix("field-")
        if not number.isdecimal() or not widget.is_attached:
            return
        item = self._fields[int(number)]
        unsaved = text_in(widget) != self._saved(item)
        label = self._box.label_of(widget)
        if label is not None:
            label.mark(unsaved)
        before = bool(self._unsaved)
        (self._unsaved.add if unsaved else self._unsaved.discard)(item.name)
        if before != bool(self._unsaved):
            self._show_title()

    def _mark_all(self) -> None:
        self._unsaved.clear()
        for i in range(len(self._fields)):
            self._mark(self._widget(i))
        self._show_title()

    def _saved(self, item: FormField) -> str:
        """What a field holds where nothing was typed."""
        if self.is_new and item.name == "status":
            return next(iter(self.draft.kind.statuses), "")
        return item.text

    @property
    def _box(self) -> FormBox:
        return self.query_one(FormBox)

    def _widget(self, index: int) -> Widget:
        return self.query_one(f"#field-{index}", Widget)

    def typed(self) -> dict[str, str]:
        """The texts of all fields as they stand in the form."""
        return {item.name: text_in(self._widget(i)) for i, item in enumerate(self._fields)}

    def changed(self) -> dict[str, str]:
        """The texts that differ from what the entry holds."""
        saved = {item.name: self._saved(item) for item in self._fields}
        return {name: text for name, text in self.typed().items() if text != saved[name]}

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
        self._line("#form-message", Content(safe_line(message)))

    def tell_news(self, news: str) -> None:
        """Show what became of the entry on disk while the form is open."""
        self._line("#form-news", Content(safe_line(news)))

    def on_tag_input_hinted(self, event: TagInput.Hinted) -> None:
        """Show the tags that fit what is typed."""
        event.stop()
        self._line("#form-tags", hint_text(event.tags))

    def on_paths_input_hinted(self, event: PathsInput.Hinted) -> None:
        """Show the paths that fit what is typed."""
        from mbtui.ui.widgets.paths_input import path_hint_text

        event.stop()
        self._line("#form-tags", path_hint_text(event.names))

    def _line(self, selector: str, text: Content) -> None:
        line = self.query_one(selector, Static)
        line.update(text)
        line.set_class(bool(text), "-shown")

    async def on_choice_changed(self, event: Choice.Changed) -> None:
        """Another kind for a new entry: other fields, same texts."""
        event.stop()
        if event.choice.id != _KIND:
            self._mark(event.choice)
            return
        texts = {name: text for name, text in self.changed().items() if text}
        old, new = self.draft.kind, self._schema.kinds[event.choice.value]
        lacks_main = old.main_field in texts and new.field(old.main_field) is None
        if lacks_main and new.main_field not in texts:
            texts[new.main_field] = texts.pop(old.main_field)
        if texts.get("status", "") not in new.statuses:
            texts.pop("status", None)
        self.draft = replace(self.draft, kind=new, texts=texts)
        box = self._box
        with self.app.batch_update():
            await box.remove_children()
            await box.mount_all(self._field_widgets())
            self.query_one(f"#{_KIND}").focus()
        self._mark_all()

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
        elif event.button.id == "form-editor":
            self.action_to_editor()
        elif self.saving:
            self.say("Saving; a moment")
        else:
            self._leave(keep=event.button.id != "form-discard")

    def _leave(self, *, keep: bool = True) -> None:
        draft = self.current_draft() if keep else None
        self.post_message(self.Left(draft, self.draft.name))
        self.dismiss(None)

    def action_to_editor(self) -> None:
        """Ask for the text to be opened in the user's editor; it comes back into the form."""
        focused = self.focused
        text = focused if focused is not None and is_long_text(focused) else None
        if text is None and isinstance(focused, Button):
            text = self._last_text
        if self.saving:
            self.say("Saving; a moment")
        elif text is None or not text.is_attached:
            self.say("First go to a text of several lines: that is what your editor opens")
        else:
            item = self._fields[int((text.id or "").removeprefix("field-"))]
            self.post_message(self.ToEditor(self, item, text_in(text)))

    def put_edited(self, field: FormField, text: str) -> None:
        """Replace a field's text by one from elsewhere; Ctrl+z takes that back."""
        if field in self._fields:
            edit_text(self._widget(self._fields.index(field)), text)

    def on_descendant_focus(self) -> None:
        """Light the field's label, bring it into view, and tell what Esc does here."""
        if self.focused is not None and is_long_text(self.focused):
            self._last_text = self.focused
        self._box.go_to_focused()
        box = self.focused.parent if self.focused is not None else None
        for label in self.query(".form--label"):
            label.set_class(label.parent is box, "-here")
        self._show_hint()

    def _show_hint(self) -> None:
        in_buttons = isinstance(self.focused, Button)
        self.set_class(not in_buttons, "-typing")
        hint = form_hint(self.size.width, in_buttons)
        self.query_one("#form-hint", Static).update(Content(hint))

    def on_resize(self, event: events.Resize) -> None:
        """Use little room for labels where there is little."""
        self.set_class(event.size.width < _NARROW, "-narrow")
        self._show_title()
        self._show_hint()

    def on_input_submitted(self) -> None:
        """Enter in a line goes on to the next field."""
        self.focus_next()
