"""What every command that writes shares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from mbtui.bank.entry import Entry
from mbtui.store.errors import StoreError
from mbtui.ui.wording import title_of

if TYPE_CHECKING:
    from mbtui.ui.screens.main import MainScreen

NO_REASON = "Enter alone gives no reason"
DECISIONS = "architecture-decisions"
"""The kind whose statuses want a reason."""


class WritingCommands:
    """May the bank be written, and which entry is meant."""

    def __init__(self, screen: MainScreen) -> None:
        self.screen = screen

    def _may_write(self) -> bool:
        reason = self.screen.bank.read_only
        if reason:
            self.screen.say(f"Read-only: {reason}")
        return not reason

    def _target(self) -> Entry | None:
        """The entry to write to; says why where there is none."""
        entry = self.screen.selected
        if entry is None:
            self.screen.say("There is no entry here")
        elif not self._may_write():
            return None
        elif entry.inline:
            self._offer_conversion(entry)
            return None
        return entry

    def _offer_conversion(self, entry: Entry) -> None:
        from mbtui.ui.screens.dialogs import Ask

        slug = entry.kind.slug
        text = (
            f"{entry.file}:{entry.line} holds these entries as an inline list, which is only"
            f" shown. As [[{slug}]] tables each can be edited; nothing else in the file changes."
        )

        def done(answer: str | None) -> None:
            if answer == "convert":
                store = self.screen.owner.store
                self.screen.owner.change(
                    lambda: store.convert_inline(entry.file, slug),
                    lambda _: self.screen.say(f"{entry.file}: {slug} is written as tables now"),
                    self._failed,
                )

        buttons = [("convert", f"Write them as [[{slug}]]"), ("", "Leave the file")]
        self.screen.app.push_screen(Ask("Entries in an inline list", text, buttons), done)

    def ask_of_status(
        self,
        entries: Sequence[Entry],
        status: str,
        answered: Callable[[str], None],
        left: Callable[[], None] = lambda: None,
    ) -> None:
        """Ask why entries get another status, where one is a decision; else give no reason."""
        if any(entry.kind.slug == DECISIONS for entry in entries):
            self.ask_why(f"{entries_named(entries)}: {status}. Why?", answered, left)
        else:
            answered("")

    def ask_why(
        self,
        title: str,
        answered: Callable[[str], None],
        left: Callable[[], None] = lambda: None,
    ) -> None:
        """Ask for the reason of a change, for the change log; Enter alone gives none.

        Where the bank keeps no log, nothing is asked. `left` is called for Esc.
        """
        if self.screen.bank.config.log_keep == "none":
            answered("")
            return

        from mbtui.ui.screens.dialogs import AskLine

        def done(reason: str | None) -> None:
            if reason is None:
                left()
            else:
                answered(reason.strip())

        self.screen.app.push_screen(AskLine(title, "", NO_REASON), done)

    def _failed(self, error: StoreError) -> None:
        self.screen.say(str(error))

    def reveal(self, entry: Entry) -> None:
        """Put the cursor on an entry where it is listed; else show its kind."""
        if self.screen.search.is_open or self.screen.list.go_to(entry.key):
            return
        self.screen.go.go_to_kind(entry.kind.slug)
        self.screen.list.go_to(entry.key)


def entries_named(entries: Sequence[Entry]) -> str:
    """The title of one entry, the number of several."""
    return title_of(entries[0]) if len(entries) == 1 else f"{len(entries):,} entries"
