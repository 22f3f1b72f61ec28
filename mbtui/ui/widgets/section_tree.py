"""The pane of sections, kinds and saved views."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.style import Style

from mbtui.ui.cells import Line, fit, pad
from mbtui.ui.glyphs import glyphs
from mbtui.ui.tree_rows import KIND, SECTION, SEPARATOR, TreeRow
from mbtui.ui.widgets.line_pane import LinePane
from mbtui.ui.wording import short_line


class SectionTree(LinePane):
    """Rows of the tree with their counts; empty sections are dimmed."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(title="1 Sections", id=id)
        self._rows: Sequence[TreeRow] = ()

    def show(self, rows: Sequence[TreeRow]) -> None:
        """Show these rows, the cursor on the same one as before.

        A tree at its top stays there, so that a new row above the cursor is seen.
        """
        if self._rows != rows:
            at_top = not self.top
            self._rows = rows
            self.set_rows_changed()
            if at_top and self.cursor < self.page_rows:
                self.scroll_rows(-self.top)

    @property
    def current(self) -> TreeRow | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if 0 <= self.cursor < len(self._rows) else None

    def row_count(self) -> int:
        """How many rows are unfolded."""
        return len(self._rows)

    def row_key(self, index: int) -> str:
        """The row's stable key."""
        return self._rows[index].key

    def selectable(self, index: int) -> bool:
        """Everything but separators."""
        return self._rows[index].type != SEPARATOR

    def index_of(self, key: str) -> int | None:
        """The position of the row with this key, if it is unfolded."""
        return next((i for i, row in enumerate(self._rows) if row.key == key), None)

    def parent_of(self, index: int) -> int | None:
        """The position of the section that a kind's row is under."""
        if self._rows[index].type != KIND:
            return None
        return next(i for i in range(index, -1, -1) if self._rows[i].type == SECTION)

    def render_row(
        self, index: int, width: int, selected: bool, focused: bool
    ) -> Line | Sequence[Line]:
        """Mark, label and count; a rule for a separator."""
        row = self._rows[index]
        if row.type == SEPARATOR:
            return Content.styled(glyphs.rule * max(0, width - 1), self.style_of("dim"))
        count = f"{row.size:,}" if row.size else ""
        label = f"{'  ' * row.depth}{row.mark} {short_line(row.label)}"
        room = width - max(len(count), 1) - 2
        text = pad(fit(label, room), room)
        if selected:
            return f"{text} {count}"
        dim = self.style_of("dim")
        return Content.assemble((text, Style() if row.size else dim), " ", (count, dim))
