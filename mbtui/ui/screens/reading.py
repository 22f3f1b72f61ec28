"""Screens of one text, and of one list, that are moved in with the keys of every pane."""

from __future__ import annotations

from typing import TypeVar

from textual.binding import Binding
from textual.screen import Screen

from mbtui.ui.widgets.bars import Footer
from mbtui.ui.widgets.entry_view import EntryView
from mbtui.ui.widgets.line_pane import LinePane

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


class RowsScreen(Screen[Result]):
    """A screen with one `LinePane` over a `Footer`; who moves on has read the footer's message."""

    BINDINGS = [  # noqa: RUF012
        Binding("j,down", "move(1)", "Down", show=False),
        Binding("k,up", "move(-1)", "Up", show=False),
        Binding("pagedown,space,ctrl+d", "page(1)", "Page down", show=False),
        Binding("pageup,ctrl+u", "page(-1)", "Page up", show=False),
        Binding("g,home", "ends(False)", "First", show=False),
        Binding("G,end", "ends(True)", "Last", show=False),
    ]

    @property
    def rows(self) -> LinePane:
        """The list."""
        return self.query_one(LinePane)

    def action_move(self, delta: int) -> None:
        """Move by a line."""
        self.query_one(Footer).say("")
        self.rows.move_cursor(delta)

    def action_page(self, pages: int) -> None:
        """Move by a page."""
        self.query_one(Footer).say("")
        self.rows.page(pages)

    def action_ends(self, last: bool) -> None:
        """Go to the last row that is known, or the first."""
        self.query_one(Footer).say("")
        if last:
            self.rows.end()
        else:
            self.rows.home()
