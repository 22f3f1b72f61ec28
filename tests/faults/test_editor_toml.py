"""T33: `E` in a real terminal: editors that fail, hang up and write at the last moment."""

from __future__ import annotations

import shlex
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mbtui.store.create import create_bank
from tests.faults.test_editor import Editor, in_words
from tests.ui.window import SOON, Window, own_world

ISSUE = '[[current-issues]]\nid = "00000001"\ntitle = "Pool gone"\n# kept\nstatus = "open"\n'
CHANGE = """
path = sys.argv[-1]
text = open(path).read()
open(path, "w").write(text.replace('"Pool gone"', {new!r}))
"""


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    folder = create_bank(tmp_path / "acme").folder
    (folder / "known-issues.toml").write_text(ISSUE)
    return folder


Open = Callable[[str], Window]


@pytest.fixture
def open_window(bank: Path, tmp_path: Path) -> Iterator[Open]:
    """`open_window(end)`: mbtui in a pty, its editor a program that ends so."""
    windows: list[Window] = []

    def start(end: str) -> Window:
        editor = Editor(tmp_path / "e", end)
        env = own_world(tmp_path / "home") | {"EDITOR": shlex.quote(str(editor.path)), "VISUAL": ""}
        window = Window(bank, env, size=(80, 20))
        windows.append(window)
        window.press("2")
        window.until_shown("Pool gone")
        return window

    yield start
    for window in windows:
        window.close()


def on_disk(bank: Path) -> str:
    return (bank / "known-issues.toml").read_text()


def left_over(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "home").rglob("editing/*/*"))


def test_t33_what_the_editor_wrote_is_saved(open_window: Open, bank: Path, tmp_path: Path) -> None:
    window = open_window(CHANGE.format(new='"Pool was gone"'))
    window.send("E")
    window.within(SOON, lambda: "Saved: Pool was gone" in in_words(window))
    assert 'title = "Pool was gone"\n# kept\n' in on_disk(bank)
    assert left_over(tmp_path) == []
    window.press("u")
    window.within(SOON, lambda: on_disk(bank) == ISSUE)


@pytest.mark.parametrize(
    ("end", "told"),
    [
        ("sys.exit(3)", "ended with exit code 3"),
        ("os.kill(os.getpid(), signal.SIGHUP)", "was ended by SIGHUP"),
    ],
)
def test_t33_an_editor_that_fails_changes_nothing_and_loses_nothing(
    open_window: Open, bank: Path, tmp_path: Path, end: str, told: str
) -> None:
    window = open_window(CHANGE.format(new='"half"') + end)
    window.send("E")
    window.within(SOON, lambda: told in in_words(window) and "kept" in in_words(window))
    assert on_disk(bank) == ISSUE
    (draft,) = (tmp_path / "home").rglob("drafts/*.json")
    assert "half" in draft.read_text()
    assert left_over(tmp_path) == []


def test_t33_a_program_killed_under_its_editor_finds_the_text_again(
    open_window: Open, bank: Path, tmp_path: Path
) -> None:
    window = open_window(CHANGE.format(new='"at the last moment"') + "signal.pause()")
    window.send("E")
    window.within(SOON, lambda: any("last moment" in p.read_text() for p in left_over(tmp_path)))
    window.signal(signal.SIGKILL)
    window.wait_for_end(SOON)
    again = open_window("")
    again.until_shown("Unsaved text")
    assert on_disk(bank) == ISSUE
    assert any("at the last moment" in p.read_text() for p in (tmp_path / "home").rglob("drafts/*"))
