"""What the app knows of git's conflicts in its bank."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from textual import work
from textual.app import App
from textual.message import Message
from textual.timer import Timer

from mbtui.store.errors import StoreError
from mbtui.store.git import git_folder_of, is_merging

if TYPE_CHECKING:
    from mbtui.bank.bank import Bank
    from mbtui.store.file_conflicts import FileConflict
    from mbtui.store.reading import BankReader
    from mbtui.store.store import Store
    from mbtui.ui.screens.main import MainScreen

LOOK_AGAIN_SECONDS = 2.0
"""How often an unfinished merge is looked at: that it was committed changes no file of the bank."""

Result = TypeVar("Result")


@dataclass
class ConflictsFound(Message):
    """The files that git has not merged; `done` goes on with them."""

    conflicts: Sequence[FileConflict]
    done: Callable[[Sequence[FileConflict]], None]


class GitConflictsApp(App[Result]):
    """Looks for conflicts in a thread, only while git is in the middle of a merge."""

    reader: BankReader

    @property
    def store(self) -> Store:
        """What writes the bank."""
        raise NotImplementedError

    bank: Bank
    _lock: threading.Lock
    git_conflicts: Sequence[FileConflict] = ()
    _look_again: Timer | None = None

    @property
    def main(self) -> MainScreen:
        """The main screen, under whatever covers it."""
        raise NotImplementedError

    def look_for_conflicts(self) -> None:
        """Bring `git_conflicts` up to date, if there may be any."""
        marked = any(problem.state == "conflict" for problem in self.bank.problems)
        git = git_folder_of(self.reader.folder)
        if marked or self.git_conflicts or (git is not None and is_merging(git)):
            self.find_conflicts(lambda _: None)

    @work(thread=True, group="git", exit_on_error=False)
    def find_conflicts(self, done: Callable[[Sequence[FileConflict]], None]) -> None:
        """Ask git, then call `done` with the files that are not merged."""
        found: Sequence[FileConflict] = ()
        try:
            with self._lock:
                found = self.store.conflicts()
        except StoreError:
            pass
        if self.is_running:
            self.post_message(ConflictsFound(found, done))

    def on_conflicts_found(self, event: ConflictsFound) -> None:
        """Show that there are conflicts, or that there are none any more."""
        if not self.screen_stack:
            return
        if bool(event.conflicts) != (self._look_again is not None):
            if self._look_again is not None:
                self._look_again.stop()
                self._look_again = None
            else:
                self._look_again = self.set_interval(LOOK_AGAIN_SECONDS, self.look_for_conflicts)
        if event.conflicts or self.git_conflicts:
            self.git_conflicts = tuple(event.conflicts)
            self.main.show_header()
        event.done(event.conflicts)
