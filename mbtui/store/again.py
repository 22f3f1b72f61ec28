"""Writing an entry that was deleted or moved while it was edited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mbtui.bank.entry import Entry
from mbtui.store.store import Store

_STAMPS = frozenset({"updated", "updated_by", "archived"})


def write_again(
    store: Store, entry: Entry, mine: Mapping[str, Any], base: Mapping[str, Any]
) -> Entry:
    """Write the edited table `mine` where the entry lives now, else as an entry with its old id.

    `base` is the table the edit began from. Raises StoreError.
    """
    store.load()
    for found in store.bank.find(entry.id):
        if not found.archived:
            changes = {name: mine.get(name) for name in {**base, **mine}}
            return store.update(found, changes, base=base)
    values = {name: value for name, value in mine.items() if name not in _STAMPS}
    if entry.kind.single:
        gone = Entry(entry.kind, {}, section=entry.section, file=entry.file)
        return store.update(gone, values, base={})
    return store.add(entry.kind.slug, values, made_now=False)
