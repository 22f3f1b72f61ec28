"""The part of the app that knows what others changed since its user looked."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar

from textual import events, work
from textual.app import App
from textual.message import Message

if TYPE_CHECKING:
    from mbtui.bank.bank import Bank
    from mbtui.bank.changed import News
    from mbtui.store.bank_history import BankHistory, LastChange
    from mbtui.store.reading import BankReader
    from mbtui.store.seen import SeenText
    from mbtui.store.whats_new import Look, WhatsNew
    from mbtui.ui.screens.main import MainScreen

Result = TypeVar("Result")

OTHERS_SECONDS = 2.0
"""How often it is looked whether another program of the same user marked something as seen."""


MOST_TRIES: Final = 3
"""So often a look that failed is made again before the bank changes."""

KEEPER: Final = "mbtui-seen"
"""The name of the thread for which the program waits when it ends."""

MOST_COMMITS: Final = 1000
"""So many commits are looked through for who changed an entry by hand."""


@dataclass
class ChangesFound(Message):
    """What is news in the bank; None: the look failed."""

    look: Look | None


@dataclass
class SeenKept(Message):
    """What was marked as seen is kept; `problem` says why not."""

    problem: str


@dataclass
class AuthorFound(Message):
    """Who made a change by hand, as git says."""

    news: News
    found: LastChange


class ChangedApp(App[Result]):
    """Looks for news in a thread: after the first paint, and with every change of the bank."""

    reader: BankReader
    bank: Bank
    news: Mapping[str, News] = {}
    """What was not seen yet, by the key of the entry, in the order of the bank."""
    news_known = False
    """Whether somebody looked for news yet."""
    _finding: bool = False
    _find_again: bool = False
    _failed_looks: int = 0
    _told_problem: bool = False
    _marked: Mapping[str, int] = {}
    _mark: tuple[int, ...] = ()

    @property
    def main(self) -> MainScreen:
        """The main screen, under whatever covers it."""
        raise NotImplementedError

    @cached_property
    def whats_new(self) -> WhatsNew:
        """What compares; loaded with the first use."""
        from mbtui.store.whats_new import WhatsNew

        return WhatsNew(self.reader.folder, self.reader.author, self._begun)

    @cached_property
    def _authors(self) -> dict[tuple[str, int], LastChange]:
        return {}

    @cached_property
    def _asked_for(self) -> set[tuple[str, int]]:
        """Of whom git was asked for the author since the bank changed."""
        return set()

    @cached_property
    def _git_lock(self) -> threading.Lock:
        """Held by the one thread that asks git."""
        return threading.Lock()

    @cached_property
    def _history(self) -> BankHistory:
        from mbtui.store.bank_history import BankHistory

        return BankHistory(self.reader.folder, self.bank.schema)

    def on_mount(self) -> None:
        """Begin when the first screen is drawn; what this user does from now on is seen."""
        self.call_after_refresh(self._begin_changes)
        self.set_interval(OTHERS_SECONDS, self._look_at_others)

    def _begin_changes(self) -> None:
        from mbtui.store.journal import Journal

        self._begun = Journal(self.reader.folder).position()
        self.look_at_changes()

    async def on_event(self, event: events.Event) -> None:
        """Note that somebody is there."""
        if isinstance(event, (events.Key, events.MouseDown)) and self.screen_stack:
            self.main.changed.key_pressed(time.monotonic())
        await super().on_event(event)

    # Looking

    def look_at_changes(self) -> None:
        """Look for news; of several calls meanwhile, one more look is made."""
        self._failed_looks = 0
        self._asked_for.clear()
        self._look()

    def _look(self) -> None:
        if self._finding:
            self._find_again = True
            return
        self._finding = True
        self._find(self.bank)

    @work(thread=True, group="changes", exit_on_error=False)
    def _find(self, bank: Bank) -> None:
        look: Look | None = None
        try:
            look = self.whats_new.look(bank, self.reader.last_read)
            self._mark = self.whats_new.memory.mark()
        finally:
            if self.is_running:
                self.post_message(ChangesFound(look))

    def on_changes_found(self, event: ChangesFound) -> None:
        """Show what is news, and look again if something changed meanwhile."""
        self._finding = False
        look = event.look
        if look is None:
            self._failed_looks += 1
            self._look_once_more()
            return
        self._failed_looks = 0
        first = not self.news_known
        self.news_known = True
        marked = self._marked
        news = {k: item for k, item in look.news.items() if marked.get(k) != item.content}
        self._marked = {key: content for key, content in marked.items() if key in look.news}
        changed = news != self.news
        self.news = news
        self._tell_problem(look.problem)
        if self.screen_stack:
            asked = first and any("is:changed" in text for text in self.bank.config.views.values())
            if changed or asked:
                self._show_news()
            self.main.follow.moved([key for key in look.moved if key in self.bank.by_key])
        self._look_once_more()

    def _look_once_more(self) -> None:
        if self._find_again:
            self._find_again = False
            self.look_at_changes()

    def _show_news(self) -> None:
        self.main.changed.show()
        for screen in self.screen_stack:
            getattr(screen, "news_changed", lambda: None)()

    def _look_at_others(self) -> None:
        if self._finding:
            return
        failed = 0 < self._failed_looks <= MOST_TRIES
        if failed or (self.news_known and self.whats_new.memory.mark() != self._mark):
            self._look()

    def _tell_problem(self, problem: str) -> None:
        if problem and not self._told_problem:
            self._told_problem = True
            self.main.say(f"What you have seen is known only until you quit ({problem})")

    @property
    def changed_states(self) -> Mapping[str, frozenset[str]]:
        """The keys of what is news, as a search takes them; nothing while that is not known."""
        return {"changed": frozenset(self.news)} if self.news_known else {}

    def changed_words(self) -> list[str]:
        """What the header says."""
        return [f"{len(self.news):,} changed"] if self.news else []

    # Seen

    def mark_seen(self, keys: Collection[str]) -> None:
        """Take these entries as seen as they are now."""
        items = [self.news[key] for key in keys if key in self.news]
        if not items:
            return
        self._marked = {**self._marked, **{item.key: item.content for item in items}}
        self.news = {key: item for key, item in self.news.items() if key not in self._marked}
        self._show_news()
        self._keep_seen(items, self.bank)

    @work(thread=True, group="changes", exit_on_error=False)
    def _keep_seen(self, items: list[News], bank: Bank) -> None:
        problem = ""
        try:
            problem = self.whats_new.see(items, bank.schema, self.reader.last_read)
        finally:
            if self.is_running:
                self.post_message(SeenKept(problem))

    def on_seen_kept(self, event: SeenKept) -> None:
        """Look again: something may have changed since it was marked."""
        self._marked = {}
        self._tell_problem(event.problem)
        self.look_at_changes()

    def forget_news(self, news: News) -> None:
        """Show it no more: it was reverted. The look that follows knows better, if need be."""
        self._marked = {**self._marked, news.key: news.content}
        self.news = {key: item for key, item in self.news.items() if key != news.key}
        self._show_news()

    def keep_what_was_seen(self) -> None:
        """Write what could not be written yet, before the program ends, which waits for it."""
        new = self.__dict__.get("whats_new")
        if new is not None and not new.memory.is_kept:
            threading.Thread(target=new.keep, name=KEEPER).start()

    # One change

    def author_of(self, news: News) -> LastChange | None:
        """What git says of a change by hand; asked for, where that is not known yet."""
        if not news.outside:
            return None
        known = news.key, news.content
        if known not in self._authors and known not in self._asked_for:
            self._asked_for.add(known)
            self._ask_git(news, self.bank)
        return self._authors.get(known)

    @work(thread=True, group="authors", exit_on_error=False)
    def _ask_git(self, news: News, bank: Bank) -> None:
        from mbtui.store.whats_new import change_in_git

        with self._git_lock:
            if not self.is_running:
                return
            self._history.refresh(bank.schema)
            found = change_in_git(news, self._history, MOST_COMMITS)
        if found is not None and self.is_running:
            self.post_message(AuthorFound(news, found))

    def on_author_found(self, event: AuthorFound) -> None:
        """Show who it was."""
        self._authors[event.news.key, event.news.content] = event.found
        if self.screen_stack:
            self._show_news()

    def on_unmount(self) -> None:
        """End git; in a thread of its own, for one may be reading."""
        if "_history" in self.__dict__:
            threading.Thread(target=self._close_history, daemon=True).start()

    def _close_history(self) -> None:
        with self._git_lock:
            self._history.close()

    def text_before(self, news: News) -> SeenText | None:
        """The text of an entry when it was last seen; for a thread."""
        return self.whats_new.text_before(news)
