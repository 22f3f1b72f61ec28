"""The part of the app that never loses a typed text: forms, their drafts, and how they end."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from textual.app import App

from mbtui.ui.commands import key_of
from mbtui.ui.screens.main import MainScreen

if TYPE_CHECKING:
    from mbtui.bank.bank import Bank
    from mbtui.ui.draft import Draft
    from mbtui.ui.drafts import Drafts
    from mbtui.ui.screens.form import EntryForm

ReturnType = TypeVar("ReturnType")


class Edited(NamedTuple):
    """What the user's editor left of a text; `put_away` removes its file, once it is safe."""

    text: str
    told: str = ""
    failed: bool = False
    put_away: Callable[[], None] = lambda: None


class KeepingApp(App[ReturnType]):
    """An app that keeps what is typed and not saved."""

    @property
    def drafts(self) -> Drafts:
        """What was typed and is not saved."""
        raise NotImplementedError

    @property
    def main(self) -> MainScreen:
        """The main screen, under whatever covers it."""
        return next(screen for screen in self.screen_stack if isinstance(screen, MainScreen))

    def _open_forms(self) -> list[EntryForm]:
        """The forms that are open, the lowest first; without any, their code is not loaded."""
        if len(self.screen_stack) < 2:
            return []
        from mbtui.ui.screens.form import EntryForm

        return [screen for screen in self.screen_stack if isinstance(screen, EntryForm)]

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
        forms = self._open_forms()
        for screen in self.screen_stack:
            if screen not in forms:
                say = getattr(screen, "say", lambda _: None)
                say(f"Not saved; your text is kept: {key} goes on with it")

    def on_entry_form_typed(self, event: EntryForm.Typed) -> None:
        """Keep what is being typed, so that not even a kill -9 loses it."""
        self.keep_draft(event.draft)

    # The user's editor

    def edit_elsewhere(
        self, draft: Draft, field: str, text: str, suffix: str, line: int = 0
    ) -> Edited:
        """Run the user's editor on a text in a file of its own, removed if it is unchanged.

        `field` names the text in its draft, under which it is found again if this program ends
        before the editor does.
        """
        from mbtui.store.files import UnreadableError
        from mbtui.store.handed_over import hand_over, put_away, read_back
        from mbtui.ui.drafts import stored
        from mbtui.ui.external import run_editor

        owner = self.main.owner
        try:
            path = hand_over(owner.store.folder, stored(draft), field, text, suffix)
        except OSError as error:
            return Edited(text, f"The text cannot be handed over ({error.strerror})", True)
        ran = run_editor(self, path, line)
        owner.repaint()
        try:
            edited = Edited(read_back(path), ran.told, ran.failed, lambda: put_away(path))
        except UnreadableError as error:
            return Edited(text, f"What the editor left in {path} {error}", True)
        if edited.text == text or not edited.text.strip():
            edited.put_away()
        return edited

    def on_entry_form_to_editor(self, event: EntryForm.ToEditor) -> None:
        """Open a field's text in the user's editor and put back what comes of it."""
        from mbtui.bank.safetext import is_safe
        from mbtui.store.drafts import new_name
        from mbtui.ui.widgets.fields import suffix_of

        form = event.form
        draft = form.current_draft() or form.draft
        suffix = suffix_of(event.field)
        edited = self.edit_elsewhere(draft, event.field.name, event.text, suffix)
        text = edited.text
        if not event.text.endswith("\n"):
            text = text.removesuffix("\n")
        if text == event.text:
            form.say(edited.told or "The text is as it was")
        elif edited.failed:
            texts = {**draft.texts, event.field.name: text}
            self.keep_draft(replace(draft, name=new_name(), texts=texts))
            edited.put_away()
            form.say(f"{edited.told}. The form is as it was; the editor's text is kept as a draft")
        else:
            form.put_edited(event.field, text)
            changed = form.current_draft()
            if changed is not None:
                self.keep_draft(changed)
            edited.put_away()
            hidden = "" if is_safe(text) else "The text holds characters that cannot be seen"
            form.say(edited.told or hidden)

    def tell_forms(self, bank: Bank) -> None:
        """Tell the open forms what became of their entries on disk."""
        for screen in self._open_forms():
            if screen.saving or not screen.is_mounted:
                continue
            from mbtui.ui.drafts import present
            from mbtui.ui.questions import live_notice, table_notice

            entry = screen.draft.entry
            found = present(screen.draft, bank)
            if entry is None:
                continue
            known = found is not None or not entry.kind.single
            news = live_notice(entry.data, found) if known else ""
            more = table_notice(screen.draft.table, bank.config.review, "meanwhile")
            if known or screen.draft.table is not None:
                screen.tell_news(". ".join(filter(None, (news, more))))

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
        forms = {id(form): form for form in self._open_forms() if form.is_mounted}
        for screen in reversed(self.screen_stack):
            if id(screen) in forms:
                draft = forms[id(screen)].current_draft()
            elif isinstance(screen, MainScreen):
                bar = screen.quick_add
                typed = bar.is_mounted and bar.line.value.strip()
                draft = screen.forms.quick_add_draft() if typed else None
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
