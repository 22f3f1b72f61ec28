"""A program that writes down which keys reach it; `python -m tests.ui.keys_app FILE` runs it.

It has mbtui's way with the terminal and nothing else of it. `copy TEXT` after the file's name
copies a text at the start.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from textual import events

from mbtui.ui.clipboard import ClipboardApp
from mbtui.ui.terminal import takes_mouse


class KeysApp(ClipboardApp[None]):
    """Writes each key's name on a line of its own; the first line says that it listens."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, file: Path, text: str = "") -> None:
        super().__init__()
        self._file = file
        self._text = text

    def on_mount(self) -> None:
        self._write("ready")
        if self._text:
            self.copy(self._text, "the text")

    def tell(self, message: str) -> None:
        self._write(message)

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key):
            self._write(event.key)
        else:
            await super().on_event(event)

    def _write(self, line: str) -> None:
        with self._file.open("a") as file:
            file.write(line + "\n")


if __name__ == "__main__":
    KeysApp(Path(sys.argv[1]), *sys.argv[3:4]).run(mouse=takes_mouse(os.environ))
