"""Bank text is data: no markup, link action, control or bidi character of it acts or escapes."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.widgets import Input

from mbtui.store.errors import ConflictError, StoreError
from mbtui.store.toml_write import toml_key, toml_string
from mbtui.ui.no_bank import NoBank
from mbtui.ui.questions import of_save, of_undo
from mbtui.ui.screens.conflict import Conflict
from mbtui.ui.screens.form import EntryForm
from tests.ui.conftest import NOW, OpenApp
from tests.ui.driving import MEDIUM, NARROW, SIZES, Ui

pytestmark = pytest.mark.anyio

ACTS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
HOSTILE = (
    "[/]",
    "[@click=app.quit]x[/]",
    "a[i] [b]bold[/b] [red",
    "\x1b]52;c;aGVsbG8=\x07",
    "\x9b31mred\x9b2J",
    "\u202eflipped\u2066 \u200fx",
    "tab\there\r\nnext\x0bline\u2028sep\x85nel",
    "${{jinja}} %s {0} \\u001b \\",
)
EVERYTHING = " ".join(HOSTILE)
LONG = {
    "title of 500": "Deadlock " * 55 + "tail",
    "no blanks": "x" * 700,
    "cjk": "請求書の日本語が豆腐になる" * 12,
    "emoji": "👩‍👩‍👧‍👦🇫🇮👍🏽❤️" * 20,
    "combining": "e\u0301\u0327\u0300a\u0308" * 60,
    "zalgo": "Z" + "\u0335\u0321" * 200,
    "rtl": "שלום עולם العربية " * 15,
    "wide and narrow": "a漢b字" * 60,
}


def hostile_bank(folder: Path, texts: dict[str, str]) -> Path:
    """A bank in which each text stands wherever a bank can hold text."""
    folder.mkdir(parents=True)
    text = " ".join(texts.values())
    plain = toml_string(text)
    bank = (
        f"format = 1\nname = {plain}\ntitle = {plain}\npurpose = {plain}\n"
        f"[views]\n{toml_key(text)} = {toml_string('is:open ' + text)}\n"
        f'[sections.evil]\ntitle = {plain}\nafter = "known-issues"\n'
        f'[kinds.evil-kind]\nsection = "evil"\ntitle = {plain}\nhints = [{plain}]\n'
        f"statuses = [{plain}, {toml_string('[/]')}]\nclosed = [{plain}]\n"
        f"fields.result = {{ hint = {plain} }}\n"
        f'fields.pick = {{ type = "choice", choices = [{plain}, "b"], hint = {plain} }}\n'
    )
    (folder / "bank.toml").write_text(bank, "utf-8", newline="")
    for number, (file, kind) in enumerate(
        [("evil", "evil-kind"), ("known-issues", "current-issues"), ("known-issues", text)]
    ):
        with (folder / f"{file}.toml").open("a", encoding="utf-8", newline="") as out:
            for name, value in texts.items():
                out.write(entry(kind, f"{name} {number}", value))
    return folder


def entry(kind: str, identity: str, text: str) -> str:
    """An entry with a text in every field, and as a key of its own."""
    value = toml_string(text)
    names = (
        *("title", "status", "severity", "owner", "issue", "cause", "ticket", "result", "pick"),
        *("updated_by", "reviewed_by", "review_in", "source"),
    )
    lines = [f"{name} = {value}" for name in names]
    return "\n".join(
        [
            f"[[{toml_key(kind)}]]",
            f"id = {toml_string(identity)}",
            *lines,
            f"tags = [{value}]",
            f"paths = [{value}]",
            f"links = [{value}]",
            "updated = 2026-11-20T17:30:00Z",
            f"{toml_key(text)} = {value}",
            "",
            "",
        ]
    )


def assert_harmless(ui: Ui, where: str) -> None:
    """Nothing that steers a terminal is drawn, and every row fits the window."""
    assert ui.app.is_running, where
    for row in ui.rows:
        found = ACTS.search(row)
        assert found is None, f"{where}: {found.group()!r} in {row!r}"
        assert cell_len(row) <= ui.app.size.width, f"{where}: {row!r}"
    assert ui.app.screen.is_running


async def look_at_everything(ui: Ui, keys: list[str]) -> None:
    """Each entry and its form, and every dialog on the first two, looked at and left."""
    await ui.press("1", "G", "g", "2")
    for key in keys:
        await ui.show(key)
        await ui.rest()
        assert_harmless(ui, f"list {key}")
        await ui.press("enter", "G")
        assert_harmless(ui, f"entry {key}")
        await ui.press("escape")
        for command in ("e", "s", "t", "m", "d", "D") if key in keys[:2] else ("e",):
            await ui.press(command)
            assert_harmless(ui, f"{command} {key}")
            while ui.app.screen is not ui.main:
                ui.app.pop_screen()
                await ui.settle()
        for command in ("y", "Y"):
            await ui.press(command)
            assert_harmless(ui, f"{command} {key}")


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_hostile_bank_is_shown_and_does_nothing(
    open_app: OpenApp, tmp_path: Path, size: tuple[int, int]
) -> None:
    folder = hostile_bank(tmp_path / "pro[/]ject\x1b]52\u202e" / "memory-bank", {"all": EVERYTHING})
    before = {path: path.read_bytes() for path in folder.rglob("*.toml")}
    async with open_app(size, folder) as ui:
        ui.main.expanded.update(section.slug for section in ui.app.bank.schema.sections)
        ui.main.show_bank()
        await ui.settle()
        assert_harmless(ui, "tree")
        entries = [e for e in ui.app.bank.entries if e.kind.slug != "change-log"]
        keys = [e.key for e in sorted(entries, key=lambda e: e.kind.slug != "evil-kind")]
        assert len(keys) == 3
        await look_at_everything(ui, keys)
        await ui.press("colon")
        assert_harmless(ui, "palette")
        await ui.press("escape", "exclamation_mark")
        assert_harmless(ui, "problems")
    assert {path: path.read_bytes() for path in folder.rglob("*.toml")} == before


@pytest.mark.parametrize("text", HOSTILE)
async def test_each_hostile_text_alone(open_app: OpenApp, tmp_path: Path, text: str) -> None:
    folder = hostile_bank(tmp_path / "p" / "memory-bank", {"one": text})
    async with open_app(MEDIUM, folder) as ui:
        (key, *_) = [e.key for e in ui.app.bank.entries if e.kind.slug == "evil-kind"]
        await ui.show(key)
        await ui.press("enter")
        assert_harmless(ui, "entry")
        await ui.press("e")
        form = ui.on(EntryForm)
        assert form.changed() == {}
        assert_harmless(ui, "form")


async def test_hostile_texts_typed_and_pasted(open_app: OpenApp) -> None:
    async with open_app(NARROW) as ui:
        for text in HOSTILE:
            await ui.press("a")
            await ui.paste(text)
            assert_harmless(ui, f"quick add {text!r}")
            await ui.press("tab")
            assert_harmless(ui, f"form of quick add {text!r}")
            await ui.press("escape", "escape", "slash")
            await ui.paste(text)
            assert_harmless(ui, f"search {text!r}")
            await ui.press("escape", "colon")
            ui.app.screen.query_one(Input).value = text
            await ui.settle()
            assert_harmless(ui, f"palette {text!r}")
            await ui.press("escape")


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_messages_notices_and_conflicts(open_app: OpenApp, size: tuple[int, int]) -> None:
    async with open_app(size) as ui:
        await ui.show("7k2m9q4t")
        ui.main.say(EVERYTHING)
        await ui.settle()
        assert_harmless(ui, "message")
        broken = f'[[current-issues]]\ntitle = "{EVERYTHING}"\n{EVERYTHING}\n'
        ui.file().write_text(broken, "utf-8", newline="")
        await ui.reload()
        assert_harmless(ui, "notice")
        assert ui.app.bank.broken_files
        await ui.press("e")
        form = ui.on(EntryForm)
        form.say(EVERYTHING)
        await ui.settle()
        assert_harmless(ui, "form message")
        mine = {"issue": EVERYTHING, EVERYTHING: EVERYTHING, "status": EVERYTHING}
        theirs = {**dict.fromkeys(mine, EVERYTHING[::-1]), "updated_by": EVERYTHING}
        error = ConflictError(ui.entry("7k2m9q4t"), mine, mine, theirs, list(mine))
        for comparison in (of_save(error), of_undo(error)):
            ui.app.push_screen(Conflict(comparison, NOW))
            await ui.settle()
            assert_harmless(ui, "conflict")
            await ui.press("b", "e")
            assert_harmless(ui, "result and ancestor")
        ui.main.write._failed(StoreError(EVERYTHING))
        ui.main.quick_add.tell(EVERYTHING)


async def test_question_for_a_bank_in_a_hostile_folder(tmp_path: Path) -> None:
    async with NoBank(tmp_path / EVERYTHING.replace("/", "").replace("\x00", "")).run_test() as p:
        await p.pause()
        assert p.app.screen.is_running


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_long_and_wide_texts_stay_in_their_columns(
    open_app: OpenApp, tmp_path: Path, size: tuple[int, int]
) -> None:
    folder = tmp_path / "p" / "memory-bank"
    folder.mkdir(parents=True)
    (folder / "bank.toml").write_text("format = 1\n")
    text = "".join(
        entry("current-issues", f"0000000{n}", value) for n, value in enumerate(LONG.values())
    )
    (folder / "known-issues.toml").write_text(text, "utf-8")
    async with open_app(size, folder) as ui:
        await ui.press("2")
        for listed in ui.app.bank.entries:
            await ui.show(listed.key)
            await ui.press("enter")
            assert_harmless(ui, f"entry {listed.key}")
            await ui.press("escape")
        for key in ("e", "s", "D"):
            await ui.press(key)
            assert_harmless(ui, key)
            ui.app.pop_screen()
            await ui.settle()


async def test_a_megabyte_in_one_entry(open_app: OpenApp, tmp_path: Path) -> None:
    folder = tmp_path / "p" / "memory-bank"
    folder.mkdir(parents=True)
    (folder / "bank.toml").write_text("format = 1\n")
    lines = "\n".join(f"line {n} of a long log, with some words" for n in range(26_000))
    text = f'[[current-issues]]\nid = "00000001"\ntitle = "Log"\nissue = {toml_string(lines)}\n'
    (folder / "known-issues.toml").write_text(text)
    async with open_app(MEDIUM, folder) as ui:
        await ui.show("00000001")
        await ui.press("enter", "G")
        assert "too long to show whole" in " ".join(ui.text.split())
        assert_harmless(ui, "entry")
        await ui.press("escape", "slash")
        await ui.type("line 25999")
        assert "line 25999 of a long log" in ui.text
        await ui.press("enter", "e")
        form = ui.on(EntryForm)
        assert form.changed() == {}
        assert form.typed()["issue"] == lines
        await ui.press("escape", "escape")
        assert ui.app.screen is ui.main


def test_the_texts_of_this_file_are_what_they_should_be() -> None:
    assert all(ACTS.search(text) for text in HOSTILE[3:7])
    assert unicodedata.bidirectional("\u202e") == "RLO"
