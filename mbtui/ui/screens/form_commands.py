"""Quick add and the form, from opening to what is on disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from mbtui.bank.bank import BANK_FILE, Problem
from mbtui.bank.entry import Entry
from mbtui.bank.form import prose, too_long_for_form
from mbtui.bank.quickadd import QuickAdd
from mbtui.bank.review import SCHEDULE
from mbtui.bank.schema import Kind
from mbtui.store.drafts import TOML_TEXT
from mbtui.store.errors import ConflictError, StoreError
from mbtui.ui.availability import CHOOSE, as_sentence
from mbtui.ui.commands import TREE
from mbtui.ui.draft import Draft
from mbtui.ui.drafts import present
from mbtui.ui.screens.deciding import DecidingCommands, Outcomes
from mbtui.ui.screens.form import EntryForm
from mbtui.ui.tree_rows import KIND
from mbtui.ui.wording import title_of

if TYPE_CHECKING:
    from mbtui.ui.comparison import Decision


class Typed(NamedTuple):
    """What a form that was submitted holds: `table` has the changes of a table beside the entry.

    `reason` is why the entry gets another status.
    """

    kind: Kind
    changes: dict[str, Any | None]
    texts: Mapping[str, str]
    table: Mapping[str, Any]
    reason: str = ""


class FormCommands(DecidingCommands):
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
                self.screen.owner.drop_draft(bar.draft_name)
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

    def keep_quick_add(self) -> None:
        """Keep what stands in the quick-add line; forget what was emptied."""
        draft = self.quick_add_draft()
        if draft is None:
            self.screen.owner.drop_draft(self.screen.quick_add.draft_name)
        else:
            self.screen.owner.keep_draft(draft)

    def do_new(self) -> None:
        """Open the form for a new entry of the selected kind."""
        if not self._may_write():
            return
        kept = self.screen.owner.drafts.of(None)
        if kept is not None and kept.name == self.screen.quick_add.draft_name:
            kept = None
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
        if self.screen.where == TREE and self.screen.panes.alone:
            self.screen.say(as_sentence("edit", CHOOSE))
            return
        target = self._target()
        if target is not None:
            self.edit_entry(target)

    def edit_entry(self, entry: Entry) -> None:
        """Open the form on an entry; where its text is too long for one, show it in the file."""
        reason = too_long_for_form(entry.kind, entry.data)
        if reason:
            self.screen.owner.show_file(Problem(entry.file, reason, entry.line))
            return
        kept = self.screen.owner.drafts.of(entry)
        if kept is None:
            self.open_form(Draft(entry.kind, entry, dict(entry.data)))
        else:
            self.open_kept(replace(kept, entry=entry))

    def open_kept(self, draft: Draft) -> None:
        """Open the form with text that was kept, and say what became of its entry since."""
        from mbtui.ui.questions import draft_notice, table_notice

        if TOML_TEXT in draft.texts:
            self.screen.editor.go_on(draft)
            return
        entry = present(draft, self.screen.bank)
        known = draft.entry is None or (entry is None and draft.entry.kind.single)
        notice = "" if known else draft_notice(draft.base, entry)
        more = table_notice(draft.table, self.screen.bank.config.review, "since you typed")
        notices = ". ".join(filter(None, (notice, more)))
        self.open_form(draft, restored=True, notice=notices)

    def open_form(self, draft: Draft, *, restored: bool = False, notice: str = "") -> None:
        """Show the form; what is typed there belongs to the app until it is saved."""
        bank = self.screen.bank
        if draft.kind.slug == SCHEDULE:
            from mbtui.ui.screens.schedule_form import ScheduleForm

            make: Callable[..., EntryForm] = partial(ScheduleForm, review=bank.config.review)
        else:
            make = EntryForm
        paths = self.screen.owner.path_hints
        more = {"restored": restored, "notice": notice, "tags": bank.tags, "paths": paths}
        self.screen.app.push_screen(make(bank.schema, draft, **more))
        self.screen.kept.withdraw(draft.name)

    def save_form(self, event: EntryForm.Submitted) -> None:
        """Write what a form holds; the form stays until it is on disk.

        Why a decision gets another status is asked first, over the form.
        """
        form, entry = event.form, event.form.draft.entry
        if form.saving or self.screen.app.screen is not form:
            return
        typed = Typed(event.kind, event.changes, event.texts, form.table_changes)
        if entry is None or "status" not in event.changes:
            self._save(form, typed)
            return

        def answered(reason: str) -> None:
            self._save(form, typed._replace(reason=reason))

        def left() -> None:
            form.say("Nothing was saved; your text is still here")

        self.ask_of_status([entry], event.changes["status"] or "no status", answered, left)

    def _save(self, form: EntryForm, typed: Typed) -> None:
        store, entry, changes = self.screen.owner.store, form.draft.entry, typed.changes
        form.saving = True

        def work() -> Entry | None:
            if entry is None:
                return store.add(typed.kind.slug, changes)
            if not typed.table:
                return store.update(entry, changes, base=form.draft.base, reason=typed.reason)
            from mbtui.store.bank_table import review_entry

            with store.bulk("edit", entry.title):
                store.update(review_entry(form.table), typed.table, base=form.table)
                return store.update(entry, changes, base=form.draft.base) if changes else None

        def done(written: Entry | None) -> None:
            if written is not None:
                self.reveal(written)
                self.screen.say(f"Saved: {title_of(written)}" if changes else "Nothing was changed")
            elif typed.table:
                self.screen.say("Saved the review schedule")
            self._close_form(form, typed, typed.texts, written)

        def failed(error: StoreError) -> None:
            form.saving = False
            if isinstance(error, ConflictError):
                self._resolve(form, error, typed)
            else:
                form.say(f"{error}. Your text is still here")

        self.screen.owner.change(work, done, failed)

    def _close_form(
        self, form: EntryForm, typed: Typed, saved: Mapping[str, str], written: Entry | None
    ) -> None:
        """Close a form that was saved; text typed meanwhile goes on in a form on the entry."""
        texts = form.typed()
        later = {name: text for name, text in texts.items() if text != saved.get(name, text)}
        self.screen.owner.drop_draft(form.draft.name)
        if self.screen.app.screen is form:
            form.dismiss(None)
        if later:
            self.open_form(typed_later(form.draft, written, typed.table, later), restored=True)

    def _resolve(self, form: EntryForm, error: ConflictError, typed: Typed) -> None:
        from mbtui.ui.questions import of_save

        form.saving = True

        def free() -> None:
            form.saving = False

        def failed(error: StoreError) -> None:
            free()
            form.say(f"{error}. Your text is still here")

        def stays(decision: Decision) -> None:
            self.screen.owner.drop_draft(form.draft.name)
            form.dismiss(None)
            self.screen.say(f"Nothing was written: {title_of(error.entry)}")

        def resolved(entry: Entry | None) -> None:
            if error.entry.file == BANK_FILE and typed.changes:
                self._save(form, typed._replace(table={}))
                return
            own = None if error.entry.file == BANK_FILE else entry
            self._close_form(form, typed, form.typed(), own)
            if entry is not None:
                self.screen.say(f"Saved {entry.id} with what you chose")

        outcomes = Outcomes(
            resolved,
            lambda again: self._resolve(form, again, typed),
            failed,
            left=free,
            other=stays,
            keep=form.take,
            reason=typed.reason,
        )
        self.decide(of_save(error), outcomes)


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


def typed_later(
    draft: Draft, written: Entry | None, table: Mapping[str, Any], texts: Mapping[str, str]
) -> Draft:
    """What was typed while `draft` was saved; `table` has what was changed beside the entry.

    `written` is None where only that was changed.
    """
    entry, base = draft.entry, draft.base
    if written is not None:
        entry, base = written, dict(written.data)
    after = None
    if draft.table is not None:
        # Not as it is on disk now: there it may have what others changed, unseen in the form.
        after = {n: v for n, v in {**draft.table, **table}.items() if v is not None}
    kind = draft.kind if entry is None else entry.kind
    return Draft(kind, entry, base, dict(texts), table=after)


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
