"""Markdown in lines: what stands where, and that nothing typed is lost."""

from __future__ import annotations

import time
from collections import Counter
from itertools import islice

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from mbtui.ui.document import MAX_LINES
from mbtui.ui.inline import LONGEST_TEXT, inline, is_web_address
from mbtui.ui.markdown import Page, markdown_lines
from mbtui.ui.spans import DocumentLine, Setter
from tests.faults.hostile_bank import TEXTS
from tests.ui.window import PATIENCE

PIECES = [
    *("- ", "* ", "+ ", "1. ", "2) ", "  ", "    ", "> ", ">> ", "# ", "### ", "- [x] ", "[ ] "),
    *("```", "```python", "~~~", "`", "``", "*", "**", "_", "__", "~~", "***", "---", "===", "|"),
    *("|-|", "|:-|-:|", "\n", "\n\n", "\\", "[a](https://b.c/d)", "https://e.f", "[g](h)", "<T>"),
    *("arr[i]", "__init__", "a*b*c", "std::vector<int>", "snake_case_name", "&amp;", "<br>"),
    *(
        "word",
        " and ",
        "漢字",
        "é\u0301",
        "👍🏽",
        ">>> x = 1",
        "[n]: https://o.p",
        "end  \n",
        "x|y",
    ),
]
SOURCES = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=40).map("".join)


def lines(text: str, width: int = 60, words: tuple[str, ...] = ()) -> list[DocumentLine]:
    return list(markdown_lines(text, width, Page(Setter(words), lambda i: i == "7k2m9q4t")))


def texts(text: str, width: int = 60) -> list[str]:
    return [line.text for line in lines(text, width)]


def parts(line: DocumentLine) -> list[tuple[str, str]]:
    return [(span.role, line.text[span.start : span.end]) for span in line.spans]


def styled(text: str) -> tuple[str, list[tuple[str, str]]]:
    found = inline(text, lambda identity: identity == "7k2m9q4t")
    return found.text, [(s.role, found.text[s.start : s.end]) for s in found.spans]


def letters(text: str) -> list[str]:
    return [char for char in text if char.isalnum()]


# Nothing is lost, nothing is too wide


@given(SOURCES, st.integers(4, 90))
@settings(max_examples=150)
@example("- " * 40 + "x", 4)
@example("123456789. 漢", 4)
@example("> > > > 漢字", 5)
def test_no_line_is_wider_than_asked(text: str, width: int) -> None:
    text = " ".join(text.split("\t")).replace("\r", "")
    assert [line for line in lines(text, width) if cell_len(line.text) > width] == []


@given(SOURCES, st.integers(8, 90))
@settings(max_examples=150)
@example("|漢|b|\n|-|-|\n|1|2|3", 30)
def test_every_letter_typed_is_shown(text: str, width: int) -> None:
    text = text.replace("```python", "```").replace("\t", " ")
    shown = letters("".join(texts(text, width)))
    assert Counter(letters(text)) - Counter(shown) == Counter()
    if "|" not in text:
        assert letters(text) == shown


@given(SOURCES)
def test_spans_lie_inside_their_lines(text: str) -> None:
    for line in lines(text.replace("\t", " "), 40, ("word", "a")):
        for span in line.spans:
            assert 0 <= span.start < span.end <= len(line.text), line


@pytest.mark.parametrize(
    "text",
    [
        *(
            "arr[i]",
            "f[i](x)",
            "callbacks[name](event)",
            "[i](x)",
            "__init__",
            "_missing_ and foo_",
        ),
        *("_private, _other", "a*b*c", "2 * 3 * 4", "*args, **kwargs", "f(*a, **k)"),
        *("src/**/*.py and *.toml", "std::vector<int>", "<T>", "snake_case_name", "&amp; &lt;"),
        *("C:\\*.py", "\\*not\\*", "<br>", "a ** b", "~/x and ~/y", "int *p, *q;", "`", "x``y`"),
        *("[x] is not a task here", "![alt](x.png)", "**", "* *", "__all__ = []", "[a] (b)"),
    ],
)
def test_what_only_looks_like_markup_stays(text: str) -> None:
    assert styled(text) == (text, [])


def test_underscores_stay_also_where_they_may_be_emphasis() -> None:
    assert styled("_private and other_ thing")[0] == "_private and other_ thing"


# Inside a line


@pytest.mark.parametrize(
    ("text", "shown", "roles"),
    [
        ("a **b c** d", "a b c d", [("strong", "b c")]),
        ("*b*: c", "b: c", [("emphasis", "b")]),
        ("***b***", "b", [("strong", "b"), ("emphasis", "b")]),
        ("**b *c* d**", "b c d", [("strong", "b c d"), ("emphasis", "c")]),
        ("**`b`**", "`b`", [("strong", "`b`"), ("code", "`b`")]),
        ("_b c_ d", "_b c_ d", [("emphasis", "b c")]),
        ("~~b~~ c", "~~b~~ c", [("strike", "b")]),
        ("`a*b*` *c*", "`a*b*` c", [("code", "`a*b*`"), ("emphasis", "c")]),
        ("``a`b``", "``a`b``", [("code", "``a`b``")]),
        ("see 7k2m9q4t, not 7k2m9q4x", "see 7k2m9q4t, not 7k2m9q4x", [("link", "7k2m9q4t")]),
        ("[b](https://c.d)", "b (https://c.d)", [("link", "b"), ("url", "https://c.d")]),
        ("[b](./c.md)", "b (./c.md)", [("url", "./c.md")]),
        ("(https://a.b/c_(d)).", "(https://a.b/c_(d)).", [("link", "https://a.b/c_(d)")]),
        ("<https://a.b>", "<https://a.b>", [("link", "https://a.b")]),
    ],
)
def test_inside_a_line(text: str, shown: str, roles: list[tuple[str, str]]) -> None:
    assert styled(text) == (shown, roles)


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "javascript:alert(1)", "ms-word:ofe", "./x", "#y", "ftp://a", "http://"],
)
def test_only_web_addresses_are_links(target: str) -> None:
    assert not is_web_address(target)
    assert all(span.link is None for span in inline(f"[x]({target}) {target}").spans)


def test_one_address_twice_is_two_links() -> None:
    first, second = (span.link for span in inline("https://a.b https://a.b").spans)
    assert first is not None
    assert second is not None
    assert first is not second
    assert first.target == second.target == "https://a.b"


# Blocks


def test_lists_nest_and_hang() -> None:
    source = (
        "- one two three four five\n  - inner one two three\n    1. deep\n"
        "- [x] done one two three\n"
        "  goes on\n\n  own paragraph\n10. ten\nafter\n\nout"
    )
    assert texts(source, 20) == [
        "• one two three four",
        "  five",
        "  ◦ inner one two",
        "    three",
        "    1. deep",
        "[x] done one two",
        "    three goes on",
        "",
        "    own paragraph",
        "10. ten after",
        "",
        "out",
    ]


def test_headings_rules_quotes_and_code() -> None:
    source = "# A #\n### B\n---\n> q\n> r\n>\n> - s\n\n    code  x\n\n>>> 1 + 1\n2\n\n# C#"
    assert [(line.role, line.text) for line in lines(source, 12)] == [
        ("heading", "A"),
        ("subheading", "B"),
        ("rule", "─" * 12),
        ("quote", "│ q r"),
        ("quote", "│ "),
        ("quote", "│ • s"),
        ("text", ""),
        ("code", "  code  x"),
        ("text", ""),
        ("code", "  >>> 1 + 1"),
        ("code", "  2"),
        ("text", ""),
        ("heading", "C#"),
    ]


def test_a_fence_says_its_language_only_where_the_colours_do_not() -> None:
    assert texts("```python\nx\n```\n```text\ny\n```\n```rust title=a\nz\n```") == [
        "  x",
        "  y",
        "rust title=a",
        "  z",
    ]
    assert texts("````\n```\n````\n~~~\na\n~~~") == ["  ```", "  a"]


TABLE = (
    "| a | size | note |\n|---|---:|:--|\n| x | 3 | `p | q` and some words |\n| 漢 | 14 | r \\| s |"
)


def test_a_table_has_aligned_columns() -> None:
    assert texts(TABLE) == [
        "a  │ size │ note",
        "───┼──────┼───────────────────────",
        "x  │    3 │ `p | q` and some words",
        "漢 │   14 │ r | s",
    ]


def test_a_narrow_table_wraps_its_widest_column() -> None:
    assert texts(TABLE, 26) == [
        "a  │ size │ note",
        "───┼──────┼───────────────",
        "x  │    3 │ `p | q` and",
        "   │      │ some words",
        "漢 │   14 │ r | s",
    ]


def test_a_table_without_room_is_a_list_of_cells() -> None:
    assert texts(TABLE, 18) == [
        "a: x",
        "size: 3",
        "note: `p | q` and",
        "  some words",
        "",
        "a: 漢",
        "size: 14",
        "note: r | s",
    ]


def test_rows_without_a_line_under_the_head_stay_as_they_are() -> None:
    assert texts("| a | b |\n| c | d |\nx | y") == ["| a | b |", "| c | d |", "x | y"]


def test_code_has_colours_and_goes_on_deeper() -> None:
    first, second = lines('```python\n  return "a b c d e", 12\n```', 24)
    assert first.text == '    return "a b c d e",'
    assert parts(first) == [("keyword", "return"), ("string", '"a b c d e"')]
    assert (second.text, parts(second)) == ("        12", [("number", "12")])


# Words that are searched for


def test_words_are_marked_over_line_ends_and_markup() -> None:
    found = lines("the **connection** pool size of it", 20, ("pool size", "connection pool"))
    assert [line.text for line in found] == ["the connection pool", "size of it"]
    marked = [[text for role, text in parts(line) if role == "match"] for line in found]
    assert marked == [["connection pool"], ["size"]]


def test_words_are_marked_in_code_and_tables() -> None:
    found = lines(TABLE + "\n\n```python\nsome = 1\n```", 60, ("some",))
    assert sum(role == "match" for line in found for role, _ in parts(line)) == 2


# Hostile texts


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_texts_stay_in_their_columns(name: str) -> None:
    for width in (5, 36, 75):
        for text in (TEXTS[name], f"- {TEXTS[name]}", f"|{TEXTS[name]}|\n|-|\n|{TEXTS[name]}|"):
            clean = "".join(c if c.isprintable() or c == "\n" else "?" for c in text)
            assert all(cell_len(line.text) <= width for line in lines(clean, width))


BOMBS = {
    "stars": "*a* ",
    "open stars": "*a ",
    "runs": "*_~~",
    "brackets": "[a](",
    "open brackets": "[",
    "ticks": "` `` ",
    "quotes": "> > > > > > a\n",
    "tables": "|a|b|\n|-|-|\n|x|y|\n\n",
    "one table": "|a|b|\n|-|-|\n" + "|x|y|\n" * 500,
    "bars": "|" * 3000 + "\n",
    "fences": '```python\n"\n```\n',
    "strings": "```python\n" + 'f\'"""{' * 9000 + "\n```\n",
    "java": "```java\n" + "def " * 10_000 + "\n```\n",
    "deep": "".join(" " * n + "- x\n" for n in range(300)),
    "addresses": "https://a.b/((((((((c ",
    "identities": "abcdefg1 ",
    "links": "[a](https://b.c) ",
}


@pytest.mark.parametrize("name", BOMBS)
def test_what_is_shown_of_half_a_megabyte_is_laid_out_in_time(name: str) -> None:
    piece = BOMBS[name]
    paragraphs = piece * (LONGEST_TEXT // 4 // len(piece) + 1) + "\n\n"
    for part in (piece, paragraphs):
        text = (part * (500_000 // len(part) + 1))[:500_000]
        start = time.thread_time()
        assert list(islice(markdown_lines(text, 80, Page(Setter())), MAX_LINES))
        assert time.thread_time() - start < 2 * PATIENCE
