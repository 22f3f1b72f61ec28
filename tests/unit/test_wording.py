"""Small pieces of text."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mbtui.ui.wording import age, badge, day_age, plural, title_of
from tests.unit.conftest import SCHEMA, make_entry_in

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(seconds=-90), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=23, minutes=59), "23 hours ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=60, hours=23), "60 days ago"),
        (timedelta(days=61), "2 months ago"),
        (timedelta(days=364), "12 months ago"),
        (timedelta(days=365), "1 year ago"),
        (timedelta(days=800), "2 years ago"),
    ],
)
def test_age_in_the_largest_unit_that_says_it(passed: timedelta, said: str) -> None:
    assert age(NOW - passed, NOW) == said


@given(st.integers(-10, 4000))
@example(1)
def test_a_day_is_told_in_one_short_phrase(days: int) -> None:
    today = date(2026, 11, 20)
    said = day_age(today - timedelta(days=days), today)
    assert said in ("today", "yesterday") or said.endswith(" ago")
    assert (said == "today") == (days <= 0)
    assert (said == "yesterday") == (days == 1)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ({"status": "open", "severity": "critical"}, "crit"),
        ({"status": "fixed", "severity": "critical"}, "fixed"),
        ({"status": "worked-around"}, "worked"),
        ({}, ""),
        ({"severity": "\x1b[2J"}, "␛[2J"),
    ],
)
def test_badge(data: dict[str, Any], word: str) -> None:
    assert badge(make_entry_in(SCHEMA, "current-issues", **data)) == word


def test_title_is_safe_and_never_empty() -> None:
    assert title_of(make_entry_in(SCHEMA, "current-issues", title="")) == "(no title)"
    assert title_of(make_entry_in(SCHEMA, "current-issues", title="\n \n")) == "(no title)"
    assert title_of(make_entry_in(SCHEMA, "current-issues", title="a\nb\u202e")) == "a b⟨U+202E⟩"


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 matches"), (1, "1 match"), (10017, "10,017 matches")]
)
def test_plural(count: int, said: str) -> None:
    assert plural(count, "match", "matches") == said
