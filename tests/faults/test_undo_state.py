"""Two authors and an editor change one bank at random, with undo and redo: nobody's words go.

Each author writes to a field of their own, so that the fields of the others tell what was lost.
`MBTUI_UNDO_STATE_EXAMPLES` raises the number of random stories (8, of up to 25 changes each).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mbtui.bank.entry import Entry
from mbtui.store.errors import InputError, NotFoundError, StoreError
from mbtui.store.many import Outcomes
from mbtui.store.store import Store
from mbtui.store.undoing import Decision, TakenBack, UndoConflictError
from tests.faults.test_undo_exact import QUICK_DISK, snapshot
from tests.unit.banks import ISSUES, NOW, issue, make_bank_at, put
from tests.unit.sections import section_texts

EXAMPLES = int(os.environ.get("MBTUI_UNDO_STATE_EXAMPLES", "8"))

WORDS = {"Ana": "cause", "agent:claude": "workaround", "vim": "odd"}
"""The field that each of them writes to."""

AUTHORS = st.sampled_from(["Ana", "agent:claude"])
PICK = st.integers(0, 20)
KINDS = ("current-issues", "technical-debt", "common-tasks")

Fields = dict[str, dict[str, Any]]


class Stories(RuleBasedStateMachine):
    """A bank, two stores on it with one state folder, and a program that knows nothing of them."""

    @initialize(hostile=st.none() | section_texts())
    def begin(self, hostile: str | None) -> None:
        self.place = Path(tempfile.mkdtemp(prefix="mbtui-story-", dir=QUICK_DISK))
        os.environ["XDG_STATE_HOME"] = str(self.place / "state")
        text = hostile or "# kept\n\n" + "\n".join(issue(name) for name in "cab")
        self.folder = make_bank_at(self.place, {ISSUES: text})
        self.stores = {
            name: Store(self.folder, author=name, now=lambda: NOW)
            for name in WORDS
            if name != "vim"
        }
        self.written = 0

    def teardown(self) -> None:
        if hasattr(self, "place"):
            shutil.rmtree(self.place)

    def new_words(self) -> str:
        self.written += 1
        return f"words {self.written}\n"

    def entries(self) -> list[Entry]:
        bank = Store(self.folder, author="reader").load()
        assert not bank.broken_files
        return [*bank.entries, *bank.archive]

    def words_of_others(self, author: str) -> Fields:
        names = [field for name, field in WORDS.items() if name != author]
        return {
            entry.id: found
            for entry in self.entries()
            if (found := {name: entry.data[name] for name in names if name in entry.data})
        }

    def by(self, author: str, change: Callable[[Store], TakenBack | Entry | None]) -> None:
        """Make a change; it leaves the words of others, unless it is to delete their entry."""
        store = self.stores[author]
        before, files = self.words_of_others(author), snapshot(self.folder)
        deletes = False
        try:
            done = change(store)
            deletes = done is None or (isinstance(done, TakenBack) and done.change.what == "delete")
        except UndoConflictError as error:
            assert snapshot(self.folder) == files
            self.settle(store, error)
        except (InputError, NotFoundError):
            assert snapshot(self.folder) == files
        except StoreError as error:
            if "id" not in str(error) and "also stands" not in str(error):
                raise
        after = self.words_of_others(author)
        for identity, fields in before.items():
            assert deletes or after.get(identity) == fields

    def settle(self, store: Store, error: UndoConflictError) -> None:
        """A person leaves what is there, entry by entry, so that the change before is next."""
        asked: list[str] = []
        while error.entry.id not in asked:
            asked.append(error.entry.id)
            theirs = error.theirs or {}
            try:
                store.decide(error, Decision(theirs, theirs))
            except UndoConflictError as following:
                error = following
            else:
                return
        raise AssertionError(f"asked twice about {error.entry.id}") from error

    def one_of(self, pick: int, *, archived: bool | None = None) -> Entry | None:
        found = [
            entry
            for entry in self.entries()
            if not entry.inline and archived in (None, entry.archived)
        ]
        return found[pick % len(found)] if found else None

    @rule(author=AUTHORS, kind=st.sampled_from(KINDS))
    def add(self, author: str, kind: str) -> None:
        words = {"title": f"by {author}", WORDS[author]: self.new_words()}
        self.by(author, lambda store: store.add(kind, words))

    @rule(author=AUTHORS, pick=PICK)
    def edit(self, author: str, pick: int) -> None:
        entry, words = self.one_of(pick), self.new_words()
        if entry is not None:
            self.by(author, lambda store: store.update(entry, {WORDS[author]: words}))

    @rule(author=AUTHORS, pick=PICK, kind=st.sampled_from(KINDS))
    def move(self, author: str, pick: int, kind: str) -> None:
        entry = self.one_of(pick)
        status = "active" if kind == "technical-debt" else "open"
        if entry is not None:
            self.by(author, lambda store: store.move(entry, kind, status=status))

    @rule(author=AUTHORS, pick=PICK)
    def archive(self, author: str, pick: int) -> None:
        entry = self.one_of(pick, archived=False)
        if entry is not None:
            self.by(author, lambda store: store.archive(entry, "done"))

    @rule(author=AUTHORS, pick=PICK)
    def restore(self, author: str, pick: int) -> None:
        entry = self.one_of(pick, archived=True)
        if entry is not None:
            self.by(author, lambda store: store.restore(entry))

    @rule(author=AUTHORS, pick=PICK)
    def delete(self, author: str, pick: int) -> None:
        entry = self.one_of(pick)
        if entry is not None:
            self.by(author, lambda store: store.delete(entry))

    @rule(author=AUTHORS, picks=st.lists(PICK, min_size=2, max_size=3))
    def bulk(self, author: str, picks: list[int]) -> None:
        def change(store: Store) -> Entry:
            last = Entry(store.bank.schema.kinds[KINDS[0]], {}, section="", file="")
            with store.bulk("tag"):
                for pick in picks:
                    entry = self.one_of(pick)
                    if entry is not None:
                        last = store.update(entry, {WORDS[author]: self.new_words()})
            return last

        self.by(author, change)

    @rule(author=AUTHORS, picks=st.lists(PICK, min_size=2, max_size=6), way=st.integers(0, 4))
    def many(self, author: str, picks: list[int], way: int) -> None:
        """The same with each file written once; what is deleted is told by `done`."""

        def change(store: Store) -> Entry | None:
            found = {id(e): e for pick in picks if (e := self.one_of(pick)) is not None}
            unique = {entry.key: entry for entry in found.values()}
            chosen = list(unique.values())
            made: Outcomes
            if way == 0:
                words = [(entry, {WORDS[author]: self.new_words()}) for entry in chosen]
                made = store.update_each("tag", words)
            elif way == 1:
                made = store.archive_each(chosen, lambda _: "done")
            elif way == 2:
                made = store.restore_each(chosen)
            elif way == 3:
                made = store.move_each(chosen, "common-tasks", {})
            else:
                made = store.delete_each(chosen)
            for outcome in made:
                assert outcome.entry is not None
                assert "a bug" not in str(outcome.error)
            last = Entry(store.bank.schema.kinds[KINDS[0]], {}, section="", file="")
            return None if way == 4 else last

        self.by(author, change)

    @rule(author=AUTHORS)
    def undo(self, author: str) -> None:
        self.by(author, lambda store: store.undo())

    @rule(author=AUTHORS, pick=PICK)
    def undo_of_one(self, author: str, pick: int) -> None:
        entry = self.one_of(pick)
        if entry is not None:
            self.by(author, lambda store: store.undo(entry.id))

    @rule(author=AUTHORS)
    def redo(self, author: str) -> None:
        self.by(author, lambda store: store.redo())

    @rule(pick=PICK)
    def vim(self, pick: int) -> None:
        """Somebody types a line into an entry, in place."""
        entry = self.one_of(pick)
        if entry is None or "odd" in entry.data:
            return
        path = self.folder / entry.file
        lines = path.read_bytes().decode().split("\n")
        lines.insert(entry.line, f'odd = "by hand {self.new_words().strip()}"')
        text = "\n".join(lines)
        try:
            tomllib.loads(text.removeprefix("\ufeff"))
        except tomllib.TOMLDecodeError:
            return
        put(path, text)

    @rule(author=AUTHORS)
    def restart(self, author: str) -> None:
        self.stores[author] = Store(self.folder, author=author, now=lambda: NOW)

    @rule(author=AUTHORS)
    def all_back_and_forth(self, author: str) -> None:
        """Taking back as much as goes and bringing it back leads to the same bytes."""
        store, before, taken = self.stores[author], snapshot(self.folder), 0
        with contextlib.suppress(UndoConflictError, NotFoundError):
            while taken < 200:
                store.undo()
                taken += 1
        for _ in range(taken):
            store.redo()
        assert snapshot(self.folder) == before

    @invariant()
    def every_file_is_whole(self) -> None:
        if not hasattr(self, "folder"):
            return
        for path in self.folder.rglob("*.toml"):
            tomllib.loads(path.read_bytes().decode().removeprefix("\ufeff"))
        own = [entry.id for entry in self.entries() if entry.has_own_id]
        assert len(own) == len(set(own))


TestStories = Stories.TestCase
TestStories.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
