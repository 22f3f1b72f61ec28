"""Web addresses, handed to a browser that draws in a window of its own, on request only."""

from __future__ import annotations

import os
import subprocess
import sys

from mbtui.ui.inline import is_web_address

_SECONDS = 20


def has_browser() -> bool:
    """Whether there is a browser that opens where the user sits: none over SSH.

    A browser that draws in a terminal does not count. May take a moment.
    """
    if os.environ.get("SSH_CONNECTION") or os.environ.get("SSH_TTY"):
        return False
    import webbrowser

    try:
        # Browsers of the terminal are of this very class; those with a window are of others.
        return type(webbrowser.get()) is not webbrowser.GenericBrowser
    except webbrowser.Error:
        return False


def hand_to_browser(address: str) -> bool:
    """Ask the browser to open an http or https address; False where it was not asked.

    It runs as a process without this terminal, so that nothing that it says reaches the screen.
    """
    if not is_web_address(address):
        return False
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-m", "webbrowser", "-t", address],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0
