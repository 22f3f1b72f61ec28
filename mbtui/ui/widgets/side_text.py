"""One of two texts that are compared: whose it is, and its words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from mbtui.bank.safetext import safe_text
from mbtui.ui.cells import fit, line_strip
from mbtui.ui.glyphs import glyphs

_EMPTY = "(empty)"
_WORD = re.compile(r"\s+|\S+")
_MOST_PARTS = 3000
"""Comparing costs the square: texts of more words, blanks counted, are compared line by line."""

_MOST_LINES, _MOST_CHARACTERS = 1500, 100_000
"""How much of a text is shown; a longer one says how much is left out."""


def _shown(text: str) -> str:
    """A text, safe to show and not too long to lay out."""
    lines = text.rstrip().split("\n", _MOST_LINES)
    rest = lines.pop() if len(lines) > _MOST_LINES else ""
    kept = "\n".join(lines)
    rest = f"{kept[_MOST_CHARACTERS:]}{rest}"
    kept = safe_text(kept[:_MOST_CHARACTERS]) or _EMPTY
    return f"{kept}\n{glyphs.dots} {len(rest):,} more characters" if rest else kept


def marked(mine: str, theirs: str) -> tuple[Content, Content]:
    """Both texts, safe to show, in bold what the other one lacks; nothing where all differs."""
    texts = [_shown(text) for text in (mine, theirs)]
    parts = [_WORD.findall(text) for text in texts]
    if sum(map(len, parts)) > _MOST_PARTS:
        parts = [text.splitlines(keepends=True) for text in texts]
    same = SequenceMatcher(None, parts[0], parts[1], autojunk=False).get_matching_blocks()
    if not any(part.strip() for block in same for part in parts[0][block.a :][: block.size]):
        return Content(texts[0]), Content(texts[1])
    left = _emphasised(parts[0], [(block.a, block.size) for block in same])
    return left, _emphasised(parts[1], [(block.b, block.size) for block in same])


def _emphasised(parts: list[str], same: list[tuple[int, int]]) -> Content:
    pieces: list[Content] = []
    at = 0
    for start, size in same:
        pieces.append(Content.styled("".join(parts[at:start]), "bold $warning"))
        at = start + size
        pieces.append(Content("".join(parts[start:at])))
    return Content.assemble(*pieces)


def unmarked(text: str) -> Content:
    """A text alone, safe to show."""
    return Content(_shown(text))


class SideHeading(Widget):
    """One line: the longest of its texts that fits."""

    DEFAULT_CSS = """
    SideHeading { height: 1; color: $primary; text-style: bold; }
    """

    def __init__(self, texts: Sequence[str]) -> None:
        super().__init__()
        self._texts = texts

    def render_line(self, y: int) -> Strip:
        """Draw the line."""
        width = self.size.width
        fitting = (text for text in self._texts if cell_len(text) <= width)
        text = next(fitting, fit(self._texts[-1], width))
        return line_strip(text, width, self.visual_style)


class SideText(Vertical):
    """A heading, of which the shorter forms are for narrow columns, over a text.

    The class `-dropped` dims it.
    """

    DEFAULT_CSS = """
    SideText { width: 1fr; height: auto; background: $surface; padding: 0 1; }
    SideText Static { height: auto; }
    SideText.-dropped Static { color: $foreground 70%; }
    SideText.-dropped SideHeading { color: $foreground 70%; text-style: none; }
    """

    def __init__(self, headings: Sequence[str], text: Content, *, classes: str = "") -> None:
        super().__init__(classes=classes)
        self._headings = headings
        self._text = text

    def compose(self) -> ComposeResult:
        """The heading and the text."""
        yield SideHeading(self._headings)
        yield Static(self._text, markup=False)
