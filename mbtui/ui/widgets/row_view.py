"""Which rows of a list are in view and which has the cursor: arithmetic without drawing."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol


class Rows(Protocol):
    """What the view needs to know of the rows."""

    def row_count(self) -> int:
        """How many rows there are."""

    def row_key(self, index: int) -> str:
        """What identifies a row when the rows around it change."""

    def selectable(self, index: int) -> bool:
        """Whether the cursor may rest on a row."""

    def find_keys(self, keys: Collection[str]) -> dict[str, int]:
        """The positions of those keys that are there."""


class RowView:
    """Cursor and first row shown, kept in place by key while the rows change."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self.cursor = -1
        """Position of the row under the cursor, or -1."""
        self.cursor_key: str | None = None
        self.top = 0
        """Position of the first row shown."""
        self.page_rows = 1
        """How many rows fit."""
        self._seen: list[str] = []

    def next_selectable(self, index: int, step: int) -> int | None:
        """The first selectable row from `index` on, in steps of 1 or -1."""
        count = self._rows.row_count()
        while 0 <= index < count:
            if self._rows.selectable(index):
                return index
            index += step
        return None

    def nearest(self, index: int, step: int) -> int:
        """The selectable row at `index` or next in the direction, else the other way, else -1."""
        index = max(0, min(index, self._rows.row_count() - 1))
        for direction in (step, -step):
            found = self.next_selectable(index, direction)
            if found is not None:
                return found
        return -1

    def scroll_to(self, top: int) -> None:
        """Show from row `top`, or as near as the number of rows allows."""
        self.top = max(0, min(top, self._rows.row_count() - self.page_rows))

    def in_view(self) -> bool:
        """Whether the cursor's row is shown."""
        return self.top <= self.cursor < self.top + self.page_rows

    def reveal(self, *, jump: bool) -> None:
        """Bring the cursor into view: half a page further (`jump`), or no further than needed.

        Separators above the first selectable row come into view with it.
        """
        if self.cursor < 0:
            return
        top, rows = self.top, self.page_rows
        if not self.in_view():
            if jump:
                top = self.cursor - rows // 2
            else:
                top = self.cursor if self.cursor < top else self.cursor - rows + 1
        if self.cursor < rows and self.next_selectable(self.cursor - 1, -1) is None:
            top = 0
        self.scroll_to(top)

    def remember(self) -> None:
        """Note the keys in view, which the next change of the rows is measured against."""
        last = min(self._rows.row_count(), self.top + self.page_rows)
        self._seen = [self._rows.row_key(index) for index in range(self.top, last)]
        self.cursor_key = self._rows.row_key(self.cursor) if self.cursor >= 0 else None

    def remembers_in_view(self) -> bool:
        """Whether the cursor was in view when last noted."""
        return self.cursor_key in self._seen

    def follow(self) -> None:
        """After the rows changed: same row under the cursor, same place on the screen.

        If that row is gone, the next row that was in view and is left; else the same position. If
        the cursor was scrolled out of view, the first row in view stays in place instead.
        """
        offset = self.cursor - self.top
        index = self._where_cursor_went()
        if self.remembers_in_view():
            if index is None:
                ordered = (*self._seen[offset + 1 :], *reversed(self._seen[:offset]))
                index = self._first_left(ordered, self.cursor)
            top = index - offset
        else:
            left = self._rows.find_keys(self._seen)
            offsets = ((n, left[key]) for n, key in enumerate(self._seen) if key in left)
            top = next((place - n for n, place in offsets), self.top)
            index = self.cursor if index is None else index
        self.cursor = self.nearest(index, 1)
        self.scroll_to(top)

    def _where_cursor_went(self) -> int | None:
        key = self.cursor_key
        if key is None:
            return None
        if self.cursor < self._rows.row_count() and self._rows.row_key(self.cursor) == key:
            return self.cursor
        return self._rows.find_keys([key]).get(key)

    def _first_left(self, keys: Collection[str], default: int) -> int:
        left = self._rows.find_keys(keys)
        return next((left[key] for key in keys if key in left), default)
