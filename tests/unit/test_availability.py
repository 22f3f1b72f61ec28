"""Why a command cannot be done: said the same way to the palette and to a key."""

from __future__ import annotations

import pytest

from mbtui.bank.entry import Entry
from mbtui.store.config import packaged
from mbtui.ui.availability import BULK, Context, as_sentence, why_not
from mbtui.ui.commands import COMMANDS, ENTRIES, LIST, PANES, TREE

KINDS = packaged().kinds
ISSUE = Entry(
    KINDS["current-issues"],
    {"id": "a", "title": "Pool", "paths": ["app/db.py"]},
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
HERE = Context(
    LIST, ISSUE, listed=3, searched=True, drafts=1, problems=1, path_offers=1, news=1, is_news=True
)


@pytest.mark.parametrize("command", COMMANDS)
def test_all_can_be_done_to_an_open_entry_that_is_listed(command: str) -> None:
    expected = {"restore": "it is not in the archive", "clear_marks": "nothing is marked"}
    where = LIST if LIST in COMMANDS[command].where else COMMANDS[command].where[0]
    assert why_not(command, HERE._replace(where=where)) == expected.get(command, "")


@pytest.mark.parametrize(
    ("command", "context", "reason"),
    [
        ("status", HERE._replace(where=TREE), "first choose an entry"),
        ("status", HERE._replace(entry=None), "no entry selected"),
        ("status", HERE._replace(entry=TASK), "Common Tasks has no status"),
        ("open", HERE._replace(where="entry"), "the entry is open already"),
        ("tags", HERE._replace(entry=SINGLE), "Project Information has no tags"),
        ("move", HERE._replace(entry=SINGLE), "Project Information stays where it is"),
        ("archive", HERE._replace(entry=SINGLE), "Project Information is never archived"),
        ("edit", HERE._replace(entry=None), "no entry selected"),
        ("edit", HERE._replace(entry=None, single_kind=True), ""),
        ("archive", HERE._replace(entry=ARCHIVED), ""),
        ("restore", HERE._replace(entry=ARCHIVED), ""),
        ("code", HERE._replace(entry=TASK), "the entry names no code; its field Paths does"),
        ("paths", HERE._replace(read_only="x"), "read-only: x"),
        (
            "paths",
            HERE._replace(path_offers=0),
            "the text names no other file of the project, and no path of it is lost",
        ),
        ("add", HERE._replace(read_only="a newer format"), "read-only: a newer format"),
        ("undo", HERE._replace(missing=True), "read-only: the bank is gone from its folder"),
        ("copy_text", HERE._replace(read_only="x"), ""),
        ("undo", HERE._replace(undoable=False), "nothing to take back"),
        ("redo", HERE._replace(redoable=False), "nothing to bring back"),
        ("undo", HERE._replace(undoable=True), ""),
        ("draft", HERE._replace(drafts=0), "there is no unsaved text"),
        ("next_match", HERE._replace(searched=False), "there was no search yet; / begins one"),
        ("problems", HERE._replace(problems=0), "nothing is wrong in the bank's files"),
        ("mark_all", HERE._replace(listed=0), "no entry is listed"),
        ("clear_marks", HERE._replace(marked=[ISSUE]), ""),
        ("status", HERE._replace(where=TREE, marked=[ISSUE, TASK]), ""),
        ("edit", HERE._replace(marked=[ISSUE]), ""),
        (
            "status",
            HERE._replace(marked=[TASK, TASK]),
            "none of the 2 marked: Common Tasks has no status",
        ),
        ("restore", HERE._replace(marked=[ISSUE, ARCHIVED]), ""),
    ],
)
def test_the_reason_names_what_stands_in_the_way(
    command: str, context: Context, reason: str
) -> None:
    assert why_not(command, context) == reason


@pytest.mark.parametrize("pane", PANES)
@pytest.mark.parametrize("command", COMMANDS)
def test_outside_of_its_panes_a_command_says_so(command: str, pane: str) -> None:
    reason = why_not(command, HERE._replace(where=pane))
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
    reason = why_not("status", HERE._replace(entry=entry))
    assert "\x1b" not in reason
    assert len(reason) < 1100
