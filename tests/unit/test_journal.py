"""The journal on disk: what can be read of it, how it is bounded, and how little of it is read."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mbtui.bank.undo import Change, Hunk, Step
from mbtui.store import journal as module
from mbtui.store.errors import NotFoundError
from mbtui.store.journal import Group, Journal
from mbtui.store.store import Store
from tests.unit.banks import ISSUES, issue, make_bank_at, make_store, text_of

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)

OLD_LINE = (
    '{{ number = {number}, at = "2026-11-22T09:00:00+00:00", author = "Ana", what = "edit",'
    ' title = "one", steps = [["known-issues.toml", "one", "current-issues", {before},'
    ' "current-issues", {after}]], undoes = {undoes} }}\n'
)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(make_bank_at(tmp_path))


def step(identity: str = "one", size: int = 10) -> Step:
    return Step(ISSUES, identity, "current-issues", "x" * size, "current-issues", "y" * size)


def append(journal: Journal, author: str = "Ana", what: str = "edit", **more: Any) -> None:
    found = {"title": "t", "steps": [step()], "undoes": 0, "now": NOW, **more}
    now = found.pop("now")
    journal.append(now, author, what, **found)


def whats(journal: Journal) -> list[str]:
    return [change.what for change in journal.read()]


def test_lines_of_an_older_journal_are_read_and_taken_back(tmp_path: Path) -> None:
    store = make_store(tmp_path, {ISSUES: issue("one", "new")})
    before, after = (
        '"' + issue("one", title).replace('"', '\\"').replace("\n", "\\n") + '"'
        for title in ("old", "new")
    )
    journal = Journal(store.folder)
    journal.path.parent.mkdir(parents=True)
    journal.path.write_text(
        OLD_LINE.format(number=1, before=before, after=after, undoes=0)
        + OLD_LINE.format(number=2, before=after, after=before, undoes=1)
        + OLD_LINE.format(number=3, before=before, after=after, undoes=2)
    )
    assert [change.undoes for change in journal.read()] == [0, 1, 2]
    assert store.undo().change.number == 1
    assert text_of(store) == issue("one", "old")
    store.redo()
    assert text_of(store) == issue("one", "new")


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 99), TEXT, TEXT, TEXT, TEXT), max_size=3),
    st.sampled_from(["one\ntwo\n", "one\n", "", "[[k]]\na = 'x'\n"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_every_step_is_read_as_it_was_written(
    journal: Journal, parts: list[tuple[int, str, str, str, str]], whole: str, newline: str
) -> None:
    hunks = [Hunk(*part) for part in parts]
    native = whole.replace("\n", newline)
    hunks.append(Hunk(3, f"{newline}{native}", native.removesuffix(newline), "", "é"))
    plain = [h for h in hunks if not set(h.old + h.new) & set("\0\1")]
    kept = Step("f.toml", "i", "k", whole, "k", whole, tuple(plain), ("above", "below"))
    append(journal, steps=[kept])
    assert journal.read()[-1].steps == (kept,)


def test_the_text_of_an_entry_is_kept_once_although_it_is_in_the_edit_too(
    tmp_path: Path,
) -> None:
    store = make_store(tmp_path, {ISSUES: issue("one", issue="a long text " * 1000)})
    store.delete(store.load().entries[0])
    assert Journal(store.folder).path.stat().st_size < 1.2 * 12_000
    store.undo()
    assert "a long text" in text_of(store)


def test_a_line_torn_anywhere_costs_no_other_change(journal: Journal) -> None:
    append(journal, what="first")
    whole = journal.path.read_bytes()
    append(journal, what="torn")
    line = journal.path.read_bytes()[len(whole) :]
    for length in range(1, len(line) - 1):
        journal.path.write_bytes(whole + line[:length])
        append(journal, what="last")
        assert whats(journal) == ["first", "last"]


def test_a_journal_of_noise_is_no_error(journal: Journal) -> None:
    journal.path.parent.mkdir(parents=True)
    journal.path.write_bytes(os.urandom(5000) + b"\n{ number = 1 }\n\n" + b"[" * 3000 + b"\n")
    append(journal)
    assert whats(journal) == ["edit"]


def test_the_journal_is_for_this_user_alone(journal: Journal) -> None:
    append(journal)
    assert journal.path.stat().st_mode & 0o077 == 0
    assert journal.path.parent.stat().st_mode & 0o077 == 0


def test_the_changes_of_a_group_are_one_whatever_lies_between_them(journal: Journal) -> None:
    group = Group("archive", "all")
    append(journal, what="before")
    append(journal, what="archive", steps=[step("a")], group=group)
    append(journal, author="agent:x", what="between")
    append(journal, what="archive", steps=[step("b")], group=group)
    append(journal, what="archive", steps=[step("c")], group=group)
    append(journal, what="after")
    assert [(change.what, len(change.ids)) for change in journal.read()] == [
        ("before", 1),
        ("between", 1),
        ("archive", 3),
        ("after", 1),
    ]
    assert [change.what for change in journal.newest_first(holding='"a"')] == ["archive"]


def test_only_what_is_asked_for_is_read(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(200):
        append(journal, author=f"agent:{number % 2}", steps=[step(size=9000)])
    read: list[int] = []
    parse = module._readable

    def counted(line: bytes) -> Change | None:
        read.append(1)
        return parse(line)

    monkeypatch.setattr(module, "_readable", counted)
    first = next(journal.newest_first())
    assert (first.author, len(read)) == ("agent:1", 1)
    read.clear()
    assert next(journal.newest_first(author="Ana"), None) is None
    assert not read
    read.clear()
    assert next(journal.newest_first(author="agent:0")).author == "agent:0"
    assert len(read) == 1


@pytest.mark.parametrize("author", ['a "b" \\ c', "é記", "tab\there", "undoes = 0, group = 0"])
def test_any_author_is_found_again(journal: Journal, author: str) -> None:
    append(journal, author=author)
    append(journal, author=f"{author} ")
    append(journal, author="another", undoes=1)
    found = [change.author for change in journal.newest_first(author=author)]
    assert found == ["another", author]


def test_past_its_size_the_older_half_goes_and_undo_still_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 20_000)
    store = make_store(tmp_path, {ISSUES: issue("one")})
    group = Group("archive")
    journal = Journal(store.folder)
    append(journal, what="archive", steps=[step("a")], group=group)
    append(journal, what="archive", steps=[step("b")], group=group)
    sizes = []
    for number in range(60):
        entry = store.load().entries[0]
        store.update(entry, {"title": f"title {number}", "issue": "text " * 20})
        sizes.append(journal.path.stat().st_size)
    assert max(sizes) < 23_000
    changes = journal.read()
    assert 4 < len(changes) < 60
    assert changes[0].what == "edit"
    monkeypatch.setattr(module, "MAX_BYTES", 1_000_000)
    for _ in changes:
        store.undo()
    with pytest.raises(NotFoundError):
        store.undo()
    number = 59 - len(changes)
    assert store.load().entries[0].title == f"title {number}"


def test_the_headless_rest_of_a_group_goes_with_its_head(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = Group("archive")
    for name in "abcdef":
        append(journal, what="archive", steps=[step(name, 300)], group=group)
    monkeypatch.setattr(module, "MAX_BYTES", journal.path.stat().st_size - 1)
    append(journal, what="last", steps=[step(size=500)])
    assert whats(journal) == ["last"]


def test_a_change_larger_than_the_journal_may_be_can_be_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 3000)
    store = make_store(tmp_path, {ISSUES: issue("one", issue="text " * 2000)})
    store.delete(store.load().entries[0])
    store.undo()
    assert store.load().entries[0].id == "one"


def test_what_is_three_months_old_goes(journal: Journal) -> None:
    append(journal, what="old", now=NOW - timedelta(days=98))
    append(journal, what="young", now=NOW - timedelta(days=89))
    append(journal, what="now")
    assert whats(journal) == ["young", "now"]


def test_an_append_does_not_read_a_large_journal(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(30):
        append(journal, steps=[step(size=100_000)])
    monkeypatch.setattr(Journal, "_shorten", lambda *_: pytest.fail("read as a whole"))
    monkeypatch.setattr(Path, "read_bytes", lambda *_: pytest.fail("read as a whole"))
    append(journal)


def test_a_journal_in_a_read_only_home_fails_no_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/proc/nowhere")
    store = make_store(tmp_path, {ISSUES: issue("one")})
    store.update(store.load().entries[0], {"title": "new"})
    assert "cannot be undone" in store.warning
    with pytest.raises(NotFoundError):
        Store(store.folder, author="Ana").undo()
