"""Undo that meets newer changes by others: merged, followed, else asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mbtui.store.again import write_again
from mbtui.store.errors import BrokenFileError, ConflictError, NotFoundError, StoreError
from mbtui.store.store import Store
from mbtui.store.undoing import Decision, UndoConflictError
from tests.unit.banks import ARCHIVED, ISSUES, put
from tests.unit.undo_bank import (
    TEXT,
    added,
    archived,
    deleted,
    first,
    issues,
    jonas,
    moved,
    outside,
    snapshot,
    third,
    undo_store,
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return undo_store(tmp_path)


def test_a_newer_change_of_another_field_stays(store: Store) -> None:
    first(store)
    text = issues(store).replace("odd = 3", 'odd = 3\nowner = "Jonas"')
    (store.folder / "known-issues.toml").write_text(text)
    store.load()
    store.undo()
    entry = store.bank.find("aaaaaaaa")[0]
    assert (entry.title, entry.owner, entry.severity) == ("first", "Jonas", "")


def test_a_newer_change_of_the_same_field_is_for_a_person(store: Store) -> None:
    first(store)
    text = issues(store).replace("changed", "changed again")
    (store.folder / "known-issues.toml").write_text(text)
    store.load()
    with pytest.raises(ConflictError) as caught:
        store.undo()
    assert caught.value.fields == ["title"]
    assert issues(store) == text


def test_an_added_entry_that_was_edited_since_is_not_taken_away(store: Store) -> None:
    added(store)
    outside(store, 'title = "third"', 'title = "edited"')
    before = snapshot(store)
    with pytest.raises(UndoConflictError) as caught:
        store.undo()
    error = caught.value
    assert (error.mine, error.fields) == ({}, ["title"])
    assert (error.base["title"], (error.theirs or {})["title"]) == ("third", "edited")
    assert snapshot(store) == before


def test_what_was_edited_in_the_archive_comes_back_with_the_edit(store: Store) -> None:
    archived(store)
    outside(store, "a remark", "a remark\nowner = 'Jonas'", ARCHIVED)
    store.undo()
    entry = store.load().find("aaaaaaaa")[0]
    assert (entry.file, entry.owner, entry.data.get("archived")) == (ISSUES, "Jonas", None)
    assert "# a remark" in issues(store)
    assert not store.bank.archive


# What others did since


@pytest.mark.parametrize("move", ["archive", "technical-debt", "common-tasks"])
def test_the_undo_of_an_edit_follows_an_entry_that_was_moved(store: Store, move: str) -> None:
    first(store)
    other = jonas(store)
    entry = other.bank.find("aaaaaaaa")[0]
    there = other.archive(entry, "old") if move == "archive" else other.move(entry, move)
    store.undo()
    now = store.load().find("aaaaaaaa")[0]
    assert (now.file, now.kind.slug, now.title) == (there.file, there.kind.slug, "first")
    assert (now.severity, now.data.get("archived")) == ("", there.data.get("archived"))


def test_the_main_text_is_found_under_its_new_name(store: Store) -> None:
    second = next(e for e in store.bank.entries if e.title == "second")
    issue = str(second.data["issue"])
    store.update(second, {"issue": issue.replace("one", "ONE")})
    other = jonas(store)
    other.move(other.bank.find(second.id)[0], "technical-debt")
    other.update(other.bank.find(second.id)[0], {"debt": issue.replace("one", "ONE") + "five\n"})
    store.undo()
    entry = store.load().find(second.id)[0]
    assert entry.data["debt"] == issue + "five\n"


def test_an_entry_moved_on_by_others_stays_there_and_that_is_told(store: Store) -> None:
    moved(store)
    other = jonas(store)
    other.move(other.bank.find("aaaaaaaa")[0], "common-tasks")
    taken = store.undo()
    assert not taken.made
    assert "stays in Common Tasks" in taken.note
    assert store.load().find("aaaaaaaa")[0].kind.slug == "common-tasks"


def test_a_move_of_an_entry_that_was_archived_since_is_taken_back_there(store: Store) -> None:
    moved(store)
    other = jonas(store)
    other.archive(other.bank.find("aaaaaaaa")[0], "done")
    store.undo()
    entry = store.load().find("aaaaaaaa")[0]
    assert (entry.kind.slug, entry.file) == ("current-issues", ARCHIVED)
    assert entry.data["archived"]["reason"] == "done"


def test_the_undo_of_an_archiving_that_was_undone_by_hand_finds_nothing(store: Store) -> None:
    archived(store)
    other = jonas(store)
    other.restore(other.bank.archive[0])
    assert not store.undo().made
    assert [entry.file for entry in store.load().find("aaaaaaaa")] == [ISSUES]


def test_an_added_entry_that_others_only_moved_is_taken_back_where_it_is(store: Store) -> None:
    added(store)
    other = jonas(store)
    there = other.move(other.bank.find(third(store))[0], "common-tasks")
    assert there.file in snapshot(store)
    assert store.undo().made
    assert there.file not in snapshot(store)
    assert issues(store) == TEXT


def test_an_added_entry_that_others_archived_is_for_a_person(store: Store) -> None:
    added(store)
    other = jonas(store)
    other.archive(other.bank.find(third(store))[0], "a reason in words")
    with pytest.raises(UndoConflictError) as caught:
        store.undo()
    assert caught.value.fields == ["archived"]


@pytest.mark.parametrize("change", [first, archived, moved], ids=lambda f: f.__name__)
def test_an_entry_deleted_since_is_for_a_person(
    store: Store, change: Callable[[Store], None]
) -> None:
    change(store)
    other = jonas(store)
    other.delete(other.bank.find("aaaaaaaa")[0])
    before = snapshot(store)
    with pytest.raises(UndoConflictError) as caught:
        store.undo()
    assert caught.value.theirs is None
    assert caught.value.mine["title"] == "first"
    assert caught.value.entry.file == ISSUES
    assert snapshot(store) == before


def test_what_was_deleted_and_written_again_with_another_text_is_for_a_person(
    store: Store,
) -> None:
    deleted(store)
    jonas(store).add("current-issues", {"id": "aaaaaaaa", "title": "again"})
    with pytest.raises(UndoConflictError) as caught:
        store.undo()
    assert (caught.value.base, "title" in caught.value.fields) == ({}, True)
    assert len(store.load().find("aaaaaaaa")) == 1


def test_nothing_is_written_while_a_file_that_is_needed_is_broken(store: Store) -> None:
    archived(store)
    put(store.folder / ISSUES, "[[current-issues\n")
    before = snapshot(store)
    with pytest.raises(BrokenFileError, match=r"known-issues\.toml:1"):
        store.undo()
    put(store.folder / ISSUES, "<<<<<<< ours\n" + TEXT + "=======\n>>>>>>> theirs\n")
    with pytest.raises(BrokenFileError, match="conflict markers"):
        store.undo()
    put(store.folder / ISSUES, before[ISSUES].replace("[[current-issues\n", ""))
    store.load()
    assert store.undo().made


def test_an_entry_that_may_be_in_a_broken_file_is_not_taken_for_deleted(store: Store) -> None:
    first(store)
    text = issues(store)
    start = text.index("# about the second")
    put(store.folder / ISSUES, text[start:])
    put(store.folder / "development-notes.toml", text[:start] + "[[broken\n")
    with pytest.raises(BrokenFileError, match=r"development-notes\.toml"):
        store.undo()


def test_an_inline_array_in_the_way_stops_an_undo_before_anything_is_written(store: Store) -> None:
    archived(store)
    put(store.folder / ISSUES, "current-issues = [{ title = 'inline' }]\n")
    store.load()
    before = snapshot(store)
    with pytest.raises(StoreError, match="convert"):
        store.undo()
    assert snapshot(store) == before


def test_what_would_stop_a_bulk_undo_in_its_middle_stops_it_before(store: Store) -> None:
    notes = "development-notes.toml"
    put(store.folder / notes, "[[common-tasks]]\nid = 'x'\ntitle = 'x'\n")
    store.load()
    with store.bulk("archive"):
        archived(store)
        store.archive(store.bank.find("x")[0], "done")
    put(store.folder / ISSUES, "current-issues = [{ title = 'inline' }]\n")
    store.load()
    before = snapshot(store)
    with pytest.raises(StoreError, match="convert"):
        store.undo()
    assert snapshot(store) == before


# What a person decides


def test_a_decision_counts_as_the_undo(store: Store) -> None:
    added(store)
    first(store)
    outside(store, "changed", "changed again")
    with pytest.raises(UndoConflictError) as caught:
        store.undo()
    error = caught.value
    assert error.theirs is not None
    chosen = {**error.mine, "title": "first of all"}
    taken = store.decide(error, Decision(error.theirs, {**error.theirs, **chosen}))
    assert taken.made
    assert taken.entry is not None
    assert taken.entry.title == "first of all"
    assert store.undo().change.title == "third"
    store.redo()
    assert store.redo().change.title == "changed"
    assert store.load().find("aaaaaaaa")[0].title == "changed again"


def test_what_is_left_as_it_is_is_not_asked_about_again(store: Store) -> None:
    added(store)
    first(store)
    outside(store, "changed", "changed again")
    before = snapshot(store)
    with pytest.raises(UndoConflictError) as caught:
        store.undo()
    error = caught.value
    assert error.theirs is not None
    assert not store.decide(error, Decision(error.theirs, error.theirs)).made
    assert snapshot(store) == before
    assert store.undo().change.title == "third"


def test_a_deleted_entry_is_written_again_where_a_person_wants_it(store: Store) -> None:
    archived(store)
    other = jonas(store)
    other.delete(other.bank.find("aaaaaaaa")[0])
    with pytest.raises(UndoConflictError) as caught:
        store.undo()
    assert store.decide(caught.value, Decision({}, caught.value.mine)).made
    entry = store.load().find("aaaaaaaa")[0]
    assert (entry.file, entry.title, entry.data["odd"]) == (ISSUES, "first", 3)
    assert "# a remark" in issues(store)


def test_an_edited_addition_goes_when_a_person_says_so(store: Store) -> None:
    added(store)
    outside(store, 'title = "third"', 'title = "edited"')
    with pytest.raises(UndoConflictError) as caught:
        store.undo()
    error = caught.value
    assert error.theirs is not None
    outside(store, 'title = "edited"', 'title = "edited once more"')
    with pytest.raises(UndoConflictError):
        store.decide(error, Decision(error.theirs, {}))
    outside(store, 'title = "edited once more"', 'title = "edited"')
    assert store.decide(error, Decision(error.theirs, {})).made
    assert issues(store) == TEXT


def test_a_decision_about_what_was_taken_back_meanwhile_is_refused(store: Store) -> None:
    first(store)
    outside(store, "changed", "changed again")
    with pytest.raises(UndoConflictError) as caught:
        store.undo()
    outside(store, "changed again", "changed")
    Store(store.folder, author="Ana").undo()
    with pytest.raises(NotFoundError, match="meanwhile"):
        store.decide(caught.value, Decision({}, caught.value.mine))
    assert issues(store) == TEXT


def test_a_single_table_that_others_took_out_is_written_again(store: Store) -> None:
    context = "project-context.toml"
    put(store.folder / context, '[project-information]\nproject_name = "acme"\n')
    single = store.load().find("project-information")[0]
    base = dict(single.data)
    put(store.folder / context, "# nothing here\n")
    written = write_again(store, single, {**base, "project_name": "acme 2"}, base)
    assert written.data["project_name"] == "acme 2"
    assert (store.folder / context).read_text().startswith("# nothing here\n")
