"""Which paths may be meant by what is being typed: files, folders, and symbols of files."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from mbtui.bank.paths import PYTHON
from mbtui.bank.safetext import is_safe
from mbtui.bank.tag_hints import MOST_HINTS, NO_HINTS, TagHints

Symbols = Callable[[str], Sequence[str]]
"""The dotted names that a Python file defines."""

_LAST_WORD = re.compile(r"(?:^|\s)(\S+)\Z")
_LIKE_A_PATH = re.compile(r"/|::|\w\.\w*\Z")
_LAST: Final = "\U0010ffff"


class PathNames:
    """The names of a project's files, to be completed a folder at a time, in any case."""

    def __init__(self, names: Iterable[str]) -> None:
        shown = (name for name in names if is_safe(name) and name.isprintable())
        self._names = sorted((name.casefold(), name) for name in shown)

    def starting(self, typed: str) -> list[str]:
        """The next steps from what is typed: files, and folders with their `/`, in order."""
        wanted = typed.casefold()
        found: list[str] = []
        at = bisect_left(self._names, (wanted,))
        while at < len(self._names) and len(found) < MOST_HINTS:
            folded, name = self._names[at]
            if not folded.startswith(wanted):
                break
            end = name.find("/", len(typed)) + 1
            if end:
                found.append(name[:end])
                at = bisect_left(
                    self._names, (folded[: folded.find("/", len(wanted)) + 1] + _LAST,)
                )
            else:
                if name != typed:
                    found.append(name)
                at += 1
        return found


def hints_in_path(line: str, names: PathNames, symbols: Symbols) -> TagHints:
    """The paths that begin as a whole line does."""
    typed = line.lstrip()
    return _hints(len(line) - len(typed), typed, names, symbols)


def path_hints_in_quick_add(line: str, names: PathNames, symbols: Symbols) -> TagHints:
    """The same for the last word of a quick-add line, if it looks like a path."""
    found = _LAST_WORD.search(line)
    if found is None or " -- " in line or not _LIKE_A_PATH.search(found[1]):
        return NO_HINTS
    start, fitting = _hints(found.start(1), found[1], names, symbols)
    return TagHints(start, [name for name in fitting if not re.search(r"\s", name)])


def _hints(start: int, typed: str, names: PathNames, symbols: Symbols) -> TagHints:
    if not typed or (typed.endswith("::") and typed.count("::") > 1):
        return NO_HINTS
    file, separator, part = typed.partition("::")
    if not separator:
        return TagHints(start, names.starting(typed))
    if "::" in part or not file.endswith(PYTHON):
        return NO_HINTS
    wanted = part.casefold()
    fitting = (
        f"{file}::{name}"
        for name in symbols(file)
        if name[: len(part)].casefold() == wanted and name != part
    )
    return TagHints(start, [name for name, _ in zip(fitting, range(MOST_HINTS), strict=False)])
