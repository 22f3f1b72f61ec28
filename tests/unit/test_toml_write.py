"""Values, keys and entries as TOML 1.0 text."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest
import rtoml
from hypothesis import given, settings
from hypothesis import strategies as st

from mbtui.bank.merge import same_value
from mbtui.store.config import packaged
from mbtui.store.errors import InputError
from mbtui.store.toml_write import entry_text, toml_key, toml_string, toml_value

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
HARD = st.text(st.sampled_from(list("\"'\\\n\r\t#[]=\x00\x1b\x7f\x85\x9b\u202e\ufeff a")))
QUOTES = st.text(st.sampled_from(list("\"\n\\'")))
ZONES = st.integers(-23 * 60, 23 * 60).map(lambda m: timezone(timedelta(minutes=m)))
SCALARS = st.one_of(
    TEXT,
    HARD,
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.dates(),
    st.times(),
    st.datetimes(),
    st.datetimes(timezones=ZONES),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


def reads(text: str) -> list[Any]:
    """What both parsers make of the value."""
    return [parse(f"value = {text}\n")["value"] for parse in (tomllib.loads, rtoml.loads)]


@settings(max_examples=150, deadline=None)
@given(VALUES)
def test_every_value_reads_back_equal_in_two_parsers(value: Any) -> None:
    for found in reads(toml_value(value)):
        assert same_value(found, value)


@settings(max_examples=150, deadline=None)
@given(TEXT | HARD | QUOTES)
def test_a_text_holds_no_control_and_reads_back(text: str) -> None:
    written = toml_string(text)
    assert reads(written) == [text, text]
    assert reads(written.replace("\n", "\r\n"))[0] == text
    bad = [c for c in written if c not in "\n\t" and (ord(c) < 32 or 127 <= ord(c) < 160)]
    assert bad == []
    assert not set("\u061c\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069\ufeff") & set(written)


@settings(max_examples=100, deadline=None)
@given(TEXT | HARD)
def test_every_key_reads_back(name: str) -> None:
    assert tomllib.loads(f"{toml_key(name)} = 1\n") == {name: 1}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", '"plain"'),
        ('say "hi" \\ now', '"say \\"hi\\" \\\\ now"'),
        ("two\nlines\n", '"""\ntwo\nlines\n"""'),
        ("tab\there", '"tab\\there"'),
        ("tab\there\n", '"""\ntab\there\n"""'),
        ("\x1b]52;c;eA==\x07", '"\\u001b]52;c;eA==\\u0007"'),
        (True, "true"),
        (5, "5"),
        (0.5, "0.5"),
        (1e16, "1e+16"),
        (float("inf"), "inf"),
        (float("-inf"), "-inf"),
        (date(2026, 11, 22), "2026-11-22"),
        (time(7, 32), "07:32:00"),
        (datetime(2026, 11, 22, 10, tzinfo=UTC), "2026-11-22T10:00:00Z"),
        (datetime(2026, 11, 22, 10), "2026-11-22T10:00:00"),
        (["a", "b"], '["a", "b"]'),
        ([], "[]"),
        (["line\nbreak"], '["line\\nbreak"]'),
        ({"a.b": 1, "c": [2]}, '{ "a.b" = 1, c = [2] }'),
        ({}, "{}"),
    ],
)
def test_how_it_looks(value: Any, text: str) -> None:
    assert toml_value(value) == text


def test_a_long_list_takes_a_line_for_each_item() -> None:
    items = ["x" * 50, "y" * 50]
    assert toml_value(items) == f'[\n  "{items[0]}",\n  "{items[1]}",\n]'
    assert "\n" not in toml_value(["x" * 200])


@pytest.mark.parametrize(
    "value",
    ["\ud800", "line\n\udfff", ["\udc80"], {"k": "\ud800"}, {"\ud800": 1}, [["\ud800"]]],
)
def test_half_a_character_is_refused_with_its_place(value: Any) -> None:
    with pytest.raises(InputError, match=r"half a character \(U\+D[0-9A-F]{3}\) at place \d"):
        toml_value(value)


@pytest.mark.parametrize("value", [None, object(), b"bytes", [None], {"a": {1, 2}}])
def test_what_toml_does_not_know_is_refused(value: Any) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        toml_value(value)


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 10**30])
def test_a_number_that_readers_reject_is_refused(value: int) -> None:
    with pytest.raises(InputError, match="write it as a text"):
        toml_value([value])


def test_short_keys_come_before_prose_and_unknown_ones_last() -> None:
    kind = packaged().kinds["current-issues"]
    data = {"zzz": 1, "issue": "x", "ticket": "T-1", "tags": [], "aaa": 2, "status": "", "id": "i"}
    keys = [line.split(" ")[0] for line in entry_text(kind, data).splitlines()]
    assert keys == ["[[current-issues]]", "id", "status", "ticket", "tags", "issue", "zzz", "aaa"]
