"""The main screen: panes, keys, and what it does while others write."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mbtui.store.create import create_bank
from mbtui.ui.screens import main as main_screen
from mbtui.ui.widgets.entry_view import EntryView
from mbtui.ui.widgets.section_tree import SectionTree
from tests.ui.conftest import OpenApp
from tests.ui.driving import MEDIUM, NARROW, WIDE, Ui

pytestmark = pytest.mark.anyio

NFS = "7k2m9q4t"
POOL = "yb4bhdd4"
SECOND_ROW = "yb4bhdd4"


def panes(ui: Ui) -> str:
    """The panes that are on the screen: T, L, E."""
    main = ui.main
    shown = {"T": main.sections, "L": main.list, "E": main.entry}
    return "".join(name for name, pane in shown.items() if pane.display and pane.region.width)


def labels(tree: SectionTree) -> list[str]:
    return [tree._rows[i].label for i in range(tree.row_count())]


def issue(identity: str, title: str, updated: str = "2026-11-20T17:30:00Z") -> str:
    return f'\n[[current-issues]]\nid = "{identity}"\ntitle = "{title}"\nupdated = {updated}\n'


async def test_wide_shows_three_panes_whatever_has_the_focus(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        assert panes(ui) == "TLE"
        for key in ("1", "2", "3"):
            await ui.press(key)
            assert panes(ui) == "TLE"


async def test_medium_replaces_the_tree_by_the_entry(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        assert panes(ui) == "TL"
        await ui.press("2")
        assert panes(ui) == "TL"
        await ui.press("enter")
        assert panes(ui) == "LE"
        await ui.press("q")
        assert panes(ui) == "TL"
        assert ui.main.list.has_focus


async def test_narrow_shows_one_pane_and_says_where_it_is(open_app: OpenApp) -> None:
    async with open_app(NARROW) as ui:
        assert panes(ui) == "T"
        await ui.show_kind("current-issues")
        assert panes(ui) == "L"
        assert ui.rows[0].startswith(" Known Issues › Current Issues · 18")
        await ui.press("enter")
        assert panes(ui) == "E"
        await ui.press("q", "q")
        assert panes(ui) == "T"
        assert ui.app.is_running


async def test_resize_keeps_the_entry_and_the_focus(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        await ui.show(POOL)
        for size in (MEDIUM, NARROW, WIDE):
            await ui.pilot.resize_terminal(*size)
            await ui.settle()
            assert ui.main.list.current is ui.entry(POOL)
            assert ui.main.list.has_focus
            assert "Pool exhausted after fork" in ui.text


@pytest.mark.parametrize("size", [(23, 20), (80, 7), (10, 3)])
async def test_too_small_says_what_it_needs_until_it_is_larger(
    open_app: OpenApp, size: tuple[int, int]
) -> None:
    async with open_app(size) as ui:
        words = " ".join(ui.text.split())
        assert words.startswith("mbtui needs 24×8") or size[0] == 10
        assert "Sections" not in words
        await ui.pilot.resize_terminal(32, 12)
        await ui.settle()
        assert "mbtui needs" not in ui.text
        assert "Sections" in ui.text


@pytest.mark.parametrize("size", [(24, 8), (32, 12)])
async def test_smallest_sizes_reach_an_entry_and_back(
    open_app: OpenApp, size: tuple[int, int]
) -> None:
    async with open_app(size) as ui:
        await ui.press("enter", "enter")
        assert ui.main.entry.has_focus
        assert ui.main.entry.entry is not None
        await ui.press("escape", "escape")
        assert ui.main.sections.has_focus


async def test_focus_keys(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        main = ui.main
        tree, entries, entry = main.sections, main.list, main.entry
        for keys, pane in (
            ("2", entries),
            ("3", entry),
            ("1", tree),
            ("tab", entries),
            ("tab", entry),
            ("tab", tree),
            ("shift+tab", entry),
            ("h", entries),
            ("h", tree),
            ("l", entries),
            ("l", entry),
            ("escape", entries),
            ("enter", entry),
            ("escape", entries),
            ("escape", tree),
            ("escape", tree),
        ):
            await ui.press(keys)
            assert pane.has_focus, (keys, ui.text)
        assert ui.app.is_running


async def test_q_quits_only_at_the_top(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.press("z", "q")
        assert ui.app.is_running
        assert not ui.main.zoomed
        await ui.press("slash", "escape", "2", "enter", "q")
        assert ui.app.is_running
        await ui.press("q")
        assert not ui.app.is_running


async def test_zoom_gives_the_pane_the_whole_width(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        await ui.press("3", "z")
        assert panes(ui) == "E"
        assert ui.main.entry.size.width == WIDE[0]
        await ui.press("z")
        assert panes(ui) == "TLE"


async def test_folding(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        tree = ui.main.sections
        assert "Current Issues" in labels(tree)
        at = tree.index_of("section:known-issues")
        assert at is not None
        tree.move_to(at + 1)
        await ui.press("h")
        assert tree.cursor_key == "section:known-issues"
        await ui.press("h")
        assert "Current Issues" not in labels(tree)
        await ui.press("l")
        assert "Current Issues" in labels(tree)
        await ui.press("l")
        assert ui.main.list.has_focus
        assert str(ui.main.list.title) == "2 Known Issues · 25"


async def test_counts_add_up(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        bank = ui.app.bank
        live = [e for e in bank.entries if e.kind.slug != "change-log"]
        rows = {row.key: row.size for row in ui.main.sections._rows}
        assert rows["all"] == len(live) == 118
        assert sum(size for key, size in rows.items() if key.startswith("section:")) == 118
        assert rows["kind:current-issues"] == 18
        assert rows["archived"] == len(bank.archive) == 3
        assert rows["view:On call"] == len(ui.app.find("tag:on-call"))
        assert "118 entries" in ui.rows[0]


async def test_entry_follows_the_cursor_only_after_it_rests(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app(WIDE) as ui:
        await ui.press("2")
        await ui.rest()
        monkeypatch.setattr(main_screen, "FOLLOW_SECONDS", 3600.0)
        before = ui.main.entry.entry
        await ui.press("j")
        assert ui.main.entry.entry is before
        monkeypatch.setattr(main_screen, "FOLLOW_SECONDS", 0.001)
        await ui.press("j")
        await ui.rest()
        assert ui.main.entry.entry is ui.main.list.current is not before


async def test_entry_scrolls_and_keeps_its_place_over_a_reload(open_app: OpenApp) -> None:
    async with open_app(NARROW) as ui:
        await ui.show("hepw87nc")
        await ui.press("enter", "j", "j", "pagedown")
        view = ui.main.entry
        assert view.top == 2 + view.page_rows - 1
        top = view.top
        ui.file().write_text(issue("00000001", "Written by another") + ui.on_disk())
        await ui.reload()
        assert ui.app.bank.find("00000001")
        assert (view.has_focus, view.top) == (True, top)
        await ui.press("G")
        assert "hepw87nc" in ui.text
        await ui.press("g")
        assert view.top == 0


async def test_reload_keeps_cursor_row_scroll_and_folding(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        main = ui.main
        await ui.show_kind("technical-debt")
        main.go.go_to_place("all")
        await ui.settle()
        await ui.press("2", *["j"] * 25)
        entries = main.list
        current, row = entries.cursor_key, entries.cursor - entries.top
        expanded = set(main.expanded)
        assert entries.top > 0
        more = "".join(issue(f"0000000{n}", f"Newer {n}") for n in range(5))
        ui.file().write_text(ui.on_disk() + more)
        await ui.reload()
        assert len(entries.entries) == 123
        assert entries.cursor_key == current
        assert entries.cursor - entries.top == row
        assert main.expanded == expanded
        assert "123 entries" in ui.rows[0]


async def test_reload_moves_on_when_the_entry_under_the_cursor_is_gone(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        await ui.show_kind("technical-debt")
        first, second = (entry.key for entry in ui.main.list.entries[:2])
        ui.app.store.delete(ui.entry(first))
        await ui.reload()
        assert ui.main.list.cursor_key == second
        await ui.rest()
        assert ui.main.entry.entry is ui.entry(second)


async def test_broken_file_is_told_with_its_place_until_it_is_mended(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        good = ui.on_disk()
        lines = good.count("\n")
        ui.file().write_text(good + "[[current-issues]]\ntitle 'x'\n")
        await ui.reload()
        notice = " ".join(" ".join(ui.rows[1:3]).split())
        assert notice.startswith(f"known-issues.toml:{lines + 2}:7 is not TOML")
        assert "! shows it" in notice
        assert ui.app.bank.by_key[NFS].title == "SQLite WAL hangs on NFS homes"
        await ui.show(NFS)
        await ui.press("s")
        await ui.type("fixed")
        await ui.press("enter")
        assert "nothing was written" in ui.message
        assert "nothing was written" in " ".join(" ".join(ui.rows[-3:]).split())
        assert ui.on_disk().endswith("title 'x'\n")
        ui.file().write_text(good)
        await ui.reload()
        assert not ui.main.query_one("#notice").display
        assert ui.rows[1].startswith(" 1 Sections")


async def test_git_conflict_markers_are_named_as_such(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        text = ui.on_disk()
        ui.file().write_text(f"<<<<<<< ours\n{text}=======\n{text}>>>>>>> theirs\n")
        await ui.reload()
        await ui.until(lambda: ui.app.git_conflicts)
        await ui.settle()
        assert "git could not merge known-issues.toml" in ui.rows[1]
        assert "M settles it" in ui.rows[1]


async def test_newer_format_is_read_only_and_says_why(open_app: OpenApp, demo: Path) -> None:
    text = (demo / "bank.toml").read_text()
    (demo / "bank.toml").write_text(text.replace("format = 1", "format = 99"))
    async with open_app(WIDE) as ui:
        assert "read-only" in ui.rows[0]
        before = {path: path.read_bytes() for path in demo.rglob("*.toml")}
        await ui.show(NFS)
        for key in ("a", "A", "e", "s", "t", "m", "d", "D"):
            await ui.press(key)
            assert ui.message.startswith("Read-only: "), key
            assert ui.app.screen is ui.main
        assert {path: path.read_bytes() for path in demo.rglob("*.toml")} == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
async def test_folder_without_write_permission_is_read_only(open_app: OpenApp, demo: Path) -> None:
    demo.chmod(0o555)
    try:
        async with open_app(WIDE) as ui:
            assert "read-only" in ui.rows[0]
            await ui.press("a")
            assert ui.message.startswith("Read-only: ")
    finally:
        demo.chmod(0o755)


async def test_empty_bank_shows_what_to_do(open_app: OpenApp, tmp_path: Path) -> None:
    async with open_app(NARROW, create_bank(tmp_path / "new").folder) as ui:
        await ui.press("2")
        assert "Press a and type what you just learned" in " ".join(ui.text.split())
        await ui.show_kind("current-issues")
        text = " ".join(ui.text.split())
        assert "Document known issues" in text
        await ui.press("e", "s", "enter", "j", "G", "3", "j")
        assert ui.app.is_running


async def test_a_click_moves_the_cursor_and_another_opens(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        await ui.pilot.click("#list", offset=(8, 3))
        await ui.settle()
        assert ui.main.list.cursor == 2
        assert ui.main.list.has_focus
        await ui.pilot.click("#list", offset=(8, 3))
        await ui.settle()
        assert isinstance(ui.app.focused, EntryView)


async def test_message_goes_after_a_while(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(main_screen, "MESSAGE_SECONDS", 1.0)
    async with open_app(WIDE) as ui:
        await ui.press("n")
        assert "There was no search yet" in ui.rows[-1]
        await ui.until(lambda: "? help" in ui.rows[-1])
