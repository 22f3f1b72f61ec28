"""The laws of merging the entries of one file: nothing anyone wrote goes away."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mbtui.bank.merge_section import (
    KIND,
    MINE,
    THEIRS,
    Version,
    merge_entries,
    same_version,
)
from tests.unit.conftest import SCHEMA

TRIPLES = int(os.environ.get("MBTUI_FAULT_TRIPLES", "150"))
"""How many random triples the laws are tried on."""

KINDS = [SCHEMA.kinds[slug] for slug in ("current-issues", "technical-debt", "setup-instructions")]
WORDS = st.sampled_from(["a", "b", "c"])
TEXTS = st.lists(WORDS, min_size=1, max_size=4).map(lambda words: "\n".join([*words, ""]))
TABLES = st.fixed_dictionaries(
    {"title": WORDS},
    optional={
        "issue": TEXTS,
        "debt": TEXTS,
        "status": WORDS,
        "tags": st.lists(WORDS, unique=True, max_size=3),
        "updated": st.sampled_from([datetime(2026, 11, day, tzinfo=UTC) for day in (1, 2)]),
        "updated_by": WORDS,
        "mystery": st.dictionaries(WORDS, st.integers(0, 1), max_size=2),
    },
)
VERSIONS = st.builds(Version, st.sampled_from(KINDS), TABLES)
SIDES = st.dictionaries(st.sampled_from(["k1", "k2", "k3", "k4"]), VERSIONS, max_size=4)
Side = dict[str, Version]


def triples() -> st.SearchStrategy[tuple[Side, Side, Side]]:
    """A base and two sides, each entry of a side as in the base as often as not."""

    def sides(base: Side) -> st.SearchStrategy[tuple[Side, Side, Side]]:
        def side(changes: Side, kept: set[str]) -> Side:
            return {**{k: v for k, v in base.items() if k in kept}, **changes}

        own = st.builds(side, SIDES, st.sets(st.sampled_from(["k1", "k2", "k3", "k4"])))
        return st.tuples(st.just(base), own, own)

    return SIDES.flatmap(sides)


def results(base: Side, mine: Side, theirs: Side) -> Side:
    merged = merge_entries(base, mine, theirs)
    return {key: entry.result for key, entry in merged.items() if entry.result is not None}


def equal(one: Side, other: Side) -> bool:
    return one.keys() == other.keys() and all(same_version(one[k], other[k]) for k in one)


@settings(max_examples=TRIPLES)
@given(triples())
def test_t22_one_side_alone_is_the_result(sides: tuple[Side, Side, Side]) -> None:
    base, mine, theirs = sides
    assert equal(results(base, mine, base), mine)
    assert equal(results(base, base, theirs), theirs)
    assert equal(results(base, mine, mine), mine)
    for triple in ((base, mine, base), (base, base, theirs), (base, mine, mine)):
        assert not any(entry.needs_decision for entry in merge_entries(*triple).values())


@settings(max_examples=TRIPLES)
@given(triples())
def test_t22_swapped_sides_give_the_same_entries_and_the_same_conflicts(
    sides: tuple[Side, Side, Side],
) -> None:
    base, mine, theirs = sides
    one, other = merge_entries(base, mine, theirs), merge_entries(base, theirs, mine)
    swapped = {MINE: THEIRS, THEIRS: MINE, "": ""}
    assert one.keys() == other.keys()
    for key, entry in one.items():
        assert sorted(entry.conflicts) == sorted(other[key].conflicts)
        assert entry.deleted_by == swapped[other[key].deleted_by]
        if not entry.conflicts:
            assert same_version(entry.result, other[key].result)


@settings(max_examples=TRIPLES)
@given(triples())
def test_t22_no_entry_vanishes_that_a_side_added_or_changed(
    sides: tuple[Side, Side, Side],
) -> None:
    base, mine, theirs = sides
    merged = merge_entries(base, mine, theirs)
    for side, other in ((mine, theirs), (theirs, mine)):
        for key, version in side.items():
            entry = merged[key]
            if not same_version(version, base.get(key)):
                assert entry.result is not None
                if same_version(other.get(key), base.get(key)):
                    assert same_version(entry.result, version)
            elif key in other:
                assert entry.result is not None
    for key, entry in merged.items():
        if entry.result is None:
            assert key not in mine or key not in theirs
            left = mine.get(key) or theirs.get(key)
            assert left is None or same_version(left, base.get(key))


def version(kind: int = 0, **data: Any) -> Version:
    return Version(KINDS[kind], {"title": "T", **data})


def test_t20_what_one_side_deleted_and_the_other_changed_stays_and_is_marked() -> None:
    base, edited = version(issue="a"), version(issue="b")
    entry = merge_entries({"k": base}, {}, {"k": edited})["k"]
    assert (entry.result, entry.deleted_by, entry.needs_decision) == (edited, MINE, True)
    entry = merge_entries({"k": base}, {"k": edited}, {})["k"]
    assert (entry.result, entry.deleted_by) == (edited, THEIRS)
    entry = merge_entries({"k": base}, {}, {"k": base})["k"]
    assert (entry.result, entry.needs_decision) == (None, False)


def test_an_id_added_on_both_sides_is_one_entry() -> None:
    mine, theirs = version(tags=["a"], issue="same"), version(tags=["b"], issue="same")
    entry = merge_entries({}, {"k": mine}, {"k": theirs})["k"]
    assert entry.result == version(tags=["a", "b"], issue="same")
    assert entry.conflicts == ()
    other = merge_entries({}, {"k": version(issue="x")}, {"k": version(issue="y")})["k"]
    assert other.conflicts == ("issue",)


def test_a_move_on_one_side_carries_the_edit_of_the_other() -> None:
    base = version(0, issue="old\nkept\n")
    moved = version(1, debt="old\nkept\n")
    edited = version(0, issue="new\nkept\n")
    for mine, theirs in ((moved, edited), (edited, moved)):
        entry = merge_entries({"k": base}, {"k": mine}, {"k": theirs})["k"]
        assert entry.result == version(1, debt="new\nkept\n")
        assert not entry.needs_decision


def test_moves_to_two_kinds_are_a_conflict() -> None:
    entry = merge_entries({"k": version(0)}, {"k": version(1)}, {"k": version(2)})["k"]
    assert entry.conflicts == (KIND,)
    assert entry.result == version(2)
