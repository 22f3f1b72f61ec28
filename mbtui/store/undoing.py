"""Taking changes back, and bringing them back again."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from mbtui.bank.bank import BANK_FILE
from mbtui.bank.entry import Entry
from mbtui.bank.review import CHANGE_LOG
from mbtui.bank.undo import REDO, UNDO, Change, Listed, Step, listed, to_redo, to_undo, turns
from mbtui.store.errors import ConflictError, InputError, NotFoundError, StoreError
from mbtui.store.inverse import Act, Decision, Inverses, Plan, Sections
from mbtui.store.journal import Group, Journal
from mbtui.store.rounds import MOST
from mbtui.store.turns import Turns


class TakenBack(NamedTuple):
    """An undo or redo: the change it was about, and one of its entries as it is now, if any.

    `made` is False when nothing of the change was left to take back. `note` tells what of it
    stays, in a sentence or an empty text.
    """

    change: Change
    entry: Entry | None
    made: bool
    note: str = ""


class Attempt(NamedTuple):
    """An undo or redo: `change` is what is inverted, `named` the change that people know it by.

    `begun` is the group of an earlier attempt that was cut short, or 0.
    """

    change: Change
    named: Change
    what: str
    decided: Mapping[str, Decision]
    begun: int = 0


class UndoConflictError(ConflictError):
    """The entry was changed since in the same place; nothing was written.

    `mine` is what the undo (or redo) would make of the entry, empty where it would take it away;
    `base` what the change left, `theirs` what is there now. `change` is the one that is taken back
    or brought back, `what` is `undo` or `redo`. `Store.decide` goes on with what a person decides.
    """

    def __init__(self, found: ConflictError, attempt: Attempt) -> None:
        super().__init__(found.entry, found.base, found.mine, found.theirs, found.fields)
        self.attempt = attempt
        self.change = attempt.named
        self.what = attempt.what
        what = "deleted" if found.theirs is None else f"changed ({', '.join(found.fields)})"
        done = "taken back" if attempt.what == UNDO else "brought back"
        self.args = (
            f"{found.entry.id} was {what} since in {found.entry.file}; nothing was {done}",
        )


class Undoing(Inverses):
    """Undo and redo over the journal of this user, also after a restart."""

    def undo(self, entry: str = "", *, by: str = "") -> TakenBack:
        """Take back the latest change by this author (or `by`) that stands, or one entry's latest.

        What others changed since stays: edits are merged, an entry that was moved or archived is
        followed. Raises NotFoundError when there is nothing to take back, UndoConflictError when
        the entry was changed since in the same place; then nothing was written.
        """
        with Turns(self.folder) as turn:
            identity = self._whole_id(entry)
            author = by or self.author
            changes = _CutShort(Journal(self.folder).newest_first(author=author, holding=identity))
            change = to_undo(changes, author, identity)
            if change is None:
                what = f"of {entry} " if entry else ""
                raise NotFoundError(f"no change {what}by {author} is left to take back")
            begun = changes.group_of(change.number)
            return self._take_back(Attempt(change, change, UNDO, {}, begun), turn)

    def redo(self) -> TakenBack:
        """Bring back the change that was last taken back. Raises as `undo` does."""
        with Turns(self.folder) as turn:
            changes = _CutShort(Journal(self.folder).newest_first(author=self.author))
            change = to_redo(changes, self.author)
            if change is None:
                raise NotFoundError(
                    f"nothing was taken back by {self.author} since the last change"
                )
            since = self._since(change.undoes)
            own = next((item for item in since if item.number == change.undoes), change)
            begun = changes.group_of(change.number)
            return self._take_back(Attempt(change, own, REDO, {}, begun), turn)

    def decide(self, error: UndoConflictError, decision: Decision) -> TakenBack:
        """Go on with an undo or redo that met a newer change, as a person decided about the entry.

        Raises UndoConflictError for the next entry on which somebody has to decide, and when the
        entry was changed once more; NotFoundError when that change was taken back meanwhile.
        """
        attempt = error.attempt
        decided = {**attempt.decided, error.entry.id: decision}
        with Turns(self.folder) as turn:
            number = attempt.change.number
            changes = _CutShort(self._since(number))
            if _is_gone(changes, number):
                raise NotFoundError("that was done meanwhile by another mbtui")
            begun = changes.group_of(number)
            return self._take_back(attempt._replace(decided=decided, begun=begun), turn)

    def latest_changes(self, entry: str = "", *, by: str = "") -> Iterator[Listed]:
        """The changes of this author (or `by`) that an undo can name, the latest first."""
        author, identity = by or self.author, self._whole_id(entry)
        changes = Journal(self.folder).newest_first(author=author, holding=identity)
        return listed(changes, author, identity)

    def can_undo(self) -> bool:
        """Whether a change by this author is left to take back."""
        changes = Journal(self.folder).newest_first(author=self.author)
        return to_undo(changes, self.author) is not None

    def can_redo(self) -> bool:
        """Whether something that this author took back can be brought back."""
        return (
            to_redo(Journal(self.folder).newest_first(author=self.author), self.author) is not None
        )

    def _since(self, number: int) -> Iterator[Change]:
        """The undos and redos since a change, and the change, the latest first."""
        return Journal(self.folder).newest_first(holding=f"number = {number},")

    def _whole_id(self, start: str) -> str:
        """The one id in the journal that begins so; `start` itself where it is one, or none does.

        Raises InputError when several begin so.
        """
        if not start:
            return ""
        found: set[str] = set()
        for change in Journal(self.folder).newest_first(holding=start):
            if start in change.ids:
                return start
            found.update(identity for identity in change.ids if identity.startswith(start))
        if len(found) > 1:
            few = ", ".join(sorted(found)[:5])
            raise InputError(f"{start!r} is the start of several ids: {few}")
        return found.pop() if found else start

    def _take_back(self, attempt: Attempt, turn: Turns) -> TakenBack:
        """Make the inverse of a change, a journal line a write, so that a crash loses nothing."""
        change, named, what, _, begun = attempt
        try:
            acts, notes = self._acts(attempt)
        except ConflictError as error:
            raise UndoConflictError(error, attempt) from None
        outer, self._group = self._group, Group(what, named.title, begun)
        entry: Entry | None = None
        made, log_alone = False, all(step.is_of_log for step in change.steps)
        try:
            for left, act in zip(range(len(acts) - 1, -1, -1), acts, strict=True):
                with self._recorded(what, -change.number if left else change.number):
                    # The table of `bank.toml` is edited like an entry, and shown as none.
                    found = act()
                    entry = entry if found and found.file == BANK_FILE else _to_show(found, entry)
                    made = made or any(step.is_of_log is log_alone for step in self._steps)
                if left:
                    turn.give_way()
        except ConflictError as error:
            raise UndoConflictError(error, attempt) from None
        finally:
            self._group = outer
        return TakenBack(named, entry, made, "; ".join(notes))

    def _acts(self, attempt: Attempt) -> tuple[list[Act], list[str]]:
        """What is to be done, in its order, all of it checked; and notes, to which it may add."""
        steps = attempt.change.inverse_steps
        sections: Sections = functools.cache(self._section)
        lines = [step for step in steps if step.is_of_log]
        if len(lines) < len(steps):
            steps = [step for step in steps if not step.is_of_log]
        else:
            lines = []
        plans = self._plans(steps, attempt, sections)
        notes = [plan.note for plan in plans.values() if plan.note]
        if not any(plan.exact or plan.acts for plan in plans.values()) and all(s.id for s in steps):
            lines = []  # Nothing is taken back, so what they tell stays true.
        try:
            plans |= self._plans(lines, attempt, sections)
            steps = [*steps, *lines]
        except StoreError:
            notes.append("its line in the change log stays, for that was changed since")
        acts: list[Act] = []
        together: list[Step] = []
        for step in steps:
            plan = plans.get(step.id)
            if plan is not None and plan.exact:
                if not _may_join(together, step):
                    together = []
                    acts.append(functools.partial(self._make_each, together))
                together.append(step)
                continue
            together = []
            if plan is None:
                acts.append(functools.partial(self._make_in_file, step, notes))
            else:
                acts += plan.acts
                plans[step.id] = Plan()
        return acts or [lambda: None], notes

    def _plans(self, steps: list[Step], attempt: Attempt, sections: Sections) -> dict[str, Plan]:
        """How each entry gets back, all of it checked."""
        plans = {
            turn.id: self._planned(turn, sections, attempt.decided.get(turn.id))
            for turn in turns(steps).values()
        }
        self._check(steps, plans, sections)
        return plans

    def _check(self, steps: list[Step], plans: Mapping[str, Plan], sections: Sections) -> None:
        """Raise what would stop the exact steps halfway."""
        seen: set[tuple[str, str]] = set()
        rewritten = {step.file for step in steps if not step.id}
        for step in steps:
            if not step.id or not plans[step.id].exact:
                continue
            section = sections(step.file)
            if (step.file, step.id) not in seen:
                self._checked(step, section)
            if (step.file, step.kind_after) not in seen and step.file not in rewritten:
                self._check_room(step, section)
            seen |= {(step.file, step.id), (step.file, step.kind_after)}


def _to_show(found: Entry | None, before: Entry | None) -> Entry | None:
    """Which entry people are shown: the last one, but no line that only tells of it."""
    if found is None or (before is not None and found.kind.slug == CHANGE_LOG):
        return before
    return found


def _may_join(together: list[Step], step: Step) -> bool:
    """Whether a step can be made with those before it: on the same file, on another entry."""
    if not 0 < len(together) < MOST or together[0].file != step.file:
        return False
    return all(other.id != step.id for other in together)


def _is_gone(newest_first: Iterable[Change], number: int) -> bool:
    """Whether a change (or an undo) is taken back now."""
    gone: set[int] = set()
    for change in newest_first:
        if change.number == number:
            break
        if change.undoes > 0 and change.number not in gone:
            gone.add(change.undoes)
    return number in gone


class _CutShort:
    """Undos and redos that were cut short, noted while a journal is read, the latest first."""

    def __init__(self, newest_first: Iterable[Change]) -> None:
        self._changes = newest_first
        self._groups: dict[int, int] = {}

    def __iter__(self) -> Iterator[Change]:
        for change in self._changes:
            if change.undoes:
                begun = change.group if change.undoes < 0 else 0
                self._groups.setdefault(abs(change.undoes), begun)
            yield change

    def group_of(self, number: int) -> int:
        """The group of an unfinished undo of the change with this number, 0 without one."""
        return self._groups.get(number, 0)


__all__ = ["Decision", "TakenBack", "UndoConflictError", "Undoing"]
