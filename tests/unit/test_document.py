"""An entry laid out for reading."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from mbtui.bank.entry import Entry
from mbtui.bank.schema import Kind
from mbtui.ui.document import MAX_LINES, document, plain_text
from mbtui.ui.spans import DocumentLine, wrapped
from tests.unit.conftest import make_entry_in
from tests.unit.test_form import SCHEMA, tables

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
WIDE_TEXT = st.text(
    st.characters(exclude_categories=()) | st.sampled_from("漢字👍🏽é\u0301ab \n`-#")
)
FORBIDDEN = {*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0)), "\u202e", "\u2066", "\u200f"}


def issue(**data: Any) -> Entry:
    entry = make_entry_in(SCHEMA, "current-issues", id="00000001", **data)
    entry.key = entry.id
    return entry


def lines(entry: Entry, width: int = 60) -> list[DocumentLine]:
    return document(entry, width, NOW)


def texts(entry: Entry, role: str, width: int = 60) -> list[str]:
    return [line.text for line in lines(entry, width) if line.role == role]


@given(tables(), st.integers(4, 90))
@settings(max_examples=150)
def test_no_line_is_wider_than_asked_or_unsafe(
    table: tuple[Kind, dict[str, Any]], width: int
) -> None:
    kind, data = table
    entry = Entry(kind, {"title": "T", **data}, section="s", file="s.toml")
    for line in document(entry, width, NOW):
        assert cell_len(line.text) <= width
        assert not FORBIDDEN.intersection(line.text)


@given(WIDE_TEXT, st.integers(2, 60))
@example("x" * 500, 7)
@example("漢" * 50, 3)
@example("  - " + "word " * 30, 12)
def test_wrapping_keeps_every_character_but_blanks(text: str, width: int) -> None:
    line = text.replace("\n", " ")
    parts = list(wrapped(line, width))
    assert "".join("".join(parts).split()) == "".join(line.split())
    assert all(cell_len(part) <= width for part in parts)


@given(WIDE_TEXT)
def test_a_text_is_shown_whole(text: str) -> None:
    shown = "".join("".join(line.text for line in lines(issue(title="T", issue=text))).split())
    plain = [c for c in text if c.isalnum() and c.isascii()]
    assert not [c for c in plain if c not in shown]


def test_paragraphs_are_filled_and_lists_code_and_headings_are_not() -> None:
    text = (
        "One sentence that was\nwrapped by hand.\n\n# Head\n- first\n  goes on\n- second\n"
        "```python\nx  =  1\n\ny = 2\n```\nafter"
    )
    shown = [(line.role, line.text) for line in lines(issue(title="T", issue=text))][2:-2]
    assert shown == [
        ("text", "One sentence that was wrapped by hand."),
        ("text", ""),
        ("heading", "Head"),
        ("text", "• first goes on"),
        ("text", "• second"),
        ("code", "  x  =  1"),
        ("code", "  "),
        ("code", "  y = 2"),
        ("text", "after"),
    ]


def test_a_list_item_hangs_under_its_text() -> None:
    shown = texts(issue(title="T", issue="- " + "word " * 10), "text", 20)
    assert [part for part in shown if part] == [
        "• word word word",
        *["  word word word"] * 2,
        "  word",
    ]


def test_an_open_fence_is_shown_to_its_end() -> None:
    assert texts(issue(title="T", issue="```\na\nb"), "code") == ["  a", "  b"]


def test_the_first_field_needs_no_label_others_do() -> None:
    entry = issue(title="T", issue="i", cause="c", odd_key="o")
    assert texts(entry, "label") == ["Cause", "Odd key"]
    assert texts(issue(title="T", cause="c"), "label") == ["Cause"]


def test_meta_names_status_severity_and_tags() -> None:
    entry = issue(title="T", status="open", severity="high", tags=["a", "b"])
    assert texts(entry, "meta") == ["open · high  #a #b"]


@pytest.mark.parametrize(
    ("reviewed", "said"),
    [
        (date(2026, 11, 20), "reviewed today"),
        (date(2026, 11, 19), "reviewed yesterday"),
        (date(2026, 11, 8), "reviewed 12 days ago"),
        (date(2026, 8, 1), "reviewed 3 months ago"),
        (date(2024, 11, 1), "reviewed 2 years ago"),
        (NOW - timedelta(hours=3), "reviewed 3 hours ago"),
        ("2026-11-17", "reviewed 3 days ago"),
    ],
)
def test_a_review_is_as_old_as_its_day(reviewed: object, said: str) -> None:
    assert said in texts(issue(title="T", reviewed=reviewed), "dim")[-1]


def test_foot_names_who_when_owner_and_id() -> None:
    entry = issue(
        title="T", updated=datetime(2026, 11, 20, 17, 0, tzinfo=UTC), updated_by="Ana", owner="Bo"
    )
    assert texts(entry, "dim") == ["Ana · 1 hour ago · owner Bo · 00000001"]


def test_notices_tell_what_is_odd() -> None:
    entry = issue(title="T", issue="\x1b[31m")
    assert texts(entry, "notice") == ["! contains control characters, shown as marks"]
    archived = make_entry_in(
        SCHEMA,
        "current-issues",
        file="archive/known-issues.toml",
        archived={"at": NOW, "by": "Ana", "reason": "gone"},
    )
    assert texts(archived, "notice") == ["! archived on 2026-11-20 by Ana: gone"]


def test_a_very_long_text_says_that_it_goes_on() -> None:
    shown = lines(issue(title="T", issue="- x\n" * 10_000), 30)
    assert MAX_LINES <= len(shown) <= MAX_LINES + 2
    assert "too long" in " ".join(line.text for line in shown[-2:])


def test_plain_text_has_title_and_labelled_fields() -> None:
    entry = issue(title="T\x1b", issue="i\n", tags=["a"], odd=3)
    assert plain_text(entry) == "T\x1b\n\nIssue:\ni\n\nOdd:\n3\n"
