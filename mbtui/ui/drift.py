"""The part of the app that compares entries with the code, beside the following of the bank."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from textual import work
from textual.app import App
from textual.message import Message

if TYPE_CHECKING:
    from mbtui.bank.bank import Bank
    from mbtui.bank.entry import Entry
    from mbtui.bank.paths import Drift
    from mbtui.store.drift import DriftChecker
    from mbtui.store.reading import BankReader
    from mbtui.ui.screens.main import MainScreen

Result = TypeVar("Result")


class Offers(NamedTuple):
    """What may be done about the paths of an entry.

    `renamed` gives the new name of orphaned paths; `mentioned` are files that the entry's text
    names and its paths do not cover.
    """

    renamed: Mapping[str, str]
    mentioned: tuple[str, ...] = ()


@dataclass
class DriftFound(Message):
    """How the entries compare with the code, by key."""

    drifts: Mapping[str, Drift]
    states: Mapping[str, frozenset[str]]


@dataclass
class OffersFound(Message):
    """What may be done about the paths of the entry with this table."""

    entry: Entry
    offers: Offers


@dataclass
class PlaceFound(Message):
    """Where a path leads, or why nowhere."""

    path: Path | None
    line: int
    why_not: str


class DriftApp(App[Result]):
    """Looks at the code in a thread: after the first paint, after changes, and on coming back."""

    reader: BankReader
    bank: Bank
    drifts: Mapping[str, Drift] = {}
    drift_states: Mapping[str, frozenset[str]] | None = None
    """The keys of the entries in each state; None while nobody looked."""
    _looking: bool = False
    _look_again_at_code: bool = False

    @property
    def main(self) -> MainScreen:
        """The main screen, under whatever covers it."""
        raise NotImplementedError

    @cached_property
    def checker(self) -> DriftChecker:
        """What compares; loaded with the first use."""
        from mbtui.store.drift import DriftChecker

        return DriftChecker(self.reader.folder)

    @cached_property
    def _offers(self) -> dict[int, tuple[Entry, Offers]]:
        """What was found for each version of an entry, by its identity."""
        return {}

    def is_code(self, name: str) -> bool:
        """Whether a name is that of a file or folder of the repository."""
        from mbtui.store.code_files import is_code

        return is_code(self.reader.folder, name)

    # Comparing

    def look_at_code(self) -> None:
        """Compare all entries with the code; of several calls meanwhile, one more is made."""
        if self._looking:
            self._look_again_at_code = True
            return
        bank = self.bank
        if self.drifts or any(entry.paths for entry in (*bank.entries, *bank.archive)):
            self._looking = True
            self._compare(bank)
        elif self.drift_states is None:
            self.drift_states = {}
            self.main.show_entry()

    @work(thread=True, group="drift", exit_on_error=False)
    def _compare(self, bank: Bank) -> None:
        from mbtui.store.drift import states_of

        found: Mapping[str, Drift] = self.drifts
        try:
            found = self.checker.check((*bank.entries, *bank.archive), bank.config.review)
        finally:
            if self.is_running:
                self.post_message(DriftFound(found, states_of(found)))

    def on_drift_found(self, event: DriftFound) -> None:
        """Show what changed in it, and look again if something changed meanwhile."""
        self._looking = False
        if self.drift_states != event.states or self.drifts != event.drifts:
            self.drifts, self.drift_states = event.drifts, event.states
            self._offers.clear()
            if self.screen_stack:
                self.main.code.show_drift()
        if self._look_again_at_code:
            self._look_again_at_code = False
            self.look_at_code()

    def look_at_code_again(self) -> None:
        """Compare again what was compared: the code may have changed."""
        if self.drift_states is not None:
            self.look_at_code()

    # What is asked about one entry

    def offers_of(self, entry: Entry) -> Offers | None:
        """What may be done about an entry's paths; None while that is being looked for."""
        known = self._offers.get(id(entry))
        return None if known is None else known[1]

    @work(thread=True, group="offers", exit_on_error=False)
    def find_offers(self, entry: Entry, orphaned: Iterable[str], words: Iterable[str]) -> None:
        """Ask git for new names, and the disk which of the words of a text are files."""
        renamed = {path: new for path in orphaned if (new := self.checker.new_path(path))}
        mentioned = tuple(word for word in words if self.is_code(word.partition("::")[0]))
        if self.is_running:
            self.post_message(OffersFound(entry, Offers(renamed, mentioned)))

    def on_offers_found(self, event: OffersFound) -> None:
        """Show them, if the entry is still there."""
        if len(self._offers) > 500:
            self._offers.clear()
        self._offers[id(event.entry)] = event.entry, event.offers
        if self.screen_stack:
            self.main.code.show_offers(event.entry)

    @work(thread=True, group="offers", exit_on_error=False)
    def find_place(self, text: str) -> None:
        """Look where a path leads."""
        from mbtui.bank.paths import PathError

        try:
            place = self.checker.open_place(text)
            found = PlaceFound(place.path, place.line, "")
        except PathError as error:
            found = PlaceFound(None, 0, str(error))
        if self.is_running:
            self.post_message(found)

    def on_place_found(self, event: PlaceFound) -> None:
        """Open it, unless something else came to the front meanwhile."""
        if self.screen_stack and self.screen is self.main:
            self.main.code.open_place(event.path, event.line, event.why_not)
