"""The way through a review session: which entries, where one is, and what became of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from mbtui.bank.due import Attention, Due
from mbtui.ui.wording import plural

MOST: Final = 20
"""How many entries one session goes through: an import of a thousand is not a thousand chores."""

VERIFIED, EDITED, ARCHIVED, SUPERSEDED, SNOOZED, GONE = (
    "verified",
    "edited",
    "archived",
    "superseded",
    "snoozed",
    "gone",
)
WORDS: Final = {
    VERIFIED: "still true",
    EDITED: "edited",
    ARCHIVED: "archived",
    SUPERSEDED: "superseded",
    SNOOZED: "put off",
    GONE: "settled by others meanwhile",
}


class Step(NamedTuple):
    """One entry of the session; a `candidate` is asked about for the archive."""

    due: Due
    candidate: bool = False

    @property
    def key(self) -> str:
        """The entry's key, by which it is found again."""
        return self.due.entry.key


class Done(NamedTuple):
    """Something that was done in the session: where, what, and how many changes it took."""

    at: int
    outcome: str
    changes: int = 1


class Walk:
    """The entries of a session, the longest overdue first, then candidates for the archive."""

    def __init__(self, found: Attention) -> None:
        due, candidates = found.now, found.candidates
        self.steps = [Step(item) for item in due[:MOST]]
        self.due = len(self.steps)
        self.steps += [Step(item, candidate=True) for item in candidates[:MOST]]
        self.later = len(due) - self.due
        self.later_candidates = len(candidates) - len(self.steps) + self.due
        self.at = 0
        self.outcomes: dict[int, str] = {}
        self.history: list[Done] = []

    @property
    def step(self) -> Step | None:
        """Where one is; None at the end."""
        return self.steps[self.at] if self.at < len(self.steps) else None

    @property
    def outcome(self) -> str:
        """What became of the entry here, or nothing yet."""
        return self.outcomes.get(self.at, "")

    def go(self, by: int) -> bool:
        """Go on or back, the end included; whether that led anywhere."""
        at = min(max(self.at + by, 0), len(self.steps))
        moved = at != self.at
        self.at = at
        return moved

    def note(self, outcome: str, changes: int = 1) -> None:
        """Note what was done here, so that it can be taken back."""
        self.outcomes[self.at] = outcome
        self.history.append(Done(self.at, outcome, changes))

    def note_gone(self) -> None:
        """Note that others settled the entry here."""
        self.outcomes[self.at] = GONE

    def take_back(self) -> Done | None:
        """The latest thing that was done, to be taken back; one is there again then."""
        if not self.history:
            return None
        done = self.history.pop()
        earlier = [item.outcome for item in self.history if item.at == done.at]
        self.outcomes.pop(done.at, None)
        if earlier:
            self.outcomes[done.at] = earlier[-1]
        self.at = done.at
        return done

    @property
    def place(self) -> str:
        """*3 of 20*, of the entries or of the candidates."""
        step = self.step
        if step is None:
            return ""
        if step.candidate:
            return f"{self.at - self.due + 1} of {len(self.steps) - self.due}"
        return f"{self.at + 1} of {self.due}"

    @property
    def more(self) -> str:
        """What is left for another day, or nothing."""
        step = self.step
        count = self.later_candidates if step is not None and step.candidate else self.later
        return f"{count:,} more another day" if count else ""

    def tally(self) -> list[str]:
        """How many were verified, edited and so on, most of all first what was done most."""
        return [f"{count:,} {WORDS[word]}" for word, count in self._counts()]

    def _counts(self) -> Iterable[tuple[str, int]]:
        count = Counter(self.outcomes.values())
        return [(word, count[word]) for word in WORDS if count[word]]

    def summary(self) -> Sequence[str]:
        """What a session did, a line for each kind of thing, and what is left."""
        lines = [f"{count:>4,}  {WORDS[word]}" for word, count in self._counts()]
        left = [at for at in range(len(self.steps)) if at not in self.outcomes]
        due = sum(at < self.due for at in left)
        if due:
            lines.append(f"{due:>4,}  skipped, still due")
        if len(left) > due:
            lines.append(f"{len(left) - due:>4,}  kept, not archived")
        return lines

    def rest(self) -> Sequence[str]:
        """What is due beyond this session, behind a blank line, unless the summary says it."""
        if self.later:
            return "", f"{plural(self.later, 'more is', 'more are')} still due."
        skipped = any(at not in self.outcomes for at in range(self.due))
        return () if skipped else ("", "Nothing else is due.")
