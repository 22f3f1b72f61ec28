"""What is news, and when something shown counts as seen: pure rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbtui.bank.changed import (
    ABSENT,
    News,
    OwnStep,
    content_of,
    differing_fields,
    seen_by_doing,
    unseen,
    with_later_reviews,
)
from mbtui.bank.entry import Entry
from mbtui.store.config import packaged
from mbtui.ui.glance import SEEN_SECONDS, Glance, Sight
from tests.unit.code_repository import noted

TABLE: dict[str, Any] = {"id": "aaaa", "title": "Pool", "tags": ["db"], "issue": "It hangs.\n"}


def made(file: str = "known-issues.toml", **more: Any) -> Entry:
    entry = noted("app/db.py")
    data = {**TABLE, **more}
    return Entry(entry.kind, data, section="known-issues", file=file)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("reviewed", "2026-11-20"), ("reviewed_by", "Bo"), ("checked", {"app/db.py": "1"})),
        *(("agent_reviewed", "2026-11-20"), ("agent_reviewed_by", "agent:x")),
        *(("updated", "2026-11-20"), ("updated_by", "Bo"), ("id", "bbbb")),
    ],
)
def test_reviews_and_stamps_are_no_content(name: str, value: object) -> None:
    assert content_of(made(**{name: value})) == content_of(made())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("title", "pool"), ("tags", ["db", "x"]), ("issue", "It hangs. \n"), ("links", ["x"])),
        *(("owner", "Bo"), ("created", "2026-11-20"), ("made_up", 1), ("paths", ["a.py"])),
    ],
)
def test_all_else_is_content(name: str, value: object) -> None:
    assert content_of(made(**{name: value})) != content_of(made())


def test_where_an_entry_stands_is_content_and_the_order_of_keys_is_not() -> None:
    assert content_of(made("archive/known-issues.toml")) != content_of(made())
    turned = Entry(
        made().kind, dict(reversed(TABLE.items())), section="x", file="known-issues.toml"
    )
    assert content_of(turned) == content_of(made())
    assert content_of(made()) == 0xE20190155A4203, "a later program must know it again"


def test_the_kind_of_a_value_is_content() -> None:
    values: list[object] = [1, "1", 1.0, True, [1], ["1"], {"a": 1}]
    assert len({content_of(made(made_up=value)) for value in values}) == len(values)


_KEYS = st.sampled_from("abcd")
_CONTENT = st.integers(1, 4)


@given(st.dictionaries(_KEYS, _CONTENT), st.dictionaries(_KEYS, st.lists(_CONTENT, min_size=1)))
def test_news_is_what_was_not_seen(now: dict[str, int], seen: dict[str, list[int]]) -> None:
    found = set(unseen(now, seen))
    for key in "abcd":
        known = seen.get(key, [ABSENT])
        assert (key in found) is (now.get(key, ABSENT) not in known)
    marked = {key: [*seen.get(key, []), now.get(key, ABSENT)] for key in {*now, *seen, *found}}
    assert not list(unseen(now, marked))


@given(
    st.lists(st.tuples(_KEYS, st.integers(0, 4), st.integers(0, 4))),
    st.dictionaries(_KEYS, st.lists(_CONTENT, min_size=1)),
)
def test_own_changes_are_seen_only_on_top_of_what_was_seen(
    steps: Sequence[tuple[str, int, int]], seen: dict[str, list[int]]
) -> None:
    known = {key: set(contents) for key, contents in seen.items()}
    taken = list(seen_by_doing([OwnStep(*step) for step in steps], seen))
    for step in (OwnStep(*step) for step in steps):
        contents = known.setdefault(step.key, {ABSENT})
        if step.before in contents:
            contents.add(step.after)
            assert taken.pop(0) == step
    assert not taken


def news(before: Entry | None, now: Entry | None, seen: int = 0) -> News:
    return News("aaaa", content_of(now) if now else ABSENT, before, now, seen)


def test_what_became_of_an_entry_has_a_word() -> None:
    here, away = made(), made("archive/known-issues.toml")
    assert news(None, here).what == "added"
    assert news(here, None, 1).what == "removed"
    assert news(here, away, 1).what == "archived"
    assert news(away, here, 1).what == "restored"
    assert news(here, made(title="x"), 1).what == "changed"
    assert news(None, here, 1).what == "changed", "its earlier text is lost, it was there"
    assert news(here, None, 1).entry is here


def test_a_change_by_hand_moves_no_stamp() -> None:
    before = made(updated="2026-11-19", updated_by="Bo")
    assert news(before, made(updated="2026-11-19", title="x"), 1).outside
    assert not news(before, made(updated="2026-11-20", title="x"), 1).outside
    assert news(None, made()).outside
    assert not news(None, made(created="2026-11-20")).outside


AWAY = "archive/known-issues.toml"
GONE = {"at": "2026-11-21T10:00:00Z", "by": "Bo", "reason": "done"}


def test_archiving_restoring_and_moving_are_no_changes_by_hand() -> None:
    before = made(updated="2026-11-19", updated_by="Cy")
    data = before.data
    archived = made(AWAY, **data, archived=GONE)
    moved = Entry(packaged().kinds["technical-debt"], data, section="x", file="y.toml")
    assert (news(before, moved, 1).what, news(archived, before, 1).what) == ("moved", "restored")
    assert not news(before, archived, 1).outside
    assert not news(archived, before, 1).outside
    assert not news(before, moved, 1).outside
    assert news(before, archived, 1).stamp == ("Bo", datetime(2026, 11, 21, 10, tzinfo=UTC))
    assert news(archived, before, 1).stamp is news(before, moved, 1).stamp is None


def test_what_also_says_something_else_was_changed_by_hand() -> None:
    before = made(updated="2026-11-19", updated_by="Cy")
    old = made(AWAY, **before.data, archived=GONE)
    edited = {**before.data, "title": "x"}
    assert news(before, made(AWAY, **{**edited, "archived": GONE}), 1).outside
    assert news(before, made(AWAY, **before.data), 1).outside, "no stamp: a file was moved"
    assert news(old, made(**edited), 1).outside
    by_bo = {**edited, "updated": "2026-11-20", "updated_by": "Bo"}
    assert not news(old, made(**by_bo), 1).outside


def test_later_reviews_stay_and_earlier_ones_do_not_come_back() -> None:
    mine = {"title": "x", "reviewed": "2026-11-01", "reviewed_by": "Ana", "checked": {"a": "1"}}
    later = {"title": "y", "reviewed": "2026-11-02", "reviewed_by": "Bo"}
    assert with_later_reviews(mine, later) == {**later, "title": "x"}
    assert with_later_reviews(later, mine) == later
    assert with_later_reviews(mine, {"title": "y"}) == mine
    assert with_later_reviews({"title": "x"}, mine) == mine


def test_fields_come_in_the_order_of_the_kind() -> None:
    changed = made(title="x", issue="y", zeta=1, status="fixed", updated="2026-11-20")
    assert differing_fields(made(), changed) == ["title", "status", "issue", "zeta"]
    assert differing_fields(None, made(created="2026-11-20")) == ["title", "issue", "tags"]


# Seen by being shown

A, B = Sight("a", 1), Sight("b", 2)


def test_what_a_key_brought_is_seen_after_a_second() -> None:
    glance = Glance()
    glance.key(10.0)
    glance.show(A, 10.15)
    assert glance.seen(10.15 + SEEN_SECONDS - 0.01) is None
    assert glance.seen(10.15 + SEEN_SECONDS) == A


def test_what_comes_by_itself_waits_for_a_key() -> None:
    glance = Glance()
    glance.show(A, 10.0)
    assert glance.seen(99.0) is None
    glance.key(100.0)
    assert glance.seen(100.9) is None
    assert glance.seen(101.0) == A


def test_another_content_of_the_same_entry_is_not_seen_by_the_keys_before_it() -> None:
    glance = Glance()
    glance.key(10.0)
    glance.show(A, 10.1)
    glance.show(Sight("a", 3), 10.2)
    assert glance.seen(99.0) is None
    glance.key(100.0)
    assert glance.seen(101.0) == Sight("a", 3)


def test_going_through_quickly_sees_nothing_and_scrolling_does() -> None:
    glance = Glance()
    for at, sight in ((10.0, A), (10.9, B)):
        glance.key(at)
        glance.show(sight, at + 0.15)
        assert glance.seen(at + 0.85) is None
    glance.key(11.5)
    assert glance.seen(12.1) == B, "keys that scroll do not begin anew"
    glance.show(None, 12.2)
    assert glance.seen(99.0) is None
