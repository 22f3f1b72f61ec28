"""The bar that offers a text which was typed and not saved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.strip import Strip
from textual.style import Style

from mbtui.ui.cells import fit, line_strip
from mbtui.ui.glyphs import glyphs, own
from mbtui.ui.lazy_styles import LazyStyles
from mbtui.ui.spans import wrapped

Keys = Sequence[tuple[str, str]]

_LEAST_TITLE = 14
"""Cells of a title that say enough; with less room the message takes another line."""
_LOW = 14
"""Windows of fewer rows give the bar two of them, higher ones four."""


class Offer(NamedTuple):
    """What the bar says: the title stands in quotes between `before` and `after`.

    `before` has a long and a short form, and one for a line that is short of room for the title.
    """

    before: tuple[str, str, str]
    title: str
    after: str
    keys: Keys


class DraftBar(LazyStyles):
    """As few lines as the offer needs; none when there is none. Never takes the focus."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"draft-bar--key"}
    DEFAULT_CSS = """
    DraftBar { height: 1; display: none; background: $primary 12%; color: $foreground; }
    DraftBar.-shown { display: block; }
    DraftBar > .draft-bar--key { color: $primary; text-style: bold; }
    DraftBar:nocolor { text-style: reverse; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._offer: Offer | None = None
        self._rows: list[str | Keys] = []
        self._width = 0

    @property
    def offer(self) -> Offer | None:
        """What is offered."""
        return self._offer

    def tell(self, offer: Offer | None) -> None:
        """Offer something else, or nothing; nothing is drawn when it is the same as before."""
        if offer != self._offer:
            self._offer = offer
            self.set_class(offer is not None, "-shown")
            self._fit()

    def on_resize(self) -> None:
        """Lay out for the new width."""
        if self.size.width != self._width:
            self._fit()

    def _fit(self) -> None:
        if self._offer is None:
            return
        self._width = self.size.width or self.screen.size.width
        most = 1 if self.screen.size.height < _LOW else 2
        self._rows = offer_rows(self._offer, max(1, self._width - 2), most)
        self.styles.height = len(self._rows)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw a line: the message with or without keys, or keys alone."""
        row = self._rows[y] if y < len(self._rows) else ""
        if isinstance(row, str):
            line = Content(f" {row}")
            if self._beside and y == 0 and self._offer is not None:
                line = Content.assemble(line, "  ", self._keys(self._offer.keys))
        else:
            line = Content.assemble(" ", self._keys(row))
        return line_strip(line, self.size.width, self.visual_style)

    @property
    def _beside(self) -> bool:
        return len(self._rows) == 1

    def _keys(self, keys: Keys) -> Content:
        style = self.get_visual_style("draft-bar--key")
        parts: list[tuple[str, Style]] = []
        for key, word in keys:
            parts += [("  " if parts else "", Style()), (key, style), (f" {word}", Style())]
        return Content.assemble(*parts)


def offer_rows(offer: Offer, width: int, most: int) -> list[str | Keys]:
    """The lines of an offer: its message in at most `most` lines, then as many of its keys.

    One line alone is the message with all keys beside it.
    """
    beside = width - _keys_width(offer.keys) - 2
    if (message := _message(offer, beside)) is not None:
        return [message]
    keys = _key_rows(offer.keys, width)[:most]
    message = _message(offer, width)
    state = fit(offer.after.removeprefix(glyphs.sep), width)
    if message is not None:
        return [fit(message, width), *keys]
    if most == 1:
        quoted = f"{offer.before[2]}{own('“')}{offer.title}{own('”')}"
        named = _message(offer._replace(after=""), width) or fit(quoted, width)
        return [named, *filter(None, [state]), *keys]
    title = _message(offer._replace(after=""), width) if offer.after else None
    if title is not None:
        return [title, state, *keys]
    room = most * width - _LEAST_TITLE
    lines = list(wrapped(_message(offer, room) or _joined(offer, _LEAST_TITLE), width))
    return [*lines[: most - 1], fit(" ".join(lines[most - 1 :]), width), *keys]


def _message(offer: Offer, room: int) -> str | None:
    """The message in so many cells, with as much of the title as there is room for; or None."""
    for before in offer.before[:2]:
        left = room - cell_len(before) - cell_len(offer.after) - 2
        if left >= min(cell_len(offer.title), _LEAST_TITLE):
            return f"{before}{own('“')}{fit(offer.title, left)}{own('”')}{offer.after}"
    return None


def _quoted(offer: Offer, title: str) -> str:
    return f"{offer.before[1]}{own('“')}{title}{own('”')}"


def _joined(offer: Offer, room: int) -> str:
    return f"{_quoted(offer, fit(offer.title, room))}{offer.after}"


def _keys_width(keys: Keys) -> int:
    return sum(cell_len(key) + cell_len(word) + 3 for key, word in keys) - 2


def _key_rows(keys: Keys, width: int) -> list[Keys]:
    rows: list[list[tuple[str, str]]] = [[]]
    for item in keys:
        if rows[-1] and _keys_width([*rows[-1], item]) > width:
            rows.append([])
        rows[-1].append(item)
    return list(rows)
