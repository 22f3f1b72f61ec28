"""What is copied, by which way, and what is said of it."""

from __future__ import annotations

import base64
import os
import stat
from pathlib import Path

import pytest

from mbtui.store.lock import user_state_folder
from mbtui.ui import clipboard
from mbtui.ui.clipboard import FILE, OSC_52_LIMIT, SCREEN_LIMIT, deliver
from mbtui.ui.terminal import takes_mouse, title_output


def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *names: str) -> Path:
    """Programs by these names that note what they were given."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in names:
        tool = folder / name
        tool.write_text(
            f'#!/bin/sh\nprintf "%s " "$@" > {tmp_path}/{name}.args\ncat > {tmp_path}/{name}.got\n'
        )
        tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def test_a_short_text_goes_to_the_terminal() -> None:
    assert deliver("short", "the id", {}) == ("Sent the id to the clipboard (OSC 52)", True, "")


def test_a_long_text_goes_into_a_file_that_only_the_user_reads() -> None:
    text = "ü" * OSC_52_LIMIT
    (user_state_folder() / FILE).symlink_to("/etc/hostname")
    told, send, _ = deliver(text, "the text", {})
    file = user_state_folder() / FILE
    assert (told, send) == (
        f"The text is too long for the terminal's clipboard; it is in ~/mbtui/{FILE}",
        False,
    )
    assert file.read_text() == text
    assert not file.is_symlink()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_that_cannot_be_written_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clipboard, "user_state_folder", lambda: Path("/dev/null/x"))
    assert "no file could be written" in deliver("x" * 5000, "the text", {}).told


def test_tmux_is_given_texts_of_any_length(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tools(tmp_path, monkeypatch, "tmux")
    text = "long\n" * 5000
    told, send, _ = deliver(text, "the text", {"TMUX": "/tmp/x,1,0"})
    assert (tmp_path / "tmux.args").read_text() == "load-buffer -w - "
    assert (tmp_path / "tmux.got").read_text() == text
    assert told == "The text is in tmux's buffer; it is long, so the terminal may not take it"
    assert not send
    assert deliver("a", "it", {"TMUX": "x"}).told == "Sent it to the clipboard (tmux)"


def test_the_tools_of_this_machine_only_where_the_user_sits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools(tmp_path, monkeypatch, "wl-copy")
    here = {"WAYLAND_DISPLAY": "wayland-0"}
    assert deliver("a" * 9999, "it", here).told == "Sent it to the clipboard (wl-copy)"
    assert (tmp_path / "wl-copy.got").read_text() == "a" * 9999
    told = deliver("a", "it", {**here, "SSH_CONNECTION": "1 2 3 4"}).told
    assert told == "Sent it to the clipboard (OSC 52)"


def test_gnu_screen_is_given_what_it_passes_on() -> None:
    inside = {"STY": "1.pts"}
    told, send, output = deliver("a", "it", inside)
    coded = base64.b64encode(b"a").decode()
    assert (told, send) == ("Sent it to the clipboard (OSC 52)", True)
    assert output == f"\x1bP\x1b]52;c;{coded}\x07\x1b\\"
    assert not deliver("a" * (SCREEN_LIMIT + 1), "it", inside).send


def test_control_characters_are_told() -> None:
    assert "look before you paste" in deliver("a\x1b[31m", "it", {}).told
    assert "look before you paste" in deliver("a\rb", "it", {}).told


@pytest.mark.parametrize("name", ["a\x07\x1b]52;c;eA==\x07", "a\x9b31m", "a\n\x1b\\b", "‮evil"])
def test_no_name_of_a_bank_can_end_the_title_early(name: str) -> None:
    output = title_output(name, "xterm-256color")
    assert output.startswith("\x1b[22;0t\x1b]0;mbtui · ")
    shown = output.removeprefix("\x1b[22;0t\x1b]0;").removesuffix("\x07")
    assert shown.isprintable()


@pytest.mark.parametrize("terminal", ["", "dumb", "linux"])
def test_terminals_without_a_title_are_sent_none(terminal: str) -> None:
    assert title_output("acme-api", terminal) == ""


def test_the_mouse_is_off_where_it_would_hold_back_esc() -> None:
    assert takes_mouse({})
    assert not takes_mouse({"STY": "1.pts"})
    assert takes_mouse({"STY": "1.pts", "TMUX": "x"})
