"""The user's editor, run without a shell."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from textual.app import App, SuspendNotSupported

_PLUS_LINE = {"vi", "vim", "nvim", "nano", "emacs", "emacsclient", "micro", "kak", "joe", "ne"}
_COLON_LINE = {"hx", "helix", "subl", "zed"}
_GOTO = {"code", "codium", "cursor"}


def editor_command(environ: Mapping[str, str], path: Path, line: int) -> list[str]:
    """The arguments that open `path` at `line` (0: no line) in `$VISUAL`, `$EDITOR` or vi."""
    configured = environ.get("VISUAL") or environ.get("EDITOR") or "vi"
    try:
        command = shlex.split(configured) or ["vi"]
    except ValueError:
        command = ["vi"]
    name = Path(command[0]).name
    target = str(path.absolute())
    if name in _GOTO and not {"-w", "--wait"}.intersection(command):
        command.append("--wait")
    if line and name in _PLUS_LINE:
        return [*command, f"+{line}", target]
    if line and name in _COLON_LINE:
        return [*command, f"{target}:{line}"]
    if line and name in _GOTO:
        return [*command, "-g", f"{target}:{line}"]
    return [*command, target]


def open_editor(app: App[Any], path: Path, line: int) -> str:
    """Run the editor in the app's place; a sentence if that went wrong, else an empty text."""
    command = editor_command(os.environ, path, line)
    try:
        with app.suspend():
            code = subprocess.run(command, check=False).returncode
    except SuspendNotSupported:
        return "this terminal cannot be handed to an editor"
    except OSError as error:
        return f"{command[0]} could not be started ({error.strerror}); set $EDITOR"
    return f"{command[0]} ended with exit code {code}" if code else ""
