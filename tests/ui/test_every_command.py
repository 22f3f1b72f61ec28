"""Every command of the registry, by the palette and by its key: it does what it says.

A command without a check here fails the tests.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from mbtui.ui.commands import (
    COMMANDS,
    ENTRIES,
    ENTRY,
    LIST,
    PANES,
    SEARCH,
    TREE,
    Command,
    commands_of_key,
    meant_by_key,
)
from mbtui.ui.screens.changes import Changes
from mbtui.ui.screens.dialogs import Ask, AskLine, Pick
from mbtui.ui.screens.form import EntryForm
from mbtui.ui.screens.help import Help
from mbtui.ui.screens.log import ChangeLog
from mbtui.ui.screens.overview import OverviewScreen
from mbtui.ui.screens.palette import Palette
from mbtui.ui.screens.raw import RawView
from mbtui.ui.screens.review import ReviewSession
from mbtui.ui.screens.theme_pick import ThemePick
from mbtui.ui.widgets.draft_bar import DraftBar
from tests.ui.conftest import AUTHOR, OpenApp
from tests.ui.drafting import leave_draft
from tests.ui.driving import MEDIUM, WIDE, Ui

pytestmark = pytest.mark.anyio

NFS, POOL = "7k2m9q4t", "hepw87nc"
Step = Callable[[Ui], Awaitable[None]]
Question = Callable[[Ui], bool]


class Check(NamedTuple):
    """What a command is to do: `done` is false before it (after `ready`) and true after it."""

    done: Question
    ready: Step | None = None
    before_start: Callable[[Path], object] | None = None


def opens(screen: type, words: str = "") -> Question:
    return lambda ui: isinstance(ui.app.screen, screen) and words in " ".join(ui.text.split())


def focuses(pane: str) -> Question:
    return lambda ui: ui.app.screen is ui.main and ui.main.where == pane


def on_row(index: int) -> Question:
    return lambda ui: ui.main.list.cursor == index


def status_is(word: str) -> Question:
    return lambda ui: ui.entry(NFS).status == word


def bar_says(words: str) -> Question:
    return lambda ui: words in " ".join(ui.text.split())


async def reviewed_by_bob(ui: Ui) -> None:
    ui.file().write_text(ui.on_disk().replace('reviewed_by = "Ana Lima"', 'reviewed_by = "Bob"'))
    await ui.reload()


async def changed_by_hand(ui: Ui) -> None:
    ui.file().write_text(ui.on_disk().replace("SQLite WAL hangs on NFS", "SQLite WAL hangs"))
    await ui.reload()


async def at_start(ui: Ui) -> None:
    ui.main.list.home()
    await ui.settle()


async def in_the_middle(ui: Ui) -> None:
    ui.main.list.move_to(40)
    await ui.settle()


async def marked(ui: Ui) -> None:
    await ui.press("space")


async def changed(ui: Ui) -> None:
    await ui.press("s", "down", "down", "enter")
    assert ui.entry(NFS).status == "fixed"


async def changed_and_taken_back(ui: Ui) -> None:
    await changed(ui)
    await ui.press("u")
    assert ui.entry(NFS).status == "open"


async def archived(ui: Ui) -> None:
    await ui.press("d", "enter")
    ui.main.go.go_to_place("archived")
    await ui.settle()
    assert ui.main.list.go_to(NFS)
    await ui.settle()


async def searched(ui: Ui) -> None:
    await ui.press("slash")
    await ui.type("tag:sqlite")
    await ui.press("enter")
    assert ui.main.search.results.row_count() > 1


async def searched_second(ui: Ui) -> None:
    await searched(ui)
    ui.main.search.results.move_to(1)
    await ui.settle()


async def in_the_entry(ui: Ui) -> None:
    await ui.press("3")


async def on_a_link(ui: Ui) -> None:
    await ui.press("3", "J")


async def followed(ui: Ui) -> None:
    await ui.press("3", "J", "enter")


async def widened(ui: Ui) -> None:
    await ui.press("greater_than_sign")


async def stoppable(ui: Ui) -> None:
    ui.app.action_suspend_process = lambda: suspended.append(ui)  # type: ignore[method-assign]


suspended: list[Ui] = []
ENTRY_WIDTH = 49
"""Of 120 columns, as long as nobody changed it."""


def entry_width(ui: Ui) -> int:
    return ui.main.entry.size.width


async def in_the_tree(ui: Ui) -> None:
    await ui.press("1")


async def written_outside(ui: Ui) -> None:
    text = ui.on_disk()
    ui.file().write_text(f'{text}\n[[current-issues]]\ntitle = "Typed in vim"\n')


async def broken(ui: Ui) -> None:
    ui.file().write_text(ui.on_disk() + "[[x\n")
    await ui.reload()


async def in_two_places(ui: Ui) -> None:
    folder = ui.app.store.folder / "archive"
    folder.mkdir(exist_ok=True)
    table = f'[[current-issues]]\nid = "{NFS}"\ntitle = "Another text"\n'
    (folder / "known-issues.toml").write_text(table)
    await ui.reload()
    assert ui.app.bank.by_key[NFS].archived_twin is not None


async def listening(ui: Ui) -> None:
    send = ui.app.repaint

    def repaint() -> None:
        repainted.append(ui)
        send()

    ui.app.repaint = repaint  # type: ignore[method-assign]


repainted: list[Ui] = []


def two_drafts(folder: Path) -> None:
    leave_draft(folder, NFS, {"cause": "first text"})
    leave_draft(folder, POOL, {"cause": "second text"})


def one_draft(folder: Path) -> None:
    leave_draft(folder, NFS, {"cause": "first text"})


def without_code(folder: Path) -> None:
    (folder.parent / "app/db.py").unlink()


def _bar_is_shown(ui: Ui) -> bool:
    return bool(ui.main.query_one(DraftBar).display)


CHECKS: dict[str, Check] = {
    "add": Check(lambda ui: ui.main.quick_add.is_open),
    "edit": Check(opens(EntryForm, "SQLite WAL hangs on NFS homes")),
    "search": Check(lambda ui: ui.main.search.query_input.has_focus),
    "verified": Check(lambda ui: ui.entry(NFS).data["reviewed_by"] == AUTHOR, reviewed_by_bob),
    "review": Check(opens(ReviewSession, "Review · 1 of 8")),
    "snooze": Check(opens(Pick, "Put off SQLite WAL")),
    "changes": Check(opens(Changes, "on NFS homes"), changed_by_hand),
    "seen": Check(lambda ui: not ui.app.news, changed_by_hand),
    "seen_all": Check(lambda ui: not ui.app.news, changed_by_hand),
    "follow_changes": Check(lambda ui: "following" in ui.rows[0]),
    "supersede": Check(opens(Pick, "is superseded by")),
    "new": Check(lambda ui: isinstance(ui.app.screen, EntryForm) and ui.app.screen.is_new),
    "status": Check(opens(Pick, "Status of SQLite WAL")),
    "tags": Check(opens(AskLine, "Tags of SQLite WAL")),
    "move": Check(opens(Pick, "Move SQLite WAL")),
    "archive": Check(opens(AskLine, "Archive SQLite WAL hangs on NFS homes: why?")),
    "restore": Check(lambda ui: not ui.entry(NFS).archived, archived),
    "delete": Check(opens(Ask, "Delete SQLite WAL")),
    "mark": Check(lambda ui: "1 marked" in ui.text),
    "mark_all": Check(lambda ui: "118 marked" in ui.text),
    "clear_marks": Check(lambda ui: "1 marked" not in ui.text, marked),
    "undo": Check(status_is("open"), changed),
    "redo": Check(status_is("fixed"), changed_and_taken_back),
    "draft": Check(opens(EntryForm), None, one_draft),
    "draft_compare": Check(lambda ui: "first text" in ui.text, None, one_draft),
    "draft_next": Check(bar_says("2 of 2"), None, two_drafts),
    "draft_discard": Check(opens(Ask, "Discard this unsaved text?"), None, one_draft),
    "draft_later": Check(lambda ui: not _bar_is_shown(ui), None, one_draft),
    "copy_text": Check(lambda ui: ui.app.clipboard.startswith("SQLite WAL hangs on NFS homes\n")),
    "copy_id": Check(lambda ui: ui.app.clipboard == NFS),
    "code": Check(opens(Pick, "Open which code?")),
    "paths": Check(opens(Pick, "Paths; Enter does it"), None, without_code),
    "save_view": Check(opens(AskLine), searched),
    "next_match": Check(lambda ui: ui.main.search.results.cursor == 1, searched),
    "previous_match": Check(lambda ui: ui.main.search.results.cursor == 0, searched_second),
    "open": Check(focuses(ENTRY)),
    "down": Check(on_row(1), at_start),
    "up": Check(on_row(39), in_the_middle),
    "first": Check(on_row(0), in_the_middle),
    "last": Check(on_row(117)),
    "page_down": Check(lambda ui: ui.main.list.cursor >= 15, at_start),
    "page_up": Check(lambda ui: ui.main.list.cursor <= 25, in_the_middle),
    "left": Check(focuses(TREE)),
    "right": Check(focuses(ENTRY)),
    "pane_tree": Check(focuses(TREE)),
    "pane_list": Check(focuses(LIST), in_the_entry),
    "pane_entry": Check(focuses(ENTRY)),
    "next_pane": Check(focuses(ENTRY)),
    "previous_pane": Check(focuses(TREE)),
    "zoom": Check(lambda ui: "1 Sections" not in ui.text),
    "overview": Check(opens(OverviewScreen, "118 entries")),
    "settle": Check(lambda ui: ui.app.screen is not ui.main, in_two_places),
    "reload": Check(
        lambda ui: any(e.title == "Typed in vim" for e in ui.app.bank.entries), written_outside
    ),
    "problems": Check(opens(RawView), broken),
    "colours": Check(opens(ThemePick)),
    "log": Check(opens(ChangeLog, "Change log · SQLite WAL hangs on NFS homes")),
    "wider": Check(lambda ui: entry_width(ui) < ENTRY_WIDTH),
    "narrower": Check(lambda ui: entry_width(ui) > ENTRY_WIDTH),
    "reset_panes": Check(lambda ui: entry_width(ui) == ENTRY_WIDTH, widened),
    "edit_toml": Check(lambda ui: "editor" in ui.message.casefold()),
    "next_link": Check(lambda ui: ui.main.entry.chosen_link is not None, in_the_entry),
    "previous_link": Check(lambda ui: ui.main.entry.chosen_link is not None, in_the_entry),
    "follow": Check(lambda ui: ui.main.selected is not ui.entry(NFS), on_a_link),
    "link_back": Check(lambda ui: ui.main.selected is ui.entry(NFS), followed),
    "suspend": Check(lambda ui: ui in suspended, stoppable),
    "palette": Check(opens(Palette)),
    "help": Check(opens(Help)),
    "redraw": Check(lambda ui: ui in repainted, listening),
    "back": Check(focuses(TREE)),
    "quit": Check(lambda ui: not ui.app.is_running),
}
"""What each command does, seen from the list with the cursor on one entry of all."""


def test_every_command_has_a_check_and_every_check_a_command() -> None:
    assert CHECKS.keys() == COMMANDS.keys()


async def choose(ui: Ui, command: Command) -> None:
    """Do a command by the palette: its title put in, its row chosen."""
    await ui.press(COMMANDS["palette"].keys[0])
    await ui.paste(command.title.casefold())
    palette = ui.on(Palette)
    while palette.query_one("PalettePane").current.value != command.id:
        await ui.press("down")
    await ui.press("enter")


WAYS = [
    (command.id, key)
    for command in COMMANDS.values()
    for key in ("", *command.keys[:1])
    if key or command.id != "palette"
]
"""Each command with the palette (no key), and with its first key."""


def test_the_other_keys_of_a_command_do_the_same() -> None:
    for command in COMMANDS.values():
        for key in command.keys:
            for pane in command.where:
                assert meant_by_key(commands_of_key(key), pane) == command.id


@pytest.mark.parametrize(("identity", "key"), WAYS, ids=[f"{c}-{k or ':'}" for c, k in WAYS])
async def test_command_does_what_it_says(
    open_app: OpenApp, demo: Path, identity: str, key: str
) -> None:
    check = CHECKS[identity]
    if check.before_start is not None:
        check.before_start(demo)
    async with open_app(WIDE, demo) as ui:
        ui.main.list.go_to(NFS)
        await ui.press("2")
        if check.ready is not None:
            await check.ready(ui)
        assert not check.done(ui), ui.text
        if key:
            await ui.press(key)
        else:
            await choose(ui, COMMANDS[identity])
        assert check.done(ui), ui.text
        assert "bug in mbtui" not in ui.message


async def go_to_pane(ui: Ui, pane: str) -> None:
    """One pane focused, with an entry chosen."""
    if pane == SEARCH:
        ui.main.search.open()
        await ui.type("tag:sqlite")
        await ui.press("enter")
    else:
        ui.main.list.go_to(NFS)
        await ui.press({TREE: "1", LIST: "2", ENTRY: "3"}[pane])
    assert ui.main.where == pane


@pytest.mark.parametrize("pane", PANES)
async def test_palette_acts_in_the_pane_it_was_opened_from(open_app: OpenApp, pane: str) -> None:
    async with open_app(MEDIUM) as ui:
        await go_to_pane(ui, pane)
        await choose(ui, COMMANDS["down"])
        assert ui.main.where == pane
        await choose(ui, COMMANDS["status"])
        if pane in ENTRIES:
            ui.on(Pick)
        else:
            assert ui.message == "Set the status: first choose an entry"
            assert ui.main.where == pane


@pytest.mark.parametrize("pane", PANES)
async def test_keys_of_other_panes_are_refused_with_a_reason(open_app: OpenApp, pane: str) -> None:
    async with open_app((60, 12)) as ui:
        await go_to_pane(ui, pane)
        for command in COMMANDS.values():
            if pane in command.where or not command.keys:
                continue
            if meant_by_key(commands_of_key(command.keys[0]), pane) == command.id:
                await ui.press(command.keys[0])
                assert ui.app.screen is ui.main
                assert ui.message
                assert ui.main.where == pane
