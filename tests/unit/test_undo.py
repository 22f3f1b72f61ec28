"""Which change is taken back: the latest of one's own that still stands."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mbtui.bank.undo import Change, Step, to_redo, to_undo, undone


def change(number: int, *, author: str = "ana", undoes: int = 0, entry: str = "aaa") -> Change:
    step = Step("known-issues.toml", entry, "current-issues", "old", "current-issues", "new")
    return Change(number, "2026-11-22T10:00:00Z", author, "edit", "t", (step,), undoes)


def test_the_latest_change_of_the_author_is_taken_back_first() -> None:
    changes = [change(1), change(2), change(3, author="agent:claude")]
    assert to_undo(changes, "ana") == changes[1]


def test_after_an_undo_the_one_before_is_next() -> None:
    changes = [change(1), change(2), change(3, undoes=2)]
    assert to_undo(changes, "ana") == changes[0]
    assert to_undo([*changes, change(4, undoes=1)], "ana") is None


def test_an_entry_can_be_named() -> None:
    changes = [change(1, entry="bbb"), change(2)]
    assert to_undo(changes, "ana", "bbb") == changes[0]


def test_a_redo_takes_the_latest_undo_back_and_the_change_can_be_undone_again() -> None:
    changes = [change(1), change(2), change(3, undoes=2), change(4, undoes=1)]
    assert to_redo(changes, "ana") == changes[3]
    changes.append(change(5, undoes=4))
    assert to_redo(changes, "ana") == changes[2]
    assert to_undo(changes, "ana") == changes[0]
    changes.append(change(6, undoes=3))
    assert to_redo(changes, "ana") is None
    assert to_undo(changes, "ana") == changes[1]


def test_a_new_change_ends_what_can_be_redone() -> None:
    changes = [change(1), change(2, undoes=1), change(3)]
    assert to_redo(changes, "ana") is None


def test_the_inverse_steps_come_in_reverse_order() -> None:
    first = Step("archive/known-issues.toml", "aaa", "", "", "current-issues", "text")
    second = Step("known-issues.toml", "aaa", "current-issues", "text", "", "")
    archived = Change(1, "", "ana", "archive", "t", (first, second))
    assert archived.inverse_steps == [second.inverse, first.inverse]
    assert second.inverse.after == "text"


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
            target = to_undo(changes, "ana")
            assert (target.number if target else None) == (done[-1] if done else None)
            if target is not None:
                taken_back.append(done.pop())
                changes.append(change(number, undoes=target.number))
        else:
            undo = to_redo(changes, "ana")
            assert (undo.undoes if undo else None) == (taken_back[-1] if taken_back else None)
            if undo is not None:
                done.append(taken_back.pop())
                changes.append(change(number, undoes=undo.number))
    assert undone(changes).isdisjoint(done)
