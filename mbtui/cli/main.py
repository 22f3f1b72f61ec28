"""From the command line to a command and an exit code; no traceback leaves here."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from types import TracebackType

from mbtui import __version__
from mbtui.bank.safetext import safe_text
from mbtui.cli.arguments import Arguments, UsageError, split
from mbtui.cli.commands import COMMANDS, EVERYWHERE
from mbtui.cli.output import aside, note, nowhere, out, prepare_streams

DONE = 0
WRONG_USAGE = 2
BROKEN = 3
BUG = 70
INTERRUPTED = 130


_WRITING = frozenset({"edit", "move", "archive", "restore", "delete"})


def main(argv: list[str] | None = None) -> int:
    """Run one command line and return its exit code: 0, 1, 2, 3; 70 for a bug, 130 for Ctrl+C."""
    prepare_streams()
    try:
        code = _run(split(sys.argv[1:] if argv is None else argv, COMMANDS, EVERYWHERE))
        sys.stdout.flush()
    except UsageError as error:
        note(str(error))
        _tell_notes(error)
        return WRONG_USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _forget_stdout()
        return DONE
    except Exception as error:
        return _report(error)
    finally:
        _flush()
    return code


def _flush() -> None:
    try:
        sys.stdout.flush()
    except OSError:
        _forget_stdout()


def _run(arguments: Arguments) -> int:
    name = arguments.command
    if arguments.flag("--help"):
        from mbtui.cli.help import command_page, main_page

        out(command_page(COMMANDS[name]) if name else main_page())
        return DONE
    if arguments.flag("--version"):
        out(f"mbtui {__version__}")
        return DONE
    if arguments.flag("--bank") and arguments.flag("--personal"):
        raise UsageError("--bank and --personal name two banks; give one of them")
    if not name:
        if arguments.flag("--json"):
            raise UsageError("--json goes with a command, such as mbtui list --json")
        from mbtui.cli.tui import open_screen

        return open_screen(arguments)
    if arguments.flag("--demo"):
        raise UsageError("--demo opens the screen on a made-up bank; it takes no command")
    for option in ("--ascii", "--no-mouse"):
        if arguments.flag(option):
            raise UsageError(f"{option} is for the screen; it takes no command")
    return _command(name)(arguments)


def _command(name: str) -> Callable[[Arguments], int]:
    """The function of a command; only its own modules are imported."""
    if name == "add":
        from mbtui.cli.add import add

        return add
    if name == "show":
        from mbtui.cli.show import show

        return show
    if name in ("list", "search"):
        from mbtui.cli import read

        return read.list_entries if name == "list" else read.search
    if name in ("resolve", "merge-driver"):
        from mbtui.cli import gitcmd

        return gitcmd.resolve if name == "resolve" else gitcmd.merge_driver
    if name == "recover":
        from mbtui.cli.recover import recover

        return recover
    if name in ("undo", "redo"):
        from mbtui.cli import undo

        return undo.undo if name == "undo" else undo.redo
    if name in ("keys", "config"):
        from mbtui.cli import settings

        return settings.keys if name == "keys" else settings.config
    if name in ("due", "reviewed", "supersede"):
        from mbtui.cli import reviews

        return {"due": reviews.due, "reviewed": reviews.reviewed}.get(name, reviews.supersede)
    if name == "log":
        from mbtui.cli.log import log

        return log
    if name == "check":
        from mbtui.cli.check import check

        return check
    if name == "status":
        from mbtui.cli.status import status

        return status
    if name in _WRITING:
        from mbtui.cli import write

        function: Callable[[Arguments], int] = getattr(write, name)
        return function
    from mbtui.cli import bankcmd

    return {"init": bankcmd.init, "schema": bankcmd.schema, "path": bankcmd.path}[name]


def _report(error: Exception) -> int:
    from mbtui.store.errors import StoreError

    if isinstance(error, StoreError):
        note(str(error))
        _tell_notes(error)
        return error.exit_code
    if os.environ.get("MBTUI_DEBUG") == "1":
        sys.excepthook = _print_traceback
        raise error
    if isinstance(error, OSError) and error.strerror:
        where = f"{os.fsdecode(error.filename)}: " if error.filename else ""
        note(f"{where}{error.strerror}")
        _tell_notes(error)
        return BROKEN
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "unknown"
    note(
        f"this is a bug in mbtui: {type(error).__name__} at {where}."
        " Nothing else is known here; MBTUI_DEBUG=1 shows all of it, entry text included"
    )
    _tell_notes(error)
    return BUG


def _print_traceback(
    kind: type[BaseException], error: BaseException, place: TracebackType | None
) -> None:
    """What the interpreter prints, made safe to show."""
    from traceback import format_exception

    aside(safe_text("".join(format_exception(kind, error, place))).rstrip())


def _tell_notes(error: Exception) -> None:
    """What the command says about its error, such as where the text is that it could not save."""
    for line in filter(None, getattr(error, "__notes__", ())):
        aside(safe_text(line))


def _forget_stdout() -> None:
    """The reader is gone: let the interpreter flush into nothing instead of complaining."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = nowhere()
