"""What is to be said of the paths of an entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class PathNotes(NamedTuple):
    """Of each path that the code went away from, and below them all."""

    by_path: Mapping[str, str] = {}
    offer: str = ""


NO_NOTES = PathNotes()
