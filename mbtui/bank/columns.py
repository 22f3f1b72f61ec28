"""Text in the columns of a terminal."""

from __future__ import annotations


def cells(text: str) -> int:
    """How many columns of a terminal `text` takes."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        2 if east_asian_width(c) in "WF" else category(c) not in ("Mn", "Me", "Cf") for c in text
    )


def padded(text: str, width: int) -> str:
    """`text` with spaces behind it up to `width` columns."""
    return text + " " * max(0, width - cells(text))


def cut(text: str, width: int, ellipsis: str = "…") -> str:
    """`text` in at most `width` columns, with an ellipsis where something is left out."""
    if cells(text) <= width:
        return text
    room, kept = width - 1, ""
    for character in text:
        room -= cells(character)
        if room < 0:
            break
        kept += character
    return f"{kept.rstrip()}{ellipsis}" if width > 0 else ""
