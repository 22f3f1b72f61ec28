"""The one-line bars: header, notice and footer."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import ClassVar, TypeAlias

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.strip import Strip
from textual.style import Style

from mbtui.ui.cells import fit, fit_content, line_strip, to_content
from mbtui.ui.commands import COMMANDS, footer_commands, key_words
from mbtui.ui.glyphs import glyphs, own
from mbtui.ui.lazy_styles import LazyStyles
from mbtui.ui.spans import wrapped

_NOTICE_LINES = 3
_MESSAGE_LINES = 3
_OUT = "Esc"

Keys: TypeAlias = Sequence[tuple[str, str] | tuple[str, str, str]]
"""Each key as people write it, a word for it, and the command that a click on it does, if any."""


class Bar(LazyStyles):
    """One line with a text at its left and another at its right end."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Bar { height: 1; background: $background; color: $foreground 80%; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._left: Content = Content("")
        self._rights: tuple[Content, ...] = ()

    def show(self, left: Content | str, *rights: Content | str) -> None:
        """Show these texts; nothing is drawn when they are the same as before.

        `rights` is the text at the right end, then shorter ones for where it has no room.
        """
        new = to_content(left), tuple(map(to_content, rights))
        if new != (self._left, self._rights):
            self._left, self._rights = new
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw the line: the first of the right texts that leaves a third to the left one."""
        width = self.size.width
        left, right = self._left, Content("")
        least = min(left.cell_length, width // 3)
        for text in self._rights:
            if width - text.cell_length - 3 >= least:
                right = text
                break
        left = fit_content(left, max(0, width - (right.cell_length + 3 if right else 2)))
        gap = max(0, width - 2 - left.cell_length - right.cell_length)
        return line_strip(Content.assemble(" ", left, " " * gap, right), width, self.visual_style)


def _fits(text: str, width: int, most: int) -> bool:
    return len(list(islice(wrapped(text, width), most + 1))) <= most


def _rows(text: str, width: int, most: int) -> list[str]:
    """A text broken into at most so many lines; what is left is cut."""
    rows = list(wrapped(text[: 8 * width * most], width))
    if len(rows) <= most:
        return rows
    return [*rows[: most - 1], fit(" ".join(rows[most - 1 :]), width)]


def _cells(item: tuple[str, str, str]) -> int:
    """The cells of a key and its word."""
    return cell_len(item[0]) + 1 + cell_len(item[1])


def _shorter(item: tuple[str, str, str]) -> tuple[str, str, str]:
    """The same without what its word says behind a comma."""
    return item[0], item[1].partition(",")[0], item[2]


class Notice(Bar):
    """What a person should know about the bank's files, as long as it is so."""

    DEFAULT_CSS = """
    Notice { background: $warning 25%; color: $foreground; display: none; }
    Notice.-shown { display: block; }
    Notice:nocolor { text-style: reverse; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._parts: tuple[str, str, str] = ("", "", "")
        self._rows: list[str] = []

    def tell(self, text: str, means: str = "", key: str = "") -> None:
        """Show the text, or nothing for an empty one.

        Where there is no room for all of it, `means` is left out, then the text is cut; `key`
        stays.
        """
        parts = (text, means, key)
        if parts != self._parts:
            self._parts = parts
            self.set_class(bool(text), "-shown")
            self._fit()

    def on_resize(self) -> None:
        """Take as many lines as the text needs, three at the most."""
        self._fit()

    def _fit(self) -> None:
        width = max(1, (self.size.width or self.screen.size.width) - 2)
        text, _, key = self._parts
        told = [glyphs.sep.join(filter(None, parts)) for parts in (self._parts, (text, key))]
        whole = next((line for line in told if _fits(line, width, _NOTICE_LINES)), "")
        if whole or not text:
            self._rows = _rows(whole, width, _NOTICE_LINES)
        else:
            *rows, last = _rows(text, width, _NOTICE_LINES)
            tail = f"{glyphs.sep}{key}" if key else ""
            self._rows = [*rows, fit(f"{last} {glyphs.ellipsis}", width - cell_len(tail)) + tail]
        self.styles.height = max(1, len(self._rows))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line of the text."""
        row = self._rows[y] if y < len(self._rows) else ""
        return line_strip(f" {row}", self.size.width, self.visual_style)


class Footer(Bar):
    """The keys that matter in the focused pane, or for a moment what was just done.

    A long message takes up to three lines. A key that is clicked is told.
    """

    class Clicked(Message):
        """The key of a command was clicked."""

        def __init__(self, command: str) -> None:
            super().__init__()
            self.command = command

    COMPONENT_CLASSES: ClassVar[set[str]] = {"footer--key"}
    DEFAULT_CSS = """
    Footer { color: $foreground 70%; }
    Footer > .footer--key { color: $primary; text-style: bold; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._where = ""
        self._keys: Keys = ()
        self._lead = ""
        self._helps = False
        self._words: dict[str, str] = {}
        self._message = ""
        self._rows: list[str] = []
        self._places: list[tuple[range, str]] = []

    def show_keys(
        self,
        where: str,
        keys: Keys = (),
        lead: str = "",
        *,
        helps: bool = False,
    ) -> None:
        """Show the keys of a pane, or `keys` in their place, the most needed first.

        `lead` stands before them, and says what they act on; with it, and where the pane `helps`,
        the key for help stands behind them.
        """
        helps = helps or bool(lead)
        if (where, keys, lead, helps) == (self._where, self._keys, self._lead, self._helps):
            return
        self._where, self._keys, self._lead, self._helps = where, keys, lead, helps
        if not self._message:
            self.refresh()

    def call(self, command: str, word: str) -> None:
        """Show this word for a command from now on: what its key would do now."""
        if self.word_of(command) != word:
            self._words[command] = word
            if not self._message:
                self.refresh()

    def word_of(self, command: str) -> str:
        """The word that is shown for a command."""
        return self._words.get(command, COMMANDS[command].footer)

    def say(self, message: str) -> None:
        """Show a message in place of the keys; an empty one brings the keys back."""
        if message != self._message:
            self._message = message
            self._fit()

    def on_resize(self) -> None:
        """Break the message for the new width."""
        self._fit()

    def _fit(self) -> None:
        width = max(1, (self.size.width or self.screen.size.width) - 2)
        self._rows = _rows(self._message, width, _MESSAGE_LINES)
        self.styles.height = max(1, len(self._rows))
        self.refresh()

    @property
    def message(self) -> str:
        """The message that is shown, if any."""
        return self._message

    def render_line(self, y: int) -> Strip:
        """Draw the message or the keys; a pane's always end in the one for help."""
        width = self.size.width
        if self._message:
            row = self._rows[y] if y < len(self._rows) else ""
            return line_strip(f" {row}", width, self.visual_style)
        if y:
            return Strip.blank(width, self.visual_style.rich_style)
        key = self.get_visual_style("footer--key")
        line = Content(f" {self._lead}" if self._lead else "")
        self._places = []
        for label, word, command in self._shown(width):
            line = line.append("  " if line and not line.plain.endswith(":") else " ")
            start = line.cell_length
            line = Content.assemble(line, (label, key), (f" {word}", Style()))
            self._places.append((range(start, line.cell_length), command))
        return line_strip(line, width, self.visual_style)

    def _shown(self, width: int) -> list[tuple[str, str, str]]:
        """Key, word and command of what there is room for: the way out first, help behind all."""
        words = self._words
        keys = [(own(k[0]), k[1], k[2] if len(k) > 2 else "") for k in self._keys] or [
            (own(c.key_label), words.get(c.id, c.footer), c.id)
            for c in footer_commands(self._where)
        ]
        last = [(own(label), word, "help") for label, word in key_words(("help", "help"))]
        last = last if self._helps or not self._keys else []
        room = width - sum(_cells(item) + 2 for item in last) + (0 if last else 1)
        room -= len(self._lead) + 1 if self._lead else 0
        shown = {}
        for at in sorted(range(len(keys)), key=lambda at: keys[at][0] != _OUT):
            item = _shorter(keys[at])
            if _cells(item) + 2 <= room:
                room -= _cells(item) + 2
                shown[at] = item
        for at, item in shown.items():
            if (more := _cells(keys[at]) - _cells(item)) <= room:
                room -= more
                shown[at] = keys[at]
        order = {} if self._keys else {name: at for at, name in enumerate(COMMANDS)}
        return [
            shown[at] for at in sorted(shown, key=lambda at: (order.get(keys[at][2], 0), at))
        ] + last

    def on_click(self, event: events.Click) -> None:
        """Tell the command whose key was clicked."""
        at = event.get_content_offset(self)
        places = [] if self._message or at is None else self._places
        for columns, command in places:
            if command and at is not None and at.y == 0 and at.x in columns:
                event.stop()
                self.post_message(self.Clicked(command))
