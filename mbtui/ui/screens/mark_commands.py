"""The commands that mark entries, and where marks are shown: lists, their titles, the footer."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from mbtui.bank.entry import Entry
from mbtui.ui.commands import ENTRY, SEARCH, key_of
from mbtui.ui.marks import Marks
from mbtui.ui.screens.writing import WritingCommands
from mbtui.ui.wording import plural

if TYPE_CHECKING:
    from mbtui.ui.screens.bulk_commands import BulkCommands

_FOOTER = (
    ("archive", "archive"),
    ("tags", "tags"),
    ("move", "move"),
    ("status", "status"),
    ("mark", "mark"),
)


class MarkCommands(WritingCommands):
    """One method per command, called `do_` and its id."""

    @cached_property
    def marks(self) -> Marks:
        """What is marked."""
        return Marks()

    @cached_property
    def bulk(self) -> BulkCommands:
        """The commands that act on the marked; loaded with the first of them."""
        from mbtui.ui.screens.bulk_commands import BulkCommands

        return BulkCommands(self.screen)

    def entries(self) -> list[Entry]:
        """The marked entries as they are in the bank now."""
        return self.marks.entries(self.screen.bank)

    def do_mark(self) -> None:
        """Mark the entry under the cursor, or unmark it, and go to the next."""
        pane = self.screen.active_list
        if pane.current is not None:
            self.marks.toggle(pane.current.key)
            pane.move_cursor(1)
            self.show()

    def do_mark_all(self) -> None:
        """Mark all entries that the list shows; if all are, unmark them."""
        keys = [entry.key for entry in self.screen.active_list.entries]
        if all(key in self.marks.keys for key in keys):
            self.marks.discard(keys)
        else:
            self.marks.add(keys)
        self.show()

    def do_clear_marks(self) -> None:
        """Unmark everything."""
        self.marks.clear()
        self.show()

    def forget(self, keys: Iterable[str]) -> None:
        """Unmark what an action was done to."""
        self.marks.discard(keys)
        self.show()

    def bank_changed(self) -> None:
        """Forget marked entries that are gone, and say so."""
        if not self.marks:
            return
        gone = self.marks.keep_those_in(self.screen.bank)
        if gone:
            self.screen.say(f"{plural(gone, 'marked entry is', 'marked entries are')} gone")
            self.show()

    def show(self) -> None:
        """Show the marks where they are shown."""
        for pane in (self.screen.list, self.screen.search.results):
            pane.show_marks(self.marks.keys)
        self.show_footer()

    def show_footer(self) -> None:
        """The keys of the focused pane; with marks, those that act on the marked."""
        screen = self.screen
        typing = getattr(screen.focused, "FOOTER", ())
        if not typing and not self.marks and (keys := screen.changed.footer_keys()):
            screen.footer.show_keys(screen.where, keys)
            return
        if not self.marks or typing:
            screen.footer.show_keys(screen.where, typing)
            return
        step = "back" if screen.where in (ENTRY, SEARCH) else "clear"
        keys = [(key_of(command), word) for command, word in _FOOTER]
        keys.append((key_of("back"), step))
        screen.footer.show_keys(screen.where, tuple(keys), f"{len(self.marks):,} marked:")
