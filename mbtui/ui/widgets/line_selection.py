"""Text that is drawn line by line and can be selected with the mouse."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from mbtui.ui.cells import line_strip

INDENT = 2
"""Blanks before each line that are no part of the text."""


class LineSelection(Widget):
    """A widget that gives its lines to `selectable_line`, and their texts by `selectable_texts`.

    A place in the selection is a line of the text and a character in it, so it stays on its text
    while that is scrolled.
    """

    def selectable_texts(self) -> Iterable[str]:
        """All lines of text as they are drawn, with their indent."""
        raise NotImplementedError

    def selectable_line(self, content: Content, index: int, width: int) -> Strip:
        """Draw line `index` of the text, with what is selected of it marked."""
        selection = self.text_selection
        span = selection.get_span(index) if selection is not None else None
        if span is not None:
            start, end = span
            style = self.screen.get_visual_style("screen--selection")
            content = content.stylize(style, start, len(content.plain) if end == -1 else end)
        return line_strip(content, width, self.visual_style).apply_offsets(0, index)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text without the indent of its lines."""
        lines = [line.ljust(INDENT) for line in self.selectable_texts()]
        first, *others = selection.extract("\n".join(lines)).split("\n")
        begins = selection.start.x if selection.start is not None else 0
        rest = (line.removeprefix(" " * INDENT).rstrip() for line in others)
        return "\n".join((first[max(0, INDENT - begins) :].rstrip(), *rest)), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Draw what is selected now."""
        self.refresh()

    def forget_selection(self) -> None:
        """Select nothing here: another text is shown."""
        if self.text_selection is not None:
            self.screen.clear_selection()
