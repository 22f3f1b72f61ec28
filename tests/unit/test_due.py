"""What wants attention on a day, in which order; a year on the demo bank."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from mbtui.bank.due import Calendar, attention_of, days_overdue, problems_of_dates
from mbtui.store.demo import WRITTEN_ON, copy_demo
from mbtui.store.store import Store
from tests.unit.conftest import MakeBank, MakeEntry

TODAY = date(2026, 11, 22)


def ids(group: list) -> list[str]:  # type: ignore[type-arg]
    return [due.entry.id for due in group]


def test_groups_and_their_order(make_bank: MakeBank, make_entry: MakeEntry) -> None:
    def entry(identity: str, reviewed: date | None, **data: object):  # type: ignore[no-untyped-def]
        dates = {"reviewed": reviewed} if reviewed else {}
        return make_entry("current-issues", id=identity, title=identity, **dates, **data)

    bank = make_bank(
        entry("week", date(2026, 10, 29)),
        entry("today", date(2026, 10, 22)),
        entry("oldest", date(2025, 1, 1)),
        entry("later", date(2026, 10, 30)),
        entry("old", date(2026, 1, 1)),
        entry("never", None),
        entry("put-off", date(2025, 1, 1)),
        entry("back", date(2026, 1, 2)),
        entry("closed", date(2025, 1, 1), status="fixed", updated=date(2026, 1, 1)),
    )
    snoozed = {"put-off": TODAY + timedelta(days=1), "back": TODAY, "gone": TODAY}
    found = attention_of(bank, TODAY, snoozed)
    assert ids(found.overdue) == ["oldest", "old", "back", "today"]
    assert ids(found.soon) == ["week"]
    assert ids(found.never) == ["never"]
    assert ids(found.snoozed) == ["put-off"]
    assert ids(found.candidates) == ["closed"]
    assert ids(found.now) == ["oldest", "old", "back", "today", "never"]
    words = [days_overdue(due, TODAY) for due in (*found.overdue[-1:], *found.soon, *found.never)]
    assert words == ["due today", "due in 7 days", "never reviewed"]


def test_a_calendar_that_is_kept_says_the_same_as_a_fresh_one(
    make_bank: MakeBank, make_entry: MakeEntry
) -> None:
    one = make_entry("current-issues", id="one", title="one", created=date(2026, 10, 22))
    two = make_entry("data-flow", id="two", title="two", created=date(2026, 6, 1))
    calendar = Calendar()
    for entries, config, today in (
        ([one, two], {}, TODAY),
        ([one], {}, TODAY),
        ([one, two], {"review": {"every": "2 months"}}, TODAY),
        ([one, two], {"review": {"every": "2 months"}}, TODAY - timedelta(days=60)),
        ([one, two], {}, TODAY + timedelta(days=900)),
    ):
        bank = make_bank(*entries, config=config)
        assert calendar.look(bank, today, {}) == attention_of(bank, today, {})


def test_days_at_the_ends_of_the_calendar_break_nothing(
    make_bank: MakeBank, make_entry: MakeEntry
) -> None:
    future = make_entry("current-issues", id="f", title="f", reviewed=date(9999, 12, 30))
    past = make_entry("current-issues", id="p", title="p", created=date(1, 1, 1))
    never = make_entry("current-issues", id="n", title="n", review_in="never")
    bank = make_bank(future, past, never)
    assert ids(attention_of(bank, date.max, {}).overdue) == ["p"]
    assert ids(attention_of(bank, date.min, {}).now) == []
    (problem,) = problems_of_dates(bank.entries, TODAY)
    assert "9999-12-30 is still to come" in problem.message


WATCHED = {
    "7k2m9q4t": "issue, every 2 weeks; fixed in February, open again in July",
    "4f03qk18": "issue, created 2026-11-12, never reviewed",
    "8bktayj4": "issue without any date",
    "jedgrnw6": 'review_in = "1 month"',
    "j83fnkqy": 'review_in = "2 months", reviewed 2026-11-13',
    "td8kxavv": "debt, every 3 months; an agent reviews it in May",
    "c1e2sh2f": "decision, every 6 months, reviewed 2026-06-30",
    "06bezs92": "equivalent, every 6 months, reviewed 2026-08-31: due on the last of February",
    "project-information": "one table, every 6 months, reviewed 2026-10-05",
    "saws5y5y": "task without any date, every 6 months",
    "bt9ertxf": "an optimization is never due",
    "5r06yk4q": "fixed: never due",
    "review-schedule": "text for people: never due",
    "2eq9g2hb": "a line of the log: never due",
}
EVERY_MONTH = {"4f03qk18", "8bktayj4", "jedgrnw6"}
YEAR = {
    date(2026, 12, 1): EVERY_MONTH | {"td8kxavv", "saws5y5y"},
    date(2027, 1, 1): EVERY_MONTH | {"7k2m9q4t", "c1e2sh2f"},
    date(2027, 2, 1): EVERY_MONTH | {"7k2m9q4t", "j83fnkqy"},
    date(2027, 3, 1): EVERY_MONTH | {"td8kxavv", "06bezs92"},
    date(2027, 4, 1): EVERY_MONTH | {"j83fnkqy"},
    date(2027, 5, 1): EVERY_MONTH | {"project-information"},
    date(2027, 6, 1): EVERY_MONTH | {"td8kxavv", "j83fnkqy", "saws5y5y"},
    date(2027, 7, 1): EVERY_MONTH | {"c1e2sh2f"},
    date(2027, 8, 1): EVERY_MONTH | {"7k2m9q4t", "j83fnkqy"},
    date(2027, 9, 1): EVERY_MONTH | {"7k2m9q4t", "td8kxavv", "06bezs92"},
    date(2027, 10, 1): EVERY_MONTH | {"7k2m9q4t", "j83fnkqy"},
    date(2027, 11, 1): EVERY_MONTH | {"7k2m9q4t", "project-information"},
}
"""What of the watched is due on the first of each month, on which the team reviews all of it."""

CANDIDATE_FROM = {
    "5r06yk4q": date(2026, 12, 1),
    "gz9z6jkf": date(2027, 1, 1),
    "01z3q6bz": date(2027, 4, 1),
}
"""The first of these days on which a closed entry is a candidate: last changed 2 February, 22 June
and 1 September, and longer than 6 months ago."""


def test_a_year_on_the_demo_bank(tmp_path: Path) -> None:
    folder = tmp_path / "acme" / "memory-bank"
    copy_demo(folder, WRITTEN_ON)
    clock = [datetime(2026, 11, 20, 12, tzinfo=UTC)]
    store = Store(folder, author="Ana", now=lambda: clock[0])
    store.load()
    events = {
        date(2027, 2, 10): lambda: set_status(store, "fixed"),
        date(2027, 5, 15): lambda: review_as(store, "agent:claude", "td8kxavv"),
        date(2027, 7, 15): lambda: set_status(store, "open"),
    }
    happened: set[date] = set()
    for day, expected in YEAR.items():
        for when in sorted(events.keys() - happened):
            if when < day:
                clock[0] = datetime(when.year, when.month, when.day, 12, tzinfo=UTC)
                events[when]()
                happened.add(when)
        clock[0] = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        found = attention_of(store.bank, day, {})
        assert set(ids(found.now)) & WATCHED.keys() == expected, day
        for identity, first in CANDIDATE_FROM.items():
            assert (identity in ids(found.candidates)) == (day >= first), (identity, day)
        outcomes = list(store.review_each([due.entry for due in found.now]))
        assert not [outcome.error for outcome in outcomes if outcome.error]
        assert attention_of(store.bank, day, {}).now == []
    assert not store.bank.problems


def set_status(store: Store, status: str) -> None:
    store.update(store.bank.find("7k2m9q4t")[0], {"status": status})


def review_as(store: Store, author: str, identity: str) -> None:
    store.author = author
    store.review(store.bank.find(identity)[0])
    store.author = "Ana"
