"""The change log: all of it by day, or the history of one entry, read further as one scrolls."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.worker import get_current_worker

from mbtui.bank.bank import Bank
from mbtui.bank.entry import Entry
from mbtui.bank.log_actions import DELETE
from mbtui.bank.log_words import Told
from mbtui.store.bank_history import BankHistory
from mbtui.store.log_reader import LogReader
from mbtui.ui.glyphs import glyphs
from mbtui.ui.log_rows import Day
from mbtui.ui.screens.reading import RowsScreen
from mbtui.ui.widgets.bars import Footer
from mbtui.ui.widgets.line_pane import LinePane
from mbtui.ui.widgets.log_pane import LogPane
from mbtui.ui.wording import plural, short_line, title_of

if TYPE_CHECKING:
    from mbtui.ui.app import MbtuiApp

_NARROW, _TINY = 70, 36
_EMPTY = "Nothing is known yet. What is added, changed, archived or deleted stands here."
_EMPTY_ENTRY = "Nothing is known of this entry but what it says now."
_UNREAD = "The log could not be read; r reads it again"


class ChangeLog(RowsScreen[str]):
    """What changed, when, by whom and why; gives the key of an entry to go to, or nothing.

    `entry` is the id of the entry whose history is shown; empty: everything.
    """

    CSS_PATH = "log.tcss"
    BINDINGS = [  # noqa: RUF012
        Binding("escape,q,left,h", "leave", "Back"),
        Binding("enter,right,l", "go", "To the entry; older changes; the changes of a line"),
        Binding("H,tab", "switch", "The history of this entry, or everything"),
        Binding("r", "look", "Read again"),
    ]

    class Read(Message):
        """So much of the log is known now, by the reading with a number."""

        def __init__(self, number: int, reader: LogReader, days: Sequence[Day], done: bool) -> None:
            super().__init__()
            self.number = number
            self.reader = reader
            self.days = days
            self.done = done

    class Failed(Message):
        """A reading came to no end."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, owner: MbtuiApp, entry: str = "") -> None:
        super().__init__()
        self._owner = owner
        self._entry = entry
        self._history = BankHistory(owner.store.folder, owner.bank.schema)
        self._reader: LogReader | None = None
        self._days: Sequence[Day] = ()
        self._horizon: datetime | None = None
        """How far what is shown was read; a reading that begins anew goes as far."""
        self._reading = False
        self._number = 0
        """Of the latest reading: what those before it still tell is not shown."""
        self._lock = threading.Lock()
        """Held by the one thread that reads."""

    def compose(self) -> ComposeResult:
        """The rows over the keys."""
        yield LogPane()
        yield Footer()

    def on_mount(self) -> None:
        """Begin to read."""
        self._begin()

    def on_unmount(self) -> None:
        """End what is read; in a thread of its own, for one may be reading."""
        threading.Thread(target=self._close, daemon=True).start()

    def _close(self) -> None:
        with self._lock:
            self._history.close()

    @property
    def _pane(self) -> LogPane:
        return self.query_one(LogPane)

    # Reading

    def _begin(self) -> None:
        """Read anew, as far as it was read before."""
        self._reader = None
        self._show_state()
        self._read(None, self._horizon, 0)

    def _read_on(self) -> None:
        if self._reader is not None and not self._reading and not self._reader.ended:
            self._read(self._reader, None, sum(len(found) for _, found in self._days))

    def _read(self, reader: LogReader | None, until: datetime | None, known: int) -> None:
        self._reading = True
        self._number += 1
        self._read_in_thread(self._number, reader, self._owner.bank, self._entry, until, known)

    @work(thread=True, exclusive=True, group="log", exit_on_error=False)
    def _read_in_thread(
        self,
        number: int,
        reader: LogReader | None,
        bank: Bank,
        entry: str,
        until: datetime | None,
        known: int,
    ) -> None:
        """Read until there is a page more, telling what was found on the way."""
        done = False
        try:
            with self._lock:
                if get_current_worker().is_cancelled:
                    return
                if reader is None:
                    self._history.refresh(bank.schema)
                    reader = LogReader(self._owner.store.folder, bank, self._history, entry)
                done = self._read_a_page(number, reader, until, known)
        finally:
            if not done:
                self.post_message(self.Failed(number))

    def _read_a_page(
        self, number: int, reader: LogReader, until: datetime | None, known: int
    ) -> bool:
        """Whether it was read to the end of the page, and not broken off."""
        worker = get_current_worker()
        wanted, count = known + max(50, 2 * self.size.height), -1
        while not worker.is_cancelled:
            reader.read(until)
            until = None
            days = reader.days()
            found = sum(len(events) for _, events in days)
            done = reader.ended or found >= wanted
            if found != count or done:
                self.post_message(self.Read(number, reader, days, done))
            if done:
                return True
            count = found
        return False

    def on_change_log_read(self, event: Read) -> None:
        """Show what was found."""
        event.stop()
        if event.number != self._number:
            return
        self._reader, self._days = event.reader, event.days
        self._horizon = event.reader.horizon
        self._reading = not event.done
        if self.query_one(Footer).message == _UNREAD:
            self.say("")
        pane = self._pane
        pane.empty_text = (_EMPTY_ENTRY if self._entry else _EMPTY) if event.done else glyphs.dots
        pane.show(
            event.days,
            self._owner.today,
            self._title_of,
            named=not self._entry,
            older=not event.reader.ended,
        )
        self._show_state()

    def on_change_log_failed(self, event: Failed) -> None:
        """Say so; what is known stays."""
        event.stop()
        if event.number != self._number:
            return
        self._reader, self._reading = None, False
        pane = self._pane
        pane.empty_text = _UNREAD
        pane.refresh()
        self.say(_UNREAD)

    def bank_changed(self, bank: Bank) -> None:
        """Follow the files."""
        if self.is_mounted:
            self._begin()

    # What is shown

    def _title_of(self, identity: str) -> str:
        entry = self._find(identity)
        return entry.title if entry is not None else ""

    def _find(self, identity: str) -> Entry | None:
        return next(iter(self._owner.bank.find(identity)), None) if identity else None

    def _show_state(self) -> None:
        pane, entry = self._pane, self._find(self._entry)
        name = title_of(entry) if entry is not None else short_line(self._entry)
        pane.title = f"Change log{glyphs.sep}{name or 'everything, by day'}"
        count = sum(len(found) for _, found in self._days)
        more = "" if self._reader is None or self._reader.ended else " and older"
        pane.title_right = "" if self._reader is None else f"{plural(count, 'change')}{more}"
        self.query_one(Footer).show_keys("", self._keys())

    def _keys(self) -> Sequence[tuple[str, str]]:
        width, entry = self.size.width, bool(self._entry)
        if width < _NARROW:
            other = ("all" if entry else "one") if width < _TINY else None
            other = other or ("everything" if entry else "this entry")
            return ("Enter", "entry"), ("Esc", "back"), ("H", other)
        other = "everything" if entry else "the history of this entry"
        return ("Enter", "goes to the entry"), ("H", other), ("Esc", "back")

    def on_resize(self, event: events.Resize) -> None:
        """Say less of the keys where there is little room."""
        self._show_state()

    def say(self, message: str) -> None:
        """Show a message in place of the keys."""
        self.query_one(Footer).say(short_line(message))

    # What the person does

    def on_line_pane_highlighted(self, event: LinePane.Highlighted) -> None:
        """Read on before the end is reached."""
        event.stop()
        if self._pane.nears_the_end:
            self._read_on()

    def on_line_pane_chosen(self, event: LinePane.Chosen) -> None:
        """A clicked row opens."""
        event.stop()
        self.action_go()

    def action_go(self) -> None:
        """Go to the entry; of many changes in one line, show each; read on at the end."""
        pane = self._pane
        line = pane.line
        if pane.is_at_older:
            self._read_on()
        elif line is not None and len(line.events) > 1:
            pane.open_line(line)
        elif line is not None:
            self._go(line)

    def _go(self, line: Told) -> None:
        event = line.first
        entry = self._find(event.entry) or (None if event.entry else self._find(event.line))
        if entry is not None:
            self.dismiss(entry.key)
            return
        what = "was deleted" if event.what == DELETE else "is not in the bank any more"
        self.say(f"{event.title or event.entry} {what}")

    def action_switch(self) -> None:
        """From everything to the history of the entry under the cursor, and back."""
        line = self._pane.line
        if self._entry:
            self._entry = ""
        elif line is None or len(line.events) > 1 or not line.first.entry:
            self.say("This line is about no single entry")
            return
        else:
            self._entry = line.first.entry
        self._horizon = None
        self.say("")
        self._begin()

    def action_look(self) -> None:
        """Read again."""
        self._begin()

    def action_leave(self) -> None:
        """Back to what was there before."""
        self.dismiss("")
