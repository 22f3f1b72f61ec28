"""The commands that follow links, done by the main screen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from mbtui.bank.entry import Entry
from mbtui.ui.browser import hand_to_browser, has_browser
from mbtui.ui.commands import ENTRY, key_of
from mbtui.ui.screens.dialogs import Ask
from mbtui.ui.spans import Link
from mbtui.ui.tree_rows import ARCHIVED, KIND
from mbtui.ui.wording import short_line, title_of

if TYPE_CHECKING:
    from mbtui.ui.screens.main import MainScreen

MOST_STEPS = 100
"""So many steps back are remembered."""


class _Place(NamedTuple):
    """Where a link was followed."""

    key: str
    row: str | None
    """The row of the tree."""
    searching: bool
    top: int


class LinkCommands:
    """One method per command, called `do_` and its id."""

    def __init__(self, screen: MainScreen) -> None:
        self.screen = screen
        self._places: list[_Place] = []

    def title_of(self, identity: str) -> str:
        """The title of the entry with this id; nothing if there is none."""
        entry = self.screen.bank.by_key.get(identity)
        return title_of(entry) if entry is not None else ""

    def do_next_link(self) -> None:
        """Choose the next link of the entry."""
        self._choose(1)

    def do_previous_link(self) -> None:
        """Choose the link before."""
        self._choose(-1)

    def _choose(self, step: int) -> None:
        link = self.screen.entry.choose_link(step)
        if link is not None:
            self.screen.say(f"{key_of('follow')} opens {self._name(link)}")
        elif self.screen.entry.chosen_link is not None:
            self.screen.say("This is the last link" if step > 0 else "This is the first link")
        else:
            more = "no link further down" if step > 0 else "no link further up"
            self.screen.say(f"There is {more}")

    def _name(self, link: Link) -> str:
        return self.title_of(link.target) if link.is_entry else link.target

    def do_follow(self) -> None:
        """Follow the chosen link; where none is chosen, choose the first in view."""
        link = self.screen.entry.chosen_link
        if link is None:
            self.do_next_link()
        else:
            self.follow(link)

    def follow(self, link: Link) -> None:
        """Show the entry that a link names, or offer to open its address."""
        if not link.is_entry:
            self._ask(link.target)
            return
        entry = self.screen.bank.by_key.get(link.target)
        if entry is None:
            self.screen.say(f"{short_line(link.target)} is not in this bank any more")
            return
        here = self._here()
        if here is not None:
            self._places = [*self._places[-MOST_STEPS:], here]
        self._show(entry)
        if here is not None:
            origin = title_of(self._entry_of(here))
            self.screen.say(f"{key_of('link_back')} goes back to {origin}")

    def _entry_of(self, place: _Place) -> Entry:
        return self.screen.bank.by_key[place.key]

    def do_link_back(self) -> None:
        """Go back to where the last link was followed."""
        while self._places:
            place = self._places.pop()
            if place.key in self.screen.bank.by_key:
                self._return_to(place)
                return
        self.screen.say("No link was followed; Enter on a link of the entry does")

    # Places

    def _here(self) -> _Place | None:
        entry = self.screen.entry.entry
        if entry is None or entry.key not in self.screen.bank.by_key:
            return None
        row, searching = self.screen.sections.cursor_key, self.screen.search.is_open
        return _Place(entry.key, row, searching, self.screen.entry.top)

    def _show(self, entry: Entry) -> None:
        """Put the cursor on an entry, in the list that is shown if it is there."""
        screen = self.screen
        if not screen.active_list.go_to(entry.key):
            if not entry.archived:
                screen.expanded.add(screen.section_of(entry.kind.slug))
            self._show_panes(ARCHIVED if entry.archived else f"{KIND}:{entry.kind.slug}")
            screen.list.go_to(entry.key)
        self._to_entry()

    def _return_to(self, place: _Place) -> None:
        screen = self.screen
        self._show_panes(place.row, searching=place.searching)
        if not screen.active_list.go_to(place.key):
            self._show(self._entry_of(place))
        self._to_entry()
        screen.entry.scroll_lines(place.top - screen.entry.top)

    def _show_panes(self, row: str | None, *, searching: bool = False) -> None:
        """Put the tree on a row, and show the entries of it or the search."""
        screen = self.screen
        screen.search.bring_back(shown=searching)
        screen.list.display = not searching
        screen.show_bank()
        index = None if row is None else screen.sections.index_of(row)
        if index is not None and index != screen.sections.cursor:
            screen.sections.move_to(index)
            screen.show_list(keep=False)

    def _to_entry(self) -> None:
        self.screen.set_focus(self.screen.active_list)
        self.screen.show_entry()
        self.screen.set_focus(self.screen.entry)
        self.screen.lay_out()

    # Addresses

    def _ask(self, address: str) -> None:
        self.screen.run_worker(
            partial(self._look_for_browser, address), thread=True, exit_on_error=False
        )

    def _look_for_browser(self, address: str) -> None:
        offer = self._offer if has_browser() else self._copy
        self.screen.app.call_from_thread(offer, address)

    def _copy(self, address: str) -> None:
        """Where no browser can be opened, the address goes to the clipboard."""
        self.screen.owner.copy(address, f"the address {address}")

    def _offer(self, address: str) -> None:
        buttons = (("open", "Open in the browser"), ("copy", "Copy it"), ("", "Leave it"))

        def done(choice: str | None) -> None:
            self.screen.set_focus(self.screen.entry)
            if choice == "copy":
                self._copy(address)
            elif choice == "open":
                self.screen.run_worker(
                    partial(self._open, address), thread=True, exit_on_error=False
                )

        if self.screen.app.screen is self.screen and self.screen.where == ENTRY:
            self.screen.app.push_screen(Ask("Open this address?", address, buttons), done)

    def _open(self, address: str) -> None:
        asked = hand_to_browser(address)
        told = "The browser was asked to open" if asked else "No browser could be asked to open"
        self.screen.app.call_from_thread(self.screen.say, f"{told} {address}")
