"""docs/format.md, rule by rule: what a file, a name, an id and an entry are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mbtui.bank.entry import Entry
from mbtui.bank.ids import ALPHABET, derived_id
from mbtui.store.config import packaged
from mbtui.store.errors import InputError
from tests.unit.banks import (
    ISSUES,
    NOW,
    entry_of,
    issue,
    make_store,
    section,
    strictly,
    text_of,
)

BANK_EXAMPLE = '''\
# bank.toml — the first lines say, as a comment, how to type an entry by hand
format = 1
name = "acme-api"
title = "Memory Bank for Python Development"     # the document's heading and purpose
purpose = """…"""

[review]
every = "1 month"                 # optional; days, weeks, months, years
kinds.current-issues = "2 weeks"
archive_after = "6 months"

[log]
keep = "reasons"                  # reasons, all, none

[capture]
kind = "current-issues"           # where quick add goes when nothing else says so

[views]                           # saved searches, shown at the top of the tree
"Open gotchas" = "in:current-issues is:open sort:-updated"

[sections.data-science]           # sections, kinds, fields of the team's own
title = "Data Science"
after = "testing-notes"
[kinds.experiments]
section = "data-science"
title = "Experiments"
statuses = ["running", "done"]
closed = ["done"]
fields.result = { type = "number", hint = "…" }        # text, code, number, list, choice, date
[kinds.current-issues]            # a packaged kind, extended
fields.customer = { choices = ["a", "b"] }
'''

ENTRY_EXAMPLE = '''\
# known-issues.toml — a comment anywhere is kept
[[current-issues]]
id = "7k2m9q4t"
title = "SQLite WAL hangs on NFS homes"
status = "open"
severity = "high"
tags = ["sqlite", "nfs"]
paths = ["app/db.py::connect", "deploy/"]
created = 2026-11-02T09:12:44Z
created_by = "Ana Lima"
updated = 2026-11-20T17:03:10Z
updated_by = "agent:claude"
reviewed = 2026-11-20
reviewed_by = "Ana Lima"
checked = { "app/db.py::connect" = "3f9a1c07", "deploy/" = "91be02dd" }
issue = """
`PRAGMA journal_mode=WAL` needs shared memory; NFS has none. The first write hangs for 60 s.
"""
workaround = """
Set `SQLITE_JOURNAL=DELETE` on the dev servers.
"""
'''

ID = re.compile(rf"[{ALPHABET}]{{8}}\Z")


class TestTheExamples:
    def test_bank_toml_is_read_whole(self, tmp_path: Path) -> None:
        bank = make_store(tmp_path, bank=BANK_EXAMPLE).load()
        assert bank.problems == ()
        assert bank.read_only == ""
        assert (bank.config.name, bank.config.format) == ("acme-api", 1)
        assert bank.config.capture_kind == "current-issues"
        assert bank.config.views == {"Open gotchas": "in:current-issues is:open sort:-updated"}
        assert bank.config.review["kinds"] == {"current-issues": "2 weeks"}
        slugs = [item.slug for item in bank.schema.sections]
        assert slugs[slugs.index("testing-notes") + 1] == "data-science"
        experiments = bank.schema.kinds["experiments"]
        assert experiments.statuses == ("running", "done")
        assert experiments.is_closed("done")
        assert [field.type for field in experiments.fields] == ["number"]
        customer = bank.schema.kinds["current-issues"].field("customer")
        assert customer is not None
        assert customer.choices == ("a", "b")

    def test_the_teams_own_kind_is_read_and_written(self, tmp_path: Path) -> None:
        store = make_store(tmp_path, bank=BANK_EXAMPLE)
        entry = store.add("experiments", {"title": "batch 64", "result": 0.5})
        assert entry.file == "data-science.toml"
        assert entry.status == "running"
        assert strictly(store, "data-science.toml")["experiments"][0]["result"] == 0.5
        assert [item.id for item in store.load().entries] == [entry.id]

    def test_the_entry_is_read_whole(self, tmp_path: Path) -> None:
        bank = make_store(tmp_path, {ISSUES: ENTRY_EXAMPLE}, bank=BANK_EXAMPLE).load()
        (entry,) = bank.entries
        assert bank.problems == ()
        assert (entry.id, entry.title) == ("7k2m9q4t", "SQLite WAL hangs on NFS homes")
        assert (entry.status, entry.severity, entry.closed) == ("open", "high", False)
        assert entry.paths == ["app/db.py::connect", "deploy/"]
        assert entry.main_text.startswith("`PRAGMA journal_mode=WAL` needs")
        assert entry.extra() == {}
        assert entry.line == 2

    def test_a_save_of_it_changes_the_lines_it_means_to(self, tmp_path: Path) -> None:
        store = make_store(tmp_path, {ISSUES: ENTRY_EXAMPLE})
        store.load()
        store.update(entry_of(store, "7k2m"), {"severity": "low"})
        expected = (
            ENTRY_EXAMPLE.replace('severity = "high"', 'severity = "low"')
            .replace("2026-11-20T17:03:10Z", "2026-11-22T10:00:00Z")
            .replace("agent:claude", "Ana")
        )
        assert text_of(store) == expected


class TestFilesAndNames:
    def test_a_section_file_is_absent_until_its_first_entry(self, tmp_path: Path) -> None:
        store = make_store(tmp_path)
        assert store.load().entries == ()
        assert [path.name for path in store.folder.iterdir()] == ["bank.toml"]
        store.add("data-flow", {"title": "x"})
        assert sorted(path.name for path in store.folder.iterdir()) == [
            "bank.toml",
            "integration-points.toml",
        ]

    def test_other_files_in_the_folder_are_left_alone(self, tmp_path: Path) -> None:
        others = {"README.md": "# [[x]]", "notes.toml": '[[current-issues]]\ntitle="no"\n'}
        store = make_store(tmp_path, others)
        assert store.load().entries == ()
        store.add("current-issues", {"title": "x"})
        assert {name: text_of(store, name) for name in others} == others

    @pytest.mark.parametrize(
        ("slug", "title"),
        [
            ("java-to-python-equivalents", "Java → Python Equivalents"),
            ("cpp-to-python-equivalents", "C++ → Python Equivalents"),
            ("anti-patterns-to-avoid", "Anti-Patterns to Avoid"),
        ],
    )
    def test_a_kinds_key_is_the_slug_of_its_heading(self, slug: str, title: str) -> None:
        assert packaged().kinds[slug].title == title

    def test_there_are_12_sections_and_25_kinds(self) -> None:
        assert len(packaged().sections) == 12
        assert len(packaged().kinds) == 25

    def test_an_unknown_table_array_is_shown_under_its_key(self, tmp_path: Path) -> None:
        store = make_store(tmp_path, {ISSUES: '[[war-stories]]\ntitle = "the long night"\n'})
        (entry,) = store.load().entries
        assert (entry.kind.slug, entry.kind.known) == ("war-stories", False)
        assert entry.section == "known-issues"

    def test_unknown_keys_are_kept_shown_and_searchable(self, tmp_path: Path) -> None:
        text = issue("a") + 'colour = "Mauve"\nnested = { deep = ["er"] }\n'
        store = make_store(tmp_path, {ISSUES: text})
        (entry,) = store.load().entries
        assert entry.extra() == {"colour": "Mauve", "nested": {"deep": ["er"]}}
        assert "mauve" in entry.folded
        assert "deep: er" in entry.folded
        changed = store.update(entry, {"status": "fixed"})
        assert changed.extra() == entry.extra()

    @pytest.mark.parametrize(
        ("slug", "file", "field"),
        [
            ("project-information", "project-context.toml", "purpose"),
            ("review-schedule", "updates.toml", "cadence"),
        ],
    )
    class TestSingleTables:
        def test_are_addressed_by_slug_and_titled_by_heading(
            self, tmp_path: Path, slug: str, file: str, field: str
        ) -> None:
            store = make_store(tmp_path, {file: f'[{slug}]\n{field} = "x"\n'})
            (entry,) = store.load().find(slug)
            assert (entry.id, entry.title) == (slug, packaged().kinds[slug].title)

        @pytest.mark.parametrize("text", ["", "[{}]\n", '[{}]\nupdated_by = "Bo"\n'])
        def test_are_listed_when_not_empty_and_filled_in_place(
            self, tmp_path: Path, slug: str, file: str, field: str, text: str
        ) -> None:
            store = make_store(tmp_path, {file: text.format(slug)})
            assert store.load().entries == ()
            kind = packaged().kinds[slug]
            empty = section(text.format(slug), file.removesuffix(".toml")).blocks_of(slug)
            data = empty[0].entry.data if empty else {}
            entry = Entry(kind, data, section=kind.section, file=file)
            written = store.update(entry, {field: "filled"})
            assert written.data[field] == "filled"
            assert text_of(store, file).count(f"[{slug}]") == 1
            assert "id" not in strictly(store, file)[slug]
            assert [item.id for item in store.bank.entries] == [slug]

        def test_are_never_archived_moved_deleted_or_added_to(
            self, tmp_path: Path, slug: str, file: str, field: str
        ) -> None:
            text = f'[{slug}]\n{field} = "x"\n'
            store = make_store(tmp_path, {file: text})
            (entry,) = store.load().entries
            for refused in (
                lambda: store.archive(entry, "r"),
                lambda: store.move(entry, "data-flow"),
                lambda: store.delete(entry),
                lambda: store.add(slug, {"title": "x"}),
            ):
                with pytest.raises(InputError, match=entry.kind.title):
                    refused()
            assert text_of(store, file) == text


class TestIds:
    def test_only_title_is_required(self, tmp_path: Path) -> None:
        store = make_store(tmp_path, {ISSUES: '[[current-issues]]\ntitle = "x"\n'})
        bank = store.load()
        assert bank.problems == ()
        assert bank.entries[0].id == derived_id("current-issues", "x", ())

    def test_the_first_save_adds_id_updated_and_updated_by_and_no_created(
        self, tmp_path: Path
    ) -> None:
        store = make_store(tmp_path, {ISSUES: '[[current-issues]]\ntitle = "x"\n'})
        (entry,) = store.load().entries
        store.update(entry, {"status": "open"})
        (written,) = strictly(store)["current-issues"]
        assert written == {
            "id": derived_id("current-issues", "x", ()),
            "title": "x",
            "status": "open",
            "updated": NOW,
            "updated_by": "Ana",
        }

    def test_a_derived_id_is_written_only_with_its_own_entrys_save(self, tmp_path: Path) -> None:
        store = make_store(tmp_path, {ISSUES: '[[current-issues]]\ntitle = "x"\n\n' + issue("a")})
        store.load()
        store.update(entry_of(store, "a"), {"status": "fixed"})
        store.add("current-issues", {"title": "new"})
        assert "id" not in next(e for e in strictly(store)["current-issues"] if e["title"] == "x")

    def test_a_derived_id_survives_a_change_of_the_title(self, tmp_path: Path) -> None:
        store = make_store(tmp_path, {ISSUES: '[[current-issues]]\ntitle = "x"\n'})
        (entry,) = store.load().entries
        assert store.update(entry, {"title": "y"}).id == entry.id
        assert store.load().entries[0].id == entry.id

    def test_a_save_that_changes_nothing_writes_nothing(self, tmp_path: Path) -> None:
        store = make_store(tmp_path, {ISSUES: '[[current-issues]]\ntitle = "x"\n'})
        (entry,) = store.load().entries
        same = store.update(entry, {"title": "x"})
        assert same.id == entry.id
        assert text_of(store) == '[[current-issues]]\ntitle = "x"\n'

    def test_a_new_id_is_8_characters_of_crockford_base_32(self, tmp_path: Path) -> None:
        store = make_store(tmp_path)
        made = {store.add("data-flow", {"title": "x"}).id for _ in range(20)}
        assert len(made) == 20
        assert all(ID.match(identity) for identity in made)

    @pytest.mark.parametrize("identity", ["ADR-0001", "x", "naïve id", "a.b"])
    def test_any_non_empty_string_is_a_valid_id_to_read(
        self, tmp_path: Path, identity: str
    ) -> None:
        store = make_store(tmp_path, {ISSUES: issue(identity)})
        assert store.load().problems == ()
        store.update(entry_of(store, identity), {"status": "open"})
        assert strictly(store)["current-issues"][0]["id"] == identity

    @pytest.mark.parametrize("value", ["5", '""', "1979-05-27"])
    def test_what_is_no_id_is_told_and_replaced_with_the_next_save(
        self, tmp_path: Path, value: str
    ) -> None:
        store = make_store(tmp_path, {ISSUES: f'[[current-issues]]\nid = {value}\ntitle = "x"\n'})
        bank = store.load()
        (entry,) = bank.entries
        assert entry.id == derived_id("current-issues", "x", ())
        assert "id should be a text" in str(bank.problems[0])
        store.update(entry, {"status": "open"})
        assert strictly(store)["current-issues"][0]["id"] == entry.id

    def test_an_id_is_immutable(self, tmp_path: Path) -> None:
        store = make_store(tmp_path, {ISSUES: issue("a")})
        store.load()
        with pytest.raises(InputError, match="id"):
            store.update(entry_of(store, "a"), {"id": "b"})
