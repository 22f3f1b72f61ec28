"""T30 in a real terminal: on every screen, a hostile bank sends only what a harmless one sends.

Both banks are walked through with the same keys, and the raw bytes compared: each escape sequence
of the hostile walk must have a form that the harmless one has too, and nothing else in it may act.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from mbtui.ui.crash import EXIT_CODE
from tests.faults.hostile_bank import NAME, TEXTS, make_hostile_bank
from tests.ui.terminal import Terminal
from tests.ui.window import SOON, Window, own_world

PARTS = ("clipboard", "window title", "hyperlink", "csi", "strings", "c0", "c1", "bidi")
TEXT = " ".join(["evil", *(TEXTS[name] for name in PARTS), TEXTS["markup"]])
LATE = "late \x1b]52;c;TEFURQ==\x07\x9b6n\u202e"
HARMLESS = "evil but harmless"
SEQUENCE = re.compile(
    r"\x1b\[(?P<csi>[0-?]*[ -/]*[@-~])"
    r"|\x1b\](?P<osc>[^\x07\x1b]*)(?:\x07|\x1b\\)"
    r"|\x1b(?P<other>[ -/]*[0-Z\\^-~])"
)
REFUSED = re.compile(
    "[\x00-\x07\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffd]"
)
OUR_TITLE = "0;mbtui · "
Open = Callable[..., tuple[Window, Path]]


def forms(raw: bytes) -> set[str]:
    """The forms of all escape sequences; fails on anything else that acts on a terminal.

    Numbers of CSI sequences are left out, but for the modes that `h` and `l` switch.
    """
    text = raw.decode()
    for part in ("\x1b[31mred", "\x1b[6n", "\x1b[2J\x1b[H\x1b[6n", "owned\x07", "\x1b]52;c;RVZ"):
        assert part not in text
    rest = SEQUENCE.sub("", text)
    found = [rest[max(0, m.start() - 30) : m.start() + 30] for m in REFUSED.finditer(rest)]
    assert not found, found[:3]
    return {_form(match) for match in SEQUENCE.finditer(text)}


def _form(match: re.Match[str]) -> str:
    if (csi := match["csi"]) is not None:
        return f"CSI {csi}" if csi[-1] in "hl" else "CSI " + re.sub(r"[0-9;:]+", "n", csi)
    osc = match["osc"]
    if osc is not None and osc.startswith(OUR_TITLE):
        assert not REFUSED.search(osc), osc
        return "OSC title"
    return f"OSC {osc[:12]}" if osc is not None else f"ESC {match['other']}"


@pytest.fixture
def open_screen(tmp_path: Path) -> Iterator[Open]:
    """`open_screen(size, text, broken=…)`: mbtui on a bank full of that text."""
    opened: list[Window] = []

    def start(size: tuple[int, int], text: str, *, broken: bool = True) -> tuple[Window, Path]:
        project = tmp_path / f"{len(opened)}" / (NAME.replace("/", "") if text == TEXT else "evil")
        folder = make_hostile_bank(project, text, broken=broken)
        env = own_world(tmp_path / "home") | {"EDITOR": "true", "PATH": _git_only(tmp_path)}
        env["MBTUI_AUTHOR"] = text.replace("\0", "")
        opened.append(Window(folder, env, size=size, state=None))
        return opened[-1], folder

    yield start
    for window in opened:
        window.close()


def _git_only(folder: Path) -> str:
    """A folder for PATH in which nothing but git and true can be found."""
    place = folder / "bin"
    place.mkdir(exist_ok=True)
    for name in ("git", "true", "env"):
        found = shutil.which(name)
        if found and not (place / name).exists():
            (place / name).symlink_to(found)
    return str(place)


def walk_panes(window: Window, sends: Callable[..., None]) -> None:
    """The panes of the main screen, search, quick add, the form from it."""
    window.until_shown("All entries")
    sends("1", "j" * 4, "l", "j" * 3, "G", "g", "j", "j", "2", "G", "g")
    window.until_shown("evil")
    sends("\r", "G", "g", "z", "z", "\x1b", "/")
    sends("evil", "\x1b[B", "\x1b[B", "\r", "\x1b", "\x1b", "\x1b")
    sends("a", "\x1b[200~pasted \x1b]0;owned\x07 \u009b6n \u202e @evil #t\nmore\x1b[201~")
    window.until_shown("pasted")
    sends("\t")
    window.until_shown("New ·")
    sends("\t", "\t", "\x1b", "\x1b", "\x1b")
    window.until_shown("All entries")


def walk_dialogs(window: Window, sends: Callable[..., None]) -> None:
    """Every question on an entry, the palette, help, what is wrong, and a file as it stands."""

    def look(key: str, shown: str, escapes: int = 1) -> None:
        sends("2")
        window.send(key)
        window.until_shown(shown)
        sends(*["\x1b"] * escapes)
        window.within(SOON, lambda: not window.shows(shown))

    sends("2", "g")
    look("t", "Enter accept")
    look("m", "type to narrow")
    look("D", "Keep it")
    look("d", "why?")
    look("s", "type to narrow")
    look(":", "command, kind, title")
    look("?", "Keys and help")
    look("e", "Discard", 2)
    window.send("!")
    window.until_shown("type to narrow")
    for _ in range(2):
        sends("\x1b[B", "\x1b[B", "\r")
        window.until_shown("only shown")
        sends("G", "g", "\x1b", "!")
        window.until_shown("type to narrow")
    sends("\x1b")


def walk_conflict(window: Window, sends: Callable[..., None], bank: Path, late: str) -> None:
    """An edit that someone else's edit meets."""
    path = bank / "known-issues.toml"
    sends("2", "g")
    window.send("e")
    window.until_shown("Discard")
    window.settle()
    sends("mine ")
    text = path.read_text("utf-8")
    marked = text.replace('issue = "evil', f'issue = "{late}')
    path.write_text(marked, "utf-8", newline="")
    window.send("\x1bOQ")
    window.until_shown("heirs")
    sends("\t", "\x1b[C", "\t", "\x1b[C", "\x1b[6~", "\x1b")


def leave(window: Window) -> bytes:
    window.send("\x11")
    window.wait_for_end(SOON)
    return window.raw


def assert_same_forms(walks: list[Callable[[], bytes]]) -> None:
    """Walk the harmless bank and the hostile one at the same time, and compare what was sent."""
    with ThreadPoolExecutor(2) as both:
        harmless, hostile = (forms(raw) for raw in both.map(lambda walk: walk(), walks))
    assert hostile <= harmless, hostile - harmless
    assert not any(form.startswith(("ESC", "OSC 5", "OSC 8", "OSC 0")) for form in hostile)


def sender(window: Window) -> Callable[..., None]:
    """Keys sent one after the other, each when the screen is quiet."""

    def send(*keys: str) -> None:
        for key in keys:
            window.send(key)
            # A terminal's Esc is only known to be one when nothing follows it for a while.
            window.pump(0.8 if key == "\x1b" else 0.15)
            window.settle()

    return send


def escaped(text: str) -> str:
    return "".join(f"\\u{ord(c):04x}" if REFUSED.match(c) else c for c in text)


def test_t30_nothing_in_a_bank_steers_a_wide_terminal(open_screen: Open) -> None:
    def walk(window: Window) -> bytes:
        walk_panes(window, sender(window))
        walk_dialogs(window, sender(window))
        return leave(window)

    windows = [open_screen((120, 35), text)[0] for text in (HARMLESS, TEXT)]
    assert_same_forms([partial(walk, window) for window in windows])


def test_t30_nothing_in_a_bank_steers_a_narrow_terminal(open_screen: Open) -> None:
    def walk(window: Window) -> bytes:
        walk_panes(window, sender(window))
        return leave(window)

    windows = [open_screen((50, 16), text)[0] for text in (HARMLESS, TEXT)]
    assert_same_forms([partial(walk, window) for window in windows])


def test_t30_a_conflict_steers_nothing(open_screen: Open) -> None:
    def walk(window: Window, bank: Path, late: str) -> bytes:
        window.until_shown("All entries")
        walk_conflict(window, sender(window), bank, late)
        return leave(window)

    harmless, hostile = (open_screen((100, 30), t, broken=False) for t in (HARMLESS, TEXT))
    assert_same_forms([partial(walk, *harmless, "late"), partial(walk, *hostile, escaped(LATE))])


CRASH = """
import sys
from mbtui.ui.widgets.entry_view import EntryView
def fail(self, y):
    if self.entry is not None:
        text = self.entry.title
        raise RuntimeError(text)
    return show(self, y)
show = EntryView.{method}
EntryView.{method} = fail
from mbtui.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("debug", ["", "1"])
@pytest.mark.parametrize("method", ["render_line", "scroll_lines"])
def test_t31_a_bug_tells_no_text_of_the_bank(tmp_path: Path, method: str, debug: str) -> None:
    """An exception in a widget, the text of an entry in its message and its variables."""
    folder = make_hostile_bank(tmp_path / "p", TEXT, broken=False)
    env = own_world(tmp_path / "home") | {"MBTUI_DEBUG": debug}
    program = ("-c", CRASH.format(method=method))
    window = Window(folder, env, size=(100, 30), program=program, state=None)
    try:
        window.until_shown("All entries")
        sender(window)("2", "\r", "j")
        assert window.wait_for_end(SOON) == EXIT_CODE
        sent = window.raw.decode()
        said = sent[sent.rindex("\x1b[?1049l") :]
        forms(window.raw)
        assert "RuntimeError" in said
        assert ("RVZJTA" in said) is bool(debug)
        window.assert_left_clean()
    finally:
        window.close()


def test_t30_no_bank_in_a_hostile_folder(tmp_path: Path) -> None:
    folder = tmp_path / NAME.replace("/", "")
    folder.mkdir()
    env = own_world(tmp_path / "home")
    code = f"import os, sys; os.chdir({str(folder)!r}); from mbtui.cli.main import main; main([])"
    window = Terminal(["-c", code], env, size=(80, 24))
    try:
        window.until(lambda: "No memory bank here" in window.text())
        window.settle()
        window.send("\x1b")
        window.pump(0.5)
        window.settle()
        sent = forms(window.raw)
    finally:
        window.close()
    assert not any(form.startswith(("ESC", "OSC 5", "OSC 8", "OSC 0")) for form in sent)


def test_t30_the_check_would_see_what_it_looks_for() -> None:
    for evil in ("\x9b6n", "\u202e", "\x1b[6n", "\x85", "\x07", "\x00", "\x1b]0;x", "owned\x07"):
        with pytest.raises(AssertionError):
            forms(f"\x1b[0mtext {evil}".encode())
    harmless = forms("\x1b[?1049h\x1b[?2026$p\x1b[38;5;1mtext ␛\x1b[<u\r\n".encode())
    assert harmless == {"CSI ?1049h", "CSI ?n$p", "CSI nm", "CSI <u"}
    for evil in ("\x1b]52;c;QQ==\x07", "\x1b]8;;http://x\x07", "\x1bPq", "\x1b_G\x1b\\", "\x1bc"):
        assert not forms(f"text {evil}".encode()) <= harmless
