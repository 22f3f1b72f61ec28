"""A text of paths, one a line: those of the project are offered while one is typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.content import Content
from textual.message import Message
from textual.widgets.text_area import Edit, EditResult

from mbtui.bank.tag_hints import NO_HINTS, TagHints
from mbtui.ui.widgets.text_input import TextInput


def path_hint_text(names: Sequence[str]) -> Content:
    """What is offered, with the key that takes the first."""
    return Content("   ".join([f"→ {names[0]}", *names[1:]])) if names else Content("")


class PathsInput(TextInput):
    """Right or End, at the end of the line that is being typed, takes the first that is offered.

    Up and Down go from line to line, as in every text; more letters leave fewer to choose from.
    """

    class Hinted(Message):
        """Other paths are offered; the first is the one that is taken."""

        def __init__(self, names: Sequence[str]) -> None:
            super().__init__()
            self.names = names

    def __init__(
        self,
        text: str,
        placeholder: str = "",
        id: str | None = None,  # noqa: A002
        *,
        hints: Callable[[str], TagHints],
        classes: str | None = None,
    ) -> None:
        self._find = hints
        self._hints: TagHints = NO_HINTS
        self._typed_at: tuple[int, int] | None = None
        super().__init__(text, placeholder, id=id, classes=classes)

    def edit(self, edit: Edit) -> EditResult:
        """Make an edit, and offer what fits now."""
        result = super().edit(edit)
        self._typed_at = self.cursor_location
        self.update_suggestion()
        return result

    def on_blur(self) -> None:
        """Offer nothing where nothing is typed."""
        self._typed_at = None
        self.update_suggestion()

    def offer_again(self) -> None:
        """Offer what became known meanwhile."""
        self.update_suggestion()

    def update_suggestion(self) -> None:
        """Offer what the line may mean, where it was typed just now up to its end."""
        row, column = self.cursor_location
        line = self._line(row) if row < self.document.line_count else ""
        hints = NO_HINTS
        here = self.has_focus and self._typed_at == (row, column) and self.selection.is_empty
        if here and column == len(line):
            hints = self._find(line)
        first = line[: hints.start] + hints.tags[0] if hints.tags else ""
        self.suggestion = first[len(line) :] if first.startswith(line) else ""
        if hints != self._hints:
            self._hints = hints
            self.post_message(self.Hinted(hints.tags))

    def _take(self) -> None:
        row, column = self.cursor_location
        start, names = self._hints
        self.replace(names[0], (row, start), (row, column), maintain_selection_offset=False)

    def action_cursor_right(self, select: bool = False) -> None:
        """Take what is offered, else go right."""
        if self._hints.tags and not select:
            self._take()
        else:
            super().action_cursor_right(select)

    def action_cursor_line_end(self, select: bool = False) -> None:
        """Take what is offered, else go to the end of the line."""
        if self._hints.tags and not select:
            self._take()
        else:
            super().action_cursor_line_end(select)
