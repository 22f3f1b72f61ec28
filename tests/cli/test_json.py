from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbtui.bank.entry import Entry
from mbtui.bank.schema import Field, Kind
from mbtui.exchange.json_out import entries_to_json, entry_to_json, to_json

from .conftest import Run

ENTRY_KEYS = [
    "id", "section", "kind", "title", "status", "closed", "tags", "paths", "links", "owner",
    "fields", "extra", "created", "created_by", "updated", "updated_by", "reviewed",
    "reviewed_by", "review_in", "due", "drift", "drift_paths", "archived", "source", "file", "line",
]  # fmt: skip

FULL = """
[[current-issues]]
id = "7k2m9q4t"
title = "SQLite WAL hangs on NFS homes"
status = "fixed"
severity = "high"
tags = ["sqlite", "nfs"]
paths = ["app/db.py::connect"]
links = ["aaaaaaaa"]
owner = "Bo"
created = 2026-11-02T09:12:44Z
created_by = "Ana Lima"
updated = 2026-11-20T18:03:10+01:00
updated_by = "agent:claude"
reviewed = 2026-11-20
reviewed_by = "Ana Lima"
review_in = "2 weeks"
checked = { "app/db.py::connect" = "3f9a1c07" }
source = "ADR 7"
issue = \"\"\"
One.
Two.
\"\"\"
odd = { when = 07:32:00, local = 2026-01-02T03:04:05, much = inf, none = nan, big = [1, 2.5, true] }
"""

KIND = Kind(
    "things",
    "Things",
    "stuff",
    (Field("text"), Field("amount", "number")),
    ("a", "b"),
    frozenset("b"),
)


def entry(data: dict[str, Any], file: str = "stuff.toml") -> Entry:
    return Entry(KIND, data, section="stuff", file=file, line=7)


def test_one_entry_has_exactly_these_keys(run: Run, project: Path) -> None:
    (project / "memory-bank" / "known-issues.toml").write_text(FULL.lstrip(), "utf-8")
    shown = run("show", "7k2", "--json").json
    assert list(shown) == ENTRY_KEYS
    assert shown == {
        "id": "7k2m9q4t",
        "section": "known-issues",
        "kind": "current-issues",
        "title": "SQLite WAL hangs on NFS homes",
        "status": "fixed",
        "closed": True,
        "tags": ["sqlite", "nfs"],
        "paths": ["app/db.py::connect"],
        "links": ["aaaaaaaa"],
        "owner": "Bo",
        "fields": {"issue": "One.\nTwo.\n", "severity": "high"},
        "extra": {
            "odd": {
                "when": "07:32:00",
                "local": "2026-01-02T03:04:05",
                "much": "inf",
                "none": "nan",
                "big": [1, 2.5, True],
            }
        },
        "created": "2026-11-02T09:12:44Z",
        "created_by": "Ana Lima",
        "updated": "2026-11-20T18:03:10+01:00",
        "updated_by": "agent:claude",
        "reviewed": "2026-11-20",
        "reviewed_by": "Ana Lima",
        "review_in": "2 weeks",
        "due": None,
        "drift": "orphaned",
        "drift_paths": [
            {
                "path": "app/db.py::connect",
                "state": "orphaned",
                "reason": "there is no such file",
                "new_path": None,
            }
        ],
        "archived": None,
        "source": "ADR 7",
        "file": "known-issues.toml",
        "line": 1,
    }


def test_what_an_entry_lacks_is_null_or_empty() -> None:
    value = entry_to_json(entry({"id": "x", "title": "t"}), {})
    empty = {key: item for key, item in value.items() if not item}
    assert {key for key, item in empty.items() if item is None} == {
        "status", "owner", "created", "created_by", "updated", "updated_by", "reviewed",
        "reviewed_by", "review_in", "due", "archived", "source",
    }  # fmt: skip
    assert (value["drift"], value["drift_paths"]) == ("none", [])
    assert value["closed"] is False


def test_due_is_a_date() -> None:
    data = {"id": "x", "title": "t", "created": date(2026, 1, 31), "review_in": "1 month"}
    assert entry_to_json(entry(data), {})["due"] == "2026-02-28"


def test_an_archived_entry_says_when_by_whom_and_why() -> None:
    table = {"at": datetime(2026, 11, 22, 10, tzinfo=UTC), "by": "Ana", "reason": "gone"}
    value = entry_to_json(entry({"title": "t", "archived": table}, "archive/stuff.toml"), {})
    assert value["archived"] == {"at": "2026-11-22T10:00:00Z", "by": "Ana", "reason": "gone"}
    bare = entry_to_json(entry({"title": "t"}, "archive/stuff.toml"), {})
    assert bare["archived"] == {"at": None, "by": None, "reason": None}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC), "2026-01-02T03:04:05.000006Z"),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=-5))), "0001-01-01T00:00:00-05:00"),
        (datetime(2026, 1, 2), "2026-01-02T00:00:00"),
        (date(2026, 1, 2), "2026-01-02"),
        (time(1, 2, 3, 400000), "01:02:03.400000"),
        (float("-inf"), "-inf"),
        ({"a": [date(1, 1, 1)]}, {"a": ["0001-01-01"]}),
    ],
)
def test_values_of_toml(value: object, expected: object) -> None:
    assert to_json(value) == expected


TOML = st.recursive(
    st.text()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.dates()
    | st.times()
    | st.datetimes(timezones=st.sampled_from([None, UTC, timezone(timedelta(hours=-5))])),
    lambda values: st.lists(values) | st.dictionaries(st.text(), values),
    max_leaves=6,
)
COMMON = st.sampled_from(
    ["id", "title", "status", "tags", "paths", "owner", "created", "reviewed", "archived", "text"]
)


@given(st.dictionaries(COMMON | st.text(), TOML, max_size=6), st.sampled_from(["", "archive/"]))
def test_any_entry_is_valid_json(data: dict[str, Any], folder: str) -> None:
    value = entries_to_json([entry(data, f"{folder}stuff.toml")], {})
    text = json.dumps(value, allow_nan=False)
    assert json.loads(text) == value
    assert list(value["entries"][0]) == ENTRY_KEYS


def test_several_entries_are_counted(run: Run, project: Path, wal: str) -> None:
    answer = run("list", "--json").json
    assert list(answer) == ["entries", "count"]
    assert answer["count"] == len(answer["entries"]) == 3
    assert list(answer["entries"][0]) == ENTRY_KEYS


def test_search_adds_the_match(run: Run, project: Path, wal: str) -> None:
    answer = run("search", "60 s", "--json").json
    assert list(answer["entries"][0]) == [*ENTRY_KEYS, "match"]
    assert answer["entries"][0]["match"] == {
        "field": "issue",
        "line": "The first write hangs for 60 s.",
    }


def test_the_nearest_stand_apart_when_nothing_matched(run: Run, project: Path, wal: str) -> None:
    answer = run("search", "sqlte", "--json")
    assert answer.code == 1
    assert list(answer.json) == ["entries", "count", "nearest"]
    assert (answer.json["entries"], answer.json["count"]) == ([], 0)
    assert answer.json["nearest"][0]["id"] == wal
    assert "nearest" not in run("search", "zzzzzzzzzzzz", "--json").json


def test_writes_answer_with_the_entry(run: Run, project: Path) -> None:
    added = run("add", "x", "--in", "monitoring", "--json").json
    assert list(added) == ENTRY_KEYS
    edited = run("edit", added["id"], "--title", "y", "--json").json
    assert (edited["id"], edited["title"]) == (added["id"], "y")
    archived = run("archive", added["id"], "--reason", "done", "--json").json
    assert archived["archived"]["reason"] == "done"
    assert archived["file"] == "archive/deployment-notes.toml"
    assert run("restore", added["id"], "--json").json["archived"] is None


def test_the_schema(run: Run) -> None:
    answer = run("schema", "--json").json
    assert list(answer) == ["sections"]
    assert len(answer["sections"]) == 12
    issues = next(item for item in answer["sections"] if item["slug"] == "known-issues")
    assert list(issues) == ["slug", "title", "kinds"]
    assert issues["kinds"][0] == {
        "slug": "current-issues",
        "title": "Current Issues",
        "single": False,
        "statuses": ["open", "worked-around", "fixed", "wont-fix"],
        "closed": ["fixed", "wont-fix"],
        "hints": ["[Document known issues]", "[Include workarounds]", "[Track resolution status]"],
        "fields": [
            {"name": "issue", "type": "text", "choices": []},
            {"name": "cause", "type": "text", "choices": []},
            {"name": "workaround", "type": "text", "choices": []},
            {
                "name": "severity",
                "type": "choice",
                "choices": ["low", "medium", "high", "critical"],
            },
            {"name": "ticket", "type": "text", "choices": []},
        ],
    }


def test_path_and_init(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    made = run("init", str(folder), "--json").json
    assert list(made) == ["folder", "filled", "markdown_files", "agents_lines", "git"]
    assert made["folder"] == str(folder / "memory-bank")
    assert len(made["agents_lines"]) == 6
    where = run("path", "--bank", str(folder), "--json").json
    assert list(where) == ["bank", "state", "config"]
    assert where["bank"] == made["folder"]
