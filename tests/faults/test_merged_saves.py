"""A save meets what others wrote meanwhile: merged, kept or told, never overwritten (T17-T21, T25).

Shell commands are run as processes, as agents run them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mbtui.bank.bank import Bank
from mbtui.store.errors import ConflictError
from mbtui.store.store import Store
from tests.unit.banks import (
    ARCHIVED,
    ISSUES,
    entry_of,
    issue,
    make_bank_at,
    make_store,
    put,
    strictly,
    text_of,
)

THREE = "first\\nsecond\\nthird\\n"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = make_store(
        tmp_path, {ISSUES: f'{issue("a")}issue = "{THREE}"\ntags = ["x", "y"]\n\n{issue("b")}'}
    )
    made.load()
    return made


def elsewhere(store: Store) -> Store:
    """Another program of another author on the same bank."""
    other = Store(store.folder, author="Bo", now=store.now)
    other.load()
    return other


def seen(store: Store) -> Bank:
    return Store(store.folder, author="x").load()


def test_t17_a_foreign_write_to_another_entry_and_ours_are_both_there(store: Store) -> None:
    entry = entry_of(store, "a")
    put(store.folder / ISSUES, text_of(store).replace('title = "b"', 'title = "theirs"'))
    store.update(entry, {"title": "mine"})
    assert [e["title"] for e in strictly(store)["current-issues"]] == ["mine", "theirs"]
    assert store.warning == ""


def test_t18_different_fields_and_lines_apart_merge_unasked(store: Store) -> None:
    entry = entry_of(store, "a")
    elsewhere(store).update(
        entry_of(elsewhere(store), "a"), {"severity": "high", "issue": "FIRST\nsecond\nthird\n"}
    )
    store.update(entry, {"status": "fixed", "issue": "first\nsecond\nTHIRD\n"})
    (found, _) = strictly(store)["current-issues"]
    assert found["issue"] == "FIRST\nsecond\nTHIRD\n"
    assert (found["severity"], found["status"]) == ("high", "fixed")


@pytest.mark.parametrize(
    ("mine", "theirs", "field"),
    [
        ({"title": "mine"}, {"title": "theirs"}, "title"),
        ({"issue": "first\nmine\nthird\n"}, {"issue": "first\ntheirs\nthird\n"}, "issue"),
        ({"issue": "first\nmine\nthird\n"}, {"issue": "first\nsecond\ntheirs\n"}, "issue"),
    ],
    ids=["one value", "the same line", "adjacent lines"],
)
def test_t19_the_same_text_changed_twice_is_left_to_a_person(
    store: Store, mine: dict[str, str], theirs: dict[str, str], field: str
) -> None:
    entry = entry_of(store, "a")
    other = elsewhere(store)
    other.update(entry_of(other, "a"), theirs)
    before = text_of(store)
    with pytest.raises(ConflictError) as caught:
        store.update(entry, {**mine, "severity": "low"})
    assert caught.value.fields == [field]
    assert caught.value.theirs is not None
    assert caught.value.theirs[field] == theirs[field]
    assert caught.value.mine[field] == mine[field]
    assert text_of(store) == before


def test_t20_an_edit_outlives_a_deletion(store: Store) -> None:
    entry = entry_of(store, "a")
    other = elsewhere(store)
    other.delete(entry_of(other, "a"))
    written = store.update(entry, {"title": "mine"})
    assert (written.id, written.title) == ("a", "mine")
    assert "a was deleted by someone else meanwhile; your edit keeps it" in store.warning
    (found, _) = strictly(store)["current-issues"]
    assert found["issue"] == "first\nsecond\nthird\n"


def test_t20_a_deletion_never_takes_an_edit_of_someone_else(store: Store) -> None:
    entry = entry_of(store, "a")
    other = elsewhere(store)
    other.update(entry_of(other, "a"), {"title": "theirs"})
    with pytest.raises(ConflictError):
        store.delete(entry)
    assert [e["title"] for e in strictly(store)["current-issues"]] == ["theirs", "b"]


def test_an_edit_of_an_entry_archived_meanwhile_is_live_beside_it(store: Store) -> None:
    entry = entry_of(store, "a")
    other = elsewhere(store)
    other.archive(entry_of(other, "a"), "fixed")
    store.update(entry, {"title": "mine"})
    assert "archived by Bo meanwhile; your edit keeps it live too" in store.warning
    bank = seen(store)
    assert [e.title for e in bank.entries] == ["mine", "b"]
    twin = bank.entries[0].archived_twin
    assert twin is not None
    assert twin.data["archived"]["reason"] == "fixed"


@pytest.mark.parametrize("kind", ["technical-debt", "setup-instructions"])
def test_an_edit_follows_an_entry_that_was_moved_meanwhile(store: Store, kind: str) -> None:
    entry = entry_of(store, "a")
    other = elsewhere(store)
    moved = other.move(entry_of(other, "a"), kind)
    assert store.update(entry, {"issue": "first\nSECOND\nthird\n"}).kind.slug == kind
    (found,) = seen(store).find("a")
    assert found.kind.slug == kind
    assert found.data[moved.kind.main_field] == "first\nSECOND\nthird\n"
    assert "issue" not in found.data


def test_an_edit_follows_an_entry_that_was_restored_meanwhile(tmp_path: Path) -> None:
    store = make_store(tmp_path, {ARCHIVED: issue("a") + 'archived = { reason = "r" }\n'})
    store.load()
    entry = entry_of(store, "a")
    other = elsewhere(store)
    other.restore(entry_of(other, "a"))
    store.update(entry, {"title": "mine"})
    (found,) = seen(store).find("a")
    assert (found.archived, found.title) == (False, "mine")
    assert "archived" not in found.data


def test_t21_tags_of_both_sides_and_what_either_removed(store: Store) -> None:
    entry = entry_of(store, "a")
    other = elsewhere(store)
    other.update(entry_of(other, "a"), {"tags": ["y", "theirs"]})
    assert sorted(store.update(entry, {"tags": ["x", "y", "mine"]}).tags) == ["mine", "theirs", "y"]


def test_t25_double_and_missing_ids_and_unknown_keys_are_shown_and_kept(tmp_path: Path) -> None:
    bare = '[[current-issues]]\ntitle = "typed"\nmystery = { a = [1, 2] }\n'
    text = f"{bare}\n{issue('a', 'one')}\n{issue('a', 'two')}\n[[war-stories]]\ntitle = 'w'\n"
    store = make_store(tmp_path, {ISSUES: text + issue("z")})
    bank = store.load()
    assert [e.title for e in bank.entries] == ["typed", "one", "two", "z", "w"]
    assert any("a stands in known-issues.toml" in str(problem) for problem in bank.problems)
    store.update(entry_of(store, "z"), {"title": "Z"})
    assert text_of(store).startswith(text)
    store.update(bank.entries[2], {"title": "TWO"})
    assert [e["title"] for e in strictly(store)["current-issues"]] == ["typed", "one", "TWO", "Z"]
    assert text_of(store).startswith(text[: text.index('"two"')])


def mbtui(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mbtui", "--bank", str(folder), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "MBTUI_AUTHOR": "agent:test"},
    )


def test_t19_the_shell_never_asks(tmp_path: Path) -> None:
    """An agent that edits what a person edits gets exit 0 and a merge, or 3 and a reason."""
    folder = make_bank_at(tmp_path, {ISSUES: issue("a", issue="text")})
    assert mbtui(folder, "edit", "a", "--field", "issue=by the agent").returncode == 0
    done = mbtui(folder, "edit", "nope", "--status", "fixed")
    assert (done.returncode, done.stdout) == (1, "")
