"""Which entries are marked for an action on many, by key, so that marks outlive a reload."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from mbtui.bank.bank import Bank
from mbtui.bank.entry import Entry


class Marks:
    """Keys of entries in the order in which they were marked."""

    def __init__(self) -> None:
        self._keys: dict[str, None] = {}

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def keys(self) -> Collection[str]:
        """The keys; quick to ask whether one is among them."""
        return self._keys.keys()

    def toggle(self, key: str) -> None:
        """Mark an entry, or take its mark away."""
        if key in self._keys:
            del self._keys[key]
        else:
            self._keys[key] = None

    def add(self, keys: Iterable[str]) -> None:
        """Mark these too."""
        self._keys.update(dict.fromkeys(keys))

    def discard(self, keys: Iterable[str]) -> None:
        """Take the marks of these away."""
        for key in keys:
            self._keys.pop(key, None)

    def clear(self) -> None:
        """Take all marks away."""
        self._keys.clear()

    def keep_those_in(self, bank: Bank) -> int:
        """Forget the entries that are gone; how many these were."""
        gone = [key for key in self._keys if key not in bank.by_key]
        self.discard(gone)
        return len(gone)

    def entries(self, bank: Bank) -> list[Entry]:
        """The marked entries as they are now, in the order in which they were marked."""
        return [bank.by_key[key] for key in self._keys if key in bank.by_key]
