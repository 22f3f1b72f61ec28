"""A line for the very first start: the keys that one needs first."""

from __future__ import annotations

from textual.message import Message

from mbtui.ui.cells import fits
from mbtui.ui.commands import COMMANDS
from mbtui.ui.widgets.bars import Bar

ENOUGH = 5
"""After so many commands the hint has done its work."""


class FirstHint(Bar):
    """The keys that matter first, until a few commands were given or Esc was pressed."""

    DEFAULT_CSS = """
    FirstHint { color: $secondary; display: none; }
    FirstHint.-shown { display: block; }
    """

    class Seen(Message):
        """The first command was given while the hint was shown."""

    _remaining = ENOUGH

    def begin(self) -> None:
        """Show the hint."""
        self.add_class("-shown")

    def count(self, command: str) -> None:
        """Note that a command was given."""
        if not self.has_class("-shown"):
            return
        if self._remaining == ENOUGH:
            self.post_message(self.Seen())
        self._remaining -= 1
        if command == "back" or not self._remaining:
            self.remove_class("-shown")

    def on_resize(self) -> None:
        """Show as many of the keys as there is room for."""
        text = ""
        for part in hint_parts():
            longer = f"{text} · {part}" if text else part
            if not fits(longer, self.size.width - 2):
                break
            text = longer
        self.show(text)


def hint_parts() -> list[str]:
    """Keys and what they do, the most needed first."""
    words = {"open": "open", "search": "search", "add": "add", "help": "help"}
    move = f"{COMMANDS['down'].key_label}/{COMMANDS['up'].key_label} move"
    return [move, *(f"{COMMANDS[name].key_label} {word}" for name, word in words.items())]
