"""What is shown of a match, and what is near when nothing matches."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbtui.bank.bank import Bank
from mbtui.bank.entry import Entry
from mbtui.bank.matching import Match, highlight_spans, match_of
from mbtui.bank.nearest import edit_distance
from mbtui.bank.query import parse_query, vocabulary_of
from mbtui.bank.search import Index, Results
from tests.unit.conftest import SCHEMA, make_bank_of, make_entry_in

TODAY = date(2026, 11, 22)


def issue(title: str, *, kind: str = "current-issues", **data: Any) -> Entry:
    return make_entry_in(SCHEMA, kind, title=title, **data)


def search(bank: Bank, text: str) -> Results:
    return Index(bank).search(parse_query(text, vocabulary_of(bank), TODAY))


def test_nearest_only_when_nothing_matched() -> None:
    bank = make_bank_of(
        issue("SQLite WAL hangs on NFS homes"),
        issue("Pool exhausted after fork", id="7k2m9q4t"),
        *(issue(f"Unrelated matter {n}") for n in range(20)),
    )
    assert search(bank, "sqlite").nearest == []
    for typo in ("sqlte", "sqlitee", "slqite", "sqilte wal"):
        results = search(bank, typo)
        assert results.entries == []
        assert results.nearest[0].title == "SQLite WAL hangs on NFS homes"
    assert search(bank, "7k2m9q4x").nearest[0].title == "Pool exhausted after fork"
    assert len(search(bank, "unrelatd").nearest) == 5
    assert search(bank, "qqqqqqqqqq").nearest == []
    assert search(bank, "in:data-flow").nearest == []


def test_nearest_stays_inside_the_qualifiers() -> None:
    bank = make_bank_of(issue("sqlite"), issue("sqlites", kind="data-flow"))
    assert [e.title for e in search(bank, "sqlxte in:data-flow").nearest] == ["sqlites"]


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("", "", 0),
        ("abc", "abc", 0),
        ("abc", "abd", 1),
        ("ab", "ba", 1),
        ("abc", "ac", 1),
        ("kitten", "sitting", 3),
        ("abcd", "wxyz", 4),
    ],
)
def test_edit_distance(one: str, other: str, distance: int) -> None:
    assert edit_distance(one, other, 9) == edit_distance(other, one, 9) == distance
    if distance:
        assert edit_distance(one, other, distance - 1) == distance


def match(text: str, **data: Any) -> Match:
    entry = issue(data.pop("title", "a title"), **data)
    bank = make_bank_of(entry)
    return match_of(entry, parse_query(text, vocabulary_of(bank), TODAY))


def test_the_line_that_matched() -> None:
    text = "first line\n  the Needle is here  \nlast"
    assert match("needle", issue=text) == Match("issue", "the Needle is here")
    assert match("needle", title="My Needle", issue=text) == Match("title", "My Needle")
    assert match("needle", tags=["x", "needle"], issue=text) == Match("tags", "x needle")
    assert match("needle", id="needle", issue=text) == Match("id", "needle")
    assert match("needle", paths=["needle.py"], issue=text) == Match("paths", "needle.py")
    assert match("needle", mine="needle", issue=text).field == "issue"
    assert match("needle", mine="needle") == Match("mine", "needle")
    assert match("needle", owner="Needle") == Match("owner", "Needle")
    assert match("is:open") == match("") == Match("title", "a title")


def test_the_line_with_most_of_the_words() -> None:
    text = "memory only\nleak of memory\nleak"
    assert match("memory leak", title="memory", issue=text) == Match("issue", "leak of memory")
    assert match("leak", issue="leak one\nleak two", cause="leak three").line == "leak one"


def test_long_lines_are_cut_around_the_match() -> None:
    line = "x" * 300 + " needle " + "y" * 300
    shown = match("needle", issue=line).line
    assert shown.startswith("…xxx")
    assert shown.endswith("yyy…")
    assert " needle " in shown
    assert len(shown) == 60 + len("needle") + 60 + 2
    assert match("needle", issue="needle " + "y" * 300).line.startswith("needle yy")


@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        ("The Cat cat", ["cat"], ["Cat", "cat"]),
        ("Straße strasse", ["strasse"], ["Straße", "strasse"]),
        ("Straße", ["s"], ["S", "ß"]),
        ("Maße x", ["x"], ["x"]),
        ("İstanbul x", ["i"], ["İ"]),
        ("İİİ needle", ["needle"], ["needle"]),
        ("ﬁne ﬂow", ["flow"], ["ﬂow"]),
        ("abcabc", ["abc"], ["abcabc"]),
        ("abcd", ["ab", "bc"], ["abc"]),
        ("abc", [""], []),
        ("abc", [], []),
        ("aaa", ["aa"], ["aa"]),
    ],
)
def test_marks_on_the_text_as_written(text: str, words: list[str], marked: list[str]) -> None:
    assert [text[start:end] for start, end in highlight_spans(text, words)] == marked


CHARS = st.sampled_from("aAbB ßİﬁΣς\n")


@given(st.text(CHARS), st.lists(st.text(CHARS, min_size=1, max_size=3), max_size=3))
def test_marks_lie_in_order_inside_the_text(text: str, words: list[str]) -> None:
    spans = highlight_spans(text, [word.casefold() for word in words])
    flat = [at for span in spans for at in span]
    assert flat == sorted(set(flat))
    assert all(0 <= at <= len(text) for at in flat)
    assert bool(spans) == any(word.casefold() in text.casefold() for word in words)
