"""The drafts of one bank: what was typed in forms and is not saved."""

from __future__ import annotations

from pathlib import Path

from mbtui.bank.bank import Bank
from mbtui.bank.entry import Entry, plain
from mbtui.store.drafts import StoredDraft, load_drafts, remove_draft, save_draft
from mbtui.ui.screens.form import Draft


class Drafts:
    """Drafts by their names; each change is on disk at once."""

    def __init__(self, folder: Path, bank: Bank) -> None:
        self._folder = folder
        self._drafts: dict[str, Draft] = {}
        for stored in load_drafts(folder):
            draft = _revived(stored, bank)
            if draft is not None:
                self._drafts[draft.name] = draft

    def __len__(self) -> int:
        return len(self._drafts)

    def of(self, entry: Entry | None) -> Draft | None:
        """The latest draft of an entry; of a new entry for None."""
        for draft in reversed(self._drafts.values()):
            if entry is None and draft.entry is None:
                return draft
            if entry is not None and draft.entry is not None and draft.entry.key == entry.key:
                return draft
        return None

    def keep(self, draft: Draft) -> None:
        """Keep a draft. Raises OSError; then it is kept in memory only."""
        self._drafts.pop(draft.name, None)
        self._drafts[draft.name] = draft
        identity = draft.entry.key if draft.entry else ""
        stored = StoredDraft(draft.name, draft.kind.slug, identity, draft.base, draft.texts)
        save_draft(self._folder, stored)

    def drop(self, name: str) -> None:
        """Forget a draft. Raises OSError."""
        if self._drafts.pop(name, None) is not None:
            remove_draft(self._folder, name)


def _revived(stored: StoredDraft, bank: Bank) -> Draft | None:
    """The draft with its entry as it is now; of an entry that is gone, as a new entry's.

    None where the bank has no such kind, or cannot be read whole: the draft stays on disk.
    """
    kind = bank.schema.kinds.get(stored.kind)
    if kind is None:
        return None
    found = bank.find(stored.id) if stored.id else []
    if found:
        return Draft(kind, found[0], dict(stored.base), dict(stored.texts), stored.name)
    if stored.id and bank.broken_files:
        return None
    if kind.single:
        empty = Entry(kind, {}, section=kind.section, file=f"{kind.section}.toml")
        return Draft(kind, empty, dict(stored.base), dict(stored.texts), stored.name)
    texts = {name: plain(stored.base[name]) for name in ("title",) if name in stored.base}
    return Draft(kind, None, {}, {**texts, **stored.texts}, stored.name)
