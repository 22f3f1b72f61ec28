"""tmux and GNU screen with one program in them, in a pty that stands for the user's terminal."""

from __future__ import annotations

import base64
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from tests.ui.terminal import DEADLINE, Terminal
from tests.ui.window import ROOT, own_world

_EXEC = "import os, sys; os.execvp(sys.argv[1], sys.argv[1:])"
_OSC_52 = re.compile(rb"\x1b\]52;[^;]*;([A-Za-z0-9+/=]+)(?:\x07|\x1b\\)")
_TMUX_NAMES = {
    "slash": "/",
    "question_mark": "?",
    "colon": ":",
    "exclamation_mark": "!",
    "equals_sign": "=",
    "asterisk": "*",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "greater_than_sign": ">",
    "less_than_sign": "<",
    "enter": "Enter",
    "escape": "Escape",
    "space": "Space",
    "tab": "Tab",
    "shift+tab": "BTab",
    "down": "Down",
    "up": "Up",
    "left": "Left",
    "right": "Right",
    "pagedown": "PageDown",
    "pageup": "PageUp",
    "home": "Home",
    "end": "End",
    "f1": "F1",
    "f2": "F2",
}
_BYTES = {
    **{name: key for name, key in _TMUX_NAMES.items() if len(key) == 1},
    "enter": "\r",
    "escape": "\x1b",
    "space": " ",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "down": "\x1b[B",
    "up": "\x1b[A",
    "left": "\x1b[D",
    "right": "\x1b[C",
    "pagedown": "\x1b[6~",
    "pageup": "\x1b[5~",
    "home": "\x1b[1~",
    "end": "\x1b[4~",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
}


class Multiplexer:
    """`program` runs in it; keys are sent as its own commands or as the user's terminal would."""

    def __init__(self, name: str, folder: Path, program: list[str]) -> None:
        self.name = name
        self._env: dict[str, str] = {
            **own_world(folder / "home"),
            "TMUX": "",
            "STY": "",
            "SSH_CONNECTION": "x",
            "SCREENDIR": str(folder / "screens"),
            "PYTHONPATH": str(ROOT),
        }
        (folder / "screens").mkdir(mode=0o700, exist_ok=True)
        self._socket = str(folder / "tmux")
        script = folder / "inside.sh"
        # A shell that stays, so that Ctrl+Z has somewhere to go back to.
        script.write_text(f"cd {shlex.quote(str(ROOT))}\n{shlex.join(program)}\n")
        if name == "tmux":
            command = ["tmux", "-S", self._socket, "-f", os.devnull, "new", f"sh {script}"]
        else:
            command = ["screen", "-c", os.devnull, "-S", "keys", "sh", str(script)]
        self.terminal = Terminal(["-c", _EXEC, *command], self._env)

    def run(self, *words: str) -> None:
        """Run a command of the multiplexer."""
        if self.name == "tmux":
            command = ["tmux", "-S", self._socket, *words]
        else:
            command = ["screen", "-S", "keys", "-X", *words]
        env: Mapping[str, str] = {**os.environ, **self._env}
        subprocess.run(command, env=env, check=True, timeout=DEADLINE, capture_output=True)

    def send(self, key: str) -> None:
        """Press a key, by Textual's name."""
        if self.name == "tmux":
            name = key.replace("ctrl+", "C-")
            self.run("send-keys", _TMUX_NAMES.get(key, name))
            return
        data = _BYTES.get(key, key)
        if key.startswith("ctrl+"):
            data = chr(ord(key[-1]) & 31)
        self.terminal.send(data)

    def until_lines(self, file: Path, count: int) -> list[str]:
        """The lines of a file once there are so many."""
        end = time.monotonic() + DEADLINE
        while True:
            lines = file.read_text().splitlines() if file.exists() else []
            if len(lines) >= count:
                return lines
            assert time.monotonic() < end, (lines, self.terminal.text())
            self.terminal.pump(0.02)

    def copied(self) -> list[str]:
        """The texts that reached the clipboard of the user's terminal."""
        found = _OSC_52.findall(self.terminal.raw)
        return [base64.b64decode(text).decode() for text in found]

    def close(self) -> None:
        """End the multiplexer and the program in it."""
        try:
            self.run(*(["kill-server"] if self.name == "tmux" else ["quit"]))
        finally:
            self.terminal.close()


def is_installed(name: str) -> bool:
    return shutil.which(name) is not None


def keys_program(file: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "tests.ui.keys_app", str(file), *more]
