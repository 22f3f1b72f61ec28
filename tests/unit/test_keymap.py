"""Keys as people write them, and what a keymap makes of the user's lines."""

from __future__ import annotations

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser
from textual.events import Key
from textual.keys import _character_to_key

from mbtui.store.settings import Settings, parse_settings
from mbtui.ui.commands import COMMANDS
from mbtui.ui.keymap import PRESETS, Keymap, keymap_of, preset_keys, to_tell_at_start
from mbtui.ui.keynames import TAKEN_BY, KeyNameError, label_of, parse_key

SIGNS = [c for c in string.printable[:95] if c != " "]


def arrives(sequence: str) -> list[str]:
    """What Textual makes of the bytes that a terminal sends."""
    parser = XTermParser()
    events = [*parser.feed(sequence), *parser.feed("")]
    return [event.key for event in events if isinstance(event, Key)]


def keymap(text: str, preset: str = "default") -> Keymap:
    settings = parse_settings(f'keymap = "{preset}"\n[keys]\n{text}'.encode())
    assert settings.problems == ()
    return keymap_of(settings)


def told(text: str) -> list[str]:
    return [str(problem) for problem in keymap(text).problems]


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("x", "x"),
        ("X", "X"),
        ("Shift+x", "X"),
        ("?", "question_mark"),
        ("question_mark", "question_mark"),
        ("Question Mark", "question_mark"),
        ("slash", "slash"),
        (" ", "space"),
        ("Space", "space"),
        ("F3", "f3"),
        ("f12", "f12"),
        ("Ctrl+d", "ctrl+d"),
        ("CTRL+D", "ctrl+d"),
        ("control-d", "ctrl+d"),
        ("C-d", "ctrl+d"),
        ("<C-d>", "ctrl+d"),
        ("^d", "ctrl+d"),
        ("^", "circumflex_accent"),
        ("Ctrl+PgDn", "ctrl+pagedown"),
        ("Ctrl+Space", "ctrl+@"),
        ("Ctrl+_", "ctrl+underscore"),
        ("Ctrl+]", "ctrl+right_square_bracket"),
        ("M-x", "alt+x"),
        ("Option+x", "alt+x"),
        ("Alt+X", "alt+shift+x"),
        ("Ctrl+Shift+Up", "ctrl+shift+up"),
        ("shift+ctrl+up", "ctrl+shift+up"),
        ("Esc", "escape"),
        ("Return", "enter"),
        ("Page Down", "pagedown"),
        ("PgUp", "pageup"),
        ("Del", "delete"),
        ("Shift-Tab", "shift+tab"),
        ("BackTab", "shift+tab"),
        ("+", "plus"),
        ("-", "minus"),
        ("minus", "minus"),
        ("period", "full_stop"),
        ("↓", "down"),
        ("é", "é"),
        ("«", "left_pointing_double_angle_quotation_mark"),
    ],
)
def test_keys_are_written_as_people_write_them(written: str, key: str) -> None:
    assert parse_key(written) == key


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("Ctrl+h", "arrives as Backspace"),
        ("^H", "arrives as Backspace"),
        ("Ctrl+i", "arrives as Tab"),
        ("C-m", "arrives as Enter"),
        ("Ctrl+[", "arrives as Esc"),
        ("Alt+Enter", "arrives as Enter"),
        ("Ctrl+Enter", "arrives as Enter"),
        ("Shift+Enter", "arrives as Enter"),
        ("Ctrl+/", "arrives as Ctrl+_"),
        ("Ctrl+Shift+x", "arrives as Ctrl+x"),
        ("Alt+b", "arrives as Ctrl+←"),
        ("Alt+<", "few terminals"),
        ("Ctrl+1", "few terminals"),
        ("Ctrl+Alt+x", "few terminals"),
        ("Ctrl+ä", "few terminals"),
        ("Shift+?", "the one that Shift gives"),
        ("Cmd+s", "never reaches"),
        ("ctrl+banana", "is no key"),
        ("banana", "is no key"),
        ("xx", "is no key"),
        ("", "is no key"),
        ("Ctrl+", "is no key"),
        ("\x1b", "is no key"),
        ("\u202e", "is no key"),
    ],
)
def test_what_never_arrives_is_no_key(written: str, why: str) -> None:
    with pytest.raises(KeyNameError, match=why.replace("+", r"\+")):
        parse_key(written)


@given(st.characters(exclude_categories=["C", "Z", "M"]))
@example("<")
@example("«")
@example("🬼")
def test_a_character_is_named_as_textual_names_it_and_shown_as_itself(character: str) -> None:
    try:
        key = parse_key(character)
    except KeyNameError:
        return
    if character not in "↑↓←→":
        assert key == _character_to_key(character)
        assert label_of(key) == character


def test_every_sign_of_the_keyboard_is_a_key() -> None:
    for sign in SIGNS:
        assert label_of(parse_key(sign)) == sign


_SIGN = st.sampled_from("CcMmsS-+<>^ abdhiFf123[?/ctrlshiftaltupdownxä")


@given(st.text(alphabet=_SIGN, max_size=12))
def test_what_is_shown_can_be_written_again(text: str) -> None:
    try:
        key = parse_key(text)
    except KeyNameError:
        return
    assert parse_key(label_of(key)) == key
    assert parse_key(label_of(key, words=True)) == key
    assert parse_key(key) == key or "@" in key


def test_ctrl_and_alt_letters_are_keys_where_textual_gets_them() -> None:
    for letter in string.ascii_lowercase:
        for written, sequence in (
            (f"Ctrl+{letter}", chr(ord(letter) - 96)),
            (f"Alt+{letter}", f"\x1b{letter}"),
        ):
            try:
                key = parse_key(written)
            except KeyNameError:
                assert arrives(sequence) != [written.lower()]
            else:
                assert arrives(sequence) == [key]
    assert arrives("\x1bX") == [parse_key("Alt+X")]
    assert arrives("\x1b[1;3A") == [parse_key("Alt+Up")]
    assert arrives("\x1b[6;5~") == [parse_key("Ctrl+PgDn")]
    assert arrives("\x1f") == [parse_key("Ctrl+_")]
    assert arrives("\0") == [parse_key("Ctrl+Space")]


def test_plain_keys_of_a_terminal_can_all_be_written() -> None:
    names = {key[0].value for key in ANSI_SEQUENCES_KEYS.values() if isinstance(key, tuple)}
    for name in ("up", "home", "pagedown", "insert", "delete", "f1", "f12", "shift+tab", "enter"):
        assert name in names
        assert parse_key(name) == name


def test_programs_around_take_keys_that_can_be_written() -> None:
    for keys in TAKEN_BY.values():
        for key in keys:
            assert parse_key(label_of(key)) == key


@pytest.mark.parametrize("name", PRESETS)
def test_presets_clash_nowhere_and_need_neither_ctrl_nor_alt(name: str) -> None:
    assert PRESETS[name].keys() <= COMMANDS.keys()
    keys = preset_keys(name)
    assert keymap_of(Settings(keymap=name)) == Keymap(keys)
    assert clashes(keys) == []
    for command in COMMANDS.values():
        assert keys[command.id][: len(command.default_keys)] == command.default_keys
        assert all(parse_key(label_of(key)) == key for key in keys[command.id])
        if command.default_keys and command.id != "suspend":  # Ctrl+z is every terminal's own.
            assert not keys[command.id][0].startswith(("ctrl+", "alt+"))


def clashes(keys: dict[str, tuple[str, ...]]) -> list[tuple[str, str, str]]:
    return [
        (one.id, other.id, key)
        for one in COMMANDS.values()
        for other in COMMANDS.values()
        for key in keys[one.id]
        if one.id < other.id and key in keys[other.id] and set(one.where) & set(other.where)
    ]


def test_a_line_gives_an_action_other_keys_and_no_other_one() -> None:
    changed = keymap('edit = "F4"\nsearch = ["/", "Ctrl+f"]\ndelete = []\n')
    assert changed.problems == ()
    assert changed.keys == {
        **preset_keys("default"),
        "edit": ("f4",),
        "search": ("slash", "ctrl+f"),
        "delete": (),
    }
    rebound = [c.id for c in COMMANDS.values() if changed.is_rebound(c)]
    assert sorted(rebound) == ["delete", "edit", "search"]


def test_two_actions_can_change_places() -> None:
    swapped = keymap('edit = "a"\nadd = "e"\n')
    assert swapped.problems == ()
    assert (swapped.keys["edit"], swapped.keys["add"]) == (("a",), ("e",))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            'serach = "x"\n',
            'config.toml:3: "serach" is no action (did you mean "search"?),'
            " expected one that `mbtui keys` lists",
        ),
        ('theme = "auto"\n', "config.toml:3: theme is an option of its own; write it above [keys]"),
        (
            'edit = "banana"\n',
            'config.toml:3: keys.edit: "banana" is no key, expected one such as "x", "F4"',
        ),
        ('\nedit = "Ctrl+h"\n', 'config.toml:4: keys.edit: "Ctrl+h" arrives as Backspace in most'),
        ('edit = "Ctrl+q"\n', "config.toml:3: keys.edit: Ctrl+q always quits; take another key"),
        ("palette = []\n", "config.toml:3: keys.palette is empty, expected a key: it reaches"),
        (
            'edit = ["F4", "a"]\n',
            "config.toml:3: keys.edit: a is the key of add (Quick add: one line) in the same pane",
        ),
    ],
)
def test_a_bad_line_is_told_and_leaves_its_action_alone(text: str, says: str) -> None:
    (problem,) = told(text)
    assert problem.startswith(says)
    assert keymap(text).keys == preset_keys("default")


def test_of_two_lines_that_clash_the_later_is_refused() -> None:
    both = keymap('zoom = "F4"\nedit = "F4"\n')
    assert [problem.line for problem in both.problems] == [4]
    assert (both.keys["zoom"], both.keys["edit"]) == (("f4",), ("e",))


def test_a_refused_line_takes_its_keys_back_from_who_got_them() -> None:
    chain = keymap('add = "e"\nedit = "a"\nreload = "a"\nquit = "F5"\n')
    assert chain.keys["quit"] == ("f5",)
    assert clashes(dict(chain.keys)) == []
    chain = keymap('edit = "x"\nadd = "e"\nzoom = "x"\n')
    assert [problem.line for problem in chain.problems] == [5]
    chain = keymap('add = "e"\nzoom = "F6"\nedit = "F6"\n')
    assert [problem.line for problem in chain.problems] == [3, 5]
    assert chain.keys["add"] == ("a",)
    assert chain.keys["edit"] == ("e",)


_WRITTEN = st.sampled_from(["a", "e", "F4", "x", "Ctrl+n", "Esc", "Ctrl+h", "banana", "1", "?"])
_ACTION = st.sampled_from(["add", "edit", "search", "open", "palette", "back", "help", "nothing"])


@given(
    st.sampled_from(list(PRESETS)),
    st.dictionaries(_ACTION, st.lists(_WRITTEN, max_size=2).map(tuple), max_size=6),
)
def test_whatever_is_written_no_two_actions_of_a_pane_share_a_key(
    preset: str, keys: dict[str, tuple[str, ...]]
) -> None:
    lines = {f"keys.{action}": at for at, action in enumerate(keys, 1)}
    found = keymap_of(Settings(keymap=preset, keys=keys, lines=lines))
    assert clashes(dict(found.keys)) == []
    assert found.keys.keys() == COMMANDS.keys()
    assert found.keys["palette"]
    refused = {problem.line for problem in found.problems if not problem.is_warning}
    for action, own in preset_keys(preset).items():
        line = lines.get(f"keys.{action}")
        if line is None or line in refused:
            assert found.keys[action] == own
        else:
            assert found.keys[action] == tuple(dict.fromkeys(map(parse_key, keys[action])))


def test_a_key_that_programs_around_take_is_taken_with_a_warning() -> None:
    found = keymap('edit = "Ctrl+o"\nzoom = "Ctrl+b"\n')
    assert [str(problem) for problem in found.problems] == [
        "config.toml:3: keys.edit: zellij takes Ctrl+o before it gets here",
        "config.toml:4: keys.zoom: zellij and tmux take Ctrl+b before it gets here",
    ]
    assert (found.keys["edit"], found.keys["zoom"]) == (("ctrl+o",), ("ctrl+b",))


def test_at_the_start_only_what_is_taken_here_is_told() -> None:
    problems = keymap('edit = "Ctrl+o"\nzoom = "Ctrl+b"\nadd = "banana"\n').problems
    for environ, lines in (
        ({}, [5]),
        ({"TMUX": "/tmp/tmux-0/default,1,0"}, [4, 5]),
        ({"ZELLIJ": "0"}, [3, 4, 5]),
        ({"STY": "1.pts"}, [5]),
        ({"TERM_PROGRAM": "vscode"}, [5]),
    ):
        assert [problem.line for problem in to_tell_at_start(problems, environ)] == lines
