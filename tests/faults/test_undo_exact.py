"""Undo and redo byte by byte, over all kinds of change, in section files of hostile layout.

`MBTUI_UNDO_EXAMPLES` raises the number of random banks (40).
"""

from __future__ import annotations

import os
import tempfile
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mbtui.store.errors import InputError, NotFoundError, StoreError
from mbtui.store.store import Store
from tests.unit.banks import ARCHIVED, ISSUES, NOW, make_bank_at
from tests.unit.sections import section_texts

EXAMPLES = int(os.environ.get("MBTUI_UNDO_EXAMPLES", "40"))
NOTES = "development-notes.toml"
QUICK_DISK = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""Where flushing to the disk takes no time, for banks that live for a moment."""

hostile = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

INLINE = "current-issues = [ { title = 'one' },\n  { id = 'x', title = 'two' } ] # inline\n"


class Action(NamedTuple):
    """One change: what it does, to which entry (counted through), and with which text."""

    what: str
    entry: int
    text: str


WHATS = ["add", "update", "update", "empty", "delete", "delete", "here", "away", "archive"]
WHATS += ["restore", "convert", "tables"]

ACTIONS = st.builds(
    Action,
    st.sampled_from(WHATS),
    st.integers(0, 9),
    st.sampled_from(["new", "two\nlines\n", 'a """ quote\r\n', "é記\n\n", "[[current-issues]]\n"]),
)


def snapshot(folder: Path) -> dict[str, bytes]:
    """The bytes of every file of the bank that holds any: a file that is emptied stays."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.stat().st_size
    }


def perform(store: Store, action: Action) -> bool:
    """Make a change; False where the bank has no room for it."""
    bank = store.load()
    pool = bank.archive if action.what == "restore" else (*bank.entries, *bank.archive)
    pool = tuple(entry for entry in pool if not entry.inline)
    try:
        if action.what == "add":
            kind = ("current-issues", "technical-debt", "common-tasks")[action.entry % 3]
            store.add(kind, {"title": action.text, "tags": ["a"]})
        elif action.what == "convert":
            found = [entry for entry in bank.entries if entry.inline]
            if not found:
                return False
            store.convert_inline(found[0].file, found[0].kind.slug)
        elif action.what == "tables":
            found = [entry for entry in bank.entries if entry.kind.single]
            single = found[0] if found else None
            if single is None:
                return False
            store.update(single, {"tech_stack": [action.text]})
        elif not pool:
            return False
        else:
            entry = pool[action.entry % len(pool)]
            if action.what == "update":
                store.update(entry, {"title": f"was {entry.title}", "issue": action.text})
            elif action.what == "empty":
                extra = next(iter(entry.extra()), "tags")
                store.update(entry, {extra: None, "owner": action.text})
            elif action.what == "delete":
                store.delete(entry)
            elif action.what == "archive":
                store.archive(entry, action.text)
            elif action.what == "restore":
                store.restore(entry)
            else:
                here = ("technical-debt", "current-issues")
                away = ("common-tasks", "test-data")
                kind = (here if action.what == "here" else away)[action.entry % 2]
                store.move(entry, kind)
    except InputError:
        return False
    except StoreError as error:
        if "more than once" in str(error) or "have the id" in str(error) or "also" in str(error):
            return False
        raise
    return True


@st.composite
def banks(draw: st.DrawFn) -> dict[str, bytes]:
    """The files of a bank as people and programs leave them."""
    issues = draw(section_texts())
    if draw(st.integers(0, 3)) == 0 and "[[current-issues]]" not in issues.split("\n", 1)[0]:
        with_inline = INLINE + issues
        try:
            tomllib.loads(with_inline)
            issues = with_inline
        except tomllib.TOMLDecodeError:
            pass
    files = {ISSUES: issues}
    if draw(st.booleans()):
        files[ARCHIVED] = draw(section_texts()).replace('id = "', 'id = "old-')
    if draw(st.booleans()):
        files[NOTES] = "# notes\n\n[[common-tasks]]\nid = '5'\ntitle = 't'"
    if draw(st.booleans()):
        files["project-context.toml"] = "[project-information]\nproject_name = 'x' # why\n"
    bom = draw(st.sampled_from(["", "", "\ufeff"]))
    return {name: (bom + text).encode() for name, text in files.items()}


@hostile
@given(banks(), ACTIONS)
def test_undo_gives_back_every_byte_and_redo_the_change(
    files: dict[str, bytes], action: Action
) -> None:
    with tempfile.TemporaryDirectory(dir=QUICK_DISK) as place:
        folder = make_bank_at(Path(place), files)
        store = Store(folder, author="Ana", now=lambda: NOW)
        before = snapshot(folder)
        if not perform(store, action):
            return
        after = snapshot(folder)
        if after == before:
            return
        assert store.undo().made
        assert snapshot(folder) == before
        assert store.redo().made
        assert snapshot(folder) == after
        assert Store(folder, author="Ana").undo().made
        assert snapshot(folder) == before


@hostile
@given(banks(), st.lists(ACTIONS, min_size=2, max_size=6))
def test_many_levels_of_undo_and_redo_are_exact(
    files: dict[str, bytes], actions: list[Action]
) -> None:
    with tempfile.TemporaryDirectory(dir=QUICK_DISK) as place:
        folder = make_bank_at(Path(place), files)
        store = Store(folder, author="Ana", now=lambda: NOW)
        states = [snapshot(folder)]
        for action in actions:
            perform(store, action)
            if snapshot(folder) != states[-1]:
                states.append(snapshot(folder))
        for state in reversed(states[:-1]):
            store.undo()
            assert snapshot(folder) == state
        with pytest.raises(NotFoundError):
            store.undo()
        for state in states[1:]:
            store.redo()
            assert snapshot(folder) == state
        with pytest.raises(NotFoundError):
            store.redo()
