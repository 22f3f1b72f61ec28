"""docs/format.md rule by rule: where an entry stands and which bytes are its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from mbtui.bank.merge import same_value
from mbtui.store.errors import InputError
from tests.unit.banks import (
    ISSUES,
    entry_of,
    ids,
    issue,
    make_store,
    section,
    strictly,
    text_of,
)


class TestWhereANewEntryGoes:
    def add(self, tmp_path: Path, text: str, identity: str) -> str:
        store = make_store(tmp_path, {ISSUES: text})
        store.add("current-issues", {"title": "new", "id": identity})
        return text_of(store)

    @pytest.mark.parametrize(
        ("there", "new", "order"),
        [
            ("bd", "a", "abd"),
            ("bd", "c", "bcd"),
            ("bd", "e", "bde"),
            ("", "a", "a"),
            ("dbf", "c", "cdbf"),
            ("dbf", "e", "dbef"),
        ],
    )
    def test_before_the_first_with_a_greater_id_else_last_never_re_sorted(
        self, tmp_path: Path, there: str, new: str, order: str
    ) -> None:
        text = self.add(tmp_path, "\n".join(issue(name) for name in there), new)
        assert ids(text) == list(order)

    def test_after_the_last_of_its_kind_even_where_other_kinds_follow(self, tmp_path: Path) -> None:
        debt = '# about the debt\n[[technical-debt]]\nid = "d"\ntitle = "d"\n'
        text = self.add(tmp_path, issue("a") + "\n" + debt, "b")
        assert ids(text) == ["a", "b", "d"]
        assert text.endswith("\n\n" + debt)

    def test_at_the_end_of_the_file_without_one_of_its_kind(self, tmp_path: Path) -> None:
        before = '[[technical-debt]]\nid = "z"\ntitle = "z"\n'
        text = self.add(tmp_path, before, "a")
        assert text.startswith(before + "\n[[current-issues]]\n")

    def test_comments_that_touch_the_next_entry_stay_with_it(self, tmp_path: Path) -> None:
        text = self.add(tmp_path, "# file\n\n# about b\n" + issue("b"), "a")
        assert text.startswith("# file\n\n[[current-issues]]\n")
        assert text.endswith("\n\n# about b\n" + issue("b"))

    def test_nothing_is_inserted_between_an_entry_and_its_sub_tables(self, tmp_path: Path) -> None:
        text = (
            issue("a") + "[current-issues.more]\nx = 1\n\n[other]\n\n[current-issues.far]\ny = 2\n"
        )
        after = self.add(tmp_path, text, "b")
        assert after.startswith(text)
        first, second = section(after).entries
        assert (first.data["more"], first.data["far"]) == ({"x": 1}, {"y": 2})
        assert "more" not in second.data

    def test_an_empty_array_is_removed_by_the_first_addition(self, tmp_path: Path) -> None:
        text = self.add(tmp_path, "current-issues = []\nother = 1\n", "a")
        assert text.startswith("other = 1\n\n[[current-issues]]\n")


class TestInlineArrays:
    TEXT = '# mine\ncurrent-issues = [ { id = "a", title = "x" }, { title = "y" } ]\nother = 1\n'

    def test_are_shown_and_not_edited(self, tmp_path: Path) -> None:
        store = make_store(tmp_path, {ISSUES: self.TEXT})
        entries = store.load().entries
        assert [(e.title, e.inline, e.line) for e in entries] == [("x", True, 2), ("y", True, 2)]
        with pytest.raises(InputError, match=r"\[\[current-issues\]\]"):
            store.update(entries[0], {"title": "z"})
        with pytest.raises(InputError, match="convert"):
            store.add("current-issues", {"title": "z"})
        assert text_of(store) == self.TEXT

    def test_can_be_converted(self, tmp_path: Path) -> None:
        store = make_store(tmp_path, {ISSUES: self.TEXT})
        store.load()
        before = strictly(store)
        store.convert_inline(ISSUES, "current-issues")
        assert same_value(strictly(store), before)
        assert text_of(store).startswith("# mine\nother = 1\n\n[[current-issues]]\n")
        assert store.update(entry_of(store, "a"), {"title": "z"}).title == "z"
        with pytest.raises(InputError, match="no inline"):
            store.convert_inline(ISSUES, "current-issues")

    def test_an_inline_single_table_likewise(self, tmp_path: Path) -> None:
        file = "project-context.toml"
        store = make_store(tmp_path, {file: 'project-information = { purpose = "p" }\n'})
        (entry,) = store.load().entries
        with pytest.raises(InputError, match=r"write it as \[project-information\]"):
            store.update(entry, {"purpose": "q"})
        store.convert_inline(file, "project-information")
        assert store.update(store.bank.entries[0], {"purpose": "q"}).data["purpose"] == "q"

    def test_what_is_wrong_with_an_inline_entry_is_told(self, tmp_path: Path) -> None:
        store = make_store(tmp_path, {ISSUES: 'current-issues = [ { tags = "x" } ]\n'})
        told = " ".join(map(str, store.load().problems))
        assert "title" in told
        assert "tags should be a list" in told


class TestWhatAnEntryIsInBytes:
    SPLIT = (
        "# head\n\n"
        + "# on a\n# and more\n"
        + issue("a")
        + "# inside a's space\n\n[stranger]\nq = 1\n\n"
        + "# on the sub-table\n[current-issues.more]\nx = 1\n\n"
        + issue("b")
    )

    def test_comment_lines_that_touch_a_header_go_with_it_and_sub_tables_too(
        self, tmp_path: Path
    ) -> None:
        store = make_store(tmp_path, {ISSUES: self.SPLIT})
        store.load()
        store.delete(entry_of(store, "a"))
        assert text_of(store) == (
            "# head\n\n# inside a's space\n\n[stranger]\nq = 1\n\n" + issue("b")
        )

    def test_a_moved_entry_takes_them_along(self, tmp_path: Path) -> None:
        store = make_store(tmp_path, {ISSUES: self.SPLIT})
        store.load()
        store.archive(entry_of(store, "a"), "done")
        moved = text_of(store, "archive/known-issues.toml")
        assert moved.startswith("# on a\n# and more\n[[current-issues]]\n")
        assert "# on the sub-table\n[current-issues.more]\nx = 1\n" in moved
        assert "inside" not in moved

    def test_a_sub_table_far_away_is_read_with_its_entry(self) -> None:
        first, second = section(self.SPLIT).entries
        assert first.data["more"] == {"x": 1}
        assert (second.id, second.line) == ("b", 17)

    def test_arrays_of_one_kind_split_by_other_tables_are_read_in_order_and_never_joined(
        self, tmp_path: Path
    ) -> None:
        text = issue("b") + "\n[stranger]\nq = 1\n\n" + issue("a") + "\n[x]\n\n" + issue("c")
        store = make_store(tmp_path, {ISSUES: text})
        assert [entry.id for entry in store.load().entries] == ["b", "a", "c"]
        store.update(entry_of(store, "a"), {"title": "A"})
        after = text_of(store)
        assert ids(after) == ["b", "a", "c"]
        assert (
            after.replace('"A"', '"a"').replace(
                'updated = 2026-11-22T10:00:00Z\nupdated_by = "Ana"\n', ""
            )
            == text
        )
