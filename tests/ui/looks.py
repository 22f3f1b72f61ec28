"""Cells as they are drawn: their text, colours and attributes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.screen import ModalScreen

from tests.ui.driving import Ui


class Drawn(NamedTuple):
    """A piece of a row in one style."""

    text: str
    style: Style
    x: int
    y: int

    def colours(self, system: ColorSystem) -> tuple[Color, Color]:
        """Ink and ground, as a terminal with so many colours shows them."""
        assert self.style.color is not None, self
        assert self.style.bgcolor is not None, self
        colours = (self.style.color, self.style.bgcolor)
        pair = [Color.from_rich_color(colour.downgrade(system)) for colour in colours]
        if self.style.reverse:
            pair.reverse()
        ink, ground = pair
        return (ground.blend(ink, 0.5) if self.style.dim else ink), ground


def drawn(ui: Ui) -> Iterator[Drawn]:
    """All that is drawn, but for what a dialog covers with a veil."""
    screen = ui.app.screen
    region = screen.region
    if isinstance(screen, ModalScreen):
        region = screen.children[0].region
    for y, strip in enumerate(screen._compositor.render_strips()):
        x = 0
        for text, style, _ in strip:
            width = Segment(text).cell_length
            if region.contains(x, y) and style is not None:
                yield Drawn(text, style, x, y)
            x += width


def contrast(one: Color, other: Color) -> float:
    """The contrast ratio of WCAG 2."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
