"""A file of the bank as it stands there, only shown: what is wrong, where, and the lines around.

For files that are broken, too large, nested too deep or no text at all. What is shown is safe:
control characters and bytes that are no text are marks, long lines are cut.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, cast

from rich.cells import cell_len
from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.worker import get_current_worker

from mbtui.bank.bank import Bank, Problem
from mbtui.bank.safetext import bracketed, safe_line, safe_text
from mbtui.store.excerpt import NOT_THERE, Excerpt
from mbtui.store.files import UnreadableError
from mbtui.ui.cells import Line, fit
from mbtui.ui.glyphs import glyphs
from mbtui.ui.screens.reading import RowsScreen
from mbtui.ui.spans import wrapped
from mbtui.ui.widgets.bars import Footer
from mbtui.ui.widgets.line_pane import LinePane
from mbtui.ui.wording import plural

if TYPE_CHECKING:
    from mbtui.ui.app import MbtuiApp

_NO_TEXT = re.compile("[\udc80-\udcff]")
_ROOM_FOR_REASON = 24
_MOST_REASON_ROWS = 6
_CHARACTERS_PER_CELL = 8
_NARROW = 60


class RawRow(NamedTuple):
    """One row: a line of the file as it is with its number, or without one what is said of it."""

    number: int
    text: str
    role: str = "text"


def shown(line: str) -> str:
    """A line of a file, safe to show: controls and bytes that are not UTF-8 as marks."""
    return safe_text(_NO_TEXT.sub(lambda m: bracketed(f"{ord(m.group()) - 0xDC00:02X}"), line))


def fitted(line: str, width: int, column: int) -> tuple[str, int]:
    """A line in at most `width` cells with a column (0: none) in view, and the cell it is in."""
    start = 0
    if column and cell_len(shown(line[: column - 1][-_CHARACTERS_PER_CELL * width :])) >= width - 1:
        start = max(0, column - 1 - width // 2)
    cut = glyphs.ellipsis if start else ""
    text = fit(cut + shown(line[start : start + _CHARACTERS_PER_CELL * width]), width)
    before = cut + shown(line[start : max(start, column - 1)])
    return text, min(cell_len(before), width - 1)


class RawPane(LinePane):
    """The lines with their numbers, and under the line that is meant what is said of it."""

    DEFAULT_CSS = """
    RawPane > .line-pane--reason { color: $warning; text-style: bold; }
    """
    COMPONENT_CLASSES = {"line-pane--reason"}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__(empty_text=glyphs.dots)
        self._excerpt: Excerpt | None = None
        self._problem = Problem("", "")
        self._rows: list[RawRow] = []
        self._laid_out = 0

    def show(self, excerpt: Excerpt | None, problem: Problem) -> None:
        """Show these lines and what is wrong with them; None: the problem alone.

        The cursor goes to the place of the problem; while that is the same it stays on its line.
        """
        stays = self._excerpt is not None and problem.place == self._problem.place
        line = self.line if stays else problem.line
        self._excerpt, self._problem = excerpt, problem
        self._lay_out()
        self.set_rows_changed(keep_key=False)
        if line:
            self._go_to(line)

    def _go_to(self, number: int) -> None:
        found = [i for i, row in enumerate(self._rows) if row.number]
        index = next((i for i in found if self._rows[i].number >= number), (found or [0])[-1])
        self._place(index, index - self.page_rows // 2)

    @property
    def line(self) -> int:
        """The number of the line under the cursor, 0 without one."""
        return self._rows[self.cursor].number if 0 <= self.cursor < len(self._rows) else 0

    def on_resize(self) -> None:
        """Break what is said for the new width, then do what every pane does."""
        if self.size.width != self._laid_out:
            line = self.line
            self._lay_out()
            self.set_rows_changed()
            if line:
                self._go_to(line)

    @property
    def _gutter(self) -> int:
        return len(str(self._excerpt.last)) if self._excerpt else 1

    def _lay_out(self) -> None:
        self._laid_out = self.size.width
        self._rows = list(self._made_rows(max(8, self.size.width - 1)))

    def _made_rows(self, width: int) -> Iterator[RawRow]:
        excerpt, problem = self._excerpt, self._problem
        reason = safe_line(problem.message[:1000])
        if excerpt is None:
            for part in wrapped(reason, width - 2):
                yield RawRow(0, part, "reason")
            return
        if not problem.line:
            yield from self._reason(reason, width, -1)
        if excerpt.cut_before:
            yield RawRow(0, f"{glyphs.cut_lines} what stands before is not shown", "dim")
        here = min(problem.line, excerpt.last)
        for number, line in enumerate(excerpt.lines, excerpt.first):
            yield RawRow(number, line, "marked" if number == here else "text")
            if number == here:
                column = self._column(number)
                cell = fitted(line, width - self._gutter - 2, column)[1] if column else -1
                yield from self._reason(reason, width, cell)
        if excerpt.cut_behind:
            yield RawRow(0, f"{glyphs.cut_lines} what stands behind is not shown", "dim")

    def _column(self, number: int) -> int:
        """The column that is meant in a line, counted from the start of what is shown of it."""
        if self._excerpt is None or number != self._problem.line:
            return 0
        offset = self._excerpt.offset if number == self._excerpt.first else 0
        return max(0, self._problem.column - offset)

    def _reason(self, reason: str, width: int, cell: int) -> Iterator[RawRow]:
        """What is wrong, under its column: beside the mark where there is room, else below it."""
        front = self._gutter + 2
        mark = " " * (front + max(cell, 0)) + ("^ " if cell >= 0 else "")
        room = width - len(mark)
        if room < min(_ROOM_FOR_REASON, len(reason)):
            yield RawRow(0, mark.rstrip(), "reason")
            mark, room = " " * front, width - front
        for part in islice(wrapped(reason, max(room, 8)), _MOST_REASON_ROWS):
            yield RawRow(0, mark + part, "reason")
            mark = " " * len(mark)

    def row_count(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    def row_key(self, index: int) -> str:
        """The line's number, or the place of what is said."""
        return str(self._rows[index].number or -index - 1)

    def selectable(self, index: int) -> bool:
        """The lines of the file, not what is said of them."""
        return self._rows[index].number > 0

    def render_row(
        self, index: int, width: int, selected: bool, focused: bool
    ) -> Line | Sequence[Line]:
        """The number and the line, cut at the pane's width."""
        row = self._rows[index]
        if not row.number:
            return Content.styled(row.text, self.style_of(row.role))
        number = f"{row.number:>{self._gutter}}  "
        text, _ = fitted(row.text, width - len(number), self._column(row.number))
        if selected:
            return number + text
        gutter = self.style_of("reason" if row.role == "marked" else "dim")
        return Content.assemble((number, gutter), (text, Style()))


class RawView(RowsScreen[None]):
    """A file at the place of a problem; `read` gives its text and runs in a thread."""

    CSS_PATH = "raw.tcss"
    BINDINGS = [  # noqa: RUF012
        Binding("escape,q,left,h", "leave", "Back"),
        Binding("enter,E,o,e", "edit", "Open in the editor"),
        Binding("r", "look", "Read again"),
    ]
    _KEYS = (("Enter", "opens the editor here"), ("r", "reads again"), ("Esc", "back"))
    _SHORT_KEYS = (("Enter", "editor"), ("r", "again"), ("Esc", "back"))

    class Read(Message):
        """What the file holds now; `why_not` says why it cannot be shown."""

        def __init__(self, excerpt: Excerpt | None, why_not: str) -> None:
            super().__init__()
            self.excerpt = excerpt
            self.why_not = why_not

    def __init__(self, problem: Problem, read: Callable[[Problem], Excerpt]) -> None:
        super().__init__()
        self._problem = problem
        self._read = read
        self._why_not = ""
        self._narrow = False

    @property
    def _pane(self) -> RawPane:
        return self.query_one(RawPane)

    def compose(self) -> ComposeResult:
        """The lines over the keys."""
        yield RawPane()
        yield Footer()

    def on_mount(self) -> None:
        """Look at the file."""
        self._show_keys()
        self._look()

    def on_resize(self, event: events.Resize) -> None:
        """Say less of the keys where there is little room."""
        self._narrow = event.size.width < _NARROW
        self._show_keys()

    def _show_keys(self) -> None:
        keys = self._SHORT_KEYS if self._narrow else self._KEYS
        self.query_one(Footer).show_keys("", keys[1:] if self._refused else keys)

    @property
    def _refused(self) -> bool:
        """Whether the file is there and not opened, by the editor neither."""
        return self._why_not not in ("", NOT_THERE)

    @work(thread=True, exclusive=True, group="raw", exit_on_error=False)
    def _look(self) -> None:
        excerpt, why_not = None, ""
        try:
            excerpt = self._read(self._problem)
        except UnreadableError as error:
            why_not = str(error)
        if not get_current_worker().is_cancelled:
            self.post_message(self.Read(excerpt, why_not))

    def on_raw_view_read(self, event: Read) -> None:
        """Show what the file holds."""
        event.stop()
        self._why_not = event.why_not
        pane, problem, excerpt = self._pane, self._problem, event.excerpt
        if event.why_not:
            problem = problem._replace(message=event.why_not, line=0)
        pane.title = safe_line(f"{problem.file}{glyphs.sep}only shown")
        pane.title_right = plural(excerpt.size, "byte") if excerpt is not None else ""
        pane.show(excerpt, problem)
        self._show_keys()

    def bank_changed(self, bank: Bank) -> None:
        """Follow the file: another place in it may be wrong now, or none."""
        problems = cast("MbtuiApp", self.app).all_problems()
        same = [problem for problem in problems if problem.file == self._problem.file]
        if self._problem in same:
            return
        mended = self._problem._replace(message="is mended", line=0, column=0, state="warning")
        blocking = [problem for problem in same if problem.blocks]
        self._problem = blocking[0] if blocking else mended
        self._look()

    def action_leave(self) -> None:
        """Back to what was there before."""
        self.dismiss(None)

    def action_look(self) -> None:
        """Read the file again."""
        self._look()

    def action_edit(self) -> None:
        """Open the file in the user's editor at the line under the cursor."""
        app = cast("MbtuiApp", self.app)
        if self._refused:
            self._say(f"{self._problem.file} {self._why_not}")
            return
        self._say(app.open_in_editor(self._problem.file, self._pane.line))
        self._look()

    def _say(self, message: str) -> None:
        self.query_one(Footer).say(safe_line(message))

    def on_line_pane_chosen(self, event: LinePane.Chosen) -> None:
        """A click chooses nothing here."""
        event.stop()
