"""FORMAT: which statuses are closed, and dates that no calendar holds."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from mbtui.bank.entry import moment
from mbtui.bank.schema import Schema, extended_schema
from tests.unit.conftest import TEMPLATE

CLOSED = [
    "rejected",
    "deprecated",
    "superseded",
    "retired",
    "resolved",
    "fixed",
    "wont-fix",
    "outdated",
]


@pytest.mark.parametrize("status", CLOSED)
def test_the_closed_statuses_close_an_entry_of_any_kind_that_does_not_have_them(
    schema: Schema, status: str
) -> None:
    assert schema.kinds["common-tasks"].is_closed(status)
    assert schema.kind_or_ad_hoc("odd-things", "known-issues").is_closed(status)


def test_a_kind_that_names_its_closed_statuses_has_no_others(schema: Schema) -> None:
    own = {"statuses": ["running", "fixed"], "closed": ["running"]}
    config = {"kinds": {"trials": {"section": "known-issues", **own}}}
    kind = extended_schema(schema, config, TEMPLATE["closed"]).kinds["trials"]
    assert [word for word in (*CLOSED, "running") if kind.is_closed(word)] == ["running"]


def test_a_kind_with_its_own_statuses_and_no_closed_ones_uses_the_common_list(
    schema: Schema,
) -> None:
    config = {"kinds": {"trials": {"section": "known-issues", "statuses": ["on", "resolved"]}}}
    kind = extended_schema(schema, config, TEMPLATE["closed"]).kinds["trials"]
    assert kind.closed == {"resolved"}


def test_a_kind_may_not_have_the_slug_of_a_section(schema: Schema) -> None:
    config = {"kinds": {"known-issues": {"section": "known-issues"}}}
    extended = extended_schema(schema, config, TEMPLATE["closed"])
    assert "known-issues" not in extended.kinds
    assert "a section has this slug already" in extended.problems[0]


@pytest.mark.parametrize(
    "value",
    [
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5))),
        datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-5))),
    ],
)
def test_a_moment_outside_the_calendar_counts_as_no_date(value: datetime) -> None:
    assert moment(value) is None
