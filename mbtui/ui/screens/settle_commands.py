"""The command that settles what is in two versions."""

from __future__ import annotations

from mbtui.bank.bank import BANK_FILE
from mbtui.ui.screens.writing import WritingCommands


class SettleCommands(WritingCommands):
    """One method per command, called `do_` and its id."""

    def do_settle(self) -> None:
        """Settle git's conflicts one entry at a time; else the entry that stands in two places."""
        from mbtui.ui.screens.settle import Settle

        if not self._may_settle():
            return
        selected = self.screen.selected
        twice = selected is not None and (
            selected.archived_twin is not None or selected.key in self.screen.bank.leftovers
        )
        settle = Settle(self.screen)
        if self.screen.owner.git_conflicts or not twice:
            self.screen.owner.find_conflicts(settle.begin)
        elif selected is not None:
            settle.places(selected)

    def _may_settle(self) -> bool:
        """Whether the folder can be written; a `bank.toml` in conflict is no hindrance."""
        broken = any(p.file == BANK_FILE for p in self.screen.bank.broken_files)
        return broken or self._may_write()
