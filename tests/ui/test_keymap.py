"""The user's settings in the running program: keys, the texts that name them, a broken file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.widgets import Input

from mbtui.store.create import create_bank
from mbtui.store.settings import Settings, parse_settings
from mbtui.ui.commands import COMMANDS, PANES, Command, commands_of_key, footer_commands
from mbtui.ui.keymap import keymap_of, preset_keys
from mbtui.ui.keynames import label_of
from mbtui.ui.screens.dialogs import Ask, Pick
from mbtui.ui.screens.doing import context_of
from mbtui.ui.screens.form import EntryForm
from mbtui.ui.screens.help import Help
from mbtui.ui.screens.palette import Palette, command_items
from tests.ui.conftest import OpenApp
from tests.ui.driving import MEDIUM, NARROW, WIDE
from tests.ui.test_every_command import CHECKS, NFS, go_to_pane

pytestmark = pytest.mark.anyio


def keys(text: str, preset: str = "default") -> Settings:
    return parse_settings(f'keymap = "{preset}"\n[keys]\n{text}'.encode())


async def test_a_rebound_key_works_and_the_old_one_does_not(open_app: OpenApp) -> None:
    async with open_app(MEDIUM, settings=keys('edit = ["F4", "é"]\ndelete = []\n')) as ui:
        for key in ("f4", "é"):
            await ui.show(NFS)
            await ui.press(key)
            ui.on(EntryForm)
            await ui.press("escape", "escape")
        for key in ("e", "D"):
            await ui.press(key)
            assert ui.app.screen is ui.main
        await ui.press("s")
        ui.on(Pick)


async def test_an_unbound_action_stays_in_the_palette(open_app: OpenApp) -> None:
    async with open_app(MEDIUM, settings=keys("delete = []\nzoom = []\n")) as ui:
        await ui.show(NFS)
        await ui.press("colon")
        await ui.type("delete the entry")
        await ui.press("enter")
        ui.on(Ask)


async def test_keys_can_change_places(open_app: OpenApp) -> None:
    async with open_app(
        MEDIUM, settings=keys('edit = "a"\nadd = "e"\ndown = "k"\nup = "j"\n')
    ) as ui:
        await ui.press("e")
        assert ui.main.quick_add.is_open
        await ui.press("escape")
        await ui.show_kind("current-issues")
        await ui.press("k", "k", "j")
        assert ui.main.list.cursor == 1


async def test_one_key_does_in_each_pane_what_is_for_that_pane(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree_only = Command("open", "Open", ("enter",), ("tree",))
    monkeypatch.setitem(COMMANDS, "open", tree_only)
    async with open_app(WIDE, settings=keys('open = "s"\n')) as ui:
        assert ui.app.setting_problems == ()
        assert commands_of_key("s") == ["status", "open"]
        await go_to_pane(ui, "tree")
        await ui.press("s")
        assert ui.main.where == "list"
        assert ui.app.screen is ui.main
        await ui.press("s")
        ui.on(Pick)


@pytest.mark.parametrize("key", ["tab", "shift+tab"])
async def test_tab_moves_nothing_when_it_is_no_key(open_app: OpenApp, key: str) -> None:
    settings = keys('next_pane = "F7"\nprevious_pane = "F6"\n')
    async with open_app(WIDE, settings=settings) as ui:
        assert ui.main.where == "tree"
        await ui.press(key)
        assert ui.main.where == "tree"
        await ui.press("f7")
        assert ui.main.where == "list"
        await ui.press("f6")
        assert ui.main.where == "tree"
        await ui.press("slash", "tab")
        assert not isinstance(ui.app.focused, Input)


async def test_every_kind_of_key_arrives(open_app: OpenApp) -> None:
    written = ["Ctrl+Space", "Alt+x", "Ctrl+_", "Shift+Up", "«", ";", ",", "+", "Ctrl+]", "Del"]
    names = ["ctrl+@", "alt+x", "ctrl+underscore", "shift+up"]
    names += ["left_pointing_double_angle_quotation_mark", "semicolon", "comma", "plus"]
    names += ["ctrl+right_square_bracket", "delete"]
    listed = ", ".join(f'"{key}"' for key in written)
    async with open_app(MEDIUM, settings=keys(f"help = [{listed}]\n")) as ui:
        for name in names:
            await ui.press(name)
            ui.on(Help)
            await ui.press("escape")


@pytest.mark.parametrize("identity", ["search", "copy_text", "palette", "left", "right"])
async def test_emacs_keys_work_beside_the_plain_ones(open_app: OpenApp, identity: str) -> None:
    command, emacs = COMMANDS[identity], preset_keys("emacs")
    added = [key for key in emacs[identity] if key not in command.default_keys]
    async with open_app(WIDE, settings=keys("", "emacs")) as ui:
        for key in (*added, *command.default_keys[:1]):
            await ui.show(NFS)
            await ui.press(key)
            assert CHECKS[identity].done(ui), key
            await ui.press("escape", "escape")


async def test_emacs_keys_move_the_cursor(open_app: OpenApp) -> None:
    async with open_app((60, 12), settings=keys("", "emacs")) as ui:
        await go_to_pane(ui, "tree")
        before = ui.main.sections.cursor
        await ui.press("ctrl+n", "ctrl+n", "ctrl+p")
        assert ui.main.sections.cursor == before + 1


REBOUND = """
add = "F2"
edit = "F3"
search = "F4"
status = "F5"
undo = "F6"
archive = "F7"
help = "F8"
quit = "F9"
problems = "Alt+x"
back = "Del"
"""


@pytest.mark.parametrize("pane", PANES)
async def test_footer_help_and_palette_show_the_keys_as_they_are(
    open_app: OpenApp, pane: str
) -> None:
    async with open_app(WIDE, settings=keys(REBOUND)) as ui:
        await go_to_pane(ui, pane)
        footer = ui.rows[-1]
        needed = footer_commands(pane)[:3]
        assert len(needed) == 3
        assert all(f"{command.key_label} " in footer for command in needed)
        assert footer.rstrip().endswith("F8 help")
        for old in (" a add", " e edit", "/ search", "? help", " q quit"):
            assert old not in footer
        await ui.press("colon")
        notes = {item.value: item.note for item in command_items(context_of(ui.main))}
        ui.on(Palette)
        assert {"add": "F2", "problems": "Alt+x", "back": "Del"}.items() <= notes.items()
        await ui.press("escape", "f8")
        seen = ""
        for _ in range(5):
            seen += ui.text
            await ui.press("pagedown")
        words = " ".join(seen.split())
        for line in ("F2 Quick add: one line", "Alt+x What is wrong", "Del One step out"):
            assert line in words
        assert " a Quick add" not in words


async def test_what_has_no_key_is_not_in_the_footer_nor_in_the_help(open_app: OpenApp) -> None:
    async with open_app(WIDE, settings=keys("edit = []\nhelp = []\n")) as ui:
        assert " edit" not in ui.rows[-1]
        assert "help" not in ui.rows[-1]
        assert ui.rows[-1].split()[:4] == ["a", "add", "/", "search"]
        await ui.press("colon")
        await ui.type("keys and help")
        await ui.press("enter")
        ui.on(Help)
        assert "Edit the entry" not in ui.text


async def test_texts_name_the_keys_as_they_are(open_app: OpenApp) -> None:
    async with open_app(WIDE, settings=keys(REBOUND + 'draft = "F11"\ndelete = "F10"\n')) as ui:
        await ui.press("ctrl+c")
        assert ui.message == "F9 quits (Del steps out of what is open)"
        await ui.press("n")
        assert ui.message == "There was no search yet; F4 begins one"
        await ui.show(NFS)
        await ui.press("f10")
        assert "F6 takes it back. F7 archives it instead, to be read later." in ui.text
        await ui.press("escape", "f3")
        await ui.type("x")
        await ui.press("escape", "escape")
        assert ui.message == "Not saved; your text is kept: F3 goes on with it"
        ui.file().write_text(ui.on_disk() + "[[x\n")
        await ui.reload()
        assert "Alt+x shows it" in ui.text


async def test_an_empty_list_names_the_key_that_adds(open_app: OpenApp, tmp_path: Path) -> None:
    bank = create_bank(tmp_path / "new").folder
    async with open_app(WIDE, bank, keys('add = "F2"\nedit = "F3"\n')) as ui:
        assert "This bank is empty. Press F2 and type" in " ".join(ui.text.split())
        await ui.show_kind("test-data")
        assert str(ui.main.list.empty_text).endswith("Press F2 to add one.")
        await ui.show_kind("project-information")
        assert "Press F3 to fill it in." in str(ui.main.list.empty_text)


async def test_a_key_that_is_gone_is_named_by_the_palette(open_app: OpenApp) -> None:
    settings = keys('undo = []\npalette = "F2"\n')
    async with open_app(WIDE, settings=settings) as ui:
        await ui.show(NFS)
        await ui.press("D")
        assert "“Take back your last change” (F2) takes it back." in ui.text


async def test_every_action_can_be_rebound_at_once(open_app: OpenApp) -> None:
    letters = (
        letter
        for letter in map(chr, range(0xC0, 0x17F))
        if len(letter.upper()) == 1 and letter.isalpha()
    )
    text = "".join(f'{name} = "{next(letters)}"\n' for name in COMMANDS)
    names = {name: label_of(key) for name, (key, *_) in keymap_of(keys(text)).keys.items()}
    async with open_app(NARROW, settings=keys(text)) as ui:
        assert ui.app.setting_problems == ()
        assert f"{names['add']} add" in ui.rows[-1]
        await ui.press(names["help"])
        ui.on(Help)
        await ui.press("escape")
        await ui.press(names["palette"])
        ui.on(Palette)


BROKEN = 'themee = "x"\nmouse = 1\n[keys]\nedit = "a"\nadd = "banana"\nzoom = "F4"\n'


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_a_broken_file_is_told_and_everything_works(
    open_app: OpenApp, size: tuple[int, int]
) -> None:
    async with open_app(size, settings=parse_settings(BROKEN.encode())) as ui:
        assert ui.message.startswith(
            'config.toml:1: "themee" is no option (did you mean "theme"?), expected theme'
        )
        assert "(and 3 more)" in ui.message
        assert "config.toml:1" in ui.text
        assert [problem.line for problem in ui.app.setting_problems] == [1, 2, 4, 5]
        await ui.press("f4")
        assert ui.main.zoomed
        assert ui.message == ""
        await ui.press("a")
        assert ui.main.quick_add.is_open
        await ui.press("escape", "j")
        assert "config.toml" not in ui.text


async def test_a_clash_is_told_with_its_line(open_app: OpenApp) -> None:
    async with open_app(WIDE, settings=keys('edit = "a"\n')) as ui:
        assert ui.message.startswith(
            "config.toml:3: keys.edit: a is the key of add (Quick add: one line) in the same pane"
        )
        assert re.search(r"`mbtui config` tells all$", ui.message)


async def test_an_unknown_theme_is_told_by_who_knows_the_themes(open_app: OpenApp) -> None:
    async with open_app(WIDE, settings=parse_settings(b'theme = "mbtui-drak"')) as ui:
        assert 'config.toml:1: theme is "mbtui-drak" (did you mean "mbtui-dark"?)' in ui.message
    async with open_app(WIDE, settings=parse_settings(b'theme = "mbtui-light"')) as ui:
        assert ui.message == ""


async def test_a_key_that_another_program_takes_is_told_inside_it(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = keys('zoom = "Ctrl+b"\n')
    async with open_app(MEDIUM, settings=settings) as ui:
        assert ui.message == ""
        await ui.press("ctrl+b")
        assert ui.main.zoomed
    monkeypatch.setenv("TMUX", "/tmp/tmux-0/default,1,0")
    async with open_app(MEDIUM, settings=settings) as ui:
        assert "zellij and tmux take Ctrl+b before it gets here" in ui.message
        assert ui.app.settings is settings


async def test_keys_typed_ahead_follow_the_map(open_app: OpenApp) -> None:
    """`j` opens the form here: what is typed behind it goes into the form."""
    async with open_app(MEDIUM, settings=keys('edit = "j"\ndown = "e"\n')) as ui:
        await ui.show(NFS)
        await ui.type("jxyz")
        ui.on(EntryForm)
        assert "xyz" in ui.text
