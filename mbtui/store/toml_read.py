"""Reading TOML that strangers wrote: with a bound on how deep it nests.

Everything that walks through a table afterwards (display, search, JSON, the strict parser that
proves a save) may then recurse; the parser's own bounds differ between its versions.
"""

from __future__ import annotations

from typing import Any

import rtoml

from mbtui.store.errors import InputError

MAX_STRICT = 4 * 1024 * 1024
"""The longest text of one entry that the strict parser, which is slow, is asked about."""

MAX_DEPTH = 64
"""How deep tables and lists may nest in a file of the bank."""

_DEPTH_IN_ENTRY = MAX_DEPTH - 2
"""Entries are tables in a list in the file."""

TOO_DEEP = f"nests tables or lists more than {MAX_DEPTH} levels deep"


def loads(text: str) -> dict[str, Any]:
    """The data of a TOML text. Raises ValueError, also for what nests too deep."""
    try:
        found: dict[str, Any] = rtoml.loads(unix_lines(text))
    except (ValueError, RecursionError) as error:
        message = str(error)
        if not message.startswith(("recursion limit", "cannot recurse")):
            raise
        place = message.rfind(" at line ")
        raise ValueError(TOO_DEEP + (message[place:] if place >= 0 else "")) from None
    if _may_be_deep(text) and _is_deep(found):
        raise ValueError(TOO_DEEP)
    return found


def strict_loads(text: str) -> dict[str, Any]:
    """The data of one entry's text, by an independent parser that takes TOML 1.0 alone.

    Raises ValueError, and InputError for a text of more than 4 MiB, where it would take long.
    """
    import tomllib

    if len(text) > MAX_STRICT:
        raise InputError(
            f"the entry is longer than {MAX_STRICT >> 20} MiB, which is not changed here;"
            " nothing was written. Edit the file itself"
        )
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError(TOO_DEEP) from None


def unix_lines(text: str) -> str:
    """`text` with LF line ends for the parser, which keeps CRLF in texts of several lines.

    A carriage return that is not part of a line end stays, so that the parser finds it.
    """
    return text.replace("\r\n", "\n") if "\r" in text and "\r\r\n" not in text else text


def deep_line(text: str) -> int:
    """The number of the first line that nests too deep in an entry, from 1; 0: no line alone."""
    for number, line in enumerate(text.split("\n"), 1):
        if _may_be_deep(line, _DEPTH_IN_ENTRY):
            try:
                if _is_deep(loads(line), _DEPTH_IN_ENTRY):
                    return number
            except ValueError as error:
                if str(error).startswith(TOO_DEEP):
                    return number
    return 0


def _may_be_deep(text: str, most: int = MAX_DEPTH) -> bool:
    return len(text) > most and text.count("[") + text.count("{") + text.count(".") >= most


def _is_deep(table: dict[str, Any], most: int = MAX_DEPTH) -> bool:
    level: list[Any] = [table]
    for _ in range(most):
        values = [v.values() if isinstance(v, dict) else v for v in level]
        level = [v for group in values for v in group if isinstance(v, dict | list)]
        if not level:
            return False
    return True
