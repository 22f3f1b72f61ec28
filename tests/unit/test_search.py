"""What a search finds, in which order, and which line it shows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbtui.bank.bank import Bank
from mbtui.bank.entry import Entry
from mbtui.bank.order import default_order
from mbtui.bank.query import parse_query, vocabulary_of
from mbtui.bank.search import Index, Results, match_of
from tests.unit.conftest import SCHEMA, make_bank_of, make_entry_in

TODAY = date(2026, 11, 22)
START = datetime(2026, 1, 1, tzinfo=UTC)


def issue(title: str, *, age: int = 0, kind: str = "current-issues", **data: Any) -> Entry:
    """An issue last changed `age` days before the first of January."""
    data.setdefault("updated", START - timedelta(days=age))
    return make_entry_in(SCHEMA, kind, title=title, **data)


def search(bank: Bank, text: str, states: dict[str, frozenset[str]] | None = None) -> Results:
    return Index(bank).search(parse_query(text, vocabulary_of(bank), TODAY), states=states)


def titles(bank: Bank, text: str, states: dict[str, frozenset[str]] | None = None) -> list[str]:
    return [entry.title for entry in search(bank, text, states).entries]


def test_words_are_found_wherever_they_stand() -> None:
    bank = make_bank_of(
        issue("the needle"),
        issue("tag", tags=["needle"]),
        issue("path", paths=["src/Needle.py"]),
        issue("text", issue="a\nNEEDLE\nb"),
        issue("unknown key", mine={"deep": ["needle"]}),
        issue("id", id="needle01"),
        issue("status", status="needle"),
        issue("none", issue="haystack"),
    )
    assert set(titles(bank, "needle")) == {e.title for e in bank.entries} - {"none"}
    assert search(bank, "needle").count == 7


def test_all_words_must_occur_and_excluded_ones_must_not() -> None:
    bank = make_bank_of(issue("red green"), issue("red blue"), issue("red green blue"))
    assert set(titles(bank, "red blue")) == {"red blue", "red green blue"}
    assert titles(bank, "red blue -green") == ["red blue"]
    assert titles(bank, '"green blue"') == ["red green blue"]
    assert set(titles(bank, '-"green blue"')) == {"red green", "red blue"}


def test_title_before_tag_before_text_then_newest() -> None:
    bank = make_bank_of(
        issue("in text, new", age=0, issue="leak"),
        issue("in text, old", age=9, issue="leak"),
        issue("in tag", age=10, tags=["leak"]),
        issue("a leak, old", age=30),
        issue("a leak, new", age=20),
    )
    order = ["a leak, new", "a leak, old", "in tag", "in text, new", "in text, old"]
    assert titles(bank, "leak") == order


def test_open_before_closed() -> None:
    bank = make_bank_of(
        issue("a leak, fixed", age=0, status="fixed"),
        issue("in text, open", age=9, issue="leak", status="open"),
    )
    assert titles(bank, "leak") == ["in text, open", "a leak, fixed"]


def test_more_words_in_the_title_come_first() -> None:
    bank = make_bank_of(
        issue("nothing", issue="memory leak"),
        issue("a leak", age=5, issue="of memory"),
        issue("memory leak", age=9),
    )
    assert titles(bank, "memory leak") == ["memory leak", "a leak", "nothing"]


def test_a_filter_does_not_change_the_order() -> None:
    bank = make_bank_of(
        *(issue(f"leak {n}", age=n, tags=["x"] if n % 2 else []) for n in range(8)),
        *(issue(f"text {n}", age=n, issue="leak", tags=["x"]) for n in range(8)),
    )
    unfiltered = [e.title for e in search(bank, "leak").entries if e.tags]
    assert titles(bank, "leak tag:x") == unfiltered


def test_without_words_the_order_is_that_of_the_lists() -> None:
    bank = make_bank_of(
        issue("flow", kind="data-flow"),
        issue("debt", kind="technical-debt"),
        issue("old", age=5),
        issue("fixed", status="fixed"),
        issue("new", age=1),
    )
    order = ["new", "old", "fixed", "debt", "flow"]
    assert titles(bank, "") == order
    assert titles(bank, "is:open") == ["new", "old", "debt", "flow"]
    assert [e.title for e in default_order(bank.by_kind["current-issues"])] == order[:3]


def test_the_change_log_shows_only_when_asked_for() -> None:
    bank = make_bank_of(
        issue("leak"),
        make_entry_in(SCHEMA, "change-log", title="old leak fixed", date=date(2026, 1, 1)),
        make_entry_in(SCHEMA, "change-log", title="new leak fixed", date=date(2026, 5, 1)),
    )
    assert titles(bank, "leak") == titles(bank, "") == ["leak"]
    assert titles(bank, "in:change-log leak") == ["new leak fixed", "old leak fixed"]
    assert titles(bank, "in:change-log after:2026-03-01") == ["new leak fixed"]
    assert titles(bank, "-in:change-log leak") == ["leak"]


def test_the_archive_shows_only_when_asked_for() -> None:
    bank = make_bank_of(issue("leak"), issue("old leak", file="archive/known-issues.toml"))
    assert titles(bank, "leak") == titles(bank, "leak -is:archived") == ["leak"]
    assert titles(bank, "leak is:archived") == titles(bank, "is:archived") == ["old leak"]


def lifelike() -> Bank:
    return make_bank_of(
        issue(
            "wal",
            tags=["SQLite", "nfs"],
            paths=["app/db.py::connect", "deploy/"],
            status="open",
            owner="Bo Chen",
            created_by="Ana Lima",
            updated_by="agent:claude",
            severity="high",
            id="w1",
            created=date(2026, 11, 1),
        ),
        issue("pool", tags=["sqlite"], status="fixed", severity="low", ticket="T-1", age=400),
        issue("debt", kind="technical-debt", impact="critical", reviewed_by="Ana Lima", id="d1"),
        issue("flow", kind="data-flow", updated="2026-11-20", created=date(2020, 1, 1)),
        make_entry_in(SCHEMA, "project-information", project_name="acme", created=TODAY),
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("in:known-issues", {"wal", "pool", "debt"}),
        ("in:current in:data-flow", {"wal", "pool", "flow"}),
        ("-in:known-issues", {"flow", "Project Information"}),
        ("tag:sqlite", {"wal", "pool"}),
        ("tag:sqlite tag:nfs", {"wal"}),
        ("tag:sqlite -tag:nfs", {"pool"}),
        ("status:open", {"wal"}),
        ("by:ana", {"wal", "debt"}),
        ("by:agent:claude", {"wal"}),
        ('owner:"bo chen"', {"wal"}),
        ("path:app/", {"wal"}),
        ("path:deploy/web.sh", {"wal"}),
        ("is:closed", {"pool"}),
        ("is:open", {"wal", "debt", "flow", "Project Information"}),
        ("is:due", {"debt", "flow"}),
        ("has:ticket", {"pool"}),
        ("no:severity in:current", set()),
        ("no:ticket in:current", {"wal"}),
        ("before:2025-06-01", {"pool"}),
        ("after:7d", {"flow", "Project Information"}),
        ("-after:7d in:known", {"wal", "pool", "debt"}),
        ("acme", {"Project Information"}),
        ("tag:nosuch", set()),
    ],
)
def test_qualifiers(query: str, found: set[str]) -> None:
    assert set(titles(lifelike(), query)) == found


def test_an_untagged_bank_has_no_text_for_a_qualifier_but_its_own() -> None:
    bank = make_bank_of(issue("we wrote tag:nosuch here"), issue("status:done means nothing"))
    assert titles(bank, "tag:nosuch") == ["we wrote tag:nosuch here"]
    assert titles(bank, "status:done") == ["status:done means nothing"]


def test_states_come_from_the_caller() -> None:
    bank = lifelike()
    states = {"drifted": frozenset({"w1"}), "changed": frozenset({"d1", "w1"})}
    assert titles(bank, "is:drifted", states) == ["wal"]
    assert titles(bank, "is:changed -is:drifted", states) == ["debt"]
    assert titles(bank, "is:drifted", {"drifted": frozenset()}) == []
    noted = make_bank_of(issue("about is:orphaned"))
    assert titles(noted, "is:orphaned", states) == ["about is:orphaned"]


def test_due_follows_the_day() -> None:
    bank = make_bank_of(issue("x", reviewed=date(2026, 10, 22)))
    index, words = Index(bank), vocabulary_of(bank)
    assert index.search(parse_query("is:due", words, TODAY - timedelta(1))).count == 0
    assert index.search(parse_query("is:due", words, TODAY)).count == 1


def test_due_follows_the_reviews_of_the_bank() -> None:
    entry = issue("x", created=date(2026, 11, 1))
    bank = make_bank_of(entry, config={"review": {"kinds": {"current-issues": "2 weeks"}}})
    assert titles(bank, "is:due") == ["x"]
    assert titles(make_bank_of(entry), "is:due") == []


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("sort:title", ["a", "B", "c", "d"]),
        ("sort:-title", ["d", "c", "B", "a"]),
        ("sort:severity", ["a", "c", "d", "B"]),
        ("sort:-severity", ["d", "c", "a", "B"]),
        ("sort:updated", ["B", "d", "c", "a"]),
        ("sort:-updated", ["a", "c", "d", "B"]),
        ("sort:effort sort:-title", ["c", "d", "B", "a"]),
        ("sort:-status sort:title", ["a", "d", "B", "c"]),
    ],
)
def test_sorting_puts_entries_without_a_value_last(sort: str, order: list[str]) -> None:
    bank = make_bank_of(
        issue("c", age=2, severity="medium", effort=2),
        issue("B", age=9, status="fixed"),
        issue("a", age=1, severity="low", status="open"),
        issue("d", age=5, severity="critical", effort=10.5, status="open"),
    )
    assert titles(bank, sort) == order


@given(st.lists(st.none() | st.integers() | st.floats() | st.text() | st.dates() | st.booleans()))
def test_mixed_values_sort_without_an_error(values: list[Any]) -> None:
    bank = make_bank_of(*(issue(f"t{n}", ticket=value) for n, value in enumerate(values)))
    assert len(titles(bank, "sort:-ticket")) == len(values)
    assert len(titles(bank, "sort:ticket sort:due sort:kind")) == len(values)


LETTERS = st.text("abß ", max_size=6)
ENTRIES = st.lists(
    st.builds(
        lambda title, text, tag, kind, status, age: issue(
            title, issue=text, tags=[tag], kind=kind, status=status, age=age
        ),
        LETTERS,
        LETTERS,
        st.sampled_from(["x", "ab"]),
        st.sampled_from(["current-issues", "data-flow", "change-log"]),
        st.sampled_from(["open", "fixed"]),
        st.integers(0, 3),
    ),
    max_size=8,
)
QUERY_PARTS = ["a", "b", "ab", "ss", '"a b"', "-b", "tag:x", "is:open", "is:due", "in:data-flow"]


@given(ENTRIES, st.lists(st.sampled_from(QUERY_PARTS), max_size=3))
def test_every_result_has_all_words_and_nothing_with_them_is_missing(
    entries: list[Entry], parts: list[str]
) -> None:
    bank = make_bank_of(*entries)
    words = [part for part in parts if part.isalpha()]
    found = search(bank, " ".join(words)).entries
    expected = [
        entry
        for entry in bank.entries
        if entry.kind.slug != "change-log" and all(word in entry.folded for word in words)
    ]
    assert {entry.key for entry in found} == {entry.key for entry in expected}
    assert len(found) == len(expected)
    ranks = [entry.closed for entry in found]
    if words:
        assert ranks == sorted(ranks)


@given(ENTRIES, st.lists(st.sampled_from(QUERY_PARTS), max_size=3), st.sampled_from(QUERY_PARTS))
def test_another_word_never_adds_results(entries: list[Entry], parts: list[str], more: str) -> None:
    if more.startswith("in:"):
        return
    bank = make_bank_of(*entries)
    before = {entry.key for entry in search(bank, " ".join(parts)).entries}
    after = {entry.key for entry in search(bank, " ".join([*parts, more])).entries}
    assert after <= before


@given(ENTRIES, st.lists(st.lists(st.sampled_from(QUERY_PARTS), max_size=3), max_size=4))
def test_searching_on_finds_the_same_as_searching_afresh(
    entries: list[Entry], queries: list[list[str]]
) -> None:
    bank = make_bank_of(*entries)
    index, words = Index(bank), vocabulary_of(bank)
    for parts in queries:
        typed = " ".join(parts)
        for end in range(len(typed) + 1):
            query = parse_query(typed[:end], words, TODAY)
            kept, fresh = index.search(query), Index(bank).search(query)
            assert [e.key for e in kept.entries] == [e.key for e in fresh.entries]
            assert [e.key for e in kept.nearest] == [e.key for e in fresh.nearest]


def test_searching_on_after_an_exclusion_or_a_change_of_states() -> None:
    bank = make_bank_of(issue("leak word", id="a"), issue("leak wo", id="b"), issue("leak", id="c"))
    index, words = Index(bank), vocabulary_of(bank)

    def found(text: str, changed: set[str]) -> set[str]:
        states = {"changed": frozenset(changed)}
        results = index.search(parse_query(text, words, TODAY), states=states)
        return {entry.id for entry in results.entries}

    assert found("leak -wo", set()) == {"c"}
    assert found("leak -word", set()) == {"b", "c"}
    assert found("leak is:changed", {"a"}) == {"a"}
    assert found("leak is:changed", {"b", "c"}) == {"b", "c"}


@given(ENTRIES, st.text(max_size=12))
def test_no_text_is_an_error(entries: list[Entry], text: str) -> None:
    bank = make_bank_of(*entries)
    results = search(bank, text)
    assert len(results.nearest) <= 5
    for entry in results.entries:
        match_of(entry, results.query)
