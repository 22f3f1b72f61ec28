"""No text of a bank steers the terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbtui.bank.safetext import (
    is_safe,
    safe_line,
    safe_text,
    strip_unsafe,
    strip_unsafe_but_styles,
)

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
HOSTILE = st.text(
    st.characters(exclude_categories=())
    | st.sampled_from("\x1b\x07\x9b\x90\x00\r\n\t\x7f\u2028\ufeff" + BIDI)
)


def steers(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cs") or char in BIDI


@given(HOSTILE)
def test_safe_text_has_no_control_but_the_line_break(text: str) -> None:
    shown = safe_text(text)
    assert not any(steers(char) for char in shown if char != "\n")
    assert is_safe(shown)
    shown.encode("utf-8")


@given(HOSTILE)
def test_safe_line_is_one_line_without_controls(text: str) -> None:
    line = safe_line(text)
    assert not any(steers(char) for char in line)
    assert len(line.splitlines()) <= 1


@given(HOSTILE)
def test_the_last_net_leaves_no_control_but_breaks_and_tabs(text: str) -> None:
    assert not any(steers(char) for char in strip_unsafe(text) if char not in "\n\t")


@given(HOSTILE)
def test_making_safe_twice_changes_nothing(text: str) -> None:
    assert safe_text(safe_text(text)) == safe_text(text)
    assert safe_line(safe_line(text)) == safe_line(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain — ünï 日本 🙂", "plain — ünï 日本 🙂"),
        ("\x1b]52;c;eA==\x07", "␛]52;c;eA==␇"),
        ("\x9b31m", "⟨9B⟩31m"),
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("a\x7fb", "a␡b"),
        ("a\r\nb", "a\nb"),
        ("a\rb", "a␍b"),
        ("\tx", "    x"),
        ("[/] [@click=app.quit]x[/]", "[/] [@click=app.quit]x[/]"),
    ],
)
def test_safe_text(text: str, shown: str) -> None:
    assert safe_text(text) == shown


def test_lines_of_a_title_become_one() -> None:
    assert safe_line("a\r\n\tb\n") == "a b"
    assert safe_line("two  spaces stay") == "two  spaces stay"


def test_joined_emoji_stay_whole() -> None:
    family = "👩\u200d👩\u200d👧"
    assert safe_text(family) == safe_line(family) == strip_unsafe(family) == family


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Z" + "\u0335" * 1000, "Z" + "\u0335" * 8 + "⟨+992 marks⟩"),
        ("ส" + "็" * 9, "ส" + "็" * 8 + "⟨U+0E47⟩"),
        (
            "a" + "\u0335\u20dd\u200d" * 4 + "b",
            "a" + ("\u0335\u20dd\u200d" * 4)[:8] + "⟨+4 marks⟩b",
        ),
        ("e" + "".join(chr(0xE0100 + n) for n in range(20)), None),
        ("soft\u00adhyphen \ufff9a\ufffab\ufffb", "soft⟨U+00AD⟩hyphen ⟨U+FFF9⟩a⟨U+FFFA⟩b⟨U+FFFB⟩"),
    ],
)
def test_marks_without_end_and_what_is_invisible_are_told(text: str, shown: str | None) -> None:
    assert not is_safe(text)
    assert safe_text(text) == safe_line(text)
    assert is_safe(safe_text(text))
    if shown is not None:
        assert safe_text(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Tiếng Việt, Ελληνικά, русский",
        "בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים",
        "بِسْمِ ٱللَّهِ ٱلرَّحْمَٰنِ",
        "क्ष्म्य नमस्ते श्रीमद्भगवद्गीता",
        "ที่นี่ ผู้ใหญ่ น้ำ",
        "བརྒྱུད་ཀྲྀཿ",
        "👩‍👩‍👧‍👦🏳️‍🌈❤️‍🔥1️⃣🇫🇮👍🏽",
        "می‌خواهم",
        "葛󠄀城 が゙",
        "─" * 40 + "▌▏▾▸★∗",
    ],
)
def test_the_scripts_of_the_world_stay_as_they_are(text: str) -> None:
    assert is_safe(text)
    assert safe_text(text) == safe_line(text) == text


def test_a_last_net_that_lets_styles_through() -> None:
    assert strip_unsafe_but_styles("\x1b[1mbold\x1b[0m\x1b[2J\x9b6n\u202e") == (
        "\x1b[1mbold\x1b[0m[2J6n"
    )
