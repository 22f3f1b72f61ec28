"""What the commands share: the bank that is meant, its store, the entry that an id names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from mbtui.bank.bank import Bank
from mbtui.bank.entry import Entry
from mbtui.cli.arguments import Arguments, UsageError
from mbtui.store.author import current_author
from mbtui.store.errors import AmbiguousIdError, NotFoundError
from mbtui.store.locate import find_bank
from mbtui.store.reading import BankReader

if TYPE_CHECKING:
    from mbtui.store.store import Store


def bank_folder(arguments: Arguments) -> Path:
    """The folder of the bank that the command line means. Raises BankNotFoundError."""
    return find_bank(
        arguments.one("--bank"),
        personal=arguments.flag("--personal"),
        start=working_directory(),
        environ=os.environ,
    )


def author() -> str:
    """Who is writing."""
    return current_author(os.environ, working_directory())


def open_reader(arguments: Arguments) -> BankReader:
    """That bank, to be read; nothing is read yet."""
    return BankReader(bank_folder(arguments), author="")


def open_store(arguments: Arguments) -> Store:
    """That bank, to be written by the present author; nothing is read yet.

    What a killed mbtui left in the bank is cleared.
    """
    from mbtui.store.store import Store

    store = Store(bank_folder(arguments), author=author())
    store.sweep()
    return store


def working_directory() -> Path:
    """Where the command was called. Raises UsageError when that folder is gone."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise UsageError("the working directory is gone; go to another one") from None


def matching(bank: Bank, start: str) -> list[Entry]:
    """The entries of one id, which `start` is or begins; a single table may still be empty.

    More than one means that the id stands in several places. Raises NotFoundError, telling of
    files that could not be read, and AmbiguousIdError where `start` begins several ids.
    """
    found = bank.find(start)
    if not found:
        single = bank.schema.kinds.get(start)
        file = f"{single.section}.toml" if single and single.single else ""
        if single and file and all(problem.file != file for problem in bank.broken_files):
            return [Entry(single, {}, section=single.section, file=file)]
        broken = "; ".join(str(problem) for problem in bank.broken_files)
        if broken:
            error = NotFoundError(f"no entry that can be read has the id {start!r}; {broken}")
            error.exit_code = 3
            raise error
        raise NotFoundError(f"no entry has the id {start!r}; `mbtui search` looks in the texts")
    if len({entry.id for entry in found}) > 1:
        raise AmbiguousIdError(start, found)
    return found


def the_entry(bank: Bank, start: str, *, archived: bool = False) -> Entry:
    """The one live (or archived) entry of an id. Raises as `matching` does."""
    found = matching(bank, start)
    here = [entry for entry in found if entry.archived is archived]
    if not here:
        where = "is not in the archive" if archived else "is in the archive; restore it first"
        raise NotFoundError(f"{found[0].id} {where}")
    if len(here) > 1 and all(entry.key != start for entry in here[1:]):
        places = " and ".join(f"{entry.file}:{entry.line}" for entry in here)
        raise UsageError(f"the id {here[0].id} stands in {places}; give one of them a new id")
    return next((entry for entry in here if entry.key == start), here[0])


def checked_text(text: str) -> str:
    """`text` as given on the command line, fit for a file. Raises UsageError."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UsageError("an argument is not valid UTF-8; nothing was written") from None
    return text
