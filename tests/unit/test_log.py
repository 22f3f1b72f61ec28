"""One log from several sources: joining, collapsing, wording, filtering."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from mbtui.bank.log import (
    ENTRY,
    GIT,
    JOURNAL,
    LOG,
    Event,
    event_of_commit,
    event_of_line,
    events_of_entries,
    joined_day,
    moment_of_line,
)
from mbtui.bank.log_actions import (
    ADD,
    ARCHIVE,
    DELETE,
    EDIT,
    MOVE,
    NOTE,
    RESTORE,
    REVIEW,
    STATUS,
    SUPERSEDE,
    Action,
    Version,
    action_between,
    line_title,
    read_title,
)
from mbtui.bank.log_words import Told, clock, day_name, plain_sentence, told
from mbtui.store.bank_history import BankHistory
from mbtui.store.log_reader import LogReader
from mbtui.store.store import Store
from tests.unit.banks import ISSUES, issue, make_bank_at
from tests.unit.conftest import MakeBank, MakeEntry
from tests.unit.log_repository import LogRepository

AT = datetime(2026, 11, 20, 10, 12, tzinfo=UTC)
SOON = AT + timedelta(seconds=2)
LATER = AT + timedelta(hours=2)
STATUSES = {"accepted", "rejected", "fixed", "in-progress"}


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as own:
        own.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


def version(kind: str = "current-issues", *, archived: bool = False, **data: object) -> Version:
    return Version(kind, archived, {"id": "aaaa", "title": "T", **data})


def event(action: Action | str, at: datetime = AT, source: str = LOG, **more: object) -> Event:
    values = {"author": "Ana", "entry": "aaaa", "title": "T", **more}
    found = action if isinstance(action, Action) else Action(action)
    return Event(at=at, action=found, sources=(source,), **values)  # type: ignore[arg-type]


CASES = [
    (None, version(), Action(ADD)),
    (version(), None, Action(DELETE)),
    (version(), version(archived=True), Action(ARCHIVE)),
    (version(archived=True), version(), Action(RESTORE)),
    (version(), version("technical-debt"), Action(MOVE, detail="technical-debt")),
    (version(), version(status="fixed"), Action(STATUS, ("status",), "fixed")),
    (version(status="fixed"), version(), Action(STATUS, ("status",))),
    (version(), version(cause="x", updated=AT), Action(EDIT, ("cause",))),
    (
        version(a=1, status="open"),
        version(status="fixed", b=2),
        Action(EDIT, ("status", "b", "a"), "fixed"),
    ),
    (version(), version(reviewed=date(2026, 1, 1), checked={"a": "b"}), Action(REVIEW)),
    (version(), version(agent_reviewed=date(2026, 1, 1)), Action(REVIEW)),
    (version(), version(updated=AT, updated_by="Bo"), None),
    (version(), version(checked={"a": "b"}), None),
    (version(), version(supersedes=["bbbb"], updated=AT), None),
    (
        version(),
        version(status="superseded", superseded_by="bbbb"),
        Action(SUPERSEDE, detail="bbbb"),
    ),
    (version(tags=["a"]), version(tags=["a"]), None),
]


@pytest.mark.parametrize(("before", "after", "action"), CASES)
def test_what_happened_between_two_versions(
    before: Version | None, after: Version | None, action: Action | None
) -> None:
    assert action_between(before, after) == action


@pytest.mark.parametrize(
    ("action", "text"),
    [
        (Action(ARCHIVE), "Archived: a (b)"),
        (Action(EDIT, ("cause", "status"), "fixed"), "Edited: a (b) (cause, status fixed)"),
        (Action(STATUS, ("status",), "in-progress"), "In-progress: a (b)"),
        (Action(STATUS, ("status",)), "No status: a (b)"),
        (Action(MOVE, detail="technical-debt"), "Moved: a (b) (to technical-debt)"),
        (Action(SUPERSEDE, detail="c (d)"), "Superseded: a (b) (by c (d))"),
    ],
)
def test_a_title_that_was_written_is_read_again(action: Action, text: str) -> None:
    assert line_title(action, "a (b)") == text
    assert read_title(text, STATUSES) == (action, "a (b)")


@pytest.mark.parametrize("text", ["Memory bank moved to TOML", "Reminder: look at it", ""])
def test_any_other_title_is_a_note(text: str) -> None:
    assert read_title(text, STATUSES) is None


def test_one_event_of_four_sources_is_one(make_entry: MakeEntry) -> None:
    archived = {"at": AT, "by": "Ana", "reason": "gone"}
    entry = make_entry(
        "current-issues", id="aaaa", title="T", archived=archived, file="archive/known-issues.toml"
    )
    line = make_entry(
        "change-log", id="l", title="Archived: T", entry="aaaa", date=SOON, author="Ana", reason="x"
    )
    of_commit = event_of_commit(
        "aaaa", version(), version(archived=True, archived_=1), "c0", "Git", LATER
    )
    assert of_commit is not None
    assert of_commit.loose
    when = moment_of_line(line)
    assert when is not None
    events = [
        event(ARCHIVE, source=JOURNAL),
        event_of_line(line, when, STATUSES, {"aaaa": entry}),
        *events_of_entries([entry], {}),
        of_commit,
    ]
    random.Random(1).shuffle(events)
    (one,) = joined_day(events)
    assert (one.at, one.author, one.reason) == (AT, "Ana", "x")
    assert set(one.sources) == {JOURNAL, LOG, GIT, ENTRY}
    assert (one.commit, one.line, one.kind) == ("c0", "l", "current-issues")


def test_edits_of_one_entry_by_one_author_on_one_day_are_one() -> None:
    cause, tags = Action(EDIT, ("cause",)), Action(EDIT, ("tags", "cause"))
    (one,) = joined_day([event(cause), event(tags, LATER)])
    assert (one.at, one.action.fields) == (LATER, ("cause", "tags"))
    assert len(joined_day([event(cause), event(tags, LATER, author="Bo")])) == 2
    assert len(joined_day([event(cause), event(tags, LATER, entry="bbbb")])) == 2
    assert len(joined_day([event(cause, reason="so"), event(tags, LATER)])) == 2
    assert len(joined_day([event(ARCHIVE), event(RESTORE, LATER), event(ARCHIVE, LATER)])) == 3


def test_what_the_dates_of_an_entry_tell_is_no_news_beside_a_better_source() -> None:
    updated = event(Action(EDIT), SOON, ENTRY)
    (one,) = joined_day([event(Action(STATUS, ("status",), "fixed"), source=JOURNAL), updated])
    assert (one.what, one.action.detail) == (STATUS, "fixed")
    assert len(joined_day([event(ADD, source=GIT), updated._replace(at=LATER)])) == 2
    day_only = event(REVIEW, AT.replace(hour=12), ENTRY, timed=False)
    (one,) = joined_day([day_only, event(REVIEW, source=JOURNAL)])
    assert (one.at, one.timed) == (AT, True)


def test_the_dates_of_entries(make_entry: MakeEntry) -> None:
    entry = make_entry(
        "current-issues",
        id="aaaa",
        title="T",
        created=AT,
        created_by="Ana",
        updated=SOON,
        updated_by="Ana",
        reviewed=date(2026, 11, 21),
        reviewed_by="Bo",
    )
    found = [(e.what, e.author, e.timed, e.day) for e in events_of_entries([entry], {})]
    assert found == [
        (ADD, "Ana", True, date(2026, 11, 20)),
        (REVIEW, "Bo", False, date(2026, 11, 21)),
    ]
    old = make_entry("current-issues", id="b", superseded_by="aaaa", updated=LATER)
    new = make_entry("current-issues", id="c", supersedes=["b"], updated=LATER)
    known = {"b": old, "c": new}
    assert list(events_of_entries([new], known)) == []
    odd = make_entry("current-issues", created="soon", updated=7, reviewed=date.min, archived=3)
    assert [e.what for e in events_of_entries([odd], {})] in ([], [REVIEW])
    assert list(events_of_entries([make_entry("change-log", created=AT)], {})) == []


@pytest.mark.parametrize(
    ("action", "more", "text"),
    [
        (Action(ADD), {}, 'added "T" (current-issues)'),
        (
            Action(EDIT, ("when_to_use", "status"), "fixed"),
            {},
            'edited "T" (current-issues): when to use, status fixed',
        ),
        (Action(EDIT), {}, 'edited "T" (current-issues)'),
        (Action(STATUS, ("status",), "fixed"), {}, 'marked "T" (current-issues) fixed'),
        (Action(MOVE, detail="technical-debt"), {}, 'moved "T" to technical-debt'),
        (
            Action(SUPERSEDE, detail="bbbb"),
            {"reason": "NFS"},
            'superseded "T" (current-issues) by "New" — NFS',
        ),
        (Action(DELETE), {"kind": "", "reason": "a\x1b[2J"}, 'deleted "T" — a␛[2J'),
        (Action(NOTE), {"title": "Moved to TOML", "reason": "why"}, "Moved to TOML — why"),
        (Action(ADD), {"title": ""}, 'added "(no title)" (current-issues)'),
        (Action(REVIEW), {"entry": "review-schedule", "kind": "review-schedule"}, 'reviewed "T"'),
    ],
)
def test_a_sentence(action: Action, more: dict[str, str], text: str) -> None:
    line = Told((event(action, **{"kind": "current-issues", **more}),))
    assert plain_sentence(line, {"bbbb": "New"}.get) == text  # type: ignore[arg-type]


def test_many_in_a_row_read_as_one() -> None:
    many = [event(ADD, entry=str(i), title=f"T{i}", kind="test-data") for i in range(5)]
    lines = told([*many, event(ADD, entry="x", author="Bo"), event(DELETE)])
    assert [len(line.events) for line in lines] == [5, 1, 1]
    expected = 'added 5 entries (test-data): "T0", "T1" and 3 more'
    assert plain_sentence(lines[0], str) == expected
    assert len(told(many[:3])) == 3
    apart = [event(ADD, AT + timedelta(minutes=2 * i), entry=str(i)) for i in range(5)]
    assert len(told(apart)) == 5


def test_days_and_times() -> None:
    today = date(2026, 11, 20)
    assert day_name(today, today) == "Today, Friday 20 November 2026"
    assert day_name(date(2026, 11, 19), today) == "Yesterday, Thursday 19 November 2026"
    assert day_name(date(2027, 1, 1), today) == "Friday 1 January 2027"
    assert clock(event(ADD)) == "10:12"
    assert clock(event(ADD, timed=False)) == "     "


class TestReader:
    def test_reads_in_steps_and_gives_all_once(self, tmp_path: Path, make_bank: MakeBank) -> None:
        lines = [
            f'[[change-log]]\nid = "l{n:04}"\ntitle = "Archived: T{n}"\nentry = "e{n:04}"\n'
            f'author = "Ana"\ndate = {AT - timedelta(hours=7 * n):%Y-%m-%dT%H:%M:%SZ}\n'
            for n in range(1000)
        ]
        store = Store(make_bank_at(tmp_path, {"updates.toml": "\n".join(lines)}), author="Ana")
        reader = LogReader(store.folder, store.load())
        sizes = []
        while not reader.ended:
            reader.read()
            found = reader.events()
            assert [e.at for e in found] == sorted((e.at for e in found), reverse=True)
            sizes.append(len(found))
        assert sizes[0] < 300
        assert len(sizes) > 3
        assert sizes[-1] == len({e.entry for e in reader.events()}) == 1000
        again = LogReader(store.folder, store.load())
        again.read(until=AT - timedelta(days=2))
        assert 6 < len(again.events()) < 300

    def test_a_deletion_is_told_where_it_happened_not_where_it_was_committed(
        self, tmp_path: Path
    ) -> None:
        repo = LogRepository(tmp_path / "acme")
        (repo.folder / ISSUES).write_text(issue("aaaa", "Pool") + issue("bbbb", "WAL"))
        repo.commit("Bo")
        repo.wait(days=1)
        store = repo.store()
        store.delete(store.bank.find("aaaa")[0], "never true")
        done = repo.at
        repo.wait(days=4)
        name = repo.commit("Jonas")
        repo.replace('title = "WAL"', 'title = "by vim"')
        repo.wait(days=1)
        repo.commit("Priya")
        events = repo.reader().events()
        assert [(e.what, e.author, e.entry) for e in events] == [
            (EDIT, "Priya", "bbbb"),
            (DELETE, "Ana Lima", "aaaa"),
            (ADD, "Bo", "bbbb"),
            (ADD, "Bo", "aaaa"),
        ]
        deleted = events[1]
        assert (deleted.at, deleted.reason, deleted.commit) == (done, "never true", name)
        assert deleted.kind == "current-issues"
        assert [e.what for e in repo.reader("aaaa").events()] == [DELETE, ADD]

    def test_what_was_taken_back_did_not_happen(self, tmp_path: Path) -> None:
        store = Store(make_bank_at(tmp_path, {ISSUES: issue("aaaa", "Pool")}), author="Ana")
        store.load()
        store.archive(store.bank.find("aaaa")[0], "why")
        store.undo()
        reader = LogReader(store.folder, store.load())
        reader.read()
        assert reader.events() == []
        store.redo()
        reader = LogReader(store.folder, store.load())
        reader.read()
        (one,) = reader.events()
        assert (one.what, one.reason) == (ARCHIVE, "why")
        assert JOURNAL in one.sources

    def test_nothing_at_all(self, tmp_path: Path) -> None:
        store = Store(make_bank_at(tmp_path), author="Ana")
        bank = store.load()
        reader = LogReader(store.folder, bank, BankHistory(store.folder, bank.schema))
        reader.read()
        assert reader.ended
        assert reader.events() == []


DAYS, CHANGES_A_DAY = 250, 30
AUTHORS = ("Ana Lima", "Jonas Weber", "Priya Costa", "agent:claude", "agent:codex")


def test_a_year_of_work_leaves_a_small_file(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """30 changes a working day by three people and two agents, in git.

    Of the changes 12 in 100 are ones for which a reason is asked, and two of three get one.
    """
    from mbtui.bank.log_actions import Action as Done
    from mbtui.store.change_log import Line

    chance = random.Random(7)
    (tmp_path / ".git").mkdir()
    store = Store(make_bank_at(tmp_path, bank="format = 1\n"), author="")
    at = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
    store.now = lambda: at
    store.load()
    made: list[Line] = []
    for _ in range(DAYS * CHANGES_A_DAY):
        if chance.random() >= 0.12 or chance.random() >= 0.67:
            continue
        title = " ".join(
            chance.choices(["pool", "fork", "SQLite", "hangs", "on", "the", "worker", "queue"], k=7)
        )
        reason = " ".join(
            chance.choices(["fixed", "by", "moving", "to", "Postgres", "since", "May"], k=12)
        )
        what = chance.choice([Done(ARCHIVE), Done(DELETE), Done(STATUS, ("status",), "accepted")])
        made.append(Line(f"{chance.getrandbits(40):08x}"[:8], title, what, reason))
    with store._change("year"):
        for start in range(0, len(made), 100):
            store.author = chance.choice(AUTHORS)
            at += timedelta(days=2)
            assert store._write_lines(made[start : start + 100], daily=False) == ""
    size = (store.folder / "updates.toml").stat().st_size
    record_property("bytes", size)
    assert len(store.load().by_kind["change-log"]) == len(made) > 500
    assert size < 300_000
