"""What stands above the panes while something is wrong with the bank's files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbtui.ui.commands import key_of
from mbtui.ui.wording import short_line

if TYPE_CHECKING:
    from mbtui.ui.app import MbtuiApp


def notice_of(owner: MbtuiApp) -> tuple[str, ...]:
    """What is wrong; then what that means, and the key, which is never cut."""
    broken = owner.bank.broken_files
    conflicts = owner.git_conflicts
    if owner.state == "missing":
        return ("the bank is gone from its folder; what was read stays here, nothing is saved",)
    if owner.state.startswith("stale"):
        since = owner.state.removeprefix("stale ")
        return (f"the files cannot be read {since}; what was read stays here",)
    if conflicts:
        from mbtui.ui.questions_git import conflict_notice

        return (conflict_notice(conflicts),)
    if broken:
        more = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
        first = broken[0]
        means = "" if first.partial else "last good content stays"
        if first.file == "bank.toml":
            means = "read-only until it is mended"
        return short_line(f"{first}{more}"), means, f"{key_of('problems')} shows it"
    return (short_line(owner.bank.read_only),)
