"""The overview on a screen of its own, for windows with no pane to spare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding

from mbtui.bank.bank import Bank
from mbtui.ui.screens.reading import ReadingScreen
from mbtui.ui.spans import Link
from mbtui.ui.widgets.bars import Footer
from mbtui.ui.widgets.entry_view import EntryView
from mbtui.ui.wording import short_line

if TYPE_CHECKING:
    from mbtui.ui.app import MbtuiApp

_KEYS = (("j k", "scroll"), ("Esc", "back"), ("J K", "choose an entry"), ("Enter", "opens it"))


class OverviewScreen(ReadingScreen[str | None]):
    """All of the overview; it gives the key of the entry to open, or None."""

    SHOWS_OVERVIEW = True
    CSS_PATH = "overview.tcss"
    AUTO_FOCUS = "#overview"
    BINDINGS = [  # noqa: RUF012
        Binding("escape,q,0", "leave", "Back"),
        Binding("J,right_square_bracket,tab", "choose(1)", "Next entry that is named"),
        Binding("K,left_square_bracket,shift+tab", "choose(-1)", "The one before"),
        Binding("enter", "open", "Open it; the first one in view where none is chosen"),
    ]

    def __init__(self, owner: MbtuiApp) -> None:
        super().__init__()
        self._owner = owner

    def compose(self) -> ComposeResult:
        """The lines over the keys."""
        links = self._owner.main.links
        yield EntryView(now=self._owner.now, title_by_id=links.title_of, id="overview")
        yield Footer()

    @property
    def _view(self) -> EntryView:
        return self.query_one(EntryView)

    def on_mount(self) -> None:
        """Show what is known, and look for what is not."""
        main, owner = self._owner.main, self._owner
        name = short_line(owner.window_name)
        self._view.place(f"{name}: overview", ())
        self._view.show_lines("Overview", main.overview.lines, owner.overview)
        self.query_one(Footer).show_keys("", _KEYS)
        owner.survey()

    def bank_changed(self, bank: Bank) -> None:
        """Look at the bank as it is now."""
        self._owner.survey()

    def on_entry_view_followed(self, event: EntryView.Followed) -> None:
        """A clicked entry opens."""
        event.stop()
        self._leave_for(event.link)

    def _leave_for(self, link: Link | None) -> None:
        entry = self._owner.bank.by_key.get(link.target) if link is not None else None
        if entry is None:
            self.query_one(Footer).say("That entry is not in the bank any more")
        else:
            self.dismiss(entry.key)

    def action_leave(self) -> None:
        """Back to what was there before."""
        self.dismiss(None)

    def action_choose(self, step: int) -> None:
        """Choose the next entry that is named, or the one before."""
        self._view.choose_link(step)

    def action_open(self) -> None:
        """Open the chosen entry; where none is, choose the first one in view."""
        if self._view.chosen_link is None:
            self._view.choose_link(1)
        else:
            self._leave_for(self._view.chosen_link)
