"""The search pane: a query that searches as it is typed, over what it found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Static

from mbtui.bank.entry import Entry
from mbtui.ui.glyphs import glyphs, own
from mbtui.ui.widgets.entry_list import ResultList
from mbtui.ui.widgets.inputs import LineInput
from mbtui.ui.wording import plural, short_line

if TYPE_CHECKING:
    from mbtui.bank.search import Results


class SearchInput(LineInput):
    """The query."""

    BINDINGS = [  # noqa: RUF012
        Binding("escape", "leave", "Close the search", priority=True),
        Binding("down,tab", "results", "To the results", priority=True),
    ]

    FOOTER = (("Enter", "results"), ("Esc", "back"))

    class Leave(Message):
        """Esc was pressed."""

    class ToResults(Message):
        """The results are to have the focus."""

    def action_leave(self) -> None:
        """Step out."""
        self.post_message(self.Leave())

    def action_results(self) -> None:
        """Go to the results."""
        self.post_message(self.ToResults())


class SearchPane(Vertical):
    """Query and results; hidden until it is opened."""

    DEFAULT_CSS = """
    SearchPane { display: none; }
    SearchPane.-shown { display: block; }
    SearchPane ResultList { height: 1fr; }
    SearchPane #search-line { height: 1; background: $surface; }
    SearchPane #search-prompt { width: 2; padding-left: 1; color: $primary; text-style: bold; }
    SearchPane SearchInput { width: 1fr; }
    """

    class QueryChanged(Message):
        """Another query is to be searched for."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Closed(Message):
        """The search was left."""

    _name = "Search"

    def compose(self) -> ComposeResult:
        """The query over the results."""
        with Horizontal(id="search-line"):
            yield Static("/", id="search-prompt")
            yield SearchInput(placeholder=own("words  in:kind tag:x is:open …"), id="search-query")
        yield ResultList(id="search-results")

    @property
    def results(self) -> ResultList:
        """The pane of results."""
        return self.query_one(ResultList)

    @property
    def query_input(self) -> SearchInput:
        """The input."""
        return self.query_one(SearchInput)

    @property
    def is_open(self) -> bool:
        """Whether the pane is on the screen."""
        return self.has_class("-shown")

    def open(self) -> None:
        """Show the pane with the last query selected, so that typing replaces it."""
        self.add_class("-shown")
        self.screen.set_focus(self.query_input)
        self.query_input.select_all()
        self.post_message(self.QueryChanged(self.query_input.value))

    def hide(self) -> None:
        """Hide the pane and tell nobody; the query stays for the next time."""
        self.remove_class("-shown")

    def close(self) -> None:
        """Hide the pane, and tell that it was left."""
        self.hide()
        self.post_message(self.Closed())

    def bring_back(self, *, shown: bool) -> None:
        """Show the pane as it was left, or hide it; the focus stays where it is."""
        self.set_class(shown, "-shown")

    def show(
        self,
        results: Results,
        *,
        keep: bool,
        everything: Sequence[Entry] = (),
        misread: Sequence[str] = (),
    ) -> None:
        """Show what was found; `everything` while there is no query.

        Where nothing was, `misread` says what of the query was searched as text, else the nearest
        titles are shown.
        """
        pane = self.results
        asked = bool(results.query.text.strip())
        if results.entries or not asked:
            entries = results.entries if asked else list(everything)
            found = f"{glyphs.sep}{plural(len(entries), 'match', 'matches')}" if asked else ""
            self._name = f"Search{found}"
            pane.title_right = short_line(own(glyphs.sep.join(results.query.understood)))
        else:
            entries = [] if misread else results.nearest
            nearest = f"{glyphs.sep}the nearest titles" if entries else ""
            self._name = f"No match{nearest}"
            pane.title_right = ""
        self.name_results()
        told = " ".join(f"{line[:1].upper()}{line[1:]}." for line in map(short_line, misread))
        tip = "Try fewer words; ? tells what can be asked."
        pane.empty_text = f"Nothing matches. {told or tip}"
        pane.show_results(results.query, entries, keep=keep)

    def name_results(self) -> None:
        """Title the results; where the pane is alone, it has no number."""
        number = "" if self.screen.has_class("-narrow") else "2 "
        self.results.name_it(f"{number}{self._name}")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search for what is typed."""
        event.stop()
        if self.is_open:
            self.post_message(self.QueryChanged(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the results."""
        event.stop()
        self.screen.set_focus(self.results)

    def on_search_input_to_results(self, event: SearchInput.ToResults) -> None:
        """Go to the results."""
        event.stop()
        self.screen.set_focus(self.results)

    def on_search_input_leave(self, event: SearchInput.Leave) -> None:
        """Close."""
        event.stop()
        self.close()
