"""What is read from standard input, only where the command line asks for it."""

from __future__ import annotations

import sys

from mbtui.cli.arguments import Arguments, UsageError
from mbtui.cli.context import checked_text
from mbtui.cli.values import block


def reads_stdin(arguments: Arguments) -> bool:
    """Whether the command line asks for standard input."""
    return arguments.one("--body") == "-"


def body_text(arguments: Arguments) -> str | None:
    """The value of `--body`, `-` read from standard input, or None. Raises UsageError."""
    given = arguments.one("--body")
    if given != "-":
        return None if given is None else block(checked_text(given))
    if sys.stdin is None:
        raise UsageError("--body - reads standard input, which is closed")
    try:
        binary = getattr(sys.stdin, "buffer", None)
        text = sys.stdin.read() if binary is None else binary.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"standard input is not UTF-8 (byte {error.start}); nothing was written"
        ) from None
    return block(str(text))
