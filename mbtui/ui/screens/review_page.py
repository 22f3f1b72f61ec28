"""How a review session looks: progress, the entry, the keys; at its end a summary."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from mbtui.bank.due import Due, days_overdue
from mbtui.bank.entry import Entry
from mbtui.bank.review import local_day
from mbtui.ui.glyphs import glyphs
from mbtui.ui.review_walk import WORDS, Step, Walk
from mbtui.ui.screens.reading import ReadingScreen
from mbtui.ui.widgets.bars import Bar, Footer
from mbtui.ui.widgets.entry_view import EntryView
from mbtui.ui.wording import short_line, title_of

if TYPE_CHECKING:
    from mbtui.ui.app import MbtuiApp

_Keys: TypeAlias = Sequence[tuple[str, str]]

_OF_DUE: _Keys = (
    *(("v", "still true"), ("d", "archive"), ("z", "put off"), ("n", "skip"), ("e", "edit")),
    *(("S", "superseded"), ("u", "undo"), ("b", "back"), ("Esc", "end")),
)
_OF_CANDIDATE: _Keys = (
    ("d", "archive"),
    ("n", "keep"),
    ("Esc", "end"),
    ("u", "undo"),
    ("b", "back"),
)
_AT_END: _Keys = (("Enter", "done"), ("u", "undo"), ("b", "back"))
_AT_END_MORE: _Keys = (("Enter", "done"), ("V", "go on"), ("u", "undo"), ("b", "back"))
_NOTHING: _Keys = (("Enter", "done"),)


class ReviewPage(ReadingScreen[None]):
    """The looks of a session."""

    CSS_PATH = "review.tcss"
    AUTO_FOCUS = "#review-entry"

    def __init__(self, owner: MbtuiApp) -> None:
        super().__init__()
        self._owner = owner
        self._walk = Walk(owner.look_at_reviews())
        self._busy = False
        self._waiting: deque[str] = deque()
        self._edited: Entry | None = None
        """The entry whose form is open, as it was before."""

    def compose(self) -> ComposeResult:
        """Progress, the entry or a page of our own, the keys."""
        yield Bar(id="review-progress")
        links = self._owner.main.links
        yield EntryView(now=self._owner.now, title_by_id=links.title_of, id="review-entry")
        yield Static("", id="review-page")
        yield Footer(id="review-keys")

    def on_mount(self) -> None:
        """Show the first entry."""
        self._show()

    def on_resize(self) -> None:
        """Say of the progress what there is room for."""
        if self.is_mounted:
            self._show()

    # What is shown

    @property
    def _entry(self) -> Entry | None:
        """The entry where one is, as it is in the bank now."""
        step = self._walk.step
        return self._owner.bank.by_key.get(step.key) if step is not None else None

    @property
    def _today(self) -> date:
        return self._owner.today

    def _show(self) -> None:
        """Show where one is; who is past the last entry sees what was done."""
        walk, entry = self._walk, self._entry
        step = walk.step
        self.set_class(step is None, "-page")
        tally = glyphs.sep.join(walk.tally())
        if step is None or entry is None:
            self.query_one("#review-progress", Bar).show("Review", "")
            self.query_one("#review-page", Static).update(Content(self._page()))
            self._show_keys()
            return
        what = "Archive?" if step.candidate else "Review"
        left = glyphs.sep.join(filter(None, [what, walk.place, walk.more]))
        if cell_len(left) + cell_len(tally) + 4 > self.size.width:
            tally = ""
        self.query_one("#review-progress", Bar).show(left, tally)
        view = self.query_one(EntryView)
        section = self._owner.bank.schema.section(entry.section)
        crumb = [short_line(section.title)] if section else []
        crumb.append(short_line(entry.kind.title))
        view.place(f" {glyphs.into} ".join(crumb), self._state(step, entry))
        view.show(entry)
        self._show_keys()

    def _state(self, step: Step, entry: Entry) -> list[str]:
        """Why the entry is asked about, or what became of it; the first word matters most."""
        if self._walk.outcome:
            return [WORDS[self._walk.outcome]]
        if step.candidate:
            return [short_line(entry.status), *_since(step.due)]
        return [days_overdue(step.due, self._today)]

    def _show_keys(self) -> None:
        walk, step = self._walk, self._walk.step
        keys: _Keys = _OF_CANDIDATE if step is not None and step.candidate else _OF_DUE
        if step is None:
            keys = _AT_END_MORE if walk.later or walk.later_candidates else _AT_END
            keys = keys if walk.steps else _NOTHING
        self.query_one(Footer).show_keys("", keys)

    def _page(self) -> str:
        """The summary; without anything to go through, what comes next."""
        walk, found = self._walk, self._owner.look_at_reviews()
        if walk.steps:
            return "\n".join(["Done for today", "", *walk.summary(), *walk.rest()])
        lines = ["Nothing is due for review."]
        if found.soon:
            lines += ["", "Next:"]
            lines += [
                f"  {days_overdue(due, self._today)}: {title_of(due.entry)}"
                for due in found.soon[:5]
            ]
        if found.snoozed:
            lines += ["", f"{len(found.snoozed):,} put off by you."]
        return "\n".join(lines)

    def say(self, message: str) -> None:
        """Show a message in place of the keys."""
        self.query_one(Footer).say(short_line(message))

    def on_entry_view_followed(self, event: EntryView.Followed) -> None:
        """Links lead out of a session, so they are not followed here."""
        event.stop()
        self.say("Links are followed outside of the session")


def _since(due: Due) -> list[str]:
    data = due.entry.data
    day = local_day(data.get("updated")) or local_day(data.get("created"))
    return [f"unchanged since {day}"] if day else []
