"""The part of the app that knows what wants attention: reviews that are due, and candidates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from textual import work
from textual.app import App
from textual.message import Message

from mbtui.store.errors import StoreError
from mbtui.ui.wording import plural

if TYPE_CHECKING:
    from mbtui.bank.bank import Bank
    from mbtui.bank.due import Attention, Calendar
    from mbtui.bank.entry import Entry
    from mbtui.store.reading import BankReader
    from mbtui.store.review_state import ReviewMemory, ReviewState
    from mbtui.ui.screens.main import MainScreen

Result = TypeVar("Result")


class DaysKnown(Message):
    """The days on which entries are due were worked out for the first time."""


class AttentionApp(App[Result]):
    """Works out what is due after the first paint, and from then on with every change."""

    reader: BankReader
    bank: Bank
    now: Callable[[], datetime]
    _days_known = False
    _attention: tuple[Bank, date, ReviewState, Attention] | None = None

    @property
    def main(self) -> MainScreen:
        """The main screen, under whatever covers it."""
        raise NotImplementedError

    @property
    def today(self) -> date:
        """The local date."""
        return self.now().astimezone().date()

    @cached_property
    def review_memory(self) -> ReviewMemory:
        """What this user put off."""
        from mbtui.store.review_state import ReviewMemory

        return ReviewMemory(self.reader.folder)

    @cached_property
    def _calendar(self) -> Calendar:
        from mbtui.bank.due import Calendar

        return Calendar()

    def on_mount(self) -> None:
        """Begin when the first screen is drawn."""
        self.call_after_refresh(self.begin_attention)

    @work(thread=True, group="reviews", exit_on_error=False)
    def begin_attention(self) -> None:
        """Work out in a thread what is due: of a large bank it takes longer than a paint."""
        self.look_at_reviews()
        if self.is_running:
            self.post_message(DaysKnown())

    def on_days_known(self) -> None:
        """Show what is due."""
        self._days_known = True
        self.main.show_bank()

    def look_at_reviews(self) -> Attention:
        """What wants attention now, worked out anew where something changed."""
        bank, today, state = self.bank, self.today, self.review_memory.read()
        known = self._attention
        if known is not None and known[0] is bank and known[1:3] == (today, state):
            return known[3]
        found = self._calendar.look(bank, today, state.snoozed)
        self._attention = bank, today, state, found
        return found

    @property
    def attention(self) -> Attention:
        """The same; nothing until it was worked out for the first time."""
        from mbtui.bank.due import NOTHING

        return self.look_at_reviews() if self._days_known else NOTHING

    @property
    def review_counts(self) -> tuple[int, int]:
        """How many entries are due, and how many are candidates for the archive."""
        if not self._days_known:
            return 0, 0
        found = self.attention
        return len(found.now), len(found.candidates)

    def due_words(self, key: str) -> list[str]:
        """What the header says: how many are due, and once a month the `key` that reviews them."""
        count = len(self.attention.now) if self._days_known else 0
        if not count:
            return []
        invited = f", {key} reviews" if self._is_month_over() else ""
        return [f"{plural(count, 'due', 'due')}{invited}"]

    def _is_month_over(self) -> bool:
        """Whether the last session was a month ago; one that is still to come is not believed."""
        from mbtui.bank.review import shift_months

        last = self.review_memory.read().last_session
        return last is None or last > self.today or shift_months(last, 1) <= self.today

    def put_off(self, identity: str, until: date | None) -> None:
        """Put an entry off for this user; for a thread. Raises StoreError."""
        try:
            self.review_memory.snooze(identity, until, self.today)
        except OSError as error:
            raise StoreError(f"it could not be put off: {error.strerror}") from None

    def session_held(self) -> None:
        """Keep that a session was held, if that can be kept; for a thread."""
        try:
            self.review_memory.ran(self.today)
        except (OSError, StoreError):
            return


def archive_reason(entry: Entry, today: date) -> str:
    """Why a candidate goes to the archive: *fixed, unchanged since 2026-04-12*."""
    from mbtui.bank.review import local_day

    day = local_day(entry.data.get("updated")) or local_day(entry.data.get("created")) or today
    return f"{entry.status}, unchanged since {day}"
