"""Inputs that never lose pasted text, and a picker of one choice in a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.strip import Strip
from textual.style import Style
from textual.widgets import Input

from mbtui.bank.safetext import safe_line
from mbtui.ui.cells import line_strip
from mbtui.ui.glyphs import glyphs
from mbtui.ui.lazy_styles import LazyStyles


class LineInput(Input, LazyStyles):
    """A line of text. Pasted line breaks become blanks, so that no word is lost."""

    DEFAULT_CSS = """
    LineInput { height: 1; border: none; padding: 0 1 !important; background: $surface; }
    LineInput:focus { background: $surface-lighten-1; border: none; }
    LineInput > .input--placeholder { color: $foreground 70%; }
    """
    FOOTER: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Keys and words for the footer while something is typed here."""
    virtual_size: Reactive[Size] = Reactive(Size(0, 0))
    """As wide as the text; Textual would lay out the screen whenever it changes."""

    def __init__(
        self,
        value: str = "",
        placeholder: str = "",
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(value, placeholder, id=id, compact=True, select_on_focus=False)
        self.cursor_blink = False

    def on_resize(self) -> None:
        """Keep the cursor in view where something is typed."""
        if self.has_focus:
            self.call_after_refresh(self._watch_selection, self.selection)

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.take_pasted(event.text)

    def action_paste(self) -> None:
        """Paste what was copied or cut here."""
        self.take_pasted(self.app.clipboard)

    def take_pasted(self, text: str) -> None:
        """Put a pasted text of any number of lines into this one."""
        lines = [line.strip() for line in text.splitlines()]
        self.insert_pasted(" ".join(line for line in lines if line))

    def insert_pasted(self, text: str) -> None:
        """Put a text in place of the selection and bring its end into view, once it is wide."""
        self.replace(text, *self.selection)
        self.call_after_refresh(self._watch_selection, self.selection)


class Choice(LazyStyles, can_focus=True):
    """One of several words, changed with the arrow keys or the first letter.

    A present value that is none of the options is one more of them.
    """

    BINDINGS = [  # noqa: RUF012
        Binding("left,h", "step(-1)", "Previous", show=False),
        Binding("right,l,space", "step(1)", "Next", show=False),
    ]
    DEFAULT_CSS = """
    Choice { height: 1; background: $surface; }
    Choice:focus { background: $surface-lighten-1; }
    Choice > .choice--chosen { text-style: bold; color: $primary; }
    Choice:focus > .choice--chosen { text-style: bold reverse; color: $primary; }
    Choice > .choice--other { color: $foreground 70%; }
    """
    COMPONENT_CLASSES = {"choice--chosen", "choice--other"}  # noqa: RUF012

    class Changed(Message):
        """Another word was chosen."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

        @property
        def control(self) -> Choice:
            """The picker."""
            return self.choice

    def __init__(
        self,
        options: Sequence[tuple[str, str]],
        value: str,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._options = list(options)
        if value and all(item[0] != value for item in options):
            self._options.append((value, value))
        values = [item[0] for item in self._options]
        self._index = values.index(value) if value in values else 0

    @property
    def value(self) -> str:
        """The chosen option's value."""
        return self._options[self._index][0]

    def choose(self, value: str) -> None:
        """Choose the option with this value, if there is one."""
        values = [item[0] for item in self._options]
        if value in values:
            self._choose(values.index(value))

    def action_step(self, delta: int) -> None:
        """Choose the next option, or the one before."""
        self._choose((self._index + delta) % len(self._options))

    def _choose(self, index: int) -> None:
        if index != self._index:
            self._index = index
            self.refresh()
            self.post_message(self.Changed(self))

    def on_key(self, event: events.Key) -> None:
        """Choose the next option that starts with the typed letter."""
        letter = (event.character or "").casefold()
        if not letter.isalnum() or letter in "hl":
            return
        count = len(self._options)
        for step in range(1, count + 1):
            index = (self._index + step) % count
            if self._options[index][1].casefold().startswith(letter):
                event.stop()
                self._choose(index)
                return

    def on_click(self) -> None:
        """Choose the next option."""
        self.action_step(1)

    def render_line(self, y: int) -> Strip:
        """All options in a row where they fit, else the chosen one between arrows."""
        width = self.size.width
        chosen, other = (self._part(name) for name in ("chosen", "other"))
        labels = [safe_line(label) for _, label in self._options]
        if sum(cell_len(label) + 3 for label in labels) <= width + 2:
            line = Content("")
            for i, label in enumerate(labels):
                style = chosen if i == self._index else other
                mark = glyphs.chosen if i == self._index else " "
                line = Content.assemble(line, (f"{mark}{label}", style), "  ")
        else:
            place = f"  {self._index + 1} of {len(labels)}"
            line = Content.assemble(
                (glyphs.previous, other),
                (labels[self._index], chosen),
                (glyphs.next, other),
                (place, other),
            )
        return line_strip(line, width, self.visual_style)

    def _part(self, name: str) -> Style:
        style = self.get_visual_style(f"choice--{name}")
        if self.get_component_styles(f"choice--{name}").text_style.reverse:
            style += Style(reverse=True)
        return style
