"""The help screen, made from the registry of commands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from mbtui.ui.cells import Line, pad
from mbtui.ui.commands import COMMANDS
from mbtui.ui.document import wrapped
from mbtui.ui.screens.dialogs import dialog_css
from mbtui.ui.widgets.line_pane import LinePane

_KEY_WIDTH, _NARROW_KEY_WIDTH = 12, 11
_ROOMY = 60
_GROUPS = ("Write", "Find", "Go", "Program")
_IN_TEXT = (
    ("Esc", "leave the text for Save and Cancel; Esc Enter saves"),
    ("F2 Ctrl+s", "save"),
    ("Tab", "next field"),
    ("← →", "in a picker: change the choice; or type its first letter"),
)
_QUICK_ADD = (
    ("#tag +tag", "a tag"),
    ("!high", "a value the kind has; also severity:high"),
    ("@kind", "the kind, by the start of any word of its name"),
    ("app/db.py", "a path that exists, also app/db.py::connect"),
    (" -- ", "starts the text under the title"),
    ("\\", "keeps a mark literal: \\#1"),
)
_QUERY = (
    ("word word", "all must occur, as typed"),
    ('"a phrase"', "words in a row"),
    ("-word", "must not occur"),
    ("in: tag:", "kind or section; tag; also status: by: owner: path:"),
    ("is:open", "also is:closed is:due is:archived"),
    ("has:FIELD", "also no:FIELD"),
    ("after:7d", "also before: with a date or 2w, 3m, 1y"),
    ("sort:-FIELD", "by a field; - for the last first"),
)


class HelpPane(LinePane):
    """The lines of the help."""

    DEFAULT_CSS = "HelpPane { background: $panel; height: 30; max-height: 100%; }"

    def __init__(self, where: str) -> None:
        super().__init__(title="Keys and help", title_right="Esc closes")
        self._texts = list(help_rows(where))
        self._rows: list[tuple[str, str]] = []

    def on_resize(self) -> None:
        """Break the lines for the new width, then do what every pane does."""
        keys = _KEY_WIDTH if self.size.width >= _ROOMY else _NARROW_KEY_WIDTH
        self._key_width = keys
        self._rows = list(_broken(self._texts, keys, self.size.width - keys - 5))
        self.set_rows_changed()

    def row_count(self) -> int:
        """How many lines there are."""
        return len(self._rows)

    def row_key(self, index: int) -> str:
        """The line's number: lines never change."""
        return str(index)

    def selectable(self, index: int) -> bool:
        """The help is scrolled, nothing in it is chosen."""
        return False

    def render_row(
        self, index: int, width: int, selected: bool, focused: bool
    ) -> Line | Sequence[Line]:
        """Key and meaning; a heading stands alone."""
        key, text = self._rows[index]
        if not text:
            return Content.styled(key, "bold")
        return Content.assemble(f"  {pad(key, self._key_width)} ", (text, self.style_of("dim")))


def _broken(
    rows: Iterable[tuple[str, str]], key_width: int, width: int
) -> Iterator[tuple[str, str]]:
    """The rows with long meanings on several lines; of keys too long to fit, the first."""
    for key, text in rows:
        label = key if len(key) <= key_width or not text else key.split()[0]
        for part in wrapped(text, width):
            yield label, part
            label = ""


def help_rows(where: str) -> Iterator[tuple[str, str]]:
    """Keys and meanings for a pane; a heading has no meaning."""
    for group in _GROUPS:
        yield group, ""
        for command in COMMANDS.values():
            if command.group == group and command.keys and where in command.where:
                yield command.all_key_labels, command.title
    for heading, rows in (
        ("While typing in a form", _IN_TEXT),
        ("Quick add", _QUICK_ADD),
        ("Search", _QUERY),
    ):
        yield heading, ""
        yield from rows


class Help(ModalScreen[None]):
    """Keys for the focused pane, and how quick add and search are written."""

    DEFAULT_CSS = dialog_css("Help") + "Help > Vertical { padding: 0 1; width: 76; }"
    BINDINGS = [  # noqa: RUF012
        Binding("escape,q,question_mark,enter,f1", "leave", "Close"),
        Binding("j,down", "move(1)", "Down", show=False),
        Binding("k,up", "move(-1)", "Up", show=False),
        Binding("pagedown,space,ctrl+d", "page(1)", "Page down", show=False),
        Binding("pageup,ctrl+u", "page(-1)", "Page up", show=False),
        Binding("g,home", "ends(False)", "First", show=False),
        Binding("G,end", "ends(True)", "Last", show=False),
    ]

    def __init__(self, where: str) -> None:
        super().__init__()
        self._where = where

    def compose(self) -> ComposeResult:
        """The lines."""
        with Vertical():
            yield HelpPane(self._where)

    def action_leave(self) -> None:
        """Close."""
        self.dismiss(None)

    def action_move(self, delta: int) -> None:
        """Move by a line."""
        self.query_one(HelpPane).scroll_rows(delta)

    def action_page(self, pages: int) -> None:
        """Move by a page."""
        pane = self.query_one(HelpPane)
        pane.scroll_rows(pages * pane.page_rows)

    def action_ends(self, last: bool) -> None:
        """Go to the last line, or the first."""
        pane = self.query_one(HelpPane)
        pane.scroll_rows(pane.row_count() if last else -pane.row_count())
