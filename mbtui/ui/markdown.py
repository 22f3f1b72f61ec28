"""Markdown as lines of text, read line by line and laid out as far as is asked for.

A reader of our own: it shows every letter that was typed (Markdown proper drops link definitions,
decodes entities and takes `__init__` for bold), reads only as much as is shown, takes time in
proportion to the text whatever it holds, and costs nothing to import. It knows headings, lists,
quotes, tables, rules, fenced and indented code; what it does not know stays as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from rich.cells import cell_len

from mbtui.ui.code import coloured, is_language, language_of
from mbtui.ui.glyphs import glyphs
from mbtui.ui.inline import inline
from mbtui.ui.spans import NOTHING, DocumentLine, Setter, Span, Styled, moved
from mbtui.ui.tables import delimiters, is_table_line, table_lines

MOST_MARKED = 100_000
"""Emphasis, code and links are looked for in so many characters of an entry."""
MOST_COLOURED = 60_000
"""So many characters of an entry's code have colours."""
DEEPEST_QUOTE = 5
MOST_ROWS = 300
_PARAGRAPH = 5_000
"""A paragraph longer than this goes on as another one."""

_FENCE = re.compile(r"( *)(`{3,}(?!.*`)|~{3,})(.*)\Z")
_HEADING = re.compile(r" {0,3}(#{1,6})[ ]+(?=\S)")
_ITEM = re.compile(r"( *)([-*+•]|\d{1,9}[.)])( +|\Z)")
_TASK = re.compile(r"\[[ xX]\](?= |\Z)")
_QUOTE = re.compile(r" {0,3}>(?: |\Z)")
_PROMPT = re.compile(r" *>>> ")
_DEFINITION = re.compile(r" {0,3}\[[^\]\n]{1,200}\]:")
_CODE_INDENT = "  "
_SAID = frozenset(("", "text", "txt", "plain", "plaintext", "output", "log", "code"))
"""What a fence may say that its code says by itself."""


def is_rule(line: str) -> bool:
    """Whether a line is a horizontal rule: three or more `-`, `*` or `_`, and blanks."""
    marks = line[:400].replace(" ", "")
    return len(marks) >= 3 and marks[0] in "-*_" and not marks.strip(marks[0]) and len(line) < 400


class Page:
    """What all texts of an entry have in common: the words to mark, and what is a link."""

    def __init__(self, setter: Setter, is_entry: Callable[[str], bool] = lambda _: False) -> None:
        self.setter = setter
        self._is_entry = is_entry
        self._left = MOST_MARKED
        self._uncoloured = MOST_COLOURED

    def inline(self, text: str) -> Styled:
        """A text with its emphasis, code and links."""
        self._left -= len(text)
        return inline(text, self._is_entry) if self._left >= 0 else Styled(text)

    def code(
        self, lines: Iterable[str], language: str, width: int, lead: Styled = NOTHING
    ) -> Iterator[DocumentLine]:
        """Code line by line; a long line goes on deeper than it began.

        In no known language, as in a log, it goes on at the left.
        """
        deeper = bool(language_of(language))
        for line, spans in coloured(lines, language, max(0, self._uncoloured)):
            self._uncoloured -= len(line)
            indent = len(line) - len(line.lstrip(" ")) + 4
            indent = min(indent, (width - len(lead.text)) // 3) if deeper else 0
            hang = Styled(lead.text + " " * indent, lead.spans)
            styled = Styled(line, tuple(spans))
            yield from self.setter.lines(styled, width, "code", first=lead, hang=hang)


def markdown_lines(text: str, width: int, page: Page, depth: int = 0) -> Iterator[DocumentLine]:
    """A text in lines of at most `width` cells. It is safe to show, its tabs are blanks."""
    return _Reader(text.rstrip().split("\n"), width, page, depth).lines()


class _Reader:
    """Goes through the lines of a text once."""

    def __init__(self, source: list[str], width: int, page: Page, depth: int) -> None:
        self.source = source
        self.width = width
        self.page = page
        self.depth = depth
        self.at = 0
        self.items: list[tuple[int, int]] = []
        """The open list items: the column of the marker, and that of its text on the screen."""

    def lines(self) -> Iterator[DocumentLine]:
        """All lines."""
        blank = True
        while self.at < len(self.source):
            line = self.source[self.at]
            if line.strip():
                yield from self._block(line, after_blank=blank)
                blank = False
                continue
            self.at += 1
            if not blank:
                yield DocumentLine("")
            blank = True

    @property
    def _hang(self) -> int:
        return self.items[-1][1] if self.items else 0

    def _block(self, line: str, *, after_blank: bool) -> Iterator[DocumentLine]:
        """The block that begins with a line."""
        indent = len(line) - len(line.lstrip(" "))
        item = None if is_rule(line) else _ITEM.match(line)
        if item is None:
            self._close_items(indent, after_blank=after_blank)
        if fence := _FENCE.match(line):
            return self._fenced(fence)
        if item is not None:
            return self._item(line, item)
        if is_rule(line):
            return self._rule()
        if heading := _HEADING.match(line):
            return self._heading(line, heading)
        if _QUOTE.match(line) and self.depth < DEEPEST_QUOTE:
            return self._quote()
        if _PROMPT.match(line):
            return self._session()
        if is_table_line(line) and self.at + 1 < len(self.source):
            sides = delimiters(line, self.source[self.at + 1])
            if sides:
                return self._table(sides)
        if indent >= 4 + (self.items[-1][0] + 2 if self.items else 0):
            return self._indented(indent)
        return self._paragraph(line.strip(), NOTHING)

    def _close_items(self, indent: int, *, after_blank: bool) -> None:
        """Leave the list items that a line does not belong to."""
        if after_blank or indent == 0:
            while self.items and indent <= self.items[-1][0]:
                self.items.pop()

    def _lead(self) -> Styled:
        return Styled(" " * min(self._hang, self.width // 2))

    def _item(self, line: str, match: re.Match[str]) -> Iterator[DocumentLine]:
        column, marker = len(match[1]), match[2]
        while self.items and column < self.items[-1][0] + 2:
            self.items.pop()
        outer = min(self._hang, self.width // 2)
        shown = glyphs.bullets[min(len(self.items), 2)] if marker in "-*+•" else marker
        text = line[match.end() :]
        task = _TASK.match(text)
        if task:
            shown, text = task.group(), text[task.end() :].lstrip()
        self.items.append((column, outer + cell_len(shown) + 1))
        first = Styled(f"{' ' * outer}{shown} ", (Span("bullet", outer, outer + len(shown)),))
        if not text.strip() or _FENCE.match(text) or is_rule(text):
            self.at += 1
            yield DocumentLine(first.text.rstrip(), "text", first.spans)
            if text.strip():
                self.at -= 1
                self.source[self.at] = " " * match.end() + text
            return
        yield from self._paragraph(text.strip(), first)

    def _paragraph(self, text: str, first: Styled) -> Iterator[DocumentLine]:
        """Lines that belong together, filled again."""
        parts, size = [text], len(text)
        ends = self.source[self.at].endswith("  ") or text.endswith("\\")
        self.at += 1
        while self.at < len(self.source) and not ends and size < _PARAGRAPH:
            line = self.source[self.at]
            if not self._goes_on(line):
                break
            ends = line.endswith(("  ", "\\"))
            parts.append(line.strip())
            size += len(line)
            self.at += 1
        lead = self._lead()
        styled = self.page.inline(" ".join(parts))
        if first is NOTHING:
            first = lead
        yield from self.page.setter.lines(styled, self.width, first=first, hang=lead)

    def _goes_on(self, line: str) -> bool:
        """Whether a line belongs to the paragraph before it."""
        text = line.lstrip(" ")
        if not text or text[0] == "|" or self.source[self.at - 1].lstrip(" ")[:1] == "|":
            return False
        indent = len(line) - len(text)
        if indent >= 4 and (not self.items or indent >= self.items[-1][0] + 6):
            return False
        if text[0].isalpha() and "|" not in text:
            return True
        starts = (_FENCE, _ITEM, _HEADING, _QUOTE, _PROMPT, _DEFINITION)
        if is_rule(line) or any(start.match(line) for start in starts):
            return False
        if text[0] == "=" and not text.strip("= "):
            return False
        return not self._begins_table(line)

    def _begins_table(self, line: str) -> bool:
        if not is_table_line(line) or self.at + 1 >= len(self.source):
            return False
        return bool(delimiters(line, self.source[self.at + 1]))

    def _heading(self, line: str, match: re.Match[str]) -> Iterator[DocumentLine]:
        self.items.clear()
        self.at += 1
        role = "heading" if len(match[1]) < 3 else "subheading"
        text = line[match.end() :].rstrip()
        if text.endswith("#"):
            bare = text.rstrip("#")
            text = bare.rstrip() if bare.endswith(" ") else text
        yield from self.page.setter.lines(self.page.inline(text), self.width, role)

    def _rule(self) -> Iterator[DocumentLine]:
        self.at += 1
        lead = self._lead().text
        yield DocumentLine(lead + glyphs.rule * (self.width - len(lead)), "rule")

    def _quote(self) -> Iterator[DocumentLine]:
        inner: list[str] = []
        while self.at < len(self.source) and (match := _QUOTE.match(self.source[self.at])):
            inner.append(self.source[self.at][match.end() :])
            self.at += 1
        bar = f"{glyphs.bar} "
        lead = self._lead().text + bar
        width = self.width - len(lead)
        if width < 8:
            lead, width = "", self.width
        gutter = Span("gutter", len(lead) - len(bar), len(lead))
        for line in markdown_lines("\n".join(inner), width, self.page, self.depth + 1):
            spans = moved(line.spans, len(lead))
            role = "quote" if line.role == "text" else line.role
            yield DocumentLine(lead + line.text, role, (gutter, *spans) if lead else spans)

    def _fenced(self, match: re.Match[str]) -> Iterator[DocumentLine]:
        inset, fence, language = len(match[1]), match[2], match[3]
        self.at += 1
        inner: list[str] = []
        while self.at < len(self.source):
            line = self.source[self.at]
            self.at += 1
            closing = line.strip()
            if closing.startswith(fence) and not closing.strip(fence[0]):
                break
            inner.append(line[min(inset, len(line) - len(line.lstrip(" "))) :])
        lead = self._lead().text + _CODE_INDENT
        if language.strip().casefold() not in _SAID and not is_language(language):
            yield from self.page.setter.lines(Styled(language.strip()), self.width, "dim")
        yield from self.page.code(inner, language, self.width, Styled(lead))

    def _session(self) -> Iterator[DocumentLine]:
        """What was typed at a Python prompt, and the answers, up to a blank line."""
        inner: list[str] = []
        while self.at < len(self.source) and self.source[self.at].strip():
            if _FENCE.match(self.source[self.at]):
                break
            inner.append(self.source[self.at].strip() if not inner else self.source[self.at])
            self.at += 1
        lead = self._lead().text + _CODE_INDENT
        yield from self.page.code(inner, "python", self.width, Styled(lead))

    def _indented(self, indent: int) -> Iterator[DocumentLine]:
        inner: list[str] = []
        inset = self.items[-1][0] + 6 if self.items else 4
        inset = min(inset, indent)
        while self.at < len(self.source):
            line = self.source[self.at]
            if line.strip() and len(line) - len(line.lstrip(" ")) < inset:
                break
            inner.append(line[inset:])
            self.at += 1
        while inner and not inner[-1].strip():
            inner.pop()
            self.at -= 1
        yield from self.page.code(inner, "", self.width, Styled(self._lead().text + _CODE_INDENT))

    def _table(self, sides: list[str]) -> Iterator[DocumentLine]:
        head = self.source[self.at]
        self.at += 2
        rows: list[str] = []
        while self.at < len(self.source) and len(rows) < MOST_ROWS:
            line = self.source[self.at]
            if not line.strip() or not is_table_line(line):
                break
            rows.append(line)
            self.at += 1
        lead = self._lead().text
        width = self.width - len(lead)
        for row in table_lines(head, sides, rows, width, self.page.inline, self.page.setter):
            yield DocumentLine(lead + row.text, row.role, moved(row.spans, len(lead)))
