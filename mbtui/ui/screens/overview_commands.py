"""Where the overview is shown: in the entry's pane while no entry is meant, or as a screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mbtui.ui.spans import DocumentLine
from mbtui.ui.tree_rows import ALL
from mbtui.ui.widgets.entry_list import EntryList
from mbtui.ui.widgets.entry_view import EntryView
from mbtui.ui.widgets.section_tree import SectionTree

if TYPE_CHECKING:
    from mbtui.ui.screens.main import MainScreen

TITLE = "Overview"


class OverviewCommands:
    """Decides whether the entry's pane shows the overview, and does the command that opens it."""

    def __init__(self, screen: MainScreen) -> None:
        self.screen = screen
        self.in_pane = False
        """Whether the entry's pane shows it."""

    def do_overview(self) -> None:
        """Show the overview on a screen of its own."""
        from mbtui.ui.screens.overview import OverviewScreen

        def done(key: str | None) -> None:
            if key:
                self.screen.go.go_to_entry(key)

        self.screen.app.push_screen(OverviewScreen(self.screen.owner), done)

    @property
    def is_shown(self) -> bool:
        """Whether it can be seen anywhere."""
        return self.in_pane or getattr(self.screen.app.screen, "SHOWS_OVERVIEW", False)

    def take_pane(self) -> bool:
        """Give the entry's pane to the overview, where no entry is meant; whether that is so."""
        self.in_pane = self.is_meant()
        if self.in_pane:
            self.screen.entry.show_lines(TITLE, self.lines, self.screen.owner.overview)
            self.screen.owner.survey()
        return self.in_pane

    def follow_focus(self) -> None:
        """Show the entry, or the overview, where the focus changed which of them is meant."""
        if self.in_pane != self.is_meant():
            self.screen.show_entry()

    def is_meant(self) -> bool:
        """Whether the window has three panes and the tree is on the row of all entries.

        Never while the changes of others are followed.

        The entry's own pane and what is typed in keep what was shown before.
        """
        screen, focused = self.screen, self.screen.focused
        is_wide = not (screen.has_class("-narrow") or screen.has_class("-medium"))
        if not is_wide or screen.search.is_open or screen.follow.on:
            return False
        if isinstance(focused, EntryList):
            return False
        if focused is not None and not isinstance(focused, SectionTree):
            return self.in_pane
        row = screen.sections.current
        return row is None or row.type == ALL

    def lines(self, width: int) -> Iterator[DocumentLine]:
        """The overview as it is known now."""
        from mbtui.ui.overview_lines import overview_lines

        owner = self.screen.owner
        if owner.overview is not None:
            yield from overview_lines(owner.overview, width, owner.today)

    def update(self) -> None:
        """Show a newer overview wherever it is shown; scrolling stays."""
        for pane in (self.screen, self.screen.app.screen):
            for view in pane.query(EntryView):
                view.show_lines_again(self.screen.owner.overview)
