"""What `[log]` of `bank.toml` says: which changes are written to the change log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mbtui.bank.bank import BANK_FILE, BankConfig, Problem
from mbtui.store.place import in_repository

if TYPE_CHECKING:
    from mbtui.store.review_config import KeyLines

REASONS, ALL, NONE = "reasons", "all", "none"
CHOICES: Final = (REASONS, ALL, NONE)


def log_keep(log: Mapping[str, Any]) -> str:
    """The value of `keep`; empty where it says nothing that is known."""
    keep = log.get("keep", "")
    return keep if isinstance(keep, str) and keep in CHOICES else ""


def log_problems(lines: KeyLines, log: Any) -> Iterator[Problem]:
    """What is wrong in the table, with the line that it is about."""
    if isinstance(log, Mapping) and "keep" in log and not log_keep(log):
        said = log["keep"]
        shown = f'"{said}"' if isinstance(said, str) else repr(said)
        message = f"log.keep: {shown} means nothing; write {', '.join(CHOICES[:2])} or {NONE}"
        yield Problem(BANK_FILE, message, lines.of("log.keep"))


def what_is_kept(config: BankConfig, folder: Path) -> str:
    """Which changes of a bank are written: what carries a reason in git, elsewhere all."""
    return config.log_keep or (REASONS if in_repository(folder) else ALL)
