"""One line, and the entry it means."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbtui.bank.quickadd import QuickAdd, parse_quick_add
from mbtui.bank.schema import extended_schema
from tests.unit.conftest import SCHEMA

FILES = {"app/db.py", "app/my db.py", "deploy/", "setup.cfg", "odd::name", "."}
ISSUES = SCHEMA.kinds["current-issues"]


def parse(text: str, kind: str = "current-issues") -> QuickAdd:
    kinds = SCHEMA.kinds
    return parse_quick_add(text, SCHEMA, kind=kinds[kind], path_exists=FILES.__contains__)


def test_the_line_of_the_design() -> None:
    text = "pool exhausted after fork #sqlalchemy #celery !high @current-issues app/db.py"
    quick = parse(text, "data-flow")
    assert quick.title == "pool exhausted after fork"
    assert quick.kind.slug == "current-issues"
    assert quick.tags == ["sqlalchemy", "celery"]
    assert quick.fields == {"severity": "high"}
    assert quick.paths == ["app/db.py"]
    assert (quick.status, quick.body, quick.error) == ("", "", "")
    roles = [role for _, _, role in quick.pieces]
    assert roles == ["text"] * 4 + ["tag", "tag", "field", "kind", "path"]
    assert [text[start:end] for start, end, _ in quick.pieces] == text.split()


@pytest.mark.parametrize(
    "text",
    [
        "@lru_cache hides the error",
        "issue #123",
        "!important",
        "!",
        "#",
        "# heading",
        "a + b",
        "+1",
        "#1st",
        "C# and c++",
        "mail ana@example.org",
        "@data is ambiguous",
        "@",
        "@project-information is a single table",
        "no/such/file.py is text",
        "app/db.py, with a comma",
        "/etc/passwd",
        "~/app/db.py",
        ". and .. and /",
        "e.g. v2.1 … and 3.11",
        "std::move",
        "severity:enormous",
        "issue:prose",
        "status:done",
        "colour:red",
        "ticket:",
        "a--b",
        "-- not a body",
        "--force",
        r"\d+ and C:\temp and \ alone",
        "two   spaces  stay",
        "#tag. with a full stop",
    ],
)
def test_everything_else_is_text(text: str) -> None:
    quick = parse(text)
    assert quick.title == text
    assert quick.kind is ISSUES
    assert (quick.tags, quick.fields, quick.status, quick.paths) == ([], {}, "", [])
    assert {role for _, _, role in quick.pieces} == {"text"}


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (r"\#notatag", "#notatag"),
        (r"\+notatag", "+notatag"),
        (r"\#123", "#123"),
        (r"\!high", "!high"),
        (r"\!important", "!important"),
        (r"\@issues", "@issues"),
        (r"\@lru_cache", "@lru_cache"),
        (r"\severity:high", "severity:high"),
        (r"\app/db.py", "app/db.py"),
        (r"a \-- b", "a -- b"),
        (r"\\#tag", r"\#tag"),
        (r"\\\#tag", r"\\#tag"),
    ],
)
def test_a_backslash_keeps_a_mark_literal(text: str, title: str) -> None:
    quick = parse(text)
    assert quick.title == title
    assert (quick.tags, quick.fields, quick.paths, quick.body) == ([], {}, [], "")


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("x #SQLite +nfs", ["SQLite", "nfs"]),
        ("x #a/b-c.d_e #c++ #ünï", ["a/b-c.d_e", "c++", "ünï"]),
        ("x #twice #Twice", ["twice"]),
    ],
)
def test_tags(text: str, tags: list[str]) -> None:
    quick = parse(text)
    assert (quick.title, quick.tags) == ("x", tags)


@pytest.mark.parametrize(
    ("text", "kind", "fields", "status"),
    [
        ("x !HIGH", "current-issues", {"severity": "high"}, ""),
        ("x !fixed", "current-issues", {}, "fixed"),
        ("x severity:Low status:wont-fix", "current-issues", {"severity": "low"}, "wont-fix"),
        ("x ticket:ABC-1", "current-issues", {"ticket": "ABC-1"}, ""),
        ("x ticket:https://t/1", "current-issues", {"ticket": "https://t/1"}, ""),
        (
            "x !high effort:2d !active",
            "technical-debt",
            {"impact": "high", "effort": "2d"},
            "active",
        ),
        ("x before:12 after:-1.5", "optimization-history", {"before": 12, "after": -1.5}, ""),
        ("x unit:ms", "optimization-history", {"unit": "ms"}, ""),
        (
            "x data-sensitivity:public",
            "security-considerations",
            {"data_sensitivity": "public"},
            "",
        ),
        ("x date:2026-11-22", "change-log", {"date": date(2026, 11, 22)}, ""),
    ],
)
def test_values(text: str, kind: str, fields: dict[str, Any], status: str) -> None:
    quick = parse(text, kind)
    assert (quick.title, quick.fields, quick.status) == ("x", fields, status)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("before:fast", "optimization-history"),
        ("before:1e99999", "optimization-history"),
        ("before:nan", "optimization-history"),
        ("date:soon", "change-log"),
        ("superseded_by:abc", "architecture-decisions"),
        ("rationale:speed", "architecture-decisions"),
    ],
)
def test_values_that_a_field_cannot_take_are_text(text: str, kind: str) -> None:
    quick = parse(text, kind)
    assert (quick.title, quick.fields) == (text, {})


def test_hyphens_and_underscores_name_the_same_field() -> None:
    for name in ("data_sensitivity", "Data-Sensitivity"):
        quick = parse(f"x {name}:public", "security-considerations")
        assert quick.fields == {"data_sensitivity": "public"}


def test_the_kind_decides_what_a_value_means_wherever_it_stands() -> None:
    quick = parse("x !high !active @debt")
    assert quick.kind.slug == "technical-debt"
    assert (quick.title, quick.fields, quick.status) == ("x", {"impact": "high"}, "active")
    assert parse("x !high", "data-flow").title == "x !high"


def test_the_first_of_two_marks_counts_and_the_second_is_text() -> None:
    quick = parse("x !high !low !open !fixed @monitoring @debt")
    assert quick.kind.slug == "monitoring"
    assert quick.title == "x !high !low !open !fixed @debt"
    quick = parse("x ticket:A-1 ticket:A-2 severity:high severity:low")
    assert quick.title == "x ticket:A-2 severity:low"
    assert quick.fields == {"ticket": "A-1", "severity": "high"}
    quick = parse("x !high !low !open !fixed")
    assert (quick.title, quick.fields, quick.status) == (
        "x !low !fixed",
        {"severity": "high"},
        "open",
    )


def test_choices_and_lists_of_the_teams_own() -> None:
    config = {
        "kinds": {
            "current-issues": {
                "fields": {
                    "customer": {"choices": ["Big Co", "b"]},
                    "seen_in": {"type": "list"},
                }
            }
        }
    }
    schema = extended_schema(SCHEMA, config, ())
    kind = schema.kinds["current-issues"]
    quick = parse_quick_add(
        "x !big-co seen_in:dev,prod !high", schema, kind=kind, path_exists=lambda path: False
    )
    assert quick.title == "x"
    assert quick.fields == {"customer": "Big Co", "seen_in": ["dev", "prod"], "severity": "high"}


@pytest.mark.parametrize(
    ("word", "path"),
    [
        ("app/db.py", "app/db.py"),
        ("./app/db.py", "app/db.py"),
        ("deploy/", "deploy/"),
        ("setup.cfg", "setup.cfg"),
        ("app/db.py::Pool.connect", "app/db.py::Pool.connect"),
        ("app/db.py:41", "app/db.py:41"),
        ("odd::name", "odd::name"),
    ],
)
def test_paths_that_exist(word: str, path: str) -> None:
    quick = parse(f"hangs {word}")
    assert (quick.title, quick.paths) == ("hangs", [path])


def test_only_words_that_look_like_a_path_are_looked_up() -> None:
    asked: list[str] = []

    def exists(path: str) -> bool:
        asked.append(path)
        return True

    parse_quick_add("pool hangs in src/x #tag", SCHEMA, kind=ISSUES, path_exists=exists)
    assert asked == ["src/x"]


def test_a_double_dash_starts_the_body() -> None:
    quick = parse("title #tag --  the body #not a tag -- and on")
    assert (quick.title, quick.tags) == ("title", ["tag"])
    assert quick.body == "the body #not a tag -- and on"


def test_pasted_lines_become_the_body() -> None:
    quick = parse("\n  title !high\r\n\r\n    indented\r\n#not a tag\n")
    assert (quick.title, quick.fields) == ("title", {"severity": "high"})
    assert quick.body == "    indented\n#not a tag"
    both = parse("title -- first\nsecond -- still\n")
    assert (both.title, both.body) == ("title", "first\nsecond -- still")
    later = parse("title\nsecond -- third")
    assert (later.title, later.body) == ("title", "second -- third")


def test_the_body_has_a_piece_of_its_own() -> None:
    text = "title -- body\nmore"
    start, end, role = parse(text).pieces[-1]
    assert (text[start:end], role) == ("-- body\nmore", "body")


@pytest.mark.parametrize("text", ["", "  \n ", "#a !high @debt app/db.py", "#a -- only a body"])
def test_a_title_is_needed(text: str) -> None:
    quick = parse(text)
    assert quick.title == ""
    assert quick.error == "a title is needed"


def test_spacing_closes_only_where_a_mark_was() -> None:
    assert parse("a   b  #x  c").title == "a   b c"
    assert parse("#x  a").title == "a"
    assert parse("a  #x").title == "a"


MARKS = r"pool #tag +x !high !open !nothing @debt @lru app/db.py -- \ \#tag severity:low #1"
WORDS = st.sampled_from([*MARKS.split(), "\n", "\r\n", "\x85", "\u2028", "ß"])
LINES = st.text() | st.lists(WORDS, max_size=10).map(" ".join)


@given(LINES, st.sampled_from([slug for slug, kind in SCHEMA.kinds.items() if not kind.single]))
def test_nothing_typed_vanishes(text: str, kind: str) -> None:
    quick = parse(text, kind)
    covered = [False] * len(text)
    for start, end, _ in quick.pieces:
        assert start < end
        assert not any(covered[start:end])
        covered[start:end] = [True] * (end - start)
    assert all(done or char.isspace() for char, done in zip(text, covered, strict=True))
    literal = [text[start:end] for start, end, role in quick.pieces if role == "text"]
    assert len(quick.title.split()) == len(literal)
    for word, typed in zip(quick.title.split(), literal, strict=True):
        assert typed in (word, "\\" + word)
    bodies = [text[start:end] for start, end, role in quick.pieces if role == "body"]
    assert len(bodies) <= 1
    for typed in bodies:
        kept = "".join(typed.split())
        assert "".join(quick.body.split()) in (kept, kept.removeprefix("--"))
    assert bool(quick.body) <= bool(bodies)
    assert "\r" not in quick.body


@given(LINES)
def test_the_title_is_one_line_that_means_itself_when_escaped(text: str) -> None:
    quick = parse(text)
    assert "\n" not in quick.title
    assert quick.title == quick.title.strip()
    assert (quick.error == "") == (quick.title != "")


@pytest.mark.parametrize(("typed", "severity"), [("!med", "medium"), ("!CRIT", "critical")])
def test_a_value_may_be_short_as_lists_show_it(typed: str, severity: str) -> None:
    assert parse(f"beat runs twice {typed}").fields == {"severity": severity}


def test_another_start_of_a_value_is_text() -> None:
    assert parse("a !hi there").title == "a !hi there"
