"""Tables of Markdown: aligned columns where there is room, else one line for each cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest

from rich.cells import cell_len

from mbtui.ui.glyphs import glyphs
from mbtui.ui.inline import code_parts
from mbtui.ui.spans import DocumentLine, Setter, Span, Styled, moved

MOST_COLUMNS = 30
NARROWEST = 8
"""A column that would be wrapped to less than this makes the table a list of cells."""
_DELIMITER = re.compile(r":?-+:?")
_LONGEST_ROW = 4000


def is_table_line(line: str) -> bool:
    """Whether a line may be a row of a table."""
    return "|" in line and len(line) <= _LONGEST_ROW


def cells(line: str) -> list[str]:
    r"""The cells of a row; `\|` and a bar between backticks do not end one."""
    text = line.strip()
    text = text[1:] if text.startswith("|") else text
    inside = list(code_parts(text)) if "`" in text else []
    found, start, part = [], 0, 0
    for match in re.finditer(r"\\.|\|", text):
        while part < len(inside) and inside[part][1] <= match.start():
            part += 1
        if match.group() != "|" or (part < len(inside) and inside[part][0] < match.start()):
            continue
        found.append(text[start : match.start()])
        start = match.end()
    if text[start:].strip():
        found.append(text[start:])
    return [cell.strip().replace("\\|", "|") for cell in found]


def delimiters(head: str, line: str) -> list[str]:
    """How each column is aligned (`<`, `>` or `^`), if `line` is the one under a table's head."""
    if "-" not in line or not is_table_line(line):
        return []
    found = cells(line)
    if not all(_DELIMITER.fullmatch(cell) for cell in found):
        return []
    if not 1 <= len(found) <= MOST_COLUMNS or len(cells(head)) != len(found):
        return []
    aligned = {(True, True): "^", (False, True): ">"}
    return [aligned.get((cell[0] == ":", cell[-1] == ":"), "<") for cell in found]


def table_lines(
    head: str,
    sides: Sequence[str],
    rows: Sequence[str],
    width: int,
    inline: Callable[[str], Styled],
    setter: Setter,
) -> Iterator[DocumentLine]:
    """A table in lines of at most `width` cells: in columns, or a line `head: value` for a cell."""
    heads = [inline(cell) for cell in cells(head)]
    body = [[inline(cell) for cell in cells(row)] for row in rows]
    count = max([len(heads), *map(len, body)])
    sides = [*sides, *"<" * (count - len(sides))]
    for row in (heads, *body):
        row += [Styled("")] * (count - len(row))
    widths = _widths([heads, *body], width - len(_between()) * (count - 1))
    if not widths:
        yield from _stacked(heads, body, width, setter)
        return
    if any(head.text for head in heads):
        yield from _row(heads, widths, sides, setter, "table-head")
    joint = f"{glyphs.rule}{glyphs.joint}{glyphs.rule}"
    yield DocumentLine(joint.join(glyphs.rule * width for width in widths), "rule")
    for row in body:
        yield from _row(row, widths, sides, setter, "text")


def _between() -> str:
    return f" {glyphs.bar} "


def _widths(rows: Sequence[Sequence[Styled]], room: int) -> list[int]:
    """The width of each column, the widest ones narrowed; empty if there is no room."""
    columns = list(zip(*rows, strict=True))
    natural = [max(1, *(cell_len(cell.text) for cell in column)) for column in columns]
    left, widths = room, dict.fromkeys(range(len(natural)), 0)
    waiting = sorted(widths, key=natural.__getitem__)
    while waiting:
        share = left // len(waiting)
        column = waiting.pop(0)
        widths[column] = min(natural[column], share)
        left -= widths[column]
    if any(widths[i] < min(size, NARROWEST) for i, size in enumerate(natural)):
        return []
    return [widths[i] for i in range(len(natural))]


def _row(
    row: Sequence[Styled], widths: Sequence[int], sides: Sequence[str], setter: Setter, role: str
) -> Iterator[DocumentLine]:
    columns = [list(setter.lines(cell, width)) for cell, width in zip(row, widths, strict=True)]
    for parts in zip_longest(*columns, fillvalue=DocumentLine("")):
        text, spans = "", []
        for i, (part, width, side) in enumerate(zip(parts, widths, sides, strict=True)):
            if i:
                spans.append(Span("gutter", len(text), len(text) + len(_between())))
                text += _between()
            blank = width - cell_len(part.text)
            before = {"<": 0, ">": blank, "^": blank // 2}[side]
            shift = len(text) + before
            spans += moved(part.spans, shift)
            text += " " * before + part.text + " " * (blank - before)
        yield DocumentLine(text.rstrip(), role, tuple(spans))


def _stacked(
    heads: Sequence[Styled], body: Sequence[Sequence[Styled]], width: int, setter: Setter
) -> Iterator[DocumentLine]:
    """A line `head: value` for each cell, rows apart; without a head the value alone."""
    if not body:
        for head in heads:
            yield from setter.lines(head, width, "table-head")
    for number, row in enumerate(body):
        if number:
            yield DocumentLine("")
        for head, cell in zip(heads, row, strict=True):
            if not cell.text:
                continue
            if not head.text:
                yield from setter.lines(cell, width, "table-head")
                continue
            name = f"{head.text}: "
            key = Span("table-key", 0, len(name) - 1)
            spans = (key, *head.spans, *moved(cell.spans, len(name)))
            styled = Styled(name + cell.text, spans)
            yield from setter.lines(styled, width, hang=Styled("  "))
