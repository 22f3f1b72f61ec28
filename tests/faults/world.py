"""Two mbtui on a bank that others change too, and what may be gone from it after each change."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from mbtui.bank.entry import Entry
from mbtui.store.drafts import StoredDraft, load_drafts, new_name, remove_draft, save_draft
from mbtui.store.errors import ConflictError, StoreError
from mbtui.store.journal import Journal
from mbtui.store.store import Store
from tests.faults.programs import TOKEN, Programs, Seen


class Draft(NamedTuple):
    """A form: which store it is in, the entry, what it began from, what was typed."""

    store: int
    entry: Entry
    base: Mapping[str, Any]
    changes: Mapping[str, Any]
    token: str
    name: str


class World(Programs):
    """The bank, its users, and what may be gone from it."""

    def __init__(self, place: Path, *, git: bool, seed: int) -> None:
        super().__init__(place, git=git, seed=seed)
        self.drafts: list[Draft] = []
        self.conflicts: dict[str, ConflictError] = {}
        self.stores = [self.new_store(0), self.new_store(1)]

    def new_store(self, number: int) -> Store:
        """A program that starts."""
        store = Store(self.folder, author=("Ana", "Ben")[number], now=self.now)
        store.load()
        store.sweep()
        return store

    def now(self) -> datetime:
        """What the stores take for the present."""
        self.offset += 1
        return datetime.fromtimestamp(1_800_000_000, UTC) + timedelta(seconds=int(self.offset))

    def own(
        self, what: str, change: Callable[[], Any], may_go: Callable[[], set[str]] = set
    ) -> StoreError | None:
        """A change by mbtui; the refusal, if any. Only the tokens in `may_go` may leave the bank.

        What leaves must be in the journal's latest change, and the bytes of each file that was
        replaced among those that are kept.
        """
        leaving = may_go()
        before, tree = self.look(), self.tree()
        assert before.tokens >= self.seen.tokens, "lost between two changes"
        slow = self.slow
        try:
            change()
            error = None
            self.counts[what] += 1
        except StoreError as refused:
            error = refused
            reason = type(refused).__name__
            if type(refused) is StoreError:
                reason = re.sub(r"\S*\d\S*|\S+\.toml\S*", "…", str(refused))[:60]
            self.counts[f"{what}: {reason}"] += 1
        assert "bug in mbtui" not in str(error), error
        if slow is not None and self.slow is None:
            before = Seen(before.tokens | self.seen.tokens, before.ids | self.seen.ids)
            if slow.dies:
                before = Seen(before.tokens & self.look().tokens, before.ids & self.look().ids)
        elif error is not None and self.slow is None and what in ("save", "add", "delete"):
            assert self.tree() == tree, f"refused and written: {error}"
        after = self.look()
        gone = before.tokens - after.tokens
        assert gone <= leaving, f"{what} lost {sorted(gone - leaving)}: {error}"
        self.taken |= gone
        if gone:
            assert gone <= self.journalled(), f"{what}: {sorted(gone)} cannot be undone"
        if slow is None:
            self.check_displaced(tree)
        if what not in ("delete", "undo", "redo"):
            assert after.ids >= before.ids, f"{what} lost {before.ids - after.ids}"
        self.seen = after
        return error

    def journalled(self) -> set[str]:
        """The tokens that the latest change of the journal took away."""
        found: set[str] = set()
        for change in Journal(self.folder).newest_first():
            for step in change.steps:
                found |= set(TOKEN.findall(step.before)) - set(TOKEN.findall(step.after))
            break
        return found

    def check_displaced(self, tree: Mapping[str, bytes]) -> None:
        """The bytes of every file that is not what it was are kept."""
        now = self.tree()
        for file, data in tree.items():
            if now.get(file) != data:
                assert data in self.displaced_bytes(), f"what {file} held is not kept"

    # Forms

    def open_form(self, number: int, pick: int, way: str) -> None:
        store = self.stores[number]
        entries = [e for e in store.bank.entries if e.data.get("title")]
        if not entries:
            return
        entry = entries[pick % len(entries)]
        token = self.token()
        field = entry.kind.main_field
        lines = entry.main_text.split("\n")
        at = self.chance.randrange(len(lines))
        ways: dict[str, dict[str, Any]] = {
            "title": {"title": f"title {token}"},
            "tag": {"tags": [*entry.tags, token]},
            "line": {field: "\n".join([*lines[:at], token, *lines[at:]])},
            "replace": {field: "\n".join([*lines[:at], token, *lines[at + 1 :]])},
            "own": {"own key": token},
        }
        changes = ways[way]
        draft = Draft(number, entry, dict(entry.data), changes, token, new_name())
        self.drafts.append(draft)
        texts = {name: str(value) for name, value in changes.items()}
        save_draft(
            self.folder, StoredDraft(draft.name, entry.kind.slug, entry.key, draft.base, texts)
        )

    def check_drafts(self) -> None:
        """What is typed and not saved is in the drafts on disk."""
        there = {draft.name: "".join(draft.texts.values()) for draft in load_drafts(self.folder)}
        for draft in self.drafts:
            assert draft.token in there.get(draft.name, ""), f"the draft {draft.token} is lost"

    def drop(self, draft: Draft) -> None:
        self.drafts.remove(draft)
        self.conflicts.pop(draft.name, None)
        remove_draft(self.folder, draft.name)

    def replaced_by(self, draft: Draft, base: Mapping[str, Any] | None = None) -> set[str]:
        """The tokens that a form takes out of the fields that it changes."""
        old = {name: (base or draft.base).get(name, "") for name in draft.changes}
        return set(TOKEN.findall(repr(old))) - set(TOKEN.findall(repr(draft.changes)))

    def save(self, draft: Draft) -> None:
        store = self.stores[draft.store]
        error = self.own(
            "save",
            lambda: store.update(draft.entry, draft.changes, base=draft.base),
            lambda: self.replaced_by(draft),
        )
        if isinstance(error, ConflictError):
            self.conflicts[draft.name] = error
        elif error is None:
            assert draft.token in self.seen.tokens, f"{draft.token} was saved and is not there"
            self.drop(draft)

    def settle(self, draft: Draft, *, mine: bool) -> None:
        """A person decides a conflict."""
        error = self.conflicts.pop(draft.name)
        if not mine:
            self.drop(draft)
            return
        assert error.theirs is not None
        theirs = error.theirs
        changes: dict[str, Any] = {
            n: error.mine.get(n)
            for n in {**error.base, **error.mine}
            if error.base.get(n) != error.mine.get(n)
        }
        entry = error.entry
        refused = self.own(
            "save after a conflict",
            lambda: self.stores[draft.store].update(entry, changes, base=theirs),
            lambda: self.replaced_by(draft._replace(changes=changes), theirs),
        )
        if refused is None:
            assert draft.token in self.seen.tokens
            self.drop(draft)
        elif isinstance(refused, ConflictError):
            self.conflicts[draft.name] = refused

    # Crashes

    def lose_the_folder(self, store: Store) -> None:
        """The bank's folder is away for a moment, as when a disk is mounted again."""
        away = self.folder.with_name("away")
        self.folder.rename(away)
        for _ in range(3):
            store.refresh()
            self.sleep(0.2)
        away.rename(self.folder)
        while store.refresh().pending:
            self.sleep(0.05)
        self.counts["the folder was away"] += 1

    def restart(self, number: int) -> None:
        """A store is dropped as a crash drops it; a new one finds what the old one left."""
        self.stores[number] = self.new_store(number)
        self.check_drafts()

    def crash_while(self, change: Callable[[], object], call: int) -> bool:
        """Make a change in a process that dies at its n-th call to the system; whether it did."""
        child = os.fork()
        if child == 0:
            with _dying(call):
                try:
                    change()
                except BaseException:
                    os._exit(1)
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return status == DIED


DIED = 9
_CALLS = ("fsync", "replace", "rename", "unlink", "open", "fchmod", "mkdir", "write", "close")


@contextmanager
def _dying(call: int) -> Iterator[None]:
    """The process ends, without any tidying, in front of the n-th of these calls."""
    left = [call]

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def dies(*arguments: Any, **options: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                os._exit(DIED)
            return real(*arguments, **options)

        return dies

    with ExitStack() as stack:
        for name in _CALLS:
            stack.enter_context(mock.patch.object(os, name, counted(getattr(os, name))))
        yield
