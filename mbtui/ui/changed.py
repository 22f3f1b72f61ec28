"""The part of the app that knows what others changed since its user looked."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from textual import events, work
from textual.app import App
from textual.message import Message

if TYPE_CHECKING:
    from mbtui.bank.bank import Bank
    from mbtui.bank.changed import News
    from mbtui.store.last_change import LastChange
    from mbtui.store.reading import BankReader
    from mbtui.store.seen import SeenText
    from mbtui.store.whats_new import Look, WhatsNew
    from mbtui.ui.screens.main import MainScreen

Result = TypeVar("Result")

OTHERS_SECONDS = 2.0
"""How often it is looked whether another program of the same user marked something as seen."""


@dataclass
class ChangesFound(Message):
    """What is news in the bank."""

    look: Look


@dataclass
class SeenKept(Message):
    """What was marked as seen is kept; `problem` says why not."""

    problem: str


@dataclass
class AuthorFound(Message):
    """Who made a change by hand, as git says; None: it does not know."""

    news: News
    found: LastChange | None


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
    def _authors(self) -> dict[tuple[str, int], LastChange | None]:
        return {}

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
        if self._finding:
            self._find_again = True
            return
        self._finding = True
        self._find(self.bank)

    @work(thread=True, group="changes", exit_on_error=False)
    def _find(self, bank: Bank) -> None:
        from mbtui.store.whats_new import Look

        look = Look(self.news)
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
        if self._find_again:
            self._find_again = False
            self.look_at_changes()

    def _show_news(self) -> None:
        self.main.changed.show()
        for screen in self.screen_stack:
            getattr(screen, "news_changed", lambda: None)()

    def _look_at_others(self) -> None:
        if self.news_known and not self._finding and self.whats_new.memory.mark() != self._mark:
            self.look_at_changes()

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

    # One change

    def author_of(self, news: News) -> LastChange | None:
        """What git says of a change by hand; asked for, where that is not known yet."""
        if not news.outside:
            return None
        known = news.key, news.content
        if known not in self._authors:
            self._authors[known] = None
            self._ask_git(news)
        return self._authors[known]

    @work(thread=True, group="changes", exit_on_error=False)
    def _ask_git(self, news: News) -> None:
        from mbtui.store.last_change import last_change

        lines = 0
        if news.now is not None:
            text = self.whats_new.text_now(self.bank, news.now, self.reader.last_read)
            lines = text.count("\n") if text else 1
        found = last_change(self.reader.folder, news.entry, lines)
        if found is not None and self.is_running:
            self.post_message(AuthorFound(news, found))

    def on_author_found(self, event: AuthorFound) -> None:
        """Show who it was."""
        self._authors[event.news.key, event.news.content] = event.found
        if self.screen_stack:
            self._show_news()

    def text_before(self, news: News) -> SeenText | None:
        """The text of an entry when it was last seen; for a thread."""
        return self.whats_new.text_before(news)
