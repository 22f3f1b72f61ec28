"""`mbtui check`: what in the bank needs a person."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from mbtui.bank.bank import BANK_FILE, Bank, Problem
from mbtui.bank.check import empty_problem, in_order
from mbtui.bank.review import CHANGE_LOG
from mbtui.bank.safetext import safe_line
from mbtui.cli.arguments import Arguments
from mbtui.cli.context import bank_folder, open_reader, working_directory
from mbtui.cli.output import note, out, out_json, styled
from mbtui.store.checking import orphans_of, problems_of
from mbtui.store.config import FORMAT

CLEAN, FOUND, BROKEN = 0, 1, 3
_TOO_NEW = "too-new"


def check(arguments: Arguments) -> int:
    """`mbtui check`: tell each problem with its place; the exit code says whether there is one."""
    store = open_reader(arguments)
    bank = store.load()
    found = problems_of(store.folder, bank, date.today())
    if not any(problem.file == BANK_FILE for problem in bank.broken_files):
        found = in_order([*found, *orphans_of(store.folder, bank), *_of_the_whole(bank)])
    code = _code(found)
    if arguments.flag("--json"):
        out_json(_json(found, bank))
    else:
        _print(found, bank_folder(arguments))
        _sum_up(found, bank)
    return code


def _of_the_whole(bank: Bank) -> list[Problem]:
    """A format that is too new, or a bank without an entry."""
    found = []
    if bank.config.format > FORMAT:
        found.append(Problem(BANK_FILE, bank.read_only, 1, state=_TOO_NEW))
    empty = None if bank.broken_files else empty_problem(bank)
    return found + ([empty] if empty else [])


def _code(found: Sequence[Problem]) -> int:
    if any(problem.blocks for problem in found):
        return BROKEN
    return FOUND if found else CLEAN


def _json(found: Sequence[Problem], bank: Bank) -> dict[str, Any]:
    return {
        "problems": [
            {
                "file": problem.file,
                "line": problem.line or None,
                "column": problem.column or None,
                "state": problem.state,
                "message": problem.message,
            }
            for problem in found
        ],
        "count": len(found),
        "entries": _count(bank),
        "archived": len(bank.archive),
    }


def _print(found: Sequence[Problem], folder: Path) -> None:
    """A line each, the place as seen from the working directory, as editors take it."""
    for problem in found:
        place = os.path.join(_from_here(folder), problem.place)
        out(f"{styled(safe_line(place), 'bold')}: {safe_line(problem.message)}")


def _from_here(folder: Path) -> str:
    try:
        return str(folder.relative_to(working_directory()))
    except ValueError:
        return str(folder)


def _count(bank: Bank) -> int:
    """How many live entries there are, lines of the change log not among them."""
    return sum(entry.kind.slug != CHANGE_LOG for entry in bank.entries)


def _sum_up(found: Sequence[Problem], bank: Bank) -> None:
    count_of_entries = _count(bank)
    looked = f"{count_of_entries:,} {'entry' if count_of_entries == 1 else 'entries'}"
    if not found:
        note(f"nothing is wrong in {looked}")
        return
    files = len({problem.file for problem in found})
    count = f"{len(found):,} problem{'' if len(found) == 1 else 's'}"
    note(f"{count} in {files:,} file{'' if files == 1 else 's'}; {looked} looked at")
