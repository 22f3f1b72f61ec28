"""The drafts of one bank: what was typed in forms and is not saved."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from mbtui.bank.bank import Bank
from mbtui.bank.entry import Entry
from mbtui.store.alive import is_running, this_process
from mbtui.store.drafts import TOML_TEXT, StoredDraft, load_drafts, remove_draft, save_draft
from mbtui.ui.draft import Draft


class Drafts:
    """Drafts by their names, the oldest first; each change is on disk at once.

    Drafts of another mbtui that still runs are its own business. `clock` gives seconds since the
    epoch.
    """

    def __init__(self, folder: Path, bank: Bank, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._clock = clock
        self._drafts: dict[str, Draft] = {}
        self.look(bank)

    def __len__(self) -> int:
        return len(self._drafts)

    def look(self, bank: Bank) -> None:
        """Take in what other programs left since the last look."""
        from mbtui.store.handed_over import take_in

        take_in(self._folder)
        me = this_process()
        for found in load_drafts(self._folder):
            mine = found.writer == me
            if found.name not in self._drafts and (mine or not is_running(found.writer)):
                draft = _revived(found, bank)
                if draft is not None:
                    self._drafts[draft.name] = draft

    def names(self) -> list[str]:
        """The names of all drafts, the oldest first."""
        return list(self._drafts)

    def named(self, name: str, bank: Bank) -> Draft | None:
        """A draft with its entry as it is in `bank`; one that is gone stays as it was known."""
        draft = self._drafts.get(name)
        if draft is None or draft.entry is None:
            return draft
        return replace(draft, entry=present(draft, bank) or draft.entry)

    def of(self, entry: Entry | None, *, as_toml: bool = False) -> Draft | None:
        """The latest draft of an entry, of a new entry for None: a form's, or one typed as TOML."""
        for draft in reversed(self._drafts.values()):
            if (TOML_TEXT in draft.texts) != as_toml:
                continue
            if entry is None and draft.entry is None:
                return draft
            if entry is not None and draft.entry is not None and draft.entry.key == entry.key:
                return draft
        return None

    def keep(self, draft: Draft) -> None:
        """Keep a draft. Raises OSError; then it is kept in memory only."""
        self._drafts.pop(draft.name, None)
        self._drafts[draft.name] = replace(draft, when=self._clock())
        save_draft(self._folder, stored(draft))

    def drop(self, name: str) -> None:
        """Forget a draft. Raises OSError."""
        if self._drafts.pop(name, None) is not None:
            remove_draft(self._folder, name)


def stored(draft: Draft) -> StoredDraft:
    """A draft as it is kept on disk."""
    identity = draft.entry.key if draft.entry else ""
    made = StoredDraft(draft.name, draft.kind.slug, identity, draft.base, draft.texts)
    return made._replace(base_text=draft.base_text, table=draft.table)


def present(draft: Draft, bank: Bank) -> Entry | None:
    """The entry that a draft is of, as it is in `bank`; None where it is not, or never was."""
    return _found(draft.entry.key, bank) if draft.entry is not None else None


def _found(key: str, bank: Bank) -> Entry | None:
    return next((entry for entry in bank.find(key) if key in (entry.key, entry.id)), None)


def _revived(stored: StoredDraft, bank: Bank) -> Draft | None:
    """The draft with its entry as it is now, or was when it began where it is gone.

    None where the bank has no such kind, or cannot be read whole: the draft stays on disk.
    """
    kind = bank.schema.kinds.get(stored.kind)
    if kind is None:
        return None
    entry = _found(stored.id, bank) if stored.id else None
    if stored.id and entry is None:
        if bank.broken_files:
            return None
        base = {} if kind.single else dict(stored.base)
        entry = Entry(kind, base, section=kind.section, file=f"{kind.section}.toml")
        entry.id = entry.key = stored.id
    draft = Draft(kind, entry, dict(stored.base), dict(stored.texts), name=stored.name)
    table = None if stored.table is None else dict(stored.table)
    return replace(draft, when=stored.when, base_text=stored.base_text, table=table)
