"""Reading an entry's keys: tolerant of whatever stands in the file."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbtui.bank.entry import moment, plain, searchable, strings
from mbtui.bank.schema import COMMON_KEYS
from tests.unit.conftest import SCHEMA, MakeEntry, make_entry_in

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def test_a_title_alone_is_an_entry(make_entry: MakeEntry) -> None:
    entry = make_entry("current-issues", title="Pool exhausted")
    assert entry.title == "Pool exhausted"
    assert (entry.status, entry.tags, entry.paths, entry.owner) == ("", [], [], "")
    assert not entry.closed
    assert not entry.archived
    assert not entry.has_own_id
    assert entry.newest == 0


def test_single_tables_are_addressed_by_their_slug(make_entry: MakeEntry) -> None:
    entry = make_entry("project-information", project_name="acme")
    assert (entry.id, entry.title) == ("project-information", "Project Information")
    assert entry.has_own_id


def test_closed_follows_the_kind(make_entry: MakeEntry) -> None:
    assert make_entry("current-issues", status="fixed").closed
    assert not make_entry("current-issues", status="worked-around").closed
    assert not make_entry("current-issues", status="nonsense").closed


def test_a_single_text_counts_as_a_list_of_one(make_entry: MakeEntry) -> None:
    entry = make_entry("current-issues", tags="sqlite", paths="app/db.py", links=["a", 2])
    assert (entry.tags, entry.paths, entry.links) == (["sqlite"], ["app/db.py"], ["a", "2"])


def test_the_newest_date_is_that_of_the_update(make_entry: MakeEntry) -> None:
    later = NOON + timedelta(days=3)
    assert make_entry("data-flow", created=NOON).newest == NOON.timestamp()
    assert make_entry("data-flow", created=NOON, updated=later).newest == later.timestamp()


def test_severity_is_severity_or_impact(make_entry: MakeEntry) -> None:
    assert make_entry("current-issues", severity="high").severity == "high"
    assert make_entry("technical-debt", impact="low").severity == "low"
    assert make_entry("data-flow").severity == ""


def test_own_fields_come_in_the_order_of_the_kind_and_the_rest_is_extra(
    make_entry: MakeEntry,
) -> None:
    entry = make_entry("current-issues", id="a", ticket="T-1", mine=[1], issue="text", owner="Bo")
    assert list(entry.own_fields()) == [("issue", "text"), ("ticket", "T-1")]
    assert entry.extra() == {"mine": [1]}
    assert entry.main_text == "text"


def test_archived_is_where_the_entry_lies(make_entry: MakeEntry) -> None:
    assert make_entry("current-issues", file="archive/known-issues.toml").archived
    assert not make_entry("current-issues", archived={"by": "Bo"}).archived


def test_folded_text_holds_everything_a_person_may_look_for(make_entry: MakeEntry) -> None:
    entry = make_entry(
        "current-issues",
        id="7K2M",
        title="SQLite STRASSE",
        tags=["NFS"],
        paths=["app/DB.py"],
        issue="Straße\nhangs",
        owner="Ana",
        mine={"Key": ["Deep"]},
    )
    lines = entry.folded.split("\n")
    assert lines[0] == "sqlite strasse"
    for text in ("7k2m", "nfs", "app/db.py", "strasse", "hangs", "ana", "deep", "key"):
        assert text in entry.folded
    assert next(searchable(entry)) == "SQLite STRASSE"


def test_the_same_entry_at_another_line(make_entry: MakeEntry) -> None:
    entry = make_entry("current-issues", title="x", line=4)
    moved = entry.placed(9)
    assert (entry.line, moved.line) == (4, 9)
    assert (moved.title, moved.data, moved.key) == (entry.title, entry.data, entry.key)
    assert entry.placed(4) is entry


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (datetime(2026, 11, 2, 12), NOON),
        (datetime(2026, 11, 2, 14, tzinfo=timezone(timedelta(hours=2))), NOON),
        ("2026-11-02T12:00:00Z", NOON),
        (date(2026, 11, 2), datetime(2026, 11, 2, tzinfo=UTC)),
        ("2026-11-02", datetime(2026, 11, 2, tzinfo=UTC)),
        ("soon", None),
        (12, None),
        (None, None),
        (time(12), None),
    ],
)
def test_moment(value: object, expected: datetime | None) -> None:
    assert moment(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a\nb", "a\nb"),
        (None, ""),
        (True, "true"),
        (NOON, "2026-11-02 12:00:00 UTC"),
        (date(2026, 11, 2), "2026-11-02"),
        (["a", 1, [2.5]], "a, 1, 2.5"),
        ({"at": 1, "by": "Bo"}, "at: 1, by: Bo"),
    ],
)
def test_plain(value: object, expected: str) -> None:
    assert plain(value) == expected


def test_strings_of_nothing() -> None:
    assert strings(None) == strings("") == strings([]) == []
    assert strings(["a", 1]) == ["a", "1"]


toml_values = st.recursive(
    st.text() | st.integers() | st.floats() | st.booleans() | st.dates() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
keys = st.sampled_from([*COMMON_KEYS, "issue", "severity", "ticket", "own key"])


@given(st.dictionaries(keys, toml_values))
def test_no_table_breaks_reading(data: dict[str, Any]) -> None:
    entry = make_entry_in(SCHEMA, "current-issues", **data)
    for name in ("status", "closed", "tags", "paths", "links", "owner", "severity", "main_text"):
        getattr(entry, name)
    assert isinstance(entry.newest, float)
    assert entry.title.casefold() in entry.folded
    assert set(entry.extra()) <= {"own key"}
