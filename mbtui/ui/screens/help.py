"""The help screen, made from the registry of commands and the keys of the other screens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from mbtui.ui.cells import Line, pad
from mbtui.ui.commands import COMMANDS
from mbtui.ui.glyphs import own
from mbtui.ui.keynames import label_of
from mbtui.ui.screens.dialogs import BY_HEIGHT, BY_WIDTH, DialogKeys, dialog_css
from mbtui.ui.spans import wrapped
from mbtui.ui.widgets.inputs import LineInput
from mbtui.ui.widgets.line_pane import LinePane

_KEY_WIDTH, _NARROW_KEY_WIDTH = 12, 9
_ROOMY = 60
_MOST_ROWS = 30
_KEYS = (("j/k", "scroll"), ("/", "find"), ("Esc", "close"))
_GROUPS = ("Write", "Find", "Go", "Program")
_IN_FORM = (
    ("Esc", "leave the text for Save and Cancel; Esc Enter saves"),
    ("F2 Ctrl+s", "save"),
    ("Tab", "next field"),
    ("← →", "in a picker: change the choice; or type its first letter"),
    ("Ctrl+z", "in a text of several lines: take back typing; elsewhere: suspend"),
)
_IN_PALETTE = (
    ("words", "keep the rows that have them all"),
    ("↓ ↑", "go through the rows; also PgDn PgUp"),
    ("Enter", "choose"),
    ("Esc", "back"),
)
_MOUSE = (
    ("click", "a row: go there, again: open; a key in the bottom line: do it"),
    ("wheel", "scroll"),
    ("drag", "the gap between panes: resize; in the entry: select text"),
    ("Ctrl+c", "copy what is selected; y copies the whole entry"),
    ("Shift+drag", "the terminal's own selection, everywhere"),
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
    ("is:open", "also is:closed is:due is:changed is:archived"),
    ("has:FIELD", "also no:FIELD"),
    ("after:7d", "also before: with a date or 2w, 3m, 1y"),
    ("sort:-FIELD", "by a field; - for the last first"),
)


class HelpPane(LinePane):
    """The lines of the help."""

    DEFAULT_CSS = "HelpPane { background: $panel; height: 30; }"

    def __init__(self, where: str) -> None:
        super().__init__(title="Keys and help")
        self.empty_text = "No line has all these words."
        self._texts = list(help_rows(where))
        self._words: Sequence[str] = ()
        self._rows: list[tuple[str, str]] = []

    def filter(self, text: str) -> None:
        """Keep the lines that have all the words, under their headings."""
        self._words = text.casefold().split()
        self._break_lines()
        self.scroll_rows(-self.row_count())

    def on_resize(self) -> None:
        """Break the lines for the new width, then do what every pane does."""
        self._break_lines()

    def _break_lines(self) -> None:
        keys = _KEY_WIDTH if self.size.width >= _ROOMY else _NARROW_KEY_WIDTH
        self._key_width = keys
        self._rows = list(
            _broken(_with(self._words, self._texts), keys, self.size.width - keys - 4)
        )
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
        label = pad(key, max(self._key_width, len(key)))
        return Content.assemble(f" {label} ", (text, self.style_of("dim")))


def _with(words: Sequence[str], rows: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The rows that have all the words, in themselves or in their heading, which goes before."""
    heading, told = "", ""
    for key, text in rows:
        if not text:
            heading = key
        elif all(word in f"{heading} {key} {text}".casefold() for word in words):
            if told != heading:
                yield heading, ""
                told = heading
            yield key, text


def _broken(
    rows: Iterable[tuple[str, str]], key_width: int, width: int
) -> Iterator[tuple[str, str]]:
    """The rows with long meanings on several lines; of keys too long to fit, the first."""
    for key, text in rows:
        label = key if len(key) <= key_width or not text else key.split()[0]
        for part in wrapped(text, width - max(0, len(label) - key_width)):
            yield label, part
            label = ""


def help_rows(where: str) -> Iterator[tuple[str, str]]:
    """Keys and meanings, those of a pane first; a heading has no meaning."""
    keyed = [command for command in COMMANDS.values() if command.keys]
    for group in _GROUPS:
        yield group, ""
        for command in keyed:
            if command.group == group and where in command.where:
                yield own(command.all_key_labels), command.title
    elsewhere = [command for command in keyed if where not in command.where]
    yield from _under("In the other panes", [(c.all_key_labels, c.title) for c in elsewhere])
    yield from _under("While typing in a form", _IN_FORM)
    yield from _under("Quick add", _QUICK_ADD)
    yield from _under("Search", _QUERY)
    yield from _under("In the palette and other lists", _IN_PALETTE)
    yield from _under("Where two texts conflict", _keys_of_conflict())
    yield from _under("In a review session", _keys_of_review())
    yield from _under("In a file that is broken", _keys_of_raw_view())
    yield from _under("Mouse", _MOUSE)


def _under(heading: str, rows: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    if rows:
        yield heading, ""
        yield from ((own(key), text) for key, text in rows)


def _keys_of_conflict() -> list[tuple[str, str]]:
    from mbtui.ui.screens.conflict import Conflict

    return _bound(Conflict.BINDINGS)


def _keys_of_review() -> list[tuple[str, str]]:
    from mbtui.ui.screens.review import ReviewSession

    return _bound(binding for binding in ReviewSession.BINDINGS if getattr(binding, "show", True))


def _keys_of_raw_view() -> list[tuple[str, str]]:
    from mbtui.ui.screens.raw import RawView

    return _bound(RawView.BINDINGS)


def _bound(bindings: Iterable[object]) -> list[tuple[str, str]]:
    """Keys and meanings of a screen's bindings."""
    return [
        (" ".join(map(label_of, binding.key.split(","))), binding.description)
        for binding in bindings
        if isinstance(binding, Binding)
    ]


class HelpFilter(LineInput):
    """The words that narrow the help."""

    BINDINGS = [  # noqa: RUF012
        Binding("down,enter,tab", "screen.to_rows", "To the lines", priority=True),
        Binding("escape", "screen.step_out", "Back", priority=True),
    ]


class Help(ModalScreen[None]):
    """Keys for the focused pane, and how quick add and search are written."""

    DEFAULT_CSS = (
        dialog_css("Help")
        + """
    Help > Vertical { padding: 0 1; }
    Help.-wide > Vertical { width: 76; }
    Help.-slim > Vertical { padding: 0; }
    Help HelpFilter { display: none; }
    Help HelpFilter.-shown { display: block; }
    """
    )
    HORIZONTAL_BREAKPOINTS, VERTICAL_BREAKPOINTS = BY_WIDTH, BY_HEIGHT
    AUTO_FOCUS = "HelpPane"
    BINDINGS = [  # noqa: RUF012
        Binding("escape", "step_out", "Back"),
        Binding("q,question_mark,enter,f1", "leave", "Close"),
        Binding("slash", "filter", "Filter"),
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
        """The lines, and the input that narrows them."""
        with Vertical():
            yield HelpPane(self._where)
            yield HelpFilter(placeholder="words to look for")
        yield DialogKeys(_KEYS)

    @property
    def _pane(self) -> HelpPane:
        return self.query_one(HelpPane)

    def on_resize(self, event: events.Resize) -> None:
        """Give the lines what room the filter leaves."""
        self._give_room(event.size.height)

    def _give_room(self, height: int) -> None:
        border = 2 if self.app.native_ansi_color else 0
        room = height - 1 - border - self.query_one(HelpFilter).display
        self._pane.styles.height = min(_MOST_ROWS, room)

    def action_filter(self) -> None:
        """Type words that narrow the lines."""
        words = self.query_one(HelpFilter)
        words.add_class("-shown")
        words.focus()
        self._give_room(self.size.height)

    def action_to_rows(self) -> None:
        """Read the lines that are left."""
        self._pane.focus()

    def action_step_out(self) -> None:
        """Out of the filter first, then out of the help."""
        words = self.query_one(HelpFilter)
        if not words.has_class("-shown"):
            self.action_leave()
            return
        words.value = ""
        words.remove_class("-shown")
        self._pane.focus()
        self._give_room(self.size.height)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the lines."""
        event.stop()
        self._pane.filter(event.value)

    def action_leave(self) -> None:
        """Close."""
        self.dismiss(None)

    def action_move(self, delta: int) -> None:
        """Move by a line."""
        self._pane.scroll_rows(delta)

    def action_page(self, pages: int) -> None:
        """Move by a page."""
        self._pane.scroll_rows(pages * self._pane.page_rows)

    def action_ends(self, last: bool) -> None:
        """Go to the last line, or the first."""
        count = self._pane.row_count()
        self._pane.scroll_rows(count if last else -count)
