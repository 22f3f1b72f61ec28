"""What a user sees of a bug: a sentence, and no text of the bank.

Textual prints a traceback with the local variables, which hold entries; MBTUI_DEBUG asks for one
without them, made safe to show. `App._fatal_error` is the one private name this depends on;
without it Textual's own report is printed.
"""

from __future__ import annotations

import asyncio
import os
import traceback
from pathlib import Path
from typing import Any, TypeVar

from rich.text import Text
from textual.app import App

from mbtui.bank.safetext import safe_text

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

    def on_load(self) -> None:
        """Let no task print what it failed with, text of the bank among it."""
        asyncio.get_running_loop().set_exception_handler(self._told_by_loop)

    def _told_by_loop(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.log.error(crash_message(context.get("exception")))

    def before_crash(self) -> None:
        """Save what must not be lost."""

    def _fatal_error(self) -> None:
        try:
            self.before_crash()
        except Exception:
            self.log.error("what was typed could not be saved")
        message = crash_message(self._exception)
        if os.environ.get("MBTUI_DEBUG") and self._exception is not None:
            message = safe_text("".join(traceback.format_exception(self._exception)))
        self.exit(return_code=EXIT_CODE, message=Text(message))
        self._close_messages_no_wait()
