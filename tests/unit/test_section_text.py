"""Section files read piece by piece: the same entries as a parser of the whole file gives."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mbtui.bank.merge import same_value
from mbtui.store.config import packaged
from mbtui.store.section_text import BrokenTextError, SectionText
from tests.unit.banks import issue, section
from tests.unit.sections import KINDS, section_texts, tables

CONFLICT = "<<<<<<< HEAD\n" + issue("a") + "=======\n" + issue("b") + ">>>>>>> theirs\n"


def read(text: str) -> list[tuple[str, dict[str, object]]]:
    found = section(text).entries
    return [(k, entry.data) for k in KINDS for entry in found if entry.kind.slug == k]


def assert_same(text: str) -> None:
    found, expected = read(text), tables(text)
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert one[0] == other[0]
        assert same_value(one[1], other[1])


@settings(max_examples=70, deadline=None)
@given(section_texts())
def test_the_entries_are_those_of_the_whole_file(text: str) -> None:
    assert_same(text)


@settings(max_examples=30, deadline=None)
@given(section_texts())
def test_pieces_cover_the_text_and_lines_are_those_of_the_headers(text: str) -> None:
    found = section(text)
    assert found.pieces[0].start == 0
    assert found.pieces[-1].end == len(text)
    for one, following in zip(found.pieces, found.pieces[1:], strict=False):
        assert one.end == following.start
    lines = text.split("\n")
    for block in found.blocks:
        line = lines[block.entry.line - 1]
        assert line.lstrip().startswith("[[")
        assert block.entry.kind.slug in line


@settings(max_examples=30, deadline=None)
@given(section_texts(), section_texts(), st.booleans())
def test_known_entries_make_no_difference(one: str, other: str, both: bool) -> None:
    cache = section(one).cache
    text = one.rstrip() + "\n" + other if both else other
    try:
        plainly = section(text)
    except BrokenTextError:
        return
    cached = SectionText(
        text, section="known-issues", file="known-issues.toml", schema=packaged(), cache=cache
    )
    assert [e.line for e in cached.entries] == [e.line for e in plainly.entries]
    for left, right in zip(cached.entries, plainly.entries, strict=True):
        assert left.kind is right.kind or left.kind == right.kind
        assert same_value(left.data, right.data)


def test_an_unchanged_entry_is_the_same_object_on_the_next_reading() -> None:
    before = section(issue("a") + issue("b"))
    after = SectionText(
        issue("a") + issue("b", "new"),
        section="known-issues",
        file="known-issues.toml",
        schema=packaged(),
        cache=before.cache,
    )
    assert after.entries[0] is before.entries[0]
    assert after.entries[1].title == "new"


def test_two_entries_with_one_text_are_two() -> None:
    once = issue("a")
    before = section(once + once)
    after = SectionText(
        "# moved\n" + once + once,
        section="known-issues",
        file="known-issues.toml",
        schema=packaged(),
        cache=before.cache,
    )
    assert [entry.line for entry in after.entries] == [2, 5]
    assert [entry.line for entry in before.entries] == [1, 4]


@pytest.mark.parametrize(
    "text",
    [
        '[[current-issues]]\ntitle = """\n[[current-issues]]\ntitle = "no"\n"""\n',
        "[[current-issues]]\ntitle = '''\n[x]\n''\n[y]'''\n",
        '[[current-issues]]\ntitle = "x"\ndeep = [\n[1],\n  [2],\n]\n',
        '[[current-issues]]\ntitle = "x" # """\n[[current-issues]]\ntitle = "y" # \'\'\'\n',
        '[[current-issues]]\ntitle = """a""""\n[[current-issues]]\ntitle = """"""\n',
        '  [[ current-issues ]] # c\ntitle = "x"\n\t[current-issues . more]\nx = 1\n',
        '[["current-issues"]]\ntitle = "x"\n[[\'current-issues\']]\ntitle = "y"\n',
        "# only a comment",
        "",
        "\n\n",
    ],
)
def test_hard_places(text: str) -> None:
    assert_same(text)


def test_a_quoted_header_with_a_bracket() -> None:
    text = '["odd ]] name"]\nx = 1\n[[current-issues]]\ntitle = "x"\n'
    assert [entry.line for entry in section(text).entries] == [3]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        (issue("a") + "severity high\n", 4, 10),
        (issue("a") + '\n[[current-issues]\ntitle = "x"\n', 5, 0),
        (issue("a") + 'issue = """never closed\n', 5, 0),
        (issue("a") + 'title = "again"\n', 4, 0),
        ("[current-issues]\n[current-issues]\n", 2, 0),
        ('[current-issues]\ntitle = "x"\n[[current-issues]]\ntitle = "y"\n', 3, 0),
        ("current-issues = 1\n" + issue("a"), 2, 0),
        (issue("a") + "[current-issues.x]\n[stranger]\n[current-issues.x]\n", 6, 0),
    ],
)
def test_what_is_not_toml_is_told_with_its_line(text: str, line: int, column: int) -> None:
    for newline in ("\n", "\r\n"):
        with pytest.raises(BrokenTextError) as caught:
            section(text.replace("\n", newline))
        problem = caught.value.problem
        assert (problem.line, problem.state) == (line, "broken")
        assert problem.column == column or not column
        assert str(problem).startswith(f"known-issues.toml:{line}:")
        assert "not TOML" in str(problem)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_gits_conflict_markers_are_a_state_of_their_own(newline: str) -> None:
    with pytest.raises(BrokenTextError) as caught:
        section((issue("z") + CONFLICT).replace("\n", newline))
    problem = caught.value.problem
    assert (problem.state, problem.line) == ("conflict", 4)
    assert "conflict markers" in str(problem)


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 2000,
        "a = " + "{a=" * 1000,
        "a." * 100_000 + "a = 1",
        "a = 0x" + "f" * 200_000,
        "[" * 5000,
        '[[current-issues]]\ntitle = "' + "\\" * 50_001,
    ],
)
def test_bombs_are_problems_told_in_few_words(text: str) -> None:
    with pytest.raises(BrokenTextError) as caught:
        section(text)
    assert len(str(caught.value)) < 1000


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from(list("[]\"'#=\\\n\r\t {},.ab1")), max_size=40))
def test_no_text_makes_the_reader_fail_in_another_way(text: str) -> None:
    try:
        found = section(text)
    except BrokenTextError:
        return
    assert found.pieces[-1].end == len(found.text)


@pytest.mark.parametrize("text", ["\ufeff\ufeff", "\ufeff\ufeff[[current-issues]]\ntitle = 'x'\n"])
def test_a_second_byte_order_mark_is_no_toml(text: str) -> None:
    with pytest.raises(BrokenTextError, match="two byte order marks"):
        section(text)


@pytest.mark.parametrize(
    "text", ["[[k]]\r\r\na = 1\n", "# c\r\r\n", '[[k]]\r\na = """\r\r\n"""\r\n', "a = 1\r\r\n"]
)
def test_a_carriage_return_that_ends_no_line_is_no_toml(text: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads(text)
    with pytest.raises(BrokenTextError, match="carriage return"):
        section(text)
