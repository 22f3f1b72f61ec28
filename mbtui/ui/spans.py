"""Lines of text with styled parts, and the breaking of texts into them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len

from mbtui.bank.matching import highlight_spans
from mbtui.ui.cells import clusters, fits

_WORDS = re.compile(r"\s*+\S++|\s++\Z")
LONGEST_MARKED = 100_000
"""A text longer than this is searched for words only so far."""


class Link:
    """Something that can be followed. Equal only to itself: one target may be named twice."""

    __slots__ = ("is_entry", "target")

    def __init__(self, target: str, *, is_entry: bool = False) -> None:
        self.target = target
        """A web address, or the id of an entry."""
        self.is_entry = is_entry


class Span(NamedTuple):
    """A styled part of a text: the characters from `start` up to `end`."""

    role: str
    start: int
    end: int
    link: Link | None = None


class DocumentLine(NamedTuple):
    """One line of text; `role` is `title`, `meta`, `label`, `text`, `code`, `heading`, … `dim`.

    Spans lie over the role and over each other, a later one over an earlier one.
    """

    text: str
    role: str = "text"
    spans: tuple[Span, ...] = ()


class Styled(NamedTuple):
    """A text before it is broken into lines."""

    text: str
    spans: tuple[Span, ...] = ()


NOTHING = Styled("")


def breaks(text: str, width: int, hang: int = 0) -> Iterator[tuple[int, int]]:
    """Where a line of text is broken: start and end of each part, at blanks where possible.

    The first part takes at most `width` cells, the others `hang` cells less.
    """
    width = max(width, 1)
    if fits(text, width):
        yield 0, len(text)
        return
    room = width
    start = end = used = 0
    for match in _WORDS.finditer(text):
        word = match.group()
        if word.isspace():
            break
        if used and not fits(word, room - used):
            yield start, end
            room = max(1, width - hang)
            start = match.end() - len(word.lstrip())
            word, used = text[start : match.end()], 0
        if not fits(word, room - used):
            for piece_end in _broken(text, start, match.end(), room, max(1, width - hang)):
                if piece_end < match.end():
                    yield start, piece_end
                    start, room = piece_end, max(1, width - hang)
            used = cell_len(text[start : match.end()])
        else:
            used += cell_len(word)
        end = match.end()
    if end > start:
        yield start, end


def _broken(text: str, start: int, end: int, first: int, room: int) -> Iterator[int]:
    """The ends of the pieces of a text without a place to break."""
    while start < end:
        used = count = 0
        for cluster, cells in clusters(text[start : min(end, start + 4 * first + 16)]):
            if used + cells > first and count:
                break
            used += cells
            count += len(cluster)
        start += count
        first = room
        yield start


def wrapped(text: str, width: int, indent: str = "") -> Iterator[str]:
    """One line of text broken into lines of at most `width` cells, at blanks where possible."""
    indent = indent if len(indent) < width // 2 else ""
    before = ""
    for start, end in breaks(text, width, len(indent)):
        yield before + text[start:end]
        before = indent


def cut_spans(spans: Sequence[Span], start: int, end: int, shift: int) -> Iterator[Span]:
    """What of the spans lies in a part of their text, moved by `shift`."""
    for span in spans:
        if span.start < end and span.end > start:
            first, last = max(span.start, start), min(span.end, end)
            yield span._replace(start=first + shift, end=last + shift)


def moved(spans: Sequence[Span], by: int) -> tuple[Span, ...]:
    """The spans of a text that so many characters were put before."""
    return tuple(Span(role, start + by, end + by, link) for role, start, end, link in spans)


class Setter:
    """Breaks styled texts into lines, with `words` marked in them."""

    def __init__(self, words: Collection[str] = ()) -> None:
        self.words = words

    def marks(self, text: str) -> list[Span]:
        """The words, where they occur in a text."""
        if not self.words:
            return []
        found = highlight_spans(text[:LONGEST_MARKED], self.words)
        return [Span("match", start, end) for start, end in found]

    def lines(
        self,
        styled: Styled,
        width: int,
        role: str = "text",
        *,
        first: Styled = NOTHING,
        hang: Styled = NOTHING,
    ) -> Iterator[DocumentLine]:
        """A text in lines of at most `width` cells, `first` before the first, `hang` before others.

        Of a line that is wide enough for little else, they are left out.
        """
        text = styled.text
        lead = max(cell_len(first.text), cell_len(hang.text))
        if lead > width // 2 and width - lead < 12:
            text = f"{first.text.lstrip()}{text}"
            spans = [*moved(styled.spans, len(text) - len(styled.text))]
            first = hang = NOTHING
        else:
            spans = list(styled.spans)
        spans = sorted([*spans, *self.marks(text)], key=lambda span: span.start)
        before = first
        indent = cell_len(hang.text) - cell_len(first.text)
        at = 0
        open_: list[Span] = []
        for start, end in breaks(text, width - cell_len(first.text), indent):
            while at < len(spans) and spans[at].start < end:
                open_.append(spans[at])
                at += 1
            shift = len(before.text) - start
            own = sorted(cut_spans(open_, start, end, shift), key=lambda s: s.role == "match")
            yield DocumentLine(before.text + text[start:end], role, (*before.spans, *own))
            open_ = [span for span in open_ if span.end > end]
            before = hang
