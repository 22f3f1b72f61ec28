"""An overview as the lines of a pane."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from mbtui.bank.overview import Overview
from mbtui.exchange.overview_text import (
    ASCII,
    BAR,
    DIM,
    HEADING,
    LINK,
    OLD_BAR,
    STRONG,
    UNICODE,
    WARNING,
    rows_of,
)
from mbtui.ui.glyphs import is_ascii
from mbtui.ui.spans import DocumentLine, Link, Span

_ROLES: Final = {
    HEADING: "heading",
    STRONG: "strong",
    DIM: "dim",
    BAR: "label",
    OLD_BAR: "gutter",
    WARNING: "notice",
    LINK: "link",
}


def overview_lines(overview: Overview, width: int, today: date) -> Iterator[DocumentLine]:
    """All of it, in lines of at most `width` cells."""
    for row in rows_of(overview, width, today, ASCII if is_ascii() else UNICODE):
        text, spans = "", []
        for part in row:
            start = len(text)
            text += part.text
            if part.role:
                link = Link(part.entry, is_entry=True) if part.entry else None
                spans.append(Span(_ROLES[part.role], start, len(text), link))
        yield DocumentLine(text, "text", tuple(spans))
