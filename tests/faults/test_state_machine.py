"""Any order of edits, saves, outside writes, branch switches, crashes, undo: nothing is lost.

Two mbtui work on one bank while other programs replace its files, write into them, truncate them
first and write later, and switch branches. After every step: whatever is in the bank stays there
unless that step was meant to take it away (and then it can come back); what is typed is in a draft;
every file is whole.

`MBTUI_FAULT_STEPS` is the number of steps (20000 is the long run, about ten minutes).
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections import Counter
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from mbtui.store import proof, writer
from mbtui.store.errors import ConflictError, StoreError
from mbtui.store.journal import Journal
from tests.faults.bench import fast_folder
from tests.faults.programs import TOKEN, Seen
from tests.faults.world import Draft, World
from tests.unit.banks import ARCHIVED, ISSUES

STEPS = int(os.environ.get("MBTUI_FAULT_STEPS", "600"))
STEPS_OF_ONE = 50

counts: Counter[str] = Counter()

NUMBER = st.integers(0, 1)
PICK = st.integers(0, 7)
FILE = st.sampled_from([ISSUES, ISSUES, "development-notes.toml", ARCHIVED])
WAY = st.sampled_from(
    ["add", "delete", "title", "line", "comment", "swap", "break", "mend", "mend"]
)
FIELD = st.sampled_from(["title", "tag", "line", "line", "replace", "own"])
GOOD_WAY = st.sampled_from(["add", "title", "line", "swap"])


class Bank(RuleBasedStateMachine):
    """See the module."""

    def __init__(self) -> None:
        super().__init__()
        self.place = fast_folder()
        self.state = os.environ.get("XDG_STATE_HOME")
        os.environ["XDG_STATE_HOME"] = str(self.place / "state")

    @initialize(git=st.integers(0, 9).map(lambda n: n == 9), seed=st.integers(0, 2**32))
    def begin(self, git: bool, seed: int) -> None:
        self.world = World(self.place / "project", git=git, seed=seed)
        self.clock = self.world.own_clock()
        self.clock.__enter__()

    def teardown(self) -> None:
        if hasattr(self, "clock"):
            self.clock.__exit__(None, None, None)
            counts.update(self.world.counts)
            if self.world.slow is not None:
                self.world.slow.close()
        if self.state is not None:
            os.environ["XDG_STATE_HOME"] = self.state
        shutil.rmtree(self.place, ignore_errors=True)

    def step(self) -> World:
        """Count a step; the world."""
        counts["steps"] += 1
        self.world.check_files()
        return self.world

    def entry(self, number: int, pick: int, *, archived: bool = False) -> Any:
        bank = self.world.stores[number].bank
        pool = bank.archive if archived else [e for e in bank.entries if not e.inline]
        return pool[pick % len(pool)] if pool else None

    # mbtui

    @rule(number=NUMBER, settle=st.booleans())
    def the_watcher_looks(self, number: int, settle: bool) -> None:
        world = self.step()
        store = world.stores[number]
        for _ in range(100):
            if not store.refresh().pending or not settle:
                break
            world.sleep(0.05)

    @rule(forms=st.lists(st.tuples(NUMBER, PICK, FIELD), min_size=1, max_size=3))
    def forms_are_opened(self, forms: list[tuple[int, int, str]]) -> None:
        world = self.step()
        for number, pick, way in forms:
            world.open_form(number, pick, way)

    @precondition(lambda self: self.world.drafts)
    @rule(pick=PICK)
    def a_form_is_saved(self, pick: int) -> None:
        world = self.step()
        world.save(world.drafts[pick % len(world.drafts)])
        world.check_drafts()

    @rule(number=NUMBER, pick=PICK, ways=st.lists(FIELD, min_size=2, max_size=3))
    def one_entry_is_edited_in_both(self, number: int, pick: int, ways: list[str]) -> None:
        """The same entry in forms of both programs, saved one after the other."""
        world = self.step()
        first = len(world.drafts)
        for i, way in enumerate(ways):
            world.open_form((number + i) % 2, pick, way)
        for draft in world.drafts[first:]:
            world.save(draft)
        world.check_drafts()

    @precondition(lambda self: self.world.drafts and self.world.slow is None)
    @rule(pick=PICK, file=FILE, way=WAY, how=st.sampled_from(["replace", "in place"]))
    def a_form_is_saved_while_others_write(self, pick: int, file: str, way: str, how: str) -> None:
        """Another program writes between the look at the file and its replacement."""
        world = self.step()
        draft = world.drafts[pick % len(world.drafts)]
        real, left = proof.prove, [True]

        def proved(*arguments: Any) -> Any:
            if left.pop() if left else False:
                world.outside(file, way, how)
                raced.append(world.seen)
            return real(*arguments)

        raced: list[Seen] = []
        with mock.patch.object(writer, "prove", proved):
            self.save_raced(world, draft, raced)
        world.check_drafts()

    def save_raced(self, world: World, draft: Draft, raced: list[Seen]) -> None:
        store = world.stores[draft.store]
        before = world.look()
        leaving = world.replaced_by(draft)
        try:
            store.update(draft.entry, draft.changes, base=draft.base)
        except ConflictError as error:
            world.conflicts[draft.name] = error
            saved = False
        except StoreError:
            saved = False
        else:
            saved = True
        before = raced[-1] if raced else before
        after = world.look()
        gone = before.tokens - after.tokens
        assert gone <= leaving, f"lost in a race: {sorted(gone - leaving)}"
        world.seen = after
        world.counts["raced save"] += bool(raced)
        if saved:
            assert draft.token in after.tokens
            world.drop(draft)

    @precondition(lambda self: self.world.conflicts)
    @rule(pick=PICK, mine=st.booleans())
    def a_conflict_is_settled(self, pick: int, mine: bool) -> None:
        world = self.step()
        found = [d for d in world.drafts if d.name in world.conflicts]
        draft = found[pick % len(found)]
        if world.conflicts[draft.name].theirs is None:
            return
        world.settle(draft, mine=mine)

    @rule(number=NUMBER, kind=st.sampled_from(["current-issues", "technical-debt", "common-tasks"]))
    def an_entry_is_added(self, number: int, kind: str) -> None:
        world = self.step()
        token = world.token()
        store = world.stores[number]
        if world.own("add", lambda: store.add(kind, {"title": f"title {token}"})) is None:
            assert token in world.seen.tokens

    @rule(number=NUMBER, pick=PICK)
    def an_entry_is_archived(self, number: int, pick: int) -> None:
        world = self.step()
        entry = self.entry(number, pick)
        if entry is not None:
            world.own("archive", lambda: world.stores[number].archive(entry, world.token()))

    @rule(number=NUMBER, pick=PICK)
    def an_entry_is_restored(self, number: int, pick: int) -> None:
        world = self.step()
        entry = self.entry(number, pick, archived=True)
        if entry is not None:
            world.own("restore", lambda: world.stores[number].restore(entry), self.reasons)

    def reasons(self) -> set[str]:
        """The tokens in the reasons for archiving, which go when an entry is restored."""
        text = "".join(data.decode(errors="replace") for data in self.world.tree().values())
        return set(TOKEN.findall("".join(re.findall(r"^archived = .*", text, re.M))))

    @rule(
        number=NUMBER,
        pick=PICK,
        kind=st.sampled_from(["current-issues open", "technical-debt active", "common-tasks "]),
    )
    def an_entry_is_moved(self, number: int, pick: int, kind: str) -> None:
        world = self.step()
        entry = self.entry(number, pick)
        slug, _, status = kind.partition(" ")
        if entry is not None and entry.kind.slug != slug:
            store = world.stores[number]
            world.own("move", lambda: store.move(entry, slug, status=status or None))

    @rule(number=NUMBER, pick=PICK)
    def an_entry_is_deleted(self, number: int, pick: int) -> None:
        world = self.step()
        entry = self.entry(number, pick)
        if entry is None:
            return
        tokens = set(TOKEN.findall(repr(entry.data)))
        # A comment above an entry goes with it.
        comments = set(TOKEN.findall("\n".join(self.comments())))
        world.own("delete", lambda: world.stores[number].delete(entry), lambda: tokens | comments)

    def comments(self) -> list[str]:
        lines = (data.decode(errors="replace").split("\n") for data in self.world.tree().values())
        return [line for text in lines for line in text if line.startswith("#")]

    @rule(number=NUMBER, redo=st.booleans())
    def a_change_is_taken_back(self, number: int, redo: bool) -> None:
        world = self.step()
        store = world.stores[number]
        what = "redo" if redo else "undo"
        world.own(what, store.redo if redo else store.undo, self.journal_tokens)

    def journal_tokens(self) -> set[str]:
        """What an undo may take away: what a change of the journal brought or took."""
        found: set[str] = set()
        for change in Journal(self.world.folder).read():
            for step in change.steps:
                before, after = set(TOKEN.findall(step.before)), set(TOKEN.findall(step.after))
                found |= before ^ after
        return found

    @precondition(lambda self: self.world.drafts and self.world.slow is None)
    @rule(pick=PICK, call=st.integers(0, 25), what=st.sampled_from(["save", "archive", "delete"]))
    def mbtui_dies_in_a_save(self, pick: int, call: int, what: str) -> None:
        world = self.step()
        draft = world.drafts[pick % len(world.drafts)]
        store, entry = world.stores[draft.store], draft.entry
        changes = {
            "save": lambda: store.update(entry, draft.changes, base=draft.base),
            "archive": lambda: store.archive(entry, "why"),
            "delete": lambda: store.delete(entry),
        }
        leaving = world.replaced_by(draft)
        if what == "delete":
            leaving = set(TOKEN.findall(repr(entry.data) + repr(self.comments())))
        before = world.look()
        died = world.crash_while(changes[what], call)
        world.counts["died in a save" if died else "was quicker than its death"] += 1
        after = world.look()
        gone = before.tokens - after.tokens
        assert gone <= leaving, f"a crash lost {sorted(gone - leaving)}"
        if what != "delete":
            assert after.ids >= before.ids, f"a crash lost {before.ids - after.ids}"
        world.seen = after
        world.restart(draft.store)
        assert not list(world.folder.rglob(".mbtui-*")), "the next start leaves temporary files"
        kept = world.journalled() | world.displaced()
        assert gone <= kept, f"{sorted(gone - kept)} cannot come back"

    # Others

    @rule(file=FILE, way=WAY, how=st.sampled_from(["replace", "in place"]))
    def another_program_writes(self, file: str, way: str, how: str) -> None:
        self.step().outside(file, way, how)

    @precondition(lambda self: self.world.slow is None)
    @rule(
        file=FILE,
        way=GOOD_WAY,
        ticks=st.integers(1, 30),
        holds=st.booleans(),
        dies=st.integers(0, 5).map(lambda n: n == 5),
    )
    def another_program_truncates(
        self, file: str, way: str, ticks: int, holds: bool, dies: bool
    ) -> None:
        self.step().begin_slow_write(file, way, ticks, holds=holds, dies=dies)

    @precondition(lambda self: self.world.slow is not None)
    @rule(seconds=st.sampled_from([0.0, 0.02, 0.1, 0.5]))
    def another_program_goes_on_writing(self, seconds: float) -> None:
        world = self.step()
        if seconds:
            world.sleep(seconds)
        while not seconds and world.slow is not None:
            world.sleep(0.02)

    @rule(what=st.sampled_from(["switch", "switch", "folder", "restart"]), number=NUMBER)
    def something_larger_happens(self, what: str, number: int) -> None:
        world = self.step()
        if what == "switch":
            world.switch_branch()
        elif what == "restart":
            world.restart(number)
        elif world.slow is None:
            world.lose_the_folder(world.stores[number])


def test_nothing_is_lost_in_any_order_of_events(capfd: pytest.CaptureFixture[str]) -> None:
    counts.clear()
    while counts["steps"] < STEPS:
        left = max(1, (STEPS - counts["steps"]) // STEPS_OF_ONE)
        run_state_machine_as_test(
            Bank,
            settings=settings(
                max_examples=left,
                stateful_step_count=STEPS_OF_ONE,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
                report_multiple_bugs=False,
                phases=[Phase.generate, *([Phase.shrink] if STEPS < 1500 else [])],
            ),
        )
        if STEPS > 5000:
            with capfd.disabled():
                print(f"{counts['steps']} steps", file=sys.stderr)
    with capfd.disabled():
        print(f"\n{dict(sorted(counts.items()))}", file=sys.stderr)
