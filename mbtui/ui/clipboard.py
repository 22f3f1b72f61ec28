"""The clipboard, over SSH and in multiplexers too.

No terminal answers whether it took a text, and each takes only so much; so what is said is what
was done, and a long text goes into a file that is named.
"""

from __future__ import annotations

import base64
import contextlib
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

from textual import work
from textual.message import Message

from mbtui.bank.safetext import is_safe
from mbtui.store.lock import user_state_folder
from mbtui.ui.terminal import TerminalApp

ReturnType = TypeVar("ReturnType")

OSC_52_LIMIT = 4096
"""Longer texts are cut or printed by some terminals (kitty: about 6,000 bytes, screen: 4 KB)."""
SCREEN_LIMIT = 500
"""GNU screen passes on a sequence of 768 bytes at the most."""
FILE = "copied.txt"
_WAIT_SECONDS = 2
_TOOLS = (
    ("WAYLAND_DISPLAY", ("wl-copy",)),
    ("DISPLAY", ("xclip", "-selection", "clipboard")),
    ("DISPLAY", ("xsel", "--clipboard", "--input")),
)


class Delivery(NamedTuple):
    """What was done with a text, and what is still to be sent to the terminal."""

    told: str
    send: bool = False
    """Whether the terminal is to be sent the text too."""
    output: str = ""
    """The sequence for that, where the usual one would not get through."""


@dataclass
class Copied(Message):
    """A text is on its way to the clipboard."""

    text: str
    delivery: Delivery


class ClipboardApp(TerminalApp[ReturnType]):
    """An app that copies texts."""

    @work(thread=True, group="copy", exit_on_error=False)
    def copy(self, text: str, what: str) -> None:
        """Send a text to the clipboard and say honestly how."""
        delivery = deliver(text, what, os.environ)
        if self.is_running:
            self.post_message(Copied(text, delivery))

    def on_copied(self, event: Copied) -> None:
        """Send what only the terminal can take."""
        if event.delivery.output:
            self.write_to_terminal(event.delivery.output)
        elif event.delivery.send:
            self.copy_to_clipboard(event.text.encode("utf-8", "replace").decode())
        self.tell(event.delivery.told)


def deliver(text: str, what: str, environ: Mapping[str, str]) -> Delivery:
    """Bring a text as near to the clipboard as this session allows; may take a few seconds.

    The text goes as it is, control characters and all; the sentence says so.
    """
    data = text.encode("utf-8", "replace")
    ways = []
    if environ.get("TMUX") and _run(("tmux", "load-buffer", "-w", "-"), data):
        ways.append("tmux")
    tool = _local_tool(environ)
    if tool and _run(tool, data):
        ways.append(tool[0])
    in_screen = bool(environ.get("STY")) and not environ.get("TMUX")
    send = False
    if len(data) <= (SCREEN_LIMIT if in_screen else OSC_52_LIMIT):
        send = True
        if not ways:
            ways.append("OSC 52")
    if not ways:
        return Delivery(_into_file(data, what))
    told = f"Sent {what} to the clipboard ({', '.join(ways)})"
    if ways == ["tmux"] and not send:
        told = f"{what} is in tmux's buffer; it is long, so the terminal may not take it"
        told = told[0].upper() + told[1:]
    if not is_safe(text) or "\r" in text:
        told += "; it holds control characters: look before you paste it"
    return Delivery(told, send, _through_screen(data) if send and in_screen else "")


def _through_screen(data: bytes) -> str:
    """OSC 52 as GNU screen passes it on to the terminal around it."""
    return f"\x1bP\x1b]52;c;{base64.b64encode(data).decode()}\x07\x1b\\"


def _local_tool(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The program that sets the clipboard of this machine, where that is the user's machine."""
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return ()
    if sys.platform == "darwin":
        return ("pbcopy",)
    import shutil

    for variable, command in _TOOLS:
        if environ.get(variable) and shutil.which(command[0]):
            return command
    return ()


def _run(command: tuple[str, ...], data: bytes) -> bool:
    quiet = subprocess.DEVNULL
    try:
        done = subprocess.run(
            command, input=data, stdout=quiet, stderr=quiet, timeout=_WAIT_SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _into_file(data: bytes, what: str) -> str:
    """Write a text that no terminal takes into a file that only the user can read."""
    path = user_state_folder() / FILE
    begun = f"{what[0].upper()}{what[1:]} is too long for the terminal's clipboard"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
    except OSError as error:
        return f"{begun}, and no file could be written ({error.strerror}); mbtui show prints it"
    return f"{begun}; it is in {_short(path)}"


def _short(path: Path) -> str:
    """The path as one types it, from the home folder on."""
    with contextlib.suppress(ValueError, RuntimeError):
        return f"~/{path.relative_to(Path.home())}"
    return str(path)
