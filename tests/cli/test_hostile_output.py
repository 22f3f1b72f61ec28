"""Text of a bank is data: no byte of it steers the terminal of whoever reads it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from mbtui.cli.main import main

from .conftest import Answer, Run, Terminal

EVIL = "a\x1b[31mb\x1b]52;c;ZXZpbA==\x07c\x9b2Jd\u202ee\u2066f[/]g[@click=app.quit]h\x7fi\x00j\rk"
STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def toml(text: str) -> str:
    return "".join(f"\\u{ord(c):04x}" if STEERING.match(c) or c in '"\\\n' else c for c in text)


def hostile_entry(identity: str, kind: str = "current-issues", **more: str) -> str:
    evil = toml(EVIL)
    keys = {
        "id": f'"{identity}"',
        "title": f'"{evil}"',
        "status": f'"{evil}"',
        "severity": f'"{evil}"',
        "tags": f'["{evil}", "x\\ny"]',
        "paths": f'["{evil}"]',
        "links": f'["{evil}"]',
        "owner": f'"{evil}"',
        "created_by": f'"{evil}"',
        "updated_by": f'"{evil}"',
        "review_in": f'"{evil}"',
        "source": f'"{evil}"',
        "created": f'"{evil}"',
        "issue": f'"{evil}\\n\\n{evil}"',
        f'"{evil}"': f'{{ "{evil}" = ["{evil}"] }}',
        **more,
    }
    return "\n".join([f"[[{kind}]]", *(f"{name} = {value}" for name, value in keys.items())]) + "\n"


@pytest.fixture
def hostile(project: Path) -> Path:
    bank = project / "memory-bank"
    evil = toml(EVIL)
    archived = f'{{ at = 2026-01-01T00:00:00Z, by = "{evil}", reason = "{evil}" }}'
    (bank / "archive").mkdir(exist_ok=True)
    (bank / "archive" / "known-issues.toml").write_text(
        hostile_entry("cccccccc", archived=archived), "utf-8"
    )
    (bank / "known-issues.toml").write_text(
        hostile_entry(evil) + hostile_entry("bbbbbbbb") + hostile_entry("bbbbbbbb"), "utf-8"
    )
    with (bank / "bank.toml").open("a", encoding="utf-8") as file:
        file.write(
            f'\n[sections.evil]\ntitle = "{evil}"\n[kinds.bad]\nsection = "evil"\n'
            f'title = "{evil}"\nstatuses = ["{evil}"]\nhints = ["{evil}"]\n'
            f'[kinds.bad.fields."{evil}"]\nchoices = ["{evil}"]\nhint = "{evil}"\n'
        )
    (bank / "evil.toml").write_text(hostile_entry("dddddddd", "bad"), "utf-8")
    return bank


READS = [
    ("list",),
    ("list", "is:archived"),
    ("list", EVIL),
    ("list", f"--{EVIL}", "-x"),
    ("search", "[/]"),
    ("search", "click=app.quit"),
    ("search", "zzzzzz"),
    ("show", "bbbb"),
    ("show", "cccc"),
    ("show", "dddd"),
    ("show", EVIL),
    ("show", f"{EVIL}x"),
    ("schema",),
    ("path",),
]
WRITES = [
    ("edit", "bbbbbbbb", "--status", "fixed"),
    ("edit", "dddddddd", "--status", EVIL),
    ("edit", "dddddddd", "--field", f"{EVIL}={EVIL}"),
    ("edit", "dddddddd", "--title", EVIL, "--untag", "none", "--tag", EVIL),
    ("archive", "dddddddd", "--reason", EVIL),
    ("restore", "cccccccc"),
    ("add", EVIL, "--in", "current-issues", "--tag", EVIL, "--body", EVIL),
    ("add", "x", "--in", EVIL),
    ("add", "x", "--in", "bad", "--status", "y"),
    ("add", "x", "--in", "bad", "--field", f"{EVIL}x=1"),
    ("add", "x", f"--{EVIL}"),
    (EVIL,),
    (f"-{EVIL}",),
    ("init", EVIL.replace("\x00", "")),
    ("list", "--bank", EVIL.replace("\x00", "")),
]


def harmless(answer: Answer) -> None:
    for text in (answer.out, answer.err):
        assert STEERING.search(text) is None, repr(STEERING.search(text))


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize("json", [(), ("--json",)], ids=["text", "json"])
@pytest.mark.parametrize("words", [*READS, *WRITES], ids=lambda words: " ".join(words)[:20])
def test_no_command_prints_what_steers(run: Run, words: tuple[str, ...], json: tuple[str]) -> None:
    answer = run(*words, *json)
    harmless(answer)
    assert answer.out or answer.err
    if json and answer.out:
        assert answer.out.isascii()
        assert answer.json is not None


@pytest.mark.usefixtures("hostile")
def test_the_text_is_shown_all_the_same(run: Run) -> None:
    shown = run("show", "dddd").out
    assert "[/]g[@click=app.quit]h" in shown
    assert "␛[31mb" in shown
    assert run("show", "dddd", "--json").json["title"] == EVIL
    assert len(run("list", "in:bad").lines) == 1


@pytest.mark.usefixtures("hostile")
def test_a_colour_terminal_gets_only_our_own_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    for words in READS:
        shown = Terminal()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", shown)
            main(list(words))
        rest = re.sub(r"\x1b\[[012]m", "", shown.getvalue())
        assert STEERING.search(rest) is None


def test_a_folder_name_cannot_steer_either(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "evil\x1b]0;x\x07\u202e"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for words in (("list",), ("init",), ("init",), ("path",), ("path", "--json"), ("add", "x")):
        harmless(run(*words))


def test_a_broken_file_is_told_harmlessly(run: Run, project: Path) -> None:
    (project / "memory-bank" / "known-issues.toml").write_bytes(
        b'[[current-issues]]\n"\x1b[31m\xc2\x9b2J" = \x1b]0;x\x07\n'
    )
    (project / "memory-bank" / "monitoring.toml").write_bytes(b"\xff\xfe\x1b")
    answer = run("list")
    assert answer.code == 3
    harmless(answer)
