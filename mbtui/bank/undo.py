"""Which change an undo takes back or a redo brings back, and what it did to each entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mbtui.bank.bank import BANK_FILE
from mbtui.bank.review import CHANGE_LOG

UNDO, REDO = "undo", "redo"
"""What the changes are called that take another one back, and that bring it back."""


class Hunk(NamedTuple):
    """One replacement in the text of a file, with the text that stood around it.

    `start` is an offset in characters into the text before the edit, its BOM not counted. `above`
    and `below` are some characters that the edit left as they were; short only at the file's ends.
    """

    start: int
    old: str
    new: str
    above: str
    below: str


class Step(NamedTuple):
    """What one edit of one file did to one entry: its kind and text before and after.

    An empty text means that the entry was not there. `hunks` are the edit itself, in the order of
    the text; a step without them is made by entry alone. `near` are the ids of the entries above
    and below the one that a step takes out. A step without an id is about the file: its texts are
    what the edit took out and what it put in.
    """

    file: str
    id: str
    kind_before: str
    before: str
    kind_after: str
    after: str
    hunks: tuple[Hunk, ...] = ()
    near: tuple[str, str] = ("", "")

    @property
    def is_of_log(self) -> bool:
        """Whether the entry is a line of the change log."""
        return CHANGE_LOG in (self.kind_before, self.kind_after)

    @property
    def inverse(self) -> Step:
        """The step that takes this one back."""
        before, after = (self.kind_before, self.before), (self.kind_after, self.after)
        return Step(self.file, self.id, *after, *before, tuple(_inverse(self.hunks)), self.near)


def _inverse(hunks: Iterable[Hunk]) -> Iterator[Hunk]:
    longer = 0
    for hunk in hunks:
        yield hunk._replace(start=hunk.start + longer, old=hunk.new, new=hunk.old)
        longer += len(hunk.new) - len(hunk.old)


class Change(NamedTuple):
    """One change of the bank as the journal keeps it.

    `what` is a word for people (`edit`, `add`, `archive`, …). `undoes` is the number of the change
    that this one takes back, 0 for a change of its own, and negative for one that was cut short
    while it took a change back. Numbers are unique, and no more. Changes with the same `group`
    (the number of the first of them) are one; 0 is for a change alone.
    """

    number: int
    at: str
    author: str
    what: str
    title: str
    steps: tuple[Step, ...]
    undoes: int = 0
    group: int = 0

    @property
    def ids(self) -> set[str]:
        """The ids of the entries that were changed; not of lines that only tell of that."""
        ids = {step.id for step in self.steps if step.id and not step.is_of_log}
        return ids or {step.id for step in self.steps if step.id}

    @property
    def inverse_steps(self) -> list[Step]:
        """The steps that take this change back, in the order in which they are to be made."""
        return [step.inverse for step in reversed(self.steps)]

    @property
    def summary(self) -> str:
        """What it was, in a few words: `archive of Pool exhausted and 3 more`."""
        more = len(self.ids) - 1
        name = self.title or min(self.ids, default="")
        of = f" of {name}" if name else ""
        return f"{self.what}{of} and {more} more" if more > 0 else f"{self.what}{of}"


def joined(members: Iterable[Change]) -> Change:
    """The changes of one group, the oldest first, as one change."""
    first, *others = members
    last = others[-1] if others else first
    steps = tuple(step for change in (first, *others) for step in change.steps)
    return first._replace(number=first.group, at=last.at, steps=steps, undoes=last.undoes)


class Listed(NamedTuple):
    """A change of somebody's own, and whether it is taken back now."""

    change: Change
    taken_back: bool


def listed(newest_first: Iterable[Change], author: str, entry: str = "") -> Iterator[Listed]:
    """The changes by `author`, of one entry if it is named, the latest first.

    `newest_first` holds the undos and redos of everybody: one may take back what another did.
    """
    gone: set[int] = set()
    for change in newest_first:
        if change.undoes:
            if change.undoes > 0 and change.number not in gone:
                gone.add(change.undoes)
        elif change.author == author and (not entry or entry in change.ids):
            yield Listed(change, change.number in gone)


def to_undo(newest_first: Iterable[Change], author: str, entry: str = "") -> Change | None:
    """The latest change by `author` that still stands; of one entry, if it is named."""
    found = listed(newest_first, author, entry)
    return next((item.change for item in found if not item.taken_back), None)


def to_redo(newest_first: Iterable[Change], author: str) -> Change | None:
    """The latest undo by `author` that still stands, unless they changed something since."""
    gone: set[int] = set()
    for change in newest_first:
        stands = change.undoes > 0 and change.number not in gone
        if stands:
            gone.add(change.undoes)
        if change.author != author or change.undoes < 0:
            continue
        if not change.undoes:
            return None
        if stands and change.what != REDO:
            return change
    return None


class State(NamedTuple):
    """Where an entry stood, and its text."""

    file: str
    kind: str
    text: str


class Turn(NamedTuple):
    """What the steps of a change did to one entry; None: it was not there."""

    id: str
    before: State | None
    after: State | None

    @property
    def is_of_entry(self) -> bool:
        """Whether it is about an entry: no line of the change log, no table of `bank.toml`."""
        states = [state for state in (self.before, self.after) if state is not None]
        return not any(s.kind == CHANGE_LOG or s.file == BANK_FILE for s in states)


def turns(steps: Iterable[Step]) -> dict[str, Turn]:
    """What became of each entry from the first step to the last, by id."""
    first: dict[str, dict[str, State]] = {}
    last: dict[str, dict[str, State]] = {}
    for step in steps:
        if step.id:
            before = State(step.file, step.kind_before, step.before)
            first.setdefault(step.id, {}).setdefault(step.file, before)
            last.setdefault(step.id, {})[step.file] = State(step.file, step.kind_after, step.after)
    return {name: Turn(name, _there(first[name]), _there(last[name])) for name in first}


def _there(states: dict[str, State]) -> State | None:
    return next((state for state in states.values() if state.text), None)
