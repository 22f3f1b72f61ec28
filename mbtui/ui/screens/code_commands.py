"""What the main screen says of the code behind entries, and the commands that go there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mbtui.bank.entry import Entry, plain
from mbtui.bank.order import default_order
from mbtui.bank.query import about_path
from mbtui.store.errors import StoreError
from mbtui.ui.commands import key_of
from mbtui.ui.entry_notes import NO_NOTES, EntryNotes
from mbtui.ui.glyphs import glyphs
from mbtui.ui.screens.dialogs import Option, Pick
from mbtui.ui.screens.writing import WritingCommands
from mbtui.ui.wording import short_line

if TYPE_CHECKING:
    from mbtui.ui.drift import Offers

_MENTION = re.compile(
    r"(?<![\w/.:@-])(?:\.{1,2}/)*(?:\.?[\w-][\w.-]*/)+(?:[\w.-]*\w(?:::\w[\w.]*)?)?"
    r"|(?<![\w/.:@-])[\w-]+\.[a-z]{1,8}(?:::\w[\w.]*)?(?![\w/(])"
)
_LONGEST_TEXT = 20_000
_MOST_WORDS = 40


def mentioned_in(entry: Entry) -> list[str]:
    """The words of an entry's texts that may be files, but those that its paths cover."""
    texts = [plain(value) for _, value in entry.own_fields()]
    text = "\n".join([*texts, *map(plain, entry.extra().values())])[:_LONGEST_TEXT]
    words: dict[str, None] = {}
    for match in _MENTION.finditer(text):
        word = match.group().removeprefix("./").rstrip(".")
        file = word.partition("::")[0]
        if word and not any(about_path(path, file) for path in entry.paths):
            words[word] = None
        if len(words) == _MOST_WORDS:
            break
    return list(words)


class CodeCommands(WritingCommands):
    """One method per command, called `do_` and its id."""

    def entries(self) -> list[Entry]:
        """The open entries that the code went away from, in the order of lists."""
        states = self.screen.owner.drift_states or {}
        known = self.screen.bank.by_key
        found = (known.get(key) for key in frozenset().union(*states.values()))
        wanted = (e for e in found if e is not None and not e.closed and not e.archived)
        return default_order(sorted(wanted, key=lambda entry: (entry.file, entry.line)))

    def show_drift(self) -> None:
        """Show in the tree, the lists and the entry how the code compares now."""
        keys = [entry.key for entry in self.entries()]
        self.screen.list.show_drifted(keys)
        self.screen.search.results.show_drifted(keys)
        self.screen.show_bank()

    def show_offers(self, entry: Entry) -> None:
        """Show what was found for an entry, if it is the one that is shown."""
        if self.screen.entry.entry is entry:
            self.screen.show_entry()

    # The entry

    def _lost(self, entry: Entry) -> list[str]:
        drift = self.screen.owner.drifts.get(entry.key)
        return [path.path for path in drift.off if path.state == "orphaned"] if drift else []

    def _offers(self, entry: Entry) -> Offers | None:
        """What may be done about its paths; looked for, where that is not known yet."""
        owner = self.screen.owner
        found = owner.offers_of(entry)
        if found is None and owner.drift_states is not None:
            lost, words = self._lost(entry), mentioned_in(entry)
            if lost or words:
                owner.find_offers(entry, lost, words)
        return found

    def notes_of(self, entry: Entry | None) -> EntryNotes:
        """What to say of the paths of the entry that is shown."""
        if entry is None:
            return NO_NOTES
        drift = self.screen.owner.drifts.get(entry.key)
        offers = self._offers(entry)
        renamed = offers.renamed if offers else {}
        notes = {
            path.path: path.reason
            + (f"; git knows it as {renamed[path.path]}" if path.path in renamed else "")
            for path in (drift.off if drift else ())
            if path.path in entry.paths
        }
        return EntryNotes(notes, self._offer(offers))

    def _offer(self, offers: Offers | None) -> str:
        if offers is None or self.screen.bank.read_only:
            return ""
        key = key_of("paths")
        if offers.mentioned:
            first, *others = offers.mentioned
            more = f" and {len(others)} more" if others else ""
            return f"{key} adds {first}{more}, which the text names"
        return f"{key} follows the rename" if offers.renamed else ""

    # Opening

    def do_code(self) -> None:
        """Open the file that the entry is about; of several, ask which."""
        entry = self.screen.selected
        if entry is None or not entry.paths:
            return
        owner = self.screen.owner
        if len(entry.paths) == 1:
            owner.find_place(entry.paths[0])
            return
        drift = owner.drifts.get(entry.key)
        states = {path.path: path.state for path in drift.off} if drift else {}
        options = [Option(path, path, states.get(path, "")) for path in dict.fromkeys(entry.paths)]

        def done(path: str | None) -> None:
            if path is not None:
                owner.find_place(path)

        self.screen.app.push_screen(Pick("Open which code?", options), done)

    def open_place(self, path: Path | None, line: int, why_not: str) -> None:
        """Open a place that was looked for."""
        if path is None:
            self.screen.say(f"Nothing to open: {why_not}")
            return
        from mbtui.ui.external import open_editor

        owner = self.screen.owner
        told = open_editor(owner, path, line)
        owner.repaint()
        self.screen.say(told)
        owner.look_at_code()

    # Paths

    def count_offers(self) -> int:
        """How many things there are to do about the paths of the entry under the cursor."""
        entry = self.screen.selected
        return len(self._choices(entry)) if entry is not None else 0

    def _choices(self, entry: Entry) -> list[tuple[Option, list[str]]]:
        """What can be done about an entry's paths, each with the paths after it."""
        offers = self.screen.owner.offers_of(entry)
        if offers is None:
            return []
        paths = entry.paths
        choices: list[tuple[Option, list[str]]] = []
        for old in self._lost(entry):
            others = [path for path in paths if path != old]
            new = offers.renamed.get(old)
            if new is not None:
                label = f"{old} {glyphs.link} {new}"
                after = [new if path == old else path for path in paths]
                choices.append((Option("", label, "renamed"), list(dict.fromkeys(after))))
            choices.append((Option("", old, "take out"), others))
        for path in offers.mentioned:
            choices.append((Option("", path, "add"), [*paths, path]))
        return choices

    def do_paths(self) -> None:
        """Ask what is to be done about the paths, and do it."""
        entry = self._target()
        if entry is None:
            return
        choices = self._choices(entry)
        options = [option._replace(value=str(i)) for i, (option, _) in enumerate(choices)]

        def done(chosen: str | None) -> None:
            if chosen is not None:
                option, paths = choices[int(chosen)]
                self._write(entry, paths, f"{option.note}: {option.label}")

        self.screen.app.push_screen(Pick("Paths; Enter does it", options), done)

    def _write(self, entry: Entry, paths: Sequence[str], what: str) -> None:
        def failed(error: StoreError) -> None:
            self.screen.say(str(error))

        store = self.screen.owner.store
        self.screen.owner.change(
            lambda: store.update(entry, {"paths": list(paths) or None}),
            lambda _: self.screen.say(f"Paths, {short_line(what)}"),
            failed,
        )
