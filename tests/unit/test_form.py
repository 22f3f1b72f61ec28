"""What a form asks for, and what typed texts mean as values."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mbtui.bank.form import (
    CHOICE,
    CODE,
    DATE,
    LINE,
    LIST,
    NUMBER,
    TAGS,
    TEXT,
    FormError,
    FormField,
    changes_of,
    form_fields,
    from_escaped,
    prose,
    tag_list,
    to_escaped,
    value_of,
)
from mbtui.bank.safetext import is_safe
from mbtui.bank.schema import Field, Kind
from mbtui.store.demo import DEMO_FOLDER
from mbtui.store.store import Store
from tests.unit.conftest import SCHEMA

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)
SCALARS = ANY_TEXT | st.integers() | st.booleans() | st.dates() | st.floats(allow_nan=False)
VALUES = SCALARS | st.lists(SCALARS, max_size=4) | st.dictionaries(st.text(), SCALARS, max_size=2)
KINDS = [*SCHEMA.kinds.values(), Kind("own", "Own", "s", (Field("seen_on", "date"),))]


@st.composite
def tables(draw: st.DrawFn) -> tuple[Kind, dict[str, Any]]:
    kind = draw(st.sampled_from(KINDS))
    common = ("title", "status", "tags", "paths", "links", "owner", "review_in")
    names = st.sampled_from([*common, *kind.field_names, "unknown", "odd \x1b\u202e key " * 4])
    return kind, draw(st.dictionaries(names, VALUES, max_size=6))


@given(tables())
def test_an_untouched_form_changes_nothing(table: tuple[Kind, dict[str, Any]]) -> None:
    kind, data = table
    fields = form_fields(kind, data)
    assert changes_of(kind, fields, {f.name: f.text for f in fields}) == {}
    assert changes_of(kind, fields, {}) == {}


@given(tables())
def test_what_a_form_shows_is_safe_and_fits_its_input(table: tuple[Kind, dict[str, Any]]) -> None:
    for item in form_fields(*table):
        if item.type != CHOICE:
            assert is_safe(item.text)
        if item.type in (LINE, NUMBER, DATE):
            assert "\n" not in item.text


@given(ANY_TEXT)
@example("\\u001b")
@example("\\\\u001b\x1b\r\n\u202e\ud800\U000e0001")
def test_escaping_is_lossless_and_safe(text: str) -> None:
    shown = to_escaped(text)
    assert from_escaped(shown) == text
    assert is_safe(shown)
    assert "\r" not in shown


def test_unknown_escapes_stay_as_typed() -> None:
    assert from_escaped(r"\d \x41 \u12 \UFFFFFFFF C:\new") == r"\d \x41 \u12 \UFFFFFFFF C:\new"
    assert from_escaped(r"\u0041\\u0041\U0001F600") == r"A\u0041😀"


@given(ANY_TEXT.filter(lambda t: t.strip() == t and t))
def test_a_typed_line_is_the_value_also_when_it_is_escaped(text: str) -> None:
    data = {"title": "a\x1b" if not is_safe(text) else "a"}
    title = form_fields(SCHEMA.kinds["current-issues"], data)[0]
    typed = to_escaped(text) if title.escaped else text
    value = value_of(title, typed)
    assert value == text.strip()


def test_every_entry_of_the_demo_bank_is_read_back_as_it_is(tmp_path: Path) -> None:
    store = Store(DEMO_FOLDER, author="x")
    for entry in store.load().entries:
        if entry.kind.slug == "change-log":
            continue
        for item in form_fields(entry.kind, entry.data):
            if item.text and item.type != CHOICE:
                value, known = value_of(item, item.text), entry.data[item.name]
                if isinstance(value, str):
                    assert value.rstrip() == str(known).rstrip()
                else:
                    assert value == known


def test_fields_stand_in_the_order_of_reading() -> None:
    names = [f.name for f in form_fields(SCHEMA.kinds["current-issues"], {})]
    assert names == [
        *("title", "status", "severity", "ticket", "tags"),
        *("issue", "cause", "workaround", "paths", "links", "owner", "review_in"),
    ]
    single = [f.name for f in form_fields(SCHEMA.kinds["project-information"], {})]
    assert single == ["project_name", "purpose", "tech_stack", "key_dependencies"]


@pytest.mark.parametrize("kind", SCHEMA.kinds.values(), ids=lambda kind: kind.slug)
def test_no_field_is_asked_for_twice(kind: Kind) -> None:
    names = [f.name for f in form_fields(kind, {})]
    assert len(names) == len(set(names))


def test_a_value_that_is_none_of_the_choices_stays_one() -> None:
    data = {"status": "limbo", "severity": "high"}
    fields = {f.name: f for f in form_fields(SCHEMA.kinds["current-issues"], data)}
    assert (fields["status"].text, fields["status"].choices[-1]) == ("limbo", "limbo")
    assert fields["severity"].choices == ("low", "medium", "high", "critical")


def test_a_line_with_line_breaks_becomes_a_text() -> None:
    fields = {f.name: f for f in form_fields(SCHEMA.kinds["current-issues"], {"title": "a\nb"})}
    assert fields["title"].type == TEXT
    assert changes_of(SCHEMA.kinds["current-issues"], [fields["title"]], {"title": "a\nc"}) == {
        "title": "a\nc\n"
    }


@pytest.mark.parametrize(
    ("type_", "text", "value"),
    [
        (LINE, "  a  b ", "a  b"),
        (LINE, "   ", None),
        (TEXT, "short", "short"),
        (TEXT, "two\nlines\n\n", "two\nlines\n"),
        (TEXT, "x" * 61, "x" * 61 + "\n"),
        (TEXT, "    indented\n  less", "    indented\n  less\n"),
        (CODE, "def f():\n    pass", "def f():\n    pass\n"),
        (LIST, " a b \n\nc\n", ["a b", "c"]),
        (TAGS, "#a b  c", ["a", "b", "c"]),
        (TAGS, "two words, b, #b", ["two words", "b"]),
        (TAGS, " , # ,", []),
        (NUMBER, " 12 ", 12),
        (NUMBER, "1.5e3", 1500.0),
        (NUMBER, "about 3 ms", "about 3 ms"),
        (DATE, "2026-11-22", date(2026, 11, 22)),
        (DATE, "2026-11-22T10:00:00Z", datetime(2026, 11, 22, 10, tzinfo=UTC)),
        (CHOICE, "high", "high"),
        (CHOICE, "", None),
    ],
)
def test_what_a_typed_text_means(type_: str, text: str, value: object) -> None:
    assert value_of(FormField("x", "X", type_), text) == value


def test_errors_name_their_field() -> None:
    with pytest.raises(FormError, match="needs a title") as no_title:
        value_of(FormField("title", "Title", LINE), " ")
    assert no_title.value.field == "title"
    with pytest.raises(FormError, match="Seen on should be a date") as no_date:
        value_of(FormField("seen_on", "Seen on", DATE), "soon")
    assert no_date.value.field == "seen_on"


def test_tags_are_words_without_marks() -> None:
    assert tag_list("#a, b c ,#a") == ["a", "b c"]
    assert tag_list("a #b\tc") == ["a", "b", "c"]


@given(st.text(max_size=200))
def test_prose_keeps_every_line_but_blanks_at_the_end(text: str) -> None:
    assert prose(text).rstrip() == text.rstrip()
    assert prose(prose(text)) == prose(text)


def test_a_review_in_that_is_no_cadence_is_refused() -> None:
    fields = form_fields(SCHEMA.kinds["current-issues"], {})
    field = next(field for field in fields if field.name == "review_in")
    assert value_of(field, " 2 weeks ") == "2 weeks"
    with pytest.raises(FormError, match="is no cadence"):
        value_of(field, "zz")
