"""The pane that shows one entry for reading."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import ClassVar

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.style import Style

from mbtui.bank.entry import Entry
from mbtui.bank.matching import highlight_spans
from mbtui.ui.cells import line_strip
from mbtui.ui.document import DocumentLine, document
from mbtui.ui.glyphs import glyphs
from mbtui.ui.widgets.line_selection import INDENT, LineSelection
from mbtui.ui.widgets.title_row import title_content
from mbtui.ui.wording import title_of

_ROLES = ("title", "meta", "label", "code", "heading", "path", "notice", "dim", "match")
WHEEL_LINES = 3
_BACKTICK = "`"


class EntryView(LineSelection, can_focus=True):
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
        & > .entry--heading { text-style: bold; }
        & > .entry--code { color: $success; }
        & > .entry--path { color: $secondary; }
        & > .entry--notice { color: $warning; }
        & > .entry--dim { color: $foreground 70%; }
        & > .entry--match { color: $warning; text-style: bold underline; }
        &:nocolor > .entry--bar-focused { text-style: bold reverse; }
    }
    """

    class Scrolled(Message):
        """The view shows another part of the entry."""

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
        self._top = 0
        self._lines: Sequence[DocumentLine] = ()
        self._laid_out: tuple[int, int] | None = None

    def show(self, entry: Entry | None, words: Collection[str] = ()) -> None:
        """Show an entry with `words` marked; the same entry keeps its place."""
        same = entry is not None and self.entry is not None and entry.key == self.entry.key
        if same and entry is self.entry and words == self._words:
            return
        self.entry = entry
        self._words = words
        self._laid_out = None
        if not same:
            self._top = 0
            self.forget_selection()
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

    def _lay_out(self) -> None:
        width = max(1, self.size.width - 3)
        wanted = (id(self.entry), width)
        if self._laid_out == wanted:
            return
        self._laid_out = wanted
        lines = document(self.entry, width, self._now(), self._title_by_id) if self.entry else []
        named_above = not self._crumb and cell_len(lines[0].text) <= width - 4 if lines else False
        if named_above and lines[1].role != "title":
            del lines[0]
        self._lines = lines
        self._top = min(self._top, max(0, len(self._lines) - self.page_rows))

    def _style(self, role: str) -> Style:
        return self.get_visual_style(f"entry--{role}") if role in _ROLES else self.visual_style

    def render_line(self, y: int) -> Strip:
        """Draw one line of the pane."""
        self._lay_out()
        width = self.size.width
        if y == 0:
            return self._title_row(width)
        if self.entry is None:
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
        name = title_of(self.entry) if self.entry else "Entry"
        more = ""
        if len(self._lines) > self.page_rows:
            last = len(self._lines) - self.page_rows
            more = f" {100 * self._top // last}%" if self._top else f" {glyphs.below}"
        title = title_content(self._crumb or f"3 {name}", "", width - len(more), self._state)
        gap = " " * (width - title.cell_length - len(more) - 1)
        return line_strip(Content.assemble(title, gap, more), width, style)

    def _content(self, line: DocumentLine) -> Content:
        style = Style() if line.role == "text" else self._style(line.role)
        content = Content.styled(line.text, style)
        if line.role == "text" and _BACKTICK in line.text:
            content = self._with_inline_code(content, line.text)
        for start, end in highlight_spans(line.text, self._words) if self._words else ():
            content = content.stylize(self._style("match"), start, end)
        return Content.assemble(" " * INDENT, content)

    def _with_inline_code(self, content: Content, text: str) -> Content:
        marks = [i for i, char in enumerate(text) if char == _BACKTICK]
        for start, end in zip(marks[::2], marks[1::2], strict=False):
            content = content.stylize(self._style("code"), start, end + 1)
        return content
