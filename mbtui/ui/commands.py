"""The one registry of commands: bindings, footer, palette and help are made from it.

Imports nothing of Textual, so that the shell can list the keys too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mbtui.ui.keynames import label_of

TREE, LIST, ENTRY, SEARCH = "tree", "list", "entry", "search"
PANES: Final = (TREE, LIST, ENTRY, SEARCH)
ENTRIES: Final = (LIST, ENTRY, SEARCH)


@dataclass(frozen=True, slots=True)
class Command:
    """Something a user can do. The main screen does it in a method called `do_` and its id."""

    id: str
    title: str
    """As the palette and the help name it."""
    default_keys: tuple[str, ...] = ()
    """Textual's names of the keys, unless the user's settings say others."""
    where: tuple[str, ...] = PANES
    """The panes in which the keys work."""
    footer: str = ""
    """A word for the footer, where that names it."""
    group: str = "Go"

    @property
    def keys(self) -> tuple[str, ...]:
        """Textual's names of the keys as they are now; the first is the one that is shown."""
        return _keys_now.get(self.id, self.default_keys)

    @property
    def key_label(self) -> str:
        """The first key as people write it; empty where there is none."""
        return label_of(self.keys[0]) if self.keys else ""

    @property
    def all_key_labels(self) -> str:
        """All keys as people write them."""
        return " ".join(map(label_of, self.keys))


_keys_now: Mapping[str, tuple[str, ...]] = {}
"""The keys that the settings give: one keyboard, so one map for the process."""

_COMMANDS: Final = (
    Command("add", "Quick add: one line", ("a",), footer="add", group="Write"),
    Command("edit", "Edit the entry", ("e",), footer="edit", group="Write"),
    Command("edit_toml", "Edit the entry as TOML in your editor", ("E",), ENTRIES, group="Write"),
    Command("search", "Search everything", ("slash",), footer="search", group="Find"),
    Command(
        "verified", "Verified today: still true", ("v",), ENTRIES, footer="verified", group="Write"
    ),
    Command("review", "Review session: what is due, one by one", ("V",), group="Write"),
    Command("snooze", "Put off a review, for you alone", where=ENTRIES, group="Write"),
    Command("supersede", "Superseded by another entry", where=ENTRIES, group="Write"),
    Command("new", "New entry in the full form", ("A",), group="Write"),
    Command("status", "Set the status", ("s",), ENTRIES, footer="status", group="Write"),
    Command("tags", "Set the tags", ("t",), ENTRIES, group="Write"),
    Command("move", "Move to another kind", ("m",), ENTRIES, group="Write"),
    Command(
        "archive",
        "Archive, or restore from the archive",
        ("d",),
        ENTRIES,
        footer="archive",
        group="Write",
    ),
    Command("restore", "Restore from the archive", where=ENTRIES, group="Write"),
    Command("delete", "Delete the entry", ("D",), ENTRIES, group="Write"),
    Command("mark", "Mark for an action on many, and go on", ("space",), ENTRIES, group="Write"),
    Command("mark_all", "Mark all that are listed", ("asterisk",), group="Write"),
    Command("clear_marks", "Clear the marks", group="Write"),
    Command("undo", "Take back your last change", ("u",), footer="undo", group="Write"),
    Command("redo", "Bring back what was taken back", ("U",), group="Write"),
    Command("draft", "Unsaved text: go on with it", ("p",), group="Write"),
    Command(
        "draft_compare",
        "Unsaved text: compare it with the entry on disk",
        ("equals_sign",),
        group="Write",
    ),
    Command("draft_next", "Unsaved text: show the next one", ("P",), group="Write"),
    Command("draft_discard", "Unsaved text: discard it", ("X",), group="Write"),
    Command("draft_later", "Unsaved text: not now", ("L",), group="Write"),
    Command("copy_text", "Copy the entry's text", ("y",), ENTRIES, group="Write"),
    Command("copy_id", "Copy the entry's id", ("Y",), ENTRIES, group="Write"),
    Command("code", "Open the entry's code in your editor", ("o",), ENTRIES, group="Go"),
    Command(
        "paths",
        "Paths: add what the text names, follow renames",
        ("O",),
        ENTRIES,
        group="Write",
    ),
    Command("changes", "What changed in it since you looked", ("c",)),
    Command("seen", "Mark its change as seen", ("i",), ENTRIES),
    Command("seen_all", "Mark all changes as seen", ("I",)),
    Command("follow_changes", "Follow what others change, as they do", ("f",)),
    Command("save_view", "Save this search as a view", ("w",), group="Find"),
    Command("next_match", "Next search result", ("n",), group="Find"),
    Command("previous_match", "Previous search result", ("N",), group="Find"),
    Command("open", "Open", ("enter",), (TREE, LIST, SEARCH), footer="open"),
    Command("follow", "Follow the chosen link; choose the first", ("enter",), (ENTRY,)),
    Command("next_link", "Next link of the entry", ("J", "right_square_bracket"), (ENTRY,)),
    Command("previous_link", "Previous link of the entry", ("K", "left_square_bracket"), (ENTRY,)),
    Command("link_back", "Back to where a link was followed", ("b",), ENTRIES),
    Command("down", "Down", ("j", "down")),
    Command("up", "Up", ("k", "up")),
    Command("first", "First row", ("g", "home")),
    Command("last", "Last row", ("G", "end")),
    Command("page_down", "Page down", ("pagedown", "ctrl+d")),
    Command("page_up", "Page up", ("pageup", "ctrl+u")),
    Command("left", "Tree: fold or parent; elsewhere: pane to the left", ("h", "left")),
    Command("right", "Tree: unfold or list; elsewhere: pane to the right", ("l", "right")),
    Command("pane_tree", "Sections", ("1",)),
    Command("pane_list", "Entries", ("2",)),
    Command("pane_entry", "The entry", ("3",)),
    Command("next_pane", "Next pane", ("tab",)),
    Command("previous_pane", "Previous pane", ("shift+tab",)),
    Command("overview", "Overview of the bank", ("0",)),
    Command("zoom", "Give the pane the whole screen", ("z",)),
    Command("log", "History: what changed, when, by whom and why", ("H",)),
    Command("wider", "Make the pane wider", ("greater_than_sign",)),
    Command("narrower", "Make the pane narrower", ("less_than_sign",)),
    Command("reset_panes", "Reset pane sizes"),
    Command(
        "settle",
        "Settle git's conflicts, or an entry that stands in two places",
        ("M",),
        group="Write",
    ),
    Command("reload", "Read the disk again", ("r",), group="Program"),
    Command(
        "problems", "What is wrong in the bank's files", ("exclamation_mark",), group="Program"
    ),
    Command("colours", "Choose the colours", group="Program"),
    Command("palette", "All commands", ("colon",), group="Program"),
    Command("help", "Keys and help", ("question_mark", "f1"), group="Program"),
    Command("redraw", "Draw the screen anew", group="Program"),
    Command(
        "suspend",
        "Suspend; fg in the shell brings it back",
        ("ctrl+z",),
        group="Program",
    ),
    Command("back", "One step out", ("escape",), footer="back", group="Program"),
    Command("quit", "Back; at the top, quit", ("q",), footer="quit", group="Program"),
)

COMMANDS: Final = {command.id: command for command in _COMMANDS}
"""All commands by id, in the order in which people read them."""


def use_keys(keys: Mapping[str, tuple[str, ...]]) -> None:
    """Give commands these keys from now on, all others their own."""
    global _keys_now
    _keys_now = dict(keys)


def key_of(identity: str) -> str:
    """The key of a command as it is now, for a text that names it.

    Of a command without a key, its name in the palette.
    """
    command = COMMANDS[identity]
    return command.key_label or f"“{command.title}” ({COMMANDS['palette'].key_label})"


def key_words(*words: tuple[str, str]) -> list[tuple[str, str]]:
    """Keys with a word for each, for a bar: of (command id, word) those that have a key."""
    return [(COMMANDS[name].key_label, word) for name, word in words if COMMANDS[name].keys]


def footer_keys(*words: tuple[str, str]) -> tuple[tuple[str, str, str], ...]:
    """The same with the command, for a footer whose keys can be clicked."""
    return tuple(
        (COMMANDS[name].key_label, word, name) for name, word in words if COMMANDS[name].keys
    )


_NEEDED: Final[Mapping[str, Sequence[str]]] = {
    TREE: ("open", "add", "search", "quit", "undo"),
    LIST: ("open", "add", "search", "edit", "quit", "status", "archive", "verified", "undo"),
    ENTRY: ("back", "edit", "search", "add", "verified", "status", "archive", "undo"),
    SEARCH: ("open", "edit", "back", "status", "archive", "verified", "undo"),
}
"""What the footer of a pane names, the most needed first: in and out before all that changes."""


def footer_commands(where: str) -> list[Command]:
    """The commands that the footer of a pane names, the most needed first."""
    needed = _NEEDED.get(where, ())
    return [c for c in map(COMMANDS.__getitem__, needed) if c.keys and where in c.where]


def commands_of_key(key: str) -> list[str]:
    """The ids of the commands that a key does, each in panes of its own."""
    return [command.id for command in COMMANDS.values() if key in command.keys]


def meant_by_key(names: Sequence[str], where: str) -> str:
    """Which of these commands, all on one key, the key does in a pane."""
    return next((name for name in names if where in COMMANDS[name].where), names[0])
