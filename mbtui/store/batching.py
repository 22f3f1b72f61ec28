"""Edits of many entries that write each file once."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

from mbtui.bank.bank import BANK_FILE
from mbtui.bank.merge import same_value
from mbtui.store.editing import Editing, meant, step_of
from mbtui.store.errors import StoreError
from mbtui.store.proof import ProofError
from mbtui.store.rounds import Round
from mbtui.store.section_text import Block, SectionText
from mbtui.store.strict import strict_edits
from mbtui.store.writer import Edit, rewrite_file

EditOf: TypeAlias = Callable[[SectionText], Edit | None]


class Proved(NamedTuple):
    """A round of edits, and the text read that they leave."""

    round: Round
    read: SectionText


class Batching(Editing):
    """Edits of one file made together; the caller is inside of one change."""

    def _edit_each(self, file: str, changes: Sequence[EditOf]) -> list[StoreError | None]:
        """Make edits of as many entries of a file, each another one, in one step on the disk.

        Gives for each why it was not made; the others are. Each is proved as one alone would be.
        """
        errors: list[StoreError | None] = [None] * len(changes)

        def build(section: SectionText) -> list[Proved]:
            errors[:] = [None] * len(changes)
            proved: list[Proved] = []
            left = list(range(len(changes)))
            while left:
                now, later = Round(section), []
                for at in left:
                    try:
                        edit = changes[at](section)
                    except StoreError as error:
                        errors[at] = error
                    else:
                        if edit is not None and not now.add(edit):
                            later.append(at)
                if now.made:
                    section = now.prove()
                    proved.append(Proved(now, section))
                left = later
            return proved

        try:
            self._rewrite(file, build)
        except ProofError:
            errors[:] = [self._tried(file, change) for change in changes]
        except StoreError as error:
            errors[:] = [found or error for found in errors]
        return errors

    def _update_edit(self, section: SectionText, block: Block, data: dict[str, Any]) -> Edit:
        if section.file == BANK_FILE:
            from mbtui.store.bank_table import table_edits

            edits = table_edits(section, block, data)
            return Edit(edits, meant(block.entry.kind, data, block.entry))
        old = block.entry.data
        changed: dict[str, Any] = {
            name: value
            for name, value in data.items()
            if name not in old or not same_value(old[name], value)
        }
        changed.update({name: None for name in old if name not in data})
        edits = strict_edits(section, block, changed, data)
        return Edit(edits, meant(block.entry.kind, data, block.entry))

    def _tried(self, file: str, change: EditOf) -> StoreError | None:
        try:
            self._edit(file, change)
        except StoreError as error:
            return error
        return None

    def _rewrite(self, file: str, build: Callable[[SectionText], list[Proved]]) -> None:
        """Write what `build` makes of the file as it is now, and note each edit as a step."""
        schema = self._schema_to_write(file)
        proved: list[Proved] = []

        def make(section: SectionText) -> SectionText | None:
            proved[:] = build(section)
            return proved[-1].read if proved else None

        written = rewrite_file(
            self.folder,
            file,
            schema,
            self.last_read(file),
            make,
            functools.partial(self.being_written, file),
        )
        self._take_in(file, written)
        if written.data is None:
            return
        for now, read in proved:
            for made in now.made:
                step = step_of(file, now.section, read, made.meant, made.hunks, made.known_as)
                self._steps.append(step._replace(near=made.near))
