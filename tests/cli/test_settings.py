"""`mbtui keys` and `mbtui config`."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from mbtui.store.settings import OPTIONS, config_file
from mbtui.ui.commands import COMMANDS

from .conftest import Run

WRONG = 'moose = true\nascii = true\n[keys]\nedit = "F4"\nad = "x"\nzoom = "Ctrl+o"\nup = "a"\n'


def configure(text: str) -> Path:
    path = config_file()
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8")
    return path


def test_keys_lists_every_action_with_the_keys_it_has(run: Run) -> None:
    answer = run("keys")
    assert (answer.code, answer.err) == (0, "")
    assert len(answer.lines) == 1 + len(COMMANDS)
    for command, line in zip(COMMANDS.values(), answer.lines[1:], strict=True):
        assert f" {command.id} " in line
        assert line.endswith(command.title)
        assert (command.all_key_labels or "-") in line
        assert not line.startswith("*")


def test_keys_marks_what_is_rebound(run: Run) -> None:
    configure('keymap = "emacs"\n[keys]\nedit = "F4"\ndelete = []\nredraw = []\n')
    answer = run("keys")
    assert answer.code == 0
    edit = next(line for line in answer.lines if " edit " in line)
    assert edit.split()[:3] == ["*", "F4", "edit"]
    delete = next(line for line in answer.lines if " delete " in line)
    assert delete.split()[:3] == ["*", "-", "delete"]
    down = next(line for line in answer.lines if " down " in line)
    assert down.split()[:5] == ["*", "j", "↓", "Ctrl+n", "down"]
    add = next(line for line in answer.lines if " add " in line)
    assert add.startswith("   a ")


def test_keys_for_programs(run: Run) -> None:
    configure('[keys]\nedit = "F4"\nad = "x"\n')
    answer = run("keys", "--json")
    actions = {action["id"]: action for action in answer.json["actions"]}
    assert list(actions) == list(COMMANDS)
    assert actions["edit"]["keys"] == ["F4"]
    assert actions["edit"]["default"] == ["e"]
    assert actions["edit"]["rebound"] is True
    assert actions["status"]["panes"] == ["list", "entry", "search"]
    assert actions["status"]["rebound"] is False
    (problem,) = answer.json["problems"]
    assert problem["line"] == 3
    assert 'did you mean "add"' in problem["message"]
    assert "config.toml:3" in answer.err


def test_config_shows_every_option_with_its_source(run: Run) -> None:
    answer = run("config")
    assert (answer.code, answer.err) == (0, "")
    assert answer.lines[0] == f"{config_file()} (not there; `mbtui config --init` writes it)"
    for option in OPTIONS.values():
        assert " ".join(option.about.split()) in " ".join(answer.out.split())
    assert 'theme = "auto"   (default)' in answer.out
    path = configure('\nascii = true\n[keys]\nedit = ["F4", "e"]\n')
    answer = run("config")
    assert (answer.code, answer.err, answer.lines[0]) == (0, "", str(path))
    assert "ascii = true   (config.toml:2)" in answer.out
    assert "mouse = true   (default)" in answer.out
    assert '    edit = ["F4", "e"]   (config.toml:4)' in answer.out


def test_config_tells_everything_that_is_wrong(run: Run) -> None:
    configure(WRONG)
    answer = run("config")
    assert answer.code == 1
    assert [line.split(": ")[1] for line in answer.err.splitlines()] == [
        "config.toml:1",
        "config.toml:5",
        "config.toml:6",
        "config.toml:7",
    ]
    assert 'up = "a"   (config.toml:7, not taken)' in answer.out
    assert "ascii = true   (config.toml:2)" in answer.out
    found = run("config", "--json")
    assert found.code == 1
    assert [problem["line"] for problem in found.json["problems"]] == [1, 5, 6, 7]
    options = {option["name"]: option for option in found.json["options"]}
    assert (options["ascii"]["value"], options["ascii"]["from"]) == (True, "file")
    assert options["ascii"]["line"] == 2
    assert (options["mouse"]["value"], options["mouse"]["from"]) == (True, "default")
    assert options["keys"]["value"]["edit"] == ["F4"]


def test_a_warning_alone_is_no_failure(run: Run) -> None:
    configure('[keys]\nzoom = "Ctrl+o"\n')
    answer = run("config")
    assert answer.code == 0
    assert "zellij takes Ctrl+o" in answer.err


@pytest.mark.parametrize("text", ["ascii = \n", "\x00", "[keys\n"])
def test_a_file_that_is_no_toml_is_told_without_a_traceback(run: Run, text: str) -> None:
    configure(text)
    for words in (("config",), ("keys",)):
        answer = run(*words)
        assert answer.code == (1 if words == ("config",) else 0)
        assert answer.err.startswith("mbtui: config.toml:1:")
        assert answer.err.count("\n") == 1
        assert answer.out


def test_what_a_setting_says_steers_no_terminal(run: Run) -> None:
    configure('"\\u001b[2J" = 1\ntheme = "\\u001b]52;c;x\\u0007"\n[keys]\n"\\u202e" = "\\u009b"\n')
    for words in (("config",), ("keys",), ("config", "--json")):
        answer = run(*words)
        assert answer.out
        assert not {"\x1b", "\x07", "\u202e", "\x9b"} & set(answer.out + answer.err)


def test_init_writes_a_commented_file_once(run: Run) -> None:
    answer = run("config", "--init")
    assert (answer.code, answer.out) == (0, f"{config_file()}\n")
    text = config_file().read_text("utf-8")
    assert tomllib.loads(text) == {"keys": {}}
    for name in (*OPTIONS, *COMMANDS):
        assert f"#{name} = " in text or f"[{name}]" in text
    assert run("config").code == 0
    uncommented = text.replace("\n#", "\n").replace("\n ", "\n# ")
    config_file().write_text(uncommented, "utf-8")
    assert run("config").err == ""
    assert [a["id"] for a in run("keys", "--json").json["actions"] if a["rebound"]] == []
    again = run("config", "--init")
    assert (again.code, again.out) == (2, "")
    assert "there already" in again.err
    assert config_file().read_text("utf-8") == uncommented


def test_init_for_programs(run: Run) -> None:
    assert run("config", "--init", "--json").json == {"file": str(config_file())}


def test_a_theme_that_was_chosen_on_the_screen_is_told(run: Run) -> None:
    from mbtui.store.screen_state import save_screen_state

    save_screen_state(theme="mbtui-light")
    assert 'theme = "mbtui-light"   (chosen in the program)' in run("config").out
    (option,) = (o for o in run("config", "--json").json["options"] if o["name"] == "theme")
    assert (option["value"], option["from"]) == ("mbtui-light", "program")
