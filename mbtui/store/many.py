"""Changes of many entries that are one change for undo; what fails leaves the others made."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from mbtui.bank.entry import Entry
from mbtui.store.errors import StoreError
from mbtui.store.settling import Settling


class Outcome(NamedTuple):
    """What became of one entry: `error` says why it was not changed; None: it was.

    `entry` is None for an error that is about none of them.
    """

    entry: Entry | None
    error: StoreError | None = None
    warning: str = ""


Outcomes: TypeAlias = Generator[Outcome, None, None]


class ManyChanges(Settling):
    """Changes of many entries, each told when it is on disk.

    Nothing else may be written with this store before the last one is told or the iterator is
    closed: it would belong to the same change.
    """

    def archive_each(self, entries: Sequence[Entry], reason: str) -> Outcomes:
        """Archive entries for one reason."""
        return self._each("archive", entries, lambda entry: self.archive(entry, reason))

    def restore_each(self, entries: Sequence[Entry]) -> Outcomes:
        """Bring archived entries back."""
        return self._each("restore", entries, self.restore)

    def delete_each(self, entries: Sequence[Entry]) -> Outcomes:
        """Take entries out of the bank for good."""
        return self._each("delete", entries, self.delete)

    def move_each(
        self, entries: Sequence[Entry], kind: str, statuses: Mapping[str, str]
    ) -> Outcomes:
        """Move entries to a kind; `statuses` gives the new status for each that the kind lacks."""
        return self._each(
            "move",
            entries,
            lambda entry: self.move(entry, kind, status=statuses.get(entry.status)),
        )

    def update_each(
        self, what: str, changes: Sequence[tuple[Entry, Mapping[str, Any]]]
    ) -> Outcomes:
        """Give keys of each entry new values, as `update` does; `what` names it for undo."""
        wanted = {id(entry): values for entry, values in changes}
        entries = [entry for entry, _ in changes]
        return self._each(what, entries, lambda entry: self.update(entry, wanted[id(entry)]))

    def _each(
        self, what: str, entries: Sequence[Entry], change: Callable[[Entry], object]
    ) -> Outcomes:
        with self.bulk(what):
            for entry in entries:
                try:
                    change(entry)
                except StoreError as error:
                    yield Outcome(entry, error)
                else:
                    yield Outcome(entry, None, self.warning)
