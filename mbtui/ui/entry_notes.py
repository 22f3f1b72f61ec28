"""What is to be said of an entry beside what it says itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class EntryNotes(NamedTuple):
    """`by_path` says of each path that the code went away from why, `offer` what to do about paths.

    `news` says what others did to the entry, and `just_now` that it was a moment ago.
    """

    by_path: Mapping[str, str] = {}
    offer: str = ""
    news: str = ""
    just_now: bool = False


NO_NOTES = EntryNotes()
