"""`mbtui` without a command: the screen. The one place in the shell that knows it."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from mbtui.cli.arguments import Arguments, UsageError
from mbtui.cli.context import author, bank_folder
from mbtui.store.locate import BankNotFoundError
from mbtui.store.settings import Settings, read_settings


def open_screen(arguments: Arguments) -> int:
    """Open the screen on the bank that is meant, or on none yet; its exit code.

    Raises UsageError where there is no terminal to draw on.
    """
    _require_terminal()
    demo = arguments.flag("--demo")
    if demo and (arguments.flag("--bank") or arguments.flag("--personal")):
        raise UsageError("--demo makes up its own bank; leave --bank and --personal away")
    folder = None if demo else _folder_or_none(arguments)
    # Textual reads it when it is imported: how long a change may wait before it is painted.
    os.environ.setdefault("TEXTUAL_FPS", "240")
    from mbtui.ui.app import run_app

    settings = _settings(arguments)
    if not demo:
        return run_app(folder, author=author(), demo=False, settings=settings)
    from mbtui.store.demo import demo_bank

    with demo_bank(date.today() - timedelta(days=1)) as made_up:  # Nothing in it is still to come.
        return run_app(made_up, author=author(), demo=True, settings=settings)


def _settings(arguments: Arguments) -> Settings:
    """What the user's file says, with what the command line says instead."""
    settings = read_settings()
    if arguments.flag("--ascii"):
        settings = replace(settings, ascii=True)
    if arguments.flag("--no-mouse"):
        settings = replace(settings, mouse=False)
    return settings


def _folder_or_none(arguments: Arguments) -> Path | None:
    try:
        return bank_folder(arguments)
    except BankNotFoundError as error:
        if error.named is not None:
            raise
        return None


def _require_terminal() -> None:
    problem = ""
    if os.environ.get("TERM") in (None, "", "dumb"):
        problem = "this terminal cannot draw (TERM is empty or dumb)"
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()):
        problem = "standard input and output are not a terminal"
    if problem:
        raise UsageError(
            f"{problem}, so the screen cannot open; in the shell there are mbtui list,"
            " search, show, add and more: mbtui --help"
        )
