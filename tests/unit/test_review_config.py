"""Nonsense about reviews is told with its place, and passed over."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from mbtui.bank.review import is_due
from mbtui.store.create import create_bank
from mbtui.store.store import Store
from tests.unit.banks import ISSUES, issue, make_store

GOOD = 'format = 1\n[review]\nevery = "1 month"\nkinds.monitoring = "never"\nagents = true\n'


@pytest.mark.parametrize(
    ("bank", "line", "words"),
    [
        ('[review]\nevery = "often"', 2, 'review.every: "often" is no cadence'),
        ("\n[review]\n\narchive_after = 6", 4, "review.archive_after: 6 is no cadence"),
        ('[review]\nkinds.monitoring = "x"', 2, 'review.kinds.monitoring: "x" is no'),
        ('[review.kinds]\n"monitoring" = "x"', 2, 'review.kinds.monitoring: "x" is no'),
        ('[review]\nkinds = { monitoring = "x" }', 2, 'review.kinds.monitoring: "x" is no'),
        ('[review]\nkinds.gotchas = "1 week"', 2, "'gotchas' is no kind of this bank"),
        ('[review]\nkinds = "1 week"', 2, "review.kinds should be written"),
        ('[review]\nagents = "yes"', 2, "review.agents should be true or false"),
        ('review.every = "x"', 1, "review.every"),
    ],
)
def test_nonsense_in_review_is_told_with_its_line(
    tmp_path: Path, bank: str, line: int, words: str
) -> None:
    store = make_store(tmp_path, {ISSUES: issue("aaaa")}, f"{bank}\n")
    (problem,) = store.bank.problems
    assert (problem.file, problem.line, problem.state) == ("bank.toml", line, "warning")
    assert words in problem.message
    assert is_due(store.bank.entries[0], store.bank.config.review, date(2026, 11, 22))
    assert not store.why_read_only()


def test_a_good_review_has_no_problem(tmp_path: Path) -> None:
    assert make_store(tmp_path, {}, GOOD).bank.problems == ()


def test_nonsense_in_an_entry_is_told_with_its_line(tmp_path: Path) -> None:
    text = issue("aaaa", review_in="2 weeks") + issue("bbbb", review_in="now and then")
    (problem,) = make_store(tmp_path, {ISSUES: text}).bank.problems
    assert problem.place == f"{ISSUES}:5"
    assert '"now and then" is no cadence' in problem.message


def test_a_new_bank_says_nothing_of_how_often(tmp_path: Path) -> None:
    bank = Store(create_bank(tmp_path).folder, author="Ana").load()
    assert bank.config.review == {}
    assert not bank.problems
