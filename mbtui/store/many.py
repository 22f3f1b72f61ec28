"""Changes of many entries that are one change for undo; what fails leaves the others made.

Each file is written once for up to `MOST` entries.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias, TypeVar

from mbtui.bank.entry import Entry
from mbtui.store.changes import Wanted
from mbtui.store.errors import ConflictError, StoreError
from mbtui.store.relocate import Relocation
from mbtui.store.rounds import MOST
from mbtui.store.settling import Settling


class Outcome(NamedTuple):
    """What became of one entry: `error` says why it was not changed; None: it was.

    `entry` is None for an error that is about none of them.
    """

    entry: Entry | None
    error: StoreError | None = None
    warning: str = ""


Outcomes: TypeAlias = Generator[Outcome, None, None]
Ready = TypeVar("Ready")
Errors: TypeAlias = Sequence[StoreError | None]


class ManyChanges(Settling):
    """Changes of many entries, each told when it is on disk.

    Nothing else may be written with this store before the last one is told or the generator is
    closed: it would belong to the same change.
    """

    def archive_each(self, entries: Sequence[Entry], reason: Callable[[Entry], str]) -> Outcomes:
        """Archive entries, each for its reason."""
        return self._each(
            "archive",
            entries,
            lambda entry: self._archiving(entry, reason(entry)),
            _way,
            self._relocate_each,
            lambda entry: self.archive(entry, reason(entry)),
        )

    def restore_each(self, entries: Sequence[Entry]) -> Outcomes:
        """Bring archived entries back."""
        return self._each(
            "restore", entries, self._restoring, _way, self._relocate_each, self.restore
        )

    def move_each(
        self, entries: Sequence[Entry], kind_slug: str, statuses: Mapping[str, str]
    ) -> Outcomes:
        """Move entries to a kind; `statuses` gives the new status for each that the kind lacks."""
        kind = self._kind(kind_slug)
        return self._each(
            "move",
            entries,
            lambda entry: self._moving(entry, kind, statuses.get(entry.status)),
            _way,
            self._relocate_each,
            lambda entry: self.move(entry, kind_slug, status=statuses.get(entry.status)),
        )

    def delete_each(self, entries: Sequence[Entry], reason: str = "") -> Outcomes:
        """Take entries out of the bank for good; the reason of all goes to the change log."""

        def together(part: Sequence[Entry]) -> Errors:
            self._reasons.update((entry.id, reason) for entry in part)
            edits = [functools.partial(self._deletion, entry) for entry in part]
            return self._edit_each(part[0].file, edits)

        return self._each(
            "delete",
            entries,
            lambda entry: entry,
            lambda entry: entry.file,
            together,
            lambda entry: self.delete(entry, reason),
        )

    def update_each(
        self, what: str, changes: Sequence[tuple[Entry, Mapping[str, Any]]], reason: str = ""
    ) -> Outcomes:
        """Give keys of each entry new values, as `update` does; `what` names it for undo."""
        values = {id(entry): wanted for entry, wanted in changes}

        def together(part: Sequence[Wanted]) -> Errors:
            self._reasons.update((item.entry.id, reason) for item in part)
            edits = [functools.partial(self._edit_of_wanted, item) for item in part]
            return self._edit_each(part[0].entry.file, edits)

        return self._each(
            what,
            [entry for entry, _ in changes],
            lambda entry: self._wanted(entry, values[id(entry)], None),
            lambda item: item.entry.file,
            together,
            lambda entry: self.update(entry, values[id(entry)], reason=reason),
        )

    def review_each(self, entries: Sequence[Entry]) -> Outcomes:
        """Note that entries are still true: today's date, the author, what their paths hold.

        One whose text was changed since it was read is not marked, nor is an archived one.
        """
        from mbtui.store.reviews import Reviewing

        return Reviewing(self).each(entries)

    def review(self, entry: Entry) -> Entry:
        """The same of one entry, which is given as written. Raises StoreError."""
        from mbtui.store.reviews import Reviewing

        return Reviewing(self).one(entry)

    def _each(
        self,
        what: str,
        entries: Sequence[Entry],
        prepare: Callable[[Entry], Ready],
        place: Callable[[Ready], str],
        together: Callable[[Sequence[Ready]], Errors],
        alone: Callable[[Entry], object],
    ) -> Outcomes:
        """Change those of one `place` together, and alone what has to be looked for elsewhere."""
        ready: dict[str, list[tuple[Entry, Ready]]] = {}
        left: list[Entry] = []
        with self.bulk(what):
            for entry in entries:
                if not entry.has_own_id or entry.kind.single or entry.inline:
                    left.append(entry)
                    continue
                try:
                    item = prepare(entry)
                except StoreError as error:
                    yield Outcome(entry, error)
                else:
                    ready.setdefault(place(item), []).append((entry, item))
            for group in ready.values():
                for at in range(0, len(group), MOST):
                    part = group[at : at + MOST]
                    errors = self._together(what, [item for _, item in part], together)
                    warning = self.warning
                    for (entry, _), why in zip(part, errors, strict=True):
                        if isinstance(why, ConflictError) and why.theirs is None:
                            left.append(entry)
                        else:
                            yield Outcome(entry, why, "" if why else warning)
            for entry in left:
                try:
                    alone(entry)
                except StoreError as error:
                    yield Outcome(entry, error)
                else:
                    yield Outcome(entry, None, self.warning)

    def _together(
        self,
        what: str,
        part: Sequence[Ready],
        together: Callable[[Sequence[Ready]], Errors],
    ) -> Errors:
        self.warning = ""
        try:
            with self._change(what):
                return together(part)
        except StoreError as error:
            return [error] * len(part)


def _way(going: Relocation) -> str:
    return f"{going.entry.file} {going.target}"
