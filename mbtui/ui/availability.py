"""Why a command cannot be done here and now: for the palette, the footer and the message of a key.

Pure: it looks at what a caller knows, and asks no disk.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from mbtui.bank.entry import Entry
from mbtui.bank.review import CHANGE_LOG
from mbtui.ui.commands import COMMANDS, ENTRIES, ENTRY, TREE, key_of
from mbtui.ui.wording import short_line

BULK: Final = frozenset({"status", "tags", "move", "archive", "restore", "delete", "verified"})
"""The commands that act on all marked entries, where some are marked."""

_WRITES: Final = BULK | {
    "add",
    "new",
    "edit",
    "edit_toml",
    "undo",
    "redo",
    "draft",
    "draft_compare",
    "supersede",
    "paths",
    "save_view",
}
_OF_THE_BANK: Final = BULK | {"edit", "edit_toml", "snooze", "supersede", "paths", "mark"}
"""Commands on an entry that must be in the bank."""
_DRAFTS: Final = frozenset({"draft", "draft_compare", "draft_next", "draft_discard", "draft_later"})
CHOOSE: Final = "first choose an entry"
_NOTHING: Final = "no entry selected"


class Context(NamedTuple):
    """What is known where a command is to be done.

    `undoable` and `redoable` are None while nobody asked the journal.
    """

    where: str
    entry: Entry | None = None
    """The entry under the cursor."""
    marked: Sequence[Entry] = ()
    listed: int = 0
    """How many entries the list shows."""
    single_kind: bool = False
    """The list is that of a kind which is one table, written or not."""
    read_only: str = ""
    missing: bool = False
    searched: bool = False
    drafts: int = 0
    problems: int = 0
    path_offers: int = 0
    """How many things there are to do about the paths of the entry."""
    news: int = 0
    """How many changes by others are not seen."""
    is_news: bool = False
    """Others changed the entry under the cursor, and that is not seen."""
    gone: bool = False
    """The entry under the cursor is one that others took out."""
    undoable: bool | None = None
    redoable: bool | None = None

    @property
    def targets(self) -> Sequence[Entry]:
        """The entries that a command on many acts on."""
        if self.marked:
            return self.marked
        return [self.entry] if self.entry is not None else []


def why_not(command: str, context: Context) -> str:
    """Why the command cannot be done, a few words; an empty text where it can."""
    return (
        _wrong_pane(command, context) or _not_writable(command, context) or _idle(command, context)
    )


def _wrong_pane(command: str, context: Context) -> str:
    many = command in BULK and context.marked
    if context.where in COMMANDS[command].where or many:
        return ""
    if command == "open" and context.where == ENTRY:
        return "the entry is open already"
    return CHOOSE if context.where == TREE else f"not in this pane; {key_of('pane_list')} leads on"


def _not_writable(command: str, context: Context) -> str:
    if command not in _WRITES:
        return ""
    if context.missing:
        return "read-only: the bank is gone from its folder"
    return f"read-only: {short_line(context.read_only)}" if context.read_only else ""


def _idle(command: str, context: Context) -> str:
    """Why there is nothing for the command to do."""
    if context.gone and command in _OF_THE_BANK and not context.marked:
        return f"others took it out; {key_of('changes')} shows it, and brings it back"
    if command in BULK:
        return _no_target(command, context)
    if command == "edit" and context.single_kind:
        return ""
    if COMMANDS[command].where == ENTRIES and context.entry is None:
        return _NOTHING
    if command == "edit" and context.entry is None:
        return _NOTHING
    if command in ("snooze", "supersede") and context.entry is not None:
        return why_not_entry(command, context.entry)
    if command in ("code", "paths"):
        return _no_path(command, context)
    if command in _DRAFTS and not context.drafts:
        return "there is no unsaved text"
    if command in ("next_match", "previous_match", "save_view") and not context.searched:
        return f"there was no search yet; {key_of('search')} begins one"
    if command == "undo" and context.undoable is False:
        return "nothing to take back"
    if command == "redo" and context.redoable is False:
        return "nothing to bring back"
    if command in ("changes", "seen", "seen_all"):
        return _no_news(command, context)
    if command == "problems" and not context.problems:
        return "nothing is wrong in the bank's files"
    if command == "mark_all" and not context.listed:
        return "no entry is listed"
    if command == "clear_marks" and not context.marked:
        return "nothing is marked"
    return ""


def _no_news(command: str, context: Context) -> str:
    if not context.news:
        return "nothing changed that you have not seen"
    if command == "seen_all" or context.is_news or context.where == TREE:
        return ""
    others = "another entry" if context.news == 1 else f"{context.news:,} other entries"
    return f"nothing changed in it since you looked, but in {others}"


def _no_path(command: str, context: Context) -> str:
    if command == "code" and context.entry is not None and not context.entry.paths:
        return "the entry names no code; its field Paths does"
    if command == "paths" and not context.path_offers:
        return "the text names no other file of the project, and no path of it is lost"
    return ""


def _no_target(command: str, context: Context) -> str:
    targets = context.targets
    if not targets:
        return _NOTHING
    reasons = [why_not_entry(command, entry) for entry in targets]
    if not all(reasons):
        return ""
    return reasons[0] if len(targets) == 1 else f"none of the {len(targets):,} marked: {reasons[0]}"


def why_not_entry(command: str, entry: Entry) -> str:
    """Why a command of `BULK`, or one on reviews, cannot be done to an entry; else an empty text.

    `archive` counts as possible for an archived entry: alone, it is restored.
    """
    title = short_line(entry.kind.title)
    if command == "restore" and not entry.archived:
        return "it is not in the archive"
    if command == "status" and not entry.kind.statuses:
        return f"{title} has no status"
    if command in ("verified", "snooze", "supersede") and entry.archived:
        return "it is in the archive"
    if command in ("verified", "snooze") and entry.kind.slug == CHANGE_LOG:
        return f"{title} is not reviewed"
    if command == "snooze" and entry.closed:
        return "it is closed, so it is never due"
    if entry.kind.single:
        return {
            "tags": f"{title} has no tags",
            "move": f"{title} stays where it is",
            "supersede": f"{title} is one table; nothing takes its place",
            "archive": f"{title} is never archived",
            "delete": f"{title} is never deleted; empty its fields instead",
        }.get(command, "")
    return ""


def as_sentence(command: str, reason: str) -> str:
    """A reason as the footer tells it when a key asked for the command."""
    if reason in (CHOOSE, _NOTHING):
        return f"{COMMANDS[command].title}: {reason}"
    return reason[:1].upper() + reason[1:]
