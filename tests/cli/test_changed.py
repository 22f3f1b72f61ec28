"""What the shell says of changes by others: the same state as the screen's."""

from __future__ import annotations

from pathlib import Path

import pytest

from mbtui.store.create import create_bank
from mbtui.store.store import Store
from mbtui.store.whats_new import WhatsNew
from tests.cli.conftest import Run


@pytest.fixture
def bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = create_bank(tmp_path / "acme").folder
    monkeypatch.chdir(folder.parent)
    return folder


def test_what_others_change_is_found_until_it_is_seen(run: Run, bank: Path) -> None:
    mine = run("add", "Pool exhausted @current-issues").out.strip()
    assert run("list", "is:changed").code == 1
    agent = Store(bank, author="agent:claude")
    other = agent.add("current-issues", {"title": "Deadlock"}).id
    run("edit", mine, "--status", "fixed")
    assert run("list", "is:changed", "--json").json["count"] == 1
    assert other in run("list", "is:changed").out, "nothing is seen by listing"
    assert run("list", "-is:changed", "in:current-issues", "--json").json["count"] == 1
    store = Store(bank, author="Ana Lima")
    new = WhatsNew(bank, "Ana Lima")
    new.see(
        new.look(store.load(), store.last_read).news.values(), store.bank.schema, store.last_read
    )
    assert run("list", "is:changed").code == 1


def test_another_author_has_seen_other_things(
    run: Run, bank: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("list", "is:changed")
    monkeypatch.setenv("MBTUI_AUTHOR", "agent:claude")
    run("list", "is:changed")
    identity = run("add", "Deadlock @current-issues").out.strip()
    assert run("list", "is:changed").code == 1
    monkeypatch.setenv("MBTUI_AUTHOR", "Ana Lima")
    assert identity in run("list", "is:changed").out


def test_a_state_that_cannot_be_kept_is_told(run: Run, bank: Path) -> None:
    (Path.home() / ".local").write_text("no folder")
    answer = run("list", "is:changed")
    assert answer.code == 1
    assert "what you have seen cannot be kept" in answer.err


def test_what_was_archived_is_listed_and_what_was_removed_is_told(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [run("add", title).out.strip() for title in ("put away", "taken out", "stays")]
    run("list", "is:changed")
    monkeypatch.setenv("MBTUI_AUTHOR", "agent:claude")
    run("archive", ids[0], "--reason", "old")
    run("delete", ids[1])
    monkeypatch.setenv("MBTUI_AUTHOR", "Ana Lima")
    answer = run("list", "is:changed", "--json")
    assert [entry["id"] for entry in answer.json["entries"]] == [ids[0]]
    assert "1 entry was removed since you looked" in answer.err
