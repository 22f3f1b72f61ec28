"""Settling what is in two versions: git's conflicts, and entries that stand in two places."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from mbtui.bank.entry import Entry
from mbtui.bank.merge_section import KIND, MergedEntry, Version
from mbtui.bank.safetext import safe_line
from mbtui.store.file_conflicts import FileConflict, Settled
from mbtui.store.git import side_names
from mbtui.ui.commands import key_of
from mbtui.ui.comparison import EDITED, MINE, SAVE, Comparison, Decision, chosen
from mbtui.ui.draft import Draft
from mbtui.ui.glyphs import glyphs
from mbtui.ui.questions_git import of_git, of_twin
from mbtui.ui.screens.conflict import Conflict
from mbtui.ui.screens.dialogs import Ask
from mbtui.ui.screens.writing import WritingCommands
from mbtui.ui.wording import plural, title_of

ARCHIVE_THIS, KEEP_LIVE = "archive", "live"


class _Question(NamedTuple):
    """An entry that a person has to decide on, and the file that it is in."""

    conflict: FileConflict
    entry: MergedEntry


class Settle(WritingCommands):
    """Asks about one entry after the other, then writes what was decided."""

    # Git

    def begin(self, found: Sequence[FileConflict]) -> None:
        """Settle the files that git has not merged."""
        if not found:
            self.screen.say("Nothing to settle: git has merged every file of the bank")
            return
        names = side_names(self.screen.owner.store.folder)
        questions = [_Question(item, entry) for item in found for entry in item.undecided]
        self._ask(list(found), questions, {}, names, 0)

    def _ask(
        self,
        found: list[FileConflict],
        questions: list[_Question],
        decided: dict[str, dict[str, Version | None]],
        names: tuple[str, str],
        at: int,
    ) -> None:
        """Ask about one entry after the other; then write."""
        if at == len(questions):
            self._write_settled(found, decided)
            return
        conflict, entry = questions[at]
        place = f"{at + 1} of {len(questions)}{glyphs.sep}" if len(questions) > 1 else ""
        copies = self.screen.bank.find(entry.key)
        archived = next((copy for copy in copies if copy.archived), None)
        archived = archived or next((c.archived_twin for c in copies if c.archived_twin), None)
        comparison = of_git(conflict.file, entry, names, place, archived)

        def answered(decision: Decision | None) -> None:
            if decision is None:
                self.screen.say("Nothing was written; git's conflict is as it was")
                return
            version = _decided(entry, comparison, decision)
            decided.setdefault(conflict.file, {})[entry.key] = version
            self._ask(found, questions, decided, names, at + 1)

        self.show(comparison, answered)

    def _write_settled(
        self, found: list[FileConflict], decided: dict[str, dict[str, Version | None]]
    ) -> None:
        store = self.screen.owner.store
        settled: list[Settled] = []

        def work() -> None:
            for conflict in found:
                settled.append(store.settle(conflict, decided.get(conflict.file, {})))

        def done(_: Entry | None) -> None:
            self.screen.owner.look_for_conflicts()
            self._offer_adding(settled)

        self.screen.owner.change(work, done, self._failed)

    def _offer_adding(self, settled: list[Settled]) -> None:
        left = [item for item in settled if not item.is_settled]
        ready = [item.file for item in settled if item.is_settled and item.in_index]
        told = "; ".join(line for item in left for line in item.told())
        if not ready:
            self.screen.say(told or "Settled")
            return
        store = self.screen.owner.store

        def answered(answer: str | None) -> None:
            if answer != "add":
                self.screen.say(told or "Merged; `git add` tells git when you are ready")
                return
            self.screen.owner.change(
                lambda: store.add_to_git(ready),
                lambda _: self._added(told),
                self._failed,
            )

        text = f"{', '.join(map(safe_line, ready))}. {safe_line(told)}".strip()
        title = "Merged. Tell git?"
        buttons = [("add", "git add"), ("", "Not yet")]
        self.screen.app.push_screen(Ask(title, text, buttons), answered)

    def _added(self, told: str) -> None:
        self.screen.owner.look_for_conflicts()
        twice = sum(1 for entry in self.screen.bank.entries if entry.archived_twin is not None)
        if twice and not told:
            both = plural(twice, "entry", "entries")
            told = f"Added. In the archive too: {both}; {key_of('settle')} settles that"
        self.screen.say(told or "Added; the merge can be committed")

    # Two places

    def places(self, entry: Entry) -> None:
        """Ask which place of an entry is to stay."""
        store = self.screen.owner.store
        copy = self.screen.bank.leftovers.get(entry.key)
        if copy is not None:
            self._finish(entry, copy)
        elif (twin := entry.archived_twin) is not None:

            def answered(decision: Decision | None) -> None:
                if decision is not None and decision.outcome == KEEP_LIVE:
                    told = f"Live again: {title_of(entry)}"
                    self._change(lambda: store.remove_copy(twin), told)
                elif decision is not None:
                    told = f"Archived with its newer text: {title_of(entry)}"
                    self._change(lambda: store.archive_this_text(entry, twin), told)

            others = [(ARCHIVE_THIS, "Archive the live text"), (KEEP_LIVE, "Keep it live")]
            self.show(of_twin(entry, twin, others), answered)

    def _finish(self, entry: Entry, copy: Entry) -> None:
        """Ask which of the two places of an interrupted move is to stay."""
        store = self.screen.owner.store

        def answered(answer: str | None) -> None:
            if answer:
                goes = copy if answer == "here" else entry
                self._change(lambda: store.remove_copy(goes), f"Settled: {title_of(entry)}")

        here, there = f"{entry.file}:{entry.line}", f"{copy.file}:{copy.line}"
        text = safe_line(f"A move was interrupted: the entry stands in {here} and in {there}.")
        buttons = [
            ("here", "Keep it live" if copy.archived else f"Keep {entry.kind.title}"),
            ("there", "Archive it" if copy.archived else f"Keep {copy.kind.title}"),
            ("", "Leave both"),
        ]
        self.screen.app.push_screen(Ask(title_of(entry), text, buttons), answered)

    def _change(self, work: Callable[[], None], told: str) -> None:
        self.screen.owner.change(work, lambda _: self.screen.say(told), self._failed)

    def show(self, comparison: Comparison, answered: Callable[[Decision | None], None]) -> None:
        """Show both texts; `answered` gets what was chosen. A result typed there is kept."""
        owner, entry = self.screen.owner, comparison.entry
        draft = Draft(entry.kind, entry, dict(comparison.theirs.data or {}))

        def keep(texts: Mapping[str, str]) -> None:
            draft.texts = dict(texts)
            owner.keep_draft(draft)

        def closed(decision: Decision | None) -> None:
            if decision is not None:
                owner.drop_draft(draft.name)
            answered(decision)

        self.screen.app.push_screen(Conflict(comparison, owner.now(), keep), closed)


def _decided(entry: MergedEntry, comparison: Comparison, decision: Decision) -> Version | None:
    """What an entry is to be after a decision; None: gone."""
    if entry.deleted_by:
        return entry.result if decision.outcome == SAVE else None
    if KIND in entry.conflicts:
        return entry.mine if decision.choices.get(KIND, MINE) == MINE else entry.theirs
    assert entry.result is not None
    data = dict(entry.result.data)
    for name in entry.conflicts:
        choice = decision.choices.get(name, MINE)
        value = decision.edited.get(name) if choice == EDITED else chosen(comparison, name, choice)
        data.pop(name, None)
        if value is not None:
            data[name] = value
    return Version(entry.result.kind, data)
