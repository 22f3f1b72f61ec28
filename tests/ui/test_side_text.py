"""The words that one of two texts has and the other lacks."""

from __future__ import annotations

import random
import time

from textual.content import Content

from mbtui.bank.safetext import is_safe
from mbtui.ui.widgets.side_text import marked, unmarked


def emphasised(content: Content) -> list[str]:
    """The parts of a text that are marked."""
    return [content.plain[span.start : span.end] for span in content.spans]


def test_the_words_that_differ_are_marked_on_both_sides() -> None:
    mine, theirs = marked("the first write hangs\nfor ever", "the first write waits\nfor ever")
    assert emphasised(mine) == ["hangs"]
    assert emphasised(theirs) == ["waits"]
    assert mine.plain == "the first write hangs\nfor ever"


def test_texts_with_nothing_in_common_are_not_marked_at_all() -> None:
    mine, theirs = marked("one two", "three four")
    assert emphasised(mine) == emphasised(theirs) == []


def test_an_empty_text_says_so() -> None:
    assert [text.plain for text in marked("", "something")] == ["(empty)", "something"]
    assert unmarked(" \n").plain == "(empty)"


def test_no_text_steers_the_terminal_or_is_markup() -> None:
    hostile = "[/] [@click=app.quit]x[/] \x1b]52;c;eA==\x07 \x9b2J \u202e end"
    for text in (*marked(hostile, hostile + " more"), unmarked(hostile)):
        assert is_safe(text.plain)
        assert "[@click=app.quit]x[/]" in text.plain


def test_of_a_huge_text_the_beginning_is_shown() -> None:
    for text in ("word\n" * 100_000, "x" * 3_000_000):
        shown = unmarked(text).plain
        assert len(shown) < 110_000
        assert shown.endswith("more characters")
    kept, _, rest = unmarked("word\n" * 2000).plain.rpartition("\n")
    assert kept == "\n".join(["word"] * 1500)
    assert rest == f"… {len('word' * 500) + 499:,} more characters"


def test_long_texts_are_compared_by_line() -> None:
    lines = [f"line {n} of a long text with many words in it" for n in range(1000)]
    mine, theirs = marked("\n".join(lines), "\n".join([*lines[:500], "changed", *lines[501:]]))
    assert emphasised(mine) == [f"{lines[500]}\n"]
    assert emphasised(theirs) == ["changed\n"]


def test_no_texts_take_long_to_compare() -> None:
    toss = random.Random(1)
    start = time.perf_counter()
    for part, count in (("a ", 700), ("a\n", 1500)):
        sides = ["".join(toss.choice((part, "b" + part[1])) for _ in range(count)) for _ in "12"]
        assert emphasised(marked(*sides)[0])
    assert time.perf_counter() - start < 5
