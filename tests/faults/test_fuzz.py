"""Damaged section files through read, change and save; any text through a save.

`MBTUI_FAULT_FUZZ` is the number of damaged files (200000 is the long run, in two processes about
half an hour), `MBTUI_FAULT_SEED` the first of the seeds, `MBTUI_FAULT_DOCS` the number of generated
files for T26, `MBTUI_FAULT_TEXTS` that of texts for T27, `MBTUI_TOML_TEST` the `tests` folder of a
copy of https://github.com/toml-lang/toml-test.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import random
import shutil
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mbtui.store.config import packaged
from mbtui.store.errors import InputError, StoreError
from mbtui.store.proof import Meant, prove
from mbtui.store.section_text import BrokenTextError, SectionText
from mbtui.store.splice import insertion, removal, spliced
from mbtui.store.store import Store
from mbtui.store.strict import strict_edits
from mbtui.store.toml_write import entry_text
from tests.faults import oracle
from tests.faults.bench import fast_folder
from tests.faults.fuzzing import Fuzz
from tests.faults.mutations import a_seed, mutated, seeds
from tests.faults.oracle import Before, Owner
from tests.unit.banks import ISSUES, issue, make_store, section

FILES = int(os.environ.get("MBTUI_FAULT_FUZZ", "600"))
SEED = int(os.environ.get("MBTUI_FAULT_SEED", "1"))
DOCUMENTS = int(os.environ.get("MBTUI_FAULT_DOCS", "200"))
TEXTS = int(os.environ.get("MBTUI_FAULT_TEXTS", "60"))
BATCH = 2000
PROCESSES = 2


def fuzzed(job: tuple[int, int]) -> tuple[Counter[str], list[str]]:
    """So many damaged files from a seed: what happened, and what went wrong."""
    seed, rounds = job
    place = fast_folder()
    try:
        fuzz = Fuzz(seed, place)
        fuzz.run(rounds)
        return fuzz.counts, fuzz.found
    finally:
        shutil.rmtree(place, ignore_errors=True)


def jobs() -> Iterator[tuple[int, int]]:
    size = min(BATCH, math.ceil(FILES / PROCESSES))
    for number, start in enumerate(range(0, FILES, size)):
        yield SEED + number, min(size, FILES - start)


def test_damaged_files_are_read_changed_and_saved(capfd: pytest.CaptureFixture[str]) -> None:
    """Never a traceback, a hang, or a change outside the entry; what was meant, or a refusal."""
    counts: Counter[str] = Counter()
    found: list[str] = []
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        for number, (done, wrong) in enumerate(pool.imap_unordered(fuzzed, jobs()), 1):
            counts += done
            found += wrong
            if FILES > 10 * BATCH:
                with capfd.disabled():
                    print(f"{number * BATCH} files, {len(found)} wrong", *wrong, sep="\n")
    ran = counts["TOML"] + counts["not TOML"]
    with capfd.disabled():
        print(f"\n{ran} damaged files: {dict(sorted(counts.items()))}", file=sys.stderr)
    assert not found, f"{len(found)} of {FILES} went wrong; the first:\n" + "\n\n".join(found[:5])
    assert ran == FILES
    for what in ("TOML", "not TOML", "update", "add", "delete", "move", "archive", "undo"):
        assert counts[what] > FILES / 100, what


KIND = packaged().kinds["current-issues"]
TABLE = {"id": "m", "title": "one", "issue": "two\nlines\n"}


def documents() -> Iterator[str]:
    """The files of toml-test that are read, the hand-made ones, and damaged ones that stay TOML."""
    for group in seeds():
        for _, text in group:
            yield text
    chance = random.Random(SEED)
    number = 0
    while number < DOCUMENTS:
        _, text = a_seed(chance)
        text = mutated(chance, text, a_seed(chance)[1])
        if oracle.read_1_0(text) is not None:
            number += 1
            yield text


def without_bom(text: str) -> str:
    return text.removeprefix("\ufeff")


def read_or_refused(text: str) -> SectionText | None:
    try:
        found = section(text)
    except BrokenTextError:
        assert oracle.read_1_1(without_bom(text)) is None
        return None
    assert oracle.read_1_1(without_bom(text)) is not None
    assert "".join(found.text[piece.start : piece.end] for piece in found.pieces) == found.text
    return found


def test_t26_an_entry_comes_changes_and_goes_in_any_toml_file(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Reading loses nothing, the model is a parser's, and the other blocks stay byte for byte."""
    counts: Counter[str] = Counter()
    for text in documents():
        found = read_or_refused(text)
        if found is None:
            counts["not TOML"] += 1
            continue
        before = Before.of(found.text)
        assert before is not None
        if any(block.entry.id == "m" for block in found.blocks):
            counts["has the id"] += 1
            continue
        try:
            edits = insertion(found, KIND, "m", entry_text(KIND, TABLE))
        except InputError:
            counts["the name is taken"] += 1
            continue
        counts["edited"] += 1
        new = spliced(found.text, edits)
        added = prove(found, edits, new, Meant(KIND.slug, KIND.slug, "m", None, TABLE))
        (block,) = [b for b in added.blocks if b.entry.id == "m"]
        place = Owner(KIND.slug, added.blocks_of(KIND.slug).index(block))
        oracle.check_others(before, new, None, place, KIND.slug)

        changed = {**TABLE, "title": "changed", "tags": ["x"]}
        edits = strict_edits(added, block, {"title": "changed", "tags": ["x"]}, changed)
        new = spliced(added.text, edits)
        after = prove(added, edits, new, Meant(KIND.slug, KIND.slug, "m", TABLE, changed))
        oracle.check_others(before, new, None, place, KIND.slug)

        (block,) = [b for b in after.blocks if b.entry.id == "m"]
        edits = removal(after, block)
        new = spliced(after.text, edits)
        prove(after, edits, new, Meant(KIND.slug, KIND.slug, "m", changed, None))
        if before.data.get(KIND.slug) != []:
            oracle.check_others(before, new, None, None, "")
    with capfd.disabled():
        print(f"\nT26: {dict(counts)}", file=sys.stderr)
    assert counts["edited"] > DOCUMENTS * 0.6


HARD = [
    *('"', "'", '"""', "'''", "\\", "\\u0041", "\r", "\n", "\r\n", "\t", "\x00", "\x1b", "\x7f"),
    *("\x85", "\u2028", "\u202e", "\ufeff", "\uffff", "\U0001f469", "#", "=", "[[current-issues]]"),
    *(" ", "a", "é", "\x0b", "\x0c", "\x1c", "\\\n", "[x]\n", '""', "''"),
]
ANY_TEXT = st.one_of(
    st.lists(st.sampled_from(HARD), max_size=12).map("".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
)


@pytest.fixture(params=["\n", "\r\n"], ids=["lf", "crlf"])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    place = fast_folder()
    monkeypatch.setenv("XDG_STATE_HOME", str(place / "state"))
    text = (issue("a", issue="x\ny\n") + "\n# about b\n" + issue("b")).replace("\n", request.param)
    made = make_store(place, {ISSUES: text})
    made.load()
    yield made
    shutil.rmtree(place)


def on_disk(store: Store) -> list[dict[str, Any]]:
    text = (store.folder / ISSUES).read_bytes().decode()
    return list(tomllib.loads(text)["current-issues"])


@settings(
    max_examples=TEXTS,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
@example('"""', "'''", "\n")
@example("\n", "\r\n", "\r")
@example("\\", '"', "\x00")
@example("a\n\n\n", '\n"', '"\n')
def test_t27_any_text_is_read_back_as_it_was_typed(
    store: Store, text: str, item: str, name: str
) -> None:
    (before,) = [entry for entry in store.bank.entries if entry.id == "a"]
    title = text if text.strip() else "t"
    changes = {"issue": text, "title": title, "tags": [item, "x"], "own": {name: [item]}}
    store.update(before, {**changes, f"k{name}": item})
    one, other = on_disk(store)
    for key, value in {**changes, f"k{name}": item}.items():
        assert one[key] == value
    assert other == {"id": "b", "title": "b"}
    store.update(next(e for e in store.bank.entries if e.id == "a"), {f"k{name}": None})
    assert f"k{name}" not in on_disk(store)[0]
    text_of_file = (store.folder / ISSUES).read_bytes()
    shown = text_of_file.replace(b"\r\n", b"\n")
    assert not any(byte < 32 and byte not in b"\n\t" for byte in shown)


SURROGATES = st.tuples(ANY_TEXT, st.characters(categories=["Cs"]), ANY_TEXT).map("".join)
_opened: list[str] = []
_listening = False


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if _listening and event in ("open", "os.rename", "os.remove", "os.mkdir"):
        _opened.append(str(arguments[0]))


sys.addaudithook(_audit)


@pytest.fixture
def untouched(store: Store) -> Iterator[Store]:
    """A store of which no file may be opened or changed by what the test does with it."""
    global _listening
    files = {path: (path.stat(), path.read_bytes()) for path in store.folder.rglob("*.toml")}
    _opened.clear()
    _listening = True
    try:
        yield store
    finally:
        _listening = False
    home = str(store.folder.parent)
    assert not [path for path in _opened if path.startswith(home)]
    for path, (info, data) in files.items():
        assert (path.stat().st_mtime_ns, path.stat().st_ino) == (info.st_mtime_ns, info.st_ino)
        assert path.read_bytes() == data


@settings(
    max_examples=max(TEXTS // 3, 10),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(SURROGATES, st.sampled_from(["issue", "title", "tags", "own", "key", "add", "archive"]))
def test_t27_half_a_character_is_refused_before_any_file_is_opened(
    untouched: Store, text: str, where: str
) -> None:
    (entry,) = [entry for entry in untouched.bank.entries if entry.id == "a"]
    value = {"tags": ["a", text], "own": {"x": [text]}}.get(where, text)
    changes: dict[str, Callable[[], object]] = {
        "add": lambda: untouched.add("current-issues", {"title": "t", "issue": text}),
        "archive": lambda: untouched.archive(entry, text),
        "key": lambda: untouched.update(entry, {text: "x"}),
    }
    change = changes.get(where, lambda: untouched.update(entry, {where: value}))
    with pytest.raises(StoreError, match="half a character"):
        change()


def test_t27_a_file_that_was_opened_would_be_seen(store: Store) -> None:
    """The fixture `untouched` hears what it claims to hear."""
    global _listening
    _opened.clear()
    _listening = True
    try:
        store.load()
    finally:
        _listening = False
    assert any(path.endswith(ISSUES) for path in _opened)
