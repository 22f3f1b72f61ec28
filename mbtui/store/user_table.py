"""A small table of one user, in a JSON file of their state folder, written as a whole."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def read_table(path: Path, longest: int) -> dict[str, Any]:
    """What the file holds; nothing where that is no table, or longer than `longest` bytes."""
    with contextlib.suppress(OSError, ValueError, RecursionError), path.open("rb") as file:
        table = json.loads(file.read(longest))
        if isinstance(table, dict):
            return table
    return {}


def write_table(path: Path, table: Mapping[str, Any]) -> None:
    """Replace the file in one step, for its owner only. Raises OSError."""
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    temporary.touch(mode=0o600)
    temporary.write_text(json.dumps(table), "utf-8")
    os.replace(temporary, path)
