from __future__ import annotations

import random
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from mbtui.ui.cells import clusters, fit, pad
from mbtui.ui.paint import DiffPaint, missing_parts
from tests.ui.paint_app import PaintApp
from tests.ui.terminal import Terminal

ROOT = Path(__file__).resolve().parents[2]
KEYS = "jjjkduGx123hlnbo漢🎉é."
SIZES = [(80, 24), (61, 17), (100, 30), (40, 12), (33, 9), (80, 25)]

Open = Callable[..., Terminal]


@pytest.fixture
def open_app() -> Iterator[Open]:
    terminals: list[Terminal] = []

    def start(paint: str, term: str = "xterm-256color", synchronized: bool = False) -> Terminal:
        env = {"MBTUI_PAINT": paint, "TERM": term, "PYTHONPATH": str(ROOT), "COLORTERM": ""}
        terminal = Terminal(["-m", "tests.ui.paint_app"], env, synchronized=synchronized)
        terminals.append(terminal)
        terminal.until(lambda: "<0 keys 80x24>" in terminal.text())
        return terminal

    yield start
    for terminal in terminals:
        terminal.close()


def shown(terminal: Terminal) -> tuple[object, ...]:
    return terminal.cells(), terminal.cursor()


def agree(stock: Terminal, diff: Terminal, status: str) -> None:
    """Wait until both have got so far, and show the same."""
    stock.until(lambda: status in stock.text())
    diff.until(lambda: status in diff.text())

    def same() -> bool:
        stock.pump(0)
        return shown(stock) == shown(diff)

    try:
        diff.until(same)
    except AssertionError:
        assert stock.text() == diff.text()
        assert stock.cells() == diff.cells()
        raise


@pytest.mark.parametrize("term", ["xterm-256color", "xterm"])
def test_screens_equal_textuals_over_random_keys_and_resizes(open_app: Open, term: str) -> None:
    chance = random.Random(8)
    stock, diff = open_app("textual", term), open_app("diff", term)
    keys, size = 0, "80x24"
    agree(stock, diff, f"<{keys} keys {size}>")
    for _ in range(35):
        if chance.random() < 0.15:
            columns, rows = chance.choice(SIZES)
            size = f"{columns}x{rows}"
            for terminal in (stock, diff):
                terminal.resize(columns, rows)
        else:
            key = chance.choice(KEYS)
            keys += 1
            for terminal in (stock, diff):
                terminal.send(key)
        agree(stock, diff, f"<{keys} keys {size}>")
    for terminal in (stock, diff):
        terminal.settle()
    assert shown(stock) == shown(diff)
    assert len(diff.raw) < len(stock.raw) / 2


def test_cursor_moves_cost_few_bytes(open_app: Open) -> None:
    terminal = open_app("diff")
    terminal.settle()
    costs = []
    for n in range(1, 41):
        before = len(terminal.raw)
        terminal.send("j")
        terminal.until(lambda n=n: f"<{n} keys" in terminal.text())  # type: ignore[misc]
        costs.append(len(terminal.raw) - before)
    assert sorted(costs)[20] <= 500
    assert sum(costs) / len(costs) <= 600


def test_screen_is_whole_after_other_programs_wrote_on_it(open_app: Open) -> None:
    terminal = open_app("diff")
    terminal.settle()
    before = terminal.cells()

    def same_but_status() -> bool:
        return terminal.cells()[:-1] == before[:-1]

    terminal.send("w")
    terminal.until(lambda: b"SOMETHING ELSE" in terminal.raw)
    terminal.until(same_but_status)

    terminal.scribble("\x1b[3;3Hgarbage from somewhere\x1b[20;70Hmore")
    assert not same_but_status()
    terminal.send("r")
    terminal.until(same_but_status)

    terminal.signal(signal.SIGTSTP)
    assert terminal.stopped()
    terminal.pump(0)
    terminal.scribble("\x1b[2J\x1b[5;5H$ fg")
    terminal.signal(signal.SIGCONT)
    terminal.until(same_but_status)

    terminal.resize(80, 24)
    terminal.scribble("\x1b[3;3Hgarbage from somewhere")
    terminal.signal(signal.SIGWINCH)
    terminal.until(same_but_status)


def test_updates_are_bracketed_where_the_terminal_synchronizes(open_app: Open) -> None:
    terminal = open_app("diff", synchronized=True)
    terminal.settle()
    before = len(terminal.raw)
    terminal.send("j")
    terminal.until(lambda: "<1 keys" in terminal.text())
    terminal.settle()
    output = terminal.raw[before:]
    assert output.startswith(b"\x1b[?2026h")
    assert output.endswith(b"\x1b[?2026l")


@pytest.mark.anyio
async def test_run_test_and_screenshots_do_not_see_the_painter() -> None:
    async with PaintApp().run_test(size=(80, 24)) as pilot:
        screenshot = pilot.app.export_screenshot()
        await pilot.press("j", "k")
        assert "hangs&#160;on&#160;NFS" in screenshot
        assert pilot.app.export_screenshot().count("hangs") == screenshot.count("hangs")


def test_private_names_of_textual_are_where_we_expect_them() -> None:
    assert missing_parts() == []


def test_app_paints_by_itself_when_private_names_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    assert PaintApp().cell_paint is not None
    monkeypatch.setenv("MBTUI_PAINT", "textual")
    assert PaintApp().cell_paint is None
    monkeypatch.delenv("MBTUI_PAINT")
    monkeypatch.delattr(LayoutUpdate, "render_segments")
    monkeypatch.delattr("textual._compositor.ChopsUpdate")
    assert missing_parts() == ["textual._compositor.ChopsUpdate"]
    assert PaintApp().cell_paint is None


# The picture, without an app

CONSOLE = Console(color_system="256", force_terminal=True)
RED = Style(color="red", bold=True)
BLUE = Style(bgcolor="blue", link="https://example.org/")


class Glass:
    """A terminal of a few rows, painted by both ways."""

    def __init__(self, width: int = 40, height: int = 4) -> None:
        self.size = width, height
        self.paint = DiffPaint()
        self.screen = pyte.Screen(width, height)
        self.stream = pyte.Stream(self.screen)
        self.screen.reset_mode(7, private=True)

    def rows(self, *rows: list[Segment]) -> list[list[Strip]]:
        width, height = self.size
        strips = [Strip(row).adjust_cell_length(width) for row in rows]
        return [[strip] for strip in strips + [Strip.blank(width)] * (height - len(rows))]

    def show(self, *rows: list[Segment]) -> str:
        update = LayoutUpdate(self.rows(*rows), Region(0, 0, *self.size))  # type: ignore[arg-type]
        output = self.paint.wrap(update).render_segments(CONSOLE)
        assert self.paint.failure is None
        self.stream.feed(output)
        return str(output)

    def text(self, y: int = 0) -> str:
        return "".join(self.screen.buffer[y][x].data for x in range(self.size[0])).rstrip()


def test_a_changed_cell_costs_few_bytes_and_none_costs_nothing() -> None:
    glass = Glass()
    glass.show([Segment("hello world", RED), Segment(" and more", BLUE)])
    assert glass.show([Segment("hello world", RED), Segment(" and more", BLUE)]) == ""
    output = glass.show([Segment("hellO world", RED), Segment(" and more", BLUE)])
    assert len(output) < 60
    assert "O" in output
    assert "world" not in output
    assert glass.text() == "hellO world and more"


def test_near_changes_are_one_run_and_far_ones_two() -> None:
    glass = Glass()
    glass.show([Segment("0123456789abcdefghijklmnopqrst")])
    assert "X34567Y" in glass.show([Segment("01X34567Y9abcdefghijklmnopqrst")])
    far = glass.show([Segment("XX234567Y9abcdefghijklmnopqrsX")])
    assert "9abcdefghijk" not in far


def test_a_change_right_of_a_replaced_wide_character_lands_in_its_column() -> None:
    glass = Glass()
    glass.show([Segment("漢 and some more text")])
    glass.show([Segment("字 and some mode text")])
    assert glass.text() == "字 and some mode text"


def test_forgotten_and_resized_pictures_are_sent_whole() -> None:
    glass = Glass()
    row = [Segment("hello world", RED)]
    glass.show(row)
    glass.paint.forget()
    assert "hello world" in glass.show(row)
    glass.size = 30, 3
    assert "hello world" in glass.show(row)


def test_links_are_closed_and_bad_ones_left_out() -> None:
    glass = Glass()
    output = glass.show([Segment("link", BLUE), Segment(" text")])
    assert output.count("\x1b]8;id=") == 1
    assert output.count("\x1b]8;;\x1b\\") == 1
    evil = Style(link="https://example.org/\x1b]52;c;ZXZpbA==\x07")
    assert "]52" not in glass.show([Segment("other", evil)])


def test_control_characters_never_leave() -> None:
    output = Glass().show([Segment("a\x1b]52;c;x\x07b\x9b31mc\u202ed\te\nf")])
    assert "\x1b]52" not in output
    assert not {"\x9b", "\x07", "\u202e", "\t", "\n"} & set(output)


@pytest.mark.parametrize(
    "doubtful",
    ["👩\u200d🚀", "👨\u200d👩\u200d👧", "❤\ufe0f", "1\ufe0f\u20e3", "🇩🇪", "👍🏽", "क\u093f"],
)
def test_text_after_a_character_of_doubtful_width_stays_in_its_column(doubtful: str) -> None:
    glass = Glass()
    column = 2 + cell_len(doubtful)
    same_tail = "a " + "-" * cell_len(doubtful) + " after"
    for row in (same_tail, f"a {doubtful} after", f"b {doubtful} after", f"b {doubtful} often"):
        glass.show([Segment(row)])
        line = [glass.screen.buffer[0][x].data for x in range(40)]
        assert "".join(line[column:]).rstrip() == row[-6:]
        assert line[0] == row[0]


ALPHABET = st.sampled_from(["a", "b", " ", "漢", "字", "🎉", "e\u0301", "é", "▌", "…"])
TEXTS = st.lists(ALPHABET, min_size=1).map("".join)
STYLES = st.sampled_from([None, RED, BLUE, Style(reverse=True), Style(bgcolor="grey19")])
ROWS = st.lists(
    st.lists(st.tuples(TEXTS, STYLES).map(lambda pair: Segment(*pair)), max_size=4),
    max_size=3,
)


@given(st.lists(ROWS, min_size=2, max_size=5))
def test_any_change_shows_what_painting_anew_shows(screens: list[list[list[Segment]]]) -> None:
    glass = Glass(21, 3)
    for rows in screens:
        glass.show(*rows)
        fresh = Glass(21, 3)
        fresh.stream.feed(
            LayoutUpdate(fresh.rows(*rows), Region(0, 0, 21, 3)).render_segments(CONSOLE)  # type: ignore[arg-type]
        )
        for y in range(3):
            for x in range(21):
                assert glass.screen.buffer[y][x] == fresh.screen.buffer[y][x]


def test_a_part_painted_over_half_a_wide_character() -> None:
    glass = Glass(10, 1)
    glass.show([Segment("漢字漢字漢")])
    chops = [{0: None, 3: Strip([Segment("abc")]), 6: None}]
    update = ChopsUpdate(chops, [(0, 3, 6)], [[3, 6, 10]])  # type: ignore[list-item]
    glass.stream.feed(glass.paint.wrap(update).render_segments(CONSOLE))
    assert [glass.screen.buffer[0][x].data for x in (3, 4, 5)] == ["a", "b", "c"]
    glass.show([Segment("漢字漢字漢")])
    assert glass.text() == "漢字漢字漢"


@given(st.text(), st.integers(0, 20))
def test_clusters_and_fitting_add_up(text: str, width: int) -> None:
    text = text.replace("\u200d", "")
    parts = clusters(text)
    assert "".join(part for part, _ in parts) == text
    assert sum(cells for _, cells in parts) == cell_len(text)
    assert cell_len(fit(text, width)) <= width
    assert cell_len(pad(text, width)) == width
    assert cell_len(pad(text, width, right=True)) == width
