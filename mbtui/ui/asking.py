"""The part of the app that answers what is in the bank: lists, searches, kinds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from textual.app import App

from mbtui.bank.entry import Entry
from mbtui.bank.order import default_order
from mbtui.bank.review import CHANGE_LOG
from mbtui.bank.schema import Kind

if TYPE_CHECKING:
    from mbtui.bank.bank import Bank
    from mbtui.bank.query import Query
    from mbtui.bank.quickadd import QuickAdd
    from mbtui.bank.search import Index, Results, States
    from mbtui.bank.vocabulary import Vocabulary

ReturnType = TypeVar("ReturnType")


class AskingApp(App[ReturnType]):
    """An app that knows its bank; what it worked out stays until the bank changes."""

    bank: Bank
    now: Callable[[], datetime]
    drift_states: States | None

    @property
    def changed_states(self) -> States:
        """The keys of the entries that others changed, by the word that a query has for it."""
        raise NotImplementedError

    def is_code(self, name: str) -> bool:
        """Whether a name is that of a file or folder of the repository."""
        raise NotImplementedError

    def forget_answers(self) -> None:
        """Work everything out anew: the bank is another one."""
        for name in ("_index", "_vocabulary", "_everything"):
            self.__dict__.pop(name, None)

    @cached_property
    def _index(self) -> Index:
        from mbtui.bank.search import Index

        return Index(self.bank)

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        from mbtui.bank.vocabulary import vocabulary_of

        return vocabulary_of(self.bank)

    @cached_property
    def _everything(self) -> list[Entry]:
        return default_order(e for e in self.bank.entries if e.kind.slug != CHANGE_LOG)

    def everything(self) -> list[Entry]:
        """All entries but the change log, the open and newest first."""
        return self._everything

    def _query(self, text: str) -> Query:
        from mbtui.bank.query import parse_query

        return parse_query(text, self._vocabulary, self.now().astimezone().date())

    def search(self, text: str) -> Results:
        """What a query finds."""
        states = {**(self.drift_states or {}), **self.changed_states}
        return self._index.search(self._query(text), states=states)

    def prepare_search(self) -> None:
        """Do what the first search for words would have to do first."""
        self._index.warm()

    def find(self, text: str) -> list[Entry]:
        """The entries of a saved search."""
        return self.search(text).entries if text.strip() else []

    def count_of(self, text: str) -> int:
        """How many entries a saved search has."""
        return len(self.find(text))

    def kind_for_new(self, slug: str) -> Kind:
        """The kind of a new entry: the named one if it takes entries, else the capture kind."""
        kinds = self.bank.schema.kinds
        kind = kinds.get(slug)
        return (
            kind if kind is not None and not kind.single else kinds[self.bank.config.capture_kind]
        )

    def parse_quick_add(self, text: str, slug: str) -> QuickAdd:
        """What a quick-add line means; `slug` names the selected kind."""
        from mbtui.bank.quickadd import parse_quick_add

        return parse_quick_add(
            text,
            self.bank.schema,
            kind=self.kind_for_new(slug),
            path_exists=self.is_code,
        )

    def single_entry(self, kind: Kind) -> Entry:
        """The entry of a kind that is one table, also while it is not written yet."""
        found = self.bank.by_kind.get(kind.slug)
        if found:
            return found[0]
        return Entry(kind, {}, section=kind.section, file=f"{kind.section}.toml")
