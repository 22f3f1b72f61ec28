"""The text of a pane's title row."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.content import Content

from mbtui.ui.cells import fit, fit_content, to_content
from mbtui.ui.glyphs import glyphs


def title_content(
    left: str | Content | Text,
    right: str | Content | Text,
    width: int,
    state: Sequence[str] = (),
    more: str = "",
) -> Content:
    """Both ends of a title row for `width` cells, with a blank before and behind.

    `right` is left out where there is no room for both. For `state`, which takes its place, `left`
    is cut instead: as many of the words as two thirds of the row hold, the first one always.
    `more` says at the very end where one is in what is shown.
    """
    if more:
        room = width - len(more) - 1
        title = title_content(left, right, room, state)
        return Content.assemble(title, " " * (room - title.cell_length), more)
    start, end, room = to_content(left), to_content(right), width - 2
    if state:
        words = state[0]
        for word in state[1:]:
            if len(words) + len(word) + 3 <= 2 * room // 3:
                words = f"{words}{glyphs.sep}{word}"
        end = Content(fit(words, room))
        start = fit_content(start, max(0, room - end.cell_length - 1))
    gap = room - start.cell_length - end.cell_length
    if not end or gap < (1 if state else 2):
        return Content(" ") + fit_content(end if state else start, room)
    return Content.assemble(" ", start, " " * gap, end)
