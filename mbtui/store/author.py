"""Who writes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

LONGEST_NAME = 200
"""Characters of a name that are kept; it stands in every entry that its owner writes."""


def current_author(environ: Mapping[str, str], folder: Path) -> str:
    """`$MBTUI_AUTHOR`, else git's `user.name` as seen from `folder`, else the login name.

    One line without control characters, for it is written into the team's files.
    """
    named = _clean(environ.get("MBTUI_AUTHOR", ""))
    return named or _clean(_git_name(environ, folder)) or _clean(_login_name(environ)) or "unknown"


def _clean(name: str) -> str:
    name = name.encode("utf-8", "replace").decode()
    if not (name.isascii() and name.isprintable()):
        from mbtui.bank.safetext import replace_unsafe

        name = replace_unsafe(re.sub(r"\s+", " ", name), lambda _: "")
    return name.strip()[:LONGEST_NAME].strip()


def _git_name(environ: Mapping[str, str], folder: Path) -> str:
    import subprocess

    try:
        answer = subprocess.run(
            ["git", "config", "user.name"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=2,
            check=False,
            env=dict(environ),
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return ""
    return answer.stdout.decode(errors="replace").strip()


def _login_name(environ: Mapping[str, str]) -> str:
    import getpass

    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        if environ.get(name):
            return environ[name]
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
