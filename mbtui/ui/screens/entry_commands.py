"""The commands that write, done by the main screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mbtui.bank.entry import Entry
from mbtui.bank.form import form_fields, prose, value_of
from mbtui.bank.quickadd import QuickAdd
from mbtui.bank.safetext import safe_line
from mbtui.bank.schema import Kind
from mbtui.store.again import write_again
from mbtui.store.errors import ConflictError, StoreError
from mbtui.ui.document import plain_text
from mbtui.ui.screens.conflict import Conflict, decided
from mbtui.ui.screens.dialogs import Ask, AskLine, Option, Pick
from mbtui.ui.screens.form import Draft, EntryForm
from mbtui.ui.tree_rows import KIND
from mbtui.ui.wording import title_of

if TYPE_CHECKING:
    from mbtui.ui.screens.main import MainScreen


class EntryCommands:
    """One method per command, called `do_` and its id."""

    def __init__(self, screen: MainScreen) -> None:
        self.screen = screen

    def _may_write(self) -> bool:
        reason = self.screen.bank.read_only
        if reason:
            self.screen.say(f"Read-only: {reason}")
        return not reason

    def _target(self) -> Entry | None:
        """The entry to write to; says why where there is none."""
        entry = self.screen.selected
        if entry is None:
            self.screen.say("There is no entry here")
        elif not self._may_write():
            return None
        elif entry.inline:
            self._offer_conversion(entry)
            return None
        return entry

    def _offer_conversion(self, entry: Entry) -> None:
        slug = entry.kind.slug
        text = (
            f"{entry.file}:{entry.line} holds these entries as an inline list, which is only"
            f" shown. As [[{slug}]] tables each can be edited; nothing else in the file changes."
        )

        def done(answer: str | None) -> None:
            if answer == "convert":
                store = self.screen.owner.store
                self.screen.owner.change(
                    lambda: store.convert_inline(entry.file, slug),
                    lambda _: self.screen.say(f"{entry.file}: {slug} is written as tables now"),
                    self._failed,
                )

        buttons = [("convert", f"Write them as [[{slug}]]"), ("", "Leave the file")]
        self.screen.app.push_screen(Ask("Entries in an inline list", text, buttons), done)

    def _failed(self, error: StoreError) -> None:
        self.screen.say(str(error))

    def _update(self, entry: Entry, changes: Mapping[str, Any], message: str) -> None:
        store = self.screen.owner.store
        self.screen.owner.change(
            lambda: store.update(entry, changes), lambda _: self.screen.say(message), self._failed
        )

    # Quick add

    def do_add(self) -> None:
        """Open quick add."""
        if self._may_write():
            self.screen.quick_add.open()

    def add_parsed(self, parsed: QuickAdd) -> None:
        """Save a quick-add line; it stays until it is on disk."""
        store = self.screen.owner.store

        def done(entry: Entry | None) -> None:
            self.screen.quick_add.close(clear=True)
            if entry is not None:
                self.reveal(entry)
                self.screen.say(f"Added {entry.id} to {entry.kind.title}: {title_of(entry)}")

        self.screen.owner.change(
            lambda: store.add(parsed.kind.slug, values_of(parsed)),
            done,
            lambda error: self.screen.quick_add.tell(str(error)),
        )

    def form_for(self, parsed: QuickAdd) -> None:
        """Open the form with what was typed; the line keeps it until that is saved."""
        texts = {
            "title": parsed.title,
            "tags": ", ".join(parsed.tags),
            "paths": "\n".join(parsed.paths),
            "status": parsed.status,
            parsed.kind.main_field: parsed.body,
            **{name: str(value) for name, value in parsed.fields.items()},
        }
        texts = {name: text for name, text in texts.items() if text}
        self.screen.quick_add.close(clear=False)
        self.open_form(Draft(parsed.kind, None, {}, texts))

    def reveal(self, entry: Entry) -> None:
        """Put the cursor on an entry where it is listed; else show its kind."""
        if self.screen.search.is_open or self.screen.list.go_to(entry.key):
            return
        self.screen.go.go_to_kind(entry.kind.slug)
        self.screen.list.go_to(entry.key)

    # The form

    def do_new(self) -> None:
        """Open the form for a new entry of the selected kind."""
        if not self._may_write():
            return
        kept = self.screen.owner.drafts.get("new")
        row = self.screen.sections.current
        slug = row.slug if row is not None and row.type == KIND else ""
        self.open_form(
            kept or Draft(self.screen.owner.kind_for_new(slug), None), restored=kept is not None
        )

    def do_edit(self) -> None:
        """Open the form on the entry, with text that was kept."""
        entry = self.screen.selected
        row = self.screen.sections.current
        if entry is None and row is not None and row.type == KIND:
            kind = self.screen.bank.schema.kinds.get(row.slug)
            if kind is not None and kind.single and self._may_write():
                self.edit_entry(self.screen.owner.single_entry(kind))
                return
        target = self._target()
        if target is not None:
            self.edit_entry(target)

    def edit_entry(self, entry: Entry) -> None:
        """Open the form on an entry."""
        kept = self.screen.owner.drafts.get(entry.id)
        draft = kept or Draft(entry.kind, entry, dict(entry.data))
        self.open_form(draft, restored=kept is not None)

    def open_form(self, draft: Draft, *, restored: bool = False) -> None:
        """Show the form; what is typed there belongs to the app until it is saved."""
        self.screen.app.push_screen(EntryForm(self.screen.bank.schema, draft, restored=restored))

    def save_form(self, event: EntryForm.Submitted) -> None:
        """Write what a form holds; the form stays until it is on disk."""
        form, kind, changes = event.form, event.kind, event.changes
        store = self.screen.owner.store
        entry = form.draft.entry

        def work() -> Entry | None:
            if entry is None:
                return store.add(kind.slug, changes)
            return store.update(entry, changes, base=form.draft.base)

        def done(written: Entry | None) -> None:
            self.screen.owner.keep_draft(form.draft.key, None)
            if entry is None:
                self.screen.quick_add.close(clear=True)
            form.dismiss(None)
            if written is not None:
                self.reveal(written)
                self.screen.say(f"Saved {written.id}" if changes else "Nothing was changed")

        def failed(error: StoreError) -> None:
            if isinstance(error, ConflictError):
                self._resolve(form, error)
            else:
                form.say(f"{error}. Your text is still here")

        self.screen.owner.change(work, done, failed)

    def _resolve(self, form: EntryForm, error: ConflictError) -> None:
        store = self.screen.owner.store

        def choose(choices: dict[str, str] | None) -> None:
            if choices is None:
                return
            base, changes = decided(error, choices)
            self.screen.owner.change(
                lambda: (
                    write_again(store, error.entry, error.mine, error.base)
                    if error.theirs is None
                    else store.update(error.entry, changes, base=base)
                ),
                lambda entry: self._resolved(form, entry),
                lambda again: (
                    self._resolve(form, again)
                    if isinstance(again, ConflictError)
                    else form.say(str(again))
                ),
            )

        self.screen.app.push_screen(Conflict(error), choose)

    def _resolved(self, form: EntryForm, entry: Entry | None) -> None:
        self.screen.owner.keep_draft(form.draft.key, None)
        form.dismiss(None)
        if entry is not None:
            self.screen.say(f"Saved {entry.id} with what you chose")

    # One key, one change

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
            if reason is not None:
                self.screen.owner.change(
                    lambda: store.archive(entry, reason.strip()),
                    lambda _: self.screen.say(f"Archived: {title_of(entry)}"),
                    self._failed,
                )

        self.screen.app.push_screen(
            AskLine(f"Archive {title_of(entry)}: why?", hint="Enter alone gives no reason"), done
        )

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
        text = "Archiving (d) keeps it readable and can be taken back."
        self.screen.app.push_screen(Ask(f"Delete {title_of(entry)}?", text, buttons), done)

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


def values_of(parsed: QuickAdd) -> dict[str, Any]:
    """What a quick-add line means as the table of a new entry."""
    values: dict[str, Any] = {"title": parsed.title, **parsed.fields}
    if parsed.status:
        values["status"] = parsed.status
    if parsed.tags:
        values["tags"] = parsed.tags
    if parsed.paths:
        values["paths"] = parsed.paths
    if parsed.body:
        values[parsed.kind.main_field] = prose(parsed.body)
    return values
