"""Facts about the folder that holds a bank: its git branch, the files in it."""

from __future__ import annotations

import os
from pathlib import Path

_HEAD = "ref: refs/heads/"


def branch_of(folder: Path) -> str:
    """The git branch checked out in `folder`, the start of the commit if detached, or "".

    Reads `.git` files only; git itself is not run.
    """
    for place in (folder, *folder.absolute().parents):
        git = place / ".git"
        try:
            if git.is_file():
                pointer = git.read_text("utf-8").strip().removeprefix("gitdir:").strip()
                git = (place / pointer) if not os.path.isabs(pointer) else Path(pointer)
            if git.is_dir():
                head = (git / "HEAD").read_text("utf-8").strip()
                return head.removeprefix(_HEAD) if head.startswith(_HEAD) else head[:8]
        except (OSError, UnicodeDecodeError):
            return ""
    return ""


def path_inside(project: Path, path: str) -> bool:
    """Whether a relative path names something that exists inside the project's folder."""
    if not path or os.path.isabs(path) or "\0" in path:
        return False
    try:
        target = (project / path).resolve()
        return target.is_relative_to(project.resolve()) and target.exists()
    except (OSError, ValueError, RuntimeError):
        return False
