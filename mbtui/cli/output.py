"""What the commands print: safe text for people, JSON for programs.

Results go to standard output, everything about them to standard error.
"""

from __future__ import annotations

import io
import os
import sys

from mbtui.bank.columns import cells, cut, padded
from mbtui.bank.safetext import safe_line, safe_text, strip_unsafe_but_styles

__all__ = [
    "aside",
    "cells",
    "cut",
    "is_terminal",
    "note",
    "nowhere",
    "out",
    "out_json",
    "padded",
    "prepare_streams",
    "styled",
    "terminal_width",
]

_STYLES = {"bold": "1", "dim": "2"}
_WIDTH_WHEN_UNKNOWN = 80
_LONGEST_NOTE = 4000


def prepare_streams() -> None:
    """Let neither a closed stream nor a character that its encoding lacks end the program."""
    sys.stdout = sys.stdout or nowhere()
    sys.stderr = sys.stderr or nowhere()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def nowhere() -> io.TextIOWrapper:
    """A stream that keeps nothing."""
    return open(os.devnull, "w", encoding="utf-8")


def out(text: str = "") -> None:
    """Print a line (or lines) of text that is safe already; a last net looks it through."""
    sys.stdout.write(f"{strip_unsafe_but_styles(text)}\n")


def note(text: str) -> None:
    """Tell something beside the result, on standard error; made safe here, very long ones cut."""
    if len(text) > _LONGEST_NOTE:
        text = f"{text[:_LONGEST_NOTE]}…"
    aside(f"mbtui: {safe_line(text)}")


def aside(text: str) -> None:
    """Print a line of safe text to standard error, behind what was printed before."""
    sys.stdout.flush()
    sys.stderr.write(f"{strip_unsafe_but_styles(text)}\n")


def out_json(value: object) -> None:
    """Print a value as JSON: ASCII only, so that no control character is left in it."""
    import json

    text = json.dumps(value, indent=2, ensure_ascii=True, allow_nan=False)
    out(text.replace("\x7f", "\\u007f"))


def is_terminal() -> bool:
    """Whether standard output is a terminal."""
    return sys.stdout.isatty()


def terminal_width() -> int | None:
    """The columns of the terminal that is written to, None for a file or a pipe."""
    if not is_terminal():
        return None
    from shutil import get_terminal_size

    return get_terminal_size((_WIDTH_WHEN_UNKNOWN, 24)).columns


def styled(text: str, style: str) -> str:
    """`text`, made safe, `bold` or `dim` on a terminal that takes it."""
    safe = safe_text(text)
    if not safe or not _colour():
        return safe
    return f"\x1b[{_STYLES[style]}m{safe}\x1b[0m"


def _colour() -> bool:
    environ = os.environ
    return is_terminal() and not environ.get("NO_COLOR") and environ.get("TERM", "") != "dumb"
