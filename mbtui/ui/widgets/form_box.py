"""The scrolled part of a form: labelled fields; the one that is filled in stays in view."""

from __future__ import annotations

from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.css.scalar import Scalar
from textual.widget import Widget
from textual.widgets import Static

from mbtui.ui.cells import fit
from mbtui.ui.glyphs import glyphs

"""Stands behind the name of what is typed and not saved."""
_TALLEST = 16
_LOWEST = 2
_TIGHT, _NARROW, _ROOMY = 36, 60, 80


class FieldLabel(Static):
    """The name of a field, with a mark while its text is not saved."""

    def __init__(self, label: str) -> None:
        super().__init__(Content(label), classes="form--label")
        self._label = label
        self._unsaved = False

    def mark(self, unsaved: bool) -> None:
        """Show or hide the mark."""
        if unsaved != self._unsaved:
            self._unsaved = unsaved
            self._show()

    def on_resize(self) -> None:
        """Keep the mark in sight."""
        if self._unsaved:
            self._show()

    def _show(self) -> None:
        room = self.size.width - 2
        text = f"{fit(self._label, room)} {glyphs.unsaved}" if self._unsaved else self._label
        self.update(Content(text), layout=False)


def labelled(label: str, field: Widget, *, above: bool) -> Widget:
    """A field with its label beside it, or above it."""
    box = Vertical if above else Horizontal
    return box(FieldLabel(label), field, classes="form--block" if above else "form--row")


class FormBox(VerticalScroll, can_focus=False):
    """The fields. A text with its label is never higher than the box."""

    _start = 0
    """The first row that was in view when the focused field was entered."""

    def label_of(self, field: Widget) -> FieldLabel | None:
        """The label of a field in here."""
        box = field.parent
        return box.query_one(FieldLabel) if isinstance(box, Horizontal | Vertical) else None

    def go_to_focused(self) -> None:
        """Scroll, as little as needed, to the field that has got the focus."""
        self._start = self.scroll_offset.y
        self.keep_in_view()

    def keep_in_view(self) -> None:
        """Scroll to the field that has the focus, with its label."""
        self.call_after_refresh(self._scroll_to_focused)

    def _scroll_to_focused(self) -> None:
        """Measured from where the field was entered: passing layouts leave no trace."""
        field = self.screen.focused
        if field is None or self not in field.ancestors or not isinstance(field.parent, Widget):
            return
        block, room = field.parent.virtual_region, self.scrollable_content_region.height
        lowest = max(0, min(block.y, block.bottom - room))
        top = min(max(self._start, lowest), block.y)
        self.scroll_to(y=top, animate=False, force=True)

    def on_resize(self) -> None:
        """Fit the texts into the room there is, and stay where something is filled in."""
        room = max(_LOWEST, min(_TALLEST, self.size.height - 1))
        for text in self.query("TextInput"):
            if text.styles.max_height != Scalar.from_number(room):
                text.styles.max_height = room
        self.keep_in_view()

    def watch_virtual_size(self) -> None:
        """Stay where something is filled in when a text grew, or the labels have less room."""
        self.keep_in_view()

    def on_text_area_changed(self) -> None:
        """Come back from where the mouse scrolled to."""
        self.keep_in_view()


def form_hint(width: int, in_buttons: bool) -> str:
    """The keys that a form of so many cells names beside its buttons."""
    if width < _NARROW:
        steps = ("", "Esc out" if width >= _TIGHT else "Esc")
    elif width < _ROOMY:
        steps = ("Esc keeps", "Esc out")
    else:
        steps = ("Esc again: the text is kept", "Esc leaves the text")
    step = steps[0] if in_buttons else steps[1]
    return f"F2 saves{glyphs.sep}{step}" if step else ""
