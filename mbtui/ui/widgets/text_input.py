"""An input of several lines. Apart from the others, because only forms need Textual's text area."""

from __future__ import annotations

import re

from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.geometry import Offset
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult

from mbtui.ui.highlight import ROLES, Highlighter, language
from mbtui.ui.lazy_styles import LazyStyles
from mbtui.ui.new_line import new_line

_LINE_BREAK = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
"""What Textual takes for a line break beside LF."""


class TextInput(TextArea, LazyStyles):
    """Several lines of text, coloured as their language is; as high as its text, within bounds."""

    BINDINGS = [  # noqa: RUF012
        Binding("enter", "new_line", "New line", show=False, priority=True),
    ]
    COMPONENT_CLASSES = {f"text-input--{role}" for role in ROLES}  # noqa: RUF012
    DEFAULT_CSS = """
    TextInput {
        height: auto; min-height: 2; max-height: 16; border: none; padding: 0 1;
        background: $surface;
    }
    TextInput .text-area--placeholder { color: $foreground 70%; }
    TextInput:focus { background: $surface-lighten-1; border: none; }
    TextInput > .text-input--heading { color: $primary; text-style: bold; }
    TextInput > .text-input--mark { color: $accent; }
    TextInput > .text-input--code { color: $secondary; }
    TextInput > .text-input--strong { text-style: bold; }
    TextInput > .text-input--emphasis { text-style: italic; }
    TextInput > .text-input--link { color: $primary; text-style: underline; }
    TextInput > .text-input--keyword { color: $primary; text-style: bold; }
    TextInput > .text-input--string { color: $success; }
    TextInput > .text-input--comment { color: $foreground 70%; text-style: italic; }
    """

    def __init__(
        self,
        text: str,
        placeholder: str = "",
        id: str | None = None,  # noqa: A002
        *,
        syntax: str = "",
        classes: str | None = None,
    ) -> None:
        found = language(syntax)
        self._colours = Highlighter(found, self._line) if found is not None else None
        self.syntax = syntax
        """The name of the text's language, or an empty text."""
        super().__init__(
            text,
            id=id,
            classes=classes,
            placeholder=Content(placeholder),
            soft_wrap=True,
            tab_behavior="focus",
            compact=True,
            highlight_cursor_line=False,
        )
        self.cursor_blink = False

    def _line(self, row: int) -> str:
        return self.document.get_line(row)

    def on_resize(self) -> None:
        """Keep the cursor's line in view, and draw what Textual only breaks anew."""
        self.refresh()
        if self.has_focus:
            self.call_after_refresh(self.scroll_cursor_visible)

    def scroll_cursor_visible(self, center: bool = False, animate: bool = False) -> Offset:
        """Scroll to the cursor, if it is in the text.

        An undo that makes a text so short that its scroll bar goes asks for this before it brings
        the cursor back into what is left.
        """
        if self.cursor_location[0] >= self.document.line_count:
            return Offset(0, 0)
        return super().scroll_cursor_visible(center=center, animate=animate)

    # The colours: Textual asks for each line that it draws, and every change of the text goes
    # through one of the four methods below.

    def get_line(self, line_index: int) -> Text:
        """A line of the text with its colours."""
        line = super().get_line(line_index)
        if self._colours is not None:
            for start, end, role in self._colours.spans(line_index):
                style = self.get_component_rich_style(f"text-input--{role}", partial=True)
                line.stylize(style, start, end)
        return line

    def _changed_from(self, row: int) -> None:
        if self._colours is not None:
            self._colours.changed_from(row)

    def edit(self, edit: Edit) -> EditResult:
        """Make an edit; the colours above it stay."""
        self._changed_from(edit.top[0])
        return super().edit(edit)

    def load_text(self, text: str) -> None:
        """Show another text."""
        self._changed_from(0)
        super().load_text(text)

    def undo(self) -> None:
        """Take the latest edits back."""
        self._changed_from(0)
        super().undo()

    def redo(self) -> None:
        """Make them again."""
        self._changed_from(0)
        super().redo()

    # What is typed

    def action_new_line(self) -> None:
        """Begin a line, in a list its next item; an empty item ends the list."""
        start, end = sorted(self.selection)
        row, column = start
        code = self.syntax == "" or (self._colours is not None and self._colours.is_code(row))
        found = new_line(self._line(row), column, code=code)
        if start != end:
            found = found._replace(start=column, text=found.text or "\n")
        self.replace(found.text, (row, found.start), end, maintain_selection_offset=False)

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.insert_pasted(event.text)

    def action_paste(self) -> None:
        """Paste what was copied or cut here."""
        self.insert_pasted(self.app.clipboard)

    def insert_pasted(self, text: str) -> None:
        """Put a text in place of the selection; every line of it stays a line."""
        start, end = self.selection
        text = _LINE_BREAK.sub("\n", text)
        self.replace(text, start, end, maintain_selection_offset=False)

    def put(self, text: str) -> None:
        """Replace the whole text as one edit, which Ctrl+z takes back."""
        self.replace(text, (0, 0), self.document.end, maintain_selection_offset=False)
