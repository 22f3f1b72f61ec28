"""A pane that draws its rows line by line: the base of every list on the screen."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.text import Text
from textual import events
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from mbtui.ui.cells import Line, line_strip
from mbtui.ui.glyphs import glyphs
from mbtui.ui.lazy_styles import LazyStyles
from mbtui.ui.widgets.row_view import RowView
from mbtui.ui.widgets.title_row import title_content

WHEEL_ROWS = 3


class LinePane(LazyStyles, can_focus=True):
    """Rows of constant height under a title row, with a cursor and a scroll offset of its own.

    Subclasses give `row_count`, `row_key` and `render_row`, and call `set_rows_changed` after
    their data changed. Only visible rows are ever asked for. No keys are bound here.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "line-pane--title",
        "line-pane--title-focused",
        "line-pane--cursor",
        "line-pane--cursor-blurred",
        "line-pane--dim",
    }
    DEFAULT_CSS = """
    LinePane {
        background: $background;
        color: $foreground;
        & > .line-pane--title { color: $foreground 70%; background: $surface; }
        & > .line-pane--title-focused {
            color: $block-cursor-foreground;
            background: $block-cursor-background;
            text-style: bold;
        }
        & > .line-pane--cursor {
            color: $block-cursor-foreground;
            background: $block-cursor-background;
            text-style: $block-cursor-text-style;
        }
        & > .line-pane--cursor-blurred {
            color: $block-cursor-blurred-foreground;
            background: $block-cursor-blurred-background;
            text-style: $block-cursor-blurred-text-style;
        }
        & > .line-pane--dim { color: $foreground 70%; }
        &:nocolor > .line-pane--title-focused { text-style: bold reverse; }
        &:nocolor > .line-pane--cursor { text-style: bold reverse; }
        &:nocolor > .line-pane--cursor-blurred { text-style: underline; }
        &:ansi > .line-pane--cursor-blurred { text-style: underline; }
    }
    """

    row_height: int = 1
    """Lines per row; the same for all rows of a pane."""
    takes_keys_of: Widget | None = None
    """Another widget whose keys move the cursor: the pane looks focused while that one is."""

    class RowMessage(Message):
        """A message about one row of a pane."""

        def __init__(self, pane: LinePane, key: str | None, index: int) -> None:
            super().__init__()
            self.pane = pane
            self.key = key
            """Key of the row; None when the pane has no row under the cursor."""
            self.index = index
            """Position of the row, or -1."""

        @property
        def control(self) -> LinePane:
            """The pane."""
            return self.pane

    class Highlighted(RowMessage):
        """The cursor came to rest on another row. A later one takes the place of an earlier."""

        def can_replace(self, message: Message) -> bool:
            """Whether `message` tells the same about the same pane."""
            return isinstance(message, LinePane.Highlighted) and message.pane is self.pane

    class Chosen(RowMessage):
        """A row was clicked while under the cursor, double-clicked, or `choose` was called."""

    def __init__(
        self,
        *,
        title: str | Content = "",
        title_right: str | Content = "",
        empty_text: str = "",
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._title = title
        self._title_right = title_right
        self._state: Sequence[str] = ()
        self._empty_text = empty_text
        self._view = RowView(self)
        self._announced: str | None = None
        self._chosen_in_chain = False
        self._drawn: tuple[tuple[object, ...], list[Strip]] | None = None

    # What a subclass gives

    def row_count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def row_key(self, index: int) -> str:
        """What identifies a row when the rows around it change."""
        raise NotImplementedError

    def render_row(
        self, index: int, width: int, selected: bool, focused: bool
    ) -> Line | Sequence[Line]:
        """The lines of a row, `row_height` of them; text wider than `width` cells is cut."""
        raise NotImplementedError

    def selectable(self, index: int) -> bool:
        """Whether the cursor may rest on a row; False for separators."""
        return True

    def find_keys(self, keys: Collection[str]) -> dict[str, int]:
        """The positions of those keys that are there; a subclass with a map answers faster."""
        wanted = set(keys)
        found: dict[str, int] = {}
        for index in range(self.row_count()):
            if len(found) == len(wanted):
                break
            if (key := self.row_key(index)) in wanted:
                found[key] = index
        return found

    # State

    @property
    def cursor(self) -> int:
        """Position of the row under the cursor, or -1."""
        return self._view.cursor

    @property
    def cursor_key(self) -> str | None:
        """Key of the row under the cursor."""
        return self._view.cursor_key

    @property
    def top(self) -> int:
        """Position of the first row shown."""
        return self._view.top

    @property
    def page_rows(self) -> int:
        """How many rows fit whole, at least 1."""
        return max(1, (self.size.height - 1) // self.row_height)

    @property
    def title(self) -> str | Content:
        """Left of the title row; safe text."""
        return self._title

    @title.setter
    def title(self, title: str | Content) -> None:
        self._title = title
        self._refresh_lines(0, 1)

    def show_title(self, title: str | Content, state: Sequence[str]) -> None:
        """Show a title and, at the right end of its row, words on the state of the bank."""
        if (title, state) != (self._title, self._state):
            self._state = state
            self.title = title

    @property
    def title_right(self) -> str | Content:
        """Right of the title row; left out where there is no room."""
        return self._title_right

    @title_right.setter
    def title_right(self, title: str | Content) -> None:
        self._title_right = title
        self._refresh_lines(0, 1)

    @property
    def empty_text(self) -> str:
        """Shown dimmed while there are no rows."""
        return self._empty_text

    @empty_text.setter
    def empty_text(self, text: str) -> None:
        self._empty_text = text
        self.refresh()

    @property
    def looks_focused(self) -> bool:
        """Whether keys move the cursor of this pane now."""
        if not self.screen.is_current:
            return False
        return any(w is not None and w.has_focus for w in (self, self.takes_keys_of))

    def index_at(self, y: int) -> int | None:
        """The row drawn at line `y` of the pane, or None."""
        index = self._view.top + (y - 1) // self.row_height
        return index if y >= 1 and index < self.row_count() else None

    # Changes

    def set_rows_changed(self, keep_key: bool = True) -> None:
        """Follow a change of the rows: same row under the cursor, same place on the screen.

        If that row is gone the cursor takes the next visible row that is left, else the same
        position. If the cursor was scrolled out of view, the first visible row stays in place.
        `keep_key=False` starts at the first row.
        """
        self._view.page_rows = self.page_rows
        if keep_key:
            self._view.follow()
        else:
            self._view.cursor = self._view.nearest(0, 1)
            self._view.scroll_to(0)
        self._remember()
        self.refresh()

    def refresh_row(self, index: int) -> None:
        """Draw one row again, if it is visible."""
        self._refresh_lines(1 + (index - self._view.top) * self.row_height, self.row_height)

    def move_cursor(self, delta: int) -> None:
        """Move by so many selectable rows, down if positive; stops at the ends."""
        step = 1 if delta > 0 else -1
        index = self._view.cursor
        for _ in range(abs(delta)):
            following = self._view.next_selectable(index + step, step)
            if following is None:
                break
            index = following
        self._place(index, self._view.top)

    def move_to(self, index: int) -> None:
        """Put the cursor on a row, or the nearest selectable one."""
        self._place(self._view.nearest(index, 1), self._view.top)

    def home(self) -> None:
        """Put the cursor on the first row."""
        self._place(self._view.nearest(0, 1), 0)

    def end(self) -> None:
        """Put the cursor on the last row."""
        last = self.row_count() - 1
        self._place(self._view.nearest(last, -1), last)

    def page(self, pages: float) -> None:
        """Move cursor and view by pages, down if positive; 0.5 is half a page."""
        rows = int(self.page_rows * pages) or (1 if pages > 0 else -1)
        index = self._view.nearest(self._view.cursor + rows, 1 if rows > 0 else -1)
        self._place(index, self._view.top + rows)

    def scroll_rows(self, delta: int) -> bool:
        """Scroll without moving the cursor; whether anything moved."""
        before = self._view.top
        self._view.scroll_to(before + delta)
        if self._view.top == before:
            return False
        self._remember()
        self.refresh()
        return True

    def choose(self) -> None:
        """Post `Chosen` for the row under the cursor."""
        if self.cursor >= 0:
            self.post_message(self.Chosen(self, self.cursor_key, self.cursor))

    def _place(self, index: int, top: int) -> None:
        """Put the cursor on `index` with the view at `top`, or where the cursor is visible."""
        before, top_before = self._view.cursor, self._view.top
        self._view.cursor, self._view.page_rows = index, self.page_rows
        self._view.scroll_to(top)
        self._view.reveal(jump=True)
        if self._view.top != top_before:
            self.refresh()
        elif index != before:
            self.refresh_row(before)
            self.refresh_row(index)
        self._remember()

    def _remember(self) -> None:
        self._view.remember()
        if self.is_running and self.cursor_key != self._announced:
            self._announced = self.cursor_key
            self.post_message(self.Highlighted(self, self.cursor_key, self.cursor))

    # Events

    def on_mount(self) -> None:
        """Show the rows that were there before the pane was."""
        self.set_rows_changed()

    def on_resize(self) -> None:
        """Keep the cursor in view if it was."""
        was_in_view, top = self._view.remembers_in_view(), self._view.top
        self._view.page_rows = self.page_rows
        self._view.scroll_to(top)
        if was_in_view:
            self._view.reveal(jump=False)
        self._remember()
        if self._view.top != top:
            self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the row, or choose the row under the cursor."""
        offset = event.get_content_offset(self)
        index = None if offset is None else self.index_at(offset.y)
        if event.chain == 1:
            self._chosen_in_chain = False
        if index is None or not self.selectable(index):
            return
        event.stop()
        if index != self.cursor:
            self._place(index, self._view.top)
        elif not self._chosen_in_chain:
            self._chosen_in_chain = True
            self.choose()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll towards the end."""
        if self.scroll_rows(WHEEL_ROWS):
            event.stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll towards the start."""
        if self.scroll_rows(-WHEEL_ROWS):
            event.stop()

    # Drawing

    def _refresh_lines(self, y: int, height: int) -> None:
        visible = Region(0, y, self.size.width, height).intersection(self.size.region)
        self._drawn = None
        if visible:
            self.refresh(visible)

    def style_of(self, name: str) -> Style:
        """The style of a component class, `name` without its `line-pane--`."""
        component = f"line-pane--{name}"
        style = self.get_visual_style(component)
        reverse = self.get_component_styles(component).text_style.reverse
        return style + Style(reverse=True) if reverse else style

    def render_line(self, y: int) -> Strip:
        """Draw one line of the pane."""
        width = self.size.width
        if y == 0:
            return self._render_title(width)
        index = self.index_at(y)
        if index is not None:
            return self._render_row(index, width)[(y - 1) % self.row_height]
        if self.row_count() == 0 and self._empty_text:
            lines = Content(self._empty_text).wrap(max(1, width - 2))
            if y - 1 < len(lines):
                return line_strip(Content(" ") + lines[y - 1], width, self.style_of("dim"))
        return Strip.blank(width, self.visual_style.rich_style)

    def _render_title(self, width: int) -> Strip:
        style = self.style_of("title-focused" if self.looks_focused else "title")
        goes_further = 0 < self.page_rows < self.row_count() - self._view.top
        more = glyphs.below if goes_further else ""
        title = title_content(self._title, self._title_right, width, self._state, more)
        return line_strip(title, width, style)

    def _render_row(self, index: int, width: int) -> list[Strip]:
        selected, focused = index == self.cursor, self.looks_focused
        drawn_for = (index, width, selected, focused, self.app.theme)
        if self._drawn is not None and self._drawn[0] == drawn_for:
            return self._drawn[1]
        style, marker = self.visual_style, " "
        if selected:
            style = self.style_of("cursor" if focused else "cursor-blurred")
            marker = glyphs.cursor if focused else glyphs.cursor_blurred
        column = Strip([Segment(marker, style.rich_style)], 1)
        rendered = self.render_row(index, width - 1, selected, focused)
        lines = [rendered] if isinstance(rendered, str | Content | Text | Strip) else [*rendered]
        lines += [""] * (self.row_height - len(lines))
        strips = [Strip.join([column, line_strip(line, width - 1, style)]) for line in lines]
        self._drawn = (drawn_for, strips) if self.row_height > 1 else None
        return strips
