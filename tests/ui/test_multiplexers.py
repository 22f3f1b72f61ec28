"""In real tmux and GNU screen: every default key arrives, copies get out, colours can be read."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mbtui.ui.commands import COMMANDS
from tests.ui.multiplexers import Multiplexer, is_installed, keys_program
from tests.ui.outside import make_project
from tests.ui.window import own_world

Start = Callable[..., Multiplexer]
NAMES = ["tmux", "screen"]
FORM_KEYS = ["f2", "ctrl+s", "space"]


@pytest.fixture(params=NAMES)
def start(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Start]:
    if not is_installed(request.param):
        pytest.skip(f"{request.param} is not installed")
    opened: list[Multiplexer] = []

    def begin(program: list[str]) -> Multiplexer:
        opened.append(Multiplexer(request.param, tmp_path, program))
        return opened[-1]

    yield begin
    for one in opened:
        one.close()


def test_every_default_key_arrives(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "keys"
    inside = start(keys_program(file))
    assert inside.until_lines(file, 1) == ["ready"]
    keys = [key for command in COMMANDS.values() for key in command.keys] + FORM_KEYS
    for count, key in enumerate(keys, 2):
        inside.send(key)
        inside.until_lines(file, count)
    assert inside.until_lines(file, len(keys) + 1)[1:] == keys


def test_a_copy_reaches_the_terminal_outside(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "keys"
    inside = start(keys_program(file, "copy", "gotcha: NFS hat keine ü-Sperren"))
    told = inside.until_lines(file, 2)[1]
    inside.terminal.until(lambda: bool(inside.copied()))
    assert set(inside.copied()) == {"gotcha: NFS hat keine ü-Sperren"}
    assert (
        told == f"Sent the text to the clipboard ({'tmux' if inside.name == 'tmux' else 'OSC 52'})"
    )


def test_the_main_screen_is_drawn_whole_and_in_colours(start: Start, tmp_path: Path) -> None:
    project = make_project(tmp_path / "acme", own_world(tmp_path / "home"))
    inside = start([sys.executable, "-m", "mbtui", "--bank", str(project.bank)])
    terminal = inside.terminal
    terminal.until(lambda: "live" in terminal.text() and "? help" in terminal.text())
    terminal.settle()
    assert "SQLite WAL hangs" in terminal.text()
    row = next(row for row in terminal.cells() if "All entries" in "".join(c[0] for c in row))
    title = next(cell for cell in row if cell[0] == "2")
    assert title[1] != title[2], "text in the colour of its ground"
