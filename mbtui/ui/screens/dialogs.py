"""Small dialogs: a question with buttons, a line to type, a list to pick from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from rich.cells import cell_len
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from mbtui.bank.safetext import safe_text
from mbtui.ui.cells import Line, fit, pad
from mbtui.ui.spans import wrapped
from mbtui.ui.widgets.bars import Footer
from mbtui.ui.widgets.inputs import LineInput
from mbtui.ui.widgets.line_pane import LinePane
from mbtui.ui.widgets.tag_input import TagInput, hint_text
from mbtui.ui.wording import short_line

_LONGEST_TEXT = 4000
_MOST_LINES = 16
_CHOOSING = (("←→", "choose"), ("Enter", "ok"), ("Esc", "back"))
_TYPING = (("Enter", "accept"), ("Esc", "back"))
PICKING = (("↑↓", "choose"), ("Enter", "pick"), ("Esc", "back"))

_WIDEST, _AROUND, _BUTTON, _AROUND_LABEL = 72, 4, 8, 2
"""Cells of a dialog and its padding, of the narrowest button, and beside a button's words."""

_CSS = """
%(name)s { align: center middle; background: $background 60%%; }
%(name)s > Vertical {
    width: 100%%; height: auto; max-height: 100%%;
    background: $panel; padding: 1 2;
}
%(name)s.-wide > Vertical { width: 72; }
%(name)s .dialog--title { text-style: bold; height: auto; margin-bottom: 1; }
%(name)s .dialog--text { height: auto; max-height: %(lines)s; margin-bottom: 1; overflow-y: auto; }
%(name)s .dialog--hint {
    height: 1; margin-top: 1; color: $foreground 70%%; text-wrap: nowrap; text-overflow: ellipsis;
}
%(name)s Horizontal { height: auto; }
%(name)s.-slim > Vertical { padding: 1; }
%(name)s.-slim Horizontal { layout: vertical; }
%(name)s.-flat > Vertical { padding: 0 1; }
%(name)s.-flat .dialog--title, %(name)s.-flat .dialog--text { margin-bottom: 0; }
%(name)s.-flat .dialog--hint { margin-top: 0; }
%(name)s Button {
    margin-right: 2; border: none; height: 1; min-width: 8; background: $surface;
    color: $foreground; text-style: none;
}
%(name)s Button:focus { background: $primary; color: $background; text-style: bold; }
%(name)s Button:nocolor:focus { text-style: bold reverse; }
"""


BY_WIDTH: list[tuple[int, str]] = [(0, "-slim"), (45, "-broad"), (100, "-wide")]
BY_HEIGHT: list[tuple[int, str]] = [(0, "-flat"), (16, "-tall")]
"""The classes of a dialog's screen by the window's columns and rows."""


def rows_around(app: App[object], height: int) -> int:
    """The rows of a window that a dialog's frame takes, and the keys below it."""
    border = 2 if app.native_ansi_color else 0
    return 1 + (border or (0 if height < BY_HEIGHT[1][0] else 2))


def dialog_css(name: str) -> str:
    """The common look of a dialog's screen class."""
    return _CSS % {"name": name, "lines": _MOST_LINES}


class DialogKeys(Footer):
    """The keys of a dialog, where those of the screen below it stood."""

    DEFAULT_CSS = "DialogKeys { dock: bottom; }"

    def __init__(self, keys: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.show_keys("", keys)


class Option(NamedTuple):
    """One row to pick: its value, what it says, and a word at the right end."""

    value: str
    label: str
    note: str = ""


Answer = TypeVar("Answer")


class Ask(ModalScreen[str]):
    """A question with a button for each outcome; gives the chosen one's name, "" for Esc."""

    DEFAULT_CSS = dialog_css("Ask")
    HORIZONTAL_BREAKPOINTS, VERTICAL_BREAKPOINTS = BY_WIDTH, BY_HEIGHT
    BINDINGS = [  # noqa: RUF012
        Binding("escape,q", "leave", "Back"),
        Binding("left,up,h,k", "step(-1)", "Previous", show=False),
        Binding("right,down,l,j", "step(1)", "Next", show=False),
    ]

    def __init__(self, title: str, text: str, buttons: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._title = short_line(title)
        self._text = safe_text(text[:_LONGEST_TEXT])
        self._buttons = [(name, short_line(label)) for name, label in buttons]

    def compose(self) -> ComposeResult:
        """A title, a text, a row of buttons."""
        with Vertical():
            yield Static(Content(self._title), classes="dialog--title")
            if self._text:
                yield Static(Content(self._text), classes="dialog--text")
            with Horizontal():
                for name, label in self._buttons:
                    yield Button(Content(label), id=f"ask-{name}", compact=True)
        yield DialogKeys(_CHOOSING)

    def on_resize(self, event: events.Resize) -> None:
        """Put the buttons below each other where they do not fit in a row; a long text scrolls."""
        widths = [max(_BUTTON, cell_len(label) + _AROUND_LABEL) + 2 for _, label in self._buttons]
        room = min(event.size.width, _WIDEST) - _AROUND
        fits = sum(widths) <= room
        self.query_one(Horizontal).styles.layout = "horizontal" if fits else "vertical"
        height = event.size.height
        others = len(list(wrapped(self._title, room))) + (1 if fits else len(widths))
        others += rows_around(self.app, height) + (0 if height < BY_HEIGHT[1][0] else 2)
        for text in self.query(".dialog--text"):
            text.styles.max_height = max(1, min(_MOST_LINES, height - others))

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Answer."""
        event.stop()
        self.dismiss((event.button.id or "").removeprefix("ask-"))

    def action_step(self, by: int) -> None:
        """Go to the button beside; the ends are ends."""
        buttons = list(self.query(Button))
        at = buttons.index(self.focused) if isinstance(self.focused, Button) else 0
        buttons[max(0, min(at + by, len(buttons) - 1))].focus()

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss("")


class AskLine(ModalScreen[str | None]):
    """Ask for one line; gives it, or None for Esc."""

    DEFAULT_CSS = dialog_css("AskLine")
    HORIZONTAL_BREAKPOINTS, VERTICAL_BREAKPOINTS = BY_WIDTH, BY_HEIGHT
    BINDINGS = [Binding("escape", "leave", "Back", priority=True)]  # noqa: RUF012

    def __init__(
        self,
        title: str,
        value: str = "",
        hint: str = "",
        *,
        text: str = "",
        tags: Callable[[], Iterable[str]] | None = None,
    ) -> None:
        super().__init__()
        self._title = short_line(title)
        self._value = value
        self._hint = short_line(hint)
        self._text = safe_text(text[:_LONGEST_TEXT])
        self._tags = tags
        """Those that are offered, where the line is one of tags."""

    def compose(self) -> ComposeResult:
        """A title, a text and an input."""
        with Vertical():
            yield Static(Content(self._title), classes="dialog--title")
            if self._text:
                yield Static(Content(self._text), classes="dialog--text")
            if self._tags is None:
                yield LineInput(self._value, self._hint)
            else:
                yield TagInput(self._value, self._hint, tags=self._tags)
                yield Static("", classes="dialog--hint")
        yield DialogKeys(_TYPING)

    def on_tag_input_hinted(self, event: TagInput.Hinted) -> None:
        """Show the tags that fit."""
        event.stop()
        self.query_one(".dialog--hint", Static).update(Content.assemble(hint_text(event.tags)))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer."""
        event.stop()
        self.dismiss(event.value)

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)


_MOST_ROWS = 15


class OptionPane(LinePane, can_focus=False):
    """The rows of a picker."""

    DEFAULT_CSS = "OptionPane { background: $panel; }"

    def __init__(self) -> None:
        super().__init__(empty_text="Nothing here has these words.")
        self.options: Sequence[Option] = ()

    def show(self, options: Sequence[Option]) -> None:
        """Show these options, the cursor on the first."""
        self.options = options
        self.set_rows_changed(keep_key=False)

    def row_count(self) -> int:
        """How many options are left."""
        return len(self.options)

    def row_key(self, index: int) -> str:
        """The option's value."""
        return self.options[index].value

    def render_row(
        self, index: int, width: int, selected: bool, focused: bool
    ) -> Line | Sequence[Line]:
        """The label, and the note at the right end."""
        option = self.options[index]
        note = fit(option.note, width // 2)
        room = max(0, width - len(note) - 2)
        text = pad(fit(option.label, room), room)
        if selected:
            return f"{text} {note}"
        return Content.assemble(text, " ", (note, self.style_of("dim")))


class Picking(ModalScreen[Answer | None]):
    """Rows over an input that narrows them; gives what was chosen, or None for Esc."""

    AUTO_FOCUS = "LineInput"
    BINDINGS = [  # noqa: RUF012
        Binding("escape", "leave", "Back", priority=True),
        Binding("down,ctrl+n", "move(1)", "Down", priority=True, show=False),
        Binding("up,ctrl+p", "move(-1)", "Up", priority=True, show=False),
        Binding("pagedown", "page(1)", "Page down", priority=True, show=False),
        Binding("pageup", "page(-1)", "Page up", priority=True, show=False),
    ]

    @property
    def rows(self) -> LinePane:
        """The pane of rows."""
        return self.query_one(LinePane)

    def chosen(self) -> Answer | None:
        """What the row under the cursor stands for; None when there is no row."""
        raise NotImplementedError

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Choose the row under the cursor."""
        event.stop()
        self._choose()

    def on_line_pane_chosen(self, event: LinePane.Chosen) -> None:
        """Choose the clicked row."""
        event.stop()
        self._choose()

    def _choose(self) -> None:
        answer = self.chosen()
        if answer is not None:
            self.dismiss(answer)

    def action_move(self, delta: int) -> None:
        """Move the cursor while the input keeps the focus."""
        self.rows.move_cursor(delta)

    def action_page(self, pages: int) -> None:
        """Move by a page."""
        self.rows.page(pages)

    def action_leave(self) -> None:
        """Choose nothing."""
        self.dismiss(None)


class Pick(Picking[str]):
    """Pick one of several rows, narrowed by typing; gives its value, or None for Esc."""

    DEFAULT_CSS = dialog_css("Pick") + "Pick.-flat > Vertical { padding: 0 1; }"
    HORIZONTAL_BREAKPOINTS, VERTICAL_BREAKPOINTS = BY_WIDTH, BY_HEIGHT

    def __init__(self, title: str, options: Sequence[Option], *, value: str = "") -> None:
        super().__init__()
        self._title = short_line(title)
        self._options = [Option(o.value, short_line(o.label), short_line(o.note)) for o in options]
        self._value = value

    def compose(self) -> ComposeResult:
        """The rows under a title, an input that narrows them."""
        with Vertical():
            yield OptionPane()
            yield LineInput(placeholder="type to narrow")
        yield DialogKeys(PICKING)

    def on_mount(self) -> None:
        """Start on the present value."""
        pane = self.query_one(OptionPane)
        pane.takes_keys_of = self.query_one(LineInput)
        pane.title = self._title
        pane.show(self._options)
        index = next((i for i, o in enumerate(self._options) if o.value == self._value), 0)
        pane.move_to(index)

    def on_resize(self, event: events.Resize) -> None:
        """Give the rows what room there is beside the input and the frame."""
        height = event.size.height
        room = min(_MOST_ROWS, height - 1 - rows_around(self.app, height))
        self.query_one(OptionPane).styles.height = min(room, len(self._options) + 1)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep the rows that have all typed words."""
        event.stop()
        words = event.value.casefold().split()
        self.query_one(OptionPane).show(
            [
                option
                for option in self._options
                if all(w in f"{option.label} {option.note}".casefold() for w in words)
            ]
        )

    def chosen(self) -> str | None:
        """The value of the row under the cursor."""
        return self.query_one(OptionPane).cursor_key
