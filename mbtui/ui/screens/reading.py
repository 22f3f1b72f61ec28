"""A screen of one text that is scrolled with the keys of every pane."""

from __future__ import annotations

from typing import TypeVar

from textual.binding import Binding
from textual.screen import Screen

from mbtui.ui.widgets.entry_view import EntryView

Result = TypeVar("Result")


class ReadingScreen(Screen[Result]):
    """A screen with an `EntryView`."""

    BINDINGS = [  # noqa: RUF012
        Binding("j,down", "scroll(1)", "Scroll down", show=False),
        Binding("k,up", "scroll(-1)", "Scroll up", show=False),
        Binding("pagedown,space,ctrl+d", "page(1)", "Page down", show=False),
        Binding("pageup,ctrl+u", "page(-1)", "Page up", show=False),
        Binding("g,home", "ends(False)", "To the start", show=False),
        Binding("G,end", "ends(True)", "To the end", show=False),
    ]

    @property
    def view(self) -> EntryView:
        """What shows the text."""
        return self.query_one(EntryView)

    def action_scroll(self, delta: int) -> None:
        """Scroll by lines."""
        self.view.scroll_lines(delta)

    def action_page(self, pages: int) -> None:
        """Scroll by pages."""
        self.view.scroll_lines(pages * max(1, self.view.page_rows - 1))

    def action_ends(self, end: bool) -> None:
        """To the start, or the end."""
        self.view.scroll_to_end(end=end)
