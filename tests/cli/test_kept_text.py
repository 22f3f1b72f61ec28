"""Text that was given to a command and could not be saved is kept, or given back."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from mbtui.store import lock
from mbtui.store.drafts import StoredDraft, load_drafts
from mbtui.store.lock import bank_lock, state_folder
from mbtui.store.store import Store

from .conftest import Run

ISSUES = "known-issues.toml"


@pytest.fixture
def issues(store: Store) -> Path:
    """The file of a bank with one entry, `Pool`."""
    store.add("current-issues", {"title": "Pool", "issue": "old", "tags": ["db"]})
    return store.folder / ISSUES


def piped(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    stream = SimpleNamespace(buffer=io.BytesIO(text.encode()), isatty=lambda: False)
    monkeypatch.setattr(sys, "stdin", stream)


def the_draft(store: Store) -> StoredDraft:
    (draft,) = load_drafts(store.folder)
    return draft


def break_file(path: Path) -> None:
    path.write_text("[[current-issues]\n")


def conflict(path: Path) -> None:
    path.write_text(f"<<<<<<< HEAD\n{path.read_text()}=======\n>>>>>>> theirs\n")


def too_new(path: Path) -> None:
    (path.parent / "bank.toml").write_text("format = 99\n")


def broken_settings(path: Path) -> None:
    (path.parent / "bank.toml").write_text("format = \n")


@pytest.mark.parametrize("fault", [break_file, conflict, too_new, broken_settings])
def test_a_new_entry_that_cannot_be_saved_is_kept_as_a_draft(
    run: Run, store: Store, issues: Path, monkeypatch: pytest.MonkeyPatch, fault: object
) -> None:
    fault(issues)  # type: ignore[operator]
    piped(monkeypatch, "line one\nline two\n")
    answer = run("add", "WAL hangs", "#nfs", "!high", "--field", "cause=memory", "--body", "-")
    assert (answer.code, answer.out) == (3, "")
    draft = the_draft(store)
    assert (draft.kind, draft.id, dict(draft.base)) == ("current-issues", "", {})
    assert dict(draft.texts) == {
        "title": "WAL hangs",
        "tags": "nfs",
        "severity": "high",
        "cause": "memory",
        "issue": "line one\nline two",
    }
    assert f"your text is kept: `mbtui recover {draft.name[:8]}`" in answer.err.splitlines()[-1]
    assert "line two" in run("recover", draft.name).out


def test_so_is_one_that_waits_for_the_lock_in_vain(
    run: Run, store: Store, issues: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "WAIT_SECONDS", 0.05)
    with bank_lock(store.folder):
        answer = run("add", "WAL hangs -- the text")
    assert answer.code == 3
    assert "another mbtui" in answer.err
    assert the_draft(store).texts == {"title": "WAL hangs", "issue": "the text"}


def test_an_edit_is_kept_with_its_entry_and_the_table_it_began_from(
    run: Run, store: Store, issues: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = store.load().entries[0]
    monkeypatch.setattr(lock, "WAIT_SECONDS", 0.05)
    with bank_lock(store.folder):
        answer = run("edit", entry.id, "--body", "new text", "--tag", "nfs", "--status", "fixed")
    assert answer.code == 3
    draft = the_draft(store)
    assert (draft.kind, draft.id) == ("current-issues", entry.id)
    assert dict(draft.base) == entry.data
    assert dict(draft.texts) == {"status": "fixed", "tags": "db, nfs", "issue": "new text"}
    assert "your text is kept" in answer.err


def test_without_a_state_folder_the_text_is_given_back(
    run: Run, issues: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_file(issues)
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    answer = run("add", "WAL hangs", "--body", "typed\x1b[31m")
    assert answer.code == 3
    assert "could not be kept" in answer.err
    assert "title: WAL hangs\nissue: typed␛[31m" in answer.err
    assert "\x1b" not in answer.err


class TestStandardInput:
    """What was read from a pipe cannot be had again: it is kept whatever the reason."""

    @pytest.mark.parametrize(
        "words",
        [
            ("add", "WAL", "--in", "nonsense", "--body", "-"),
            ("add", "WAL", "--field", "nonsense=1", "--body", "-"),
            ("edit", "zzzz", "--body", "-"),
            ("edit", "Pool", "--status", "nonsense", "--body", "-"),
        ],
    )
    def test_wrong_usage(
        self,
        run: Run,
        store: Store,
        issues: Path,
        monkeypatch: pytest.MonkeyPatch,
        words: tuple[str, ...],
    ) -> None:
        identity = store.load().entries[0].id
        piped(monkeypatch, "from the pipe\n")
        answer = run(*(identity if word == "Pool" else word for word in words))
        assert answer.code in (1, 2)
        kept = "".join("".join(draft.texts.values()) for draft in load_drafts(store.folder))
        assert "from the pipe" in kept + answer.err

    def test_no_bank(self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        piped(monkeypatch, "from the pipe\n")
        answer = run("add", "WAL", "--body", "-", "--bank", str(tmp_path / "nowhere"))
        assert answer.code == 1
        assert "from the pipe" in answer.err

    def test_refused_as_asked(
        self, run: Run, store: Store, issues: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        piped(monkeypatch, "from the pipe\n")
        answer = run("add", "Pool", "--strict", "--body", "-")
        assert answer.code == 1
        assert the_draft(store).texts["issue"] == "from the pipe"
        assert "your text is kept" in answer.err

    def test_wrong_usage_on_the_command_line_alone_keeps_nothing(
        self, run: Run, store: Store, issues: Path
    ) -> None:
        answer = run("add", "WAL", "--field", "nonsense=1")
        assert answer.code == 2
        assert load_drafts(store.folder) == []
        assert "kept" not in answer.err


def test_a_save_that_succeeds_keeps_no_draft(run: Run, store: Store, issues: Path) -> None:
    assert run("add", "WAL hangs", "--body", "x").code == 0
    assert not (state_folder(store.folder) / "drafts").exists()
