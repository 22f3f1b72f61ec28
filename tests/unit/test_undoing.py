"""Undo and redo on disk: every byte comes back where nothing else changed, in its old place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mbtui.bank.entry import Entry
from mbtui.store.errors import NotFoundError
from mbtui.store.journal import Journal
from mbtui.store.store import Store
from tests.unit.banks import ARCHIVED, ISSUES, put
from tests.unit.undo_bank import (
    CHANGES,
    TEXT,
    added,
    archived,
    deleted,
    elsewhere,
    first,
    issues,
    outside,
    snapshot,
    undo_store,
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return undo_store(tmp_path)


@pytest.mark.parametrize("change", CHANGES, ids=lambda f: f.__name__)
def test_an_undo_brings_back_every_byte_and_a_redo_the_change(
    store: Store, change: Callable[[Store], None]
) -> None:
    before = snapshot(store)
    change(store)
    after = snapshot(store)
    store.undo()
    assert snapshot(store) == before
    store.redo()
    assert snapshot(store) == after


def test_undo_works_after_a_restart_and_names_the_change(store: Store) -> None:
    first(store)
    again = Store(store.folder, author="Ana")
    again.load()
    taken = again.undo()
    assert (taken.change.what, taken.change.title) == ("edit", "changed")
    assert issues(store) == TEXT


def test_only_ones_own_changes_are_taken_back(store: Store) -> None:
    first(store)
    with pytest.raises(NotFoundError, match="by Jonas"):
        Store(store.folder, author="Jonas").undo()


def test_an_entry_without_an_id_comes_back_with_the_one_it_was_known_by(store: Store) -> None:
    second = next(e for e in store.bank.entries if e.title == "second")
    store.delete(second)
    assert "second" not in issues(store)
    store.undo()
    back = store.bank.find(second.id)[0]
    assert back.title == "second"
    assert back.data["extra"] == {"x": 1}
    assert "# about the second" in issues(store)


def test_one_entry_can_be_named(store: Store) -> None:
    first(store)
    added(store)
    assert store.undo("aaaaaaaa").change.what == "edit"
    assert issues(store).count("third") == 1


def test_a_journal_that_cannot_be_written_never_fails_the_change(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Journal, "append", refuse)
    first(store)
    assert "changed" in issues(store)
    assert "cannot be undone" in store.warning


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([*CHANGES, "undo", "redo"]), max_size=8))
def test_many_levels_lead_back_to_the_start(
    tmp_path_factory: pytest.TempPathFactory, actions: list[object]
) -> None:
    folder = tmp_path_factory.mktemp("bank") / "memory-bank"
    folder.mkdir()
    (folder / "bank.toml").write_text("format = 1\n")
    (folder / "known-issues.toml").write_text(TEXT)
    store = Store(folder, author="Ana")
    store.load()
    start = {entry.id: entry.data for entry in store.bank.entries}
    for action in actions:
        try:
            if action == "undo":
                store.undo()
            elif action == "redo":
                store.redo()
            elif callable(action):
                action(store)
        except (NotFoundError, IndexError):
            continue
        except Exception as error:
            if "already" not in str(error) and "not in the archive" not in str(error):
                raise
    while True:
        try:
            store.undo()
        except NotFoundError:
            break
    left = {entry.id: entry.data for entry in (*store.bank.entries, *store.bank.archive)}
    assert left == start


def test_an_undo_of_what_others_took_away_moves_on_to_the_change_before(store: Store) -> None:
    first(store)
    added(store)
    third = next(e for e in store.bank.entries if e.title == "third")
    Store(store.folder, author="Ben").delete(third)
    store.load()
    taken = store.undo()
    assert (taken.change.title, taken.made) == ("third", False)
    assert store.undo().change.title == "changed"


@pytest.mark.parametrize("where", ["archive", "common-tasks"])
def test_a_hand_typed_entry_that_was_moved_comes_back(store: Store, where: str) -> None:
    second = next(e for e in store.bank.entries if e.title == "second")
    if where == "archive":
        store.archive(second, "done")
    else:
        store.move(second, where)
    assert store.undo().made
    back = store.bank.find(second.id)[0]
    assert (back.file, back.title) == ("known-issues.toml", "second")


def test_the_start_of_an_id_is_enough(store: Store) -> None:
    first(store)
    assert store.undo("aaa").change.ids == {"aaaaaaaa"}


def test_a_redo_is_named_by_the_change_that_comes_back(store: Store) -> None:
    first(store)
    store.undo()
    assert store.redo().change.what == "edit"


# Where it stood


ROW = "".join(f'[[current-issues]]\nid = "{name}"\ntitle = "{name}"\n\n' for name in "dbca")


@pytest.mark.parametrize("name", ["d", "b", "c", "a"])
@pytest.mark.parametrize("beside", ["d", "b", "c", "a", "none"])
def test_an_entry_comes_back_between_those_it_stood_between(
    store: Store, name: str, beside: str
) -> None:
    put(store.folder / ISSUES, ROW)
    store.delete(store.load().find(name)[0])
    if beside not in (name, "none"):
        outside(store, f'title = "{beside}"', f'title = "{beside * 90} changed"')
    store.undo()
    expected = ["d", "b", "c", "a"]
    assert [entry.id for entry in store.load().entries] == expected
    back = issues(store).replace(f"{beside * 90} changed", beside)
    assert back.rstrip() == ROW.rstrip()


def test_a_comment_written_above_the_next_entry_stays_with_it(store: Store) -> None:
    put(store.folder / ISSUES, ROW)
    store.delete(store.load().find("b")[0])
    outside(store, '[[current-issues]]\nid = "c"', '# about c\n[[current-issues]]\nid = "c"')
    store.undo()
    assert '# about c\n[[current-issues]]\nid = "c"' in issues(store)
    assert [entry.id for entry in store.load().entries] == ["d", "b", "c", "a"]


def test_a_quoted_neighbour_is_no_place(store: Store) -> None:
    quoting = f"[[technical-debt]]\ntitle = 't'\ndebt = '''\n{ROW}'''\n\n"
    put(store.folder / ISSUES, ROW)
    store.delete(store.load().find("b")[0])
    outside(store, ROW[:20], quoting + ROW[:20])
    store.undo()
    entries = {entry.title: entry for entry in store.load().entries}
    assert sorted(entries) == ["a", "b", "c", "d", "t"]
    assert entries["t"].data["debt"] == ROW


def test_an_entry_typed_in_toml_1_1_comes_back_as_toml_1_0(store: Store) -> None:
    put(store.folder / ISSUES, '[[current-issues]]\nid = "x"\ntitle = "a\\e"\nk = { a = 1,\n}\n')
    store.delete(store.load().find("x")[0])
    store.undo()
    assert store.load().find("x")[0].data["k"] == {"a": 1}
    assert store.bank.find("x")[0].title == "a\x1b"


def test_an_entry_typed_without_an_id_is_not_taken_for_another_of_its_title(store: Store) -> None:
    bare = "[[current-issues]]\ntitle = 'same'\n"
    put(store.folder / ISSUES, bare)
    put(store.folder / ARCHIVED, bare)
    before = snapshot(store)
    store.archive(store.load().entries[0], "done")
    after = snapshot(store)
    store.undo()
    assert snapshot(store) == before
    store.redo()
    assert snapshot(store) == after


def test_a_bom_survives_many_changes_and_their_undo(store: Store) -> None:
    put(store.folder / ISSUES, "\ufeff" + TEXT)
    for title in "abc":
        store.update(store.load().find("aaaaaaaa")[0], {"title": title})
    assert issues(store).startswith("\ufeff# kept")
    for _ in range(3):
        store.undo()
    assert issues(store) == "\ufeff" + TEXT


@pytest.mark.parametrize("change", [deleted, archived, elsewhere], ids=lambda f: f.__name__)
def test_the_bom_of_a_file_that_is_emptied_comes_back_too(
    store: Store, change: Callable[[Store], None]
) -> None:
    put(store.folder / ISSUES, '\ufeff[[current-issues]]\nid = "aaaaaaaa"\ntitle = "first"\n')
    store.load()
    before = snapshot(store)
    change(store)
    after = snapshot(store)
    assert ISSUES not in after
    store.undo()
    assert snapshot(store) == before
    store.redo()
    assert snapshot(store) == after
    store.undo()
    first(store)
    assert issues(store).startswith("\ufeff[[")


def test_a_single_table_is_emptied_and_filled_again(store: Store) -> None:
    kind = store.bank.schema.kinds["project-information"]
    single = Entry(kind, {}, section=kind.section, file=f"{kind.section}.toml")
    store.update(single, {"project_name": "acme"})
    before = snapshot(store)
    store.update(store.load().find("project-information")[0], {"tech_stack": ["python"]})
    assert store.undo().change.summary == "edit of project-information"
    assert snapshot(store) == before
    store.undo()
    assert snapshot(store).keys() == {"bank.toml", ISSUES}
