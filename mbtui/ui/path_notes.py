"""What is to be said of the paths of an entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class PathNotes(NamedTuple):
    """Of each path that the code went away from, and below them all.

    `news` says what others did to the entry, above its text; `fresh`: just now.
    """

    by_path: Mapping[str, str] = {}
    offer: str = ""
    news: str = ""
    fresh: bool = False


NO_NOTES = PathNotes()
