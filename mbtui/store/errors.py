"""What can go wrong with a bank, each with a sentence for people and an exit code for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mbtui.bank.bank import Problem
from mbtui.bank.entry import Entry


class StoreError(Exception):
    """A bank could not be read or written; `str()` says why and what to do."""

    exit_code = 3


class NotFoundError(StoreError):
    """No entry has the id that was asked for."""

    exit_code = 1


class InputError(StoreError):
    """What was given cannot be written: an unknown kind, a status that the kind lacks."""

    exit_code = 2


class AmbiguousIdError(StoreError):
    """The start of an id fits several entries, which are in `matches`."""

    exit_code = 2

    def __init__(self, text: str, matches: Sequence[Entry]) -> None:
        self.matches = list(matches)
        places = ", ".join(f"{e.id} ({e.file}:{e.line})" for e in self.matches[:5])
        more = ", ..." if len(self.matches) > 5 else ""
        super().__init__(f"{text!r} is the start of several ids: {places}{more}")


class BrokenFileError(StoreError):
    """The file cannot be read as it is, so it is never written; `problem` says where."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(f"{problem}; nothing was written. Mend the file, then try again")


class ReadOnlyBankError(StoreError):
    """Nothing may be written: a newer format, a broken `bank.toml`, a read-only folder."""


class ConflictError(StoreError):
    """Someone else changed the same fields since the entry was loaded; nothing was written.

    `base`, `mine` and `theirs` are whole tables (`theirs` is None when the entry was deleted);
    `fields` names the keys on which a person has to decide. Of an undo (or redo), `mine` is what
    it would bring back: empty where it would take the entry away, which somebody changed since.
    `base` is empty where the entry was not there before.
    """

    def __init__(
        self,
        entry: Entry,
        base: Mapping[str, Any],
        mine: Mapping[str, Any],
        theirs: Mapping[str, Any] | None,
        fields: Sequence[str],
    ) -> None:
        self.entry = entry
        self.base = dict(base)
        self.mine = dict(mine)
        self.theirs = None if theirs is None else dict(theirs)
        self.fields = list(fields)
        what = "deleted" if theirs is None else f"changed ({', '.join(fields)})"
        super().__init__(
            f"{entry.id} was {what} in {entry.file} by someone else meanwhile; nothing was written"
        )
