"""The last net under everything that is drawn."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from mbtui.bank.safetext import strip_unsafe


class SafeOutput(LineFilter):
    """The last net: no code point that steers a terminal leaves in drawn text."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments without such code points."""
        return [
            segment
            if segment.control or segment.text.isprintable()
            else Segment(strip_unsafe(segment.text), segment.style or Style())
            for segment in segments
        ]


SAFE_OUTPUT = SafeOutput()
"""One for all lines: Textual keeps what a filter made of a line as long as it is the same one."""
