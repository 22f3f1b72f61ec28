"""TOML files of no section are told; other files are left alone."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from mbtui.store import strays
from mbtui.store.config import packaged
from mbtui.store.strays import Strays, nearest_section
from tests.unit.banks import ISSUES, issue, make_store, put

OWN_SECTION = '[sections.data-science]\ntitle = "Data"\n'


def told(folder: Path) -> dict[str, str]:
    """What the problems of a freshly opened bank say, by file."""
    store = make_store(folder.parent)
    return {problem.file: problem.message for problem in store.load().problems}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_store(tmp_path, {ISSUES: issue("a")}).folder


def test_a_mistyped_name_is_told_with_the_one_that_was_meant(folder: Path) -> None:
    put(folder / "known-isues.toml", issue("b"))
    put(folder / "archive" / "Testing Notes.toml", issue("c"))
    found = told(folder)
    assert set(found) == {"known-isues.toml", "archive/Testing Notes.toml"}
    assert "was known-issues.toml meant?" in found["known-isues.toml"]
    assert "was archive/testing-notes.toml meant?" in found["archive/Testing Notes.toml"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("known_issues", "known-issues"),
        ("Known Issues", "known-issues"),
        ("knwon-issues", "known-issues"),
        ("known-issues (copy)", "known-issues"),
        ("known-issues.sync-conflict-20261122-101010-ABCDEFG", "known-issues"),
        ("current-issues", "known-issues"),
        ("technical_debt", "known-issues"),
        ("update", "updates"),
        ("pyproject", ""),
        ("caf\udce9", ""),
        ("", ""),
    ],
)
def test_the_nearest_section(name: str, meant: str) -> None:
    assert nearest_section(name, packaged()) == meant


def test_a_name_that_is_no_utf8(folder: Path) -> None:
    with open(os.fsencode(folder) + b"/caf\xe9.toml", "w"):
        pass
    assert "no UTF-8" in told(folder)["caf\udce9.toml"]


def test_other_files_are_left_alone(folder: Path) -> None:
    for name in ("README.md", "known-issues.toml~", ".known-issues.toml", "notes.txt", "4913"):
        put(folder / name, "x")
    (folder / "drafts.toml").mkdir()
    put(folder / "sub" / "deep.toml", "x")
    assert told(folder) == {}


def test_sections_of_the_team_are_no_strays(tmp_path: Path) -> None:
    files = {"data-science.toml": '[[runs]]\ntitle = "x"\n'}
    assert not make_store(tmp_path, files, OWN_SECTION).load().problems
    store = make_store(tmp_path, files, "format = 1\n")
    assert [problem.file for problem in store.load().problems] == ["data-science.toml"]


def test_while_bank_toml_is_broken_nobody_knows_what_a_stray_is(tmp_path: Path) -> None:
    files = {"data-science.toml": '[[runs]]\ntitle = "x"\n'}
    problems = make_store(tmp_path, files, "format = \n").load().problems
    assert [problem.file for problem in problems] == ["bank.toml"]


def test_many_strays_are_told_shortly(folder: Path) -> None:
    for number in range(strays._MOST + 30):
        put(folder / f"stray-{number:03}.toml", "x")
    found = told(folder)
    assert len(found) == strays._MOST + 1
    assert any("30 more" in message for message in found.values())


def test_a_file_that_comes_later_is_told_once_it_stays(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Programs make temporary files, and the word in the header is not to flicker."""
    now = time.monotonic()
    found = Strays(folder)
    assert not found.look(packaged(), settled=True)
    put(folder / "tmpk3x9.toml", "x")
    monkeypatch.setattr(time, "monotonic", lambda: now)
    assert not found.look(packaged())
    now += 0.9
    assert not found.look(packaged())
    now += 0.2
    assert found.look(packaged())
    assert [problem.file for problem in found.problems] == ["tmpk3x9.toml"]
    assert not found.look(packaged())
    (folder / "tmpk3x9.toml").unlink()
    assert found.look(packaged())
    assert found.problems == ()


def test_a_folder_that_did_not_change_is_not_listed_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Strays(folder)
    os.utime(folder, (1, 1))
    later = time.time_ns() + 10**9
    monkeypatch.setattr(time, "time_ns", lambda: later)
    found.look(packaged())
    monkeypatch.setattr(os, "scandir", lambda place: pytest.fail("listed again"))
    assert not found.look(packaged())
