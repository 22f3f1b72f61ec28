"""The part of the app that knows which paths can be offered while one is typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from textual import work
from textual.app import App
from textual.message import Message

if TYPE_CHECKING:
    from mbtui.bank.path_hints import PathNames
    from mbtui.bank.tag_hints import TagHints
    from mbtui.store.drift import DriftChecker

Result = TypeVar("Result")


@dataclass
class NamesFound(Message):
    """The names of the project's files."""

    names: PathNames


@dataclass
class SymbolsFound(Message):
    """The names that a file defines."""

    file: str
    names: Sequence[str]


class PathNamesApp(App[Result]):
    """Lists files, and reads symbols, in a thread and when first asked; what is typed waits not."""

    _names: PathNames | None = None
    _names_are_old = True
    _listing = False
    _symbols: dict[str, Sequence[str] | None]
    """By file; None while it is being read."""

    @property
    def checker(self) -> DriftChecker:
        """What reads the code."""
        raise NotImplementedError

    def forget_path_names(self) -> None:
        """Look again at the next word: the code may have changed."""
        self._names_are_old = True
        self._symbols = {}

    def path_hints(self, line: str) -> TagHints:
        """What may be meant in a line of paths, as far as it is known by now."""
        from mbtui.bank.path_hints import hints_in_path

        return hints_in_path(line, self._known_names(), self._known_symbols)

    def path_hints_in_quick_add(self, line: str) -> TagHints:
        """What may be meant at the end of a quick-add line, as far as it is known by now."""
        if "/" not in line and "." not in line:
            from mbtui.bank.tag_hints import NO_HINTS

            return NO_HINTS
        from mbtui.bank.path_hints import path_hints_in_quick_add

        return path_hints_in_quick_add(line, self._known_names(), self._known_symbols)

    def _known_names(self) -> PathNames:
        if self._names_are_old and not self._listing:
            self._names_are_old, self._listing = False, True
            self._symbols = {}
            self._list_files()
        if self._names is None:
            from mbtui.bank.path_hints import PathNames

            return PathNames(())
        return self._names

    @work(thread=True, group="names", exit_on_error=False)
    def _list_files(self) -> None:
        from mbtui.bank.path_hints import PathNames

        names = PathNames(())
        try:
            names = PathNames(self.checker.file_names())
        finally:
            if self.is_running:
                self.post_message(NamesFound(names))

    def on_names_found(self, event: NamesFound) -> None:
        """Offer what fits what was typed meanwhile."""
        self._names, self._listing = event.names, False
        self._offer_again()

    def _known_symbols(self, file: str) -> Sequence[str]:
        if file not in self._symbols:
            self._symbols[file] = None
            self._read_symbols(file)
        return self._symbols[file] or ()

    @work(thread=True, group="names", exit_on_error=False)
    def _read_symbols(self, file: str) -> None:
        names: Sequence[str] = ()
        try:
            names = self.checker.symbol_names(file)
        finally:
            if self.is_running:
                self.post_message(SymbolsFound(file, names))

    def on_symbols_found(self, event: SymbolsFound) -> None:
        """Offer what fits what was typed meanwhile."""
        self._symbols[event.file] = event.names
        self._offer_again()

    def _offer_again(self) -> None:
        if self.screen_stack:
            getattr(self.screen.focused, "offer_again", lambda: None)()
