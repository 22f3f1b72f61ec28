"""move, delete, undo and redo in the shell."""

from __future__ import annotations

from pathlib import Path

import pytest

from mbtui.cli.main import main


@pytest.fixture
def bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MBTUI_AUTHOR", "Ana")
    folder = tmp_path / "memory-bank"
    folder.mkdir()
    (folder / "bank.toml").write_text("format = 1\n")
    return folder


def add(text: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["add", text]) == 0
    return capsys.readouterr().out.strip()


def test_undo_names_what_it_takes_back_and_redo_brings_it_back(
    bank: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    identity = add("pool exhausted !high", capsys)
    main(["edit", identity, "--status", "fixed"])
    capsys.readouterr()
    assert main(["undo"]) == 0
    assert capsys.readouterr().out == f"{identity} taken back: edit of pool exhausted\n"
    assert 'status = "open"' in (bank / "known-issues.toml").read_text()
    assert main(["redo"]) == 0
    assert 'status = "fixed"' in (bank / "known-issues.toml").read_text()


def test_a_deleted_entry_comes_back(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    identity = add("pool exhausted -- the text", capsys)
    before = (bank / "known-issues.toml").read_text()
    assert main(["delete", identity[:4]]) == 0
    assert identity not in (bank / "known-issues.toml").read_text()
    assert main(["undo", identity]) == 0
    assert (bank / "known-issues.toml").read_text() == before


def test_move_asks_for_a_status_that_the_new_kind_lacks(
    bank: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    identity = add("pool exhausted", capsys)
    assert main(["move", identity, "technical-debt"]) == 2
    assert "active" in capsys.readouterr().err
    assert main(["move", identity, "debt", "--status", "active"]) == 0
    assert "[[technical-debt]]" in (bank / "known-issues.toml").read_text()


@pytest.mark.usefixtures("bank")
def test_nothing_to_take_back_is_exit_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["undo"]) == 1
    assert "no change by Ana is left to take back" in capsys.readouterr().err
    assert main(["redo"]) == 1
