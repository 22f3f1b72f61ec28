"""Git's conflict markers in a text."""

from __future__ import annotations

from typing import NamedTuple

_WIDTH = 7


class MarkedSides(NamedTuple):
    """The texts of both sides of a marked text; `base` where the markers show it too."""

    ours: str
    theirs: str
    base: str | None


def split_markers(text: str) -> MarkedSides | None:
    """The sides of a text with conflict markers; None without any, or where they do not match."""
    parts: dict[str, list[str]] = {"ours": [], "base": [], "theirs": []}
    inside = ""
    marked = shows_base = False
    for line in text.splitlines(keepends=True):
        mark = _marker(line)
        if mark == "<" and not inside:
            inside, marked = "ours", True
        elif mark == "|" and inside == "ours":
            inside, shows_base = "base", True
        elif mark == "=" and inside in ("ours", "base"):
            inside = "theirs"
        elif mark == ">" and inside == "theirs":
            inside = ""
        elif mark in ("<", ">"):
            return None
        elif inside:
            parts[inside].append(line)
        else:
            for lines in parts.values():
                lines.append(line)
    if not marked or inside:
        return None
    ours, base, theirs = ("".join(parts[name]) for name in ("ours", "base", "theirs"))
    return MarkedSides(ours, theirs, base if shows_base else None)


def _marker(line: str) -> str:
    """The character of a marker line, or an empty text."""
    bare = line.rstrip("\r\n")
    first = bare[:1]
    if first not in "<|=>" or not first or bare[:_WIDTH] != first * _WIDTH:
        return ""
    rest = bare[_WIDTH:]
    return first if not rest or rest.startswith(" ") else ""
