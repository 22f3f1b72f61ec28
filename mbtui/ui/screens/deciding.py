"""What every command shares that may meet another change: the question, and what is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from mbtui.bank.entry import Entry
from mbtui.store.errors import ConflictError, StoreError
from mbtui.ui.screens.writing import WritingCommands

if TYPE_CHECKING:
    from mbtui.ui.comparison import Comparison, Decision


class Outcomes(NamedTuple):
    """What is done with an answer.

    `done` takes what was written; `conflict` asks again when that met a newer change; `failed`
    takes any other reason. `left` is called when nothing was decided, `other` with an outcome of
    the comparison's own. `keep` takes texts that are typed as results. `write` writes in its own
    way. `reason` is why the status gets another value, if it does in the end.
    """

    done: Callable[[Entry | None], None]
    conflict: Callable[[ConflictError], None]
    failed: Callable[[StoreError], None]
    left: Callable[[], None] = lambda: None
    other: Callable[[Decision], None] = lambda decision: None
    keep: Callable[[Mapping[str, str]], None] = lambda texts: None
    write: Callable[[Decision], Entry | None] | None = None
    reason: str = ""


class DecidingCommands(WritingCommands):
    """Ask in the conflict screen, then write what was decided."""

    def decide(self, comparison: Comparison, outcomes: Outcomes) -> None:
        """Show both texts, and write what is chosen."""
        from mbtui.ui.comparison import SAVE
        from mbtui.ui.screens.conflict import Conflict

        def answered(decision: Decision | None) -> None:
            if decision is None:
                outcomes.left()
            elif decision.outcome != SAVE:
                outcomes.other(decision)
            else:
                self.write(lambda: self._written(comparison, decision, outcomes), outcomes)

        screen = Conflict(comparison, self.screen.owner.now(), outcomes.keep)
        self.screen.app.push_screen(screen, answered)

    def write(self, work: Callable[[], Entry | None], outcomes: Outcomes) -> None:
        """Make a change that may meet a newer one."""

        def not_written(error: StoreError) -> None:
            if isinstance(error, ConflictError):
                outcomes.conflict(error)
            else:
                outcomes.failed(error)

        self.screen.owner.change(work, outcomes.done, not_written)

    def _written(
        self, comparison: Comparison, decision: Decision, outcomes: Outcomes
    ) -> Entry | None:
        from mbtui.store.again import write_again
        from mbtui.ui.comparison import decided

        if outcomes.write is not None:
            return outcomes.write(decision)
        store, entry = self.screen.owner.store, comparison.entry
        if comparison.theirs.data is None:
            return write_again(store, entry, comparison.mine.data or {}, comparison.base or {})
        base, changes = decided(comparison, decision)
        reason = outcomes.reason if "status" in changes else ""
        return store.update(entry, changes, base=base, reason=reason)
