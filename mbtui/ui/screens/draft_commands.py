"""Texts that were typed and not saved: offered in a bar, taken up, compared, discarded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mbtui.bank.entry import Entry
from mbtui.bank.form import FormError, changes_of, form_fields
from mbtui.bank.safetext import safe_line
from mbtui.store.drafts import TOML_TEXT
from mbtui.store.errors import ConflictError, StoreError
from mbtui.ui.commands import key_of, key_words
from mbtui.ui.draft import Draft
from mbtui.ui.drafts import present
from mbtui.ui.glyphs import glyphs
from mbtui.ui.screens.deciding import DecidingCommands, Outcomes
from mbtui.ui.screens.dialogs import Ask
from mbtui.ui.widgets.draft_bar import DraftBar, Offer
from mbtui.ui.wording import clock, title_of

if TYPE_CHECKING:
    from mbtui.ui.comparison import Decision
    from mbtui.ui.screens.main import MainScreen

_NONE = "There is no unsaved text"
_SHOWN = 400
"""How much of a text the question shows before it is discarded."""


class DraftCommands(DecidingCommands):
    """One method per command, called `do_` and its id."""

    def __init__(self, screen: MainScreen) -> None:
        super().__init__(screen)
        self._offered: list[str] = []
        self._at = 0

    # The bar

    def begin(self) -> None:
        """Offer what earlier sessions left."""
        self._offered = self.screen.owner.drafts.names()
        self.show()

    def look_again(self) -> None:
        """Offer also what other programs left since."""
        drafts = self.screen.owner.drafts
        known = set(drafts.names())
        drafts.look(self.screen.bank)
        self._offered += [name for name in drafts.names() if name not in known]
        self.show()

    def show(self) -> None:
        """Show the first offer as it stands now, or none."""
        if not self._offered and not self._bar.offer:
            return
        kept = set(self.screen.owner.drafts.names())
        self._offered = [name for name in self._offered if name in kept]
        self._at = min(self._at, max(0, len(self._offered) - 1))
        draft = self._current()
        self._bar.tell(self._offer(draft) if draft is not None else None)

    @property
    def _bar(self) -> DraftBar:
        return self.screen.query_one(DraftBar)

    def _current(self) -> Draft | None:
        drafts = self.screen.owner.drafts
        return drafts.named(self._offered[self._at], self.screen.bank) if self._offered else None

    def _offer(self, draft: Draft) -> Offer:
        from mbtui.ui.questions import draft_state, table_changes

        owner = self.screen.owner
        when = clock(_moment(draft), owner.now())
        what = "new entry" if draft.entry is None else "text"
        count = (
            f"{self._at + 1} of {len(self._offered)}{glyphs.sep}" if len(self._offered) > 1 else ""
        )
        entry = present(draft, self.screen.bank)
        known = draft.entry is None or (entry is None and draft.kind.single)
        state = "" if known else draft_state(draft.base, entry)
        if not state and table_changes(draft.table, self.screen.bank.config.review):
            state = "changed since by others"
        after = f"{glyphs.sep}{state}" if state else ""
        keys = [("draft", "go on")]
        whole = draft.entry is not None and draft.table is None and not _is_toml(draft)
        if whole and not self.is_gone(draft):
            keys.append(("draft_compare", "compare"))
        keys += [("draft_next", "next")] if count else []
        keys += [("draft_later", "later"), ("draft_discard", "discard")]
        unsaved = f"{count}Unsaved {what}"
        shortest = f"{count}Unsaved: " if count else f"{unsaved}: "
        before = (f"{unsaved} from {when}: ", f"{unsaved}, {when}: ", shortest)
        bar = key_words(*keys) or key_words(("palette", "all commands"))
        return Offer(before, _name(draft), after, bar)

    def is_gone(self, draft: Draft) -> bool:
        """Whether a draft is of an entry that is not in the bank any more."""
        entry = draft.entry
        gone = entry is not None and present(draft, self.screen.bank) is None
        return gone and not (entry is not None and entry.kind.single)

    def withdraw(self, name: str) -> None:
        """Offer a draft no more; it stays kept."""
        if name in self._offered:
            self._offered.remove(name)
            self.show()

    def offer(self, name: str) -> None:
        """Offer a draft before all others."""
        self._offered = [name, *(other for other in self._offered if other != name)]
        self._at = 0
        self.show()

    def _chosen(self) -> Draft | None:
        """The offered draft; where none is, all are offered, or it says that there is none."""
        draft = self._current()
        if draft is None:
            self.look_again()
            self.begin()
            if not self._offered:
                self.screen.say(_NONE)
        return draft

    # The commands

    def do_draft(self) -> None:
        """Open the form with the offered text."""
        draft = self._chosen()
        if draft is not None and self._may_write():
            self.screen.forms.open_kept(draft)

    def do_draft_next(self) -> None:
        """Offer the next text."""
        if self._chosen() is not None:
            if len(self._offered) == 1:
                self.screen.say("There is no other unsaved text")
            self._at = (self._at + 1) % len(self._offered)
            self.show()

    def do_draft_later(self) -> None:
        """Offer nothing more until the next start, or until asked."""
        if self._offered:
            self._offered = []
            self.show()
            self.screen.say(f"The text stays kept: {key_of('draft')} offers it again")
        else:
            offers = f"{key_of('draft')} offers the text"
            self.screen.say(_NONE if not len(self.screen.owner.drafts) else offers)

    def do_draft_discard(self) -> None:
        """Discard the offered text, after asking."""
        draft = self._chosen()
        if draft is not None:
            self._ask_discard(draft)

    def _ask_discard(self, draft: Draft) -> None:
        def done(answer: str | None) -> None:
            if answer == "discard":
                self.screen.owner.drop_draft(draft.name)
                self.screen.say("The unsaved text is discarded")

        buttons = [("", "Keep it"), ("discard", "Discard it for good")]
        text = "\n".join(text for text in draft.texts.values() if text.strip())
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}{glyphs.ellipsis}"
        self.screen.app.push_screen(Ask("Discard this unsaved text?", shown, buttons), done)

    def do_draft_compare(self) -> None:
        """Show the offered text beside the entry as it is on disk."""
        from mbtui.ui.questions import of_draft

        draft = self._chosen()
        if draft is None or not self._may_write():
            return
        key = key_of("draft")
        if draft.table is not None:
            self.screen.say(f"It may change bank.toml too: {key} goes on with it in the form")
            return
        entry = present(draft, self.screen.bank)
        if entry is None:
            what = "It is a new entry" if draft.entry is None else "Its entry is gone"
            nothing = "there is nothing to compare it with"
            self.screen.say(f"{what}: {nothing}; {key} goes on with it")
            return
        if _is_toml(draft):
            self.screen.say(f"It was typed as TOML: {key} goes on with it in your editor")
            return
        try:
            fields = form_fields(draft.kind, draft.base)
            changes = changes_of(draft.kind, fields, draft.texts)
        except FormError as error:
            self.screen.say(f"{error}; {key} goes on with it in the form")
            return
        comparison = of_draft(entry, draft.base, changes, _moment(draft))
        if comparison.fields:
            self.decide(comparison, self._outcomes(draft))
        else:
            key = key_of("draft_discard")
            self.screen.say(f"The entry holds this text already; {key} discards the copy")

    def _outcomes(self, draft: Draft) -> Outcomes:
        from mbtui.ui.comparison import as_typed
        from mbtui.ui.questions import FORM, of_save

        owner = self.screen.owner

        def done(entry: Entry | None) -> None:
            owner.drop_draft(draft.name)
            if entry is not None:
                self.reveal(entry)
                self.screen.say(f"Saved with what you chose: {title_of(entry)}")

        def failed(error: StoreError) -> None:
            self.screen.say(f"{error}. The unsaved text is still kept")

        def keep(texts: Mapping[str, str]) -> None:
            typed = as_typed(form_fields(draft.kind, draft.base), texts)
            owner.keep_draft(replace(draft, texts={**draft.texts, **typed}))

        def other(decision: Decision) -> None:
            kept = owner.drafts.named(draft.name, self.screen.bank) or draft
            if decision.outcome == FORM:
                self.screen.forms.open_kept(kept)
            else:
                self._ask_discard(kept)

        def again(error: ConflictError) -> None:
            self.decide(of_save(error, "Later"), outcomes)

        outcomes = Outcomes(done, again, failed, other=other, keep=keep)
        return outcomes


def _is_toml(draft: Draft) -> bool:
    return TOML_TEXT in draft.texts


def _moment(draft: Draft) -> datetime:
    return datetime.fromtimestamp(draft.when, UTC)


def _name(draft: Draft) -> str:
    """What a draft is called: its title, else its entry's, else the first text in it."""
    title = draft.texts.get("title", "").strip()
    if not title and draft.entry is not None:
        return title_of(draft.entry)
    return safe_line(title or next((t for t in draft.texts.values() if t.strip()), ""))
