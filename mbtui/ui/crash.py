"""What a user sees of a bug: a sentence, and no text of the bank.

Textual prints a traceback with the local variables, which hold entries. `App._fatal_error` is the
one private name this depends on; without it Textual's own report is printed.
"""

from __future__ import annotations

import os
import traceback
from pathlib import Path
from typing import TypeVar

from rich.text import Text
from textual.app import App

ReturnType = TypeVar("ReturnType")
EXIT_CODE = 70
"""`EX_SOFTWARE` of sysexits.h."""


def crash_message(error: BaseException | None) -> str:
    """A sentence on a bug: the exception's type and place, never its text."""
    name = type(error).__name__ if error else "an exception"
    frames = traceback.extract_tb(error.__traceback__) if error else []
    ours = [frame for frame in frames if f"{os.sep}mbtui{os.sep}" in frame.filename]
    place = ""
    if ours:
        path = Path(ours[-1].filename)
        place = f" at {path.parent.name}/{path.name}:{ours[-1].lineno}"
    return (
        f"mbtui stopped because of a bug in it: {name}{place}. The bank's files are whole, and"
        " unsaved text is kept for the next start. MBTUI_DEBUG=1 prints the traceback."
    )


class QuietCrashApp(App[ReturnType]):
    """An app whose bugs are told in a sentence."""

    def before_crash(self) -> None:
        """Save what must not be lost."""

    def _fatal_error(self) -> None:
        try:
            self.before_crash()
        except Exception:
            self.log.error("what was typed could not be saved")
        if os.environ.get("MBTUI_DEBUG"):
            super()._fatal_error()
            return
        self.exit(return_code=EXIT_CODE, message=Text(crash_message(self._exception)))
        self._close_messages_no_wait()
