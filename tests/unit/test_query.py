"""What the text of a query is understood to ask for."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbtui.bank.bank import Bank
from mbtui.bank.entry import Entry
from mbtui.bank.query import Query, Term, parse_arguments, parse_query, vocabulary_of
from tests.unit.conftest import SCHEMA, make_bank_of, make_entry_in

TODAY = date(2026, 11, 22)


def lifelike() -> Bank:
    def make(kind: str, title: str, **data: object) -> Entry:
        return make_entry_in(SCHEMA, kind, title=title, **data)

    return make_bank_of(
        make(
            "current-issues",
            "SQLite WAL hangs",
            tags=["sqlite", "NFS"],
            paths=["app/db.py::connect", "deploy/"],
            status="open",
            owner="Bo Chen",
            created_by="Ana Lima",
            updated_by="agent:claude",
            created=datetime(2026, 11, 2),
            colour="red",
        ),
        make("monitoring", "Alerts", reviewed_by="Anders", tags="two words"),
        make("current-issues", "Old", file="archive/known-issues.toml", tags=["gone"]),
        make("data-flow", "Queue", status="paused", created_by="Anders Berg"),
    )


BANK = lifelike()
WORDS = vocabulary_of(BANK)


def parse(text: str) -> Query:
    return parse_query(text, WORDS, TODAY)


def only_term(text: str) -> Term:
    query = parse(text)
    assert (query.words, query.excluded) == ((), ())
    (term,) = query.terms
    return term


def test_words_are_folded_and_each_counts_once() -> None:
    query = parse("  Memory\tLEAK memory Straße ")
    assert query.words == ("memory", "leak", "strasse")
    assert (query.terms, query.excluded, query.sort) == ((), (), ())
    assert query.understood == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('"a phrase"', ("a phrase",)),
        ('before "Two Words" after', ("before", "two words", "after")),
        ('"unclosed quote', ('"unclosed', "quote")),
        ('say "unclosed', ("say", '"unclosed')),
        ('5" disk', ('5"', "disk")),
        ('"a"b c"', ('a"b c',)),
        ('"a"b', ('"a"b',)),
        ('""', ('""',)),
        ('"', ('"',)),
        ('print("x")', ('print("x")',)),
    ],
)
def test_phrases(text: str, words: tuple[str, ...]) -> None:
    assert parse(text).words == words


@pytest.mark.parametrize(
    ("text", "excluded"),
    [
        ("-word", ("word",)),
        ('-"a phrase"', ("a phrase",)),
        ("-src/auth.py", ("src/auth.py",)),
        ("-tag:nosuch", ("tag:nosuch",)),
        ("-@lru_cache", ("@lru_cache",)),
    ],
)
def test_a_minus_excludes(text: str, excluded: tuple[str, ...]) -> None:
    query = parse(text)
    assert (query.words, query.excluded) == ((), excluded)


@pytest.mark.parametrize(
    "text",
    [
        "src/auth.py",
        "pre-edit",
        "v2.1",
        "std::move",
        "a:b",
        "-",
        "--",
        "--force",
        "->",
        "->next",
        "-=",
        "gb/s",
        "tag:",
        "tag:nosuch",
        "by:design",
        "status:done",
        "is:broken",
        "is:",
        "in:nowhere",
        "has:wings",
        "no:wings",
        "owner:nobody",
        "path:no/such.py",
        "before:lunch",
        "after:2026-13-01",
        "after:7x",
        "sort:beauty",
        "sort:",
        "sort:-",
        "http://x",
        ":",
        "*",
        "a.*b",
        "[/]",
        'tag:"',
        "nottag:sqlite",
    ],
)
def test_what_developers_type_finds_itself(text: str) -> None:
    query = parse(text)
    assert query.words == (text,)
    assert (query.terms, query.excluded, query.sort) == ((), (), ())


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("in:current-issues", {"current-issues"}),
        ("in:Current", {"current-issues"}),
        ('in:"current issues"', {"current-issues"}),
        ("in:known-issues", {"current-issues", "technical-debt"}),
        ("in:known", {"current-issues", "technical-debt"}),
        ("in:security", {"security-considerations", "security-incidents"}),
        ("in:c++", {"cpp-to-python-equivalents"}),
        ("in:change-log", {"change-log"}),
        ("IN:monitoring", {"monitoring"}),
    ],
)
def test_places(text: str, kinds: set[str]) -> None:
    assert only_term(text).values == kinds


@pytest.mark.parametrize("text", ["in:data", "in:python", "in:co", "in:p"])
def test_an_ambiguous_place_is_text(text: str) -> None:
    assert parse(text).words == (text,)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("tag:SQLite", {"sqlite"}),
        ("tag:nfs", {"nfs"}),
        ("tag:gone", {"gone"}),
        ('tag:"two words"', {"two words"}),
        ("status:wont-fix", {"wont-fix"}),
        ("status:paused", {"paused"}),
        ("by:ana", {"ana lima"}),
        ("by:an", {"ana lima", "anders", "anders berg"}),
        ("by:anders", {"anders"}),
        ('by:"Ana Lima"', {"ana lima"}),
        ("by:agent:claude", {"agent:claude"}),
        ("by:agent", {"agent:claude"}),
        ("owner:bo", {"bo chen"}),
        ("path:app/db.py", {"app/db.py::connect"}),
        ("path:DB.PY", {"app/db.py::connect"}),
        ("path:deploy/web/run.sh", {"deploy/"}),
        ("has:ticket", {"ticket"}),
        ("has:trade-offs", {"trade_offs"}),
        ("has:tag", {"tags"}),
        ("no:colour", {"colour"}),
        ("is:open", {"open"}),
        ("is:drifted", {"drifted"}),
    ],
)
def test_values_that_mean_something(text: str, values: set[str]) -> None:
    term = only_term(text)
    assert term.name == text.partition(":")[0]
    assert term.values == values
    assert not term.negated


def test_tags_and_statuses_are_not_shortened() -> None:
    assert parse("tag:sql status:wont").words == ("tag:sql", "status:wont")


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026-11-02", date(2026, 11, 2)),
        ("2026-11", date(2026, 11, 1)),
        ("2025", date(2025, 1, 1)),
        ("today", TODAY),
        ("yesterday", date(2026, 11, 21)),
        ("7d", date(2026, 11, 15)),
        ("2w", date(2026, 11, 8)),
        ("3m", date(2026, 8, 22)),
        ("1y", date(2025, 11, 22)),
        ("99999y", date.min),
        ("0d", TODAY),
    ],
)
def test_days(value: str, day: date) -> None:
    assert only_term(f"before:{value}").day == day
    assert only_term(f"after:{value}").day == day


def test_months_ago_end_with_the_month() -> None:
    (term,) = parse_query("after:1m", WORDS, date(2026, 3, 31)).terms
    assert term.day == date(2026, 2, 28)


def test_a_minus_turns_a_qualifier_round() -> None:
    term = only_term("-tag:sqlite")
    assert term.negated
    assert term.values == {"sqlite"}


def test_sorting() -> None:
    assert parse("sort:-updated leak").sort == (("updated", True),)
    assert parse("sort:severity sort:title").sort == (("severity", False), ("title", False))
    assert parse("sort:when-to-use").sort == (("when_to_use", False),)
    assert parse("-sort:title").excluded == ("sort:title",)


def test_two_kinds_are_either_of_them_but_two_tags_are_both() -> None:
    term = only_term("in:monitoring in:data-flow in:monitoring")
    assert term.values == {"monitoring", "data-flow"}
    assert len(parse("tag:nfs tag:sqlite").terms) == 2
    assert len(parse("in:monitoring -in:data-flow").terms) == 2


def test_everything_at_once() -> None:
    query = parse('pool in:current tag:nfs -tag:sqlite "after fork" -celery is:open sort:-updated')
    assert query.words == ("pool", "after fork")
    assert query.excluded == ("celery",)
    assert query.understood == [
        "in Current Issues",
        "tag nfs",
        "not tag sqlite",
        "open",
        "without “celery”",
        "sort updated ↓",
    ]


def test_states_that_nobody_knows_are_text() -> None:
    query = parse("pool is:drifted -is:changed is:due")
    known = query.with_states({"drifted"})
    assert known.words == ("pool",)
    assert known.excluded == ("is:changed",)
    assert [term.values for term in known.terms] == [{"drifted"}, {"due"}]
    assert query.with_states(()).words == ("pool", "is:drifted")
    assert query.with_states({"drifted", "changed"}) is query


def test_shell_arguments_are_one_line() -> None:
    assert parse_arguments(["pool", "after  fork", "-x"], WORDS, TODAY) == parse_query(
        "pool after  fork -x", WORDS, TODAY
    )
    assert parse_arguments(['"after fork"'], WORDS, TODAY).words == ("after fork",)
    assert parse_arguments([], WORDS, TODAY).words == ()


def test_the_shell_takes_the_quotes_of_a_value() -> None:
    assert parse_arguments(["by:Ana Lima"], WORDS, TODAY).terms == parse('by:"Ana Lima"').terms
    query = parse_arguments(["tag:nfs pool"], WORDS, TODAY)
    assert query.words == ("pool",)
    assert query.terms[0].values == {"nfs"}
    excluded = parse_arguments(["-by:Ana Lima"], WORDS, TODAY)
    assert excluded.terms[0].negated


pieces = st.sampled_from(
    ["in:", "tag:", "is:", "by:", "sort:", "-", '"', " ", ":", "open", "sqlite", "due", "7d", "ß"]
)
texts = st.text() | st.lists(pieces | st.text(max_size=3), max_size=12).map("".join)


@given(texts)
def test_no_text_is_an_error(text: str) -> None:
    query = parse(text)
    assert query.text == text
    assert all(word and word == word.casefold() for word in (*query.words, *query.excluded))
    assert all(query.understood)
    query.with_states(())


@given(st.lists(st.text("abcxyz./_@#", min_size=1), max_size=6))
def test_plain_words_all_arrive(words: list[str]) -> None:
    assert parse(" ".join(words)).words == tuple(dict.fromkeys(words))


@given(st.lists(texts, max_size=4))
def test_no_arguments_are_an_error(args: list[str]) -> None:
    parse_arguments(args, WORDS, TODAY)
