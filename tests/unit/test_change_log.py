"""The rules of the change log: what is written, how, and what an undo does to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mbtui.bank.review import is_due
from mbtui.bank.search import Index
from mbtui.store.store import Store
from tests.unit.banks import ISSUES, entry_of, issue, make_bank_at, put, text_of

UPDATES = "updates.toml"
DECISION = '[[architecture-decisions]]\nid = "dddd"\ntitle = "SQLite"\nstatus = "proposed"\n'
POSTGRES = '[[architecture-decisions]]\nid = "pppp"\ntitle = "Postgres"\n'
FILES = {ISSUES: issue("aaaa", "Pool") + issue("bbbb", "WAL"), "project-context.toml": DECISION}
FILES["project-context.toml"] += POSTGRES
MORNING = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.at = MORNING

    def __call__(self) -> datetime:
        return self.at

    def wait(self, **span: float) -> None:
        self.at += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def a_store(project: Path, clock: Clock, *, git: bool, log: str = "", author: str = "Ana") -> Store:
    bank = f"format = 1\n{log and '[log]'}\n{log}\n"
    folder = make_bank_at(project, FILES, bank)
    if git:
        (project / ".git").mkdir(exist_ok=True)
    store = Store(folder, author=author, now=clock)
    store.load()
    return store


def lines(store: Store) -> list[dict[str, Any]]:
    """The lines of the log in the order of their dates, without their ids."""
    found = [dict(entry.data) for entry in store.load().by_kind.get("change-log", ())]
    for line in found:
        assert len(line.pop("id")) == 8
    return sorted(found, key=lambda line: line["date"])


def titles(store: Store) -> list[str]:
    return [line["title"] for line in lines(store)]


def everything(store: Store, clock: Clock) -> None:
    """A change of each kind, each a minute after the last."""

    def of(identity: str) -> Any:
        clock.wait(minutes=1)
        return entry_of(store, identity)

    store.update(of("aaaa"), {"cause": "fork", "status": "fixed"})
    store.update(of("bbbb"), {"status": "fixed"})
    store.review(of("bbbb"))
    store.move(of("bbbb"), "technical-debt", status="active")
    store.update(of("dddd"), {"status": "accepted"}, reason="fast enough")
    store.supersede(of("dddd"), of("pppp"), "NFS")
    store.archive(of("aaaa"), "gone with SQLite")
    clock.wait(minutes=1)
    store.restore(next(e for e in store.bank.archive if e.id == "aaaa"))
    store.delete(of("aaaa"), "never true")
    clock.wait(minutes=1)
    store.add("common-tasks", {"title": "Release"})


WITH_REASON = [
    ("Accepted: SQLite", "dddd", "fast enough"),
    ("Superseded: SQLite (by Postgres)", "dddd", "NFS"),
    ("Archived: Pool", "aaaa", "gone with SQLite"),
    ("Deleted: Pool", "aaaa", "never true"),
]


def test_in_git_only_what_carries_a_reason_is_written(tmp_path: Path, clock: Clock) -> None:
    store = a_store(tmp_path, clock, git=True)
    everything(store, clock)
    found = lines(store)
    assert [(line["title"], line["entry"], line["reason"]) for line in found] == WITH_REASON
    for line in found:
        assert list(line) == ["title", "entry", "date", "author", "reason"]
        assert line["author"] == "Ana"
    assert found[-1]["date"] == MORNING + timedelta(minutes=10)


def test_outside_of_git_every_change_is_written(tmp_path: Path, clock: Clock) -> None:
    store = a_store(tmp_path, clock, git=False)
    everything(store, clock)
    assert titles(store) == [
        "Edited: Pool (status fixed, cause)",
        "Fixed: WAL",
        "Reviewed: WAL",
        "Moved: WAL (to technical-debt)",
        "Accepted: SQLite",
        "Superseded: SQLite (by Postgres)",
        "Archived: Pool",
        "Restored: Pool",
        "Deleted: Pool",
        "Added: Release",
    ]


@pytest.mark.parametrize(
    ("keep", "git", "count"),
    [("all", True, 10), ("reasons", False, 4), ("none", True, 0), ("none", False, 0)],
)
def test_keep_says_otherwise(
    tmp_path: Path, clock: Clock, keep: str, git: bool, count: int
) -> None:
    store = a_store(tmp_path, clock, git=git, log=f'keep = "{keep}"')
    everything(store, clock)
    assert len(lines(store)) == count


@pytest.mark.parametrize(
    ("log", "line", "words"),
    [
        ('keep = "everything"', 3, 'log.keep: "everything" means nothing; write reasons, all or'),
        ("keep = 3", 3, "log.keep: 3 means nothing"),
    ],
)
def test_nonsense_in_keep_is_told_with_its_line_and_passed_over(
    tmp_path: Path, clock: Clock, log: str, line: int, words: str
) -> None:
    store = a_store(tmp_path, clock, git=True, log=log)
    (problem,) = store.bank.problems
    assert (problem.file, problem.line, problem.state) == ("bank.toml", line, "warning")
    assert words in problem.message
    everything(store, clock)
    assert len(lines(store)) == 4


def test_a_log_that_is_no_table_is_told(tmp_path: Path) -> None:
    store = Store(make_bank_at(tmp_path, FILES, 'log = "all"\n'), author="Ana")
    assert "log should be written [log]" in store.bank.problems[0].message


def test_without_a_reason_nothing_is_written_in_git(tmp_path: Path, clock: Clock) -> None:
    store = a_store(tmp_path, clock, git=True)
    store.archive(entry_of(store, "aaaa"), "")
    store.delete(entry_of(store, "bbbb"), "  ")
    store.supersede(entry_of(store, "dddd"), entry_of(store, "pppp"))
    assert not (store.folder / UPDATES).exists()


def test_edits_of_one_entry_by_one_author_on_one_day_are_one_line(
    tmp_path: Path, clock: Clock
) -> None:
    store = a_store(tmp_path, clock, git=False)
    store.update(entry_of(store, "aaaa"), {"cause": "fork"})
    clock.wait(hours=1)
    store.update(entry_of(store, "aaaa"), {"title": "Pool exhausted", "tags": ["db"]})
    (line,) = lines(store)
    assert line["title"] == "Edited: Pool exhausted (cause, title, tags)"
    assert line["date"] == MORNING + timedelta(hours=1)
    store.update(entry_of(store, "bbbb"), {"cause": "x"})
    other = Store(store.folder, author="Bo", now=clock)
    other.update(entry_of(other, "aaaa"), {"cause": "spawn"})
    clock.wait(days=1)
    store.load()
    store.update(entry_of(store, "aaaa"), {"cause": "both"})
    assert len(lines(store)) == 4
    store.update(entry_of(store, "aaaa"), {"ticket": "1"}, reason="asked for")
    assert len(lines(store)) == 5


def test_an_undo_takes_the_line_back_and_a_redo_brings_it_again(
    tmp_path: Path, clock: Clock
) -> None:
    store = a_store(tmp_path, clock, git=True)
    store.delete(entry_of(store, "aaaa"), "never true")
    taken = store.undo()
    assert taken.made
    assert taken.entry is not None
    assert taken.entry.id == "aaaa"
    assert taken.change.summary == "delete of Pool"
    assert lines(store) == []
    again = store.redo()
    assert again.change.ids == {"aaaa"}
    assert titles(store) == ["Deleted: Pool"]


def test_an_undo_is_made_also_where_its_line_was_changed_since(
    tmp_path: Path, clock: Clock
) -> None:
    store = a_store(tmp_path, clock, git=True)
    store.delete(entry_of(store, "aaaa"), "never true")
    put(store.folder / UPDATES, text_of(store, UPDATES).replace("never true", "by accident"))
    store.load()
    taken = store.undo()
    assert taken.made
    assert "its line in the change log stays" in taken.note
    assert entry_of(store, "aaaa").title == "Pool"
    assert [line["reason"] for line in lines(store)] == ["by accident"]


@pytest.mark.parametrize("log", ["[[change-log]]\ntitle = ", "<<<<<<< ours\n"])
def test_a_line_that_cannot_be_written_fails_nothing(
    tmp_path: Path, clock: Clock, log: str
) -> None:
    store = a_store(tmp_path, clock, git=True)
    put(store.folder / UPDATES, log)
    store.load()
    store.delete(entry_of(store, "aaaa"), "never true")
    assert "the change log could not be written" in store.warning
    assert text_of(store, UPDATES) == log
    assert not store.load().find("aaaa")
    assert store.undo().made
    assert entry_of(store, "aaaa").title == "Pool"


def test_many_at_once_are_one_change_with_a_line_each(tmp_path: Path, clock: Clock) -> None:
    store = a_store(tmp_path, clock, git=True)
    both = [entry_of(store, "aaaa"), entry_of(store, "bbbb")]
    outcomes = list(store.archive_each(both, lambda entry: f"why {entry.id}"))
    assert [outcome.error for outcome in outcomes] == [None, None]
    assert {(line["title"], line["reason"]) for line in lines(store)} == {
        ("Archived: Pool", "why aaaa"),
        ("Archived: WAL", "why bbbb"),
    }
    assert store.undo().change.ids == {"aaaa", "bbbb"}
    assert lines(store) == []
    list(store.delete_each([entry_of(store, "aaaa"), entry_of(store, "bbbb")], "old"))
    decisions = [(entry_of(store, "dddd"), {"status": "rejected"})]
    list(store.update_each("status", decisions, "too slow"))
    assert sorted(titles(store)) == ["Deleted: Pool", "Deleted: WAL", "Rejected: SQLite"]


def test_the_log_is_not_logged_and_the_end_of_a_move_is_no_deletion(
    tmp_path: Path, clock: Clock
) -> None:
    store = a_store(tmp_path, clock, git=False)
    line = store.add("change-log", {"title": "Moved to TOML", "date": date(2026, 11, 20)})
    store.update(line, {"reason": "merge conflicts"})
    assert [entry.title for entry in store.bank.by_kind["change-log"]] == ["Moved to TOML"]
    store.remove_copy(entry_of(store, "aaaa"))
    assert len(store.load().by_kind["change-log"]) == 1


def test_a_long_title_is_cut_and_broken_lines_are_joined(tmp_path: Path, clock: Clock) -> None:
    store = a_store(tmp_path, clock, git=True)
    entry = store.add("common-tasks", {"title": f"one\ntwo {'x' * 500}"})
    store.delete(entry, "why\nnot")
    (line,) = lines(store)
    assert line["title"].startswith("Deleted: one two xxx")
    assert len(line["title"]) < 140
    assert line["reason"] == "why\nnot"


ASKED: dict[str, Callable[[Store], list[str]]] = {
    "list": lambda store: [e.id for e in _found(store, "")],
    "search": lambda store: [e.id for e in _found(store, "never")],
    "due": lambda store: [
        e.id for e in store.bank.entries if is_due(e, {"every": "1 day"}, date(2030, 1, 1))
    ],
}


def _found(store: Store, text: str) -> list[Any]:
    from mbtui.bank.query import parse_query
    from mbtui.bank.vocabulary import vocabulary_of

    query = parse_query(text, vocabulary_of(store.bank), date(2026, 11, 20))
    return Index(store.bank).search(query).entries


@pytest.mark.parametrize("ask", ASKED)
def test_lines_stay_out_unless_asked_for(tmp_path: Path, clock: Clock, ask: str) -> None:
    store = a_store(tmp_path, clock, git=True)
    store.delete(entry_of(store, "aaaa"), "never true")
    store.load()
    known = {entry.id for entry in store.bank.by_kind["change-log"]}
    assert known
    assert known.isdisjoint(ASKED[ask](store))
    assert {entry.id for entry in _found(store, "in:change-log never")} == known
