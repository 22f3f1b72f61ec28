"""The clipboard, over SSH and tmux too."""

from __future__ import annotations

import os
import subprocess
from typing import Any

from textual.app import App

from mbtui.bank.safetext import is_safe

OSC_52_LIMIT = 4096
"""Longer texts are cut or printed by some terminals (kitty: about 6,000 bytes, screen: 4 KB)."""


def copy_text(app: App[Any], text: str, what: str) -> str:
    """Send a text towards the clipboard; a sentence on what was done, which is never certain.

    The text goes as it is, control characters and all; the sentence says so.
    """
    data = text.encode("utf-8", "replace")
    through_tmux = bool(os.environ.get("TMUX")) and _to_tmux(data)
    if len(data) > OSC_52_LIMIT and not through_tmux:
        return f"{what} is too long for the terminal's clipboard; mbtui show prints it"
    if len(data) <= OSC_52_LIMIT:
        app.copy_to_clipboard(data.decode())
    told = f"Sent {what} to the clipboard ({'tmux' if through_tmux else 'OSC 52'})"
    harmless = is_safe(text) and "\r" not in text
    return told if harmless else f"{told}; it holds control characters: look before you paste it"


def _to_tmux(data: bytes) -> bool:
    try:
        command = ["tmux", "load-buffer", "-w", "-"]
        return subprocess.run(command, input=data, timeout=2, check=False).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False
