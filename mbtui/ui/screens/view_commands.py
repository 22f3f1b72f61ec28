"""The command that saves a search."""

from __future__ import annotations

from mbtui.ui.screens.dialogs import AskLine
from mbtui.ui.screens.writing import WritingCommands
from mbtui.ui.wording import short_line


class ViewCommands(WritingCommands):
    """One method per command, called `do_` and its id."""

    def do_save_view(self) -> None:
        """Ask for a name, and save the last search under it."""
        query = self.screen.search.query_input.value.strip()
        views = self.screen.bank.config.views

        def answered(name: str | None) -> None:
            if name is None:
                return
            name = name.strip() or query
            owner, replaced = self.screen.owner, views.get(name, query) != query
            told = "Saved anew as the view" if replaced else "Saved as the view"
            owner.change(
                lambda: owner.store.save_view(name, query),
                lambda _: self.screen.say(f"{told} {short_line(name)}"),
                self._failed,
            )

        title = f"A view of {short_line(query)}, called"
        self.screen.app.push_screen(
            AskLine(title, "", "Enter alone names it as it is written"), answered
        )
