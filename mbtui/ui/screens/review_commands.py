"""The commands about reviews, and what the tree's rows about them list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from mbtui.bank.due import due_word
from mbtui.bank.entry import Entry
from mbtui.ui.attention import archive_reason
from mbtui.ui.glyphs import glyphs
from mbtui.ui.screens.dialogs import Option, Pick
from mbtui.ui.screens.listing import Listed
from mbtui.ui.screens.writing import WritingCommands
from mbtui.ui.tree_rows import CANDIDATES, DUE, TreeRow
from mbtui.ui.wording import short_line, title_of

SPANS = (("1 week", "weeks", 1), ("1 month", "months", 1), ("3 months", "months", 3))
"""How long an entry can be put off: what it is called, the unit and how many."""


class ReviewCommands(WritingCommands):
    """One method per command, called `do_` and its id."""

    def listed(self, row: TreeRow | None) -> Listed | None:
        """What the row lists; None for a row that is not about reviews."""
        if row is None or row.type not in (DUE, CANDIDATES):
            return None
        found = self.screen.owner.attention
        if row.type == CANDIDATES:
            entries = [due.entry for due in found.candidates]
            return Listed(
                entries, f"{row.label}{glyphs.sep}{len(entries):,}", "longest closed first"
            )
        soon = f"{glyphs.sep}{len(found.soon):,} soon" if found.soon else ""
        title = f"{row.label}{glyphs.sep}{len(found.now):,}{soon}"
        entries = [due.entry for due in (*found.now, *found.soon)]
        today = self.screen.owner.today
        words = {due.entry.key: due_word(due, today) for due in (*found.now, *found.soon)}
        return Listed(entries, title, "longest overdue first", words)

    def do_verified(self) -> None:
        """Note that the entry is still true."""
        entry = self._target()
        if entry is None:
            return
        store = self.screen.owner.store
        self.screen.owner.change(
            lambda: store.review(entry),
            lambda _: self.screen.say(f"Still true: {title_of(entry)}"),
            self._failed,
        )

    def do_review(self) -> None:
        """Go through what is due, one entry a screen."""
        from mbtui.ui.screens.review import ReviewSession

        self.screen.app.push_screen(ReviewSession(self.screen.owner))

    def do_snooze(self) -> None:
        """Put the entry off for a while, for this user alone."""
        entry = self.screen.selected
        if entry is not None:
            self.ask_span(entry, lambda until: self._put_off(entry, until))

    def _put_off(self, entry: Entry, until: date) -> None:
        owner = self.screen.owner

        def done(_: Entry | None) -> None:
            self.screen.show_bank()
            self.screen.say(f"Put off until {until}: {title_of(entry)}")

        owner.change(lambda: owner.put_off(entry.id, until), done, self._failed)

    def ask_span(self, entry: Entry, answered: Callable[[date], None]) -> None:
        """Ask how long the entry is to be put off."""
        today = self.screen.owner.today
        days = {name: _later(today, unit, count) for name, unit, count in SPANS}

        def done(choice: str | None) -> None:
            if choice is not None:
                answered(days[choice])

        options = [Option(name, name, f"until {day}") for name, day in days.items()]
        title = f"Put off {title_of(entry)} for"
        self.screen.app.push_screen(Pick(title, options), done)

    def do_supersede(self) -> None:
        """Choose the entry that takes the place of this one."""
        old = self._target()
        if old is None:
            return
        store = self.screen.owner.store

        def answered(new: Entry, reason: str) -> None:
            self.screen.owner.change(
                lambda: store.supersede(old, new, reason),
                lambda _: self.screen.say(
                    f"Superseded by {title_of(new)}{glyphs.sep}{title_of(old)}"
                ),
                self._failed,
            )

        self.ask_successor(old, answered)

    def ask_successor(self, old: Entry, answered: Callable[[Entry, str], None]) -> None:
        """Ask which entry takes the place of `old`, those of its kind first, and why."""
        bank = self.screen.bank
        others = [
            entry
            for entry in self.screen.owner.everything()
            if not entry.kind.single and entry.key != old.key
        ]
        others.sort(key=lambda entry: entry.kind.slug != old.kind.slug)
        options = [Option(e.key, short_line(e.title), e.kind.title) for e in others]

        def chosen(key: str | None) -> None:
            new = bank.by_key.get(key) if key is not None else None
            if new is None:
                return
            title = f"Superseded by {title_of(new)}: why?"
            self.ask_why(title, lambda reason: answered(new, reason))

        self.screen.app.push_screen(Pick(f"{title_of(old)} is superseded by", options), chosen)

    def archives_at_once(self) -> bool:
        """Whether the list is that of candidates, which go to the archive without a question."""
        row = self.screen.sections.current
        return row is not None and row.type == CANDIDATES and not self.screen.search.is_open

    def reason_of(self, entry: Entry) -> str:
        """Why a candidate goes to the archive."""
        return archive_reason(entry, self.screen.owner.today)


def _later(today: date, unit: str, count: int) -> date:
    from mbtui.bank.review import shift_days, shift_months

    return shift_days(today, 7 * count) if unit == "weeks" else shift_months(today, count)
