"""The part of a store that settles git's conflicts and entries that stand in two places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mbtui.bank.entry import Entry
from mbtui.store.config import FORMAT
from mbtui.store.errors import StoreError
from mbtui.store.files import FileChangedError, replace_bytes
from mbtui.store.lock import bank_lock
from mbtui.store.undoing import Undoing

if TYPE_CHECKING:
    from mbtui.bank.merge_section import Version
    from mbtui.store.file_conflicts import FileConflict, Settled


class Settling(Undoing):
    """The part of a store that knows git's conflicts."""

    def conflicts(self) -> list[FileConflict]:
        """The files of the bank that git could not merge, or that hold conflict markers."""
        from mbtui.store.file_conflicts import find_conflicts

        bank_file = self.bank_file or self.load_schema()
        return find_conflicts(self.folder, bank_file.schema)

    def settle(
        self, conflict: FileConflict, decided: Mapping[str, Version | None], *, add: bool = False
    ) -> Settled:
        """Write a file merged, with what was decided by entry; tell git of it with `add`.

        What stays undecided is written with git's markers around it. Raises StoreError.
        """
        from mbtui.store.decisions import remember
        from mbtui.store.file_conflicts import Settled, decided_text
        from mbtui.store.git import add_files

        bank_file = self.bank_file or self.load_schema()
        if bank_file.config.format > FORMAT:
            raise StoreError(f"nothing was written: {bank_file.read_only}")
        if conflict.problem:
            return Settled(conflict.file, [], conflict.problem)
        text, undecided = decided_text(conflict, decided)
        new = text.encode()
        with bank_lock(self.folder):
            if new != (conflict.data or b""):
                self._write(conflict, new)
            if decided and conflict.stages:
                remember(self.folder, conflict.stages, decided)
            added = add and conflict.in_index and not undecided
            if added:
                add_files(self.folder, [conflict.file])
        return Settled(conflict.file, undecided, "", added, conflict.in_index)

    def settle_conflicts(self, *, add: bool = False) -> list[Settled]:
        """Settle every file as far as no decision is needed."""
        return [self.settle(conflict, {}, add=add) for conflict in self.conflicts()]

    def add_to_git(self, files: Sequence[str]) -> None:
        """Tell git that files are merged. Raises GitError."""
        from mbtui.store.git import add_files

        add_files(self.folder, files)

    def remove_copy(self, copy: Entry) -> None:
        """Take away one of the two places of an entry, as the end of its move.

        Raises ConflictError when that place was changed since it was read.
        """
        with self.bulk("move", copy.title):
            self.delete(copy)

    def archive_this_text(self, entry: Entry, twin: Entry) -> None:
        """Give an archived entry the newer text of its live place, and take that place away."""
        wanted: dict[str, Any] = {name: None for name in twin.data if name not in entry.data}
        wanted |= entry.data
        wanted |= {"archived": twin.data.get("archived")}
        with self.bulk("archive", entry.title):
            self.update(twin, wanted)
            self.delete(entry)

    def _write(self, conflict: FileConflict, new: bytes) -> None:
        path = self.folder / conflict.file
        path.parent.mkdir(exist_ok=True)
        try:
            self.warning = replace_bytes(path, self.folder, new, conflict.data)
        except FileChangedError:
            raise StoreError(
                f"{conflict.file} was changed meanwhile; nothing was written, look again"
            ) from None
