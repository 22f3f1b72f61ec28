from __future__ import annotations

from collections.abc import Sequence

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.app import App, ComposeResult
from textual.content import Content
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Input

from mbtui.ui.cells import Line
from mbtui.ui.widgets.line_pane import LinePane
from tests.ui.snapshot import screen_text

pytestmark = pytest.mark.anyio
SIZE = (30, 14)


class Rows(LinePane):
    def __init__(self, rows: Sequence[str], **options: str) -> None:
        super().__init__(**options)
        self.rows = list(rows)
        self.drawn: list[int] = []

    def row_count(self) -> int:
        return len(self.rows)

    def row_key(self, index: int) -> str:
        return self.rows[index]

    def selectable(self, index: int) -> bool:
        return not self.rows[index].startswith("---")

    def render_row(
        self, index: int, width: int, selected: bool, focused: bool
    ) -> Line | Sequence[Line]:
        self.drawn.append(index)
        return self.rows[index]

    def become(self, rows: Sequence[str], keep_key: bool = True) -> None:
        self.rows = list(rows)
        self.set_rows_changed(keep_key)


class PaneApp(App[None]):
    def __init__(self, pane: LinePane) -> None:
        super().__init__()
        self.pane = pane
        self.seen: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.pane
        yield Input()

    def on_mount(self) -> None:
        self.pane.styles.height = 11
        self.pane.focus()

    def on_line_pane_highlighted(self, message: LinePane.Highlighted) -> None:
        self.seen.append(message)

    def on_line_pane_chosen(self, message: LinePane.Chosen) -> None:
        self.seen.append(message)

    def told(self, kind: type[LinePane.RowMessage]) -> list[str | None]:
        return [m.key for m in self.seen if isinstance(m, kind)]


def numbered(count: int) -> list[str]:
    return [f"row {n}" for n in range(count)]


def line(app: App[None], y: int) -> str:
    return screen_text(app).split("\n")[y]


async def test_cursor_stays_on_its_row_and_the_row_stays_in_place() -> None:
    pane = Rows(numbered(50))
    async with PaneApp(pane).run_test(size=SIZE) as pilot:
        pane.move_to(20)
        await pilot.pause()
        y = 1 + pane.cursor - pane.top
        assert line(pilot.app, y) == "▌row 20"
        pane.become(["new a", "new b", *numbered(50)])
        await pilot.pause()
        assert (pane.cursor_key, pane.cursor) == ("row 20", 22)
        assert line(pilot.app, y) == "▌row 20"
        assert line(pilot.app, y - 1) == " row 19"
        pane.become(numbered(50)[15:])
        await pilot.pause()
        assert (pane.cursor_key, pane.cursor) == ("row 20", 5)
        assert line(pilot.app, y) == "▌row 20"


async def test_cursor_takes_the_next_row_left_when_its_own_is_gone() -> None:
    pane = Rows(numbered(30))
    app = PaneApp(pane)
    async with app.run_test(size=SIZE) as pilot:
        pane.move_to(12)
        await pilot.pause()
        y = 1 + pane.cursor - pane.top
        pane.become([row for row in numbered(30) if row not in ("row 3", "row 12", "row 13")])
        await pilot.pause()
        assert pane.cursor_key == "row 14"
        assert line(app, y) == "▌row 14"
        pane.become(numbered(12))
        await pilot.pause()
        assert pane.cursor_key == "row 11"
        assert app.told(LinePane.Highlighted)[-3:] == ["row 12", "row 14", "row 11"]


async def test_cursor_keeps_its_position_when_all_rows_are_others() -> None:
    pane = Rows(numbered(30))
    async with PaneApp(pane).run_test(size=SIZE) as pilot:
        pane.move_to(5)
        await pilot.pause()
        pane.become([f"other {n}" for n in range(20)])
        assert pane.cursor_key == "other 5"
        pane.become(["x", "y"])
        assert pane.cursor_key == "y"
        pane.become([])
        assert (pane.cursor, pane.cursor_key) == (-1, None)
        pane.become(numbered(3))
        assert pane.cursor_key == "row 0"


async def test_view_stays_when_the_cursor_was_scrolled_away() -> None:
    pane = Rows(numbered(100))
    async with PaneApp(pane).run_test(size=SIZE) as pilot:
        pane.scroll_rows(40)
        await pilot.pause()
        assert line(pilot.app, 1) == " row 40"
        pane.become(["new", *(row for row in numbered(100) if row != "row 40")])
        await pilot.pause()
        assert line(pilot.app, 2) == " row 41"
        assert pane.cursor_key == "row 0"


async def test_a_fresh_list_starts_at_its_top() -> None:
    pane = Rows(numbered(100))
    async with PaneApp(pane).run_test(size=SIZE) as pilot:
        pane.end()
        pane.become([*numbered(100), "more"], keep_key=False)
        await pilot.pause()
        assert (pane.cursor_key, pane.top) == ("row 0", 0)


async def test_edge_jumps_half_a_page_and_ends_stay_put() -> None:
    pane = Rows(numbered(100))
    async with PaneApp(pane).run_test(size=SIZE) as pilot:
        assert pane.page_rows == 10
        pane.move_cursor(9)
        assert pane.top == 0
        pane.move_cursor(1)
        assert pane.top == 5
        pane.move_cursor(4)
        assert pane.top == 5
        pane.move_cursor(-10)
        assert (pane.cursor, pane.top) == (4, 0)
        pane.end()
        assert (pane.cursor, pane.top) == (99, 90)
        pane.move_cursor(1)
        assert (pane.cursor, pane.top) == (99, 90)
        await pilot.pause()
        assert line(pilot.app, 10) == "▌row 99"


async def test_pages_move_cursor_and_view_together() -> None:
    pane = Rows(numbered(100))
    async with PaneApp(pane).run_test(size=SIZE):
        pane.move_cursor(3)
        pane.page(1)
        assert (pane.cursor, pane.top) == (13, 10)
        pane.page(0.5)
        assert (pane.cursor, pane.top) == (18, 15)
        pane.page(-1)
        assert (pane.cursor, pane.top) == (8, 5)
        pane.page(-5)
        assert (pane.cursor, pane.top) == (0, 0)
        pane.page(50)
        assert (pane.cursor, pane.top) == (99, 90)


async def test_cursor_steps_over_separators_and_shows_those_above_the_first_row() -> None:
    rows = ["--- top", *numbered(5), "--- middle", *[f"more {n}" for n in range(20)], "--- end"]
    pane = Rows(rows)
    async with PaneApp(pane).run_test(size=SIZE) as pilot:
        assert pane.cursor_key == "row 0"
        pane.move_cursor(5)
        assert pane.cursor_key == "more 0"
        pane.move_cursor(-1)
        assert pane.cursor_key == "row 4"
        pane.end()
        assert pane.cursor_key == "more 19"
        pane.home()
        await pilot.pause()
        assert line(pilot.app, 1) == " --- top"
        assert line(pilot.app, 2) == "▌row 0"
        pane.end()
        pane.move_cursor(-24)
        await pilot.pause()
        assert line(pilot.app, 1) == " --- top"
        pane.move_to(6)
        assert pane.cursor_key == "more 0"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text that is longer than thirty cells", "plain text that is longer th…"),
        ("漢字" * 20, "漢字漢字漢字漢字漢字漢字漢字…"),
        ("a" + "漢字" * 20, "a漢字漢字漢字漢字漢字漢字漢…"),
        ("🎉" * 40, "🎉" * 14 + "…"),
        ("e\u0301" * 40, "e\u0301" * 28 + "…"),
        ("👩\u200d🚀" * 40, "👩\u200d🚀" * 14 + "…"),
        ("🇩🇪" * 40, "🇩🇪" * 14 + "…"),
        ("[/] [b]not[/b] markup", "[/] [b]not[/b] markup"),
        ("first line\nsecond", "first line"),
    ],
    ids=["latin", "cjk", "odd-cjk", "emoji", "combining", "joined", "flags", "markup", "lines"],
)
async def test_rows_are_cut_by_cells_with_an_ellipsis(text: str, shown: str) -> None:
    class Kinds(Rows):
        def render_row(
            self, index: int, width: int, selected: bool, focused: bool
        ) -> Line | Sequence[Line]:
            return [text, Content(text), Text(text)][index]

    async with PaneApp(Kinds(["str", "Content", "Text"])).run_test(size=SIZE) as pilot:
        assert cell_len(shown) <= 29
        for y in (1, 2, 3):
            row = pilot.app.screen._compositor.render_strips()[y]
            assert row.text[1:].rstrip() == shown
            assert row.cell_length == 30


async def test_a_drawn_strip_and_two_lines_per_row() -> None:
    class Tall(Rows):
        row_height = 2

        def render_row(
            self, index: int, width: int, selected: bool, focused: bool
        ) -> Line | Sequence[Line]:
            self.drawn.append(index)
            return [Strip([Segment(self.rows[index], Style(bold=True))]), f"  body {index}"]

    pane = Tall(numbered(20))
    async with PaneApp(pane).run_test(size=(30, 15)) as pilot:
        assert pane.page_rows == 5
        assert [line(pilot.app, y) for y in (1, 2, 3, 4)] == [
            "▌row 0",
            "▌  body 0",
            " row 1",
            "   body 1",
        ]
        assert len(pane.drawn) == len(set(pane.drawn))
        await pilot.click(pane, offset=(4, 6))
        assert pane.cursor_key == "row 2"
        pane.rows[2] = "renamed"
        pane.refresh_row(2)
        await pilot.pause()
        assert line(pilot.app, 5) == "▌renamed"


async def test_click_moves_and_click_on_the_cursor_chooses() -> None:
    pane = Rows(["one", "two", "--- not this", "four"])
    app = PaneApp(pane)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.click(pane, offset=(3, 2))
        assert app.told(LinePane.Highlighted) == ["one", "two"]
        assert app.told(LinePane.Chosen) == []
        await pilot.click(pane, offset=(3, 3))
        await pilot.click(pane, offset=(3, 9))
        await pilot.click(pane, offset=(3, 0))
        assert pane.cursor_key == "two"
        assert app.told(LinePane.Chosen) == []
        await pilot.click(pane, offset=(3, 2))
        assert app.told(LinePane.Chosen) == ["two"]
        chosen = app.seen[-1]
        assert isinstance(chosen, LinePane.Chosen)
        assert (chosen.control, chosen.index) == (pane, 1)


async def test_double_click_chooses_once() -> None:
    pane = Rows(["one", "two"])
    app = PaneApp(pane)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.double_click(pane, offset=(3, 2))
        assert app.told(LinePane.Chosen) == ["two"]
        await pilot.double_click(pane, offset=(3, 2))
        await pilot.pause()
        assert app.told(LinePane.Chosen) == ["two", "two"]


async def test_wheel_scrolls_and_leaves_the_cursor() -> None:
    from textual.events import MouseScrollDown, MouseScrollUp

    pane = Rows(numbered(50))
    async with PaneApp(pane).run_test(size=SIZE) as pilot:
        for event, first in ((MouseScrollDown, " row 3"), (MouseScrollUp, "▌row 0")):
            pane.post_message(event(pane, 2, 2, 0, 0, 0, False, False, False))
            await pilot.pause()
            assert line(pilot.app, 1) == first
            assert pane.cursor_key == "row 0"


async def test_empty_pane_says_so() -> None:
    pane = Rows([], empty_text="Nothing here yet. Press a to add [b]one[/b].", title="Issues")
    async with PaneApp(pane).run_test(size=SIZE) as pilot:
        assert screen_text(pilot.app).split("\n")[:4] == [
            " Issues",
            " Nothing here yet. Press a to",
            " add [b]one[/b].",
            "",
        ]
        pane.move_cursor(1)
        pane.page(1)
        pane.end()
        await pilot.click(pane, offset=(3, 3))
        assert pane.cursor == -1
        pane.become(["first"])
        await pilot.pause()
        assert line(pilot.app, 1) == "▌first"


async def test_title_row_shows_focus_without_colour() -> None:
    pane = Rows(["one"], title="Current Issues · 18", title_right="updated ↓")
    async with PaneApp(pane).run_test(size=SIZE) as pilot:
        assert line(pilot.app, 0) == " Current Issues · 18"
        focused = pilot.app.screen._compositor.render_strips()[:2]
        await pilot.press("tab")
        blurred = pilot.app.screen._compositor.render_strips()[:2]
        assert [s.style.bold for s in focused[0] if s.style] != [
            s.style.bold for s in blurred[0] if s.style
        ]
        assert line(pilot.app, 1) == "▏one"
        pane.title, pane.title_right = Content("Known Issues"), "a very long text on the right"
        await pilot.pause()
        assert line(pilot.app, 0) == " Known Issues"


async def test_many_rows_cost_what_is_visible() -> None:
    pane = Rows(numbered(10_000))
    async with PaneApp(pane).run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert set(pane.drawn) == set(range(10))
        pane.drawn.clear()
        pane.move_cursor(1)
        await pilot.pause()
        assert sorted(pane.drawn) == [0, 1]
        pane.drawn.clear()
        pane.end()
        await pilot.pause()
        assert sorted(pane.drawn) == list(range(9_990, 10_000))
        pane.drawn.clear()
        pane.become(["new", *numbered(10_000)])
        await pilot.pause()
        assert len(pane.drawn) == 10
        assert pane.cursor_key == "row 9999"


async def test_resize_keeps_the_cursor_in_view() -> None:
    pane = Rows(numbered(100))
    async with PaneApp(pane).run_test(size=SIZE) as pilot:
        pane.move_to(9)
        pane.styles.height = 5
        await pilot.pause()
        await pilot.pause()
        assert (pane.page_rows, pane.cursor, pane.top) == (4, 9, 6)
        assert line(pilot.app, 4) == "▌row 9"
        pane.styles.height = 9
        await pilot.pause()
        await pilot.pause()
        assert line(pilot.app, 1 + 9 - pane.top) == "▌row 9"


async def test_only_the_last_of_many_moves_is_told() -> None:
    pane = Rows(numbered(100))
    app = PaneApp(pane)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        app.seen.clear()
        for _ in range(40):
            pane.move_cursor(1)
        await pilot.pause()
        assert app.told(LinePane.Highlighted) == ["row 40"]
