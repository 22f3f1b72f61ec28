"""What others changed since one looked: a diff a screen, each to be kept or reverted."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from textual.app import ComposeResult
from textual.binding import Binding

from mbtui.bank.changed import News
from mbtui.bank.entry import Entry
from mbtui.store.errors import StoreError
from mbtui.ui.change_lines import told
from mbtui.ui.glyphs import glyphs
from mbtui.ui.screens.reading import ReadingScreen
from mbtui.ui.widgets.bars import Bar, Footer
from mbtui.ui.widgets.change_view import ChangeView
from mbtui.ui.widgets.entry_view import EntryView
from mbtui.ui.wording import short_line, title_of

if TYPE_CHECKING:
    from mbtui.ui.app import MbtuiApp

_KEYS: Final = (
    *(("x", "revert"), ("i", "seen"), ("Esc", "back"), ("n", "next"), ("p", "previous")),
    ("u", "undo"),
)
SURE_SECONDS: Final = 1.0
"""So long after it changed by itself, a diff is not reverted: nobody read it yet."""


class Changes(ReadingScreen[None]):
    """The changes with these keys, beginning with `start`."""

    CSS_PATH = "changes.tcss"
    AUTO_FOCUS = "#change"
    BINDINGS = [  # noqa: RUF012
        Binding("x", "revert", "Revert: as it was when you looked last"),
        Binding("i", "seen", "Seen, and on to the next"),
        Binding("n,right,l", "go(1)", "The next change"),
        Binding("p,b,left,h", "go(-1)", "The change before"),
        Binding("u", "undo", "Take back your last change"),
        Binding("escape,q,c", "leave", "Back"),
    ]

    def __init__(self, owner: MbtuiApp, keys: Sequence[str], start: str) -> None:
        super().__init__()
        self._owner = owner
        self._keys = list(keys)
        self._at = self._keys.index(start)
        self._news: News = owner.news[start]
        self._busy = False
        self._moved_at = float("-inf")

    def compose(self) -> ComposeResult:
        """Where one is, the differences, the keys."""
        yield Bar(id="change-title")
        titles = self._owner.main.links.title_of
        yield ChangeView(now=self._owner.now, title_by_id=titles, id="change")
        yield Footer(id="change-keys")

    def on_mount(self) -> None:
        """Show the first one."""
        self.query_one(Footer).show_keys("", _KEYS)
        self._show()

    # What is shown

    def _show(self) -> None:
        owner, news = self._owner, self._news
        place = f"{self._at + 1:,} of {len(self._keys):,}"
        left = len(owner.news)
        more = "" if left == len(self._keys) else f"{left:,} not seen"
        self.query_one("#change-title", Bar).show(f"Changed{glyphs.sep}{place}", more)
        view = self.query_one(ChangeView)
        entry = news.entry
        section = owner.bank.schema.section(entry.section)
        crumb = [short_line(section.title)] if section else []
        crumb.append(short_line(entry.kind.title))
        settled = "" if news.key in owner.news else "seen"
        view.place(f" {glyphs.into} ".join(crumb), [settled or news.what])
        view.show_change(news, told(news, owner.now(), owner.author_of(news)))

    def news_changed(self) -> None:
        """Follow the entry: what is shown is what a revert takes back."""
        if not self.is_mounted or self._busy:
            return
        news = self._owner.news.get(self._news.key)
        if news is not None and news.content != self._news.content:
            self._moved_at = time.monotonic()
            self.say("It changed again meanwhile; this is how it is now")
        self._news = news or self._news
        self._show()

    def say(self, message: str) -> None:
        """Show a message in place of the keys, until the next key."""
        self.query_one(Footer).say(short_line(message))

    # What the person does

    def action_go(self, delta: int) -> None:
        """To the next change or the one before, those that are settled passed by."""
        self.say("")
        if not self._go(delta):
            self.say("This is the last one" if delta > 0 else "This is the first one")

    def _go(self, delta: int) -> bool:
        at = self._at + delta
        while 0 <= at < len(self._keys):
            news = self._owner.news.get(self._keys[at])
            if news is not None:
                self._at, self._news = at, news
                self._show()
                return True
            at += delta
        return False

    def _settled(self, message: str) -> None:
        """On to another change that is left; after the last one, back."""
        if self._go(1) or self._go(-1):
            self.say(message)
        else:
            self._leave(message)

    def action_seen(self) -> None:
        """Take the change as seen."""
        if self._busy:
            return
        self.say("")
        key, title = self._news.key, title_of(self._news.entry)
        self._busy = True  # What is shown stays until the next one takes its place.
        self._owner.mark_seen([key])
        self._busy = False
        self._settled(f"Seen: {title}")

    def action_revert(self) -> None:
        """Give the entry back what it said when it was last seen."""
        news, owner = self._news, self._owner
        reason = owner.bank.read_only
        if self._busy:
            return
        if reason:
            self.say(f"Read-only: {reason}")
        elif news.key not in owner.news:
            self.say("There is nothing left to revert: it is as you saw it")
        elif time.monotonic() - self._moved_at < SURE_SECONDS:
            self.say("It changed a moment ago; look at it first")
        else:
            from mbtui.store.reverting import revert

            store = owner.store
            words = f"Reverted: {title_of(news.entry)}; u takes that back"
            self._write(lambda: revert(store, news, owner.text_before(news)), words)

    def action_undo(self) -> None:
        """Take back the latest change of this author, and name it."""
        if self._busy:
            return
        named: list[str] = []

        def work() -> None:
            named[:] = [self._owner.store.undo().change.summary]

        self._write(work, lambda: f"Taken back: {named[0]}")

    def _write(self, make: Callable[[], object], message: str | Callable[[], str]) -> None:
        self.say("")
        self._busy = True

        def work() -> Entry | None:
            make()
            return None

        def done(_: Entry | None) -> None:
            self._busy = False
            text = message if isinstance(message, str) else message()
            if not self.is_mounted:
                return
            if isinstance(message, str):
                self._owner.forget_news(self._news)
                self._settled(text)
            else:
                self.say(text)

        def failed(error: StoreError) -> None:
            self._busy = False
            if self.is_mounted:
                self.news_changed()
                self.say(str(error))

        self._owner.change(work, done, failed)

    def action_leave(self) -> None:
        """Back to the panes."""
        self._leave("")

    def _leave(self, message: str) -> None:
        self.dismiss(None)
        main = self._owner.main
        if main.changed.is_listed:
            main.list.go_to(self._news.key)
        if message:
            main.say(message)

    def on_entry_view_followed(self, event: EntryView.Followed) -> None:
        """Links lead out of here, so they are not followed."""
        event.stop()
