"""When an entry is due, by the rules of the format."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbtui.bank.review import (
    NEVER,
    Cadence,
    add_cadence,
    archive_day,
    cadence_of,
    cadence_problem,
    due_date,
    is_due,
    local_day,
    never_reviewed,
    parse_cadence,
)
from tests.unit.conftest import MakeEntry

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "cadence"),
    [
        ("10 days", Cadence(days=10)),
        ("1 day", Cadence(days=1)),
        ("2 weeks", Cadence(days=14)),
        ("1 month", Cadence(months=1)),
        (" 3  Months ", Cadence(months=3)),
        ("1year", Cadence(months=12)),
        ("never", NEVER),
        ("Never", NEVER),
    ],
)
def test_cadences(text: str, cadence: Cadence) -> None:
    assert parse_cadence(text) == cadence
    assert cadence_problem(text) is None


@pytest.mark.parametrize(
    "value",
    ["", "soon", "2", "weeks", "0 days", "-1 month", "1.5 years", "1 monthly", 14, None, []],
)
def test_nonsense_is_no_cadence_and_the_reason_shows_it(value: object) -> None:
    assert parse_cadence(value) is None
    reason = cadence_problem(value)
    assert reason is not None
    assert str(value) in reason


@pytest.mark.parametrize(
    ("start", "cadence", "due"),
    [
        (date(2026, 1, 31), "1 month", date(2026, 2, 28)),
        (date(2028, 1, 31), "1 month", date(2028, 2, 29)),
        (date(1900, 1, 31), "1 month", date(1900, 2, 28)),
        (date(2000, 1, 30), "1 month", date(2000, 2, 29)),
        (date(2026, 3, 31), "1 month", date(2026, 4, 30)),
        (date(2026, 12, 15), "1 month", date(2027, 1, 15)),
        (date(2028, 2, 29), "1 year", date(2029, 2, 28)),
        (date(2026, 11, 20), "2 weeks", date(2026, 12, 4)),
        (date(9999, 12, 1), "1 month", date.max),
        (date(9999, 12, 30), "2 weeks", date.max),
        (date(2026, 1, 1), "99999 years", date.max),
        (date(2026, 1, 1), "never", date.max),
    ],
)
def test_adding_a_cadence(start: date, cadence: str, due: date) -> None:
    parsed = parse_cadence(cadence)
    assert parsed is not None
    assert add_cadence(start, parsed) == due


@given(st.dates(), st.integers(1, 400))
def test_months_keep_the_day_or_take_the_last_of_the_month(start: date, months: int) -> None:
    due = add_cadence(start, Cadence(months=months))
    if due < date.max:
        passed = (due.year - start.year) * 12 + due.month - start.month
        assert passed == months
        assert due.day == start.day or (due + DAY).day == 1


@given(st.dates(), st.dates(), st.integers(0, 40), st.integers(0, 400))
def test_a_later_review_is_never_due_earlier(a: date, b: date, months: int, days: int) -> None:
    cadence = Cadence(days=days, months=months)
    assert add_cadence(min(a, b), cadence) <= add_cadence(max(a, b), cadence)


def test_which_cadence_holds(make_entry: MakeEntry) -> None:
    config: dict[str, Any] = {"every": "1 year", "kinds": {"current-issues": "2 weeks"}}
    own = make_entry("current-issues", review_in="3 days")
    plain = make_entry("current-issues")
    assert cadence_of(own, config) == Cadence(days=3)
    assert cadence_of(plain, config) == Cadence(days=14)
    assert cadence_of(make_entry("data-flow"), config) == Cadence(months=12)
    assert cadence_of(plain, {}) == Cadence(months=1)
    assert cadence_of(make_entry("monitoring"), {}) == Cadence(months=3)
    assert cadence_of(make_entry("data-flow"), {}) == Cadence(months=6)
    assert cadence_of(make_entry("optimization-history"), {}) == NEVER


@pytest.mark.parametrize(
    "config", [{"every": "often"}, {"every": 3, "kinds": "x"}, {"kinds": {"current-issues": []}}]
)
def test_what_cannot_be_read_is_passed_over(make_entry: MakeEntry, config: dict[str, Any]) -> None:
    entry = make_entry("current-issues", review_in="now and then")
    assert cadence_of(entry, config) == Cadence(months=1)


def test_due_from_the_day_itself(make_entry: MakeEntry) -> None:
    entry = make_entry("current-issues", reviewed=date(2026, 10, 22), created=date(2020, 1, 1))
    assert due_date(entry, {}) == TODAY
    assert is_due(entry, {}, TODAY)
    assert not is_due(entry, {}, TODAY - DAY)


def test_without_a_review_the_day_of_creation_counts(make_entry: MakeEntry) -> None:
    entry = make_entry("current-issues", created=date(2026, 11, 1), updated=date(2026, 11, 20))
    assert due_date(entry, {}) == date(2026, 12, 1)
    assert not never_reviewed(entry, {})


def test_without_any_date_an_entry_is_due_as_never_reviewed(make_entry: MakeEntry) -> None:
    entry = make_entry("current-issues", updated=date(2026, 11, 21))
    assert due_date(entry, {}) is None
    assert is_due(entry, {}, TODAY)
    assert never_reviewed(entry, {})


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("current-issues", {"status": "fixed"}),
        ("current-issues", {"review_in": "never"}),
        ("current-issues", {"file": "archive/known-issues.toml"}),
        ("optimization-history", {}),
        ("security-incidents", {"status": "investigating"}),
        ("change-log", {}),
        ("change-log", {"review_in": "1 day"}),
        ("review-schedule", {"cadence": "monthly"}),
    ],
)
def test_what_is_never_due(make_entry: MakeEntry, kind: str, data: dict[str, Any]) -> None:
    for dates in ({}, {"created": date(2001, 1, 1)}):
        entry = make_entry(kind, **data, **dates)
        assert not is_due(entry, {"agents": True}, TODAY)
        assert not never_reviewed(entry, {})
        assert due_date(entry, {}) is None


def test_every_wakes_kinds_that_rest_otherwise_but_not_the_log(make_entry: MakeEntry) -> None:
    config = {"every": "1 month"}
    assert is_due(make_entry("optimization-history"), config, TODAY)
    assert not is_due(make_entry("change-log"), config, TODAY)


def test_a_review_by_an_agent_resets_nothing_unless_agents_count(make_entry: MakeEntry) -> None:
    entry = make_entry(
        "current-issues",
        created=date(2026, 1, 1),
        reviewed=date(2026, 11, 20),
        reviewed_by="agent:claude",
    )
    assert is_due(entry, {}, TODAY)
    assert is_due(entry, {"agents": False}, TODAY)
    assert is_due(entry, {"agents": "yes"}, TODAY)
    assert not is_due(entry, {"agents": True}, TODAY)
    person = make_entry("current-issues", reviewed=date(2026, 11, 20), reviewed_by="Agent Smith")
    assert not is_due(person, {}, TODAY)


@pytest.fixture
def in_auckland(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    import time

    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_auckland")
def test_days_are_local_days() -> None:
    assert local_day(datetime(2026, 6, 1, 20, tzinfo=UTC)) == date(2026, 6, 2)
    assert local_day(datetime(2026, 6, 1, 20)) == date(2026, 6, 2)
    assert local_day("2026-06-01T20:00:00Z") == date(2026, 6, 2)
    assert local_day(date(2026, 6, 1)) == local_day("2026-06-01") == date(2026, 6, 1)


@given(st.none() | st.text() | st.integers() | st.dates() | st.datetimes(timezones=st.timezones()))
def test_any_value_has_a_local_day_or_none(value: object) -> None:
    day = local_day(value)
    assert day is None or type(day) is date


def test_candidates_for_the_archive_are_closed_for_long(make_entry: MakeEntry) -> None:
    old, recent = date(2026, 5, 21), date(2026, 5, 22)
    stays_until = archive_day(make_entry("current-issues", status="fixed", updated=old), {})
    assert stays_until == date(2026, 11, 21)
    for data in (
        {"status": "open", "updated": old},
        {"status": "fixed"},
        {"status": "fixed", "updated": old, "file": "archive/known-issues.toml"},
    ):
        assert archive_day(make_entry("current-issues", **data), {}) is None
    fixed = make_entry("current-issues", status="fixed", updated=recent)
    assert archive_day(fixed, {"archive_after": "1 month"}) == date(2026, 6, 22)
    assert archive_day(fixed, {"archive_after": "never"}) is None
