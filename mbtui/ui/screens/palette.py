"""The palette: all commands, kinds, sections, views and entries in one list, narrowed by typing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from mbtui.bank.entry import Entry
from mbtui.ui.availability import Context, why_not
from mbtui.ui.cells import Line, fit, pad
from mbtui.ui.commands import COMMANDS
from mbtui.ui.glyphs import own
from mbtui.ui.screens.dialogs import BY_WIDTH, PICKING, DialogKeys, Picking, dialog_css
from mbtui.ui.tree_rows import TreeRow
from mbtui.ui.widgets.inputs import LineInput
from mbtui.ui.widgets.line_pane import LinePane
from mbtui.ui.wording import plural, short_line, title_of

COMMAND, PLACE, ENTRY_ROW = "command", "place", "entry"
MOST_ENTRIES: Final = 200
"""More entries are not listed: by then another word is quicker than scrolling."""
_MOST_ROWS: Final = 15


class Item(NamedTuple):
    """One row: what it is, its value, what it says, a word at the right end, and why not."""

    type: str
    value: str
    label: str
    note: str = ""
    reason: str = ""

    @property
    def key(self) -> str:
        """What tells the row from all others."""
        return f"{self.type}:{self.value}"


class Titles:
    """The entries by title; the last answer is narrowed while the words grow."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._folded = [entry.title.casefold() for entry in entries]
        self._words: Sequence[str] = ()
        self._found: Sequence[int] = range(len(entries))

    def find(self, words: Sequence[str]) -> list[Entry]:
        """The entries whose titles have all words; those that begin with the first come first."""
        grown = all(any(old in word for word in words) for old in self._words)
        found: Sequence[int] = self._found if grown else range(len(self._entries))
        folded = self._folded
        for word in sorted(words, key=len, reverse=True):
            found = [i for i in found if word in folded[i]]
        self._words, self._found = tuple(words), found
        if not words:
            return [self._entries[i] for i in found]
        first = [i for i in found if folded[i].startswith(words[0])]
        others = [i for i in found if not folded[i].startswith(words[0])]
        return [self._entries[i] for i in (*first, *others)]


def command_items(context: Context) -> list[Item]:
    """All commands but the palette itself, with their keys, or why they cannot be done."""
    return [
        Item(
            COMMAND,
            command.id,
            command.title,
            own(command.all_key_labels),
            why_not(command.id, context),
        )
        for command in COMMANDS.values()
        if command.id != "palette"
    ]


def place_items(rows: Sequence[TreeRow]) -> list[Item]:
    """The rows of the tree that one can go to."""
    return [
        Item(PLACE, row.key, f"Go to {short_line(row.label)}", row.type)
        for row in rows
        if row.label
    ]


def entry_item(entry: Entry) -> Item:
    """The row of an entry."""
    kind = "archived" if entry.archived else short_line(entry.kind.title)
    return Item(ENTRY_ROW, entry.key, title_of(entry), kind)


def narrowed(items: Sequence[Item], words: Sequence[str]) -> list[Item]:
    """The rows with all words: what can be done first, then what begins like the first word."""
    found = []
    for item in items:
        text = f"{item.label} {item.note}".casefold()
        if all(word in text for word in words):
            begins = words and any(part.startswith(words[0]) for part in text.split())
            found.append(((item.reason != "", not begins), item))
    return [item for _, item in sorted(found, key=lambda pair: pair[0])]


def recent_first(items: Sequence[Item], recent: Sequence[str]) -> list[Item]:
    """The rows, those used last first; what cannot be done comes last."""
    rank = {key: at for at, key in enumerate(recent)}
    return sorted(items, key=lambda item: (item.reason != "", rank.get(item.key, len(rank))))


_LEAST_NOTE = 9
"""Cells of a note that say something; with less room there is none."""


class PalettePane(LinePane, can_focus=False):
    """The rows of the palette."""

    DEFAULT_CSS = "PalettePane { background: $panel; }"

    def __init__(self) -> None:
        super().__init__(title="Commands", empty_text="Nothing here has these words.")
        self.items: Sequence[Item] = ()

    def show(self, items: Sequence[Item], *, keep: bool = False) -> None:
        """Show these rows; the cursor on the first, or with `keep` where it was."""
        self.items = items
        self.set_rows_changed(keep_key=keep)

    @property
    def current(self) -> Item | None:
        """The row under the cursor."""
        return self.items[self.cursor] if 0 <= self.cursor < len(self.items) else None

    def row_count(self) -> int:
        """How many rows are left."""
        return len(self.items)

    def row_key(self, index: int) -> str:
        """What tells the row from all others."""
        return self.items[index].key

    def render_row(
        self, index: int, width: int, selected: bool, focused: bool
    ) -> Line | Sequence[Line]:
        """The label, and at the right end the keys; dimmed and with the reason if it cannot be."""
        item = self.items[index]
        room = max(width // 2, width - len(item.label) - 3)
        if item.reason:
            room = width - len(item.label) - 3
        note = fit(item.reason or item.note, room) if room >= _LEAST_NOTE else ""
        text = pad(item.label, max(0, width - Content(note).cell_length - 2))
        if selected:
            return f"{text} {note}"
        dim = self.style_of("dim")
        if item.reason:
            return Content.styled(f"{text} {note}", dim)
        return Content.assemble(text, " ", (note, dim))


class Palette(Picking[Item]):
    """Everything one can do or go to; gives the chosen row, or None for Esc."""

    DEFAULT_CSS = (
        dialog_css("Palette") + "Palette > Vertical, Palette.-slim > Vertical { padding: 0 1; }"
    )
    HORIZONTAL_BREAKPOINTS = BY_WIDTH

    def __init__(
        self,
        commands: Sequence[Item],
        places: Sequence[Item],
        titles: Callable[[], Titles],
        recent: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self._commands = commands
        self._places = places
        self._titles = titles
        self._recent = recent

    def compose(self) -> ComposeResult:
        """The rows under a title, an input that narrows them."""
        with Vertical():
            yield PalettePane()
            yield LineInput(placeholder=own("command, kind, title …"))
        yield DialogKeys(PICKING)

    def on_mount(self) -> None:
        """Show everything that is not an entry."""
        self.query_one(PalettePane).takes_keys_of = self.query_one(LineInput)
        self._narrow("")

    def on_resize(self, event: events.Resize) -> None:
        """Give the rows what room there is beside the input."""
        border = 2 if self.app.native_ansi_color else 0
        room = min(_MOST_ROWS, event.size.height - 2 - border)
        self.query_one(PalettePane).styles.height = max(2, room)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep the rows that have all typed words."""
        event.stop()
        self._narrow(event.value)

    def know(self, context: Context) -> None:
        """Show what became known of what can be done."""
        self._commands = command_items(context)
        self._narrow(self.query_one(LineInput).value, keep=True)

    def _narrow(self, text: str, *, keep: bool = False) -> None:
        words = text.casefold().split()
        pane = self.query_one(PalettePane)
        fixed = [*self._commands, *self._places]
        if not words:
            pane.title_right = ""
            pane.show(recent_first(fixed, self._recent), keep=keep)
            return
        entries = self._titles().find(words)
        pane.title_right = plural(len(entries), "entry", "entries") if entries else ""
        rows = [entry_item(entry) for entry in entries[:MOST_ENTRIES]]
        pane.show([*narrowed(fixed, words), *rows], keep=keep)

    def chosen(self) -> Item | None:
        """The row under the cursor."""
        return self.query_one(PalettePane).current
