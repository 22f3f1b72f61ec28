"""The user's editor, run without a shell."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from textual.app import App, SuspendNotSupported

_PLUS_LINE = {"vi", "vim", "nvim", "nano", "emacs", "emacsclient", "micro", "kak", "joe", "ne"}
_COLON_LINE = {"hx", "helix", "subl", "zed"}
_GOTO = {"code", "codium", "cursor"}
_FALLBACK = "vi"


class Configured(NamedTuple):
    """The user's editor: its words, the variable that names it, what is odd about that."""

    words: list[str]
    variable: str
    note: str = ""


def configured_editor(environ: Mapping[str, str]) -> Configured:
    """What `$VISUAL` or else `$EDITOR` says, split as a shell would; vi where neither says it."""
    for variable in ("VISUAL", "EDITOR"):
        try:
            words = shlex.split(environ.get(variable, ""))
            if words and words[0]:
                return Configured(words, variable)
        except ValueError:
            note = f"${variable} has a quote that is not closed, so {_FALLBACK} was opened"
            return Configured([_FALLBACK], variable, note)
    return Configured([_FALLBACK], "EDITOR")


def editor_command(environ: Mapping[str, str], path: Path, line: int) -> list[str]:
    """The arguments that open `path` at `line` (0: no line) in `$VISUAL`, `$EDITOR` or vi.

    No shell reads them; the file stands last, with its whole path.
    """
    command = list(configured_editor(environ).words)
    name = Path(command[0]).name
    target = os.path.abspath(path)
    if name in _GOTO and not {"-w", "--wait"}.intersection(command):
        command.append("--wait")
    if line and name in _PLUS_LINE:
        return [*command, f"+{line}", target]
    if line and name in _COLON_LINE:
        return [*command, f"{target}:{line}"]
    if line and name in _GOTO:
        return [*command, "-g", f"{target}:{line}"]
    return [*command, target]


class Ran(NamedTuple):
    """How the editor ended: a sentence, and whether it went wrong."""

    told: str = ""
    failed: bool = False


def open_editor(app: App[Any], path: Path, line: int) -> str:
    """Run the editor in the app's place; a sentence if that went wrong, else an empty text."""
    return run_editor(app, path, line).told


def run_editor(app: App[Any], path: Path, line: int) -> Ran:
    """Run the editor in the app's place; how it ended."""
    editor = configured_editor(os.environ)
    command = editor_command(os.environ, path, line)
    try:
        with app.suspend():
            # What is raised in here would leave the terminal to nobody.
            told = _run(command, editor.variable)
    except SuspendNotSupported:
        return Ran("this terminal cannot be handed to an editor", True)
    return Ran(told or editor.note, bool(told))


def _run(command: list[str], variable: str) -> str:
    """Run the editor to its end; a sentence if that went wrong."""
    try:
        process = subprocess.Popen(command)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name holds what no name may hold"
        return f"{command[0]} could not be started ({reason}); set ${variable}"
    with _interrupts_are_the_editors():
        return _told(Path(command[0]).name, process.wait())


@contextlib.contextmanager
def _interrupts_are_the_editors() -> Iterator[None]:
    """Ctrl+C reaches both: it ends an editor that lets it, never this program."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before if before is not None else signal.SIG_DFL)


def _told(name: str, code: int) -> str:
    if code < 0:
        try:
            return f"{name} was ended by {signal.Signals(-code).name}"
        except ValueError:
            return f"{name} was ended by signal {-code}"
    return f"{name} ended with exit code {code}" if code else ""
