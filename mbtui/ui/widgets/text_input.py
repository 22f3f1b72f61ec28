"""An input of several lines. Apart from the others, because only forms need Textual's text area."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import TextArea


class TextInput(TextArea):
    """Several lines of text; as high as its text, within bounds."""

    DEFAULT_CSS = """
    TextInput {
        height: auto; min-height: 2; max-height: 16; border: none; padding: 0 1;
        background: $surface;
    }
    TextInput .text-area--placeholder { color: $foreground 70%; }
    TextInput:focus { background: $surface-lighten-1; border: none; }
    """

    def __init__(self, text: str, placeholder: str = "", id: str | None = None) -> None:  # noqa: A002
        super().__init__(
            text,
            id=id,
            placeholder=Content(placeholder),
            soft_wrap=True,
            tab_behavior="focus",
            compact=True,
            highlight_cursor_line=False,
        )
        self.cursor_blink = False
