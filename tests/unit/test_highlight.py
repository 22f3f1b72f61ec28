"""Colours in texts, and what Enter begins there."""

from __future__ import annotations

import time

import pytest

from mbtui.ui.highlight import ROLES, Highlighter, language
from mbtui.ui.new_line import NewLine, new_line

Parts = list[tuple[str, str]]


def lines_of(name: str, text: str) -> list[Parts]:
    lines = text.split("\n")
    found = language(name)
    assert found is not None
    colours = Highlighter(found, lines.__getitem__)
    return [[(line[s:e], r) for s, e, r in colours.spans(i)] for i, line in enumerate(lines)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("# Head", [("# Head", "heading")]),
        ("#nfs is a tag, not a heading", []),
        ("- item", [("- ", "mark")]),
        ("  12. [x] done", [("  12. [x]", "mark")]),
        ("> quoted `c`", [("> ", "mark"), ("`c`", "code")]),
        ("``a ` b`` and `c`", [("``a ` b``", "code"), ("`c`", "code")]),
        ("**b** *e* _e_", [("**b**", "strong"), ("*e*", "emphasis"), ("_e_", "emphasis")]),
        ("snake_case_name, 2 * 3 * 4 and 5*x", []),
        ("see [t](u) and https://a.b/c?d", [("[t](u)", "link"), ("https://a.b/c?d", "link")]),
        ("`not **bold** here`", [("`not **bold** here`", "code")]),
        ("an `open one", []),
        ("x" * 1001 + " `c`", []),
    ],
)
def test_markdown(line: str, expected: Parts) -> None:
    assert lines_of("markdown", line) == [expected]


def test_a_fence_is_read_as_its_language_until_it_is_closed() -> None:
    text = "```python\nreturn '''a\n# b''' # c\n```\n# Head\n~~~\nplain\n```\n~~~\nreturn"
    assert lines_of("markdown", text) == [
        [("```python", "mark")],
        [("return", "keyword"), ("'''a", "string")],
        [("# b'''", "string"), ("# c", "comment")],
        [("```", "mark")],
        [("# Head", "heading")],
        [("~~~", "mark")],
        [("plain", "code")],
        [("```", "code")],
        [("~~~", "mark")],
        [],
    ]


@pytest.mark.parametrize(
    ("name", "line", "expected"),
    [
        ("python", "for x in y: # c", [("for", "keyword"), ("in", "keyword"), ("# c", "comment")]),
        ("py", "s = 'a # b' + \"it's", [("'a # b'", "string"), ("\"it's", "string")]),
        ("java", 'int x = "s"; // c', [("int", "keyword"), ('"s"', "string"), ("// c", "comment")]),
        ("c++", "auto x; /* a", [("auto", "keyword"), ("/* a", "comment")]),
        ("sh", "echo a#b # c", [("# c", "comment")]),
    ],
)
def test_code(name: str, line: str, expected: Parts) -> None:
    assert lines_of(name, line) == [expected]


def test_a_comment_of_several_lines_ends_where_it_ends() -> None:
    assert lines_of("java", 'a /* b\n"c"\n*/ "d"') == [
        [("/* b", "comment")],
        [('"c"', "comment")],
        [("*/", "comment"), ('"d"', "string")],
    ]


def test_an_edit_above_changes_what_stands_below() -> None:
    lines = ["a", "# b", "c"]
    found = language("markdown")
    assert found is not None
    colours = Highlighter(found, lambda i: lines[i])
    assert colours.spans(1) == [(0, 3, "heading")]
    lines.insert(0, "```")
    colours.changed_from(0)
    assert colours.spans(2) == [(0, 3, "code")]
    assert colours.is_code(2)


def test_no_line_takes_long() -> None:
    hostile = [
        "`",
        "*",
        "_",
        "[",
        "**a",
        "_a",
        "[a](",
        "> ",
        "`a``",
        "\\",
        '"',
        "'\\",
        '"""',
        "1. ",
    ]
    start = time.process_time()
    for part in hostile:
        for name in ("markdown", "python", "java", "sh"):
            lines_of(name, part * (999 // len(part)))
    assert time.process_time() - start < 0.5


def test_roles_have_a_colour() -> None:
    from mbtui.ui.widgets.text_input import TextInput

    for role in ROLES:
        assert f".text-input--{role} " in TextInput.DEFAULT_CSS


@pytest.mark.parametrize(
    ("before", "behind", "expected"),
    [
        ("plain", "", NewLine(5, "\n")),
        ("  in", "", NewLine(4, "\n  ")),
        ("- a", "", NewLine(3, "\n- ")),
        ("  * a", " b", NewLine(5, "\n  * ")),
        ("9. a", "", NewLine(4, "\n10. ")),
        ("3)  a", "", NewLine(5, "\n4)  ")),
        ("- [x] a", "", NewLine(7, "\n- [ ] ")),
        ("> a", "", NewLine(3, "\n> ")),
        ("> - a", "", NewLine(5, "\n> - ")),
        ("- ", "", NewLine(0, "")),
        ("  1. ", "", NewLine(0, "")),
        ("> ", "", NewLine(0, "")),
        ("- ", "text", NewLine(2, "\n- ")),
        ("-", " a", NewLine(1, "\n")),
        ("", "- a", NewLine(0, "\n")),
        ("-5 degrees", "", NewLine(10, "\n")),
        ("1.5 GB", "", NewLine(6, "\n")),
    ],
)
def test_enter(before: str, behind: str, expected: NewLine) -> None:
    assert new_line(before + behind, len(before), code=False) == expected


def test_enter_in_code_repeats_only_the_indentation() -> None:
    assert new_line("    - x", 7, code=True) == NewLine(7, "\n    ")
    assert new_line("\tx", 2, code=True) == NewLine(2, "\n\t")
