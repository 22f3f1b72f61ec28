"""Undo and redo on disk: exact where nothing else changed, merged where it can be, else asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mbtui.store.errors import ConflictError, NotFoundError
from mbtui.store.journal import Journal
from mbtui.store.store import Store

TEXT = """\
# kept

[[current-issues]]
id = "aaaaaaaa"
title = "first"  # a remark
odd = 3

# about the second
[[current-issues]]
title = "second"
issue = \"\"\"
one
two
three
four
\"\"\"
[current-issues.extra]
x = 1
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    folder = tmp_path / "memory-bank"
    folder.mkdir()
    (folder / "bank.toml").write_text("format = 1\n")
    (folder / "known-issues.toml").write_text(TEXT)
    store = Store(folder, author="Ana")
    store.load()
    return store


def issues(store: Store) -> str:
    return (store.folder / "known-issues.toml").read_text()


def first(store: Store) -> None:
    store.update(store.bank.find("aaaaaaaa")[0], {"title": "changed", "severity": "high"})


def archived(store: Store) -> None:
    store.archive(store.bank.find("aaaaaaaa")[0], "done")


def moved(store: Store) -> None:
    store.move(store.bank.find("aaaaaaaa")[0], "technical-debt")


def deleted(store: Store) -> None:
    store.delete(store.bank.find("aaaaaaaa")[0])


def added(store: Store) -> None:
    store.add("current-issues", {"title": "third"})


def elsewhere(store: Store) -> None:
    store.move(store.bank.find("aaaaaaaa")[0], "common-tasks")


CHANGES = [first, archived, moved, deleted, added, elsewhere]


@pytest.mark.parametrize("change", CHANGES, ids=lambda f: f.__name__)
def test_an_undo_brings_back_every_byte_and_a_redo_the_change(
    store: Store, change: Callable[[Store], None]
) -> None:
    change(store)
    after = {path: path.read_text() for path in store.folder.rglob("*.toml")}
    store.undo()
    assert issues(store).replace("\n\n\n", "\n\n") == TEXT.replace("\n\n\n", "\n\n")
    store.redo()
    now = {path: path.read_text() for path in store.folder.rglob("*.toml")}
    assert {p: t for p, t in now.items() if t} == {p: t for p, t in after.items() if t}


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


@pytest.mark.parametrize("change", [archived, added], ids=lambda f: f.__name__)
def test_what_was_edited_since_is_not_taken_away(
    store: Store, change: Callable[[Store], None]
) -> None:
    change(store)
    for path in store.folder.rglob("known-issues.toml"):
        path.write_text(path.read_text().replace('title = "third"', 'title = "edited"'))
        path.write_text(path.read_text().replace("a remark", "a remark\nowner = 'Jonas'"))
    store.load()
    before = {path: path.read_text() for path in store.folder.rglob("*.toml")}
    with pytest.raises(ConflictError):
        store.undo()
    assert {path: path.read_text() for path in store.folder.rglob("*.toml")} == before


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


def test_a_torn_line_costs_no_other_change(store: Store) -> None:
    first(store)
    path = Journal(store.folder).path
    path.write_bytes(path.read_bytes() + b'{ number = 1, at = "torn')
    added(store)
    assert [change.what for change in Journal(store.folder).read()] == ["edit", "add"]


def test_the_journal_is_for_this_user_alone(store: Store) -> None:
    first(store)
    assert Journal(store.folder).path.stat().st_mode & 0o077 == 0


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
