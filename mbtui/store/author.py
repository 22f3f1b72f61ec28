"""Who writes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def current_author(environ: Mapping[str, str], folder: Path) -> str:
    """`$MBTUI_AUTHOR`, else git's `user.name` as seen from `folder`, else the login name."""
    named = environ.get("MBTUI_AUTHOR", "").strip()
    return named or _git_name(environ, folder) or _login_name(environ)


def _git_name(environ: Mapping[str, str], folder: Path) -> str:
    import subprocess

    try:
        answer = subprocess.run(
            ["git", "config", "user.name"],
            cwd=folder,
            capture_output=True,
            timeout=2,
            check=False,
            env=dict(environ),
        )
    except (OSError, subprocess.SubprocessError):
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
