"""A bank on disk: loaded, followed and written."""

from __future__ import annotations

from mbtui.bank.entry import Entry
from mbtui.store.as_text import TextEdits
from mbtui.store.many import ManyChanges
from mbtui.store.reading import BankReader


class Store(BankReader, TextEdits, ManyChanges):
    """One bank folder. Not safe for use from two threads at once."""

    @classmethod
    def continuing(cls, reader: BankReader) -> Store:
        """The store of a bank that `reader` has read; both know what either reads or writes.

        What writes takes as long to load as all that reads: a screen loads it with the first
        change.
        """
        if isinstance(reader, cls):
            return reader
        store = cls.__new__(cls)
        store.__dict__ = reader.__dict__
        return store

    def save_view(self, name: str, query: str) -> None:
        """Save a search under a name, in place of another one of that name. Raises StoreError."""
        from mbtui.store.bank_table import views_entry

        views = self.bank.config.views
        self.update(views_entry(views), {name: query}, base=dict(views))

    def supersede(self, old: Entry, new: Entry, reason: str = "") -> Entry:
        """Say on both entries that `new` takes the place of `old`; gives the old one as written.

        The old one gets the status `superseded` where its kind has that; a reason goes to the
        change log. Raises StoreError; then nothing was written.
        """
        from mbtui.store.reviews import supersede

        return supersede(self, old, new, reason, self.bank.find)
