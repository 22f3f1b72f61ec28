"""What a review and a superseding entry leave on disk, and what they never touch."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from mbtui.bank.merge import merge_entry
from mbtui.bank.review import due_date
from mbtui.store.drift import checked_of
from mbtui.store.errors import InputError, StoreError
from mbtui.store.store import Store
from tests.unit.banks import ARCHIVED, ISSUES, NOW, entry_of, issue, make_store, put, strictly

TODAY = date(2026, 11, 22)
OTHERS = "development-notes.toml"
DECISIONS = "project-context.toml"


def table(store: Store, identity: str, file: str = ISSUES) -> dict[str, Any]:
    """An entry as it stands in its file."""
    tables = strictly(store, file)
    return next(item for kind in tables.values() for item in kind if item.get("id") == identity)


def test_a_review_writes_day_and_author_and_no_other_byte(tmp_path: Path) -> None:
    text = f"# kept\n{issue('aaaa', updated='2026-01-01')}\n# also kept\n{issue('bbbb')}"
    store = make_store(tmp_path, {ISSUES: text})
    written = store.review(entry_of(store, "aaaa"))
    assert written.data["reviewed"] == TODAY
    assert table(store, "aaaa") == {
        "id": "aaaa",
        "title": "aaaa",
        "updated": "2026-01-01",
        "reviewed": TODAY,
        "reviewed_by": "Ana",
    }
    on_disk = (store.folder / ISSUES).read_text()
    left = [line for line in on_disk.splitlines() if not line.startswith("reviewed")]
    assert left == text.splitlines()


def test_only_a_review_moves_the_day_on_which_an_entry_is_due(tmp_path: Path) -> None:
    dates = "created = 2026-01-10\nreviewed = 2026-03-20\nreviewed_by = 'Bo'\n"
    never = issue("bbbb") + "created = 2026-04-02\n"
    store = make_store(tmp_path, {ISSUES: issue("aaaa") + dates + never})
    days = date(2026, 4, 20), date(2026, 5, 2)

    def due() -> tuple[date | None, ...]:
        return tuple(due_date(entry_of(store, name), {}) for name in ("aaaa", "bbbb"))

    store.load()
    assert due() == days
    for identity in ("aaaa", "bbbb"):
        store.update(entry_of(store, identity), {"title": "another", "status": "worked-around"})
    assert entry_of(store, "aaaa").data["updated"] == NOW
    assert due() == days
    for when in (0, NOW.timestamp(), NOW.timestamp() + 10**8):
        os.utime(store.folder / ISSUES, (when, when))
        store.load()
        assert due() == days
    store.review(entry_of(store, "aaaa"))
    assert due() == (date(2026, 12, 22), days[1])


def test_the_day_is_a_local_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    try:
        store = make_store(tmp_path, {ISSUES: issue("aaaa")})
        store.now = lambda: datetime(2026, 6, 1, 20, tzinfo=UTC)
        store.review(entry_of(store, "aaaa"))
        assert table(store, "aaaa")["reviewed"] == date(2026, 6, 2)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_hashes_of_its_paths_are_written_where_there_are_some(
    tmp_path: Path,
) -> None:
    old = 'checked = { "a.py" = "00000000" }\n'
    store = make_store(tmp_path, {ISSUES: issue("aaaa", paths=["a.py"]) + old + issue("bbbb")})
    (store.project / "a.py").write_text("a = 1\n")
    for identity in ("aaaa", "bbbb"):
        store.review(entry_of(store, identity))
    assert table(store, "aaaa")["checked"] == checked_of(store.folder, ["a.py"])
    assert table(store, "aaaa")["checked"]["a.py"] != "00000000"
    assert "checked" not in table(store, "bbbb")


def test_many_are_one_change_for_undo(tmp_path: Path) -> None:
    files = {ISSUES: issue("aaaa") + issue("bbbb"), OTHERS: _task("cccc")}
    store = make_store(tmp_path, files)
    entries = [entry_of(store, identity) for identity in ("aaaa", "bbbb", "cccc")]
    assert [outcome.error for outcome in store.review_each(entries)] == [None] * 3
    assert table(store, "cccc", OTHERS)["reviewed"] == table(store, "aaaa")["reviewed"] == TODAY
    assert store.undo().change.summary == "review of aaaa and 2 more"
    assert {name: (store.folder / name).read_text() for name in files} == files


def test_an_entry_typed_by_hand_gets_its_id_with_its_first_review(tmp_path: Path) -> None:
    store = make_store(tmp_path, {ISSUES: '[[current-issues]]\ntitle = "by hand"\n'})
    entry = store.bank.entries[0]
    list(store.review_each([entry]))
    (written,) = strictly(store)["current-issues"]
    assert (written["id"], written["reviewed"]) == (entry.id, TODAY)
    assert "created" not in written


def test_single_tables_are_reviewed_too(tmp_path: Path) -> None:
    store = make_store(tmp_path, {DECISIONS: '[project-information]\npurpose = "x"\n'})
    store.review(entry_of(store, "project-information"))
    assert strictly(store, DECISIONS)["project-information"] == {
        "purpose": "x",
        "reviewed": TODAY,
        "reviewed_by": "Ana",
    }


def test_a_text_that_was_changed_meanwhile_is_not_marked(tmp_path: Path) -> None:
    store = make_store(tmp_path, {ISSUES: issue("aaaa") + issue("bbbb")})
    entries = list(store.bank.entries)
    newer = issue("aaaa", issue="another text") + issue("bbbb")
    put(store.folder / ISSUES, newer)
    first, second = sorted(store.review_each(entries), key=lambda outcome: outcome.entry.id)  # type: ignore[union-attr]
    assert "changed by someone else meanwhile" in str(first.error)
    assert second.error is None
    assert "reviewed" not in table(store, "aaaa")
    assert table(store, "bbbb")["reviewed"] == TODAY


def test_an_entry_that_is_gone_is_not_brought_back(tmp_path: Path) -> None:
    store = make_store(tmp_path, {ISSUES: issue("aaaa") + issue("bbbb")})
    entry = entry_of(store, "aaaa")
    put(store.folder / ISSUES, issue("bbbb"))
    with pytest.raises(StoreError, match="deleted or archived by someone else"):
        store.review(entry)
    assert (store.folder / ISSUES).read_text() == issue("bbbb")


def test_an_entry_that_was_moved_is_reviewed_where_it_is(tmp_path: Path) -> None:
    store = make_store(tmp_path, {ISSUES: issue("aaaa")})
    entry = entry_of(store, "aaaa")
    Store(store.folder, author="Bob", now=lambda: NOW).move(entry, "common-tasks")
    assert store.review(entry).kind.slug == "common-tasks"
    assert table(store, "aaaa", OTHERS)["reviewed_by"] == "Ana"


def test_an_archived_entry_is_not_reviewed(tmp_path: Path) -> None:
    store = make_store(tmp_path, {ARCHIVED: issue("aaaa")})
    with pytest.raises(InputError, match="in the archive"):
        store.review(entry_of(store, "aaaa"))


# Two reviews of one entry


def test_of_two_reviews_at_the_same_time_the_later_day_stays(tmp_path: Path) -> None:
    store = make_store(tmp_path, {ISSUES: issue("aaaa")})
    seen = entry_of(store, "aaaa")
    later = Store(store.folder, author="Bob", now=lambda: datetime(2026, 11, 23, 10, tzinfo=UTC))
    later.review(entry_of(later, "aaaa"))
    before = (store.folder / ISSUES).read_text()
    store.review(seen)
    assert (store.folder / ISSUES).read_text() == before
    assert table(store, "aaaa")["reviewed_by"] == "Bob"


def test_a_review_that_counts_replaces_one_dated_in_the_future(tmp_path: Path) -> None:
    text = issue("aaaa") + "reviewed = 2062-01-01\n"
    store = make_store(tmp_path, {ISSUES: text})
    store.review(entry_of(store, "aaaa"))
    assert table(store, "aaaa")["reviewed"] == TODAY


# Agents


def test_a_review_by_an_agent_is_recorded_and_vouches_for_no_code(
    tmp_path: Path,
) -> None:
    text = issue("aaaa", paths=["a.py"]) + "created = 2026-01-31\n"
    store = make_store(tmp_path, {ISSUES: text}, author="agent:claude")
    (store.project / "a.py").write_text("a = 1\n")
    due = due_date(entry_of(store, "aaaa"), {})
    written = store.review(entry_of(store, "aaaa"))
    assert (written.data["reviewed"], written.data["reviewed_by"]) == (TODAY, "agent:claude")
    assert "checked" not in written.data
    assert due_date(written, {}) == due == date(2026, 2, 28)


def test_a_review_by_an_agent_stands_beside_that_of_a_person(tmp_path: Path) -> None:
    text = issue("aaaa", reviewed_by="Bob") + "reviewed = 2026-11-10\ncreated = 2025-01-01\n"
    store = make_store(tmp_path, {ISSUES: text}, author="agent:claude")
    due = due_date(entry_of(store, "aaaa"), {})
    written = store.review(entry_of(store, "aaaa"))
    assert due_date(written, {}) == due == date(2026, 12, 10)
    found = table(store, "aaaa")
    assert (found["reviewed"], found["reviewed_by"]) == (date(2026, 11, 10), "Bob")
    assert (found["agent_reviewed"], found["agent_reviewed_by"]) == (TODAY, "agent:claude")
    store.author = "Ana"
    store.review(entry_of(store, "aaaa"))
    assert "agent_reviewed" not in table(store, "aaaa")
    assert table(store, "aaaa")["reviewed_by"] == "Ana"


def test_where_agents_count_theirs_is_a_review_like_any_other(tmp_path: Path) -> None:
    bank = "format = 1\n[review]\nagents = true\n"
    text = issue("aaaa", reviewed_by="Bob") + "reviewed = 2026-11-10\n"
    store = make_store(tmp_path, {ISSUES: text}, bank, author="agent:claude")
    store.review(entry_of(store, "aaaa"))
    assert table(store, "aaaa")["reviewed_by"] == "agent:claude"


# Superseding


def _decision(identity: str, *more: str) -> str:
    lines = ["[[architecture-decisions]]", f'id = "{identity}"', f'title = "{identity}"', *more]
    return "\n".join(lines) + "\n"


def _task(identity: str) -> str:
    return f'[[common-tasks]]\nid = "{identity}"\ntitle = "{identity}"\n'


def test_superseding_writes_both_entries_and_the_status(tmp_path: Path) -> None:
    text = _decision("aaaa", 'status = "accepted"') + "\n# between\n" + _decision("bbbb")
    store = make_store(tmp_path, {DECISIONS: text})
    old = store.supersede(entry_of(store, "aaaa"), entry_of(store, "bbbb"))
    assert (old.status, old.closed) == ("superseded", True)
    assert table(store, "aaaa", DECISIONS)["superseded_by"] == "bbbb"
    assert table(store, "bbbb", DECISIONS)["supersedes"] == ["aaaa"]
    assert "status" not in table(store, "bbbb", DECISIONS)
    assert store.undo().change.what == "supersede"
    assert (store.folder / DECISIONS).read_text() == text


def test_superseding_over_two_files_is_one_change_for_undo(tmp_path: Path) -> None:
    files = {ISSUES: issue("aaaa", status="open"), OTHERS: _task("cccc")}
    store = make_store(tmp_path, files)
    old = store.supersede(entry_of(store, "aaaa"), entry_of(store, "cccc"))
    assert (old.status, old.data["superseded_by"]) == ("open", "cccc")
    assert table(store, "cccc", OTHERS)["supersedes"] == ["aaaa"]
    store.undo()
    assert {name: (store.folder / name).read_text() for name in files} == files


def test_entries_typed_by_hand_can_supersede(tmp_path: Path) -> None:
    text = "".join(f'[[architecture-decisions]]\ntitle = "{name}"\n' for name in ("one", "two"))
    store = make_store(tmp_path, {DECISIONS: text})
    one, two = store.bank.entries
    store.supersede(one, two)
    first, second = strictly(store, DECISIONS)["architecture-decisions"]
    assert (first["superseded_by"], second["supersedes"]) == (second["id"], [first["id"]])
    assert (first["id"], second["id"]) == (one.id, two.id)


def test_what_is_superseded_joins_the_list(tmp_path: Path) -> None:
    text = _decision("aaaa") + _decision("bbbb") + _decision("cccc", 'supersedes = ["aaaa"]')
    store = make_store(tmp_path, {DECISIONS: text})
    store.supersede(entry_of(store, "bbbb"), entry_of(store, "cccc"))
    assert table(store, "cccc", DECISIONS)["supersedes"] == ["aaaa", "bbbb"]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("aaaa", "aaaa", "its own place"),
        ("aaaa", "bbbb", "itself superseded by aaaa"),
        ("bbbb", "cccc", "superseded by aaaa already"),
        ("aaaa", "dddd", "in the archive"),
        ("dddd", "aaaa", "in the archive"),
        ("aaaa", "project-information", "is one table"),
    ],
)
def test_superseding_that_makes_no_sense_writes_nothing(
    tmp_path: Path, old: str, new: str, why: str
) -> None:
    text = '[project-information]\npurpose = "x"\n\n'
    text += _decision("aaaa") + _decision("bbbb", 'superseded_by = "aaaa"') + _decision("cccc")
    files = {DECISIONS: text, f"archive/{DECISIONS}": _decision("dddd")}
    store = make_store(tmp_path, files)
    with pytest.raises(InputError, match=why):
        store.supersede(entry_of(store, old), entry_of(store, new))
    assert {name: (store.folder / name).read_text() for name in files} == files


def test_nothing_is_written_when_one_of_the_two_cannot_be(tmp_path: Path) -> None:
    files = {ISSUES: issue("aaaa"), OTHERS: _task("cccc")}
    store = make_store(tmp_path, files)
    old, new = entry_of(store, "aaaa"), entry_of(store, "cccc")
    put(store.folder / ISSUES, "# all gone\n")
    with pytest.raises(StoreError):
        store.supersede(old, new)
    assert (store.folder / OTHERS).read_text() == files[OTHERS]


# Branches


def test_of_two_branches_the_later_review_wins_whole() -> None:
    base = {"id": "aaaa", "title": "t", "paths": ["a.py"], "checked": {"a.py": "00000000"}}
    ana = {**base, "reviewed": date(2026, 11, 20), "reviewed_by": "Ana"}
    bob = {**base, "reviewed": date(2026, 11, 22), "reviewed_by": "Bob"}
    ana["checked"], bob["checked"] = {"a.py": "11111111"}, {"a.py": "22222222"}
    for mine, theirs in ((ana, bob), (bob, ana)):
        merged, conflicts = merge_entry(base, mine, theirs)
        assert (merged, conflicts) == (bob, [])


def test_a_later_review_by_an_agent_replaces_none_by_a_person() -> None:
    base = {"id": "aaaa", "title": "t"}
    ana = {**base, "reviewed": date(2026, 11, 20), "reviewed_by": "Ana"}
    agent = {**base, "reviewed": date(2026, 11, 22), "reviewed_by": "agent:claude"}
    for mine, theirs in ((ana, agent), (agent, ana)):
        assert merge_entry(base, mine, theirs) == (ana, [])


def test_of_two_reviews_by_agents_beside_a_persons_the_later_stays() -> None:
    base = {"id": "aaaa", "reviewed": date(2026, 11, 1), "reviewed_by": "Ana"}
    one = {**base, "agent_reviewed": date(2026, 11, 20), "agent_reviewed_by": "agent:one"}
    two = {**base, "agent_reviewed": date(2026, 11, 22), "agent_reviewed_by": "agent:two"}
    for mine, theirs in ((one, two), (two, one)):
        assert merge_entry(base, mine, theirs) == (two, [])
