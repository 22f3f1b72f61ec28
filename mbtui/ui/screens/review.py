"""A review session: what is due, one entry a screen, then candidates for the archive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from textual import events
from textual.binding import Binding

from mbtui.bank.bank import Bank
from mbtui.bank.entry import Entry, plain
from mbtui.store.errors import StoreError
from mbtui.ui.attention import archive_reason
from mbtui.ui.availability import why_not_entry
from mbtui.ui.review_walk import ARCHIVED, EDITED, SNOOZED, SUPERSEDED, VERIFIED, WORDS, Step, Walk
from mbtui.ui.screens.dialogs import AskLine
from mbtui.ui.screens.review_page import ReviewPage
from mbtui.ui.wording import short_line, title_of


class ReviewSession(ReviewPage):
    """Everything of a session. It can be left at any moment: what was done is on disk."""

    BINDINGS = [  # noqa: RUF012
        Binding("v,enter", "step('verify')", "Still true, and on to the next"),
        Binding("n,right,l", "step('skip')", "Leave it, and on to the next"),
        Binding("e", "step('edit')", "Edit it; saving reviews it"),
        Binding("d", "step('archive')", "Archive it, asking why; a candidate at once"),
        Binding("S", "step('supersede')", "It is superseded by another entry"),
        Binding("z", "step('snooze')", "Put it off, for you alone"),
        Binding("u", "step('undo')", "Take back the last thing done here"),
        Binding("b,left,h", "step('back')", "Back to the entry before"),
        Binding("V", "step('more')", "At the end: the next entries"),
        Binding("escape,q", "leave", "End the session"),
    ]

    # What others do

    def bank_changed(self, bank: Bank) -> None:
        """Follow the entry; go on where somebody else settled it."""
        if self.is_mounted and not self._busy:
            self._pass_settled()

    def _pass_settled(self) -> None:
        """Go past what others settled meanwhile, and say so; then show where one is."""
        told = []
        while (step := self._walk.step) is not None and self._edited is None:
            why = self._why_settled(step)
            if not why:
                break
            told.append(f"{title_of(step.due.entry)} {why}")
            self._walk.note_gone()
            self._walk.go(1)
        self._show()
        if told:
            more = f" (and {len(told) - 1:,} more)" if len(told) > 1 else ""
            self.say(f"{told[0]}{more}: skipped")

    def _why_settled(self, step: Step) -> str:
        """Why there is nothing to ask about an entry any more; empty while there is."""
        if self._walk.outcome:
            return ""
        entry = self._owner.bank.by_key.get(step.key)
        if entry is None:
            return "is gone: deleted by someone else meanwhile"
        if entry.archived:
            return "was archived by someone else meanwhile"
        found = self._owner.look_at_reviews()
        asked = found.candidates if step.candidate else found.now
        if any(due.entry.key == step.key for due in asked):
            return ""
        if step.candidate:
            return "is no candidate for the archive any more"
        if entry.closed:
            return f"is {short_line(entry.status)} now"
        if entry.data.get("reviewed") != step.due.entry.data.get("reviewed"):
            return (
                f"was reviewed by {short_line(plain(entry.data.get('reviewed_by', '')))} meanwhile"
            )
        return "is not due any more"

    # What the person does

    def action_step(self, name: str) -> None:
        """Do what a key says, after what is being written."""
        if self._busy:
            self._waiting.append(name)
        else:
            self.say("")
            getattr(self, f"_do_{name}")()

    def _change(
        self, make: Callable[[], object], outcome: str, told: str, changes: int = 1
    ) -> None:
        """Make a change; then note it and go on to the next entry."""

        def done(_: Entry | None) -> None:
            self._walk.note(outcome, changes)
            self._walk.go(1)
            self._free(told)

        self._write(make, done)

    def _write(self, make: Callable[[], object], done: Callable[[Entry | None], None]) -> None:
        def work() -> Entry | None:
            make()
            return None

        def failed(error: StoreError) -> None:
            self._waiting.clear()
            self._free(str(error))

        self._busy = True
        self._owner.change(work, done, failed)

    def _free(self, told: str) -> None:
        """Take the next key that was pressed meanwhile."""
        self._busy = False
        if not self.is_mounted:
            return
        self._pass_settled()
        if self._walk.step is None:
            self.say("")  # The summary says it all.
            if self._walk.history:
                self._remember()
        elif told:
            self.say(told)
        while self._waiting and not self._busy and self.app.screen is self:
            self.action_step(self._waiting.popleft())

    def _writable(self) -> Entry | None:
        """The entry here, to be changed; says why where it cannot be."""
        entry = self._entry
        reason = self._owner.bank.read_only
        if entry is not None and reason:
            self.say(f"Read-only: {reason}")
            return None
        return entry

    def _do_verify(self) -> None:
        step = self._walk.step
        if step is None:
            self.action_leave()
        elif step.candidate or self._walk.outcome == VERIFIED:
            self._do_skip()
        elif (entry := self._writable()) is not None:
            store = self._owner.store
            self._change(lambda: store.review(entry), VERIFIED, "")

    def _do_skip(self) -> None:
        if self._walk.go(1):
            self._free("")

    def _do_back(self) -> None:
        if not self._walk.go(-1):
            self.say("This is the first one")
        while self._walk.at and self._entry is None:
            self._walk.go(-1)
        self._show()

    def _do_archive(self) -> None:
        step, entry = self._walk.step, self._writable()
        if step is None or entry is None:
            return
        store, title = self._owner.store, title_of(entry)
        if reason := why_not_entry("archive", entry):
            self.say(reason)
        elif entry.archived:
            self.say("It is in the archive already")
        elif step.candidate:
            why = archive_reason(entry, self._today)
            self._change(lambda: store.archive(entry, why), ARCHIVED, f"Archived: {title}")
        else:

            def answered(why: str | None) -> None:
                if why is not None:
                    text = why.strip()
                    self._change(lambda: store.archive(entry, text), ARCHIVED, f"Archived: {title}")

            ask = AskLine(f"Archive {title}: why?", "", "Enter alone gives no reason")
            self.app.push_screen(ask, answered)

    def _do_supersede(self) -> None:
        step, old = self._walk.step, self._writable()
        if step is None or old is None:
            return
        if reason := why_not_entry("supersede", old):
            self.say(reason)
            return
        store = self._owner.store

        def answered(new: Entry, reason: str) -> None:
            told = f"{title_of(old)}: superseded by {title_of(new)}"
            if SUPERSEDED not in old.kind.statuses:
                told = f"{told}. {old.kind.title} has no such status; d archives it"

            def done(_: Entry | None) -> None:
                self._walk.note(SUPERSEDED)
                entry = self._entry
                if entry is None or entry.closed:
                    self._walk.go(1)
                self._free(told)

            self._write(lambda: store.supersede(old, new, reason), done)

        self._owner.main.reviews.ask_successor(old, answered)

    def _do_snooze(self) -> None:
        step, entry = self._walk.step, self._entry
        if step is None or entry is None:
            return
        if reason := why_not_entry("snooze", entry):
            self.say(f"It cannot be put off: {reason}")
            return

        def answered(until: date) -> None:
            told = f"Put off until {until}: {title_of(entry)}"
            self._change(lambda: self._owner.put_off(entry.id, until), SNOOZED, told)

        self._owner.main.reviews.ask_span(entry, answered)

    def _do_edit(self) -> None:
        entry = self._writable()
        if entry is None:
            return
        if entry.inline:
            self.say("It stands in an inline list, which is only shown")
            return
        self._edited = entry
        self._owner.main.forms.edit_entry(entry)

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """After a form: an entry that was saved was looked at, so it is reviewed too."""
        before, self._edited = self._edited, None
        if before is None:
            return
        entry, store = self._entry, self._owner.store
        if entry is None or entry.key != before.key:
            self._pass_settled()
        elif entry.data != before.data and entry.data.get("updated_by") == store.author:
            if entry.archived or entry.closed:
                self._walk.note(EDITED)
                self._walk.go(1)
                self._free(f"Saved: {title_of(entry)}")
            else:
                told = f"Saved and reviewed: {title_of(entry)}"
                self._change(lambda: store.review(entry), EDITED, told, 2)
        else:
            self._pass_settled()

    def _do_undo(self) -> None:
        walk, owner = self._walk, self._owner
        at, outcomes = walk.at, dict(walk.outcomes)
        done = walk.take_back()
        if done is None:
            self.say("Nothing was done in this session yet")
            return
        step = walk.steps[done.at]
        identity = step.due.entry.id

        def work() -> None:
            if done.outcome == SNOOZED:
                owner.put_off(identity, None)
                return
            for _ in range(done.changes):
                owner.store.undo(identity)

        def made(_: Entry | None) -> None:
            self._free(f"Taken back ({WORDS[done.outcome]}): {title_of(step.due.entry)}")

        def failed(error: StoreError) -> None:
            walk.history.append(done)
            walk.at, walk.outcomes = at, outcomes
            self._waiting.clear()
            self._free(str(error))

        def make() -> Entry | None:
            work()
            return None

        self._busy = True
        owner.change(make, made, failed)

    def _do_more(self) -> None:
        if self._walk.step is None:
            self._walk = Walk(self._owner.look_at_reviews())
            self._show()

    def _remember(self) -> None:
        """Keep that a session was held: the header invites again in a month."""
        self._owner.change(lambda: self._owner.session_held(), lambda _: None, lambda _: None)

    def action_leave(self) -> None:
        """End the session; nothing is lost: all that was done is on disk."""
        if self._walk.history and self._walk.step is not None:
            self._remember()
        tally = ", ".join(self._walk.tally())
        self.dismiss(None)
        self._owner.main.show_bank()
        if tally:
            self._owner.main.say(f"Reviewed: {tally}")
