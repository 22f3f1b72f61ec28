"""Why a command cannot be done: said the same way to the palette and to a key."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mbtui.bank.entry import Entry
from mbtui.store.config import packaged
from mbtui.ui.availability import BULK, Context, as_sentence, why_not
from mbtui.ui.commands import COMMANDS, ENTRIES, LIST, PANES, TREE

KINDS = packaged().kinds
ISSUE = Entry(
    KINDS["current-issues"],
    {"id": "a", "title": "Pool"},
    section="known-issues",
    file="known-issues.toml",
)
ARCHIVED = Entry(
    KINDS["current-issues"],
    {"id": "b", "title": "Old"},
    section="known-issues",
    file="archive/known-issues.toml",
)
TASK = Entry(
    KINDS["common-tasks"],
    {"id": "c", "title": "Task"},
    section="development-notes",
    file="development-notes.toml",
)
SINGLE = Entry(
    KINDS["project-information"], {"purpose": "x"}, section="project-context", file="x.toml"
)
HERE = Context(LIST, ISSUE, listed=3, searched=True, drafts=1, problems=1)


@pytest.mark.parametrize("command", COMMANDS)
def test_all_can_be_done_to_an_open_entry_that_is_listed(command: str) -> None:
    expected = {"restore": "it is not in the archive", "clear_marks": "nothing is marked"}
    assert why_not(command, HERE) == expected.get(command, "")


@pytest.mark.parametrize(
    ("command", "context", "reason"),
    [
        ("status", replace(HERE, where=TREE), "first choose an entry"),
        ("status", replace(HERE, entry=None), "no entry selected"),
        ("status", replace(HERE, entry=TASK), "Common Tasks has no status"),
        ("open", replace(HERE, where="entry"), "the entry is open already"),
        ("tags", replace(HERE, entry=SINGLE), "Project Information has no tags"),
        ("move", replace(HERE, entry=SINGLE), "Project Information stays where it is"),
        ("archive", replace(HERE, entry=SINGLE), "Project Information is never archived"),
        ("edit", replace(HERE, entry=None), "no entry selected"),
        ("edit", replace(HERE, entry=None, single_kind=True), ""),
        ("archive", replace(HERE, entry=ARCHIVED), ""),
        ("restore", replace(HERE, entry=ARCHIVED), ""),
        ("add", replace(HERE, read_only="a newer format"), "read-only: a newer format"),
        ("undo", replace(HERE, missing=True), "read-only: the bank is gone from its folder"),
        ("copy_text", replace(HERE, read_only="x"), ""),
        ("undo", replace(HERE, undoable=False), "nothing to take back"),
        ("redo", replace(HERE, redoable=False), "nothing to bring back"),
        ("undo", replace(HERE, undoable=True), ""),
        ("draft", replace(HERE, drafts=0), "there is no unsaved text"),
        ("next_match", replace(HERE, searched=False), "there was no search yet; / begins one"),
        ("problems", replace(HERE, problems=0), "nothing is wrong in the bank's files"),
        ("mark_all", replace(HERE, listed=0), "no entry is listed"),
        ("clear_marks", replace(HERE, marked=[ISSUE]), ""),
        ("status", replace(HERE, where=TREE, marked=[ISSUE, TASK]), ""),
        ("edit", replace(HERE, marked=[ISSUE]), ""),
        (
            "status",
            replace(HERE, marked=[TASK, TASK]),
            "none of the 2 marked: Common Tasks has no status",
        ),
        ("restore", replace(HERE, marked=[ISSUE, ARCHIVED]), ""),
    ],
)
def test_the_reason_names_what_stands_in_the_way(
    command: str, context: Context, reason: str
) -> None:
    assert why_not(command, context) == reason


@pytest.mark.parametrize("pane", PANES)
@pytest.mark.parametrize("command", COMMANDS)
def test_outside_of_its_panes_a_command_says_so(command: str, pane: str) -> None:
    reason = why_not(command, replace(HERE, where=pane))
    assert reason or pane in COMMANDS[command].where


def test_every_command_of_many_is_one_of_entries() -> None:
    assert all(COMMANDS[command].where == ENTRIES for command in BULK)


def test_a_key_says_which_command_it_would_have_been() -> None:
    assert as_sentence("status", "first choose an entry") == "Set the status: first choose an entry"
    assert as_sentence("status", "Tasks has no status") == "Tasks has no status"
    assert as_sentence("undo", "nothing to take back") == "Nothing to take back"


def test_a_hostile_title_of_a_kind_is_made_safe() -> None:
    kind = KINDS["common-tasks"]._replace(title="a\x1b]52;c;x\x07" + "b" * 5000)
    entry = Entry(kind, {"title": "x"}, section="x", file="x.toml")
    reason = why_not("status", replace(HERE, entry=entry))
    assert "\x1b" not in reason
    assert len(reason) < 1100
