"""The lines of a diff: field by field, text line by line, whatever stands in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from mbtui.bank.changed import News
from mbtui.bank.entry import Entry
from mbtui.store.bank_history import EntryChange, LastChange
from mbtui.ui.change_lines import change_lines, told
from tests.unit.code_repository import noted

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
LONG = "\n".join(f"Line {number} of a text that goes on for a while." for number in range(30))


def made(file: str = "known-issues.toml", **data: Any) -> Entry:
    return Entry(noted().kind, {"id": "a", "title": "Pool", **data}, section="x", file=file)


def lines(before: Entry | None, now: Entry | None, width: int = 60) -> list[str]:
    news = News("a", 1, before, now, 2 if before else 0)
    return [line.text for line in change_lines(news, width)]


def test_short_values_stand_beside_each_other() -> None:
    found = lines(made(status="open", n=1), made(status="fixed", n=2))
    assert found == ["", "Status", "  open → fixed", "", "N", "  1 → 2"]


def test_of_a_long_text_only_what_changed_is_shown() -> None:
    found = lines(made(issue=LONG), made(issue=LONG.replace("Line 15", "Row 15")))
    assert found[:2] == ["", "Issue"]
    assert [line[:9].rstrip() for line in found[2:]] == [
        *("  ⋯", "  Line 13", "  Line 14", "- Line 15"),
        *("+ Row 15", "  Line 16", "  Line 17", "  ⋯"),
    ]


def test_items_of_lists_come_and_go_alone() -> None:
    found = lines(made(tags=["a", "b", "c"]), made(tags=["a", "c", "d"]))
    assert found == ["", "Tags", "  a", "- b", "  c", "+ d"]


def test_fields_that_come_or_go_are_whole() -> None:
    assert lines(made(cause="x\ny"), made()) == ["", "Cause", "- x", "- y"]
    assert lines(made(), made(cause="x")) == ["", "Cause", "+ x"]
    assert lines(None, made(cause="x")) == ["", "Title", "+ Pool", "", "Cause", "+ x"]
    gone = lines(made(cause="x"), None)
    assert gone == [
        "It is gone from known-issues.toml.",
        *("", "Title", "- Pool", "", "Cause", "- x"),
    ]


def test_blanks_alone_are_told() -> None:
    assert "  They differ only in blanks and line ends." in lines(
        made(cause="a\nb\n" * 20), made(cause="a \nb\n" * 20)
    )


def test_the_words_that_differ_are_strong() -> None:
    news = News(
        "a",
        1,
        made(issue=f"{LONG}\nThe old pool hangs."),
        made(issue=f"{LONG}\nThe new pool hangs."),
    )
    strong = {
        line.text[span.start : span.end]
        for line in change_lines(news, 60)
        for span in line.spans
        if span.role == "strong"
    }
    assert strong == {"old", "new"}


def test_an_archived_entry_says_where_it_went_and_why() -> None:
    away = made("archive/known-issues.toml", archived={"by": "Bo", "reason": "done"})
    found = "\n".join(lines(made(), away))
    assert "known-issues.toml → archive/known-issues.toml" in found
    assert "+ reason: done" in found


_VALUES = st.one_of(
    st.text(max_size=80), st.integers(), st.lists(st.text(max_size=9), max_size=4), st.booleans()
)


@given(
    st.dictionaries(st.text(max_size=9), _VALUES, max_size=4),
    st.dictionaries(st.text(max_size=9), _VALUES, max_size=4),
    st.integers(8, 60),
)
def test_any_two_entries_fit_and_are_safe(
    old: dict[str, Any], new: dict[str, Any], width: int
) -> None:
    for line in lines(made(**old), made(**new), width):
        assert cell_len(line) <= width
        assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in line)


@pytest.mark.parametrize("size", [3000, 20_000])
def test_huge_texts_are_cut(size: int) -> None:
    found = lines(made(issue="a\n" * size), made(issue="b\n" * size))
    assert len(found) < 3100


def test_who_and_when_are_told_as_far_as_they_are_known() -> None:
    stamp = {"updated": NOW - timedelta(minutes=3), "updated_by": "agent:x"}
    before, by_hand = made(cause="x"), made(cause="y")
    assert told(News("a", 1, before, made(cause="y", **stamp), 2), NOW).startswith(
        "changed by agent:x, 3 min ago, "
    )
    assert told(News("a", 1, before, by_hand, 2), NOW) == "changed outside"
    git = LastChange("Bo", NOW - timedelta(days=2), "", EntryChange("a", None, None))
    assert told(News("a", 1, before, by_hand, 2), NOW, git).startswith(
        "changed outside; in git by Bo, 2 days ago, "
    )
    assert told(News("a", 0, before, None, 2), NOW) == "removed"
    later = made(cause="y", updated=NOW + timedelta(days=900), updated_by="Bo")
    assert told(News("a", 1, before, later, 2), NOW).startswith("changed by Bo, ")


def test_who_archived_an_entry_is_told_and_not_who_edited_it_before() -> None:
    data = {"updated": NOW - timedelta(days=9), "updated_by": "Cy"}
    gone = {"at": NOW - timedelta(minutes=3), "by": "Bo", "reason": "done"}
    live, away = made(**data), made("archive/known-issues.toml", **data, archived=gone)
    assert told(News("a", 1, live, away, 2), NOW).startswith("archived by Bo, 3 min ago, ")
    assert told(News("a", 1, away, live, 2), NOW) == "restored"
