"""The input for a field of an entry, and what stands in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from textual.widget import Widget

from mbtui.bank.form import CHOICE, CODE, LIST, TAGS, TEXT, FormField
from mbtui.bank.safetext import safe_line
from mbtui.bank.schema import Field
from mbtui.bank.tag_hints import NO_HINTS, TagHints
from mbtui.ui.glyphs import glyphs
from mbtui.ui.widgets.inputs import Choice, LineInput

LONG_TEXT = "-long-text"
"""The class of an input of several lines."""


def syntax_of(item: FormField) -> str:
    """The language that a field's text is written in; empty for plain lines."""
    from mbtui.ui.highlight import language

    if item.type == CODE:
        return item.name if language(item.name) is not None else "python"
    return "" if item.type == LIST else "markdown"


def suffix_of(item: FormField) -> str:
    """How the name of a file with a field's text ends, so that an editor knows the language."""
    syntax = syntax_of(item)
    suffixes = {"markdown": ".md", "python": ".py", "java": ".java", "cpp": ".cpp"}
    return suffixes.get(syntax, ".sh" if syntax else ".txt")


def field_input(
    item: FormField,
    text: str,
    identity: str,
    may_be_empty: bool = True,
    tags: Callable[[], Iterable[str]] = tuple,
    paths: Callable[[str], TagHints] = lambda line: NO_HINTS,
) -> Widget:
    """An input for a field that holds `text`; a field of choices offers none of them too.

    `tags` gives those that are offered where tags are typed, `paths` what a line of paths may mean.
    """
    if item.type == CHOICE:
        none = [("", glyphs.none)] if may_be_empty else []
        return Choice([*none, *((word, word) for word in item.choices)], text, id=identity)
    hint = safe_line(item.hint)
    if item.multiline:
        if item.name == "paths":
            from mbtui.ui.widgets.paths_input import PathsInput

            return PathsInput(text, hint, id=identity, hints=paths, classes=LONG_TEXT)
        # Textual's text area takes as long to load as all other widgets together.
        from mbtui.ui.widgets.text_input import TextInput

        return TextInput(text, hint, id=identity, syntax=syntax_of(item), classes=LONG_TEXT)
    if item.type == TAGS and item.name == "tags":
        from mbtui.ui.widgets.tag_input import TagInput

        return TagInput(text, hint, id=identity, tags=tags)
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


def is_long_text(widget: Widget) -> bool:
    """Whether an input is one of several lines."""
    return widget.has_class(LONG_TEXT)


def edit_text(widget: Widget, text: str) -> None:
    """Replace what stands in an input of several lines as one edit, which can be taken back."""
    from mbtui.ui.widgets.text_input import TextInput

    assert isinstance(widget, TextInput)
    widget.put(text)


def foreign_fields(fields: list[FormField], texts: Mapping[str, str]) -> list[FormField]:
    """Texts typed for another kind whose fields this one lacks; saved as keys of their own."""
    known = {item.name for item in fields}
    return [
        FormField(name, f"{Field(name).label}{glyphs.sep}not a field of this kind", TEXT)
        for name, text in texts.items()
        if name not in known and text and name != "status"
    ]
