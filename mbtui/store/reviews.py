"""What a review writes, and what an entry that takes another's place does."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mbtui.bank.entry import Entry, plain, strings
from mbtui.bank.merge import merge_entry, same_value
from mbtui.bank.review import AGENT, AGENT_REVIEW, by_agent, local_day
from mbtui.store.changes import Wanted
from mbtui.store.drift import DriftChecker
from mbtui.store.editing import changed_table
from mbtui.store.errors import ConflictError, InputError, StoreError
from mbtui.store.many import Errors, ManyChanges, Outcomes
from mbtui.store.section_text import SectionText
from mbtui.store.writer import Edit

SUPERSEDED = "superseded"
_OF_REVIEWS = frozenset({"reviewed", "reviewed_by", "checked", *AGENT_REVIEW})
_NO_TEXT = _OF_REVIEWS | {"id", "updated", "updated_by"}


class Reviewing:
    """Reviews of entries as they were seen: who verifies a text says nothing of a newer one."""

    def __init__(self, store: ManyChanges) -> None:
        self.store = store
        bank_file = store.bank_file or store.load_schema()
        self._agents_count = bank_file.config.review.get("agents") is True
        self._today = store.now().astimezone().date()
        self._code = DriftChecker(store.folder)

    def each(self, entries: Sequence[Entry]) -> Outcomes:
        """Review entries, as one change for undo."""
        return self.store._each(
            "review",
            entries,
            self._wanted,
            lambda wanted: wanted.entry.file,
            self._together,
            self.one,
        )

    def one(self, entry: Entry) -> Entry:
        """Review an entry, wherever it is live by now, and give it as written."""
        store, wanted = self.store, self._wanted(entry)
        with store._change("review"):
            try:
                return self._written(entry.file, wanted)
            except ConflictError as error:
                if error.theirs is not None:
                    raise
            places = [found for found in store._elsewhere(entry) if not found.archived]
            if not places:
                raise StoreError(
                    f"{entry.id} was deleted or archived by someone else meanwhile;"
                    " nothing was written"
                )
            return self._written(places[0].file, wanted)

    def _written(self, file: str, wanted: Wanted) -> Entry:
        section = self.store._edit(file, functools.partial(self._edit, wanted))
        return self.store._block_of(section, wanted.entry, wanted.base, wanted.mine).entry

    def _together(self, part: Sequence[Wanted]) -> Errors:
        edits = [functools.partial(self._edit, wanted) for wanted in part]
        return self.store._edit_each(part[0].entry.file, edits)

    def _wanted(self, entry: Entry) -> Wanted:
        if entry.archived:
            raise InputError(f"{entry.id} is in the archive; restore it to review it")
        changes = self._values(entry)
        self.store._check_values(changes)
        return Wanted(entry, dict(entry.data), changed_table(entry.data, changes))

    def _values(self, entry: Entry) -> dict[str, Any]:
        """The keys that a review gives an entry.

        An agent's says nothing of the code, and stands beside a person's instead of replacing it:
        it resets nothing unless the bank counts it.
        """
        who = {"reviewed": self._today, "reviewed_by": self.store.author}
        data = entry.data
        if self.store.author.startswith(AGENT) and not self._agents_count:
            if local_day(data.get("reviewed")) and not by_agent(data):
                return dict(zip(AGENT_REVIEW, who.values(), strict=True))
            return who
        checked: dict[str, str] = {}
        with contextlib.suppress(OSError):  # A review is worth more than a hash.
            checked |= self._code.hashes(entry.paths)
        old: dict[str, Any] = {name: None for name in AGENT_REVIEW if name in data}
        return {**who, **old, **({"checked": checked} if checked else {})}

    def _edit(self, wanted: Wanted, section: SectionText) -> Edit | None:
        store, entry = self.store, wanted.entry
        block = store._block_of(section, entry, wanted.base, wanted.mine)
        theirs = block.entry.data
        base, mine = wanted.in_kind(block.entry.kind)
        if not same_value(_text(base), _text(theirs)):
            raise StoreError(
                f"{entry.id} was changed by someone else meanwhile; look at it again: it was not"
                " marked as reviewed"
            )
        merged, _ = merge_entry(base, mine, theirs)
        if same_value(merged, theirs):
            return None
        known = entry.kind.single or block.entry.has_own_id
        return store._update_edit(
            section, block, merged if known else store._stamped(entry, merged)
        )


def _text(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in _NO_TEXT}


def supersede(
    store: ManyChanges,
    old: Entry,
    new: Entry,
    reason: str,
    find: Callable[[str], Sequence[Entry]],
) -> Entry:
    """Say on both entries that `new` takes the place of `old`; gives the old one as written.

    The new one is written first, and nothing is when one of the two cannot be. `find` gives the
    entries of an id. Raises StoreError.
    """
    _check_pair(old, new, find)
    gives: dict[str, Any] = {"superseded_by": new.id}
    if SUPERSEDED in old.kind.statuses:
        gives["status"] = SUPERSEDED
    takes = {"supersedes": list(dict.fromkeys([*strings(new.data.get("supersedes")), old.id]))}
    both = [store._wanted(new, takes, None), store._wanted(old, gives, None)]
    with store.bulk("supersede", old.title), store._change("supersede"):
        store._reasons[old.id] = reason
        for wanted in both:
            store._edit_of_wanted(wanted, store._section(wanted.entry.file))
        if new.file == old.file and new.has_own_id and old.has_own_id:
            edits = [functools.partial(store._edit_of_wanted, wanted) for wanted in both]
            for error in filter(None, store._edit_each(old.file, edits)):
                raise error
        else:
            store._merged_into(new.file, both[0])
        return store._merged_into(old.file, both[1])


def _check_pair(old: Entry, new: Entry, find: Callable[[str], Sequence[Entry]]) -> None:
    for entry in (old, new):
        if entry.kind.single:
            raise InputError(f"{entry.kind.title} is one table; nothing takes its place")
        if entry.archived:
            raise InputError(f"{entry.id} is in the archive; restore it first")
    if old.key == new.key:
        raise InputError(f"{old.id} cannot take its own place")
    earlier = plain(old.data.get("superseded_by", ""))
    if earlier and earlier != new.id and find(earlier):
        raise InputError(f"{old.id} is superseded by {earlier} already")
    step, seen = new, {new.id}
    while following := plain(step.data.get("superseded_by", "")):
        if following == old.id:
            raise InputError(f"{new.id} is itself superseded by {old.id}")
        found = [] if following in seen else find(following)
        if not found:
            return
        seen.add(following)
        step = found[0]
