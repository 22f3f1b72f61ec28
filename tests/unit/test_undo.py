"""Which change is taken back: the latest of one's own that still stands."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mbtui.bank.undo import (
    Change,
    Hunk,
    State,
    Step,
    Turn,
    joined,
    listed,
    to_redo,
    to_undo,
    turns,
)


def change(
    number: int,
    *,
    author: str = "ana",
    undoes: int = 0,
    entry: str = "aaa",
    what: str = "",
    group: int = 0,
) -> Change:
    step = Step("known-issues.toml", entry, "current-issues", "old", "current-issues", "new")
    word = what or ("undo" if undoes else "edit")
    at = "2026-11-22T10:00:00Z"
    return Change(number, at, author, word, "t", (step,), undoes, group)


def redo(number: int, undoes: int) -> Change:
    return change(number, undoes=undoes, what="redo")


def next_undo(changes: list[Change], author: str = "ana", entry: str = "") -> Change | None:
    return to_undo(reversed(changes), author, entry)


def next_redo(changes: list[Change], author: str = "ana") -> Change | None:
    return to_redo(reversed(changes), author)


def test_the_latest_change_of_the_author_is_taken_back_first() -> None:
    changes = [change(1), change(2), change(3, author="agent:claude")]
    assert next_undo(changes) == changes[1]
    assert next_undo(changes, "agent:claude") == changes[2]


def test_after_an_undo_the_one_before_is_next() -> None:
    changes = [change(1), change(2), change(3, undoes=2)]
    assert next_undo(changes) == changes[0]
    assert next_undo([*changes, change(4, undoes=1)]) is None


def test_an_entry_can_be_named() -> None:
    changes = [change(1, entry="bbb"), change(2)]
    assert next_undo(changes, entry="bbb") == changes[0]


def test_a_redo_takes_the_latest_undo_back_and_the_change_can_be_undone_again() -> None:
    changes = [change(1), change(2), change(3, undoes=2), change(4, undoes=1)]
    assert next_redo(changes) == changes[3]
    changes.append(redo(5, undoes=4))
    assert next_redo(changes) == changes[2]
    assert next_undo(changes) == changes[0]
    changes.append(redo(6, undoes=3))
    assert next_redo(changes) is None
    assert next_undo(changes) == changes[1]


def test_a_new_change_ends_what_can_be_redone() -> None:
    changes = [change(1), change(2, undoes=1), change(3)]
    assert next_redo(changes) is None


def test_what_one_takes_back_of_another_is_gone_for_both_and_redone_by_the_one() -> None:
    changes = [change(1, author="agent:x"), change(2, author="agent:x"), change(3, undoes=2)]
    assert next_undo(changes, "agent:x") == changes[0]
    assert next_redo(changes, "agent:x") is None
    assert next_redo(changes) == changes[2]
    assert next_undo(changes) is None


def test_an_undo_that_was_cut_short_counts_for_nothing() -> None:
    changes = [change(1), change(2, undoes=1), change(3, undoes=-1)]
    assert next_undo(changes[::2]) == changes[0]
    assert next_redo(changes) == changes[1]


def test_the_list_tells_what_is_taken_back_now() -> None:
    changes = [change(1), change(2), change(3, undoes=2), change(4, undoes=1), redo(5, undoes=4)]
    found = [(item.change.number, item.taken_back) for item in listed(reversed(changes), "ana")]
    assert found == [(2, True), (1, False)]


def test_the_inverse_steps_come_in_reverse_order() -> None:
    first = Step("archive/known-issues.toml", "aaa", "", "", "current-issues", "text")
    second = Step("known-issues.toml", "aaa", "current-issues", "text", "", "")
    archived = Change(1, "", "ana", "archive", "t", (first, second))
    assert archived.inverse_steps == [second.inverse, first.inverse]
    assert second.inverse.after == "text"


@given(st.lists(st.tuples(st.text("ab", max_size=3), st.text("cd", max_size=4)), max_size=5))
def test_the_inverse_of_an_edit_stands_where_its_text_stands_then(
    replaced: list[tuple[str, str]],
) -> None:
    text, made, hunks = "", "", []
    for old, new in replaced:
        text, made = f"{text}--", f"{made}--"
        hunks.append(Hunk(len(text), old, new, "", ""))
        text, made = text + old, made + new
    step = Step("f", "i", "k", "b", "k", "a", tuple(hunks))
    for hunk in step.inverse.hunks:
        assert made.startswith(hunk.old, hunk.start)
    assert step.inverse.inverse == step


def test_the_changes_of_a_group_are_one() -> None:
    members = [change(5, group=5), change(6, group=5, entry="bbb"), change(7, group=5, entry="ccc")]
    whole = joined(members)
    assert (whole.number, whole.ids, len(whole.steps)) == (5, {"aaa", "bbb", "ccc"}, 3)
    assert whole.summary == "edit of t and 2 more"
    assert change(1).summary == "edit of t"


def test_a_change_without_a_title_is_named_by_its_entry() -> None:
    single = change(1, entry="project-information")._replace(title="")
    assert single.summary == "edit of project-information"
    assert single._replace(steps=(), what="undo").summary == "undo"


def test_the_steps_of_one_entry_are_one_turn() -> None:
    steps = [
        Step("a.toml", "x", "k", "one", "k", "two"),
        Step("archive/a.toml", "x", "", "", "k", "three"),
        Step("a.toml", "x", "k", "two", "k", ""),
        Step("a.toml", "", "k", "inline", "k", "tables"),
    ]
    turn = Turn("x", State("a.toml", "k", "one"), State("archive/a.toml", "k", "three"))
    assert turns(steps) == {"x": turn}


@given(st.lists(st.sampled_from(["change", "undo", "redo"]), max_size=30))
def test_undo_and_redo_behave_like_two_stacks(actions: list[str]) -> None:
    changes: list[Change] = []
    done: list[int] = []
    taken_back: list[int] = []
    for number, action in enumerate(actions, 1):
        if action == "change":
            changes.append(change(number))
            done.append(number)
            taken_back.clear()
        elif action == "undo":
            target = next_undo(changes)
            assert (target.number if target else None) == (done[-1] if done else None)
            if target is not None:
                taken_back.append(done.pop())
                changes.append(change(number, undoes=target.number))
        else:
            undo = next_redo(changes)
            assert (undo.undoes if undo else None) == (taken_back[-1] if taken_back else None)
            if undo is not None:
                done.append(taken_back.pop())
                changes.append(redo(number, undoes=undo.number))
    standing = {item.change.number for item in listed(reversed(changes), "ana") if not item[1]}
    assert standing == set(done)
