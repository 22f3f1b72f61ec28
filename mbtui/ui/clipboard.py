"""The clipboard, over SSH and tmux too."""

from __future__ import annotations

import os
import subprocess
from typing import Any

from textual.app import App

OSC_52_LIMIT = 4096
"""Longer texts are cut or printed by some terminals (kitty: about 6,000 bytes, screen: 4 KB)."""


def copy_text(app: App[Any], text: str, what: str) -> str:
    """Send a text towards the clipboard; a sentence on what was done, which is never certain."""
    data = text.encode("utf-8", "replace")
    through_tmux = bool(os.environ.get("TMUX")) and _to_tmux(data)
    if len(data) > OSC_52_LIMIT and not through_tmux:
        return f"{what} is too long for the terminal's clipboard; mbtui show prints it"
    if len(data) <= OSC_52_LIMIT:
        app.copy_to_clipboard(text)
    return f"Sent {what} to the clipboard ({'tmux' if through_tmux else 'OSC 52'})"


def _to_tmux(data: bytes) -> bool:
    try:
        command = ["tmux", "load-buffer", "-w", "-"]
        return subprocess.run(command, input=data, timeout=2, check=False).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False
