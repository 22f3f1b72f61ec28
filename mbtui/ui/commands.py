"""The one registry of commands: bindings, footer, palette and help are made from it.

Imports nothing of Textual, so that the shell can list the keys too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

TREE, LIST, ENTRY, SEARCH = "tree", "list", "entry", "search"
PANES: Final = (TREE, LIST, ENTRY, SEARCH)
ENTRIES: Final = (LIST, ENTRY, SEARCH)


@dataclass(frozen=True, slots=True)
class Command:
    """Something a user can do. The main screen does it in a method called `do_` and its id."""

    id: str
    title: str
    """As the palette and the help name it."""
    keys: tuple[str, ...] = ()
    """Textual's names of the keys; the first is the one that is shown."""
    where: tuple[str, ...] = PANES
    """The panes in which the keys work."""
    footer: str = ""
    """A word for the footer; empty: not shown there."""
    group: str = "Go"

    @property
    def key_label(self) -> str:
        """The first key as people write it."""
        return KEY_LABELS.get(self.keys[0], self.keys[0]) if self.keys else ""

    @property
    def all_key_labels(self) -> str:
        """All keys as people write them."""
        return " ".join(KEY_LABELS.get(key, key) for key in self.keys)


KEY_LABELS: Final = {
    "slash": "/",
    "question_mark": "?",
    "colon": ":",
    "exclamation_mark": "!",
    "equals_sign": "=",
    "enter": "Enter",
    "escape": "Esc",
    "space": "Space",
    "tab": "Tab",
    "shift+tab": "Shift+Tab",
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "home": "Home",
    "end": "End",
    "ctrl+d": "Ctrl+d",
    "ctrl+u": "Ctrl+u",
    "ctrl+s": "Ctrl+s",
    "f1": "F1",
    "f2": "F2",
}

_COMMANDS: Final = (
    Command("add", "Quick add: one line", ("a",), footer="add", group="Write"),
    Command("edit", "Edit the entry", ("e",), footer="edit", group="Write"),
    Command("edit_toml", "Edit the entry as TOML in your editor", ("E",), ENTRIES, group="Write"),
    Command("search", "Search everything", ("slash",), footer="search", group="Find"),
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
    Command("delete", "Delete for good", ("D",), ENTRIES, group="Write"),
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
    Command("next_match", "Next search result", ("n",), group="Find"),
    Command("previous_match", "Previous search result", ("N",), group="Find"),
    Command("open", "Open", ("enter",), (TREE, LIST, SEARCH), footer="open"),
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
    Command("zoom", "Give the pane the whole screen", ("z",)),
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
    Command("palette", "All commands", ("colon",), group="Program"),
    Command("help", "Keys and help", ("question_mark", "f1"), group="Program"),
    Command("redraw", "Draw the screen anew", group="Program"),
    Command("back", "One step out", ("escape",), group="Program"),
    Command("quit", "Back; at the top, quit", ("q",), footer="quit", group="Program"),
)

COMMANDS: Final = {command.id: command for command in _COMMANDS}
"""All commands by id, in the order in which people read them."""


def footer_commands(where: str) -> list[Command]:
    """The commands that the footer shows in a pane, most useful first."""
    return [c for c in COMMANDS.values() if c.footer and where in c.where]
