"""`mbtui recover`: what saves displaced and what was not saved, listed and brought back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mbtui.store import temporary
from mbtui.store.displaced import versions
from mbtui.store.drafts import StoredDraft, save_draft
from mbtui.store.files import replace_bytes
from mbtui.store.store import Store

from .conftest import Answer, Run

ISSUES = "known-issues.toml"


@pytest.fixture(autouse=True)
def _no_log(project: Path) -> None:
    """Saves displace what is in the files of entries alone."""
    bank = project / "memory-bank" / "bank.toml"
    bank.write_text(bank.read_text() + '[log]\nkeep = "none"\n')


@pytest.fixture
def folder(store: Store) -> Path:
    """A bank whose one file held two entries, then one of them changed, then without the other."""
    pool = store.add("current-issues", {"title": "Pool exhausted", "issue": "after fork"})
    store.add("current-issues", {"title": "WAL hangs"})
    store.update(pool, {"issue": "before fork"})
    store.delete(store.bank.find(pool.id)[0])
    return store.folder


def text_of(folder: Path) -> str:
    return (folder / ISSUES).read_text("utf-8")


def names(run: Run) -> list[str]:
    return [item["name"] for item in run("recover", "--json").json["versions"]]


def draft(folder: Path, name: str = "3fa9" * 4, **texts: str) -> str:
    save_draft(folder, StoredDraft(name, "current-issues", "", {}, texts))
    return name


class TestList:
    @pytest.mark.parametrize("words", [(), ("--list",)])
    def test_newest_first_with_time_file_size_and_what_differs(
        self, run: Run, folder: Path, words: tuple[str, ...]
    ) -> None:
        answer = run("recover", *words)
        assert answer.code == 0
        head, newest, changed, first = answer.lines[:4]
        assert head == "What files held until a save, newest first"
        assert ISSUES in newest
        lacking = "1 entry that the bank lacks now (Pool exhausted)"
        assert newest.endswith(lacking)
        assert changed.endswith(lacking)
        assert first.endswith(f"{lacking}, without 1 that came since")
        assert f"{versions(folder)[0].size} B" in newest
        assert answer.lines[4] == ""
        assert "mbtui recover NAME" in answer.lines[5]

    def test_an_entry_with_another_text_is_counted(self, run: Run, store: Store) -> None:
        entry = store.add("current-issues", {"title": "Pool"})
        store.update(entry, {"title": "Pool exhausted"})
        assert run("recover").lines[1].endswith("1 entry with another text")

    def test_a_name_is_the_shortest_start_of_four_characters_or_more_that_is_unique(
        self, run: Run, folder: Path
    ) -> None:
        draft(folder, "abcd1230" * 2, title="one")
        draft(folder, "abcd1231" * 2, title="two")
        shown = [line.split()[0] for line in run("recover").lines if line.startswith("  ")]
        assert shown[:3] == [name[:4] for name in names(run)]
        assert shown[3:] == ["abcd1231", "abcd1230"]

    def test_at_most_20_unless_more_are_asked_for(self, run: Run, store: Store) -> None:
        entry = store.add("current-issues", {"title": "Pool"})
        for number in range(23):
            entry = store.update(entry, {"title": f"Pool {number}"})
        lines = run("recover").lines
        assert len(lines) == 1 + 20 + 1 + 3
        assert lines[21] == "  … 3 older: mbtui recover -n 23"
        assert run("recover", "--json").json["older"] == 3
        assert len(run("recover", "-n", "23", "--json").json["versions"]) == 23

    def test_one_content_is_shown_once(self, run: Run, store: Store) -> None:
        store.now = lambda: datetime(2026, 11, 22, tzinfo=UTC)
        entry = store.add("current-issues", {"title": "Pool"})
        for _ in range(3):
            store.update(entry, {"title": "Other"})
            store.undo()
        assert len(versions(store.folder)) == 6
        assert len(names(run)) == 2

    def test_json(self, run: Run, folder: Path) -> None:
        name = draft(folder, title="typed", issue="a\nb")
        answer = run("recover", "--json").json
        newest = answer["versions"][0]
        assert newest["file"] == ISSUES
        assert newest["name"] == versions(folder)[0].name
        assert newest["displaced"].endswith("+00:00")
        assert [entry["title"] for entry in newest["lacking"]] == ["Pool exhausted"]
        assert (newest["differing"], newest["newer"], newest["problem"]) == ([], [], None)
        assert [entry["title"] for entry in answer["versions"][2]["newer"]] == ["WAL hangs"]
        (kept,) = answer["drafts"]
        assert kept["name"] == name
        assert kept["texts"] == {"title": "typed", "issue": "a\nb"}

    def test_nothing_kept(self, run: Run, store: Store) -> None:
        answer = run("recover")
        assert (answer.code, answer.out) == (0, "")
        assert "nothing is kept of this bank" in answer.err

    def test_a_broken_file_is_told_and_the_rest_is_listed(self, run: Run, folder: Path) -> None:
        (folder / ISSUES).write_text("[[current-issues]\n")
        answer = run("recover")
        assert answer.code == 3
        assert f"{ISSUES}:1" in answer.err
        assert "Pool exhausted" in answer.out

    def test_strange_text_does_not_reach_the_terminal(self, run: Run, store: Store) -> None:
        entry = store.add("current-issues", {"title": "a\x1b]0;owned\x07\u202eb"})
        store.delete(entry)
        draft(store.folder, title="x\x1b[31m\u009b", issue="\x1b[2J")
        for words in (("recover",), ("recover", "3fa9"), ("recover", "--json")):
            out = run(*words).out
            assert not set(out) & {"\x1b", "\x07", "\u202e", "\u009b"}


class TestBringBack:
    def test_a_whole_file_and_what_that_displaces_comes_back_the_same_way(
        self, run: Run, folder: Path
    ) -> None:
        oldest = versions(folder)[-1]
        before = text_of(folder)
        answer = run("recover", oldest.name[:4])
        assert answer.code == 0
        assert answer.out.startswith(f"{ISSUES} is as it was until ")
        assert answer.out.endswith(": 1 entry came back, 1 entry went\n")
        assert text_of(folder) == oldest.read().decode()
        name = answer.err.split("mbtui recover ")[1].split("`")[0]
        assert run("recover", name).code == 0
        assert text_of(folder) == before

    def test_undo_takes_it_back(self, run: Run, folder: Path) -> None:
        before = run("list", "--json").json
        run("recover", versions(folder)[1].name)
        assert run("list", "--json").json != before
        assert run("undo").code == 0
        titles = [entry["title"] for entry in run("list", "--json").json["entries"]]
        assert titles == [entry["title"] for entry in before["entries"]]

    def test_what_the_file_holds_already_is_not_written(self, run: Run, folder: Path) -> None:
        name = versions(folder)[0].name
        run("recover", name)
        kept = len(versions(folder))
        answer = run("recover", name)
        assert answer.out == f"{ISSUES} holds that already; nothing was written\n"
        assert len(versions(folder)) == kept

    def test_a_file_that_is_gone_comes_back(self, run: Run, folder: Path) -> None:
        (folder / ISSUES).unlink()
        version = versions(folder)[0]
        assert run("recover", version.name).code == 0
        assert text_of(folder) == version.read().decode()

    def test_an_archived_one_too(self, run: Run, store: Store) -> None:
        entry = store.archive(store.add("current-issues", {"title": "Pool"}), "done")
        before = (store.folder / "archive" / ISSUES).read_text()
        store.delete(entry)
        version = next(v for v in versions(store.folder) if v.file.startswith("archive/"))
        assert run("recover", version.name).code == 0
        assert (store.folder / "archive" / ISSUES).read_text() == before

    def test_the_settings_of_the_bank_too(self, run: Run, folder: Path) -> None:
        old = (folder / "bank.toml").read_bytes()
        replace_bytes(folder / "bank.toml", folder, b"format = 1\n", old)
        assert "the bank's settings" in run("recover").lines[1]
        assert run("recover", versions(folder)[0].name).code == 0
        assert (folder / "bank.toml").read_bytes() == old

    def test_entries_brings_back_only_what_the_bank_lacks(
        self, run: Run, folder: Path, store: Store
    ) -> None:
        newest = versions(folder)[0]
        held = text_of(folder)
        answer = run("recover", newest.name, "--entries")
        assert answer.code == 0
        assert answer.out.endswith(" came back: Pool exhausted\n")
        assert held.strip() in text_of(folder)
        back = next(e for e in store.load().entries if e.title == "Pool exhausted")
        assert back.data["issue"] == "before fork"
        again = run("recover", newest.name, "--entries")
        assert (again.code, again.out) == (0, "")
        assert "lacks none of its entries" in again.err

    def test_json(self, run: Run, folder: Path) -> None:
        told = run("recover", versions(folder)[-1].name, "--json").json
        assert (told["file"], told["came"], told["changed"], told["went"]) == (ISSUES, 1, 0, 1)
        assert told["kept"] == versions(folder)[0].name
        entries = run("recover", versions(folder)[0].name, "--entries", "--json").json["entries"]
        assert [entry["title"] for entry in entries] == ["WAL hangs"]

    def test_into_another_file_and_never_over_one(
        self, run: Run, folder: Path, tmp_path: Path
    ) -> None:
        version, before = versions(folder)[0], text_of(folder)
        target = tmp_path / "old.toml"
        assert run("recover", version.name, "-o", str(target)).code == 0
        assert target.read_bytes() == version.read()
        target.write_text("mine")
        answer = run("recover", version.name, "-o", str(target))
        assert answer.code == 2
        assert "is there already; nothing was written" in answer.err
        assert target.read_text() == "mine"
        assert text_of(folder) == before

    def test_an_unknown_name_is_exit_1_with_the_nearest(self, run: Run, folder: Path) -> None:
        near = versions(folder)[0].name[:4]
        answer = run("recover", f"{near[:3]}~")
        assert answer.code == 1
        assert near in answer.err

    def test_a_name_that_fits_several(self, run: Run, folder: Path) -> None:
        draft(folder, "abcd1230" * 2, title="one")
        draft(folder, "abcd1231" * 2, title="two")
        answer = run("recover", "abcd")
        assert answer.code == 2
        assert "is the start of abcd1230" in answer.err


class TestRefused:
    def refused(self, run: Run, folder: Path, words: str) -> Answer:
        before = text_of(folder)
        answer = run("recover", versions(folder)[0].name)
        assert answer.code == 3
        assert words in answer.err
        assert text_of(folder) == before
        return answer

    def test_over_a_broken_file(self, run: Run, folder: Path) -> None:
        (folder / ISSUES).write_text("[[current-issues]\n")
        os.utime(folder / ISSUES, (0, 0))
        self.refused(run, folder, "nothing was written")

    def test_over_a_conflict(self, run: Run, folder: Path) -> None:
        (folder / ISSUES).write_text(f"<<<<<<< HEAD\n{text_of(folder)}=======\n>>>>>>> theirs\n")
        self.refused(run, folder, "conflict")

    def test_in_a_bank_that_is_too_new(self, run: Run, folder: Path) -> None:
        (folder / "bank.toml").write_text("format = 99\n")
        self.refused(run, folder, "99")

    def test_a_version_that_cannot_be_read(self, run: Run, folder: Path) -> None:
        versions(folder)[0].path.write_text("[[current-issues]\n")
        assert "cannot be read" in run("recover").out
        self.refused(run, folder, "-o FILE writes it elsewhere")

    @pytest.mark.parametrize(
        "words", [("k3f9", "--list"), ("-o", "x"), ("--entries",), ("k3f9", "again")]
    )
    def test_words_that_do_not_go_together(
        self, run: Run, folder: Path, words: tuple[str, ...]
    ) -> None:
        assert run("recover", *words).code == 2


class TestDrafts:
    def test_listed_below_and_printed(self, run: Run, folder: Path, tmp_path: Path) -> None:
        name = draft(folder, title="Pool exhausted", issue="a\nb")
        lines = run("recover").lines
        at = lines.index("What was typed and is not saved")
        assert "current-issues, new" in lines[at + 1]
        assert "Pool exhausted" in lines[at + 1]
        printed = run("recover", name[:4]).out
        assert printed == (
            "current-issues (a new entry)\n\ntitle:\nPool exhausted\n\nissue:\na\nb\n"
        )
        assert run("recover", name, "-o", str(tmp_path / "draft")).code == 0
        assert (tmp_path / "draft").read_text() == printed
        assert json.loads(run("recover", name, "--json").out)["texts"]["issue"] == "a\nb"


def test_what_a_killed_command_left_is_cleared_and_kept_by_the_next(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = subprocess.Popen([sys.executable, "-c", ""])
    killed.wait()
    with monkeypatch.context() as patch:
        patch.setattr(os, "getpid", lambda: killed.pid)
        left = temporary.whole_name(folder / ISSUES, ISSUES)
    left.write_text('[[current-issues]]\nid = "x"\ntitle = "Nearly saved"\n')
    run("add", "Another")
    assert not left.exists()
    assert "Nearly saved" in run("recover").out
