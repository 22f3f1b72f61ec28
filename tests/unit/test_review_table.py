"""The table `[review]` of `bank.toml`, edited and undone with all other bytes kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mbtui.bank.entry import Entry
from mbtui.bank.form import FormError, changes_of
from mbtui.bank.review import SCHEDULE
from mbtui.bank.review_form import review_changes, review_fields
from mbtui.store.bank_table import REVIEW, review_entry
from mbtui.store.errors import ConflictError, InputError
from mbtui.store.store import Store
from mbtui.store.undoing import UndoConflictError
from tests.unit.banks import ISSUES, NOW, issue, make_store

OTHERS = """# our bank
format = 1
name = "acme"   # a name

[views]
"Open" = "is:open"
"""
TABLE = """
# how often
[review]
every   =  "1 month"     # said in May
kinds.monitoring = "2 weeks"   # pager
kinds.current-issues = "1 week"

"""
AFTER = "[log]\nkeep = 'all'"


def save(store: Store, **changes: Any) -> None:
    review = store.bank.config.review
    store.update(review_entry(review), changes, base=review)


def opened(project: Path, bank: str) -> Store:
    store = make_store(project, {ISSUES: issue("aaaa")}, bank)
    store.load()
    return store


def text(store: Store) -> str:
    return (store.folder / "bank.toml").read_bytes().decode()


@pytest.mark.parametrize(
    ("changes", "old", "new"),
    [
        ({"every": "3 weeks"}, '"1 month"     #', '"3 weeks"     #'),
        ({"every": None}, 'every   =  "1 month"     # said in May\n', ""),
        (
            {"archive_after": "1 year"},
            "May\n",
            'May\narchive_after = "1 year"\n',
        ),
        ({"agents": True}, "May\n", "May\nagents = true\n"),
        (
            {"kinds": {"monitoring": "3 weeks", "current-issues": "1 week"}},
            '"2 weeks"   # pager',
            '"3 weeks"   # pager',
        ),
        (
            {"kinds": {"current-issues": "1 week"}},
            'kinds.monitoring = "2 weeks"   # pager\n',
            "",
        ),
        (
            {"kinds": {"monitoring": "2 weeks", "current-issues": "1 week", "test-data": "never"}},
            'kinds.current-issues = "1 week"\n',
            'kinds.current-issues = "1 week"\nkinds.test-data = "never"\n',
        ),
        (
            {"kinds": None},
            'kinds.monitoring = "2 weeks"   # pager\nkinds.current-issues = "1 week"\n',
            "",
        ),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_each_change_is_its_own_bytes_and_undo_gives_all_back(
    tmp_path: Path, changes: dict[str, Any], old: str, new: str, end: str
) -> None:
    before = (OTHERS + TABLE + AFTER).replace("\n", end)
    store = opened(tmp_path, before)
    save(store, **changes)
    old, new = (part.replace("\n", end) for part in (old, new))
    assert text(store) == before.replace(old, new, 1)
    expected = {"every": "1 month", **changes}
    for name in ("every", "archive_after", "agents"):
        assert store.bank.config.review.get(name) == expected.get(name)
    taken = store.undo()
    assert (taken.made, taken.entry, text(store)) == (True, None, before)
    assert store.bank.config.review["every"] == "1 month"
    store.redo()
    assert text(store) == before.replace(old, new, 1)


@pytest.mark.parametrize(
    ("table", "changes", "expected"),
    [
        ("", {"every": "1 month"}, '\n[review]\nevery = "1 month"\n'),
        (
            "",
            {"kinds": {"test-data": "never"}},
            '\n[review]\nkinds.test-data = "never"\n',
        ),
        (
            "[review.kinds]\nmonitoring = '1 week'\n",
            {"kinds": {"monitoring": "2 weeks", "test-data": "never"}, "every": "1 year"},
            '[review]\nevery = "1 year"\n\n[review.kinds]\nmonitoring = "2 weeks"\n'
            'test-data = "never"\n',
        ),
        (
            "[review]\nkinds = { monitoring = '1 week' }",
            {"kinds": {"monitoring": "2 weeks"}},
            '[review]\nkinds = { monitoring = "2 weeks" }',
        ),
        ("[review]", {"agents": False}, "[review]\nagents = false"),
    ],
)
def test_the_table_in_other_shapes(
    tmp_path: Path, table: str, changes: dict[str, Any], expected: str
) -> None:
    store = opened(tmp_path, OTHERS + table)
    save(store, **changes)
    assert text(store) == OTHERS + expected
    store.undo()
    assert text(store) == OTHERS + table


def test_a_table_in_one_line_is_refused_with_its_place(tmp_path: Path) -> None:
    store = opened(tmp_path, 'review = { every = "1 month" }\n')
    with pytest.raises(InputError, match=r"bank.toml:1.*write it as \[review\]"):
        save(store, every="2 weeks")


def test_what_others_changed_is_merged_or_told(tmp_path: Path) -> None:
    store = opened(tmp_path, OTHERS + TABLE)
    seen = dict(store.bank.config.review)
    path = store.folder / "bank.toml"
    path.write_text(text(store).replace('"1 month"', '"2 months"') + "more = 1\n")
    store.update(review_entry(seen), {"archive_after": "1 year"}, base=seen)
    review = store.bank.config.review
    assert (review["every"], review["archive_after"]) == ("2 months", "1 year")
    with pytest.raises(ConflictError) as found:
        store.update(review_entry(seen), {"every": "3 months"}, base=seen)
    assert found.value.fields == ["every"]
    assert '"2 months"' in text(store)


def test_kinds_are_merged_one_by_one(tmp_path: Path) -> None:
    store = opened(tmp_path, OTHERS + TABLE)
    seen = dict(store.bank.config.review)
    path = store.folder / "bank.toml"
    path.write_text(text(store).replace('"1 week"', '"2 days"\nkinds.test-data = "never"'))
    known = {"monitoring": "2 weeks", "current-issues": "1 week"}
    added = {**known, "technical-debt": "3 weeks"}
    del added["monitoring"]
    store.update(review_entry(seen), {"kinds": added}, base=seen)
    assert store.bank.config.review["kinds"] == {
        "current-issues": "2 days",
        "test-data": "never",
        "technical-debt": "3 weeks",
    }
    changed_too = {**known, "current-issues": "5 weeks"}
    with pytest.raises(ConflictError) as found:
        store.update(review_entry(seen), {"kinds": changed_too}, base=seen)
    assert found.value.fields == ["kinds"]


def test_an_undo_keeps_what_others_changed_and_asks_where_it_clashes(tmp_path: Path) -> None:
    store = opened(tmp_path, OTHERS + TABLE)
    save(store, every="3 weeks")
    path = store.folder / "bank.toml"
    path.write_text(text(store).replace('"2 weeks"', '"9 weeks"'))
    store.undo()
    assert 'every   =  "1 month"' in text(store)
    assert '"9 weeks"   # pager' in text(store)
    assert "updated" not in text(store)
    save(store, every="3 weeks")
    path.write_text(text(store).replace('"3 weeks"', '"4 weeks"'))
    with pytest.raises(UndoConflictError):
        store.undo()


def test_the_schedule_and_the_table_are_one_change(tmp_path: Path) -> None:
    store = opened(tmp_path, OTHERS + TABLE)
    kind = store.bank.schema.kinds[SCHEDULE]
    entry = Entry(kind, {}, section=kind.section, file="updates.toml")
    with store.bulk("edit", kind.title):
        save(store, every="3 weeks")
        store.update(entry, {"cadence": "On Mondays"})
    assert store.bank.by_key[SCHEDULE].data["updated"] == NOW
    taken = store.undo()
    assert taken.change.title == kind.title
    assert store.bank.by_kind.get(SCHEDULE) is None
    assert text(store) == OTHERS + TABLE


# The form


def changed(review: dict[str, Any], typed: dict[str, str], store: Store) -> dict[str, Any]:
    fields = review_fields(review)
    return review_changes(changes_of(REVIEW, fields, typed), review, store.bank.schema)


def test_the_fields_say_what_the_table_says_and_give_back_what_is_typed(tmp_path: Path) -> None:
    store = opened(tmp_path, OTHERS + TABLE)
    review = dict(store.bank.config.review)
    texts = {field.name: field.text for field in review_fields(review)}
    assert texts == {
        "review.every": "1 month",
        "review.archive_after": "",
        "review.kinds": "monitoring = 2 weeks\ncurrent-issues = 1 week",
        "review.agents": "",
    }
    assert changed(review, texts, store) == {}
    typed = {
        "review.every": "",
        "review.archive_after": " 1 year ",
        "review.kinds": "monitoring = 2 weeks\nonboarding: 3 months\n\n",
        "review.agents": "yes",
    }
    assert changed(review, typed, store) == {
        "every": None,
        "archive_after": "1 year",
        "kinds": {"monitoring": "2 weeks", "onboarding-notes": "3 months"},
        "agents": True,
    }
    assert changed(review, {"review.kinds": " "}, store) == {"kinds": None}


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("review.every", "often", 'Due every: "often" is no cadence'),
        ("review.archive_after", "2", "Archive after"),
        ("review.kinds", "monitoring", "should be a kind and how often"),
        ("review.kinds", "gotchas = 1 week", "gotchas is no kind of this bank"),
        ("review.kinds", "monitoring = soon", 'monitoring: "soon" is no cadence'),
    ],
)
def test_nonsense_is_told_at_its_field(tmp_path: Path, field: str, typed: str, words: str) -> None:
    store = opened(tmp_path, OTHERS)
    with pytest.raises(FormError, match=words) as found:
        changed({}, {field: typed}, store)
    assert found.value.field == field


def test_nonsense_that_stands_there_already_may_stay(tmp_path: Path) -> None:
    store = opened(tmp_path, OTHERS)
    review = {"kinds": {"gotchas": "soon", "monitoring": 5}}
    typed = {"review.kinds": "gotchas = soon\nmonitoring = 5\ntest-data = never"}
    assert changed(review, typed, store) == {"kinds": {**review["kinds"], "test-data": "never"}}
