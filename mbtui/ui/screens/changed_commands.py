"""What the main screen says of what others changed, and the commands about it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from mbtui.bank.entry import Entry
from mbtui.ui.commands import TREE, key_of
from mbtui.ui.entry_notes import EntryNotes
from mbtui.ui.glance import SEEN_SECONDS, Glance, Sight
from mbtui.ui.glyphs import glyphs
from mbtui.ui.screens.listing import Listed
from mbtui.ui.screens.writing import WritingCommands
from mbtui.ui.tree_rows import CHANGED, TreeRow
from mbtui.ui.wording import plural

if TYPE_CHECKING:
    from mbtui.bank.changed import News
    from mbtui.ui.screens.main import MainScreen

_SEEN = "seen"


class ChangedCommands(WritingCommands):
    """One method per command, called `do_` and its id."""

    def __init__(self, screen: MainScreen) -> None:
        super().__init__(screen)
        self._glance = Glance()
        self._held: dict[str, News] = {}
        """What the row lists: what is seen stays until somebody leaves it."""

    # What is shown

    @property
    def is_listed(self) -> bool:
        """Whether the list is that of what changed."""
        row = self.screen.sections.current
        return row is not None and row.type == CHANGED and not self.screen.search.is_open

    def count(self) -> int | None:
        """How many changes are news; None: the tree has no row for them."""
        news = self.screen.owner.news
        return len(news) if news or self._held else None

    def listed(self, row: TreeRow | None) -> Listed | None:
        """What the row lists; None for another row."""
        screen = self.screen
        if row is None or row.type != CHANGED:
            if self._held:
                self._held = {}
                if not screen.owner.news:
                    screen.call_after_refresh(screen.show_bank)
            return None
        news, bank = screen.owner.news, screen.bank
        self._held = {k: item for k, item in {**self._held, **news}.items() if self._stays(item)}
        entries = [
            news[key].entry if key in news else bank.by_key.get(key, item.entry)
            for key, item in self._held.items()
        ]
        entries.sort(key=lambda entry: -entry.newest)
        words = {key: news[key].what if key in news else _SEEN for key in self._held}
        return Listed(entries, f"{row.label}{glyphs.sep}{len(news):,}", "newest first", words)

    def _stays(self, item: News) -> bool:
        known = item.key in self.screen.bank.by_key
        return known or item.key in self.screen.owner.news or item.now is None

    def is_gone(self, entry: Entry | None) -> bool:
        """Whether an entry that is listed is in the bank no more."""
        return entry is not None and entry.key not in self.screen.bank.by_key and self.is_listed

    def is_news(self, entry: Entry | None) -> bool:
        """Whether others changed an entry, and that is not seen."""
        return entry is not None and entry.key in self.screen.owner.news

    def show(self) -> None:
        """Show in the tree, the lists, the entry and the header what is news now."""
        self.show_marks()
        self.screen.show_bank()

    def show_marks(self) -> None:
        """Show which of the listed entries are news, and which changed just now."""
        for pane in (self.screen.list, self.screen.search.results):
            pane.show_news(self.screen.owner.news.keys(), self.screen.follow.fresh)

    def notes(self, entry: Entry | None, notes: EntryNotes) -> EntryNotes:
        """What is to be said of the entry that is shown, with what others did to it."""
        news = self.screen.owner.news.get(entry.key) if entry is not None else None
        if entry is None or news is None or news.entry.data is not entry.data:
            return notes
        from mbtui.ui.change_lines import told

        words = told(news, self.screen.owner.now(), self.screen.owner.author_of(news))
        fresh = self.screen.follow.fresh == entry.key
        return notes._replace(news=f"{words}; {key_of('changes')} shows what", just_now=fresh)

    # Seen by being shown

    def _sight(self) -> Sight | None:
        """The entry that a person can see now, and its content; follow mode shows nothing so."""
        screen = self.screen
        entry, owner = screen.entry.entry, screen.owner
        shown = owner.screen is screen and screen.entry.display and not screen.follow.on
        if entry is None or not shown or screen.has_class("-too-small"):
            return None
        news = owner.news.get(entry.key)
        if news is None:
            return Sight(entry.key, 0)
        return Sight(entry.key, news.content) if news.entry.data is entry.data else None

    def look(self) -> None:
        """Take note of what is on the screen now."""
        self._glance.show(self._sight(), time.monotonic())
        self._look_soon()

    def key_pressed(self, at: float) -> None:
        """A key came: somebody looks at what is shown."""
        if not self.screen.is_mounted or not hasattr(self.screen, "footer"):
            return
        counting = self._glance.counting
        self._glance.show(self._sight(), at)
        self._glance.key(at)
        self.screen.follow.key_pressed(at)
        if not counting:
            self._look_soon()

    def _look_soon(self) -> None:
        sight = self._glance.seen(float("inf"))
        if sight is not None and sight.key in self.screen.owner.news:
            self.screen.set_timer(SEEN_SECONDS, self._take_seen)

    def _take_seen(self) -> None:
        now = time.monotonic()
        self._glance.show(self._sight(), now)
        sight = self._glance.seen(now)
        if sight is not None and sight.content:
            self.screen.owner.mark_seen([sight.key])

    # Commands

    def do_changes(self) -> None:
        """Show what changed in the entry; from the tree, in the first that changed."""
        screen = self.screen
        news, entry = screen.owner.news, screen.selected
        keys = [item.key for item in screen.list.entries] if self.is_listed else list(news)
        keys = [key for key in keys if key in news]
        here = screen.where != TREE and entry is not None and entry.key in news
        start = entry.key if here and entry is not None else keys[0]
        from mbtui.ui.screens.changes import Changes

        keys = keys if start in keys else [start, *keys]
        screen.app.push_screen(Changes(screen.owner, keys, start))

    def do_seen(self) -> None:
        """Take the entry's change as seen, and go to the next."""
        entry = self.screen.selected
        if entry is not None:
            self.screen.owner.mark_seen([entry.key])
        if self.is_listed:
            self.screen.list.move_cursor(1)

    def do_seen_all(self) -> None:
        """Take all changes as seen."""
        news = self.screen.owner.news
        count = len(news)
        self.screen.owner.mark_seen(list(news))
        self.screen.say(f"Seen: {plural(count, 'change')}")
