"""The drafts of one bank: what was typed in forms and is not saved."""

from __future__ import annotations

from pathlib import Path

from mbtui.bank.bank import Bank
from mbtui.bank.entry import plain
from mbtui.store.drafts import StoredDraft, load_drafts, save_drafts
from mbtui.ui.screens.form import Draft

NEW = "new"


class Drafts:
    """Drafts by what they belong to: an entry's id, or `new`; each change is on disk at once."""

    def __init__(self, folder: Path, bank: Bank) -> None:
        self._folder = folder
        self._drafts: dict[str, Draft] = {}
        self._homeless: list[StoredDraft] = []
        for stored in load_drafts(folder):
            draft = _revived(stored, bank)
            if draft is None or draft.key in self._drafts:
                self._homeless.append(stored)
            else:
                self._drafts[draft.key] = draft

    def __len__(self) -> int:
        return len(self._drafts)

    def get(self, key: str) -> Draft | None:
        """The draft of an entry, or the one of a new entry."""
        return self._drafts.get(key)

    def keep(self, key: str, draft: Draft | None) -> None:
        """Keep a draft, or drop it. Raises OSError when it is kept only in memory."""
        if draft is None and key not in self._drafts:
            return
        self._drafts.pop(key, None)
        if draft is not None:
            self._drafts[key] = draft
        kept = [
            StoredDraft(d.kind.slug, d.entry.id if d.entry else "", d.base, d.texts)
            for d in self._drafts.values()
        ]
        save_drafts(self._folder, kept + self._homeless)


def _revived(stored: StoredDraft, bank: Bank) -> Draft | None:
    """The draft with its entry as it is now; of an entry that is gone, as a new entry's."""
    kind = bank.schema.kinds.get(stored.kind)
    if kind is None:
        return None
    found = bank.find(stored.id) if stored.id else []
    if found:
        return Draft(kind, found[0], dict(stored.base), dict(stored.texts))
    if kind.single:
        return None
    texts = {name: plain(stored.base[name]) for name in ("title",) if name in stored.base}
    return Draft(kind, None, {}, {**texts, **stored.texts})
