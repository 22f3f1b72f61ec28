"""Links of an entry: chosen by key, followed on request, and back again."""

from __future__ import annotations

import sys
import webbrowser
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from mbtui.ui import browser
from mbtui.ui.screens import link_commands
from mbtui.ui.screens.dialogs import Ask
from tests.ui.conftest import OpenApp
from tests.ui.driving import ENDS, MEDIUM, NARROW, WIDE, Ui

pytestmark = pytest.mark.anyio

NFS, LONG, RELEASE = "7k2m9q4t", "hepw87nc", "y0dax5vc"
ENTRY = f'''
[[current-issues]]
id = "00000001"
title = "A page of links"
links = ["{NFS}", "nothere0"]
issue = """
See [the manual](https://sqlite.org/wal.html), [a file](file:///etc/passwd), <javascript:alert(1)>
and {RELEASE}.
{
    """
a line"""
    * 30
}

At the end https://end.example/x.
"""
'''


@pytest.fixture
def linked(demo: Path) -> Path:
    """The demo bank with an entry that has every kind of link."""
    path = demo / "known-issues.toml"
    path.write_text(path.read_text() + ENTRY)
    return demo


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that a browser was asked to open; there is one, and none is really asked."""
    asked: list[str] = []
    monkeypatch.setattr(link_commands, "has_browser", lambda: True)
    monkeypatch.setattr(link_commands, "hand_to_browser", lambda a: not asked.append(a))
    return asked


async def open_page(ui: Ui) -> None:
    await ui.show("00000001")
    await ui.press("enter")


async def click(ui: Ui, text: str) -> None:
    view = ui.main.entry
    row = next(y for y, line in enumerate(ui.rows) if text in line and y > view.region.y)
    x = cell_len(ui.rows[row][: ui.rows[row].index(text)])
    await ui.pilot.click(offset=(x, row))
    await ui.settle()


@pytest.mark.parametrize("size", ENDS, ids=str)
async def test_keys_go_through_the_links_in_their_order(
    open_app: OpenApp, linked: Path, size: tuple[int, int]
) -> None:
    async with open_app(size, linked) as ui:
        await open_page(ui)
        told = []
        for key in ("enter", "J", "right_square_bracket", "J", "J"):
            await ui.press(key)
            told.append(ui.message)
            link = ui.main.entry.chosen_link
            assert link is not None
            assert link.target[:8] in ui.text
        assert told == [
            "Enter opens https://sqlite.org/wal.html",
            "Enter opens Migrations: expand, then contract",
            "Enter opens https://end.example/x",
            "Enter opens SQLite WAL hangs on NFS homes",
            "This is the last link",
        ]
        await ui.press("K", "left_square_bracket")
        assert ui.message == "Enter opens Migrations: expand, then contract"
        assert ui.main.entry.top < 10


@pytest.mark.parametrize("size", ENDS, ids=str)
async def test_enter_follows_to_an_entry_of_another_kind_and_b_comes_back(
    open_app: OpenApp, linked: Path, size: tuple[int, int]
) -> None:
    async with open_app(size, linked) as ui:
        await ui.show_kind("current-issues")
        await open_page(ui)
        row = ui.main.sections.cursor_key
        await ui.press("J", "J", "enter")
        assert ui.main.entry.entry is ui.main.selected is ui.entry(RELEASE)
        assert ui.main.entry.has_focus
        assert ui.main.sections.cursor_key == "kind:deployment-process"
        assert ui.message == "b goes back to A page of links"
        await ui.press("b")
        assert ui.main.entry.entry is ui.main.selected is ui.entry("00000001")
        assert ui.main.entry.has_focus
        assert ui.main.sections.cursor_key == row
        await ui.press("b")
        assert ui.message.startswith("No link was followed")


async def test_back_returns_to_the_line_and_to_the_search(open_app: OpenApp, linked: Path) -> None:
    async with open_app(NARROW, linked) as ui:
        await ui.press("slash")
        await ui.type("page of links")
        await ui.press("enter", "enter", "G")
        top = ui.main.entry.top
        assert top > 0
        await ui.press("K", "enter")
        assert ui.main.entry.entry is ui.entry(NFS)
        assert not ui.main.search.is_open
        await ui.press("b")
        assert ui.main.search.is_open
        assert ui.main.selected is ui.entry("00000001")
        assert ui.main.entry.has_focus
        assert ui.main.entry.top == top


async def test_several_steps_back_pass_over_what_is_gone(open_app: OpenApp, linked: Path) -> None:
    async with open_app(MEDIUM, linked) as ui:
        await open_page(ui)
        await ui.press("J", "J", "enter")
        assert ui.main.selected is ui.entry(RELEASE)
        await ui.press("G", "K", "enter")
        third = ui.main.selected
        assert third is not None
        assert third.id == "ap68dpdb"
        ui.app.store.delete(ui.entry(RELEASE))
        await ui.reload()
        await ui.press("b")
        assert ui.main.selected is ui.entry("00000001")


async def test_a_link_to_an_archived_entry_is_followed(open_app: OpenApp, linked: Path) -> None:
    async with open_app(MEDIUM, linked) as ui:
        ui.app.store.archive(ui.entry(NFS), "gone")
        await ui.reload()
        await open_page(ui)
        await ui.press("G", "K", "enter")
        assert ui.main.selected is ui.entry(NFS)
        assert ui.entry(NFS).archived
        assert ui.main.sections.cursor_key == "archived"


async def test_supersedes_is_a_link(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        old = next(e for e in ui.app.bank.entries if e.data.get("superseded_by"))
        await ui.show(old.key)
        await ui.press("enter")
        new = ui.app.bank.by_key[old.data["superseded_by"]]
        while ui.main.entry.chosen_link is None or ui.main.entry.chosen_link.target != new.id:
            await ui.press("J")
            assert "last link" not in ui.message
        await ui.press("enter")
        assert ui.main.selected is new


async def test_an_address_is_asked_about_and_handed_to_the_browser(
    open_app: OpenApp, linked: Path, opened: list[str]
) -> None:
    async with open_app(WIDE, linked) as ui:
        await open_page(ui)
        await ui.press("J", "enter")
        ui.on(Ask)
        assert "https://sqlite.org/wal.html" in ui.text
        assert opened == []
        await ui.press("escape")
        assert opened == []
        assert ui.main.entry.has_focus
        await ui.press("enter", "enter")
        await ui.until(lambda: ui.message)
        assert opened == ["https://sqlite.org/wal.html"]
        assert ui.message == "The browser was asked to open https://sqlite.org/wal.html"
        await ui.press("enter", "right", "enter")
        assert ui.app.clipboard == "https://sqlite.org/wal.html"
        assert len(opened) == 1


async def test_without_a_browser_the_address_is_copied(
    open_app: OpenApp, linked: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_commands, "has_browser", lambda: False)
    async with open_app(MEDIUM, linked) as ui:
        await open_page(ui)
        await ui.press("J", "enter")
        address = "https://sqlite.org/wal.html"
        assert ui.app.clipboard == address
        assert ui.message == f"Sent the address {address} to the clipboard (OSC 52)"
        assert opened == []


async def test_a_click_follows_a_link_and_nothing_else(
    open_app: OpenApp, linked: Path, opened: list[str]
) -> None:
    async with open_app((160, 40), linked) as ui:
        await open_page(ui)
        for text in ("file:///etc/passwd", "javascript:alert", "See"):
            await click(ui, text)
            assert ui.main.selected is ui.entry("00000001")
            assert ui.app.screen is ui.main
        await click(ui, "the manual")
        ui.on(Ask)
        await ui.press("escape")
        await click(ui, RELEASE)
        assert ui.main.entry.entry is ui.entry(RELEASE)
        assert opened == []


async def test_an_entry_without_links_says_so(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.show("4757qkqh")
        await ui.press("enter", "enter")
        assert ui.message == "There is no link further down"
        assert ui.main.entry.has_focus


async def test_a_chosen_link_is_told_without_colours(
    open_app: OpenApp, linked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with open_app(WIDE, linked) as ui:
        await open_page(ui)

        def reversed_text() -> str:
            strips = [ui.main.entry.render_line(y) for y in range(1, 8)]
            parts = [part for strip in strips for part in strip]
            return "".join(part.text for part in parts if part.style and part.style.reverse)

        assert reversed_text() == ""
        await ui.press("J")
        assert reversed_text().startswith("the manual")


# The browser


@pytest.mark.parametrize("address", ["file:///etc/passwd", "javascript:alert(1)", "-x", "a.b", ""])
def test_only_web_addresses_reach_a_browser(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    ran: list[Any] = []
    monkeypatch.setattr(browser.subprocess, "run", lambda *a, **_: ran.append(a))
    assert not browser.hand_to_browser(address)
    assert ran == []


def test_a_browser_is_asked_without_the_terminal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script, out = tmp_path / "browser", tmp_path / "out"
    script.write_text(f'#!/bin/sh\necho noise; echo "$@" > {out}\n')
    script.chmod(0o755)
    monkeypatch.setenv("BROWSER", str(script))
    assert browser.hand_to_browser("https://a.b/c?d=$(touch x)")
    assert out.read_text().strip() == "https://a.b/c?d=$(touch x)"


def test_there_is_no_browser_over_ssh_or_in_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSH_CONNECTION", "SSH_TTY"):
        monkeypatch.delenv(name, raising=False)
    window = webbrowser.BackgroundBrowser(sys.executable)
    monkeypatch.setattr(webbrowser, "get", lambda: window)
    assert browser.has_browser()
    monkeypatch.setenv("SSH_TTY", "/dev/pts/1")
    assert not browser.has_browser()
    monkeypatch.delenv("SSH_TTY")
    monkeypatch.setattr(webbrowser, "get", lambda: webbrowser.GenericBrowser("w3m"))
    assert not browser.has_browser()
