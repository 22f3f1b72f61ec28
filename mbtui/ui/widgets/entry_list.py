"""The pane of entries, and the one of search results."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.style import Style

from mbtui.bank.entry import Entry
from mbtui.bank.matching import highlight_spans, match_of
from mbtui.bank.safetext import safe_line
from mbtui.ui.cells import Line, fit, fits, pad
from mbtui.ui.glyphs import glyphs, own_ends
from mbtui.ui.widgets.line_pane import LinePane
from mbtui.ui.wording import badge, title_of

if TYPE_CHECKING:
    from mbtui.bank.query import Query

BADGE_WIDTH, _SHORT_BADGE, _ROOMY = 12, 8, 40
"""Cells of the word beside a title, in a narrow list too, and from how many a list is roomy."""
MARK = "*"
"""In front of a marked entry; a sign that every terminal has."""
_MIN_TITLE = 14


class EntryList(LinePane):
    """Entries, one a line: title and a short word on its state; closed ones are dimmed."""

    DEFAULT_CSS = """
    EntryList > .line-pane--match { color: $warning; text-style: bold underline; }
    EntryList > .line-pane--grave { color: $error; }
    EntryList > .line-pane--marked { color: $accent; text-style: bold; }
    """
    COMPONENT_CLASSES = {  # noqa: RUF012
        "line-pane--match",
        "line-pane--grave",
        "line-pane--marked",
    }

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(title="2 Entries", id=id)
        self.entries: Sequence[Entry] = ()
        self._positions: dict[str, int] | None = None
        self._name: str = "2 Entries"
        self._marked: frozenset[str] = frozenset()
        self._drifted: frozenset[str] = frozenset()
        self._news: frozenset[str] = frozenset()
        self._fresh = ""
        self._words_of: Mapping[str, str] = {}

    def name_it(self, name: str) -> None:
        """Title the pane; how many entries are marked stands beside it, where it is not cut."""
        self._name = name
        count = f"{len(self._marked):,} marked" if self._marked else ""
        title = glyphs.sep.join(filter(None, (name, count)))
        if count and not fits(title, self.size.width - 2):
            title = f"{count}{glyphs.sep}{name.removeprefix('2 ')}"
        if title != self.title:
            self.title = title

    def on_resize(self) -> None:
        """Put first in the title what would be cut at its end."""
        self.name_it(self._name)

    def show_marks(self, keys: Collection[str]) -> None:
        """Show which entries are marked, listed or not."""
        changed = self._marked.symmetric_difference(keys)
        self._marked = frozenset(keys)
        self.name_it(self._name)
        for index in self.find_keys(changed).values():
            self.refresh_row(index)

    def show_drifted(self, keys: Collection[str]) -> None:
        """Show from which entries the code went away, listed or not."""
        changed = self._drifted.symmetric_difference(keys)
        self._drifted = frozenset(keys)
        for index in self.find_keys(changed).values():
            self.refresh_row(index)

    def show_news(self, keys: Collection[str], fresh: str = "") -> None:
        """Show which entries others changed, listed or not, and which of them `fresh`, just now."""
        changed = self._news.symmetric_difference(keys)
        if fresh != self._fresh:
            changed |= {fresh, self._fresh}
        self._news, self._fresh = frozenset(keys), fresh
        for index in self.find_keys(changed).values():
            self.refresh_row(index)

    def show_words(self, words: Mapping[str, str]) -> None:
        """Show these words at the right end of rows, by key, in place of the usual ones."""
        if words != self._words_of:
            self._words_of = words
            self.refresh()

    def show(self, entries: Sequence[Entry], *, keep: bool = True) -> None:
        """Show these entries; with `keep` the cursor stays on its entry and its line."""
        self.entries = entries
        self._positions = None
        self.set_rows_changed(keep_key=keep)

    @property
    def current(self) -> Entry | None:
        """The entry under the cursor."""
        return self.entries[self.cursor] if 0 <= self.cursor < len(self.entries) else None

    def row_count(self) -> int:
        """How many entries are listed."""
        return len(self.entries)

    def row_key(self, index: int) -> str:
        """The entry's key."""
        return self.entries[index].key

    def find_keys(self, keys: Collection[str]) -> dict[str, int]:
        """The positions of those keys that are listed."""
        if self._positions is None:
            self._positions = {entry.key: i for i, entry in enumerate(self.entries)}
        positions = self._positions
        return {key: positions[key] for key in keys if key in positions}

    def go_to(self, key: str) -> bool:
        """Put the cursor on the entry with this key; whether it is listed."""
        found = self.find_keys([key])
        if key in found:
            self.move_to(found[key])
        return key in found

    def render_row(
        self, index: int, width: int, selected: bool, focused: bool
    ) -> Line | Sequence[Line]:
        """The title, and at the right end the severity or status."""
        return self.title_line(self.entries[index], width, selected, ())

    def title_line(
        self, entry: Entry, width: int, selected: bool, words: Collection[str]
    ) -> Content:
        """One entry's line, with `words` marked in its title."""
        told = self._words_of.get(entry.key, "")
        word = fit(told or badge(entry), BADGE_WIDTH if width >= _ROOMY else _SHORT_BADGE)
        room = width - 2 - (len(word) + 2 if word and width > _MIN_TITLE + BADGE_WIDTH else 0)
        doubt = glyphs.closed if entry.closed and room == width - 2 else ""
        doubt = glyphs.drifted if entry.key in self._drifted else doubt
        doubt = glyphs.news if entry.key in self._news else doubt
        doubt = "!" if entry.problems or entry.archived_twin else doubt
        marked = entry.key in self._marked
        mark = f"{MARK}{doubt or ' '}" if marked else f"{doubt or ' '} "
        title = fit(title_of(entry), room)
        dim = Style() if selected else self.style_of("dim")
        style = dim if entry.closed else Style()
        style = self.style_of("marked") if entry.key == self._fresh and not selected else style
        body = Content.styled(pad(title, room), style)
        body = self.marked(body, title, words)
        line = Content.assemble(
            (mark, self.style_of("marked") if marked and not selected else Style()), body
        )
        if room < width - 2:
            grave = entry.severity in ("critical", "high") and not entry.closed and not selected
            grave = grave and not told
            line = Content.assemble(line, " ", (word, self.style_of("grave") if grave else dim))
        return line

    def marked(self, content: Content, text: str, words: Collection[str]) -> Content:
        """`content` with the words marked where they occur in `text`."""
        for start, end in highlight_spans(text, words) if words else ():
            content = content.stylize(self.style_of("match"), start, end)
        return content


def with_match_in_view(line: str, words: Collection[str], room: int) -> str:
    """A line without so much of its start that the first match stands within `room` cells."""
    spans = highlight_spans(line, words)
    if not spans or cell_len(line[: spans[0][1]]) <= room:
        return line
    return glyphs.ellipsis + line[max(0, spans[0][0] - room // 4) :].lstrip()


class ResultList(EntryList):
    """What a search found: each entry with the line that matched under its title."""

    row_height = 2

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.query_shown: Query | None = None

    def show_results(self, query: Query, entries: Sequence[Entry], *, keep: bool) -> None:
        """Show what `query` found."""
        self.query_shown = query
        self.show(entries, keep=keep)

    def render_row(
        self, index: int, width: int, selected: bool, focused: bool
    ) -> Line | Sequence[Line]:
        """The title line, and dimmed the kind and the line that matched."""
        entry = self.entries[index]
        words = self.query_shown.words if self.query_shown else ()
        first = self.title_line(entry, width, selected, words)
        where, line = safe_line(entry.kind.title), ""
        if self.query_shown is not None and words:
            match = match_of(entry, self.query_shown)
            line = "" if match.field == "title" else own_ends(safe_line(match.line))
        prefix = f"    {where}" + (glyphs.sep if line else "")
        line = with_match_in_view(line, words, width - cell_len(prefix))
        text = fit(prefix + line, width)
        dim = Style() if selected else self.style_of("dim")
        second = Content.styled(text, dim)
        if line:
            start = len(prefix)
            for a, b in highlight_spans(text[start:], words):
                second = second.stylize(self.style_of("match"), start + a, start + b)
        return [first, second]
