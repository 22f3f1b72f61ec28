"""Quick add and the form, from opening to what is on disk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mbtui.bank.entry import Entry
from mbtui.bank.form import prose
from mbtui.bank.quickadd import QuickAdd
from mbtui.store.again import write_again
from mbtui.store.errors import ConflictError, StoreError
from mbtui.ui.screens.conflict import Conflict, decided
from mbtui.ui.screens.form import Draft, EntryForm
from mbtui.ui.screens.writing import WritingCommands
from mbtui.ui.tree_rows import KIND
from mbtui.ui.wording import title_of


class FormCommands(WritingCommands):
    """One method per command, called `do_` and its id."""

    def do_add(self) -> None:
        """Open quick add."""
        if self._may_write():
            self.screen.quick_add.open()

    def add_parsed(self, parsed: QuickAdd) -> None:
        """Save a quick-add line; it stays until it is on disk, and what was typed since stays."""
        store, bar = self.screen.owner.store, self.screen.quick_add
        if bar.saving:
            return
        bar.saving = True
        submitted = bar.text

        def done(entry: Entry | None) -> None:
            bar.saving = False
            if bar.text == submitted:
                bar.close(clear=True)
            if entry is not None:
                self.reveal(entry)
                self.screen.say(f"Added {entry.id} to {entry.kind.title}: {title_of(entry)}")

        def failed(error: StoreError) -> None:
            bar.saving = False
            bar.tell(str(error))

        self.screen.owner.change(
            lambda: store.add(parsed.kind.slug, values_of(parsed)), done, failed
        )

    def form_for(self, parsed: QuickAdd) -> None:
        """Go on in the form with what was typed; from now on it is the form's."""
        draft = _draft_of(parsed, self.screen.quick_add.draft_name)
        self.screen.quick_add.close(clear=True)
        self.open_form(draft)

    def quick_add_draft(self) -> Draft | None:
        """What stands in the quick-add line, as a draft of a new entry; None for an empty one."""
        bar = self.screen.quick_add
        if not bar.is_mounted or not bar.line.value.strip():
            return None
        return _draft_of(bar.parsed(), bar.draft_name)

    def do_new(self) -> None:
        """Open the form for a new entry of the selected kind."""
        if not self._may_write():
            return
        kept = self.screen.owner.drafts.of(None)
        row = self.screen.sections.current
        slug = row.slug if row is not None and row.type == KIND else ""
        self.open_form(
            kept or Draft(self.screen.owner.kind_for_new(slug), None), restored=kept is not None
        )

    def do_edit(self) -> None:
        """Open the form on the entry, with text that was kept."""
        row = self.screen.sections.current
        if row is not None and row.type == KIND and not self.screen.search.is_open:
            kind = self.screen.bank.schema.kinds.get(row.slug)
            if kind is not None and kind.single and self._may_write():
                self.edit_entry(self.screen.owner.single_entry(kind))
                return
        target = self._target()
        if target is not None:
            self.edit_entry(target)

    def edit_entry(self, entry: Entry) -> None:
        """Open the form on an entry."""
        kept = self.screen.owner.drafts.of(entry)
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
        if form.saving:
            return
        form.saving = True

        def work() -> Entry | None:
            if entry is None:
                return store.add(kind.slug, changes)
            return store.update(entry, changes, base=form.draft.base)

        def done(written: Entry | None) -> None:
            if written is not None:
                self.reveal(written)
                self.screen.say(f"Saved {written.id}" if changes else "Nothing was changed")
            self._close_form(form, event.texts, written)

        def failed(error: StoreError) -> None:
            form.saving = False
            if isinstance(error, ConflictError):
                self._resolve(form, error)
            else:
                form.say(f"{error}. Your text is still here")

        self.screen.owner.change(work, done, failed)

    def _close_form(self, form: EntryForm, saved: Mapping[str, str], written: Entry | None) -> None:
        """Close a form that was saved; text typed meanwhile goes on in a form on the entry."""
        typed = form.typed()
        later = {name: text for name, text in typed.items() if text != saved.get(name, text)}
        self.screen.owner.drop_draft(form.draft.name)
        if self.screen.app.screen is form:
            form.dismiss(None)
        if later and written is not None:
            draft = Draft(written.kind, written, dict(written.data), later)
            self.open_form(draft, restored=True)

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
        self._close_form(form, form.typed(), entry)
        if entry is not None:
            self.screen.say(f"Saved {entry.id} with what you chose")


def _draft_of(parsed: QuickAdd, name: str) -> Draft:
    """The form that a quick-add line fills."""
    texts = {
        "title": parsed.title,
        "tags": ", ".join(parsed.tags),
        "paths": "\n".join(parsed.paths),
        "status": parsed.status,
        parsed.kind.main_field: parsed.body,
        **{field: str(value) for field, value in parsed.fields.items()},
    }
    filled = {field: text for field, text in texts.items() if text}
    return Draft(parsed.kind, None, {}, filled, name)


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
