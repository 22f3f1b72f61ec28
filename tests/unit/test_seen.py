"""The file of what was seen: shared, compact, and never worse than empty."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from mbtui.store import seen
from mbtui.store.errors import StoreError
from mbtui.store.lock import bank_lock, state_folder
from mbtui.store.seen import MOST_CONTENTS, Row, SeenMemory, SeenText

ISSUES = "known-issues.toml"


def path_of(bank: Path) -> Path:
    return state_folder(bank) / "seen"


def remembered(bank: Path, *rows: Row) -> SeenMemory:
    memory = SeenMemory(bank, "seen")
    memory.refresh()
    memory.remember(rows, {})
    return memory


def anew(bank: Path) -> SeenMemory:
    memory = SeenMemory(bank, "seen")
    memory.refresh()
    return memory


def test_what_was_seen_is_there_again(tmp_path: Path) -> None:
    memory = remembered(tmp_path, Row("a", 1, ISSUES, "one\n"), Row("b", 2, ISSUES, "zwei ü\n"))
    memory.remember([Row("a", 3, ISSUES, "three\n")], {"x": [1]})
    for known in (memory, anew(tmp_path)):
        assert known.contents == {"a": (1, 3), "b": (2,)}
        assert known.meta == {"x": [1]}
        assert known.text_of("a", 1) == SeenText(ISSUES, "one\n")
        assert known.text_of("a", 3) == SeenText(ISSUES, "three\n")
        assert known.text_of("b", 2) == SeenText(ISSUES, "zwei ü\n")
        assert known.text_of("b", 9) is None
    assert stat.S_IMODE(path_of(tmp_path).stat().st_mode) == 0o600


def test_a_content_that_is_there_again_keeps_its_text(tmp_path: Path) -> None:
    memory = remembered(tmp_path, Row("a", 1, ISSUES, "one\n"), Row("a", 2, ISSUES, "two\n"))
    memory.remember([Row("a", 1)], {})
    for known in (memory, anew(tmp_path)):
        assert known.contents["a"] == (2, 1)
        assert known.last_text("a") == SeenText(ISSUES, "one\n")


def test_two_programs_lose_nothing_of_each_other(tmp_path: Path) -> None:
    one, other = anew(tmp_path), anew(tmp_path)
    for number in range(1, 60):
        memory = one if number % 3 else other
        memory.remember([Row(str(number % 7), number, ISSUES, f"{number}\n")], {})
    expected = anew(tmp_path).contents
    one.refresh()
    other.refresh()
    assert one.contents == other.contents == expected
    assert {number for contents in expected.values() for number in contents} >= set(range(20, 60))


def test_it_stays_small_and_keeps_what_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seen, "_SLACK", 20)
    memory, late = anew(tmp_path), anew(tmp_path)
    memory.remember([Row("still", 7, ISSUES, "same\n")], {"kept": 1})
    late.refresh()
    sizes = []
    for number in range(1, 200):
        memory.remember([Row("busy", number, ISSUES, f"{number}\n" * 20)], {})
        sizes.append(path_of(tmp_path).stat().st_size)
    assert max(sizes) < 8_000
    late.refresh()
    for known in (memory, late, anew(tmp_path)):
        assert known.contents["busy"] == tuple(range(200 - MOST_CONTENTS, 200))
        assert known.last_text("busy") == SeenText(ISSUES, "199\n" * 20)
        assert known.last_text("still") == SeenText(ISSUES, "same\n")
        assert known.meta == {"kept": 1}


@pytest.mark.parametrize("cut", [1, 5, 11, 30])
def test_a_torn_end_costs_only_that_end(tmp_path: Path, cut: int) -> None:
    memory = remembered(tmp_path, Row("a", 1, ISSUES, "one\n"))
    memory.remember([Row("b", 2, ISSUES, "two\n")], {})
    os.truncate(path_of(tmp_path), path_of(tmp_path).stat().st_size - cut)
    torn = anew(tmp_path)
    assert torn.contents == {"a": (1,)}
    torn.remember([Row("c", 3, ISSUES, "three\n")], {})
    known = anew(tmp_path)
    assert known.contents == {"a": (1,), "c": (3,)}
    assert known.last_text("c") == SeenText(ISSUES, "three\n")


@pytest.mark.parametrize("data", [b"", b"{}", b"mbtui seen 1\n", os.urandom(200), b"\0" * 5000])
def test_what_cannot_be_read_counts_as_never_written(tmp_path: Path, data: bytes) -> None:
    path_of(tmp_path).parent.mkdir(parents=True, exist_ok=True)
    path_of(tmp_path).write_bytes(data)
    memory = anew(tmp_path)
    assert memory.is_new
    memory.remember([Row("a", 1, ISSUES, "one\n")], {})
    assert anew(tmp_path).contents == {"a": (1,)}


def test_what_cannot_be_kept_counts_until_the_end_and_is_kept_later(tmp_path: Path) -> None:
    memory = remembered(tmp_path, Row("a", 1, ISSUES, "one\n"))
    folder = state_folder(tmp_path)
    aside = folder.with_name("aside")
    folder.rename(aside)
    folder.write_bytes(b"")
    with pytest.raises(OSError, match=r"exists|directory"):
        memory.remember([Row("b", 2, ISSUES, "two\n")], {})
    assert memory.contents["b"] == (2,)
    assert memory.last_text("b") == SeenText(ISSUES, "two\n")
    folder.unlink()
    aside.rename(folder)
    memory.remember([Row("c", 3, ISSUES, "three\n")], {})
    assert anew(tmp_path).contents == {"a": (1,), "b": (2,), "c": (3,)}


def test_what_a_busy_lock_held_up_is_written_by_the_next_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = remembered(tmp_path, Row("a", 1, ISSUES, "one\n"))
    with monkeypatch.context() as patch:
        patch.setattr("mbtui.store.lock.WAIT_SECONDS", 0.0)
        with bank_lock(tmp_path), pytest.raises(StoreError):
            memory.remember([Row("b", 2, ISSUES, "two\n")], {"x": 1})
    assert not memory.is_kept
    assert anew(tmp_path).contents == {"a": (1,)}
    memory.remember([], {"x": 1})
    assert memory.is_kept
    assert anew(tmp_path).contents == {"a": (1,), "b": (2,)}
    assert anew(tmp_path).meta == {"x": 1}
    size = path_of(tmp_path).stat().st_size
    memory.remember([], {"x": 1})
    assert path_of(tmp_path).stat().st_size == size


def test_a_file_that_somebody_removed_is_written_again(tmp_path: Path) -> None:
    memory = remembered(tmp_path, Row("a", 1, ISSUES, "one\n"))
    memory.remember([], {"x": 1})
    path_of(tmp_path).unlink()
    memory.remember([Row("b", 2, ISSUES, "two\n")], {})
    for known in (memory, anew(tmp_path)):
        assert known.contents == {"a": (1,), "b": (2,)}
        assert known.last_text("b") == SeenText(ISSUES, "two\n")
        assert known.last_text("a") is None
        assert known.file_of("a") == ISSUES
        assert known.meta == {"x": 1}
