"""With `ascii`, mbtui draws no character of its own that is not ASCII."""

from __future__ import annotations

from pathlib import Path

import pytest

from mbtui.store.settings import Settings
from mbtui.ui.glyphs import ASCII, Glyphs
from mbtui.ui.no_bank import NoBank
from tests.ui.conftest import OpenApp
from tests.ui.driving import NARROW, WIDE
from tests.ui.snapshot import screen_text
from tests.ui.test_contrast import ALL
from tests.ui.test_snapshots_deciding import DRAFTS, several

pytestmark = pytest.mark.anyio

LINKED = "7k2m9q4t"


@pytest.fixture
def ascii_bank(demo: Path) -> Path:
    """The demo bank without a character that is not ASCII."""
    for file in demo.rglob("*.toml"):
        file.write_bytes(file.read_text("utf-8").encode("ascii", "replace"))
    return demo


def assert_ascii(text: str) -> None:
    strange = [line for line in text.splitlines() if not line.isascii()]
    assert not strange


@pytest.mark.parametrize("name", ALL)
async def test_screens_are_ascii(open_app: OpenApp, ascii_bank: Path, name: str) -> None:
    async with open_app(WIDE, ascii_bank, ascii_only=True) as ui:
        await ALL[name](ui)
        for size in (WIDE, NARROW):
            await ui.resize(size)
            await ui.rest()
            assert_ascii(ui.text)


@pytest.mark.parametrize("name", [*DRAFTS, "several"])
async def test_offered_drafts_are_ascii(open_app: OpenApp, ascii_bank: Path, name: str) -> None:
    prepare, key, _ = DRAFTS.get(name, (several, "P", object))
    prepare(ascii_bank)
    async with open_app(WIDE, ascii_bank, ascii_only=True) as ui:
        if key:
            await ui.press(key)
        await ui.rest()
        assert_ascii(ui.text)


async def test_the_rest_is_ascii(open_app: OpenApp, ascii_bank: Path) -> None:
    file = ascii_bank / "known-issues.toml"
    text = file.read_text()
    file.write_text(text.replace('title = "SQLite WAL', r'title = "SQL\u001b\u202e WAL', 1))
    async with open_app(WIDE, ascii_bank, ascii_only=True) as ui:
        await ui.show(LINKED)
        await ui.press("enter")
        assert "SQL^[<U+202E> WAL" in ui.text
        assert_ascii(ui.text)
        await ui.press("slash")
        await ui.paste("journal -zebra")
        assert 'without "zebra"' in ui.text
        await ui.rest()
        assert_ascii(ui.text)
        await ui.pilot.resize_terminal(20, 6)
        assert "24x8" in ui.text
        assert_ascii(ui.text)


async def test_without_a_bank_the_question_is_ascii(tmp_path: Path) -> None:
    app = NoBank(tmp_path, Settings(ascii=True))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert "No memory bank here" in screen_text(app)
        assert_ascii(screen_text(app))


def test_both_sets_have_the_same_glyphs_of_the_same_width() -> None:
    usual = Glyphs()
    assert set(ASCII) == set(Glyphs.__slots__)
    for name, glyph in ASCII.items():
        assert glyph.isascii()
        if name not in ("dots",):
            assert len(glyph) == len(getattr(usual, name)), name


async def test_without_colour_a_dialog_stands_in_a_box(
    open_app: OpenApp, ascii_bank: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    for ascii_only, corners in ((False, "┌┐└┘"), (True, "+")):
        async with open_app(NARROW, ascii_bank, ascii_only=ascii_only) as ui:
            await ui.press("colon")
            first, last = ui.rows[0], ui.rows[-2]
            assert {first[0], first[-1], last[0], last[-1]} == set(corners)
            if ascii_only:
                assert_ascii(ui.text)
