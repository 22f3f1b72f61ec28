"""The part of the app that never loses a typed text: forms, their drafts, and how they end."""

from __future__ import annotations

import contextlib
from typing import TypeVar

from textual.app import App

from mbtui.ui.commands import key_of
from mbtui.ui.drafts import Drafts
from mbtui.ui.screens.form import Draft, EntryForm
from mbtui.ui.screens.main import MainScreen

ReturnType = TypeVar("ReturnType")


class KeepingApp(App[ReturnType]):
    """An app that keeps what is typed and not saved."""

    drafts: Drafts

    @property
    def main(self) -> MainScreen:
        """The main screen, under whatever covers it."""
        return next(screen for screen in self.screen_stack if isinstance(screen, MainScreen))

    def on_entry_form_submitted(self, event: EntryForm.Submitted) -> None:
        """Save a form."""
        self.main.forms.save_form(event)

    def on_entry_form_left(self, event: EntryForm.Left) -> None:
        """Keep what was typed and not saved."""
        if event.draft is None:
            self.drop_draft(event.name)
            return
        self.keep_draft(event.draft)
        key = key_of("new" if event.draft.entry is None else "edit")
        if self.main.kept.is_gone(event.draft):
            self.main.kept.offer(event.draft.name)
            key = key_of("draft")
        self.main.say(f"Not saved; your text is kept: {key} goes on with it")

    def on_entry_form_typed(self, event: EntryForm.Typed) -> None:
        """Keep what is being typed, so that not even a kill -9 loses it."""
        self.keep_draft(event.draft)

    def keep_draft(self, draft: Draft) -> None:
        """Keep a draft, on disk too."""
        try:
            self.drafts.keep(draft)
        except OSError as error:
            self.main.say(f"The unsaved text is kept only until you quit ({error.strerror})")

    def drop_draft(self, name: str) -> None:
        """Forget a draft that was saved or emptied."""
        try:
            self.drafts.drop(name)
        except OSError as error:
            self.main.say(f"The saved draft could not be removed ({error.strerror})")
        self.main.kept.show()

    def keep_open_text(self) -> None:
        """Keep what is typed in an open form, in the conflict screen over it, and in quick add."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, EntryForm) and screen.is_mounted:
                draft = screen.current_draft()
            elif isinstance(screen, MainScreen):
                draft = screen.forms.quick_add_draft()
            else:
                # The conflict screen is known by its method: most sessions never load it. It
                # hands on to the form under it, which cannot be done from another thread.
                with contextlib.suppress(Exception):
                    getattr(screen, "keep_typed", lambda: None)()
                continue
            if draft is not None:
                self.keep_draft(draft)

    def before_crash(self) -> None:
        """Keep what is typed."""
        self.keep_open_text()
