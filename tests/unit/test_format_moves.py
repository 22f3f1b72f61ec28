"""docs/format.md, *Archive, move, supersede* and *Versions*."""

from __future__ import annotations

from pathlib import Path

import pytest

from mbtui.store import changes
from mbtui.store.errors import ConflictError, InputError, ReadOnlyBankError, StoreError
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


class TestArchive:
    def test_archiving_moves_the_entry_with_who_when_and_why(self, tmp_path: Path) -> None:
        store = make_store(tmp_path, {ISSUES: issue("a") + "\n" + issue("b")})
        store.load()
        entry = store.archive(entry_of(store, "a"), "fixed in 3.2")
        assert entry.archived
        assert (entry.id, entry.file) == ("a", ARCHIVED)
        assert text_of(store) == issue("b")
        (moved,) = strictly(store, ARCHIVED)["current-issues"]
        assert moved == {
            "id": "a",
            "title": "a",
            "archived": {"at": NOW, "by": "Ana", "reason": "fixed in 3.2"},
        }
        assert [item.id for item in store.bank.archive] == ["a"]
        assert [item.id for item in store.bank.entries] == ["b"]

    def test_restoring_gives_back_the_same_text_in_its_place(self, tmp_path: Path) -> None:
        text = issue("a") + "\n# on b\n" + issue("b") + "\n" + issue("c")
        store = make_store(tmp_path, {ISSUES: text})
        store.load()
        store.archive(entry_of(store, "b"), "r")
        entry = store.restore(entry_of(store, "b"))
        assert text_of(store) == text
        assert text_of(store, ARCHIVED) == ""
        assert "archived" not in entry.data
        assert not entry.archived

    def test_twice_is_refused(self, tmp_path: Path) -> None:
        store = make_store(tmp_path, {ISSUES: issue("a")})
        store.load()
        with pytest.raises(InputError, match="not in the archive"):
            store.restore(entry_of(store, "a"))
        store.archive(entry_of(store, "a"), "r")
        with pytest.raises(InputError, match="archive already"):
            store.archive(entry_of(store, "a"), "r")

    def test_an_entry_without_id_gets_its_derived_one(self, tmp_path: Path) -> None:
        store = make_store(tmp_path, {ISSUES: '[[current-issues]]\ntitle = "x"\n'})
        (entry,) = store.load().entries
        assert store.archive(entry, "r").id == entry.id
        assert [item.id for item in store.load().archive] == [entry.id]


class TestInterruptedMove:
    """The new place was written, the old one not yet taken away."""

    def interrupted(
        self, store: Store, monkeypatch: pytest.MonkeyPatch, identity: str, kind: str | None = None
    ) -> None:
        entry = entry_of(store, identity)
        with monkeypatch.context() as patch:
            edit = changes.Changes._edit

            def until_the_removal(self: Store, file: str, change: object) -> object:
                if getattr(change, "__name__", "") == "remove":
                    raise KeyboardInterrupt
                return edit(self, file, change)  # type: ignore[arg-type]

            patch.setattr(changes.Changes, "_edit", until_the_removal)
            move = store.move if kind else store.archive
            more = {"status": "active"} if kind else {}
            with pytest.raises(KeyboardInterrupt):
                move(entry, kind or "r", **more)

    @pytest.mark.parametrize("text", [issue("a"), '[[current-issues]]\ntitle = "typed"\n'])
    def test_equal_texts_count_once_as_live_and_the_move_can_be_finished(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
    ) -> None:
        store = make_store(tmp_path, {ISSUES: text})
        identity = store.load().entries[0].id
        self.interrupted(store, monkeypatch, identity)
        assert identity in text_of(store)
        assert identity in text_of(store, ARCHIVED)
        bank = store.load()
        assert [item.id for item in bank.entries] == [identity]
        assert bank.archive == ()
        (problem,) = bank.problems
        assert problem.file == ARCHIVED
        assert "unfinished move" in str(problem)
        store.archive(entry_of(store, identity), "r")
        bank = store.load()
        assert bank.entries == bank.problems == ()
        assert [item.id for item in bank.archive] == [identity]

    def test_different_texts_are_live_and_marked_and_nothing_is_lost(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = make_store(tmp_path, {ISSUES: issue("a")})
        store.load()
        self.interrupted(store, monkeypatch, "a")
        put(store.folder / ISSUES, issue("a", issue="edited since"))
        (live,) = store.load().entries
        assert live.archived_twin is not None
        assert live.archived_twin.data["archived"]["reason"] == "r"
        assert any("edited since" in str(problem) for problem in store.bank.problems)
        before = text_of(store), text_of(store, ARCHIVED)
        with pytest.raises(StoreError, match=r"archive/known-issues\.toml:1 with another"):
            store.archive(live, "again")
        assert (text_of(store), text_of(store, ARCHIVED)) == before

    def test_the_mark_goes_with_the_archived_text(self, tmp_path: Path) -> None:
        store = make_store(tmp_path, {ISSUES: issue("a"), ARCHIVED: issue("a", "other")})
        assert store.load().entries[0].archived_twin is not None
        (store.folder / ARCHIVED).unlink()
        assert store.load().entries[0].archived_twin is None
        assert store.bank.problems == ()

    def test_the_same_for_moves_between_sections(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = make_store(tmp_path, {ISSUES: issue("a", issue="text", status="open")})
        (entry,) = store.load().entries
        self.interrupted(store, monkeypatch, "a", "anti-patterns-to-avoid")
        assert [item.id for item in store.load().entries] == ["a"]
        (problem,) = store.bank.problems
        assert "unfinished move" in str(problem)
        store.move(entry, "anti-patterns-to-avoid", status="active")
        assert [item.kind.slug for item in store.load().entries] == ["anti-patterns-to-avoid"]
        assert store.bank.problems == ()

    def test_an_edit_between_the_two_steps_is_not_lost(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = make_store(tmp_path, {ISSUES: issue("a")})
        store.load()
        edit = changes.Changes._edit

        def edited_meanwhile(self: Store, file: str, change: object) -> object:
            if file == ISSUES:
                put(store.folder / ISSUES, issue("a", issue="theirs"))
            return edit(self, file, change)  # type: ignore[arg-type]

        with monkeypatch.context() as patch:
            patch.setattr(changes.Changes, "_edit", edited_meanwhile)
            with pytest.raises(ConflictError):
                store.archive(entry_of(store, "a"), "r")
        assert "theirs" in text_of(store)


class TestMoveToAnotherKind:
    TEXT = issue("a", status="open", severity="low") + (
        '# why\nissue = """\nThe text.\n"""\nworkaround = "none"\ntags = ["t"]\n'
    )

    def test_main_text_stays_main_text_and_the_rest_stays(self, tmp_path: Path) -> None:
        store = make_store(tmp_path, {ISSUES: self.TEXT})
        store.load()
        entry = store.move(entry_of(store, "a"), "security-incidents", status="mitigated")
        assert entry.kind.slug == "security-incidents"
        assert entry.main_text == "The text.\n"
        assert entry.data["severity"] == "low"
        assert entry.extra() == {"workaround": "none"}
        assert (entry.status, entry.tags) == ("mitigated", ["t"])
        assert text_of(store) == ""
        assert '# why\nincident = """\nThe text.\n"""\n' in text_of(store, entry.file)

    def test_within_one_section(self, tmp_path: Path) -> None:
        store = make_store(tmp_path, {ISSUES: self.TEXT + "\n" + issue("z")})
        store.load()
        store.move(entry_of(store, "a"), "technical-debt", status="active")
        read = strictly(store)
        assert [item["id"] for item in read["current-issues"]] == ["z"]
        assert [item["debt"] for item in read["technical-debt"]] == ["The text.\n"]

    def test_a_status_that_the_new_kind_lacks_is_asked_for(self, tmp_path: Path) -> None:
        store = make_store(tmp_path, {ISSUES: self.TEXT})
        store.load()
        with pytest.raises(InputError, match="active, in-progress, resolved, deferred"):
            store.move(entry_of(store, "a"), "technical-debt")
        assert text_of(store) == self.TEXT

    def test_a_kind_without_statuses_keeps_it_as_it_is(self, tmp_path: Path) -> None:
        store = make_store(tmp_path, {ISSUES: self.TEXT})
        store.load()
        assert store.move(entry_of(store, "a"), "data-flow").status == "open"

    def test_a_status_that_someone_else_changed_meanwhile_is_theirs(self, tmp_path: Path) -> None:
        store = make_store(tmp_path, {ISSUES: issue("a", status="open")})
        store.load()
        entry = entry_of(store, "a")
        put(store.folder / ISSUES, issue("a", status="fixed"))
        assert store.move(entry, "data-flow").status == "fixed"

    def test_a_text_that_stands_under_the_new_name_already_is_kept(self, tmp_path: Path) -> None:
        store = make_store(tmp_path, {ISSUES: issue("a", issue="one", debt="two")})
        store.load()
        entry = store.move(entry_of(store, "a"), "technical-debt")
        assert (entry.data["issue"], entry.data["debt"]) == ("one", "two")

    def test_an_archived_entry_stays_in_the_archive(self, tmp_path: Path) -> None:
        store = make_store(tmp_path, {ARCHIVED: issue("a")})
        store.load()
        entry = store.move(entry_of(store, "a"), "data-flow")
        assert entry.file == "archive/integration-points.toml"

    def test_a_kind_that_is_not_there_and_the_same_kind_are_refused(self, tmp_path: Path) -> None:
        store = make_store(tmp_path, {ISSUES: issue("a")})
        store.load()
        for kind, words in (("nonsense", "no kind 'nonsense'"), ("current-issues", "already")):
            with pytest.raises(InputError, match=words):
                store.move(entry_of(store, "a"), kind)


class TestVersions:
    def assert_read_only(self, store: Store, words: str) -> None:
        bank = store.load()
        assert words in bank.read_only
        assert [item.id for item in bank.entries] == ["a"]
        before = {path.name: path.read_bytes() for path in store.folder.iterdir()}
        entry = bank.entries[0]
        for write in (
            lambda: store.add("data-flow", {"title": "x"}),
            lambda: store.update(entry, {"title": "x"}),
            lambda: store.delete(entry),
            lambda: store.archive(entry, "r"),
            lambda: store.move(entry, "data-flow"),
        ):
            with pytest.raises(ReadOnlyBankError, match=words) as caught:
                write()
            assert caught.value.exit_code == 3
        assert {path.name: path.read_bytes() for path in store.folder.iterdir()} == before

    def test_a_newer_format_is_read_only_and_names_the_version(self, tmp_path: Path) -> None:
        store = make_store(tmp_path, {ISSUES: issue("a")}, bank="format = 2\n")
        self.assert_read_only(store, "format 2")

    @pytest.mark.parametrize("bank", ["format = \n", "[kinds\n", b"name = '\xff'\n"])
    def test_a_broken_bank_toml_gives_the_packaged_kinds_read_only(
        self, tmp_path: Path, bank: str | bytes
    ) -> None:
        store = make_store(tmp_path, {ISSUES: issue("a")})
        put(store.folder / "bank.toml", bank)
        self.assert_read_only(store, r"bank.toml:1")
        assert len(store.bank.schema.kinds) == 25

    def test_an_older_or_missing_format_is_read_and_written(self, tmp_path: Path) -> None:
        store = make_store(tmp_path, {ISSUES: issue("a")}, bank="")
        assert store.load().read_only == ""
        store.update(entry_of(store, "a"), {"title": "x"})
        assert text_of(store, "bank.toml") == ""
