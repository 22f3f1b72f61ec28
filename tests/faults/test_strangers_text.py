"""T30, T31, T32 in process: bank text is shown on every screen, and acts on none of them."""

from __future__ import annotations

import sys
import webbrowser
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input

from mbtui.bank.safetext import safe_line, safe_text, strip_unsafe
from mbtui.bank.vocabulary import folded_name
from mbtui.store.errors import ConflictError, StoreError
from mbtui.ui import paint, safe_output
from mbtui.ui.no_bank import NoBank
from mbtui.ui.screens.form import EntryForm
from mbtui.ui.screens.form_commands import Typed
from mbtui.ui.screens.raw import RawView
from tests.faults.hostile_bank import (
    ACTS,
    EVERYTHING,
    NAME,
    TEXTS,
    acting,
    hostile_entry,
    make_bank_of_texts,
    make_hostile_bank,
    put,
)
from tests.ui.conftest import OpenApp, demo, open_app, own_state
from tests.ui.driving import MEDIUM, NARROW, SMALL, WIDE, Ui

__all__ = ["demo", "open_app", "own_state"]
pytestmark = pytest.mark.anyio

KEYS = ("aaaaaaaa", "dddddddd")
COMMANDS = ("e", "s", "t", "m", "d", "D", "E", "o", "c")
ESCAPED = ("c0", "bidi", "flood of marks", "line ends", "markup")


def assert_harmless(ui: Ui, where: str) -> None:
    """Nothing that steers a terminal is drawn, and every row fits the window."""
    assert ui.app.is_running, where
    assert ui.app.screen.is_running, where
    for row in ui.rows:
        assert not acting(row), f"{where}: {acting(row)}"
        assert cell_len(row) <= ui.app.size.width, f"{where}: {row!r}"


def assert_steers_nothing(ui: Ui, where: str) -> None:
    """The same for what a user types: what is invisible may stay in it, what steers may not."""
    assert ui.app.is_running, where
    for row in ui.rows:
        steers = [char for char in row if strip_unsafe(char) == ""]
        assert not steers, f"{where}: {steers!r} in {row!r}"
        assert cell_len(row) <= ui.app.size.width, f"{where}: {row!r}"


async def back(ui: Ui) -> None:
    while ui.app.screen is not ui.main:
        ui.app.pop_screen()
        await ui.settle()


async def look_at_everything(
    ui: Ui, keys: Sequence[str] = KEYS[1:], commands: Sequence[str] = COMMANDS
) -> None:
    """Every pane, dialog and screen that a bank can be seen on, those of entries for `keys`."""
    ui.main.expanded.update(section.slug for section in ui.app.bank.schema.sections)
    ui.main.show_bank()
    await ui.settle()
    for key in ("1", "G", "g", "j", "2", "G", "g", "z", "z"):
        await ui.press(key)
        assert_harmless(ui, f"key {key}")
    for key in keys:
        await ui.show(key)
        await ui.rest()
        await ui.press("enter", "G")
        assert_harmless(ui, f"entry {key}")
        await ui.press("escape")
        for command in commands:
            await ui.press(command)
            assert_harmless(ui, f"{command} on {key}")
            await back(ui)
        for command in ("y", "Y"):
            await ui.press(command)
            assert_harmless(ui, f"{command} on {key}")
    for command in ("colon", "question_mark"):
        await ui.press(command)
        assert_harmless(ui, command)
        await back(ui)
    await ui.press("slash")
    await ui.paste("needle [/] click in:evil")
    assert_harmless(ui, "search")
    await ui.press("down", "enter", "escape", "escape", "escape")
    await ui.press("a")
    await ui.paste("pool #b @evil [/]")
    assert_harmless(ui, "quick add")
    await ui.press("escape")
    await look_at_problems(ui)


async def look_at_problems(ui: Ui) -> None:
    """The list of what is wrong, and each file of it as it stands there."""
    problems = sorted(ui.app.bank.problems, key=lambda problem: not problem.blocks)
    assert len(problems) > 4
    await ui.press("exclamation_mark")
    assert_harmless(ui, "problems")
    await back(ui)
    for problem in problems[:6]:
        ui.app.show_file(problem)
        await ui.settle()
        ui.on(RawView)
        assert_harmless(ui, f"raw {problem.file!r}")
        await ui.press("G", "escape")


@pytest.mark.parametrize("size", [WIDE, MEDIUM, SMALL], ids=str)
async def test_t30_a_hostile_bank_is_shown_and_does_nothing(
    open_app: OpenApp, tmp_path: Path, size: tuple[int, int]
) -> None:
    folder = make_hostile_bank(tmp_path / NAME.replace("/", ""))
    kept = {p: p.read_bytes() for p in folder.rglob("*.toml") if p.is_file() and not p.is_symlink()}
    async with open_app(size, folder) as ui:
        if size == MEDIUM:
            await look_at_everything(ui, KEYS)
        else:
            await look_at_everything(ui, KEYS[1:], ("e", "s"))
    assert {path: path.read_bytes() for path in kept} == kept
    assert not list(tmp_path.rglob("owned"))


async def test_t30_each_hostile_text_alone(open_app: OpenApp, tmp_path: Path) -> None:
    async with open_app(WIDE, make_bank_of_texts(tmp_path / "p")) as ui:
        await ui.press("2")
        for name in TEXTS:
            assert ui.main.list.go_to(name.replace(" ", "-"))
            await ui.rest()
            assert_harmless(ui, f"entry {name}")
            if name in ESCAPED:
                await ui.press("e")
                assert ui.on(EntryForm).changed() == {}
                assert_harmless(ui, f"form {name}")
                await back(ui)


async def test_t30_the_text_is_there_to_read(open_app: OpenApp, tmp_path: Path) -> None:
    """What is hostile is not hidden either: marks say what stands there."""
    folder = make_hostile_bank(tmp_path / "p", broken=False)
    async with open_app(WIDE, folder) as ui:
        await ui.show("aaaaaaaa")
        await ui.press("enter", "z")
        seen = ""
        for _ in range(40):
            seen += ui.text
            await ui.press("pagedown")
        for mark in ("␛]52;c;", "␛[31mred", "⟨9B⟩6n", "⟨U+202E⟩", "[@click=app.quit]X[/]"):
            assert mark in seen.replace("\n", ""), mark
        for mark in ("⟨U+200B⟩", "⟨U+FEFF⟩", "marks⟩", "contains control characters"):
            assert mark in seen, mark


class Layer:
    """One of the two nets, taken away."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.patch = patch

    def take_away_the_last_net(self) -> None:
        self.patch.setattr(safe_output, "strip_unsafe", lambda text: text)
        self.patch.setattr(paint, "strip_unsafe", lambda text: text)

    def take_away_the_marks(self) -> None:
        for name, module in list(sys.modules.items()):
            for function in (safe_line, safe_text):
                if name.startswith("mbtui.") and vars(module).get(function.__name__) is function:
                    self.patch.setattr(module, function.__name__, lambda text: text)


async def test_t30_marks_alone_are_enough(
    open_app: OpenApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No widget is given text that was not made safe: the last net has nothing to catch."""
    Layer(monkeypatch).take_away_the_last_net()
    folder = make_hostile_bank(tmp_path / NAME.replace("/", ""))
    async with open_app(MEDIUM, folder) as ui:
        await look_at_everything(ui)


async def test_t30_the_last_net_alone_is_enough(
    open_app: OpenApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a widget were given raw text, nothing that steers a terminal would leave."""
    Layer(monkeypatch).take_away_the_marks()
    folder = make_hostile_bank(tmp_path / "p", TEXTS["bidi"] + TEXTS["csi"] + TEXTS["c1"])
    async with open_app(MEDIUM, folder) as ui:
        for keys in (("1", "G"), ("2", "G"), ("enter", "G"), ("colon",)):
            await ui.press(*keys)
            assert_steers_nothing(ui, str(keys))


async def test_t30_hostile_texts_typed_and_pasted(open_app: OpenApp) -> None:
    async with open_app(NARROW) as ui:
        for name, text in TEXTS.items():
            await ui.press("a")
            await ui.paste(text)
            assert_steers_nothing(ui, f"quick add {name}")
            await ui.press("escape")
            ui.main.quick_add.close(clear=True)
        await ui.press("slash")
        await ui.paste(EVERYTHING)
        assert_steers_nothing(ui, "search")
        await ui.press("escape", "colon")
        ui.app.screen.query_one(Input).value = EVERYTHING
        await ui.settle()
        assert_steers_nothing(ui, "palette")
        await ui.press("escape", "a")
        await ui.paste(EVERYTHING)
        await ui.press("tab")
        assert_steers_nothing(ui, "form of quick add")


@pytest.mark.parametrize("size", [MEDIUM, NARROW], ids=str)
async def test_t31_messages_of_any_text(open_app: OpenApp, size: tuple[int, int]) -> None:
    async with open_app(size) as ui:
        await ui.show("7k2m9q4t")
        for text in (EVERYTHING, *TEXTS.values()):
            ui.main.say(text)
            await ui.settle()
            assert_harmless(ui, "message")
        ui.main.write._failed(StoreError(EVERYTHING))
        ui.main.quick_add.tell(EVERYTHING)
        await ui.settle()
        assert_harmless(ui, "error")
        await ui.press("e")
        ui.on(EntryForm).say(EVERYTHING)
        await ui.settle()
        assert_harmless(ui, "message of a form")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=str)
async def test_t31_a_conflict_of_any_text(open_app: OpenApp, size: tuple[int, int]) -> None:
    async with open_app(size) as ui:
        entry = ui.entry("7k2m9q4t")
        mine = {**entry.data, "issue": EVERYTHING, EVERYTHING: EVERYTHING, "status": EVERYTHING}
        theirs = {**dict.fromkeys(mine, EVERYTHING[::-1]), "id": entry.id, "updated_by": EVERYTHING}
        fields = ["issue", EVERYTHING, "status"]

        def fail() -> None:
            raise ConflictError(entry, dict(entry.data), mine, theirs, fields)

        await ui.show(entry.id)
        await ui.press("e")
        error = ConflictError(entry, {}, mine, theirs, fields)
        ui.main.forms._resolve(ui.on(EntryForm), error, Typed(entry.kind, {}, {}, {}))
        await ui.settle()
        assert type(ui.app.screen).__name__ == "Conflict"
        assert_harmless(ui, "conflict")
        for key in ("tab", "right", "pagedown", "tab", "tab", "right"):
            await ui.press(key)
            assert_harmless(ui, f"conflict {key}")


async def test_t30_the_question_for_a_bank_in_a_hostile_folder(tmp_path: Path) -> None:
    async with NoBank(tmp_path / NAME).run_test(size=MEDIUM) as pilot:
        await pilot.pause()
        assert pilot.app.screen.is_running
        for row in pilot.app.screen._compositor.render_strips():
            assert not acting(row.text)


async def test_t30_what_is_copied_is_the_true_text_and_that_is_said(
    open_app: OpenApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    monkeypatch.setattr(App, "copy_to_clipboard", lambda _, text: copied.append(text))
    folder = tmp_path / "p" / "memory-bank"
    folder.mkdir(parents=True)
    put(folder / "bank.toml", "format = 1\n")
    entries = ("id\x1b[2J", TEXTS["csi"]), ("plain", "nothing to see")
    text = "".join(hostile_entry("current-issues", *entry) for entry in entries)
    put(folder / "known-issues.toml", text)
    async with open_app(MEDIUM, folder) as ui:
        await ui.show("id\x1b[2J")
        for key, true in (("y", TEXTS["csi"]), ("Y", "id\x1b[2J")):
            await ui.press(key)
            assert true in copied.pop()
            assert "it holds control characters" in ui.message
            assert_harmless(ui, "message")
        await ui.show("plain")
        await ui.press("y")
        assert "nothing to see" in copied.pop()
        assert "control characters" not in ui.message


@pytest.fixture
def acted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a click made happen beyond the panes' own business."""
    found: list[str] = []

    def noting(what: str) -> Any:
        return lambda *given, **named: found.append(f"{what} {given[1:]}")

    for name in ("open_url", "action_quit", "exit", "copy_to_clipboard", "action_simulate_key"):
        monkeypatch.setattr(App, name, noting(name))
    monkeypatch.setattr(webbrowser, "open", noting("browser"))
    return found


def links_on(ui: Ui) -> Iterator[tuple[int, int]]:
    """Where the screen says X, Y, Z or l inside of link markup."""
    for y, row in enumerate(ui.rows):
        for word in ("[@click=app.quit]", "[@click=screen.dismiss]", "[link=file:///etc/passwd]"):
            at = row.find(word)
            if at >= 0:
                start = cell_len(row[:at])
                yield from ((start + x, y) for x in (1, len(word) - 2, len(word)))


async def click(pilot: Pilot[int], place: tuple[int, int]) -> None:
    await pilot.click(offset=place)
    await pilot.click(offset=place, times=2)


async def test_t31_t32_a_click_on_markup_does_nothing(
    open_app: OpenApp, tmp_path: Path, acted: list[str]
) -> None:
    folder = make_hostile_bank(tmp_path / "p", TEXTS["markup"], broken=False, branch=False)
    async with open_app((200, 30), folder) as ui:
        clicked = 0
        await ui.show("aaaaaaaa")
        await ui.press("enter")
        for screen in ("main", "e", "s", "colon", "exclamation_mark"):
            await back(ui)
            if screen != "main":
                await ui.press(screen)
            shown = ui.app.screen
            found = list(links_on(ui))
            for place in found[:: max(1, len(found) // 3)]:
                await click(ui.pilot, place)
                await ui.settle()
                clicked += 1
                if ui.app.screen is not shown:
                    break
            assert ui.app.is_running
        assert clicked > 8
        assert acted == []
        strips = ui.app.screen._compositor.render_strips()
        styles = [segment.style for strip in strips for segment in strip if segment.style]
        assert not [style for style in styles if style.link or "@click" in style.meta]


def test_t30_the_texts_are_what_they_should_be() -> None:
    acts = {name for name, text in TEXTS.items() if ACTS.search(text)}
    assert len(acts) > 12
    assert {"clipboard", "c1", "bidi", "zero width", "selectors", "flood of marks"} <= acts
    assert folded_name("A-b") == "a_b"
