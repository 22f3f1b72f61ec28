"""The store: what is on disk comes in, changes go out, and nobody's text is lost between."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mbtui.bank.bank import Bank
from mbtui.store.errors import BrokenFileError, ConflictError, InputError, StoreError
from mbtui.store.store import Store
from tests.unit.banks import (
    ARCHIVED,
    ISSUES,
    NOW,
    entry_of,
    issue,
    make_store,
    put,
    strictly,
    text_of,
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A loaded store on two issues, a and b."""
    made = make_store(tmp_path, {ISSUES: issue("a", issue="base") + "\n" + issue("b")})
    made.load()
    return made


def rewrite(store: Store, text: str, file: str = ISSUES) -> None:
    """What another program does: replace the file's text."""
    put(store.folder / file, text)


def shown(bank: Bank | None) -> list[str]:
    assert bank is not None
    return [entry.id for entry in bank.entries]


class TestAdd:
    def test_a_new_entry_has_id_status_and_stamps(self, store: Store) -> None:
        entry = store.add("current-issues", {"title": "new", "tags": ["x"], "cause": ""})
        read = next(e for e in strictly(store)["current-issues"] if e["title"] == "new")
        assert read == {
            "id": entry.id,
            "title": "new",
            "status": "open",
            "tags": ["x"],
            "created": NOW,
            "created_by": "Ana",
            "updated": NOW,
            "updated_by": "Ana",
        }
        assert entry.id in shown(store.bank)

    def test_it_reads_one_section_file_only(self, store: Store) -> None:
        rewrite(store, "not toml", "updates.toml")
        fresh = Store(store.folder, author="Bo")
        assert fresh.add("current-issues", {"title": "x"}).title == "x"

    @pytest.mark.parametrize(
        ("kind", "values", "words"),
        [
            ("current-issues", {}, "title"),
            ("current-issues", {"title": "  "}, "title"),
            ("nonsense", {"title": "x"}, "no kind 'nonsense'"),
            ("current-issues", {"title": "x", "id": "a"}, "id a already"),
            ("current-issues", {"title": "x", "issue": "\ud800"}, "half a character"),
            ("current-issues", {"title": "x", "tags": ["\ud800"]}, "half a character"),
            ("current-issues", {"title": "x", "n": 2**64}, "write it as a text"),
        ],
    )
    def test_what_cannot_be_an_entry_is_refused(
        self, store: Store, kind: str, values: dict[str, Any], words: str
    ) -> None:
        before = text_of(store)
        with pytest.raises(InputError, match=words) as caught:
            store.add(kind, values)
        assert caught.value.exit_code == 2
        assert text_of(store) == before


class TestUpdateTogether:
    """Another program wrote the file after it was loaded."""

    def test_different_entries_merge_silently(self, store: Store) -> None:
        entry = entry_of(store, "a")
        rewrite(store, text_of(store).replace('title = "b"', 'title = "theirs"'))
        store.update(entry, {"title": "mine"})
        assert [e["title"] for e in strictly(store)["current-issues"]] == ["mine", "theirs"]

    def test_different_fields_of_one_entry_merge(self, store: Store) -> None:
        entry = entry_of(store, "a")
        rewrite(store, text_of(store).replace("'base'", '"theirs"'))
        merged = store.update(entry, {"title": "mine"})
        assert (merged.title, merged.main_text) == ("mine", "theirs")

    def test_tags_of_both_stay(self, store: Store) -> None:
        entry = entry_of(store, "b")
        rewrite(store, text_of(store) + 'tags = ["theirs"]\n')
        assert store.update(entry, {"tags": ["mine"]}).tags == ["mine", "theirs"]

    def test_one_field_changed_by_both_is_a_conflict_and_the_disk_stays(self, store: Store) -> None:
        entry = entry_of(store, "a")
        rewrite(store, text_of(store).replace("'base'", '"theirs"'))
        before = text_of(store)
        with pytest.raises(ConflictError) as caught:
            store.update(entry, {"issue": "mine", "title": "t"})
        error = caught.value
        assert error.theirs is not None
        texts = [error.base["issue"], error.mine["issue"], error.theirs["issue"]]
        assert texts == ["base", "mine", "theirs"]
        assert error.fields == ["issue"]
        assert error.exit_code == 3
        for words in ("a was changed (issue)", ISSUES, "nothing was written"):
            assert words in str(error)
        assert text_of(store) == before

    def test_the_same_change_by_both_is_none(self, store: Store) -> None:
        entry = entry_of(store, "a")
        rewrite(store, text_of(store).replace("'base'", '"same"'))
        before = text_of(store)
        assert store.update(entry, {"issue": "same"}).main_text == "same"
        assert text_of(store) == before

    def test_an_entry_deleted_meanwhile_is_kept_with_the_edit(self, store: Store) -> None:
        entry = entry_of(store, "a")
        rewrite(store, issue("b"))
        store.update(entry, {"title": "mine"})
        assert [e["title"] for e in strictly(store)["current-issues"]] == ["mine", "b"]
        assert "a was deleted by someone else meanwhile; your edit keeps it" in store.warning

    def test_base_is_what_the_editor_saw(self, store: Store) -> None:
        base = dict(entry_of(store, "a").data)
        rewrite(store, text_of(store).replace("'base'", '"theirs"'))
        store.load()
        entry = entry_of(store, "a")
        with pytest.raises(ConflictError):
            store.update(entry, {"issue": "mine"}, base=base)
        assert store.update(entry, {"issue": "mine"}).main_text == "mine"

    def test_a_key_is_removed_with_none(self, store: Store) -> None:
        entry = store.update(entry_of(store, "a"), {"issue": None})
        assert "issue" not in entry.data
        assert "issue" not in strictly(store)["current-issues"][0]

    def test_the_title_cannot_be_emptied(self, store: Store) -> None:
        for title in ("", " ", None):
            with pytest.raises(InputError, match="title"):
                store.update(entry_of(store, "a"), {"title": title})

    def test_half_a_character_is_refused_before_any_file_is_opened(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        entry = entry_of(store, "a")
        opened: list[object] = []
        monkeypatch.setattr("mbtui.store.files.os.open", lambda *a, **k: opened.append(a))
        for changes in ({"issue": "x\ud800"}, {"tags": ["\udfff"]}, {"\ud800": "x"}):
            with pytest.raises(InputError, match="half a character"):
                store.update(entry, changes)
        assert opened == []

    def test_a_file_that_moves_under_the_writer_is_read_again(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from mbtui.store import files, writer

        rounds = []

        def replace(path: Path, root: Path, data: bytes, expected: bytes | None) -> str:
            if len(rounds) < 3:
                rounds.append(1)
                rewrite(store, text_of(store) + f"\n# note {len(rounds)}\n")
            return files.replace_bytes(path, root, data, expected)

        monkeypatch.setattr(writer, "replace_bytes", replace)
        store.update(entry_of(store, "a"), {"title": "mine"})
        assert all(f"# note {i}\n" in text_of(store) for i in (1, 2, 3))
        assert 'title = "mine"' in text_of(store)

    def test_after_5_seconds_of_that_it_gives_up(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from mbtui.store import files, writer

        def always(*_: object) -> str:
            raise files.FileChangedError

        clock = iter(range(100))
        monkeypatch.setattr(writer, "replace_bytes", always)
        monkeypatch.setattr(writer.time, "monotonic", lambda: float(next(clock)))
        with pytest.raises(StoreError, match=r"rewritten by another program.*5 s"):
            store.update(entry_of(store, "a"), {"title": "mine"})


class TestDelete:
    def test_takes_the_entry_out(self, store: Store) -> None:
        store.delete(entry_of(store, "a"))
        assert text_of(store) == issue("b")
        assert shown(store.bank) == ["b"]

    def test_an_entry_that_someone_changed_meanwhile_stays(self, store: Store) -> None:
        entry = entry_of(store, "a")
        rewrite(store, text_of(store).replace("'base'", '"theirs"'))
        before = text_of(store)
        with pytest.raises(ConflictError) as caught:
            store.delete(entry)
        assert caught.value.fields == ["issue"]
        assert text_of(store) == before


class TestDuplicateIds:
    TWICE = issue("a", "one") + issue("a", "two") + issue("b")

    def test_both_are_shown_told_and_editable(self, store: Store) -> None:
        rewrite(store, self.TWICE)
        bank = store.load()
        assert [entry.key for entry in bank.entries] == ["a", "a~2", "b"]
        (problem,) = bank.problems
        assert "known-issues.toml:4" in str(problem)
        assert store.update(bank.entries[1], {"title": "TWO"}).title == "TWO"
        assert [e["title"] for e in strictly(store)["current-issues"]] == ["one", "TWO", "b"]
        store.delete(store.load().entries[0])
        assert [e["title"] for e in strictly(store)["current-issues"]] == ["TWO", "b"]

    def test_when_it_is_not_clear_which_one_nothing_is_written(self, store: Store) -> None:
        rewrite(store, issue("a") + issue("a"))
        (first, _) = store.load().entries
        with pytest.raises(StoreError, match=r"id a \(lines 1, 4\); give all but one a new id"):
            store.update(first, {"title": "x"})
        assert text_of(store) == issue("a") + issue("a")


class TestBrokenFiles:
    def test_a_broken_file_is_told_and_everything_else_works(self, store: Store) -> None:
        rewrite(store, "severity high\n")
        rewrite(store, '[[data-flow]]\ntitle = "fine"\n', "integration-points.toml")
        bank = Store(store.folder, author="Ana").load()
        assert [entry.title for entry in bank.entries] == ["fine"]
        (problem,) = bank.broken_files
        assert str(problem).startswith("known-issues.toml:1:10 ")

    @pytest.mark.parametrize(
        "text", ["severity high\n", "<<<<<<< a\n=======\n>>>>>>> b\n", b"\xff\xfe\x00"]
    )
    def test_a_broken_file_is_never_written_over(self, store: Store, text: str | bytes) -> None:
        entry = entry_of(store, "a")
        put(store.folder / ISSUES, text)
        before = (store.folder / ISSUES).read_bytes()
        for write in (
            lambda: store.add("current-issues", {"title": "x"}),
            lambda: store.update(entry, {"title": "x"}),
            lambda: store.delete(entry),
            lambda: store.archive(entry, "r"),
            lambda: store.move(entry, "data-flow"),
        ):
            with pytest.raises(BrokenFileError, match=r"known-issues\.toml:1:") as caught:
                write()
            assert caught.value.exit_code == 3
        assert (store.folder / ISSUES).read_bytes() == before
        assert not (store.folder / ARCHIVED).exists()

    def test_a_load_keeps_the_last_good_content(self, store: Store) -> None:
        rewrite(store, "severity high\n")
        assert shown(store.load()) == ["a", "b"]
        assert store.bank.broken_files != ()
