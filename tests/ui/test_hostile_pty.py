"""A bank full of escape sequences: none of them reaches the terminal, on any screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.ui.window import SOON, Window, own_world

EVIL = (
    r"\u001b]52;c;RVZJTA==\u0007\u001b]0;owned\u0007\u001b]8;;http://evil.example\u0007"
    r"\u001b[6n\u001b[2J\u001bP+q544e\u001b\\\u009b6n\u009d0;owned\u009c\u0085\u0090q"
    r"\u202e\u2066\u200f\u061c [/nope] [@click=app.quit]X[/]"
)
"""As a TOML string writes it: clipboard, title, link, report, erase, DCS, C1, bidi, markup."""
LATE = r"Late \u001b]52;c;TEFURQ==\u0007\u009b6n\u202e"
SENT = re.compile(r"\x1b\[[0-9;?<>=]*[$ ]?[a-zA-Z]|\x1b\]22;[a-z]+\x07")
"""What Textual itself sends: CSI sequences, and the shape of the mouse pointer."""
REFUSED = re.compile(
    "[\x00-\x07\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffd]"
)

BANK = f"""
format = 1
name = "{EVIL}"
title = "{EVIL}"
purpose = "{EVIL}"
[views]
"{EVIL}" = "in:current-issues"
[sections.theirs]
title = "{EVIL}"
after = "known-issues"
[kinds.odd-things]
section = "theirs"
title = "{EVIL}"
statuses = ["{EVIL}", "done"]
hints = ["{EVIL}"]
fields.thing = {{ type = "text", hint = "{EVIL}" }}
fields.pick = {{ type = "choice", choices = ["{EVIL}", "b"] }}
"""

ENTRY = f"""
id = "%s"
title = "%s {EVIL}"
status = "{EVIL}"
severity = "{EVIL}"
tags = ["{EVIL}", "b"]
paths = ["{EVIL}"]
links = ["{EVIL}", "aaaaaaaa"]
owner = "{EVIL}"
updated = 2026-01-02T03:04:05Z
updated_by = "{EVIL}"
created_by = "{EVIL}"
reviewed_by = "{EVIL}"
issue = "first {EVIL}"
workaround = \"\"\"
needle {EVIL}
# {EVIL}
```python
{EVIL}
```
[a {EVIL}](file:///etc/passwd)
\"\"\"
"unknown {EVIL}" = "{EVIL}"
"""


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    project = tmp_path / "ac\x1b]0;owned\x07\u202eme"
    folder = project / "memory-bank"
    (folder / "archive").mkdir(parents=True)
    (project / ".git").mkdir()
    (project / ".git" / "HEAD").write_text("ref: refs/heads/\x1b]0;owned\x07\u202ebranch\n")
    (folder / "bank.toml").write_text(BANK)
    entries = [("aaaaaaaa", "One"), (EVIL, "Two"), (f"3{EVIL}", "Three")]
    text = "".join("[[current-issues]]" + ENTRY % entry for entry in entries)
    (folder / "known-issues.toml").write_text(text)
    twins = "".join("[[odd-things]]" + ENTRY % (EVIL, title) for title in ("Odd", "Even"))
    (folder / "theirs.toml").write_text(twins)
    (folder / "project-context.toml").write_text(f'[project-information]\npurpose = "{EVIL}"\n')
    archived = f'\narchived = {{ by = "{EVIL}", reason = "{EVIL}" }}\n'
    text = "[[current-issues]]" + ENTRY % ("bbbbbbbb", "Old") + archived
    (folder / "archive" / "known-issues.toml").write_text(text)
    (folder / "testing-notes.toml").write_text(f'"{EVIL}" = 1\n"{EVIL}" = 2\n')
    return folder


@pytest.fixture
def open_window(bank: Path, tmp_path: Path) -> Iterator[Callable[[int, int], Window]]:
    env = own_world(tmp_path / "home") | {"MBTUI_AUTHOR": "\x1b]0;owned\x07\u202eAna"}
    windows: list[Window] = []

    def start(columns: int, rows: int) -> Window:
        windows.append(Window(bank, env, size=(columns, rows), state=None))
        return windows[-1]

    yield start
    for window in windows:
        window.close()


def assert_clean(raw: bytes) -> None:
    text = raw.decode()
    assert "\x1b[6n" not in text
    rest = SENT.sub("", text)
    found = [rest[max(0, m.start() - 30) : m.start() + 30] for m in REFUSED.finditer(rest)]
    assert not found


def test_nothing_in_a_bank_steers_the_terminal(
    open_window: Callable[[int, int], Window], bank: Path
) -> None:
    window = open_window(120, 35)
    press, see = window.press, window.until_shown

    def leave(text: str) -> None:
        window.send("\x1b")
        window.within(SOON, lambda: not window.shows(text))

    def look_at(keys: str, text: str) -> None:
        press(keys)
        see(text)
        leave(text)

    see("Sections")
    press(*["jjjj"] * 4, "G", "g", "2")
    see("␛")
    press("G", "\r", "G", "g", "2", "z", "z", "/")
    see("Search")
    press("needle")
    see("match")
    press("\x1b[B", "\x1b[B")
    leave("match")
    press("2")
    look_at("s", "Status of")
    look_at("t", "Tags of")
    look_at("m", "Move ")
    look_at("d", "why?")
    look_at("D", "Keep it")
    look_at("!", "Problems")
    press(":")
    see("Commands")
    look_at("go to", "Go to")
    press("?", "\x1b[6~", "q", "a")
    press("\x1b[200~pasted \x1b]0;owned\x07 \u009b6n \u202e @odd-things\nmore\x1b[201~")
    see("pasted")
    press("\t")
    see("New ·")
    press(*["\t"] * 5, "\x1b")
    leave("New ·")
    press("2")
    window.open_form("typed")
    text = (bank / "known-issues.toml").read_text()
    (bank / "known-issues.toml").write_text(text.replace('issue = "first', f'issue = "{LATE}'))
    press("\x1bOQ")
    see("meanwhile")
    press("\t", "\x11")
    window.wait_for_end(SOON)
    assert_clean(window.raw)


def test_nothing_in_a_bank_steers_a_narrow_terminal(
    open_window: Callable[[int, int], Window],
) -> None:
    window = open_window(50, 16)
    window.until_shown("Sections")
    window.press("jjjj", "jjjj", "jjjj", "g2")
    window.until_shown("␛")
    window.press("j", "\r", "j", "a")
    window.until_shown("Add to")
    window.send("\x11")
    window.wait_for_end(SOON)
    assert_clean(window.raw)


def test_the_check_would_see_what_it_looks_for() -> None:
    for evil in (
        "\x1b]52;c;QQ==\x07",
        "\x1b]0;x\x07",
        "\x9b6n",
        "\u202e",
        "\x1b[6n",
        "\x1bPq",
        "\x85",
    ):
        with pytest.raises(AssertionError):
            assert_clean(f"\x1b[0mtext {evil}".encode())
    assert_clean("\x1b[?1049h\x1b[?2026$p\x1b[38;5;1mtext ␛\x1b[<u\r\n".encode())
