"""Which bank a command or a window is about."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from mbtui.bank.bank import BANK_FILE
from mbtui.store.errors import StoreError

FOLDER_NAMES = ("memory-bank", ".memory-bank")
"""The names of a bank's folder; the first wins where both are there."""


class BankNotFoundError(StoreError):
    """There is no bank where one was looked for."""

    exit_code = 1

    def __init__(self, start: Path, named: str | None = None, *, personal: bool = False) -> None:
        self.start = start
        self.named = named
        if personal:
            message = (
                f"you have no bank of your own yet ({start}). `mbtui init --personal` makes it"
            )
        elif named == "":
            message = (
                "the name of the bank is empty: give --bank the bank's folder, or the folder that"
                " holds it, or leave --bank away"
            )
        elif named is None:
            message = (
                f"no memory bank in {start} or above it. `mbtui init` makes one here;"
                " `mbtui --personal` opens your own"
            )
        else:
            message = (
                f"no memory bank at {named}: expected a folder with {BANK_FILE} in it, or one"
                f" that holds memory-bank/{BANK_FILE}. `mbtui init {named}` makes one;"
                " `mbtui --personal` opens your own"
            )
        super().__init__(message)


def personal_bank() -> Path:
    """The folder of the user's own bank; it need not exist."""
    import platformdirs

    return Path(platformdirs.user_data_path("mbtui"))


def find_bank(
    named: str | None, *, personal: bool, start: Path, environ: Mapping[str, str]
) -> Path:
    """The bank folder: the named one, the personal one, `$MBTUI_BANK`, or the nearest above.

    Raises BankNotFoundError. Nothing is made.
    """
    if personal:
        folder = personal_bank()
        if not _is_bank(folder):
            raise BankNotFoundError(folder, str(folder), personal=True)
        return folder
    if named is None:
        named = environ.get("MBTUI_BANK") or None
    if named is not None:
        return _named_bank(start, named)
    return _nearest_bank(start)


def _is_bank(folder: Path) -> bool:
    return os.path.lexists(folder / BANK_FILE)


def _named_bank(start: Path, named: str) -> Path:
    if not named.strip():
        raise BankNotFoundError(start, "")
    path = Path(os.path.abspath(start / os.path.expanduser(named)))
    if path.name == BANK_FILE and path.is_file():
        path = path.parent
    for folder in (path, *(path / name for name in FOLDER_NAMES)):
        if _is_bank(folder):
            return folder
    raise BankNotFoundError(start, named)


def _nearest_bank(start: Path) -> Path:
    start = Path(os.path.abspath(start))
    trusted = {_owner(start), os.getuid()}
    for folder in (start, *start.parents):
        if _owner(folder) not in trusted:
            break
        for bank in (*(folder / name for name in FOLDER_NAMES), folder):
            named = bank.name in FOLDER_NAMES
            if named and _is_bank(bank) and _owner(bank) in trusted:
                return bank
        if _is_linked_worktree(folder):
            break
    raise BankNotFoundError(start)


def _is_linked_worktree(folder: Path) -> bool:
    """Whether git made the folder with `git worktree add`; a bank outside is another checkout's."""
    from mbtui.store.place import git_pointer

    return "/worktrees/" in git_pointer(folder)


def _owner(folder: Path) -> int | None:
    try:
        return folder.stat().st_uid
    except OSError:
        return None
