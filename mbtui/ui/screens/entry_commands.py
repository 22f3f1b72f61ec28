"""The commands that change an entry with one key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mbtui.bank.entry import Entry
from mbtui.bank.form import LONGEST_FORM_LINE, form_fields, value_of
from mbtui.bank.safetext import safe_line
from mbtui.bank.schema import Kind
from mbtui.store.errors import ConflictError, StoreError
from mbtui.store.undoing import TakenBack, UndoConflictError
from mbtui.ui.commands import key_of
from mbtui.ui.document import plain_text
from mbtui.ui.draft import Draft
from mbtui.ui.glyphs import glyphs
from mbtui.ui.screens.deciding import DecidingCommands, Outcomes
from mbtui.ui.screens.dialogs import Ask, AskLine, Option, Pick
from mbtui.ui.screens.writing import NO_REASON
from mbtui.ui.wording import short_line, title_of

if TYPE_CHECKING:
    from mbtui.ui.comparison import Decision


class EntryCommands(DecidingCommands):
    """One method per command, called `do_` and its id."""

    def _update(
        self, entry: Entry, changes: Mapping[str, Any], message: str, reason: str = ""
    ) -> None:
        store = self.screen.owner.store

        def conflict(error: ConflictError) -> None:
            from mbtui.ui.questions import of_save

            self.decide(of_save(error, "Leave it as it is"), outcomes)

        def done(_: Entry | None) -> None:
            self.screen.say(message)

        outcomes = Outcomes(done, conflict, self._failed, reason=reason)
        self.write(lambda: store.update(entry, changes, reason=reason), outcomes)

    def do_status(self) -> None:
        """Pick the entry's status."""
        entry = self._target()
        if entry is None:
            return
        if not entry.kind.statuses:
            self.screen.say(f"{entry.kind.title} has no status")
            return
        options = [
            Option(word, word, "closed" if entry.kind.is_closed(word) else "")
            for word in entry.kind.statuses
        ]

        def done(choice: str | None) -> None:
            if choice is None or choice == entry.status:
                return

            def set_for(reason: str) -> None:
                told = f"{title_of(entry)}: {choice}"
                self._update(entry, {"status": choice}, told, reason)

            self.ask_of_status([entry], choice, set_for)

        title = f"Status of {title_of(entry)}"
        self.screen.app.push_screen(Pick(title, options, value=entry.status), done)

    def do_tags(self) -> None:
        """Edit the entry's tags in one line."""
        entry = self._target()
        if entry is None:
            return

        tags = {"tags": entry.data.get("tags")}
        field = next((f for f in form_fields(entry.kind, tags) if f.name == "tags"), None)
        if field is None:
            self.screen.say(f"{entry.kind.title} has no tags")
            return
        if len(field.text) > LONGEST_FORM_LINE:
            self.screen.say(f"{len(entry.tags):,} tags are too many for a line; edit the file")
            return

        def done(text: str | None) -> None:
            if text is not None and text != field.text:
                self._update(entry, {"tags": value_of(field, text)}, "Tags saved")

        known = self.screen.bank.tags
        used = ", ".join(known()[:8])
        ask = AskLine(f"Tags of {title_of(entry)}", field.text, safe_line(used), tags=known)
        self.screen.app.push_screen(ask, done)

    def do_move(self) -> None:
        """Move the entry to another kind; asks for a status that the new kind lacks."""
        entry = self._target()
        if entry is None:
            return
        if entry.kind.single:
            self.screen.say(f"{entry.kind.title} stays where it is")
            return
        kinds = [k for k in self.screen.bank.schema.kinds.values() if not k.single]
        options = [Option(k.slug, k.title) for k in kinds if k.slug != entry.kind.slug]

        def chosen(slug: str | None) -> None:
            if slug is None:
                return
            kind = self.screen.bank.schema.kinds[slug]
            if entry.status and kind.statuses and entry.status not in kind.statuses:
                words = [Option(word, word) for word in kind.statuses]
                self.screen.app.push_screen(
                    Pick(f"{kind.title} has no status {entry.status}; it becomes", words),
                    lambda status: self._move(entry, kind, status) if status else None,
                )
            else:
                self._move(entry, kind, None)

        self.screen.app.push_screen(Pick(f"Move {title_of(entry)} to", options), chosen)

    def _move(self, entry: Entry, kind: Kind, status: str | None) -> None:
        store = self.screen.owner.store
        self.screen.owner.change(
            lambda: store.move(entry, kind.slug, status=status),
            lambda _: self.screen.say(f"Moved to {kind.title}: {title_of(entry)}"),
            self._failed,
        )

    def do_archive(self) -> None:
        """Archive the entry with a reason; an archived one comes back."""
        entry = self._target()
        if entry is None:
            return
        if entry.archived:
            self.do_restore()
            return
        store = self.screen.owner.store
        if entry.kind.single:
            self.screen.say(f"{entry.kind.title} is never archived")
            return

        def done(reason: str | None) -> None:
            if reason is None:
                return

            def failed(error: StoreError) -> None:
                self._ask_reason(entry, done, reason)
                self.screen.say(str(error))

            self.screen.owner.change(
                lambda: store.archive(entry, reason.strip()),
                lambda _: self.screen.say(f"Archived: {title_of(entry)}"),
                failed,
            )

        if self.screen.reviews.archives_at_once():
            done(self.screen.reviews.reason_of(entry))
        else:
            self._ask_reason(entry, done)

    def do_restore(self) -> None:
        """Bring an archived entry back."""
        entry = self._target()
        if entry is not None:
            store = self.screen.owner.store
            self.screen.owner.change(
                lambda: store.restore(entry),
                lambda _: self.screen.say(f"Restored: {title_of(entry)}"),
                self._failed,
            )

    def _ask_reason(
        self, entry: Entry, done: Callable[[str | None], None], value: str = ""
    ) -> None:
        ask = AskLine(f"Archive {title_of(entry)}: why?", value, NO_REASON)
        self.screen.app.push_screen(ask, done)

    def do_delete(self) -> None:
        """Delete the entry, after asking."""
        entry = self._target()
        if entry is None:
            return
        if entry.kind.single:
            self.screen.say(f"{entry.kind.title} is never deleted; empty its fields instead")
            return
        store = self.screen.owner.store

        def delete(reason: str) -> None:
            self.screen.owner.change(
                lambda: store.delete(entry, reason),
                lambda _: self.screen.say(f"Deleted: {title_of(entry)}"),
                self._failed,
            )

        def done(answer: str | None) -> None:
            if answer == "delete":
                self.ask_why(f"Delete {title_of(entry)}: why?", delete)

        buttons = [("", "Keep it"), ("delete", "Delete it")]
        undo, archive = key_of("undo"), key_of("archive")
        text = f"{undo} takes it back. {archive} archives it instead, to be read later."
        self.screen.app.push_screen(Ask(f"Delete {title_of(entry)}?", text, buttons), done)

    def do_undo(self) -> None:
        """Take back the latest change of this author, and name it."""
        self._take_back(self.screen.owner.store.undo, redo=False)

    def do_redo(self) -> None:
        """Bring back the change that was taken back last."""
        self._take_back(self.screen.owner.store.redo, redo=True)

    def _take_back(self, action: Callable[[], TakenBack], *, redo: bool) -> None:
        if not self._may_write():
            return
        taken: list[TakenBack] = []

        def work() -> Entry | None:
            taken[:] = [action()]
            return taken[0].entry

        def done(entry: Entry | None) -> None:
            self._tell_taken_back(taken[0], "Brought back" if redo else "Taken back")

        def conflict(error: ConflictError) -> None:
            if isinstance(error, UndoConflictError):
                self._decide_undo(error, redo=redo)
            else:
                self._failed(error)

        self.write(work, Outcomes(done, conflict, self._failed))

    def _tell_taken_back(self, taken: TakenBack, word: str) -> None:
        if taken.entry is not None and not taken.entry.archived:
            self.reveal(taken.entry)
        told = word if taken.made else "Gone already"
        note = f"{glyphs.sep}{taken.note}" if taken.note else ""
        self.screen.say(f"{told}: {taken.change.summary}{note}")

    def _decide_undo(self, error: UndoConflictError, *, redo: bool) -> None:
        """Ask what becomes of a change that others changed since."""
        from mbtui.store.inverse import Decision as Answer
        from mbtui.ui.comparison import as_typed, result
        from mbtui.ui.questions import of_undo

        owner, entry = self.screen.owner, error.entry
        comparison = of_undo(error, redo=redo)
        seen = dict(error.theirs or {})
        draft = Draft(entry.kind, entry, seen)
        decide = owner.store.decide

        def write(decision: Decision) -> Entry | None:
            answer = Answer(*result(comparison, decision))
            if not error.mine:
                answer = Answer(seen, {})
            elif error.theirs is None:
                answer = Answer(error.base, error.mine)
            return decide(error, answer).entry

        def done(written: Entry | None) -> None:
            owner.drop_draft(draft.name)
            if written is not None:
                self.reveal(written)
            self.screen.say(f"Done as you chose: {title_of(entry)}")

        def conflict(newer: ConflictError) -> None:
            if isinstance(newer, UndoConflictError):
                self._decide_undo(newer, redo=redo)
            else:
                self._failed(newer)

        def keep(texts: Mapping[str, str]) -> None:
            typed = as_typed(form_fields(entry.kind, seen), texts)
            owner.keep_draft(replace(draft, texts=typed))

        def left() -> None:
            kept = draft.name in owner.drafts.names()
            more = f"; the text you typed is kept: {key_of('edit')} goes on with it" if kept else ""
            self.screen.say(f"Nothing was written; {key_of('undo')} asks again{more}")

        def stays(decision: Decision) -> None:
            told = f"Left as it is: {title_of(entry)}"
            outcomes = Outcomes(lambda _: self.screen.say(told), conflict, self._failed)
            self.write(lambda: decide(error, Answer({}, {})).entry, outcomes)

        outcomes = Outcomes(done, conflict, self._failed, left, stays, keep, write)
        self.decide(comparison, outcomes)

    def do_copy_text(self) -> None:
        """Send the entry's text to the terminal's clipboard."""
        if self.screen.selected is None:
            self.screen.say("There is no entry here")
        else:
            self.screen.owner.copy(plain_text(self.screen.selected), "the text")

    def do_copy_id(self) -> None:
        """Send the entry's id to the terminal's clipboard."""
        if self.screen.selected is None:
            self.screen.say("There is no entry here")
        else:
            self.screen.owner.copy(
                self.screen.selected.id, f"the id {short_line(self.screen.selected.id)}"
            )
