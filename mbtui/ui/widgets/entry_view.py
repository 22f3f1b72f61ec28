"""The pane that shows one entry for reading."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.style import Style

from mbtui.bank.entry import Entry
from mbtui.bank.matching import highlight_spans
from mbtui.ui.cells import line_strip
from mbtui.ui.entry_notes import NO_NOTES, EntryNotes
from mbtui.ui.glyphs import glyphs
from mbtui.ui.lazy_styles import LazyStyles
from mbtui.ui.spans import DocumentLine, Link
from mbtui.ui.widgets.line_selection import INDENT, LineSelection
from mbtui.ui.widgets.title_row import title_content
from mbtui.ui.wording import title_of

LINE_ROLES = ("title", "meta", "label", "path", "notice", "dim", "news", "fresh")
CHANGE_ROLES = ("added", "removed")
MARKDOWN_ROLES = (
    *("heading", "subheading", "strong", "emphasis", "strike", "code", "bullet", "quote", "gutter"),
    *("rule", "table-head", "table-key", "link", "url"),
)
SYNTAX_ROLES = ("block", "keyword", "string", "comment", "number", "name")
_ROLES = (*LINE_ROLES, *CHANGE_ROLES, *MARKDOWN_ROLES, *SYNTAX_ROLES, "match", "link-chosen")
WHEEL_LINES = 3


class EntryView(LineSelection, LazyStyles, can_focus=True):
    """One entry, laid out in lines and scrolled by them; follows the entry by its key."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"entry--{role}" for role in _ROLES),
        "entry--bar",
        "entry--bar-focused",
    }
    DEFAULT_CSS = """
    EntryView {
        background: $background;
        color: $foreground;
        & > .entry--bar { color: $foreground 70%; background: $surface; }
        & > .entry--bar-focused {
            color: $block-cursor-foreground;
            background: $block-cursor-background;
            text-style: bold;
        }
        & > .entry--title { text-style: bold; }
        & > .entry--meta { color: $secondary; }
        & > .entry--label { color: $primary; text-style: bold; }
        & > .entry--path { color: $secondary; }
        & > .entry--notice { color: $warning; }
        & > .entry--dim { color: $foreground 70%; }
        & > .entry--news { color: $accent; }
        & > .entry--fresh { color: $accent; text-style: bold reverse; }
        & > .entry--added { color: $success; }
        & > .entry--removed { color: $error; }
        & > .entry--heading { color: $secondary; text-style: bold; }
        & > .entry--subheading { text-style: bold; }
        & > .entry--strong { text-style: bold; }
        & > .entry--emphasis { text-style: italic; }
        & > .entry--strike { text-style: strike; }
        & > .entry--code { color: $success; }
        & > .entry--bullet { color: $primary; text-style: bold; }
        & > .entry--quote { color: $foreground 85%; text-style: italic; }
        & > .entry--gutter { color: $foreground 75%; }
        & > .entry--rule { color: $foreground 75%; }
        & > .entry--table-head { text-style: bold; }
        & > .entry--table-key { color: $secondary; }
        & > .entry--link { color: $primary; text-style: underline; }
        & > .entry--url { color: $foreground 75%; }
        & > .entry--link-chosen {
            color: $block-cursor-foreground;
            background: $block-cursor-background;
            text-style: bold underline;
        }
        & > .entry--keyword { color: $primary; text-style: bold; }
        & > .entry--string { color: $success; }
        & > .entry--comment { color: $foreground 75%; text-style: italic; }
        & > .entry--number { color: $accent; }
        & > .entry--name { color: $secondary; }
        & > .entry--match { color: $warning; text-style: bold underline; }
        &:nocolor > .entry--link-chosen { text-style: bold reverse; }
        &:ansi > .entry--link-chosen { text-style: bold reverse; }
        &:nocolor > .entry--bar-focused { text-style: bold reverse; }
    }
    """

    class Followed(Message):
        """A link was clicked."""

        def __init__(self, link: Link) -> None:
            super().__init__()
            self.link = link

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        title_by_id: Callable[[str], str],
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._now = now
        self._title_by_id = title_by_id
        self.entry: Entry | None = None
        self.empty_text = ""
        self._crumb = ""
        self._state: Sequence[str] = ()
        self._words: Collection[str] = ()
        self._notes = NO_NOTES
        self._other: Callable[[int], Iterable[DocumentLine]] | None = None
        self._other_name = ""
        self._version: object = None
        self._top = 0
        self._lines: list[DocumentLine] = []
        self._rest: Iterator[DocumentLine] = iter(())
        self._laid_out: tuple[int, int, Collection[str]] | None = None
        self._to_match = False
        self._chosen: Link | None = None

    def show(
        self, entry: Entry | None, words: Collection[str] = (), notes: EntryNotes = NO_NOTES
    ) -> None:
        """Show an entry with `words` marked, from the first mark on, and `notes` on its paths.

        The same entry with the same words keeps its place.
        """
        if self._other is not None:
            self._other, self._laid_out, self._top = None, None, 0
            self.refresh()
        same = entry is not None and self.entry is not None and entry.key == self.entry.key
        if same and entry is self.entry and words == self._words and notes == self._notes:
            return
        self._notes = notes
        self._to_match = bool(words) and not (same and words == self._words)
        self.entry = entry
        self._words = words
        self._laid_out = None
        self._chosen = None
        if not same:
            self._top = 0
            self.forget_selection()
        self.refresh()

    def show_lines(
        self, name: str, lines: Callable[[int], Iterable[DocumentLine]], version: object
    ) -> None:
        """Show lines of another kind under a name: `lines` gives them for a width in cells.

        They are asked for again when `version` is another one.
        """
        if self._other is None:
            self.show(None)
            self._other, self._other_name = lines, name
            self._version = None
        self.show_lines_again(version)

    def show_lines_again(self, version: object) -> None:
        """Show such lines as they are now, if they are shown and not of this version already."""
        if self._other is not None and (version is None or version is not self._version):
            self._version = version
            self._laid_out = None
            self.refresh()

    def place(self, crumb: str, state: Sequence[str]) -> None:
        """Head the pane with where the entry is, for a pane that is alone on the screen.

        Without a `crumb` the entry's title heads it. `state` stands at the right end.
        """
        if (crumb, state) != (self._crumb, self._state):
            if bool(crumb) != bool(self._crumb):
                self._laid_out = None
            self._crumb, self._state = crumb, state
            self.refresh()

    @property
    def top(self) -> int:
        """The first line of the entry that is shown."""
        return self._top

    @property
    def page_rows(self) -> int:
        """How many lines fit under the title row."""
        return max(1, self.size.height - 1)

    def scroll_lines(self, delta: int) -> bool:
        """Scroll, down if positive; whether anything moved."""
        self._lay_out()
        self._lay_out_to(self._top + delta + self.page_rows)
        last = max(0, len(self._lines) - self.page_rows)
        top = min(max(self._top + delta, 0), last)
        if top == self._top:
            return False
        self._top = top
        self.refresh(Region(0, 0, self.size.width, self.size.height))
        return True

    def scroll_to_end(self, *, end: bool) -> None:
        """Go to the last line, or the first."""
        self.scroll_lines(10**9 if end else -(10**9))

    def on_mouse_scroll_down(self) -> None:
        """Scroll towards the end."""
        self.scroll_lines(WHEEL_LINES)

    def on_mouse_scroll_up(self) -> None:
        """Scroll towards the start."""
        self.scroll_lines(-WHEEL_LINES)

    # Links

    @property
    def chosen_link(self) -> Link | None:
        """The link that keys act on, if it is in view."""
        rows = self._rows_of_links()
        if self._chosen in rows and self._top <= rows[self._chosen] < self._top + self.page_rows:
            return self._chosen
        return None

    def choose_link(self, step: int) -> Link | None:
        """Choose the next link, or with -1 the one before, and bring it into view.

        Where none is chosen in view, the first or last one in view, else the nearest one in that
        direction. None if there is none.
        """
        rows = self._rows_of_links()
        links = list(rows)
        if (chosen := self.chosen_link) is not None:
            at = links.index(chosen) + step
        elif step > 0:
            at = next((i for i, link in enumerate(links) if rows[link] >= self._top), len(links))
        else:
            end = self._top + self.page_rows
            at = sum(row < end for row in rows.values()) - 1
        if not 0 <= at < len(links):
            return None
        self._chosen = links[at]
        row = rows[links[at]]
        if not self._top <= row < self._top + self.page_rows:
            self.scroll_lines(row - self._top - self.page_rows // 3)
        self.refresh()
        return self._chosen

    def _rows_of_links(self) -> dict[Link, int]:
        """The links in their order, each with its first line."""
        self._lay_out()
        self._lay_out_to(10**9)
        rows: dict[Link, int] = {}
        for row, line in enumerate(self._lines):
            for span in line.spans:
                if span.link is not None:
                    rows.setdefault(span.link, row)
        return rows

    def link_at(self, x: int, y: int) -> Link | None:
        """The link that is drawn in a cell of the pane."""
        index = self._top + y - 1
        if y < 1 or index >= len(self._lines):
            return None
        line = self._lines[index]
        for span in line.spans:
            start = INDENT + cell_len(line.text[: span.start])
            if span.link and start <= x < start + cell_len(line.text[span.start : span.end]):
                return span.link
        return None

    def on_click(self, event: events.Click) -> None:
        """Follow a clicked link."""
        offset = event.get_content_offset(self)
        link = self.link_at(offset.x, offset.y) if offset is not None else None
        if link is not None:
            event.stop()
            self._chosen = link
            self.refresh()
            self.post_message(self.Followed(link))

    # Layout

    def _lay_out(self) -> None:
        width = max(1, self.size.width - 3)
        wanted = (id(self.entry), width, self._words)
        if self._laid_out == wanted:
            return
        self._laid_out = wanted
        self._chosen = None
        self._lines = []
        self._rest = iter(())
        if self.entry is not None:
            self._rest = self._document(self.entry, width)
        self._lay_out_to(self._top + self.page_rows)
        if self._other is not None:
            self._rest = iter(self._other(width))
            self._lay_out_to(10**9)
        lines = [] if self._other is not None else self._lines
        named_above = not self._crumb and cell_len(lines[0].text) <= width - 4 if lines else False
        if named_above and lines[1].role != "title":
            del lines[0]
        if self._to_match:
            self._to_match = False
            self._go_to_match()
        self._lay_out_to(self._top + self.page_rows)
        self._top = min(self._top, max(0, len(self._lines) - self.page_rows))

    def _document(self, entry: Entry, width: int) -> Iterator[DocumentLine]:
        from mbtui.ui.document import document_lines

        now, about = self._now(), self._title_by_id
        return document_lines(entry, width, now, about, self._words, self._notes)

    def _lay_out_to(self, count: int) -> None:
        """Lay out so many lines, and one more that tells whether there is more to see."""
        self._lines += islice(self._rest, max(0, count + 2 - len(self._lines)))

    def _go_to_match(self) -> None:
        """Bring the first marked word into view; of an entry that is named so, the start."""
        self._top = 0
        if self.entry is None or highlight_spans(title_of(self.entry), self._words):
            return
        row = 0
        while row < len(self._lines):
            if any(span.role == "match" for span in self._lines[row].spans):
                self._top = 0 if row < self.page_rows else row - self.page_rows // 3
                return
            row += 1
            self._lay_out_to(row)

    # Drawing

    def _style(self, role: str) -> Style:
        """The style of a role: over that of a line, only what the role says itself."""
        if role not in _ROLES:
            return Style()
        name = f"entry--{role}"
        styles = self.get_component_styles(name)
        text = styles.text_style
        if styles.has_rule("color"):
            style = self.get_visual_style(name)
        else:
            style = Style(
                bold=text.bold, italic=text.italic, underline=text.underline, strike=text.strike
            )
        return style + Style(reverse=True) if text.reverse else style

    def render_line(self, y: int) -> Strip:
        """Draw one line of the pane."""
        self._lay_out()
        width = self.size.width
        if y == 0:
            return self._title_row(width)
        if self.entry is None and self._other is None:
            text = self.empty_text if y == 1 else ""
            return line_strip(f"  {text}", width, self._style("dim"))
        index = self._top + y - 1
        if index >= len(self._lines):
            return Strip.blank(width, self.visual_style.rich_style)
        return self.selectable_line(self._content(self._lines[index]), index, width)

    def selectable_texts(self) -> Iterable[str]:
        """The lines of the entry."""
        return (" " * INDENT + line.text for line in self._lines)

    def _title_row(self, width: int) -> Strip:
        style = self.get_visual_style("entry--bar-focused" if self.has_focus else "entry--bar")
        if self.has_focus and self.get_component_styles("entry--bar-focused").text_style.reverse:
            style += Style(reverse=True)
        name = "Entry" if self._other is None else self._other_name
        name = title_of(self.entry) if self.entry else name
        more = ""
        if len(self._lines) > self.page_rows and not self._top:
            more = glyphs.below
        elif self._top:
            self._lay_out_to(10**9)
            last = max(1, len(self._lines) - self.page_rows)
            more = f"{min(100, 100 * self._top // last)}%"
        title = title_content(self._crumb or f"3 {name}", "", width, self._state, more)
        return line_strip(title, width, style)

    def _content(self, line: DocumentLine) -> Content:
        role = "block" if line.role == "code" else line.role
        content = Content.styled(line.text, self._style(role))
        chosen = self._chosen if self.has_focus else None
        for span in line.spans:
            name = "link-chosen" if chosen is not None and span.link is chosen else span.role
            content = content.stylize(self._style(name), span.start, span.end)
        return Content.assemble(" " * INDENT, content)
