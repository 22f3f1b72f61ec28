"""Merging the texts of section files: bytes nobody changed stay, comments of both sides stay."""

from __future__ import annotations

import os
import tomllib

import pytest
from hypothesis import given, settings

from mbtui.bank.merge_section import Version, same_version
from mbtui.store.merging import (
    MergeError,
    Sides,
    merge_sections,
    read_side,
    with_markers,
)
from mbtui.store.rest import keyed_blocks
from mbtui.store.section_text import SectionText
from tests.unit.conftest import SCHEMA
from tests.unit.sections import section_texts

EXAMPLES = int(os.environ.get("MBTUI_FAULT_TRIPLES", "60"))


def read(text: str) -> SectionText:
    return read_side(text, "known-issues.toml", "known-issues", SCHEMA)


def sides(base: str, mine: str, theirs: str) -> Sides:
    return Sides(read(base), read(mine), read(theirs))


def merged_text(base: str, mine: str, theirs: str) -> str:
    merged = merge_sections(sides(base, mine, theirs))
    assert not merged.undecided
    return merged.section.text


def item(identity: str, body: str = "", kind: str = "current-issues", above: str = "") -> str:
    return f'{above}[[{kind}]]\nid = "{identity}"\ntitle = "T {identity}"\n{body}'


A, B, C, D = (item(letter * 8, 'issue = """\none\ntwo\nthree\n"""\n') for letter in "abcd")


def test_additions_on_both_sides_go_in_id_order() -> None:
    assert merged_text(f"{A}\n{D}", f"{A}\n{B}\n{D}", f"{A}\n{C}\n{D}") == f"{A}\n{B}\n{C}\n{D}"


def test_a_file_that_both_sides_made_holds_all_entries() -> None:
    assert merged_text("", A, f"{B}\n{C}") == f"{A}\n{B}\n{C}"


def test_t18_lines_of_one_text_and_fields_of_one_entry_merge() -> None:
    mine, theirs = A.replace("one", "ONE"), A.replace("three", "THREE") + 'status = "fixed"\n'
    expected = A.replace("one", "ONE").replace("three", "THREE") + 'status = "fixed"\n'
    assert merged_text(A, mine, theirs) == expected


def test_comments_and_layout_of_both_sides_stay() -> None:
    mine = f"# about a, mine\n{A}".replace('title = "T a', 'title   =   "T a')
    theirs = A.replace("[[current", "# theirs\n[[current") + "# at its end\nstatus = 'open'\n"
    text = merged_text(A, mine, theirs)
    assert text.count("# about a, mine") == text.count("# theirs") == 1
    assert 'title   =   "T a' in text
    assert "status = 'open'" in text
    assert "# at its end" in text


def test_line_ends_bom_and_missing_last_newline_are_mines() -> None:
    base = f"\ufeff{A}\n{C}".replace("\n", "\r\n").removesuffix("\r\n")
    merged = merge_sections(sides(base, base, f"{A}\n{B}\n{C.replace('one', '1')}"))
    text = merged.section.text
    assert merged.section.bom
    assert "\n" not in text.replace("\r\n", "")
    assert not text.endswith("\n")
    assert [block.entry.id[0] for block in merged.section.blocks] == ["a", "b", "c"]


def test_what_stands_beside_the_entries_merges_by_line() -> None:
    base = f"# head\n\nowner = 'x'\n\n{A}\n{B}"
    mine = base.replace("'x'", "'y'").replace(B, f"{B}\n{C}")
    theirs = base.replace("# head", "# head\n# of theirs") + f"\n{D}"
    text = merged_text(base, mine, theirs)
    assert text.startswith("# head\n# of theirs\n\nowner = 'y'\n")
    assert list(keyed_blocks(read(text))) == ["a" * 8, "b" * 8, "c" * 8, "d" * 8]
    with pytest.raises(MergeError, match="beside the entries"):
        merge_sections(sides(base, base.replace("'x'", "'y'"), base.replace("'x'", "'z'")))


def test_comments_that_both_sides_put_at_the_top_stay_both() -> None:
    text = merged_text(A, f"# mine\n\n{A}", f"# theirs\n\n{A}")
    assert text.startswith("# mine\n")
    assert "# theirs\n" in text


def test_an_entry_moved_on_one_side_and_edited_on_the_other() -> None:
    moved = item("a" * 8, 'debt = """\none\ntwo\nthree\n"""\n', "technical-debt")
    text = merged_text(f"{A}\n{B}", f"{B}\n{moved}", f"{A.replace('one', 'ONE')}\n{B}")
    block = keyed_blocks(read(text))["a" * 8]
    assert block.entry.kind.slug == "technical-debt"
    assert block.entry.data["debt"].startswith("ONE\n")
    assert "issue" not in block.entry.data


def test_t19_markers_stand_around_the_entry_in_conflict_alone() -> None:
    base, mine, theirs = A, A.replace("two", "mine"), A.replace("two", "theirs")
    mine, theirs = f"{mine}\n{B}", theirs.replace("T a", "New a") + f"\n{C}"
    three = sides(base, mine, theirs)
    merged = merge_sections(three)
    assert [entry.conflicts for entry in merged.undecided] == [("issue",)]
    text = with_markers(merged, three)
    before, _, rest = text.partition("<<<<<<< ours\n")
    ours, _, rest = rest.partition("=======\n")
    others, _, after = rest.partition(">>>>>>> theirs\n")
    assert (before, after) == ("", f"\n{B}\n{C}")
    assert tomllib.loads(ours)["current-issues"][0]["issue"] == "one\nmine\nthree\n"
    assert tomllib.loads(others)["current-issues"][0]["issue"] == "one\ntheirs\nthree\n"
    assert ours.count("New aaaaaaaa") == others.count("New aaaaaaaa") == 1


def test_a_decision_is_written_and_the_rest_merges() -> None:
    three = sides(A, f"{A.replace('two', 'mine')}\n{B}", A.replace("two", "theirs") + f"\n{C}")
    wanted = keyed_blocks(three.mine)["a" * 8].entry
    decided = {"a" * 8: Version(wanted.kind, {**wanted.data, "issue": "both\n"})}
    merged = merge_sections(three, decided)
    assert not merged.undecided
    assert merged.section.blocks[0].entry.data["issue"] == "both\n"
    assert len(merged.section.blocks) == 3
    gone = merge_sections(three, {"a" * 8: None})
    assert list(keyed_blocks(gone.section)) == ["b" * 8, "c" * 8]


def test_entries_without_ids_and_ids_that_occur_twice_merge() -> None:
    bare = '[[current-issues]]\ntitle = "typed"\n'
    text = merged_text(f"{bare}\n{A}", f"{bare}status = 'open'\n\n{A}", f"{bare}\n{A}\n{B}")
    assert text == f"{bare}status = 'open'\n\n{A}\n{B}"
    twice = f"{A}\n{A.replace('one', 'other')}"
    assert merged_text(twice, f"{twice}\n{B}", f"{twice}\n{C}") == f"{twice}\n{B}\n{C}"


def test_a_broken_side_is_told() -> None:
    with pytest.raises(MergeError, match=r"known-issues.toml:1"):
        sides(A, "[[", A)


@settings(max_examples=EXAMPLES)
@given(section_texts(at_least=0), section_texts(at_least=0))
def test_one_side_alone_gives_its_own_bytes_or_entries(base: str, other: str) -> None:
    three = sides(base, other, base)
    assert merge_sections(three).section.text == three.mine.text
    assert merge_sections(sides(base, other, other)).section.text == three.mine.text
    taken = merge_sections(sides(base, base, other))
    found = {k: Version(b.entry.kind, b.entry.data) for k, b in keyed_blocks(taken.section).items()}
    wanted = {k: Version(b.entry.kind, b.entry.data) for k, b in keyed_blocks(three.mine).items()}
    assert found.keys() == wanted.keys()
    assert all(same_version(found[key], wanted[key]) for key in found)


@settings(max_examples=EXAMPLES)
@given(section_texts(at_least=0), section_texts(at_least=0), section_texts(at_least=0))
def test_no_text_that_a_side_added_vanishes(base: str, mine: str, theirs: str) -> None:
    three = sides(base, mine, theirs)
    try:
        merged = merge_sections(three)
    except MergeError:
        return
    found = keyed_blocks(merged.section)
    old = keyed_blocks(three.base)
    for side in (three.mine, three.theirs):
        for key, block in keyed_blocks(side).items():
            changed = key not in old or not same_version(
                Version(block.entry.kind, block.entry.data),
                Version(old[key].entry.kind, old[key].entry.data),
            )
            assert key in found or not changed
