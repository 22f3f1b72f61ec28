"""Merging a text by lines: what each side changed is there, or a person is asked."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbtui.bank.diff3 import merge_text

LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d\n", "\n"]), max_size=9).map("".join)
BASE = "one\ntwo\nthree\nfour\nfive\n"


def test_changes_of_lines_that_are_apart_are_joined() -> None:
    mine = BASE.replace("one", "ONE")
    theirs = BASE.replace("five", "FIVE")
    assert merge_text(BASE, mine, theirs) == "ONE\ntwo\nthree\nfour\nFIVE\n"


def test_lines_added_at_both_ends_are_joined() -> None:
    assert merge_text(BASE, "zero\n" + BASE, BASE + "six\n") == "zero\n" + BASE + "six\n"


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (BASE.replace("two", "mine"), BASE.replace("two", "theirs")),
        (BASE.replace("two", "mine"), BASE.replace("three", "theirs")),
        (BASE + "mine\n", BASE + "theirs\n"),
        (BASE.replace("two\n", ""), BASE.replace("two", "theirs")),
    ],
    ids=["same line", "adjacent lines", "both append", "deleted and changed"],
)
def test_changes_of_the_same_or_adjacent_lines_are_for_a_person(mine: str, theirs: str) -> None:
    assert merge_text(BASE, mine, theirs) is None


@given(LINES, LINES)
def test_one_sided_changes_survive(base: str, other: str) -> None:
    assert merge_text(base, other, base) == other
    assert merge_text(base, base, other) == other
    assert merge_text(base, other, other) == other


@given(LINES, LINES, LINES)
def test_sides_swapped_give_the_same(base: str, mine: str, theirs: str) -> None:
    assert merge_text(base, mine, theirs) == merge_text(base, theirs, mine)


@given(LINES, LINES, LINES)
def test_no_line_comes_from_nowhere(base: str, mine: str, theirs: str) -> None:
    merged = merge_text(base, mine, theirs)
    if merged is not None:
        assert set(merged.splitlines()) <= {*mine.splitlines(), *theirs.splitlines()}


@pytest.mark.parametrize("seed", range(20))
def test_where_git_merges_too_the_result_is_the_same(tmp_path: Path, seed: int) -> None:
    import random

    rng = random.Random(seed)
    words = [f"line {i}\n" for i in range(12)]
    sides = []
    for side in ("mine", "theirs"):
        lines = list(words)
        lines[rng.randrange(12)] = f"{side}\n"
        sides.append("".join(lines))
    ours = merge_text("".join(words), *sides)
    files = {"mine": sides[0], "base": "".join(words), "theirs": sides[1]}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    names = [str(tmp_path / name) for name in files]
    try:
        git = subprocess.run(["git", "merge-file", "-p", *names], capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("git is not installed")
    assert (ours is None) == (git.returncode != 0)
    if ours is not None:
        assert ours == git.stdout
