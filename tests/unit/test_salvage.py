"""What can be read of a broken section file."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbtui.bank.entry import Entry
from mbtui.store.config import packaged
from mbtui.store.salvage import readable_entries
from tests.unit.banks import ISSUES

COUNT = 80
WRONG = 41


def entry(number: int, **change: str) -> str:
    """An entry whose text holds what looks like a header, with a table of its own."""
    texts = {"title": f'"Issue {number}"', "text": f"Text {number}\n[tool.x]\nkey = 1\n"} | change
    return (
        f'[[current-issues]]\nid = "{number:08}"\ntitle = {texts["title"]}\n'
        f'tags = [\n  "a",\n]\nissue = """\n{texts["text"]}"""\n'
        f'[current-issues.checked]\n"a.py" = "{number:08}"\n\n'
    )


GOOD = "# a comment\n" + "".join(map(entry, range(COUNT)))
ONE = entry(WRONG)

MISTAKES: dict[str, Callable[[str], str]] = {
    "a quote in a string": lambda one: one.replace("Issue", 'the "Issue"'),
    "no value": lambda one: one.replace('"Issue 41"', ""),
    "an open text": lambda one: one.replace('1\n"""', "1\n"),
    "half a header": lambda one: one.replace("[[current-issues]]", "[[current-issues]"),
    "no header's end": lambda one: one.replace("[[current-issues]]", "[[current-issues"),
    "a key twice": lambda one: one.replace("tags", "title = 1\ntags"),
    "a byte that is no UTF-8": lambda one: one.replace("Text", "Te\udce9t"),
    "an open list": lambda one: one.replace('  "a",\n]', '  "a",\n'),
    "a line of prose": lambda one: one.replace("tags", "and then it broke\ntags"),
}


def read(text: str) -> list[Entry]:
    return readable_entries(text, ISSUES, packaged())


def assert_places(text: str, entries: list[Entry]) -> None:
    """Each entry has its own keys, and the line where its header stands."""
    lines = text.split("\n")
    for found in entries:
        at = next(n for n, line in enumerate(lines, 1) if line.rstrip() == f'id = "{found.id}"')
        assert found.line == at - 1
        assert found.data.get("checked", {"a.py": found.id}) == {"a.py": found.id}
        assert found.file == ISSUES


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_one_mistake_hides_one_entry(mistake: Callable[[str], str], newline: str) -> None:
    assert mistake(ONE) != ONE
    text = GOOD.replace(ONE, mistake(ONE)).replace("\n", newline)
    found = read(text)
    assert [e.id for e in found] == [f"{n:08}" for n in range(COUNT) if n != WRONG]
    assert_places(text, found)


def test_a_mistake_at_either_end_hides_one_entry_at_most() -> None:
    assert len(read("prose\n" + GOOD)) == COUNT
    assert len(read(GOOD + "prose\n")) == COUNT
    assert len(read(GOOD[:-120])) == COUNT - 1
    assert len(read("\ufeff" + GOOD + "= 1\n")) == COUNT


def test_tables_that_clash_hide_no_entry() -> None:
    clash = "[project-information]\npurpose = 'one'\n" * 2
    found = read(GOOD + clash)
    assert [e.id for e in found] == [*(f"{n:08}" for n in range(COUNT)), "project-information"]
    assert len(read(GOOD + "[current-issues]\ntitle = 'no array'\n")) == COUNT


def test_the_sub_table_of_a_broken_entry_is_not_given_to_the_one_before() -> None:
    text = entry(1) + entry(2, title="= 2") + '[current-issues.more]\nx = "of the second"\n'
    (found,) = read(text)
    assert found.id == "00000001"
    assert found.data["checked"] == {"a.py": "00000001"}
    assert "more" not in found.data


def test_headers_that_are_indented_are_found() -> None:
    text = GOOD.replace("[[", "  [[").replace('"Issue 41"', "")
    assert len(read(text)) == COUNT - 1


def test_nothing_readable_is_nothing() -> None:
    for text in (
        "",
        "prose",
        "= = =\n",
        "\x00\x01",
        "[[",
        '"""',
        "<<<<<<< HEAD\n",
        "\udcff\n[x]\n",
    ):
        assert read(text) == []


def conflict(ours: str, theirs: str, base: str | None = None) -> str:
    middle = "" if base is None else f"||||||| base\n{base}"
    return f"<<<<<<< HEAD\n{ours}{middle}=======\n{theirs}>>>>>>> other branch\n"


@pytest.mark.parametrize("base", [None, "", 'title = "base"\n'])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_of_a_field_with_two_sides_ours_is_shown(base: str | None, newline: str) -> None:
    both = conflict('title = "ours"\n', 'title = "theirs"\n', base)
    text = GOOD.replace(f'title = "Issue {WRONG}"\n', both).replace("\n", newline)
    found = read(text)
    assert [e.id for e in found] == [f"{n:08}" for n in range(COUNT)]
    assert found[WRONG].title == "ours"
    assert found[WRONG + 1].data["issue"].startswith(f"Text {WRONG + 1}")
    assert_places(text, found)


def test_entries_of_both_sides_are_shown_once() -> None:
    both = conflict(entry(100) + entry(101), entry(101) + entry(102))
    text = GOOD.replace(ONE, both + ONE)
    found = read(text)
    assert sorted(e.id for e in found) == [f"{n:08}" for n in (*range(COUNT), 100, 101, 102)]
    assert_places(text, found)


def test_a_mistake_beside_markers_hides_one_entry() -> None:
    text = GOOD.replace(ONE, conflict(entry(100), entry(101))).replace('"Issue 7"', "")
    found = read(text)
    assert len(found) == COUNT
    assert_places(text, found)


def test_entries_without_an_id_are_told_apart_by_their_titles() -> None:
    one, two = (f'[[current-issues]]\ntitle = "{name}"\n' for name in ("one", "two"))
    assert [e.title for e in read(conflict(one, one + two))] == ["one", "two"]


def test_looking_for_the_ends_of_open_lists_is_given_up() -> None:
    """Every entry opens one that none closes: without a limit this takes half an hour."""
    text = "".join(f'[[current-issues]]\nid = "{n}"\nissue = [\n' for n in range(20_000))
    assert read(text) == []


@given(st.lists(st.sampled_from([*MISTAKES, ""]), max_size=6))
def test_good_entries_are_found_beside_any_mistakes(names: list[str]) -> None:
    """All but those next to a mistake, for an open text may swallow the next entry."""
    parts, good = [], []
    for number, name in enumerate(names):
        one = entry(number).replace(f"Issue {number}", "Issue 41")
        parts.append(MISTAKES[name](one) if name else one)
        if not name and (number == 0 or not names[number - 1]):
            good.append(f"{number:08}")
    text = "".join(parts)
    found = read(text)
    assert set(good) <= {e.id for e in found}
    assert len({e.id for e in found}) == len(found)
    assert_places(text, found)
