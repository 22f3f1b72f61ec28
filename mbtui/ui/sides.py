"""Two pieces of code beside each other, such as one in Java and the same in Python."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import NamedTuple

from rich.cells import cell_len

from mbtui.ui.glyphs import glyphs
from mbtui.ui.markdown import Page
from mbtui.ui.spans import DocumentLine, Span, Styled, moved

NARROWEST = 70
"""Two pieces of code stand beside each other from so many cells on."""


class Code(NamedTuple):
    """Code, safe to show, and its language."""

    text: str
    language: str


def sides_fit(width: int) -> bool:
    """Whether there is room for two pieces of code beside each other."""
    return width >= NARROWEST


def side_by_side(
    labels: tuple[str, str], codes: tuple[Code, Code], width: int, page: Page
) -> Iterator[DocumentLine]:
    """Two labelled pieces of code, each in a column of its own, long lines broken in it."""
    between = f" {glyphs.bar} "
    room = width - len(between)
    widths = (room // 2, room - room // 2)
    columns = [
        [
            *(line._replace(role="label") for line in page.setter.lines(Styled(label), size)),
            *page.code(code.text.split("\n"), code.language, size),
        ]
        for label, code, size in zip(labels, codes, widths, strict=True)
    ]
    for left, right in zip_longest(*columns, fillvalue=DocumentLine("")):
        text = left.text + " " * (widths[0] - cell_len(left.text))
        bar = Span("gutter", len(text), len(text) + len(between))
        ends = len(text) + len(between)
        label = "label" in (left.role, right.role)
        spans = [*left.spans, bar, *moved(right.spans, ends)]
        if label:
            spans = [Span("label", 0, len(left.text)), *spans]
            spans.insert(1, Span("label", ends, ends + len(right.text)))
        yield DocumentLine((text + between + right.text).rstrip(), "code", tuple(spans))
