"""The commands that mark entries, and where marks are shown: lists, their titles, the footer."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from mbtui.bank.entry import Entry
from mbtui.ui.commands import ENTRY, SEARCH, footer_keys
from mbtui.ui.marks import Marks
from mbtui.ui.screens.writing import WritingCommands
from mbtui.ui.tree_rows import CANDIDATES, CHANGED, DRIFTED, DUE
from mbtui.ui.wording import plural

if TYPE_CHECKING:
    from mbtui.ui.screens.bulk_commands import BulkCommands

_FOOTERS_OF_ROWS = {
    CHANGED: (("changes", "what changed"), ("seen", "seen"), ("seen_all", "all seen")),
    DRIFTED: (("code", "code"), ("paths", "paths"), ("verified", "verified"), ("edit", "edit")),
    DUE: (("review", "review"), ("verified", "verified"), ("edit", "edit")),
    CANDIDATES: (("archive", "archive"), ("edit", "edit"), ("undo", "undo")),
}
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
        if typing:
            screen.footer.show_keys(screen.where, typing)
            return
        if not self.marks:
            screen.footer.show_keys(screen.where, self._keys_of_row(), helps=True)
            return
        step = "back" if screen.where in (ENTRY, SEARCH) else "clear"
        keys = footer_keys(*_FOOTER, ("back", step))
        screen.footer.show_keys(screen.where, keys, f"{len(self.marks):,} marked:")

    def _keys_of_row(self) -> tuple[tuple[str, str, str], ...]:
        """The keys for what the tree's row lists; none where those of the pane serve."""
        bank, row = self.screen.bank, self.screen.sections.current
        if not bank.entries and not bank.archive:
            return footer_keys(("add", "add"), ("new", "form"), ("quit", "quit"))
        if row is None or self.screen.search.is_open:
            return ()
        words = list(_FOOTERS_OF_ROWS.get(row.type, ()))
        if not words:
            return ()
        step = ("back", "back") if self.screen.where == ENTRY else ("open", "open")
        return footer_keys(step, *words, ("quit", self.screen.footer.word_of("quit")))
