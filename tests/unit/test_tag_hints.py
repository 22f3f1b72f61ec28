"""Which tags are offered while one is typed."""

from __future__ import annotations

import pytest

from mbtui.bank.tag_hints import MOST_HINTS, hints_in_quick_add, hints_in_tags

TAGS = ["celery", "nfs", "SQLite", "celery-beat", "sql alchemy", "a,b", "#odd", "ci\x1b[31m", "c++"]


@pytest.mark.parametrize(
    ("line", "start", "tags"),
    [
        ("ce", 0, ["celery", "celery-beat"]),
        ("CE", 0, ["celery", "celery-beat"]),
        ("nfs ce", 4, ["celery", "celery-beat"]),
        ("nfs, ce", 5, ["celery", "celery-beat"]),
        ("nfs, #ce", 6, ["celery", "celery-beat"]),
        ("Celery, ce", 8, ["celery-beat"]),
        ("celery", 0, ["celery-beat"]),
        ("sq", 0, ["SQLite"]),
        ("nfs, sq", 5, ["SQLite", "sql alchemy"]),
        ("ci", 0, []),
        ("a", 0, []),
        ("", 0, []),
        ("nfs, ", 0, []),
        ("nfs ", 0, []),
        ("zz", 0, []),
    ],
)
def test_in_a_line_of_tags(line: str, start: int, tags: list[str]) -> None:
    found = hints_in_tags(line, TAGS)
    assert found.tags == tags
    assert not tags or found.start == start


@pytest.mark.parametrize(
    ("line", "start", "tags"),
    [
        ("pool #ce", 6, ["celery", "celery-beat"]),
        ("pool +sq", 6, ["SQLite"]),
        ("#celery #ce", 9, ["celery-beat"]),
        ("#", 1, ["celery", "nfs", "SQLite", "celery-beat", "c++"]),
        ("issue #12", 0, []),
        ("pool ce", 0, []),
        ("a -- b #ce", 0, []),
        ("#ce ", 0, []),
    ],
)
def test_in_quick_add(line: str, start: int, tags: list[str]) -> None:
    found = hints_in_quick_add(line, TAGS)
    assert found.tags == tags
    assert not tags or found.start == start


def test_few_are_offered_the_most_used_first() -> None:
    many = [f"tag{i}" for i in range(50)]
    assert hints_in_tags("ta", many).tags == many[:MOST_HINTS]
