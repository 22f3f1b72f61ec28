"""The input for a field of an entry, and what stands in it."""

from __future__ import annotations

from textual.widget import Widget

from mbtui.bank.form import CHOICE, FormField
from mbtui.bank.safetext import safe_line
from mbtui.ui.glyphs import glyphs
from mbtui.ui.widgets.inputs import Choice, LineInput


def field_input(item: FormField, text: str, identity: str, *, may_be_empty: bool = True) -> Widget:
    """An input for a field that holds `text`; a field of choices offers none of them too."""
    if item.type == CHOICE:
        none = [("", glyphs.none)] if may_be_empty else []
        return Choice([*none, *((word, word) for word in item.choices)], text, id=identity)
    hint = safe_line(item.hint)
    if item.multiline:
        # Textual's text area takes as long to load as all other widgets together.
        from mbtui.ui.widgets.text_input import TextInput

        return TextInput(text, hint, id=identity)
    return LineInput(text, hint, id=identity)


def text_in(widget: Widget) -> str:
    """What stands in an input made by `field_input`."""
    if isinstance(widget, Choice | LineInput):
        return widget.value
    from mbtui.ui.widgets.text_input import TextInput

    assert isinstance(widget, TextInput)
    return widget.text


def put_text(widget: Widget, text: str) -> None:
    """Replace what stands in an input made by `field_input`."""
    if isinstance(widget, Choice):
        widget.choose(text)
    elif isinstance(widget, LineInput):
        widget.value = text
    else:
        from mbtui.ui.widgets.text_input import TextInput

        assert isinstance(widget, TextInput)
        widget.text = text
