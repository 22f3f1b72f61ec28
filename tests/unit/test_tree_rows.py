"""The rows of the section tree."""

from __future__ import annotations

from mbtui.bank.bank import BankConfig, assemble
from mbtui.ui.tree_rows import KIND, SECTION, SEPARATOR, tree_rows
from tests.unit.conftest import SCHEMA, make_bank_of, make_entry_in


def entry(kind: str, identity: str, **data: object):  # type: ignore[no-untyped-def]
    return make_entry_in(SCHEMA, kind, id=identity, title=identity, **data)


def test_all_sections_are_there_also_when_empty() -> None:
    rows = tree_rows(make_bank_of(), (), {})
    sections = [row for row in rows if row.type == SECTION]
    assert [row.label for row in sections] == [s.title for s in SCHEMA.sections]
    assert len(sections) == 12
    assert {row.size for row in rows} == {0}
    assert not [row for row in rows if row.key == "archived"]


def test_counts_of_kinds_add_up_to_their_section_and_to_all() -> None:
    bank = make_bank_of(
        entry("current-issues", "a"),
        entry("current-issues", "b"),
        entry("technical-debt", "c"),
        entry("change-log", "log"),
    )
    rows = {row.key: row for row in tree_rows(bank, ["known-issues", "updates"], {})}
    assert rows["all"].size == rows["section:known-issues"].size == 3
    assert (rows["kind:current-issues"].size, rows["kind:technical-debt"].size) == (2, 1)
    assert rows["section:updates"].size == 0
    assert rows["kind:change-log"].size == 1


def test_only_unfolded_sections_show_their_kinds() -> None:
    bank = make_bank_of(entry("current-issues", "a"))
    assert not [row for row in tree_rows(bank, (), {}) if row.type == KIND]
    rows = tree_rows(bank, ["known-issues"], {})
    at = [row.key for row in rows].index("section:known-issues")
    assert (rows[at].mark, rows[at - 1].mark) == ("▾", "▸")
    assert [(row.key, row.depth) for row in rows[at + 1 : at + 3]] == [
        ("kind:current-issues", 1),
        ("kind:technical-debt", 1),
    ]


def test_views_come_first_with_their_counts_and_the_archive_last() -> None:
    archived = entry("current-issues", "old", file="archive/known-issues.toml")
    config = BankConfig(views={"Mine": "by:me", "Urgent": "severity:high"})
    rows = tree_rows(assemble(SCHEMA, config, [archived]), (), {"Mine": 4})
    assert [(row.key, row.size) for row in rows[:3]] == [
        ("all", 0),
        ("view:Mine", 4),
        ("view:Urgent", 0),
    ]
    assert rows[3].type == SEPARATOR
    assert (rows[-1].key, rows[-1].size, rows[-2].type) == ("archived", 1, SEPARATOR)


def test_a_kind_that_nobody_described_is_listed_in_its_section() -> None:
    bank = make_bank_of(make_entry_in(SCHEMA, "oddities", section="known-issues", id="a"))
    rows = tree_rows(bank, ["known-issues"], {})
    (odd,) = [row for row in rows if row.key == "kind:oddities"]
    assert (odd.label, odd.size, odd.depth) == ("Oddities", 1, 1)


def test_keys_are_unique() -> None:
    archived = entry("current-issues", "old", file="archive/known-issues.toml")
    bank = make_bank_of(archived, entry("technical-debt", "a"))
    keys = [row.key for row in tree_rows(bank, [s.slug for s in SCHEMA.sections], {})]
    assert len(keys) == len(set(keys))


def test_what_wants_attention_comes_first_and_candidates_after_the_archive() -> None:
    bank = make_bank_of(entry("current-issues", "old", file="archive/known-issues.toml"))
    rows = tree_rows(bank, (), {}, (3, 2))
    assert [(row.key, row.size) for row in rows[:2]] == [("due", 3), ("all", 0)]
    assert [(row.key, row.size) for row in rows[-2:]] == [("archived", 1), ("candidates", 2)]
    keys = [row.key for row in tree_rows(make_bank_of(), (), {}, (0, 0))]
    assert not {"due", "candidates"} & set(keys)
