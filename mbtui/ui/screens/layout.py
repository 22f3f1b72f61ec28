"""Where the panes stand: by the window's size, the focused pane and what the user set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

from mbtui.ui.commands import ENTRY, LIST, SEARCH, TREE
from mbtui.ui.glyphs import glyphs, own
from mbtui.ui.widgets.pane_row import PaneRow

if TYPE_CHECKING:
    from mbtui.ui.screens.main import MainScreen

WIDE, MEDIUM = 100, 60
LOW = 16
"""With fewer rows the header gives its own to the content."""
SMALLEST = (24, 8)
NARROWEST = 14
"""Cells that every pane keeps beside another one."""
STEP = 2

_TREE_CELLS = {"wide": 30, "medium": 26}
_ENTRY_SHARE = {"wide": 0.56, "medium": 0.61}
"""Of the cells that the list and the entry have together."""


class Layout:
    """Shows the panes that the window has room for, and does the commands that resize them."""

    def __init__(self, screen: MainScreen) -> None:
        self.screen = screen
        self._sizes: dict[str, float] = {}
        self._state: Sequence[str] = ()
        self._name = ""

    def begin(self) -> None:
        """Take the sizes that were set in an earlier session."""
        self._sizes = dict(self.screen.owner.screen_state.sizes)

    # What the window is

    @property
    def alone(self) -> bool:
        """Whether one pane has the whole window."""
        return self.screen.has_class("-narrow") or self.screen.zoomed

    @property
    def has_header(self) -> bool:
        """Whether the header is shown."""
        return not (self.screen.has_class("-narrow") or self.screen.has_class("-low"))

    def classify(self, size: Size) -> None:
        """Give the stylesheet classes for the window's size, all at once."""
        self.screen.update_classes(
            {
                "-narrow": size.width < MEDIUM,
                "-medium": MEDIUM <= size.width < WIDE,
                "-low": size.height < LOW,
                "-too-small": size.width < SMALLEST[0] or size.height < SMALLEST[1],
            }
        )

    # What is shown

    def lay_out(self) -> None:
        """Show the panes that the window has room for; focus, cursors and scrolling stay."""
        screen = self.screen
        before = (self.alone, self.has_header)
        self.classify(screen.size)
        if screen.has_class("-too-small"):
            width, height = screen.size
            needs = own("mbtui needs {}×{} cells; this is {}×{}").format(*SMALLEST, width, height)
            screen.query_one("#too-small", Static).update(Content(needs))
        medium, where, alone = screen.has_class("-medium"), screen.where, self.alone
        screen.sections.display = where == TREE if alone else not (medium and where == ENTRY)
        screen.middle.display = where in (LIST, SEARCH) if alone else True
        screen.entry.display = where == ENTRY if alone or medium else True
        screen.middle.styles.margin = (0, 0, 0, int(screen.sections.display))
        screen.entry.styles.margin = (0, 0, 0, int(not alone))
        screen.list.display = not screen.search.is_open
        self._give_widths()
        screen.footer.call("quit", "back" if self.is_covered else "quit")
        if before != (self.alone, self.has_header):
            screen.show_list(keep=True)
            screen.search.name_results()
        self.show_titles()

    @property
    def is_covered(self) -> bool:
        """Whether something covers the panes that one begins with."""
        screen = self.screen
        if screen.has_class("-narrow"):
            covered = screen.where != TREE
        else:
            covered = screen.has_class("-medium") and screen.where == ENTRY
        return covered or screen.zoomed or screen.search.is_open

    def show_state(self, name: str, words: Sequence[str]) -> None:
        """Take what the header says, for windows that do not show it."""
        self._name, self._state = name, words
        self.show_titles()

    def show_titles(self) -> None:
        """Say in the title rows where one is, and in what state the bank is."""
        screen = self.screen
        state = () if self.has_header else self._state
        everywhere = state if self.alone else ()
        tree = f"{self._name} {glyphs.into} Sections" if not self.has_header else "1 Sections"
        screen.sections.show_title(tree, state=everywhere)
        for entries in (screen.list, screen.search.results):
            entries.show_title(entries.title, state=state)
        screen.entry.place(self._crumb() if self.alone else "", everywhere)

    def _crumb(self) -> str:
        """Which of the listed entries is open."""
        entries = self.screen.active_list
        listed = "Search" if self.screen.search.is_open else self.screen.list_name
        count = entries.row_count()
        return f"{listed}{glyphs.sep}{entries.cursor + 1}/{count}" if count else listed

    # Sizes

    @property
    def _kind(self) -> str:
        return "medium" if self.screen.has_class("-medium") else "wide"

    def _widths(self) -> tuple[int, int]:
        """Cells of the tree and of the entry beside other panes; of a hidden one, none."""
        screen, kind = self.screen, self._kind
        room, tree, entry = screen.size.width, 0, 0
        panes = [screen.sections.display, screen.entry.display]
        if panes[0]:
            most = room - (NARROWEST + 1) * sum(panes)
            wanted = self._sizes.get(f"{kind}-tree", _TREE_CELLS[kind])
            tree = _clamp(round(wanted), most)
            room -= tree + 1
        if panes[1]:
            room -= 1
            share = self._sizes.get(f"{kind}-entry", _ENTRY_SHARE[kind])
            entry = _clamp(round(room * min(share, 1.0)), room - NARROWEST)
        return tree, entry

    def _give_widths(self) -> None:
        screen = self.screen
        if self.alone:
            screen.sections.styles.width = screen.entry.styles.width = "1fr"
            return
        tree, entry = self._widths()
        if tree:
            screen.sections.styles.width = tree
        if entry:
            screen.entry.styles.width = entry

    def drag(self, event: PaneRow.Dragged) -> None:
        """Put the gap left of a pane where the mouse has it."""
        if self.alone:
            return
        if event.pane is self.screen.entry:
            self._set_entry(self.screen.size.width - event.x - 1)
        else:
            self._set_tree(event.x)
        if event.done:
            self.screen.owner.remember_sizes(self._sizes)

    def _set_tree(self, cells: int) -> None:
        room = self.screen.size.width - (NARROWEST + 1) * (1 + self.screen.entry.display)
        self._sizes[f"{self._kind}-tree"] = _clamp(cells, room)
        self._give_widths()

    def _set_entry(self, cells: int) -> None:
        tree, _ = self._widths()
        room = self.screen.size.width - 1 - (tree + 1 if tree else 0)
        share = _clamp(cells, room - NARROWEST) / room
        self._sizes[f"{self._kind}-entry"] = round(share, 4)
        self._give_widths()

    def do_wider(self) -> None:
        """Make the focused pane wider."""
        self._resize(STEP)

    def do_narrower(self) -> None:
        """Make the focused pane narrower."""
        self._resize(-STEP)

    def _resize(self, by: int) -> None:
        """Give the focused pane cells of the one beside it."""
        if self.alone:
            self.screen.say("One pane has the whole window here; there is none to give cells to")
            return
        before = tree, entry = self._widths()
        if self.screen.where == TREE:
            self._set_tree(tree + by)
        elif self.screen.where == ENTRY:
            self._set_entry(entry + by)
        elif entry:
            self._set_entry(entry - by)
        else:
            self._set_tree(tree - by)
        if self._widths() == before:
            self.screen.say("The pane cannot be " + ("wider" if by > 0 else "narrower") + " here")
        else:
            self.screen.owner.remember_sizes(self._sizes)

    def do_reset_panes(self) -> None:
        """Give all panes the sizes that they have at first."""
        self._sizes = {}
        self._give_widths()
        self.screen.owner.remember_sizes({})
        self.screen.say("The panes have their usual sizes again")

    def do_suspend(self) -> None:
        """Stop the program until the shell brings it back."""
        self.screen.owner.action_suspend_process()


def _clamp(cells: int, most: int) -> int:
    return max(NARROWEST, min(cells, most))
