"""Places of headers, keys and values in a TOML text."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mbtui.bank.merge import same_value
from mbtui.store.toml_scan import (
    key_span,
    next_header,
    piece_at,
    split_key,
    statements,
    with_comments_above,
)
from tests.unit.banks import section
from tests.unit.sections import section_texts


@settings(max_examples=45, deadline=None)
@given(section_texts())
def test_each_statement_alone_is_one_key_and_its_value(text: str) -> None:
    found = section(text)
    for piece in found.pieces:
        for item in statements(text, piece.start, piece.end):
            line = tomllib.loads(text[item.start : item.end])
            value = tomllib.loads("x = " + text[item.value_start : item.value_end])["x"]
            for part in item.path:
                (line,) = [line[part]]
            assert same_value(line, value)
            start, end = key_span(text, item)
            assert split_key(text[start:end]) == item.path


@settings(max_examples=45, deadline=None)
@given(section_texts())
def test_statements_and_headers_are_all_there_is(text: str) -> None:
    found = section(text)
    for piece in found.pieces:
        rest = text[piece.start : piece.end]
        for item in reversed(statements(text, piece.start, piece.end)):
            rest = rest[: item.start - piece.start] + rest[item.end - piece.start :]
        left = [line.strip() for line in rest.splitlines() if line.strip()]
        if piece.path:
            assert left.pop(0).startswith("[")
        assert all(line.startswith("#") for line in left)


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from(list("[]\"'#=\\\n\r {},.ab"))), st.integers(0, 40))
def test_any_text_gives_places_inside_it(text: str, start: int) -> None:
    start = min(start, len(text))
    assert start <= next_header(text, start) <= len(text)
    for item in statements(text, start, len(text)):
        assert start <= item.start < item.value_start <= item.end <= len(text)
        assert item.value_end <= item.end


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("a", ("a",)),
        ("a.b", ("a", "b")),
        ('a . "b.c" . \'d"\'', ("a", "b.c", 'd"')),
        (r'"\u0041\x42\"\\\t"', ('AB"\\\t',)),
        ('""', ("",)),
        ("1979-05-27", ("1979-05-27",)),
    ],
)
def test_keys(key: str, path: tuple[str, ...]) -> None:
    assert split_key(key) == path


@pytest.mark.parametrize(
    ("line", "path", "array"),
    [
        ("[[a]]", ("a",), True),
        ("[a.b]", ("a", "b"), False),
        ("  [[ a . 'b]]' ]] # c", ("a", "b]]"), True),
        ("\t[a]", ("a",), False),
    ],
)
def test_headers(line: str, path: tuple[str, ...], array: bool) -> None:
    piece = piece_at(line, 0, len(line))
    assert piece is not None
    assert (piece.path, piece.array) == (path, array)


@pytest.mark.parametrize("line", ["[[a]", "[a]]", "a = [1]", "# [a]", "", "[]"])
def test_no_headers(line: str) -> None:
    piece = piece_at(line, 0, len(line))
    assert piece is None


@pytest.mark.parametrize(
    "value",
    [
        '"""\n[x]\n"""',
        "'''\n[x]\n'''",
        '""""[\n[x]\n"""""',
        '"""\\"""\n[x]\n"""',
        "[\n[x],\n]",
        "{ a = [\n[1]] }",
        '"#" # "\n# """',
        "'\\' # '''",
    ],
)
def test_the_next_header_is_behind_the_value(value: str) -> None:
    text = f"[[a]]\nk = {value}\n[next]\n"
    assert text[next_header(text, 0) :] == "[next]\n"


@pytest.mark.parametrize(
    ("above", "own"),
    [
        ("x = 1\n# a\n# b\n", "# a\n# b\n"),
        ("x = 1\n# a\n\n# b\n", "# b\n"),
        ("x = 1 # a\n", ""),
        ("# a\r\n\t# b\r\n", "# a\r\n\t# b\r\n"),
        ("x = 1\n\n", ""),
    ],
)
def test_comment_lines_that_touch_from_above(above: str, own: str) -> None:
    floor = above.index("\n") + 1 if above.startswith("x") else 0
    assert above[with_comments_above(above + "[h]", len(above), floor) :] == own
