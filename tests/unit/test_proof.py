"""The gate in front of every write: damage of any sort is caught before the file is touched."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mbtui.store import proof
from mbtui.store.errors import StoreError
from mbtui.store.proof import Meant, ProofError, prove
from mbtui.store.section_text import SectionText
from mbtui.store.splice import Replacement, spliced
from tests.unit.banks import ISSUES, entry_of, issue, make_store, section, text_of

OLD = issue("a") + "\n# note\n" + issue("b") + "\n[other]\nx = 1\n"
BEFORE = {"id": "a", "title": "a"}
AFTER = {"id": "a", "title": "new"}
MEANT = Meant("current-issues", "current-issues", "a", BEFORE, AFTER)


def title_edit(old: SectionText, value: str) -> list[Replacement]:
    start = old.text.index('"a"\n\n')
    return [Replacement(start, start + 3, value)]


def run(value: str, meant: Meant = MEANT, limit: int | None = None) -> SectionText:
    old = section(OLD)
    edits = title_edit(old, value)
    return prove(old, edits, spliced(old.text, edits), meant)


@pytest.fixture(params=["small files", "large files"], autouse=True)
def size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "large files":
        monkeypatch.setattr(proof, "WHOLE_FILE_LIMIT", 0)


def test_what_was_meant_passes() -> None:
    assert [entry.title for entry in run('"new"').entries] == ["new", "b"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ('"other"', "read back"),
        ('"new"\nstatus = "open"', "read back"),
        ("5", "read back"),
        ('"new', "not be TOML"),
        ("'new' x", "not be TOML"),
        ('"new"\ntitle = "twice"', "not be TOML"),
        ('"new"\n[other]\n', "not be TOML"),
        ('"new"\n[[current-issues]]\ntitle = "stowaway"', "come or go"),
        ('"new"\n[[technical-debt]]\ntitle = "stowaway"', "come or go"),
        ('"new"\n[current-issues.sub]\nx = 1', "read back"),
        ("'''new''' # '''", None),
        ('"\\x6eew"', "TOML 1.0"),
    ],
)
def test_what_was_not_meant_does_not(value: str, words: str | None) -> None:
    if words is None:
        run(value)
        return
    with pytest.raises(ProofError, match=words):
        run(value)


def test_an_edit_that_swallows_the_next_entry_is_caught() -> None:
    old = section(OLD)
    start = old.text.index('"a"\n\n')
    end = old.text.index("[other]")
    edits = [Replacement(start, end, '"new"\n\n')]
    with pytest.raises(ProofError, match="come or go"):
        prove(old, edits, spliced(old.text, edits), MEANT)


def test_an_entry_that_is_not_gone_is_caught() -> None:
    old = section(OLD)
    meant = MEANT._replace(data=None)
    with pytest.raises(ProofError, match="come or go"):
        prove(old, [], old.text, meant)


def test_one_of_two_entries_with_one_id_can_be_edited() -> None:
    old = section(issue("a") + issue("a", "b"))
    start = old.text.index('"a"\n[[')
    edits = [Replacement(start, start + 3, '"new"')]
    read = prove(old, edits, spliced(old.text, edits), MEANT)
    assert [entry.title for entry in read.entries] == ["new", "b"]


@settings(max_examples=150)
@given(st.integers(0, len(OLD) + 2), st.sampled_from(["", "x", "\n", '"', "[", "#", " "]))
def test_one_wrong_byte_anywhere_is_caught(at: int, byte: str) -> None:
    old = section(OLD)
    edits = title_edit(old, '"new"')
    right = spliced(old.text, edits)
    wrong = right[:at] + byte + right[at + 1 :]
    assume(wrong != right)
    with pytest.raises(ProofError):
        prove(old, edits, wrong, MEANT)


def test_nothing_is_written_when_the_proof_fails(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    store = make_store(request.getfixturevalue("tmp_path"), {ISSUES: OLD})
    store.load()

    def swallowing(text: str, edits: list[Replacement]) -> str:
        return spliced(text, edits)[:-5]

    monkeypatch.setattr("mbtui.store.writer.spliced", swallowing)
    with pytest.raises(StoreError, match=r"known-issues\.toml was not written") as caught:
        store.update(entry_of(store, "a"), {"title": "new"})
    assert caught.value.exit_code == 3
    assert text_of(store) == OLD
    assert sorted(path.name for path in store.folder.iterdir()) == ["bank.toml", ISSUES]
