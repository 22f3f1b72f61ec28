"""The rows of the change log under a title."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import ClassVar

from textual.content import Content
from textual.style import Style

from mbtui.bank.log_words import DIM, REASON, TITLE, TitleOf, Told
from mbtui.ui.cells import Line
from mbtui.ui.glyphs import glyphs
from mbtui.ui.log_rows import DAY, EVENT, OLDER, Day, LogRow, LogRows
from mbtui.ui.widgets.line_pane import LinePane


class LogPane(LinePane):
    """Days and their events; the cursor is on an event, or on what leads to older ones."""

    DEFAULT_CSS = """
    LogPane > .line-pane--day { color: $primary; text-style: bold; }
    LogPane > .line-pane--name { text-style: bold; }
    LogPane > .line-pane--reason { color: $foreground; text-style: italic; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "line-pane--day",
        "line-pane--name",
        "line-pane--reason",
    }

    def __init__(self) -> None:
        super().__init__(empty_text=glyphs.dots)
        self._made = LogRows()
        self._rows: list[LogRow] = []
        self._days: Sequence[Day] = ()
        self._today = date.min
        self._title_of: TitleOf = str
        self._named = True
        self._older = False
        self._opened: set[str] = set()
        self._laid_out = 0

    def show(
        self, days: Sequence[Day], today: date, title_of: TitleOf, *, named: bool, older: bool
    ) -> None:
        """Show these days; the cursor stays on its event."""
        if named is not self._named:
            self._opened.clear()
        self._days, self._today, self._title_of = days, today, title_of
        self._named, self._older = named, older
        first, older_at = not self._rows, self.cursor if self.is_at_older else -1
        self._lay_out()
        self.set_rows_changed(keep_key=not first)
        if 0 <= older_at < len(self._rows) and self._rows[older_at].type != OLDER:
            self.move_to(older_at)

    def open_line(self, line: Told) -> None:
        """Show the events one by one that read as one line."""
        self._opened.add(line.key)
        self._lay_out()
        self.set_rows_changed()

    @property
    def line(self) -> Told | None:
        """What the row under the cursor tells of."""
        return self._rows[self.cursor].told if 0 <= self.cursor < len(self._rows) else None

    @property
    def is_at_older(self) -> bool:
        """Whether the cursor is on the row that leads on."""
        return 0 <= self.cursor < len(self._rows) and self._rows[self.cursor].type == OLDER

    @property
    def nears_the_end(self) -> bool:
        """Whether there is hardly more than a page below the cursor."""
        return self.cursor >= self.row_count() - 2 * self.page_rows

    def _lay_out(self) -> None:
        self._laid_out = self.size.width
        self._rows = self._made.rows(
            self._days,
            max(20, self.size.width - 1),
            self._today,
            self._title_of,
            named=self._named,
            opened=self._opened,
            older=self._older,
        )

    def on_resize(self) -> None:
        """Break the events for the new width, then do what every pane does."""
        if self.size.width != self._laid_out:
            self._lay_out()
            self.set_rows_changed()

    def row_count(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    def row_key(self, index: int) -> str:
        """The event's key, the day, or what the row is."""
        return self._rows[index].key

    def find_keys(self, keys: Collection[str]) -> dict[str, int]:
        """The positions of those keys that are there."""
        return {row.key: at for at, row in enumerate(self._rows) if row.key in keys}

    def selectable(self, index: int) -> bool:
        """The first row of each event, and the one that leads on."""
        return self._rows[index].type in (EVENT, OLDER)

    def render_row(
        self, index: int, width: int, selected: bool, focused: bool
    ) -> Line | Sequence[Line]:
        """The pieces of a row, each in its style; under the cursor all in one."""
        row = self._rows[index]
        if selected:
            return row.text
        if row.type == DAY:
            return Content.styled(row.text, self.style_of("day"))
        styles = {
            TITLE: self.style_of("name"),
            DIM: self.style_of("dim"),
            REASON: self.style_of("reason"),
        }
        return Content.assemble(*((p.text, styles.get(p.role, Style())) for p in row.parts))
