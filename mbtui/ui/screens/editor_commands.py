"""The entry as TOML in the user's editor, from the text in the file to the text in the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from mbtui.bank.entry import Entry
from mbtui.bank.form import form_fields
from mbtui.bank.safetext import safe_line
from mbtui.bank.schema import Kind
from mbtui.store.drafts import TOML_TEXT
from mbtui.store.errors import ConflictError, StoreError
from mbtui.ui.commands import key_of
from mbtui.ui.draft import Draft
from mbtui.ui.drafts import present
from mbtui.ui.screens.deciding import DecidingCommands, Outcomes
from mbtui.ui.tree_rows import KIND
from mbtui.ui.wording import title_of

if TYPE_CHECKING:
    from mbtui.store.as_text import EntryText, TypedTextError
    from mbtui.ui.comparison import Decision


def _kept() -> str:
    return f"what you typed is kept: {key_of('edit_toml')} goes on with it"


class EditorCommands(DecidingCommands):
    """One method per command, called `do_` and its id."""

    def do_edit_toml(self) -> None:
        """Open the entry's own text in the editor, or the one that was kept unsaved."""
        row = self.screen.sections.current
        kind = self.screen.bank.schema.kinds.get(row.slug) if row and row.type == KIND else None
        if kind is not None and kind.single and not self.screen.search.is_open:
            entry = self.screen.owner.single_entry(kind) if self._may_write() else None
        else:
            entry = self._target()
        if entry is None:
            return
        kept = self.screen.owner.drafts.of(entry, as_toml=True)
        if kept is not None:
            self.go_on(replace(kept, entry=entry))
        else:
            self._read(entry)

    def go_on(self, draft: Draft) -> None:
        """Open a text that was kept, on the entry as it is now."""
        entry = present(draft, self.screen.bank) or draft.entry
        self._open(replace(draft, entry=entry), draft.texts[TOML_TEXT])

    def _read(self, entry: Entry) -> None:
        store = self.screen.owner.store
        found: list[EntryText] = []

        def work() -> None:
            store.warning = ""
            found[:] = [store.text_of(entry)]

        def done(_: Entry | None) -> None:
            text, table = found[0]
            self._open(Draft(entry.kind, entry, table, base_text=text), text)

        self.screen.owner.change(work, done, self._failed)

    def _open(self, draft: Draft, text: str, told: str = "", line: int = 1) -> None:
        """Run the editor on a text; save what comes back, if it is another one."""
        from mbtui.store.as_text import with_own_line, without_own_lines

        owner = self.screen.owner
        shown = with_own_line(text, safe_line(told or _about(draft)))
        edited = owner.edit_elsewhere(draft, TOML_TEXT, shown, ".toml", line + 1)
        typed = without_own_lines(edited.text)
        is_kept = draft.name in owner.drafts.names()
        if not typed.strip() or typed.strip("\n") == text.strip("\n"):
            edited.put_away()
            what = "Nothing was changed" if typed.strip() else "The text was empty"
            said = edited.told or what
            self.screen.say(f"{said}; nothing was written" + f"; {_kept()}" * is_kept)
            return
        draft = replace(draft, texts={TOML_TEXT: typed})
        owner.keep_draft(draft)
        edited.put_away()
        if edited.failed:
            self.screen.say(f"{edited.told}; nothing was written; {_kept()}")
        else:
            self._save(draft, typed)

    def _save(self, draft: Draft, typed: str) -> None:
        from mbtui.store.as_text import EntryText, TypedTextError

        owner, entry = self.screen.owner, draft.entry
        assert entry is not None
        base = EntryText(draft.base_text, draft.base)

        def failed(error: StoreError) -> None:
            if isinstance(error, TypedTextError):
                self._ask(draft, typed, error)
            else:
                self.screen.say(f"{error}; {_kept()}")

        def done(written: Entry | None) -> None:
            owner.drop_draft(draft.name)
            if written is not None:
                self.reveal(written)
                told = "".join(f"; {problem}" for problem in written.problems)
                self.screen.say(f"Saved: {title_of(written)}{told}")

        self.write(
            lambda: owner.store.rewrite(entry, typed, base),
            Outcomes(done, lambda error: self._resolve(draft, error, done), failed),
        )

    def _ask(self, draft: Draft, typed: str, error: TypedTextError) -> None:
        """Nothing was written, for the text is not the entry: ask how to go on."""
        from mbtui.ui.screens.dialogs import Ask

        owner = self.screen.owner
        # In the editor the text stands under a line of mbtui's own.
        place = f"Line {error.line + 1}, column {error.column} {error}"

        def done(answer: str | None) -> None:
            if answer == "edit":
                self._open(draft, typed, place, error.line)
            elif answer == "drop":
                owner.drop_draft(draft.name)
                self.screen.say("Nothing was written; the typed text is dropped")
            else:
                self.screen.say(f"Nothing was written; {_kept()}")

        buttons = [("edit", "Go on editing"), ("keep", "Keep as a draft"), ("drop", "Discard it")]
        self.screen.app.push_screen(Ask("Nothing was written yet", place, buttons), done)

    def _resolve(
        self, draft: Draft, error: ConflictError, done: Callable[[Entry | None], None]
    ) -> None:
        """Others changed the same fields: show both texts."""
        from mbtui.ui.comparison import as_typed
        from mbtui.ui.questions import of_save

        owner = self.screen.owner
        results = Draft(draft.kind, draft.entry, dict(error.base))

        def decided(written: Entry | None) -> None:
            owner.drop_draft(results.name)
            done(written)

        def keep(texts: Mapping[str, str]) -> None:
            typed = as_typed(form_fields(draft.kind, error.base), texts)
            owner.keep_draft(replace(results, texts=typed))

        def dropped(_: Decision) -> None:
            owner.drop_draft(draft.name)
            self.screen.say(f"Nothing was written: {title_of(error.entry)}")

        outcomes = Outcomes(
            decided,
            lambda again: self._resolve(draft, again, done),
            lambda failure: self.screen.say(f"{failure}; {_kept()}"),
            left=lambda: self.screen.say(f"Nothing was written; {_kept()}"),
            other=dropped,
            keep=keep,
        )
        self.decide(of_save(error, "Later"), outcomes)


def _about(draft: Draft) -> str:
    """What may be written in an entry, in one line."""
    kind = draft.kind
    parts = [kind.title]
    if draft.entry is not None and not kind.single:
        parts.append(f"{draft.entry.id} {title_of(draft.entry)}")
    if kind.statuses:
        parts.append(f"status: {', '.join(kind.statuses)}")
    parts.append(f"fields: {', '.join(_fields(kind))}")
    return " · ".join(parts)


def _fields(kind: Kind) -> list[str]:
    return [
        f"{field.name} ({', '.join(field.choices)})" if field.choices else field.name
        for field in kind.fields
    ]
