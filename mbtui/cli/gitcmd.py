"""The commands for git: the merge driver, and settling what git could not merge."""

from __future__ import annotations

import os
from pathlib import Path

from mbtui.bank.bank import BANK_FILE
from mbtui.bank.safetext import safe_line
from mbtui.cli.arguments import Arguments, UsageError
from mbtui.cli.context import open_store, working_directory
from mbtui.cli.output import note, out, out_json

CANNOT = 2
"""The driver's exit code where git's own merge by line has to do it; 1 is a conflict."""


def merge_driver(arguments: Arguments) -> int:
    """`mbtui merge-driver %O %A %B %P`: merge three versions of a file of a bank into the second.

    0: merged; 1: merged as far as it goes, a person has to decide on the rest; 2: not merged.
    """
    from mbtui.store.config import load_bank_file, packaged
    from mbtui.store.files import MAX_BYTES
    from mbtui.store.merge_file import MergeError, merge_file

    if len(arguments.rest) != 4:
        raise UsageError("merge-driver is called by git: mbtui merge-driver %O %A %B %P")
    here = working_directory()
    base, mine, theirs = (here / name for name in arguments.rest[:3])
    file = arguments.rest[3]
    bank = (here / file).parent
    bank = bank.parent if bank.name == "archive" else bank
    schema = load_bank_file(bank).schema if (bank / BANK_FILE).is_file() else packaged()
    inside = os.path.relpath(here / file, bank)
    try:
        data = [path.read_bytes() for path in (base, mine, theirs)]
        if max(map(len, data)) > MAX_BYTES:
            raise MergeError(f"larger than {MAX_BYTES >> 20} MiB")
        old, ours, others = (item.decode() for item in data)
        merged = merge_file(inside, old, ours, others, schema)
    except (MergeError, UnicodeDecodeError, OSError) as error:
        note(f"mbtui does not merge {file}: {error}; git merges it by line")
        return CANNOT
    _put(mine, merged.text.encode())
    told = merged.told(file)
    if told:
        from mbtui.cli.settings import key_now

        key = key_now("settle")
        for line in told:
            note(f"{line}. In `mbtui`, {key} shows both texts")
    return 1 if merged.undecided else 0


def _put(path: Path, data: bytes) -> None:
    """Give git's temporary file its new content in one step."""
    temporary = path.with_name(f"{path.name}.mbtui")
    try:
        temporary.write_bytes(data)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def resolve(arguments: Arguments) -> int:
    """`mbtui resolve [--add]`: settle what git could not merge and needs no decision."""
    store = open_store(arguments)
    store.load_schema()
    settled = store.settle_conflicts(add=arguments.flag("--add"))
    if arguments.flag("--json"):
        out_json(
            {
                "settled": [item.file for item in settled if item.is_settled],
                "added": [item.file for item in settled if item.added],
                "undecided": [
                    {"file": item.file, "id": entry.key, "fields": list(entry.conflicts)}
                    for item in settled
                    for entry in item.undecided
                ],
                "unreadable": {item.file: item.problem for item in settled if item.problem},
            }
        )
    else:
        if not settled:
            out("Nothing to settle: git has no unmerged file here")
        for item in settled:
            for line in item.told():
                (out if item.is_settled else note)(safe_line(line))
        if any(item.undecided for item in settled):
            note("`mbtui` asks about them one by one: M, with both texts beside each other")
    return 0 if all(item.is_settled for item in settled) else 3


def set_up(bank: Path, *, wanted: bool) -> list[str]:
    """Register git's merge driver for a bank, or take it away; what was done."""
    from mbtui.store.git_setup import remove_git, set_up_git

    return set_up_git(bank) if wanted else remove_git(bank)
