"""What changed in an entry, as lines: field by field, and texts line by line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

from mbtui.bank.changed import ARCHIVED, CHANGED, MOVED, REMOVED, RESTORED, News, differing_fields
from mbtui.bank.entry import plain, strings
from mbtui.bank.safetext import safe_line, safe_text
from mbtui.bank.schema import Field
from mbtui.ui.glyphs import glyphs
from mbtui.ui.spans import DocumentLine, Setter, Span, Styled
from mbtui.ui.wording import ago, short_line

if TYPE_CHECKING:
    from mbtui.store.bank_history import LastChange

_CONTEXT: Final = 2
"""So many lines around a change are shown."""
_SHORT: Final = 60
"""Two values of one line that are shorter stand beside each other."""
_MOST_LINES, _MOST_CHARACTERS = 1500, 100_000
"""So much of a text is compared; a longer one says that it goes on."""
_WORD: Final = re.compile(r"\s+|\S+")
_MOST_WORDS, _ALIKE = 400, 0.5
"""In two lines of no more words, that are so much alike, the words that differ are in bold."""


def told(news: News, now: datetime, found: LastChange | None = None) -> str:
    """Who did what and when, as far as that is known: *changed by Bo, 3 min ago, 14:02*.

    `found` is what git says of an entry that was changed by hand.
    """
    if not news.outside:
        name, when = news.stamp or ("", None)
        by = f"{news.what} by {short_line(name)}" if name.strip() else news.what
        return f"{by}, {ago(when, now)}" if when is not None else by
    what = news.what if news.what == REMOVED else f"{news.what} outside"
    if found is None:
        return what
    return f"{what}; in git by {short_line(found.author)}, {ago(found.at, now)}"


def change_lines(news: News, width: int) -> Iterator[DocumentLine]:
    """The differences in lines of at most `width` cells."""
    page = _Differences(width)
    yield from page.place(news)
    old = news.before.data if news.before is not None else {}
    new = news.now.data if news.now is not None else {}
    for name in differing_fields(news.before, news.now):
        yield from page.field(name, old.get(name), new.get(name))


class _Differences:
    """The parts, one after the other."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._setter = Setter()

    def _lines(self, text: str, role: str, mark: str = "") -> Iterator[DocumentLine]:
        hang = " " * len(mark)
        yield from self._setter.lines(
            Styled(text), self._width, role, first=Styled(mark), hang=Styled(hang)
        )

    def _marked(
        self, line: str, role: str, mark: str, spans: Iterable[Span]
    ) -> Iterator[DocumentLine]:
        styled = Styled(line, tuple(spans))
        first, hang = Styled(mark), Styled(" " * len(mark))
        yield from self._setter.lines(styled, self._width, role, first=first, hang=hang)

    def place(self, news: News) -> Iterator[DocumentLine]:
        """Where the entry went, if it did."""
        before, now = news.before, news.now
        if news.what == REMOVED and before is not None:
            yield from self._lines(f"It is gone from {safe_line(before.file)}.", "notice")
        elif news.what in (ARCHIVED, RESTORED, MOVED, CHANGED) and before and now:
            if before.kind.slug != now.kind.slug:
                yield from self._value("Kind", before.kind.title, now.kind.title)
            if before.file != now.file:
                yield from self._value("File", before.file, now.file)

    def field(self, name: str, old: object, new: object) -> Iterator[DocumentLine]:
        """One field: two short values beside each other, all else line by line."""
        label = safe_line(Field(name.strip("[]")).label)
        yield from self._value(label, shown(old), shown(new))

    def _value(self, label: str, old: str, new: str) -> Iterator[DocumentLine]:
        yield DocumentLine("")
        yield from self._lines(label, "label")
        both = f"{old} {glyphs.link} {new}"
        if old and new and "\n" not in both and len(both) <= min(_SHORT, self._width - 4):
            yield from self._lines(safe_line(both), "text", "  ")
            return
        if old.split() == new.split():
            yield from self._lines("They differ only in blanks and line ends.", "dim", "  ")
        yield from self._compared(_split(old), _split(new))
        rest = max(len(old), len(new)) - _MOST_CHARACTERS
        if rest > 0:
            yield from self._lines(f"{glyphs.dots} {rest:,} more characters", "dim", "  ")

    def _compared(self, old: Sequence[str], new: Sequence[str]) -> Iterator[DocumentLine]:
        matcher = SequenceMatcher(None, old, new, autojunk=False)
        groups = matcher.get_grouped_opcodes(_CONTEXT)
        for number, group in enumerate(groups):
            if number or group[0][1] > 0:
                yield DocumentLine(f"  {glyphs.cut_lines}", "dim")
            for tag, a, b, c, d in group:
                if tag == "equal":
                    for line in old[a:b]:
                        yield from self._lines(safe_text(line), "dim", "  ")
                    continue
                out = [safe_text(line) for line in old[a:b]]
                in_ = [safe_text(line) for line in new[c:d]]
                spans: list[tuple[list[Span], list[Span]]] = [([], [])] * max(len(out), len(in_))
                if len(out) == len(in_):
                    spans = [_differing_words(*pair) for pair in zip(out, in_, strict=True)]
                for line, (words, _) in zip(out, spans, strict=False):
                    yield from self._marked(line, "removed", "- ", words)
                for line, (_, words) in zip(in_, spans, strict=False):
                    yield from self._marked(line, "added", "+ ", words)
            if group[-1][2] < len(old):
                yield DocumentLine(f"  {glyphs.cut_lines}", "dim")


def _differing_words(old: str, new: str) -> tuple[list[Span], list[Span]]:
    """The words that differ between two lines, in each; none where hardly a word is the same."""
    parts: list[list[str]] = [_WORD.findall(line) for line in (old, new)]
    if sum(map(len, parts)) > _MOST_WORDS:
        return [], []
    matcher = SequenceMatcher(None, parts[0], parts[1], autojunk=False)
    if matcher.ratio() < _ALIKE:
        return [], []
    found: tuple[list[Span], list[Span]] = [], []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            continue
        for side, (start, end) in enumerate(((a, b), (c, d))):
            at = sum(map(len, parts[side][:start]))
            size = sum(map(len, parts[side][start:end]))
            if size:
                found[side].append(Span("strong", at, at + size))
    return found


def _split(text: str) -> list[str]:
    text = text[:_MOST_CHARACTERS]
    return text.split("\n")[:_MOST_LINES] if text else []


def shown(value: object) -> str:
    """A value as text: items and sub-tables on lines of their own."""
    if isinstance(value, Mapping):
        return "\n".join(f"{name}: {plain(item)}" for name, item in value.items())
    if isinstance(value, list):
        return "\n".join(strings(value))
    return plain(value).removesuffix("\n")
