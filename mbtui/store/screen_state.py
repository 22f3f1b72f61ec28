"""What the screen remembers of a user between two starts: the sizes of panes, the theme, the hint.

One small file for all banks, in the user's state folder. It is only a comfort: what cannot be
read counts as never written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mbtui.store.lock import user_state_folder
from mbtui.store.user_table import read_table, write_table

_FILE = "screen.json"
_LONGEST = 10_000
_LARGEST = 10_000
"""More cells than a pane has; not-a-number is not smaller."""
_PANES, _HINT, _THEME = "panes", "hint_seen", "theme"


class ScreenState(NamedTuple):
    """The sizes of panes by name, whether the hint of the first start was seen, the theme chosen.

    `theme` is empty until one was chosen.
    """

    sizes: Mapping[str, float] = {}
    hint_seen: bool = False
    theme: str = ""


def load_screen_state() -> ScreenState:
    """What was saved last; of a file that is missing or broken, what is good."""
    table = read_table(user_state_folder() / _FILE, _LONGEST)
    panes = table.get(_PANES)
    sizes = {
        name: float(size)
        for name, size in (panes.items() if isinstance(panes, dict) else ())
        if isinstance(size, int | float) and 0 < size < _LARGEST
    }
    theme = table.get(_THEME)
    return ScreenState(sizes, table.get(_HINT) is True, theme if isinstance(theme, str) else "")


def save_screen_state(
    *,
    sizes: Mapping[str, float] | None = None,
    hint_seen: bool | None = None,
    theme: str | None = None,
) -> None:
    """Change what is given, and leave the rest as another program wrote it. Raises OSError."""
    folder = user_state_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / _FILE
    table = read_table(path, _LONGEST)
    if sizes is not None:
        table[_PANES] = dict(sizes)
    if hint_seen is not None:
        table[_HINT] = hint_seen
    if theme is not None:
        table[_THEME] = theme
    write_table(path, table)
