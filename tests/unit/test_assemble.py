"""Putting a bank together: ids, keys, order, and entries that stand in two places."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbtui.bank.bank import Problem
from mbtui.bank.ids import derived_id
from tests.unit.conftest import SCHEMA, MakeBank, MakeEntry, make_bank_of, make_entry_in

ARCHIVED = "archive/known-issues.toml"


def test_entries_come_in_the_order_of_the_screen(
    make_bank: MakeBank, make_entry: MakeEntry
) -> None:
    bank = make_bank(
        make_entry("onboarding-notes", title="last"),
        make_entry("technical-debt", title="third"),
        make_entry("current-issues", title="first"),
        make_entry("current-issues", title="second"),
    )
    assert [entry.title for entry in bank.entries] == ["first", "second", "third", "last"]
    assert [entry.title for entry in bank.by_kind["current-issues"]] == ["first", "second"]


def test_an_undescribed_kind_stands_at_the_end_of_its_section(
    make_bank: MakeBank, make_entry: MakeEntry
) -> None:
    bank = make_bank(
        make_entry("war-stories", section="known-issues", title="odd"),
        make_entry("technical-debt", title="debt"),
        make_entry("data-flow", title="flow"),
    )
    assert [entry.title for entry in bank.entries] == ["debt", "odd", "flow"]
    slugs = [kind.slug for kind in bank.kinds]
    assert slugs[slugs.index("technical-debt") + 1] == "war-stories"


def test_entries_without_id_get_the_derived_one(make_bank: MakeBank, make_entry: MakeEntry) -> None:
    one, other = (make_entry("data-flow", title="same") for _ in range(2))
    bank = make_bank(one, other, make_entry("data-flow", title="mine", id="mine"))
    first = derived_id("data-flow", "same", ())
    assert [entry.id for entry in bank.entries] == [
        first,
        derived_id("data-flow", "same", {first}),
        "mine",
    ]
    assert not one.has_own_id


def test_a_derived_id_gives_way_to_a_written_one(
    make_bank: MakeBank, make_entry: MakeEntry
) -> None:
    taken = derived_id("data-flow", "same", ())
    bank = make_bank(
        make_entry("data-flow", title="same"), make_entry("data-flow", title="other", id=taken)
    )
    assert bank.entries[0].id == derived_id("data-flow", "same", {taken})


def test_any_text_is_an_id(make_bank: MakeBank, make_entry: MakeEntry) -> None:
    bank = make_bank(make_entry("data-flow", title="x", id="My Id!"))
    assert bank.find("My Id!") == list(bank.entries)
    assert bank.problems == ()


def test_the_same_id_twice_is_told_and_both_stay(
    make_bank: MakeBank, make_entry: MakeEntry
) -> None:
    bank = make_bank(
        make_entry("data-flow", title="a", id="k", line=3),
        make_entry("data-flow", title="b", id="k", line=9),
    )
    assert [(entry.title, entry.key) for entry in bank.entries] == [("a", "k"), ("b", "k~2")]
    assert bank.by_key["k~2"].title == "b"
    assert len(bank.find("k")) == 2
    (problem,) = bank.problems
    assert problem.place == "integration-points.toml:9"
    assert "k" in problem.message
    assert not problem.blocks


def test_an_unfinished_move_counts_once(make_bank: MakeBank, make_entry: MakeEntry) -> None:
    old = make_entry("data-flow", title="a", id="k", updated_by="Bo")
    new = make_entry("data-flow", title="a", id="k", file="known-issues.toml", updated_by="Ana")
    bank = make_bank(old, new)
    assert len(bank.entries) == 1
    (problem,) = bank.problems
    assert "unfinished move" in problem.message


def test_an_unfinished_archiving_counts_as_live(make_bank: MakeBank, make_entry: MakeEntry) -> None:
    live = make_entry("current-issues", title="a", id="k")
    twin = make_entry("current-issues", title="a", id="k", file=ARCHIVED, archived={"by": "Bo"})
    bank = make_bank(live, twin)
    assert bank.entries == (live,)
    assert bank.archive == ()
    assert live.archived_twin is None


def test_a_live_entry_edited_after_archiving_knows_the_archived_text(
    make_bank: MakeBank, make_entry: MakeEntry
) -> None:
    live = make_entry("current-issues", title="a", id="k", issue="edited since")
    twin = make_entry("current-issues", title="a", id="k", file=ARCHIVED, issue="old")
    bank = make_bank(live, twin)
    assert bank.entries == (live,)
    assert bank.archive == ()
    assert live.archived_twin is twin


def test_the_archive_stands_apart_but_ids_find_it(
    make_bank: MakeBank, make_entry: MakeEntry
) -> None:
    live = make_entry("current-issues", title="a", id="abc1")
    gone = make_entry("current-issues", title="b", id="abc2", file=ARCHIVED)
    bank = make_bank(gone, live)
    assert bank.entries == (live,)
    assert bank.archive == (gone,)
    assert bank.find("abc") == [live, gone]
    assert bank.find("abc2") == [gone]
    assert bank.find("") == bank.find("zz") == []
    assert "current-issues" in bank.by_kind
    assert len(bank.by_kind["current-issues"]) == 1


def test_tags_in_use_most_used_first(make_bank: MakeBank, make_entry: MakeEntry) -> None:
    bank = make_bank(
        make_entry("data-flow", title="1", tags=["b", "a"]),
        make_entry("data-flow", title="2", tags=["b", "c"]),
    )
    assert bank.tags() == ["b", "a", "c"]


def test_the_place_of_a_problem_is_what_editors_understand() -> None:
    problem = Problem("known-issues.toml", "expected '='", 41, 7, "broken")
    assert str(problem) == "known-issues.toml:41:7 expected '='"
    assert problem.blocks
    assert Problem("updates.toml", "x").place == "updates.toml"


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_broken_files_are_those_with_a_blocking_problem(order: tuple[int, ...]) -> None:
    states = ["warning", "broken", "conflict"]
    bank = make_bank_of()
    problems = [Problem(str(i), "x", state=states[i]) for i in order]
    blocked = type(bank)(bank.schema, bank.config, (), (), tuple(problems)).broken_files
    assert [p.state for p in blocked] == [states[i] for i in order if i]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["current-issues", "technical-debt", "data-flow"]),
            st.sampled_from(["", "a", "b", "a~2"]),
            st.sampled_from(["x", "y"]),
            st.booleans(),
        ),
        max_size=8,
    )
)
def test_every_entry_has_an_id_and_a_key_of_its_own(
    made: list[tuple[str, str, str, bool]],
) -> None:
    entries = []
    for kind, id_, title, archived in made:
        section = SCHEMA.kinds[kind].section
        file = f"{'archive/' if archived else ''}{section}.toml"
        data = {"id": id_, "title": title} if id_ else {"title": title}
        entries.append(make_entry_in(SCHEMA, kind, file=file, **data))
    bank = make_bank_of(*entries)
    everything = [*bank.entries, *bank.archive]
    assert len({entry.key for entry in everything}) == len(everything) == len(bank.by_key)
    assert all(entry.id for entry in everything)
    written = {id_ for _, id_, _, _ in made if id_}
    assert written <= {entry.id for entry in everything}
