"""Text measured in terminal cells: splitting into clusters, truncating, padding.

Widths are Rich's (`rich.cells.cell_len`), so they agree with what Textual lays out.
"""

from __future__ import annotations

from typing import TypeAlias

from rich.cells import cell_len
from rich.segment import Segment
from rich.text import Text
from textual.content import Content
from textual.strip import Strip
from textual.style import Style

from mbtui.ui.glyphs import glyphs

Line: TypeAlias = str | Content | Text | Strip
"""One line to draw. A `str` is plain text, never markup."""

JOINER = "\u200d"
_REGIONAL = range(0x1F1E6, 0x1F200)


def is_flag_letter(character: str) -> bool:
    """Whether a character is a regional indicator, two of which make a flag."""
    return ord(character) in _REGIONAL


def clusters(text: str) -> list[tuple[str, int]]:
    """Split text into what stands together on a terminal, each part with its width in cells.

    Combining marks, joiners, variation selectors and flag pairs stay with their base. A part has
    width 0 only when it opens the text (a mark without a base). Widths add up to `cell_len(text)`.
    """
    if text.isascii() and text.isprintable():
        return [(character, 1) for character in text]
    parts: list[tuple[str, int]] = []
    cluster, width = "", 0
    for character in text:
        if cluster and _belongs(cluster, width, character):
            cluster += character
            width = cell_len(cluster)
            continue
        if cluster:
            parts.append((cluster, width))
        cluster, width = character, cell_len(character)
    if cluster:
        parts.append((cluster, width))
    return parts


def _belongs(cluster: str, width: int, character: str) -> bool:
    if cell_len(character) == 0:
        return True
    if cluster[-1] == JOINER:
        return cell_len(cluster + character) == width
    return len(cluster) == 1 and is_flag_letter(cluster) and is_flag_letter(character)


def _beyond(width: int) -> int:
    """More characters than a text of so many cells has, but for floods of marks."""
    return 16 * max(width, 1) + 64


def _cut(text: str, width: int) -> int:
    """The index where text must end so that it and an ellipsis take at most `width` cells."""
    index, used = 0, 0
    for cluster, cells in clusters(text[: _beyond(width)]):
        used += cells
        if used > width - 1:
            break
        index += len(cluster)
    return index


def fits(text: str, width: int) -> bool:
    """Whether text takes at most `width` cells; quick for texts of any length."""
    if text.isascii() and text.isprintable():
        return len(text) <= width
    return len(text) <= _beyond(width) and cell_len(text) <= width


def fit(text: str, width: int) -> str:
    """Text cut to at most `width` cells, ending in an ellipsis when something was cut."""
    if fits(text, width):
        return text
    return text[: _cut(text, width)] + glyphs.ellipsis if width > 0 else ""


def pad(text: str, width: int, *, right: bool = False) -> str:
    """Text fitted to exactly `width` cells; `right` puts the spaces in front."""
    fitted = fit(text, width)
    spaces = " " * (width - cell_len(fitted))
    return spaces + fitted if right else fitted + spaces


def fit_content(content: Content, width: int) -> Content:
    """The same as `fit` for styled text; the ellipsis has no style of its own."""
    if fits(content.plain, width):
        return content
    if width <= 0:
        return Content("")
    return content[: _cut(content.plain, width)].append(glyphs.ellipsis)


def to_content(line: str | Content | Text) -> Content:
    """A line as styled text."""
    if isinstance(line, Content):
        return line
    return Content.from_rich_text(line) if isinstance(line, Text) else Content(line)


def line_strip(line: Line, width: int, style: Style) -> Strip:
    """A line in exactly `width` cells over a base style; of several lines, the first."""
    base = style.rich_style
    if isinstance(line, Strip):
        return line.apply_style(base).adjust_cell_length(width, base)
    if isinstance(line, str):
        text = fit(line.partition("\n")[0], width)
        return Strip([Segment(text, base)]).adjust_cell_length(width, base)
    content = to_content(line)
    if "\n" in content.plain:
        content = content.split(allow_blank=True)[0]
    segments = fit_content(content, width).render_segments(style)
    return Strip(segments).adjust_cell_length(width, base)
