"""Which change an undo takes back, and which a redo brings back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Step(NamedTuple):
    """What one edit of one file did to one entry: its kind and text before and after.

    An empty text means that the entry was not there.
    """

    file: str
    id: str
    kind_before: str
    before: str
    kind_after: str
    after: str

    @property
    def inverse(self) -> Step:
        """The step that takes this one back."""
        return Step(self.file, self.id, self.kind_after, self.after, self.kind_before, self.before)


class Change(NamedTuple):
    """One change of the bank as the journal keeps it.

    `what` is a word for people (`edit`, `add`, `archive`, …). `undoes` is the number of the change
    that this one takes back, 0 for a change of its own. Numbers are unique, and no more.
    """

    number: int
    at: str
    author: str
    what: str
    title: str
    steps: tuple[Step, ...]
    undoes: int = 0

    @property
    def ids(self) -> set[str]:
        """The ids of the entries that were changed."""
        return {step.id for step in self.steps}

    @property
    def inverse_steps(self) -> list[Step]:
        """The steps that take this change back, in the order in which they are to be made."""
        return [step.inverse for step in reversed(self.steps)]


def undone(changes: Iterable[Change]) -> set[int]:
    """The numbers of the changes that are taken back now; an undo may be taken back itself."""
    gone: set[int] = set()
    by_number: dict[int, Change] = {}
    for change in changes:
        by_number[change.number] = change
        if not change.undoes:
            continue
        gone.add(change.undoes)
        target = by_number.get(change.undoes)
        if target is not None and target.undoes:
            gone.discard(target.undoes)
    return gone


def to_undo(changes: Sequence[Change], author: str, entry: str = "") -> Change | None:
    """The latest change of its own by `author` that still stands; of one entry, if it is named."""
    gone = undone(changes)
    for change in reversed(changes):
        if change.undoes or change.number in gone or change.author != author:
            continue
        if not entry or entry in change.ids:
            return change
    return None


def to_redo(changes: Sequence[Change], author: str) -> Change | None:
    """The latest undo by `author` that still stands, unless they changed something since."""
    gone = undone(changes)
    by_number = {change.number: change for change in changes}
    for change in reversed(changes):
        if change.author != author:
            continue
        if not change.undoes:
            return None
        target = by_number.get(change.undoes)
        is_redo = target is not None and target.undoes
        if not is_redo and change.number not in gone:
            return change
    return None
