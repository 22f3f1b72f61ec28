"""One line that puts tags on several entries and takes tags off."""

from __future__ import annotations

import pytest

from mbtui.bank.tag_edits import TagEdits, parse_tag_edits, shared_tags


@pytest.mark.parametrize(
    ("text", "add", "remove"),
    [
        ("", (), ()),
        ("+nfs -old", ("nfs",), ("old",)),
        ("nfs, #sqlite", ("nfs", "sqlite"), ()),
        ("+on-call", ("on-call",), ()),
        ("-#old,+new", ("new",), ("old",)),
        ("+a -a", (), ("a",)),
        ("-a a", ("a",), ()),
        ("+ - # ,", (), ()),
    ],
)
def test_a_line_says_what_comes_and_what_goes(
    text: str, add: tuple[str, ...], remove: tuple[str, ...]
) -> None:
    assert parse_tag_edits(text) == TagEdits(add, remove)


def test_the_tags_that_stay_keep_their_order() -> None:
    edits = parse_tag_edits("+new +b -a")
    assert edits.of(["c", "a", "b"]) == ["c", "b", "new"]
    assert edits.of([]) == ["new", "b"]


def test_common_tags_are_those_that_all_have() -> None:
    assert shared_tags([["a", "b"], ["b", "a", "c"], ["b", "c"]]) == (["b"], [("a", 2), ("c", 2)])
    assert shared_tags([]) == ([], [])
