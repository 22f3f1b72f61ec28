"""The commands that act on all marked entries, each one change for undo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from mbtui.bank.entry import Entry, strings
from mbtui.bank.schema import Kind
from mbtui.bank.tag_edits import parse_tag_edits, shared_tags
from mbtui.store.many import Outcome, Outcomes
from mbtui.ui.availability import why_not_entry
from mbtui.ui.commands import key_of
from mbtui.ui.screens.dialogs import Ask, AskLine, Option, Pick
from mbtui.ui.screens.writing import NO_REASON, WritingCommands, entries_named
from mbtui.ui.wording import plural, short_line, title_of

_NAMED = 3
"""So many entries are named by their titles; of the others their number is told."""
_TAGS_SHOWN = 6


class Work(NamedTuple):
    """A change of many entries, as people are told of it."""

    entries: Sequence[Entry]
    doing: str
    done: str
    left: Sequence[tuple[Entry, str]] = ()
    """Marked entries that it cannot be done to, and why."""


class BulkCommands(WritingCommands):
    """One method per command, called `do_` and its id; each acts on the marked entries."""

    def _marked(self, command: str) -> tuple[list[Entry], list[tuple[Entry, str]]]:
        """The marked entries that it can be done to, and the others with the reason."""
        marked = self.screen.marking.entries()
        reasons = [(entry, _reason(command, entry)) for entry in marked]
        can = [entry for entry, reason in reasons if not reason]
        return can, [item for item in reasons if item[1]]

    def do_status(self) -> None:
        """Pick one status for all."""
        entries, left = self._marked("status")
        count = Counter(word for entry in entries for word in entry.kind.statuses)
        closed = {w for e in entries for w in e.kind.statuses if e.kind.is_closed(w)}
        ordered = sorted(count, key=lambda word: -count[word])
        options = [
            Option(word, word, _of(count[word], len(entries)) or ("closed" * (word in closed)))
            for word in ordered
        ]

        def done(choice: str | None) -> None:
            if choice is None:
                return
            takes = [entry for entry in entries if choice in entry.kind.statuses]
            lacks = [
                (entry, f"{short_line(entry.kind.title)} has no status {short_line(choice)}")
                for entry in entries
                if choice not in entry.kind.statuses
            ]
            work = Work(takes, "Setting the status of", short_line(choice), [*left, *lacks])
            wanted = [(e, {"status": choice}) for e in takes if e.status != choice]
            store = self.screen.owner.store

            def set_for(reason: str) -> None:
                self._run(work, lambda: store.update_each("status", wanted, reason), len(wanted))

            self.ask_of_status([entry for entry, _ in wanted], choice, set_for)

        present = {entry.status for entry in entries}
        value = present.pop() if len(present) == 1 else ""
        title = f"Status of {entries_named(entries)}"
        self.screen.app.push_screen(Pick(title, options, value=value), done)

    def do_tags(self) -> None:
        """Put tags on and take tags off with one line."""
        entries, left = self._marked("tags")

        def done(text: str | None) -> None:
            edits = parse_tag_edits(text or "")
            wanted = [
                (entry, {"tags": edits.of(own) or None})
                for entry in entries
                if (own := strings(entry.data.get("tags"))) != edits.of(own)
            ]
            if text is None:
                return
            if not wanted:
                self.screen.say("No tag was changed")
                return
            store = self.screen.owner.store
            work = Work([entry for entry, _ in wanted], "Tagging", "Tags saved", left)
            self._run(work, lambda: store.update_each("tags", wanted), len(wanted))

        common, some = shared_tags(entry.tags for entry in entries)
        text = _shown_tags("All have", common)
        text += _shown_tags("Some have", [f"{tag} ({count})" for tag, count in some])
        title = f"Tags of {entries_named(entries)}: + puts on, - takes off"
        dialog = AskLine(title, "", "+nfs -old", text=text or "None of them has a tag.")
        self.screen.app.push_screen(dialog, done)

    def do_move(self) -> None:
        """Move all to one kind; asks once for each status that it lacks."""
        entries, left = self._marked("move")
        kinds = [k for k in self.screen.bank.schema.kinds.values() if not k.single]
        options = [Option(k.slug, k.title) for k in kinds]

        def chosen(slug: str | None) -> None:
            if slug is None:
                return
            kind = self.screen.bank.schema.kinds[slug]
            moving = [entry for entry in entries if entry.kind.slug != slug]
            there = [(e, "it is there already") for e in entries if e.kind.slug == slug]
            done = f"Moved to {short_line(kind.title)}"
            self._ask_statuses(kind, Work(moving, "Moving", done, [*left, *there]), {})

        self.screen.app.push_screen(Pick(f"Move {entries_named(entries)} to", options), chosen)

    def _ask_statuses(self, kind: Kind, work: Work, known: dict[str, str]) -> None:
        """Ask for the next status that the kind lacks, then move."""
        count = Counter(entry.status for entry in work.entries)
        lacking = [s for s in count if s and kind.statuses and s not in kind.statuses]
        status = next((s for s in lacking if s not in known), None)
        if status is None:
            store = self.screen.owner.store
            self._run(work, lambda: store.move_each(work.entries, kind.slug, known))
            return

        def chosen(new: str | None) -> None:
            if new is not None:
                self._ask_statuses(kind, work, {**known, status: new})

        have = f"{count[status]:,} {'has' if count[status] == 1 else 'have'}"
        title = f"{have} status {status}, which {kind.title} lacks; it becomes"
        options = [Option(word, word) for word in kind.statuses]
        self.screen.app.push_screen(Pick(title, options), chosen)

    def do_archive(self) -> None:
        """Archive all for one reason; if all are archived, bring them back."""
        entries, left = self._marked("archive")
        there = [(entry, "it is in the archive already") for entry in entries if entry.archived]
        live = [entry for entry in entries if not entry.archived]
        if not live:
            self.do_restore()
            return

        def archive(reason_of: Callable[[Entry], str]) -> None:
            store = self.screen.owner.store
            work = Work(live, "Archiving", "Archived", [*left, *there])
            self._run(work, lambda: store.archive_each(live, reason_of))

        def done(reason: str | None) -> None:
            if reason is not None:
                archive(lambda _: reason.strip())

        if self.screen.reviews.archives_at_once():
            archive(self.screen.reviews.reason_of)
            return
        dialog = AskLine(f"Archive {entries_named(live)}: why?", "", NO_REASON, text=_few(live))
        self.screen.app.push_screen(dialog, done)

    def do_restore(self) -> None:
        """Bring all archived ones back."""
        entries, left = self._marked("restore")
        store = self.screen.owner.store
        work = Work(entries, "Restoring", "Restored", left)
        self._run(work, lambda: store.restore_each(entries))

    def do_verified(self) -> None:
        """Note that all are still true."""
        entries, left = self._marked("verified")
        store = self.screen.owner.store
        work = Work(entries, "Reviewing", "Still true", left)
        self._run(work, lambda: store.review_each(entries))

    def do_delete(self) -> None:
        """Delete all, after asking."""
        entries, left = self._marked("delete")

        def delete(reason: str) -> None:
            store = self.screen.owner.store
            work = Work(entries, "Deleting", "Deleted", left)
            self._run(work, lambda: store.delete_each(entries, reason))

        def done(answer: str | None) -> None:
            if answer == "delete":
                self.ask_why(f"Delete {entries_named(entries)}: why?", delete)

        count = plural(len(entries), "entry", "entries")
        buttons = [("", "Keep them"), ("delete", f"Delete {count}")]
        undo, archive = key_of("undo"), key_of("archive")
        text = (
            f"{_few(entries)}\n\n{undo} takes it all back."
            f" {archive} archives them instead, to be read later."
        )
        self.screen.app.push_screen(Ask(f"Delete {entries_named(entries)}?", text, buttons), done)

    # Doing it

    def _run(self, work: Work, begin: Callable[[], Outcomes], count: int | None = None) -> None:
        """Make the changes; then tell how many were made, and what was not and why."""
        marking = self.screen.marking

        def done(outcomes: Sequence[Outcome]) -> None:
            failed = [(o.entry, str(o.error)) for o in outcomes if o.error is not None]
            kept = [entry.key for entry, _ in failed if entry is not None]
            marking.forget(entry.key for entry in work.entries if entry.key not in kept)
            warnings = dict.fromkeys(o.warning for o in outcomes if o.warning)
            not_done = [*((title_of(e) if e else "", r) for e, r in failed)]
            not_done += [(title_of(entry), reason) for entry, reason in work.left]
            made = len(work.entries) - len(failed)
            told = [f"{work.done}: {plural(made, 'entry', 'entries')}" if made else "Nothing done"]
            told += _not_done(not_done)
            self.screen.say("; ".join([*told, *warnings]))

        if not work.entries:
            done([])
            return
        total = len(work.entries) if count is None else count
        self.screen.owner.change_many(begin, total, work.doing, done)


def _reason(command: str, entry: Entry) -> str:
    if entry.inline:
        return "it stands in an inline list, which is only shown"
    return why_not_entry(command, entry)


def _of(count: int, total: int) -> str:
    return "" if count == total else f"{count:,} of {total:,} have it"


def _few(entries: Sequence[Entry]) -> str:
    """The titles of the first few, a line each, and how many more there are."""
    if len(entries) == 1:
        return ""
    lines = [title_of(entry) for entry in entries[:_NAMED]]
    more = len(entries) - len(lines)
    return "\n".join([*lines, f"and {more:,} more"] if more else lines)


def _shown_tags(word: str, tags: Sequence[str]) -> str:
    if not tags:
        return ""
    more = f" and {len(tags) - _TAGS_SHOWN:,} more" if len(tags) > _TAGS_SHOWN else ""
    return f"{word}: {short_line(', '.join(tags[:_TAGS_SHOWN]))}{more}. "


def _not_done(items: Iterable[tuple[str, str]]) -> list[str]:
    """What was not done: the first with its reason, and how many more."""
    found = list(items)
    if not found:
        return []
    title, reason = found[0]
    more = f", and {len(found) - 1:,} more" if len(found) > 1 else ""
    name = f" ({title}{more})" if title else ""
    return [f"{len(found):,} not{name}: {reason}"]
