"""T28: files made to exhaust whoever reads them get a message or their value, in time.

`MBTUI_BOMB_SECONDS` is the time for one of about a megabyte (3 s; 1 s holds on a quiet machine);
larger ones may take more in proportion. `MBTUI_FAULT_PATIENCE` multiplies it on a slow machine, as
it does everywhere.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from mbtui.bank.bank import Bank
from mbtui.bank.entry import Entry
from mbtui.bank.query import LONGEST_QUERY
from mbtui.bank.schema import MOST_TABLES
from mbtui.exchange.json_out import entry_to_json
from mbtui.store.config import MOST_VIEWS
from mbtui.store.errors import BrokenFileError, InputError, StoreError
from mbtui.store.files import MAX_BYTES
from mbtui.store.store import Store
from mbtui.store.toml_read import MAX_DEPTH, TOO_DEEP
from mbtui.ui.document import document, plain_text
from mbtui.ui.screens.form import EntryForm
from mbtui.ui.screens.raw import RawView
from mbtui.ui.widgets.quick_add import LONGEST_LINE
from tests.cli.conftest import Run, _own_world, run
from tests.faults.following import Following
from tests.ui.conftest import NOW, OpenApp, demo, open_app, own_state
from tests.ui.driving import MEDIUM, Ui
from tests.ui.window import PATIENCE
from tests.unit.banks import ISSUES, issue, make_bank_at, put

__all__ = ["_own_world", "demo", "open_app", "own_state", "run"]

SECONDS = float(os.environ.get("MBTUI_BOMB_SECONDS", "3")) * PATIENCE
HEAD = '[[current-issues]]\nid = "boom"\ntitle = "boom"\n'
OTHER = '\n[[current-issues]]\nid = "other"\ntitle = "other"\n'


def keys(depth: int) -> str:
    return ".".join(["a"] * depth)


def tables(depth: int) -> str:
    return "{a=" * depth + "1" + "}" * depth


REFUSED: dict[str, Callable[[], str]] = {
    "2,000 lists": lambda: HEAD + "x = " + "[" * 2000 + "]" * 2000 + "\n",
    "2,000 brackets": lambda: "[" * 2000,
    "100,000 dotted keys": lambda: HEAD + keys(100_000) + " = 1\n",
    "a header of 100,000 keys": lambda: HEAD + f"[current-issues.{keys(100_000)}]\nb = 1\n",
    "200,000 hex digits": lambda: HEAD + "x = 0x" + "f" * 200_000 + "\n",
    "200,000 digits": lambda: HEAD + "x = " + "9" * 200_000 + "\n",
    "1,000 inline tables": lambda: HEAD + f"x = {tables(1000)}\n",
    "a table 200 deep": lambda: HEAD + keys(200) + " = 1\n",
    "a table deeper than the limit": lambda: HEAD + keys(MAX_DEPTH + 1) + " = 1\n",
    "inline tables deeper than the limit": lambda: HEAD + f"x = {tables(MAX_DEPTH)}\n",
    "a text that does not end": lambda: HEAD + 'x = """' + '""\\"' * 250_000,
    "lines like headers in it": lambda: HEAD + 'x = """\n' + "[x]\n" * 20_000,
}
"""What cannot be read: the file is told as broken, at once."""

READ: dict[str, Callable[[], str]] = {
    "20 MB of comment": lambda: HEAD + "# " + "x" * 20_000_000 + "\n",
    "a text of 50 MB": lambda: HEAD + 'x = "' + "x" * 50_000_000 + '"\n',
    "3,000 keys with a shared start": lambda: (
        HEAD + "".join(f"{keys(30)}.k{n} = 1\n" for n in range(3000))
    ),
    "2 M line ends": lambda: HEAD + "\n" * 2_000_000,
    "5 MB of quotes": lambda: HEAD + 'x = """' + '""\\"' * 1_250_000 + '"""\n',
    "100,000 keys": lambda: HEAD + "".join(f"k{n} = {n}\n" for n in range(100_000)),
    "100,000 tags": lambda: HEAD + f"tags = [{', '.join(map(repr, map(str, range(100_000))))}]\n",
    "as deep as the limit": lambda: HEAD + f"x = {tables(MAX_DEPTH - 4)}\n",
    "a title of 1 MB": lambda: f'[[current-issues]]\nid = "boom"\ntitle = "{"é" * 1_000_000}"\n',
    "a line of 5 MB": lambda: HEAD + f'issue = "{"xé" * 2_500_000}"\n',
    "1,200,000 lines": lambda: HEAD + 'issue = """\n' + "some words\n" * 1_200_000 + '"""\n',
    "1 M marks on a letter": lambda: HEAD + 'issue = "Z' + "\u0335" * 1_000_000 + '"\n',
    "5 MB of blanks": lambda: HEAD + 'issue = "x' + " " * 5_000_000 + 'y"\n',
    "code that ends in blanks": lambda: HEAD + 'issue = "```\\n' + " " * 200_000 + '\\n```"\n',
    "200,000 backticks": lambda: HEAD + 'issue = "' + "`" * 200_000 + '"\n',
    "10,000 times one id": lambda: HEAD * 10_000,
    "10,000 times one title": lambda: '[[current-issues]]\ntitle = "boom"\n' * 10_000,
    "10,000 kinds": lambda: HEAD + "".join(f"[[k{n}]]\n" for n in range(10_000)),
    "20,000 sub-tables": lambda: (
        HEAD + "".join(f"[current-issues.s{n}]\nx = 1\n" for n in range(20_000))
    ),
}
"""What is read: with its value on every way out, in time."""


def allowed(text: str) -> float:
    """Seconds for a text, in proportion to its size beyond a megabyte."""
    return SECONDS * max(1.0, len(text.encode()) / 4_000_000)


class Watch:
    """Measures steps, each of which must keep to its time, in what its thread computes."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.took: dict[str, float] = {}

    def time(self, what: str, work: Callable[[], Any]) -> Any:
        start = time.thread_time()
        try:
            return work()
        finally:
            self.took[what] = round(time.thread_time() - start, 2)

    def check(self) -> None:
        assert max(self.took.values()) < self.limit, self.took


def load(tmp_path: Path, text: str) -> tuple[Store, Bank]:
    store = Store(make_bank_at(tmp_path, {ISSUES: text}), author="Ana")
    return store, store.load()


@pytest.mark.parametrize("name", REFUSED)
def test_t28_what_cannot_be_read_is_told_at_once(tmp_path: Path, name: str) -> None:
    text = REFUSED[name]()
    watch = Watch(SECONDS)
    store, bank = watch.time("read", lambda: load(tmp_path, text + OTHER))
    (problem,) = bank.broken_files
    assert problem.file == ISSUES
    assert len(problem.message) < 400
    assert problem.line, problem
    if "deep" in name or "dotted" in name or "tables" in name:
        assert TOO_DEEP in problem.message
        assert [entry.id for entry in bank.entries] == ["other"]
    before = (store.folder / ISSUES).read_bytes()
    with pytest.raises(BrokenFileError, match=r"nothing was written"):
        watch.time("write", lambda: store.add("current-issues", {"title": "new"}))
    assert (store.folder / ISSUES).read_bytes() == before
    assert store.add("monitoring", {"title": "the other files work"}).title
    watch.check()


@pytest.mark.parametrize("name", READ)
def test_t28_what_can_be_read_is_in_time_on_every_way_out(tmp_path: Path, name: str) -> None:
    text = READ[name]()
    watch = Watch(allowed(text))
    _, bank = watch.time("read", lambda: load(tmp_path, text))
    assert not bank.broken_files
    entry: Entry = bank.entries[0]
    for width in (36, 75):
        watch.time(f"show {width}", partial(document, entry, width, NOW))
    watch.time("copy", lambda: plain_text(entry))
    watch.time("fold", lambda: entry.folded)
    watch.time("json", lambda: entry_to_json(entry, {}))
    watch.time("key", lambda: bank.find(entry.key))
    assert len(bank.by_key) == len(bank.entries)
    watch.check()


EDITED: dict[str, Callable[[], str]] = {
    "30,000 keys": lambda: HEAD + "".join(f"k{n} = {n}\n" for n in range(30_000)),
    "as deep as the limit": READ["as deep as the limit"],
    "3,000 keys with a shared start": READ["3,000 keys with a shared start"],
}


@pytest.mark.parametrize("name", EDITED)
def test_t28_an_edit_beside_it_or_of_it_does_not_hang(tmp_path: Path, name: str) -> None:
    text = EDITED[name]() + OTHER
    store, bank = load(tmp_path, text)
    watch = Watch(6 * SECONDS)
    watch.time("other", lambda: store.update(bank.by_key["other"], {"cause": "new"}))
    watch.time("itself", lambda: store.update(bank.by_key["boom"], {"cause": "new"}))
    watch.check()
    assert {e.id: e.data["cause"] for e in store.load().entries} == {"boom": "new", "other": "new"}


def test_t28_an_entry_too_long_to_prove_is_not_written_and_the_others_are(tmp_path: Path) -> None:
    text = HEAD + 'x = "' + "x" * 9_000_000 + '"\n' + OTHER
    store, bank = load(tmp_path, text)
    watch = Watch(3 * SECONDS)
    with pytest.raises(InputError, match="longer than 4 MiB"):
        watch.time("itself", lambda: store.update(bank.by_key["boom"], {"cause": "new"}))
    assert (store.folder / ISSUES).read_text() == text
    watch.time("other", lambda: store.update(bank.by_key["other"], {"cause": "new"}))
    watch.check()


def test_t28_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    folder = make_bank_at(tmp_path, {ISSUES: HEAD})
    with (folder / ISSUES).open("r+b") as file:
        file.truncate(MAX_BYTES + 1)
    watch = Watch(SECONDS)
    store = Store(folder, author="Ana")
    bank = watch.time("read", store.load)
    assert "larger than 64 MiB" in bank.broken_files[0].message
    with pytest.raises(StoreError, match="larger than 64 MiB"):
        watch.time("write", lambda: store.add("current-issues", {"title": "new"}))
    watch.check()


def bank_toml(kinds: int = 0, views: int = 0, sections: int = 0) -> str:
    return "".join(
        [
            "format = 1\n[views]\n",
            *(f'"v{n}" = "word{n} is:open sort:-updated"\n' for n in range(views)),
            *(f"[sections.s{n}]\n" for n in range(sections)),
            *(f'[kinds.k{n}]\nsection = "known-issues"\n' for n in range(kinds)),
        ]
    )


@pytest.mark.parametrize("what", ["kinds", "views", "sections"])
def test_t28_a_bank_toml_of_ten_thousand(tmp_path: Path, what: str) -> None:
    text = bank_toml(**{what: 10_000})
    store = Store(make_bank_at(tmp_path, {ISSUES: issue("a")}, bank=text), author="Ana")
    watch = Watch(2 * SECONDS)
    bank = watch.time("read", store.load)
    watch.check()
    told = " ".join(str(problem) for problem in bank.problems)
    limit = MOST_VIEWS if what == "views" else MOST_TABLES
    assert f"{what}: only the first {limit:,} of 10,000" in told
    assert [entry.id for entry in bank.entries] == ["a"]
    assert not bank.read_only
    assert len(bank.config.views) <= MOST_VIEWS
    assert max(len(bank.schema.kinds), len(bank.schema.sections)) <= MOST_TABLES + 50


@pytest.mark.usefixtures("_own_world")
def test_t28_a_query_and_a_line_of_a_megabyte(run: Run, tmp_path: Path) -> None:
    many = "".join(issue(f"e{n:05}", f"word{n % 900} and more") for n in range(5000))
    folder = make_bank_at(tmp_path, {ISSUES: many})
    watch = Watch(4 * SECONDS)
    for query in ("w " * 500_000, "word1" * 200_000, '"' * 1_000_000, "in:x " * 200_000):
        answer = watch.time(query[:9], partial(run, "search", query, "--bank", str(folder)))
        assert answer.code in (0, 1)
        assert f"first {LONGEST_QUERY:,} characters" in answer.err
        assert len(answer.err) < 40_000
    for text in ("pool " * 200_000, "#tag " * 200_000, "a/b.py " * 150_000, "@kind " * 180_000):
        answer = watch.time(text[:9], partial(run, "add", text, "--bank", str(folder)))
        assert answer.code in (0, 2)
    watch.check()


async def answered(ui: Ui, *keys: str) -> float:
    """The longest time that a key took to be answered."""
    longest = 0.0
    for key in keys:
        start = time.thread_time()
        await ui.press(key)
        longest = max(longest, time.thread_time() - start)
    return longest


ON_SCREEN = (
    "100,000 keys",
    "100,000 tags",
    "a title of 1 MB",
    "a line of 5 MB",
    "1,200,000 lines",
    "1 M marks on a letter",
    "as deep as the limit",
    "10,000 times one id",
)


@pytest.mark.anyio
@pytest.mark.parametrize("name", ON_SCREEN)
async def test_t28_the_screen_answers(open_app: OpenApp, tmp_path: Path, name: str) -> None:
    folder = make_bank_at(tmp_path, {ISSUES: READ[name]() + OTHER})
    async with open_app(MEDIUM, folder) as ui:
        assert await answered(ui, "2", "j", "k", "3", "j", "G", "g", "2") < SECONDS
        await ui.show(ui.app.bank.entries[0].key)
        assert await answered(ui, "t", "escape", "s", "escape", "y") < SECONDS
        assert await answered(ui, "e") < 3 * SECONDS
        assert isinstance(ui.app.screen, EntryForm | RawView)
        if isinstance(ui.app.screen, RawView):
            assert "is too long for a form" in " ".join(ui.text.split())
            assert (folder / ISSUES).stat().st_size > 100_000
        await ui.press("escape", "escape")


@pytest.mark.anyio
async def test_t28_a_megabyte_of_many_lines_is_edited(open_app: OpenApp, tmp_path: Path) -> None:
    lines = "\n".join(f"line {n} of a long log, with some words" for n in range(26_000))
    text = f'[[current-issues]]\nid = "boom"\ntitle = "Log"\nissue = """\n{lines}"""\n'
    async with open_app(MEDIUM, make_bank_at(tmp_path, {ISSUES: text})) as ui:
        await ui.show("boom")
        await ui.press("enter", "G")
        assert "too long to show whole" in " ".join(ui.text.split())
        await ui.press("escape", "slash")
        await ui.type("line 25999")
        assert "line 25999 of a long log" in ui.text
        await ui.press("enter", "e")
        form: EntryForm = ui.on(EntryForm)
        assert form.changed() == {}
        assert form.typed()["issue"] == lines


@pytest.mark.anyio
async def test_t28_a_line_of_a_megabyte_is_pasted(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.press("a")
        text = "word " * 200_000
        start = time.thread_time()
        await ui.paste(text)
        assert time.thread_time() - start < 2 * SECONDS
        assert ui.main.quick_add.text.replace("\n", "") == text
        assert len(ui.main.quick_add.line.value) <= LONGEST_LINE
        assert await answered(ui, "x", "backspace") < SECONDS
        await ui.press("escape", "slash")
        start = time.thread_time()
        await ui.paste(text)
        assert time.thread_time() - start < 2 * SECONDS


def test_t28_the_program_goes_on_while_a_bomb_is_read(tmp_path: Path) -> None:
    """What has the watcher read it may hold the interpreter, but never for long."""
    folder = make_bank_at(tmp_path, {ISSUES: issue("a")})
    store = Store(folder, author="Ana")
    store.load()
    following = Following(store).start()
    try:
        put(folder / "deployment-notes.toml", READ["a text of 50 MB"](), age=False)
        waits, end = [], time.monotonic() + 60 * PATIENCE

        def seen() -> bool:
            return bool(following.banks) and "boom" in following.banks[-1].by_key

        while time.monotonic() < end and not seen():
            start = time.perf_counter()
            time.sleep(0.005)
            waits.append(time.perf_counter() - start)
        assert seen()
        print("longest wait", max(waits))
        assert max(waits) < 3 * SECONDS, max(waits)
    finally:
        following.watcher.stop()
