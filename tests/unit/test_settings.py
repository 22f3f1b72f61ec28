"""The user's `config.toml`: what is taken, what is told, and where it stands."""

from __future__ import annotations

import os
import sys
import tomllib
from dataclasses import fields
from pathlib import Path

import platformdirs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbtui.bank.nearest import nearest_name
from mbtui.store.errors import StoreError
from mbtui.store.first_settings import commented_file, write_first_file
from mbtui.store.settings import (
    OPTIONS,
    Settings,
    config_file,
    key_lines,
    parse_settings,
    read_settings,
    unknown_theme,
)

ACTIONS = [("edit", ["e"], "Edit the entry"), ("down", ["j", "Down"], "Down"), ("redraw", [], "")]


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


def told(text: str) -> list[str]:
    return [str(problem) for problem in parse_settings(text.encode()).problems]


def test_every_option_is_a_setting_with_the_same_default() -> None:
    names = [field.name for field in fields(Settings)]
    assert names[: len(OPTIONS)] == list(OPTIONS)
    defaults = Settings()
    for option in OPTIONS.values():
        if option.name != "keys":
            assert getattr(defaults, option.name) == option.default


@pytest.mark.skipif(sys.platform != "linux", reason="worked out by hand on Linux alone")
@pytest.mark.parametrize("named", ["/somewhere/else", "", None])
def test_the_file_is_where_platformdirs_says(
    named: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if named is None:
        monkeypatch.delenv("XDG_CONFIG_HOME")
    else:
        monkeypatch.setenv("XDG_CONFIG_HOME", named)
    assert config_file() == platformdirs.user_config_path("mbtui") / "config.toml"


def test_without_a_file_everything_stands_at_its_default() -> None:
    assert read_settings() == Settings()
    assert not config_file().parent.exists()


def test_what_the_file_says_is_taken_with_its_lines() -> None:
    settings = parse_settings(
        b'\xef\xbb\xbf# mine\r\ntheme = "mbtui-light"\r\nmouse = false\r\n\r\n[keys]\r\n'
        b'edit = "F4"\r\nsearch = [\r\n  "/",\r\n  "Ctrl+f",\r\n]\r\n"delete" = []\r\n'
    )
    assert settings.problems == ()
    assert (settings.theme, settings.mouse, settings.ascii) == ("mbtui-light", False, False)
    assert settings.keys == {"edit": ("F4",), "search": ("/", "Ctrl+f"), "delete": ()}
    assert settings.lines == {
        "theme": 2,
        "mouse": 3,
        "keys": 5,
        "keys.edit": 6,
        "keys.search": 7,
        "keys.delete": 11,
    }


def test_a_linked_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    (tmp_path / "dotfiles" / "mbtui.toml").write_text("ascii = true\n", "utf-8")
    config_file().parent.mkdir(parents=True)
    config_file().symlink_to(tmp_path / "dotfiles" / "mbtui.toml")
    assert read_settings().ascii


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            '\nthemee = "x"\n',
            'config.toml:2: "themee" is no option (did you mean "theme"?),'
            " expected theme, ascii, mouse, keymap or keys",
        ),
        ("[xyzzy]\na = 1\n", 'config.toml:1: "xyzzy" is no option, expected'),
        ("ascii = 1\n", "config.toml:1: ascii is a number, expected true or false"),
        ('mouse = "no"\n', "config.toml:1: mouse is a text, expected true or false"),
        ("theme = true\n", "config.toml:1: theme is true or false, expected a text in quotes"),
        (
            'keymap = "emcas"\n',
            'config.toml:1: keymap is "emcas" (did you mean "emacs"?),'
            ' expected "default" or "emacs"',
        ),
        ("keys = 3\n", "config.toml:1: keys is a number, expected a table"),
        ("[[keys]]\nedit = 'x'\n", "config.toml:1: keys is a list, expected a table"),
        (
            "[keys]\nadd = 'i'\nedit = 3\n",
            "config.toml:3: keys.edit is a number, expected a key such as",
        ),
        ("keys.edit = ['x', 3]\n", "config.toml:1: keys.edit is a list with more than texts, ex"),
        ("mouse = true\nascii = \n", "config.toml:2:"),
        ("ascii = true\nascii = true\n", "config.toml:"),
        ("<<<<<<< HEAD\nascii = true\n", "config.toml:1:1: "),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_stands_at_the_default(
    text: str, says: str
) -> None:
    (problem,) = told(text)
    assert problem.startswith(says)
    settings = parse_settings(text.encode())
    assert {option: getattr(settings, option) for option in OPTIONS if option != "keys"} == {
        option.name: option.default for option in OPTIONS.values() if option.name != "keys"
    }
    assert "edit" not in settings.keys


def test_one_wrong_option_leaves_the_others() -> None:
    settings = parse_settings(b'mouse = 1\nascii = true\nfoo = 1\n[keys]\nadd = "i"\nedit = 2\n')
    assert settings.ascii
    assert settings.keys == {"add": ("i",)}
    assert [problem.line for problem in settings.problems] == [1, 3, 6]


def test_bytes_that_are_no_text_are_told() -> None:
    (problem,) = parse_settings(b"ascii = true\n# \xff\n").problems
    assert str(problem) == "config.toml:2: is not UTF-8; save the file as UTF-8"


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    config_file().mkdir(parents=True)
    assert len(read_settings().problems) == 1
    config_file().rmdir()
    os.mkfifo(config_file())
    assert len(read_settings().problems) == 1


@given(st.binary(max_size=200))
def test_no_bytes_end_the_program(data: bytes) -> None:
    settings = parse_settings(data)
    assert all(str(problem).startswith("config.toml") for problem in settings.problems)


_NAME = st.sampled_from(["theme", "mouse", "keys", "edit", "a b", "ä", "x.y"])
_VALUE = st.recursive(
    st.sampled_from(["x", "auto", "Ctrl+d", True, 3, 1.5]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_NAME, inner, max_size=2),
    max_leaves=4,
)


@given(st.dictionaries(_NAME, _VALUE, max_size=4))
def test_every_problem_and_every_setting_has_its_line(values: dict[str, object]) -> None:
    from mbtui.store.toml_write import toml_key, toml_value

    written = [f"{toml_key(name)} = {toml_value(value)}" for name, value in values.items()]
    text = "\n".join(["# a comment", *written, ""])
    settings = parse_settings(text.encode())
    rows = text.split("\n")
    for problem in settings.problems:
        assert problem.line > 1
    for name, line in settings.lines.items():
        assert tomllib.loads(rows[line - 1]).keys() == {name.partition(".")[0]}


def test_lines_of_keys_in_values_of_several_lines_are_not_mistaken() -> None:
    text = 'a = """\nb = 1\n[c]\n"""\n[d]\ne.f = [\n 1,\n]\n[d.g]\nh = 1\n'
    assert key_lines(text) == {
        ("a",): 1,
        ("d",): 5,
        ("d", "e"): 6,
        ("d", "e", "f"): 6,
        ("d", "g"): 9,
        ("d", "g", "h"): 10,
    }


def test_a_theme_is_checked_by_who_knows_the_themes() -> None:
    assert unknown_theme(Settings()) == ()
    assert unknown_theme(parse_settings(b'theme = "mbtui-dark"')) == ()
    (problem,) = unknown_theme(parse_settings(b'\ntheme = "mbtui-drak"'))
    assert str(problem) == (
        'config.toml:2: theme is "mbtui-drak" (did you mean "mbtui-dark"?),'
        ' expected "auto" or a theme'
    )


def test_the_first_file_says_every_default_and_nothing_else() -> None:
    text = commented_file(ACTIONS)
    assert parse_settings(text.encode()).problems == ()
    assert read_settings() == Settings()
    plain = parse_settings(text.encode())
    assert (plain.theme, plain.ascii, plain.mouse, plain.keys) == ("auto", False, True, {})
    switched = "\n".join(
        line[1:] if line.startswith("#") and not line.startswith("# ") else line
        for line in text.splitlines()
    )
    settings = parse_settings(switched.encode())
    assert settings.problems == ()
    assert settings.lines.keys() == {*OPTIONS, *(f"keys.{name}" for name, _, _ in ACTIONS)}
    assert settings.keys == {"edit": ("e",), "down": ("j", "Down"), "redraw": ()}
    for option in OPTIONS.values():
        words = " ".join(text.replace("\n# ", " ").split())
        assert option.about[1:] in words
    assert max(map(len, text.splitlines())) <= 100


def test_the_first_file_replaces_nothing() -> None:
    path = write_first_file(ACTIONS)
    assert path == config_file()
    path.write_text("ascii = true\n", "utf-8")
    with pytest.raises(StoreError, match="there already"):
        write_first_file(ACTIONS)
    assert path.read_text("utf-8") == "ascii = true\n"
    path.unlink()
    path.symlink_to("nowhere")
    with pytest.raises(StoreError, match="there already"):
        write_first_file(ACTIONS)


def test_a_first_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("", "utf-8")
    with pytest.raises(StoreError, match="could not be written"):
        write_first_file(ACTIONS)


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("serach", "search"),
        ("Edit", "edit"),
        ("pane_lst", "pane_list"),
        ("arch", "archive"),
        ("xyzzy", ""),
        ("", ""),
    ],
)
def test_the_nearest_name(word: str, near: str) -> None:
    assert nearest_name(word, ["search", "edit", "archive", "pane_list", "pane_tree"]) == near
