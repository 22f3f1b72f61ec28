"""The commands that change an entry with one key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mbtui.bank.entry import Entry, plain
from mbtui.bank.form import form_fields, value_of
from mbtui.bank.safetext import safe_line
from mbtui.bank.schema import Kind
from mbtui.store.errors import ConflictError, StoreError
from mbtui.store.undoing import TakenBack
from mbtui.ui.document import plain_text
from mbtui.ui.screens.dialogs import Ask, AskLine, Option, Pick
from mbtui.ui.screens.writing import WritingCommands
from mbtui.ui.wording import title_of


class EntryCommands(WritingCommands):
    """One method per command, called `do_` and its id."""

    def _update(self, entry: Entry, changes: Mapping[str, Any], message: str) -> None:
        store = self.screen.owner.store
        self.screen.owner.change(
            lambda: store.update(entry, changes), lambda _: self.screen.say(message), self._failed
        )

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
            if choice is not None and choice != entry.status:
                self._update(entry, {"status": choice}, f"{title_of(entry)}: {choice}")

        title = f"Status of {title_of(entry)}"
        self.screen.app.push_screen(Pick(title, options, value=entry.status), done)

    def do_tags(self) -> None:
        """Edit the entry's tags in one line."""
        entry = self._target()
        if entry is None:
            return

        field = next((f for f in form_fields(entry.kind, entry.data) if f.name == "tags"), None)
        if field is None:
            self.screen.say(f"{entry.kind.title} has no tags")
            return

        def done(text: str | None) -> None:
            if text is not None and text != field.text:
                self._update(entry, {"tags": value_of(field, text)}, "Tags saved")

        used = ", ".join(self.screen.bank.tags()[:8])
        self.screen.app.push_screen(
            AskLine(f"Tags of {title_of(entry)}", field.text, safe_line(used)), done
        )

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
        store = self.screen.owner.store
        if entry.archived:
            self.screen.owner.change(
                lambda: store.restore(entry),
                lambda _: self.screen.say(f"Restored: {title_of(entry)}"),
                self._failed,
            )
            return
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

        self._ask_reason(entry, done)

    def _ask_reason(
        self, entry: Entry, done: Callable[[str | None], None], value: str = ""
    ) -> None:
        hint = "Enter alone gives no reason"
        self.screen.app.push_screen(AskLine(f"Archive {title_of(entry)}: why?", value, hint), done)

    def do_delete(self) -> None:
        """Delete the entry, after asking."""
        entry = self._target()
        if entry is None:
            return
        if entry.kind.single:
            self.screen.say(f"{entry.kind.title} is never deleted; empty its fields instead")
            return
        store = self.screen.owner.store

        def done(answer: str | None) -> None:
            if answer == "delete":
                self.screen.owner.change(
                    lambda: store.delete(entry),
                    lambda _: self.screen.say(f"Deleted: {title_of(entry)}"),
                    self._failed,
                )

        buttons = [("", "Keep it"), ("delete", "Delete it for good")]
        text = "u takes it back. Archiving (d) keeps it readable instead."
        self.screen.app.push_screen(Ask(f"Delete {title_of(entry)}?", text, buttons), done)

    def do_undo(self) -> None:
        """Take back the latest change of this author, and name it."""
        self._take_back(self.screen.owner.store.undo, "Taken back")

    def do_redo(self) -> None:
        """Bring back the change that was taken back last."""
        self._take_back(self.screen.owner.store.redo, "Brought back")

    def _take_back(self, action: Callable[[], TakenBack], word: str) -> None:
        if not self._may_write():
            return
        taken: list[TakenBack] = []

        def work() -> Entry | None:
            taken.append(action())
            return taken[0].entry

        def done(entry: Entry | None) -> None:
            change = taken[0].change
            if entry is not None and not entry.archived:
                self.reveal(entry)
            told = word if taken[0].made else "Gone already"
            self.screen.say(f"{told}: {change.what} of {change.title}")

        def failed(error: StoreError) -> None:
            if isinstance(error, ConflictError):
                who = plain((error.theirs or {}).get("updated_by", "someone"))
                self.screen.say(
                    f"Not taken back: {error.entry.id} was changed since by {who}; edit it instead"
                )
            else:
                self.screen.say(str(error))

        self.screen.owner.change(work, done, failed)

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
                safe_line(self.screen.selected.id), f"the id {self.screen.selected.id}"
            )
