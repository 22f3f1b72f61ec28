"""Edits of one entry: the entry changes as meant, everything else stays byte for byte."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mbtui.bank.merge import same_value
from mbtui.store.config import packaged
from mbtui.store.errors import InputError
from mbtui.store.proof import Meant, prove
from mbtui.store.section_text import Block, SectionText
from mbtui.store.splice import Replacement, insertion, raw_text, removal, runs, spliced
from mbtui.store.strict import strict_edits
from mbtui.store.toml_write import entry_text
from tests.unit.banks import ISSUES, make_store, section
from tests.unit.sections import ANY_TEXT, section_texts, tables

BOM = st.sampled_from(["", "\ufeff"])
NEW_VALUES: st.SearchStrategy[Any] = st.one_of(
    ANY_TEXT,
    st.none(),
    st.lists(ANY_TEXT, max_size=3),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.booleans(),
    st.datetimes().map(lambda at: at.replace(microsecond=0)),
    st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=2),
)


def without(found: SectionText, block: Block) -> str:
    """The text with the entry's own bytes left out."""
    cut = [Replacement(start, end, "") for start, end in runs(found, block)]
    return spliced(found.text, cut)


def rest_of(text: str, left_out: dict[str, Any], kind: str) -> list[tuple[str, dict[str, Any]]]:
    """Every entry but the first of `kind` that equals `left_out`."""
    found = tables(text)
    for item in found:
        if item[0] == kind and same_value(item[1], left_out):
            found.remove(item)
            return found
    raise AssertionError("the entry is not in the text")


def assert_others_same(
    before: list[tuple[str, dict[str, Any]]], after: list[tuple[str, dict[str, Any]]]
) -> None:
    assert [kind for kind, _ in before] == [kind for kind, _ in after]
    assert all(same_value(a, b) for (_, a), (_, b) in zip(before, after, strict=True))


def with_own_id(draw: st.DrawFn, found: SectionText) -> Block:
    blocks = [block for block in found.blocks if block.entry.has_own_id]
    assume(blocks)
    return draw(st.sampled_from(blocks))


@settings(max_examples=70, deadline=None)
@given(st.data(), section_texts(), BOM)
def test_an_edit_changes_nothing_else_and_reads_back(
    data: st.DataObject, text: str, bom: str
) -> None:
    found = section(bom + text)
    block = with_own_id(data.draw, found)
    old = block.entry.data
    names = st.sampled_from([name for name in old if name != "id"]) | st.sampled_from(
        ["status", "issue", "tags", "new key"]
    )
    changed = data.draw(st.dictionaries(names, NEW_VALUES, min_size=1, max_size=3))
    meant = {name: value for name, value in {**old, **changed}.items() if value is not None}
    edits = strict_edits(found, block, changed, meant)
    new = spliced(found.text, edits)
    kind = block.entry.kind.slug
    read = prove(found, edits, new, Meant(kind, kind, block.entry.id, old, meant))
    assert_others_same(rest_of(text, old, kind), rest_of(new, meant, kind))
    (same,) = [b for b in read.blocks if b.entry.id == block.entry.id]
    if not any(len(piece.path) > 1 and piece.path[1] in changed for piece in block.pieces):
        assert without(read, same) == without(found, block)


@settings(max_examples=45, deadline=None)
@given(st.data(), section_texts(), BOM)
def test_a_removal_takes_the_entry_and_blank_lines_at_most(
    data: st.DataObject, text: str, bom: str
) -> None:
    found = section(bom + text)
    block = data.draw(st.sampled_from(found.blocks))
    edits = removal(found, block)
    new = spliced(found.text, edits)
    entry = block.entry
    meant = Meant(entry.kind.slug, entry.kind.slug, entry.id, entry.data, None)
    prove(found, edits, new, meant)
    assert_others_same(rest_of(text, entry.data, entry.kind.slug), tables(new))
    left = without(found, block)
    assert [line for line in left.splitlines() if line.strip()] == [
        line for line in new.splitlines() if line.strip()
    ]
    assert len(left.splitlines()) - len(new.splitlines()) <= len(block.pieces)


@settings(max_examples=45, deadline=None)
@given(st.data(), section_texts(at_least=0), st.sampled_from(["current-issues", "technical-debt"]))
def test_an_addition_only_inserts(data: st.DataObject, text: str, slug: str) -> None:
    found = section(text)
    kind = packaged().kinds[slug]
    identity = data.draw(st.sampled_from(["", "00", "05-1", "50", "99-9", "zz"])) + "!"
    table = {"id": identity, "title": data.draw(ANY_TEXT), "issue": data.draw(ANY_TEXT)}
    edits = insertion(found, kind, identity, entry_text(kind, table))
    (edit,) = edits
    assert edit.start == edit.end
    new = spliced(text, edits)
    read = prove(found, edits, new, Meant(slug, slug, identity, None, table))
    assert_others_same(tables(text), rest_of(new, table, slug))
    order = [block.entry.id for block in read.blocks_of(slug)]
    place = order.index(identity)
    own = [block.entry for block in found.blocks_of(slug) if block.entry.has_own_id]
    assert not any(e.id > identity for e in own if e.id in order[:place])
    following = next((i for i in order[place + 1 :] if i), None)
    assert following is None or following > identity or "" in order
    if "\r\n" in text and "\n" not in text.replace("\r\n", ""):
        assert "\n" not in new.replace("\r\n", "")


@settings(max_examples=35, deadline=None)
@given(st.data(), section_texts())
def test_an_entrys_own_text_reads_as_the_entry(data: st.DataObject, text: str) -> None:
    found = section(text)
    block = data.draw(st.sampled_from(found.blocks))
    raw = raw_text(found, block)
    assert "\r\n" not in raw
    ((kind, table),) = tables(raw)
    assert kind == block.entry.kind.slug
    assert same_value(table, block.entry.data)


def test_overlapping_replacements_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        spliced("abcdef", [Replacement(0, 3, ""), Replacement(2, 4, "")])


@pytest.mark.parametrize("text", ["current-issues = 3\n", "current-issues.a = 1\n"])
def test_nothing_is_added_beside_something_else_of_the_name(text: str) -> None:
    kind = packaged().kinds["current-issues"]
    with pytest.raises(InputError, match=r"known-issues\.toml: current-issues"):
        insertion(section(text), kind, "a", "")


def test_nothing_is_added_beside_a_single_table_of_the_name() -> None:
    kind = packaged().kinds["current-issues"]
    with pytest.raises(InputError, match=r"write \[\[current-issues\]\] first"):
        insertion(section('[current-issues]\ntitle = "x"\n'), kind, "a", "")


def edited(text: str, changes: dict[str, Any]) -> str:
    found = section(text)
    block = found.blocks[0]
    merged = {**block.entry.data, **changes}
    meant = {name: value for name, value in merged.items() if value is not None}
    return spliced(found.text, strict_edits(found, block, changes, meant))


@pytest.mark.parametrize(
    ("before", "changes", "after"),
    [
        ('title = "x"\nq = 1\n', {"status": "open"}, 'title = "x"\nstatus = "open"\nq = 1\n'),
        ('title = "x"\n', {"title": None}, ""),
        ('title = "x" # c\n', {"title": "y"}, 'title = "y" # c\n'),
        ("a.b = 1\na.c = 2\nz = 1\n", {"a": {"b": 3}}, "z = 1\na = { b = 3 }\n"),
        ("tags = [ # all\n 'a',\n]\n", {"tags": ["b"]}, 'tags = ["b"]\n'),
        ('  title = "x"\n', {"title": "y"}, '  title = "y"\n'),
        ('"title" = "x"\n', {"title": "y"}, '"title" = "y"\n'),
        ("", {"title": "y", "id": "1"}, 'id = "1"\ntitle = "y"\n'),
    ],
)
def test_a_key_is_changed_where_it_stands(before: str, changes: dict[str, Any], after: str) -> None:
    head = "[[current-issues]]\n"
    assert edited(head + before, changes) == head + after


def test_a_sub_table_becomes_a_key_when_it_is_given_a_new_value() -> None:
    text = '[[current-issues]]\ntitle = "x"\n\n[other]\n\n# c\n[current-issues.checked]\na = "1"\n'
    after = edited(text, {"checked": {"a": "2"}})
    assert after == '[[current-issues]]\ntitle = "x"\nchecked = { a = "2" }\n\n[other]\n\n'


def test_an_entry_that_must_be_written_anew_keeps_every_comment(tmp_path: Path) -> None:
    text = (
        "# above\n[[current-issues]] # head\nid = 'a' # its id\n\n# apart\n"
        "title = 'one' # \"# no\"\n"
        "\n# of the sub-table\n[current-issues.sub]\nx = { y = 1, } # TOML 1.1\n\n# of b\n"
        '[[current-issues]]\nid = "b"\ntitle = "two"\n'
    )
    store = make_store(tmp_path, {ISSUES: text})
    store.update(store.load().by_key["a"], {"severity": "high"})
    after = (store.folder / ISSUES).read_text()
    assert tomllib.loads(after)["current-issues"][0]["severity"] == "high"
    notes = ["# above", "# head", "# its id", "# apart", '# "# no"', "# of the sub-table"]
    found = [line for line in after.splitlines() if line.startswith("#") and line != notes[0]]
    assert after.startswith("# above\n[[current-issues]]\n")
    assert found == [*notes[1:], "# TOML 1.1", "# of b"]
