"""Three-way merge of one entry: its laws, and each rule by an example."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mbtui.bank.merge import EARLIER_WINS, LATER_WINS, SETS, merge_entry, same_value

MOMENTS = st.sampled_from([datetime(2026, 11, day, tzinfo=UTC) for day in (1, 2, 3)])
DAYS = st.sampled_from([date(2026, 11, day) for day in (1, 2, 3)])
WORDS = st.sampled_from(["a", "b", "c", "d"])
LISTS = st.lists(WORDS, unique=True, max_size=3)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "title": WORDS,
    "issue": WORDS,
    "before": st.sampled_from([1, 1.0, True, float("nan")]),
    "tags": LISTS,
    "links": LISTS,
    "updated": MOMENTS,
    "updated_by": WORDS,
    "reviewed": DAYS,
    "reviewed_by": WORDS,
    "created": MOMENTS,
    "checked": st.dictionaries(WORDS, WORDS, max_size=3),
    "mystery": st.dictionaries(WORDS, LISTS, max_size=2),
}
TABLES = st.fixed_dictionaries({}, optional=FIELDS)
GROUPS = (*LATER_WINS, *EARLIER_WINS)
GROUPED = {name for group in GROUPS for name in group}
SINGLE = [name for name in FIELDS if name not in GROUPED | SETS | {"created", "checked"}]
GONE = object()


def same(one: object, other: object) -> bool:
    return one is other or (one is not GONE and other is not GONE and same_value(one, other))


@given(TABLES, TABLES)
def test_one_side_alone_wins(base: dict[str, Any], other: dict[str, Any]) -> None:
    for merged in (merge_entry(base, other, base), merge_entry(base, base, other)):
        assert merged.conflicts == []
        assert same_value(merged.data, other)


@given(TABLES, TABLES)
def test_the_same_change_on_both_sides_is_no_conflict(
    base: dict[str, Any], other: dict[str, Any]
) -> None:
    merged = merge_entry(base, other, other)
    assert merged.conflicts == []
    assert same_value(merged.data, other)


@settings(max_examples=120)
@given(TABLES, TABLES, TABLES)
def test_conflicts_do_not_depend_on_the_side(
    base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]
) -> None:
    one, other = merge_entry(base, mine, theirs), merge_entry(base, theirs, mine)
    assert sorted(one.conflicts) == sorted(other.conflicts)
    for name in one.data.keys() - set(one.conflicts):
        assert same(one.data[name], other.data[name])


@settings(max_examples=120)
@given(TABLES, TABLES, TABLES)
def test_every_one_sided_change_survives(
    base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]
) -> None:
    merged = merge_entry(base, mine, theirs)
    for name in SINGLE:
        before, my, their = (side.get(name, GONE) for side in (base, mine, theirs))
        result = merged.data.get(name, GONE)
        if same(my, their) or same(my, before):
            assert same(result, their)
        elif same(their, before):
            assert same(result, my)
        else:
            assert name in merged.conflicts
            assert same(result, their)


@settings(max_examples=120)
@given(TABLES, TABLES, TABLES)
def test_sets_keep_what_either_added_and_lose_what_either_removed(
    base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]
) -> None:
    merged = merge_entry(base, mine, theirs)
    for name in SETS & FIELDS.keys():
        before, my, their = (set(side.get(name, [])) for side in (base, mine, theirs))
        expected = (my & their) | (my - before) | (their - before)
        result = merged.data.get(name, [])
        assert len(result) == len(set(result))
        assert set(result) == expected


@settings(max_examples=120)
@given(TABLES, TABLES, TABLES)
def test_hashes_are_those_of_the_later_review(
    base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]
) -> None:
    merged = merge_entry(base, mine, theirs).data.get("checked", {})
    before, my, their = (side.get("checked", {}) for side in (base, mine, theirs))
    days = [side.get("reviewed", date.min) for side in (mine, theirs)]
    if my == before or their == before or days[0] == days[1]:
        return
    winner, loser = (my, their) if days[0] > days[1] else (their, my)
    added = {path: value for path, value in loser.items() if path not in before}
    assert merged == {**added, **winner}


@given(TABLES, TABLES, TABLES)
def test_who_and_when_come_from_one_side(
    base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]
) -> None:
    merged = merge_entry(base, mine, theirs).data
    for group in GROUPS:
        result = [merged.get(name, GONE) for name in group]
        assert result in [[side.get(name, GONE) for name in group] for side in (mine, theirs)]


def test_the_later_review_counts() -> None:
    base = {"reviewed": date(2026, 1, 1), "reviewed_by": "Z"}
    ana = {"reviewed": date(2026, 3, 1), "reviewed_by": "Ana", "checked": {"a": "2"}}
    bo = {"reviewed": date(2026, 2, 1), "reviewed_by": "Bo", "checked": {"a": "1", "b": "1"}}
    for one, other in ((ana, bo), (bo, ana)):
        merged = merge_entry(base, one, other).data
        assert (merged["reviewed"], merged["reviewed_by"]) == (date(2026, 3, 1), "Ana")
        assert merged["checked"] == {"a": "2", "b": "1"}


def test_a_hash_of_a_new_path_survives_a_review_elsewhere() -> None:
    base = {"reviewed": date(2026, 1, 1), "checked": {"a": "1"}}
    mine = {**base, "checked": {"a": "1", "new": "9"}}
    theirs = {"reviewed": date(2026, 3, 1), "checked": {"a": "2"}}
    assert merge_entry(base, mine, theirs).data["checked"] == {"a": "2", "new": "9"}


def test_the_earlier_creation_counts() -> None:
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    assert merge_entry({}, {"created": late}, {"created": early}).data == {"created": early}
    assert merge_entry({}, {"created": early}, {"created": late}).data == {"created": early}
    ana = {"created": early, "created_by": "Ana"}
    assert merge_entry({}, ana, {"created": late, "created_by": "Bo"}).data == ana


def test_two_archivings_keep_both_reasons() -> None:
    first = {"at": datetime(2026, 1, 1, tzinfo=UTC), "by": "Ana", "reason": "fixed in 2.1"}
    last = {"at": datetime(2026, 1, 2, tzinfo=UTC), "by": "Bo", "reason": "not seen again"}
    for one, other in ((first, last), (last, first)):
        merged = merge_entry({}, {"archived": one}, {"archived": other})
        assert merged.conflicts == []
        assert merged.data["archived"] == {**last, "reason": "fixed in 2.1; not seen again"}
    same = merge_entry({}, {"archived": first}, {"archived": {**last, "reason": "fixed in 2.1"}})
    assert same.data["archived"]["reason"] == "fixed in 2.1"


@pytest.mark.parametrize(
    ("base", "mine", "theirs"),
    [
        ({"issue": "a"}, {"issue": "b"}, {"issue": "c"}),
        ({"issue": "a"}, {}, {"issue": "c"}),
        ({"issue": "a"}, {"issue": "b"}, {}),
        ({}, {"issue": "b"}, {"issue": "c"}),
        ({"issue": 1}, {"issue": True}, {"issue": 1.0}),
    ],
)
def test_both_changed_one_field(
    base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]
) -> None:
    merged = merge_entry(base, mine, theirs)
    assert merged.conflicts == ["issue"]
    assert same_value(merged.data, theirs)


def test_key_order_is_theirs() -> None:
    merged = merge_entry({"a": 1, "b": 1}, {"a": 2, "b": 1, "new": 1}, {"b": 2, "a": 1})
    assert list(merged.data) == ["b", "a", "new"]


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (1, 1, True),
        (1, True, False),
        (1, 1.0, False),
        (float("nan"), float("nan"), True),
        ([1, [2]], [1, [2]], True),
        ([1, 2], [2, 1], False),
        ([1], [1, 1], False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": 1}, {"a": 1, "b": 1}, False),
        (date(2026, 1, 1), datetime(2026, 1, 1), False),
        ("1", 1, False),
    ],
)
def test_values_are_compared_with_their_type(one: object, other: object, equal: bool) -> None:
    assert same_value(one, other) is equal
