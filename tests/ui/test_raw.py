"""A file as it stands on the disk, at the place of what is wrong in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from mbtui.bank.bank import Problem
from mbtui.bank.safetext import is_safe
from mbtui.ui.screens.dialogs import Pick
from mbtui.ui.screens.raw import RawView, fitted, shown
from tests.ui.conftest import OpenApp
from tests.ui.driving import MEDIUM, NARROW, WIDE, Ui

pytestmark = pytest.mark.anyio


def marked(ui: Ui) -> int:
    """The screen row of the line under the cursor."""
    (row,) = (i for i, text in enumerate(ui.rows) if text.startswith("▌"))
    return row


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=str)
async def test_it_opens_at_the_place_with_the_reason_under_it(
    open_app: OpenApp, size: tuple[int, int]
) -> None:
    async with open_app(size) as ui:
        text = ui.on_disk().replace('status = "fixed"', 'status "fixed"', 1)
        ui.file().write_text(text)
        await ui.reload()
        (problem,) = ui.app.bank.broken_files
        assert "! shows it" in " ".join(ui.text.split())
        assert problem.place in " ".join(ui.text.split())
        await ui.press("exclamation_mark")
        row = marked(ui)
        assert ui.rows[row].split() == [f"▌{problem.line}", "status", '"fixed"']
        assert ui.rows[row + 1].index("^") == ui.rows[row].index('"')
        assert "is not TOML: key with no" in ui.rows[row + 1]
        await ui.press("g")
        assert ui.rows[marked(ui)][1:].split() == ["1", *text.split("\n")[0].split()]
        await ui.press("G", "j")
        assert str(len(text.splitlines())) in ui.rows[marked(ui)]
        await ui.press("escape")
        assert ui.app.screen is ui.main


async def test_of_several_problems_one_is_chosen(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        ui.file().write_text("[[x\n")
        ui.file("project-context.toml").write_text("a = 1\nb = = 2\n")
        await ui.reload()
        await ui.press("exclamation_mark")
        ui.on(Pick)
        await ui.type("project")
        await ui.press("enter")
        assert "b = = 2" in ui.rows[marked(ui)]


async def test_it_follows_the_file(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        good = ui.on_disk()
        ui.file().write_text("a = 1\nb = = 2\n")
        await ui.reload()
        await ui.press("exclamation_mark")
        assert "b = = 2" in ui.rows[marked(ui)]
        ui.file().write_text("# new\na = 1\n\nb = 2\nc = = 3\n")
        await ui.reload()
        assert "c = = 3" in ui.rows[marked(ui)]
        ui.file().write_text(good)
        await ui.reload()
        assert "is mended" in ui.text
        await ui.press("q")
        assert not ui.app.bank.broken_files


async def test_the_cursor_stays_where_it_was_when_the_file_is_read_again(open_app: OpenApp) -> None:
    async with open_app(NARROW) as ui:
        ui.file().write_text("".join(f"a{n} = 1\n" for n in range(99)) + "b = = 2\n")
        await ui.reload()
        await ui.press("exclamation_mark", "k", "k", "k", "r")
        assert "a96 = 1" in ui.rows[marked(ui)]
        await ui.press("pageup")
        row = ui.rows[marked(ui)]
        await ui.pilot.resize_terminal(60, 20)
        await ui.settle()
        assert ui.rows[marked(ui)] == row


async def test_a_place_far_to_the_right_is_in_view(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        ui.file().write_text("x = [" + '"é", ' * 2000 + "= 1]\n")
        await ui.reload()
        await ui.press("exclamation_mark")
        row = marked(ui)
        assert ui.rows[row].split()[1].startswith("…")
        at = ui.rows[row + 1 if "^" in ui.rows[row + 1] else row].index("^")
        assert ui.rows[row][at] == "="


async def test_a_problem_without_a_line_stands_above(open_app: OpenApp) -> None:
    async with open_app(NARROW) as ui:
        ui.app.show_file(Problem("bank.toml", "views should be written [views], found a text"))
        await ui.settle()
        assert "views should be written" in ui.rows[1]
        assert "▌ 1  # The memory bank" in ui.text


async def test_keys_that_open_nothing_say_nothing(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        ui.app.show_file(Problem("known-issues.toml", "wrong", 3, 1))
        await ui.settle()
        view: RawView = ui.on(RawView)
        for key in ("a", "d", "slash", "x", "1", "tab"):
            await ui.press(key)
            assert ui.app.screen is view


@given(
    st.text(
        st.characters(codec="utf-8") | st.sampled_from("\x1b\x9b\u202e\udcff\t漢👩‍👧é"),
        max_size=300,
    ),
    st.integers(0, 320),
    st.integers(8, 120),
)
def test_any_line_fits_and_shows_its_column(line: str, column: int, width: int) -> None:
    text, cell = fitted(line, width, column)
    assert cell_len(text) <= width
    assert is_safe(text.replace("…", ""))
    assert 0 <= cell < width
    if 0 < column <= len(line) and line.isascii() and line.isprintable():
        assert text[cell] in (line[column - 1], "…")


def test_bytes_that_are_no_text_are_shown_by_their_numbers() -> None:
    assert shown(b"caf\xe9 \x9b2J\x1b[31m".decode("utf-8", "surrogateescape")) == (
        "caf⟨E9⟩ ⟨9B⟩2J␛[31m"
    )
