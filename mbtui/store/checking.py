"""All that is wrong in a bank: in its files, its words, and the code that it names."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from mbtui.bank.bank import BANK_FILE, Bank, Problem
from mbtui.bank.check import findings, in_order
from mbtui.store.bank_file_words import with_lines
from mbtui.store.files import UnreadableError, read_bytes
from mbtui.store.review_config import KeyLines


def problems_of(folder: Path, bank: Bank, today: date) -> list[Problem]:
    """Everything that the bank alone tells, what blocks first, then by file and line.

    With `bank.toml` broken nobody knows which words are right, and nothing is said of them.
    """
    if any(problem.file == BANK_FILE for problem in bank.broken_files):
        return in_order(bank.problems)
    found = findings(bank, today)
    if any(problem.file == BANK_FILE for problem in found):
        lines = KeyLines(_text_of(folder))
        found = with_lines(lines, found)
    return in_order([*bank.problems, *found])


def _text_of(folder: Path) -> str:
    try:
        data = read_bytes(folder / BANK_FILE, folder)
    except UnreadableError:
        return ""
    return data[0].decode("utf-8-sig", "replace") if data else ""


def orphans_of(folder: Path, bank: Bank) -> list[Problem]:
    """The paths of open entries that lead nowhere, with the name that git knows them by now."""
    wanted = [entry for entry in bank.entries if "paths" in entry.data and not entry.closed]
    if not wanted:
        return []
    from mbtui.store.drift import DriftChecker, orphan_problems

    checker = DriftChecker(folder)
    drifts = checker.check(wanted, bank.config.review)
    return orphan_problems(wanted, drifts, checker.new_path)
