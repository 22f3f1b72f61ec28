"""What one user put off: kept beside the bank's state, shared by all mbtui of that user."""

from __future__ import annotations

import stat
from datetime import date, timedelta
from pathlib import Path

import pytest

from mbtui.store.lock import state_folder
from mbtui.store.review_state import ReviewMemory, ReviewState

TODAY = date(2026, 11, 22)
LATER = TODAY + timedelta(days=7)


def test_two_programs_share_what_is_put_off(tmp_path: Path) -> None:
    one, other = ReviewMemory(tmp_path), ReviewMemory(tmp_path)
    assert one.read() == other.read() == ReviewState()
    one.snooze("aaaa", LATER, TODAY)
    other.snooze("bbbb", LATER, TODAY)
    other.ran(TODAY)
    assert one.read() == ReviewState({"aaaa": LATER, "bbbb": LATER}, TODAY)
    one.snooze("aaaa", None, TODAY)
    assert other.read().snoozed == {"bbbb": LATER}


def test_what_is_over_is_forgotten(tmp_path: Path) -> None:
    memory = ReviewMemory(tmp_path)
    memory.snooze("aaaa", LATER, TODAY)
    memory.snooze("bbbb", LATER + timedelta(days=1), LATER)
    assert memory.read().snoozed == {"bbbb": LATER + timedelta(days=1)}


def test_banks_are_apart_and_nothing_is_written_into_them(tmp_path: Path) -> None:
    bank = tmp_path / "memory-bank"
    bank.mkdir()
    ReviewMemory(bank).snooze("aaaa", LATER, TODAY)
    assert not list(bank.iterdir())
    assert ReviewMemory(tmp_path).read() == ReviewState()
    kept = state_folder(bank) / "reviews.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"snoozed": 3}', '{"snoozed": {"a": "soon", "b": 4}}', "[" * 50_000],
)
def test_a_broken_file_counts_as_never_written(tmp_path: Path, text: str) -> None:
    memory = ReviewMemory(tmp_path)
    memory.ran(TODAY)
    (state_folder(tmp_path) / "reviews.json").write_text(text)
    assert memory.read() == ReviewState()
    memory.snooze("aaaa", LATER, TODAY)
    assert memory.read().snoozed == {"aaaa": LATER}
