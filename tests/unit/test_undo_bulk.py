"""Everything is in the journal: bulk changes, conversions, changes of several authors."""

from __future__ import annotations

from pathlib import Path

import pytest

from mbtui.store.errors import ConflictError, NotFoundError
from mbtui.store.store import Store
from mbtui.store.undoing import Decision, UndoConflictError
from tests.unit.banks import BANK, ISSUES, put
from tests.unit.undo_bank import (
    added,
    first,
    issues,
    jonas,
    outside,
    snapshot,
    undo_store,
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return undo_store(tmp_path)


def test_writing_an_inline_array_as_tables_is_taken_back(store: Store) -> None:
    text = "# top\ncurrent-issues = [ { id = 'x', title = 'one' } ] # in line\n\n[other]\na = 1\n"
    put(store.folder / ISSUES, text)
    store.load()
    store.convert_inline(ISSUES, "current-issues")
    after = issues(store)
    taken = store.undo()
    assert (taken.change.what, taken.change.title, taken.made) == ("convert", "one", True)
    assert issues(store) == text
    store.redo()
    assert issues(store) == after


def test_tables_that_were_edited_since_stay_tables_and_that_is_told(store: Store) -> None:
    first(store)
    put(store.folder / "test.toml", "")
    put(
        store.folder / "development-notes.toml",
        "common-tasks = [ { id = 'x', title = 'one' } ]\n",
    )
    store.load()
    store.convert_inline("development-notes.toml", "common-tasks")
    outside(store, '"one"', '"two"', "development-notes.toml")
    taken = store.undo()
    assert (taken.made, "stays as it is" in taken.note) == (False, True)
    assert store.load().find("x")[0].title == "two"
    assert store.undo().change.title == "changed"


def test_tables_written_and_added_to_in_one_go_are_taken_back_in_one_go(store: Store) -> None:
    put(store.folder / ISSUES, "current-issues = [ { id = 'm', title = 'one' } ] # in line\n")
    before = snapshot(store)
    store.load()
    with store.bulk("import", "notes.md"):
        store.convert_inline(ISSUES, "current-issues")
        for number in range(3):
            store.add("current-issues", {"title": f"new {number}"})
    after = snapshot(store)
    taken = store.undo()
    assert (taken.change.summary, taken.note) == ("import of notes.md and 2 more", "")
    assert snapshot(store) == before
    store.redo()
    assert snapshot(store) == after


def test_changes_in_bulk_are_taken_back_together_and_brought_back(store: Store) -> None:
    before = snapshot(store)
    with store.bulk("archive"):
        for entry in store.bank.entries:
            store.archive(entry, "all of it")
    after = snapshot(store)
    taken = store.undo()
    assert taken.change.summary == "archive of first and 1 more"
    assert snapshot(store) == before
    assert store.redo().change.number == taken.change.number
    assert snapshot(store) == after
    with pytest.raises(NotFoundError):
        store.redo()
    store.undo()
    with pytest.raises(NotFoundError):
        store.undo()


def test_a_bulk_change_that_fails_halfway_keeps_what_was_made_and_can_be_undone(
    store: Store,
) -> None:
    (store.folder / "bank.toml").write_text(BANK)
    before = snapshot(store)
    first_entry, second = store.load().entries

    def tag_both() -> None:
        with store.bulk("tag", "two entries"):
            store.update(first_entry, {"tags": ["a"]})
            jonas(store).delete(second)
            store.delete(second)

    with pytest.raises(ConflictError):
        tag_both()
    assert store.load().find("aaaaaaaa")[0].tags == ["a"]
    added(store)
    assert store.undo().change.title == "third"
    taken = store.undo()
    assert (taken.change.what, taken.change.title) == ("tag", "two entries")
    Store(store.folder, author="Jonas").undo()
    assert snapshot(store) == before


def test_one_entry_of_a_bulk_change_that_others_edited_is_asked_about_and_the_rest_follows(
    store: Store,
) -> None:
    with store.bulk("rename"):
        for entry in store.bank.entries:
            store.update(entry, {"title": f"new {entry.title}"})
    outside(store, "new first", "newer first")
    before = snapshot(store)
    with pytest.raises(UndoConflictError) as caught:
        store.undo()
    assert snapshot(store) == before
    error = caught.value
    assert error.theirs is not None
    store.decide(error, Decision(error.theirs, error.theirs))
    assert sorted(entry.title for entry in store.load().entries) == ["newer first", "second"]


def test_changes_of_two_authors_that_share_a_state_folder_are_kept_apart(store: Store) -> None:
    first(store)
    agent = Store(store.folder, author="agent:claude")
    agent.load()
    agent.update(agent.bank.find("aaaaaaaa")[0], {"owner": "claude"})
    assert store.undo().change.title == "changed"
    with pytest.raises(NotFoundError, match="by Ana"):
        store.undo()
    assert store.load().find("aaaaaaaa")[0].owner == "claude"
    taken = store.undo(by="agent:claude")
    assert taken.change.author == "agent:claude"
    assert store.load().find("aaaaaaaa")[0].owner == ""
    with pytest.raises(NotFoundError):
        agent.undo()
    assert store.redo().change.author == "agent:claude"
    assert store.load().find("aaaaaaaa")[0].owner == "claude"


def test_the_list_of_changes_names_what_can_be_undone(store: Store) -> None:
    first(store)
    added(store)
    store.undo()
    found = [(item.change.summary, item.taken_back) for item in store.latest_changes()]
    assert found == [("add of third", True), ("edit of changed", False)]
    assert [item.change.what for item in store.latest_changes("aaa")] == ["edit"]
    assert list(store.latest_changes(by="Jonas")) == []
