"""What is written of two texts after a person decided, without a screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbtui.bank.entry import Entry
from mbtui.bank.merge import merge_entry
from mbtui.store.config import packaged
from mbtui.store.errors import ConflictError
from mbtui.ui.comparison import (
    BOTH,
    EDITED,
    MINE,
    NOT_CHOSEN,
    THEIRS,
    Comparison,
    Decision,
    Side,
    as_typed,
    chosen,
    decided,
    first_choice,
    headings,
    joined,
    options,
    readable,
    result,
    result_field,
)
from mbtui.ui.questions import (
    OTHER_PROGRAM,
    draft_notice,
    draft_state,
    newest_change,
    of_draft,
    of_save,
    of_undo,
)
from mbtui.ui.wording import ago, clock

KIND = packaged().kinds["current-issues"]
NOW = datetime(2026, 11, 20, 14, 14, tzinfo=UTC)
NAMES = ("title", "issue", "cause", "tags", "severity", "customer")


def table(**fields: Any) -> dict[str, Any]:
    return {"id": "7k2m9q4t", "title": "T", **fields}


def entry(data: Mapping[str, Any]) -> Entry:
    return Entry(KIND, dict(data), section=KIND.section, file="known-issues.toml")


def compared(
    base: Mapping[str, Any] | None, mine: Mapping[str, Any], theirs: Mapping[str, Any], *names: str
) -> Comparison:
    sides = Side("Yours", mine), Side("Theirs", theirs)
    return Comparison("", entry(theirs), *sides, base, names or list(NAMES))


values = st.sampled_from(
    ["a", "a\nb\n", "a\nc\n", "x\na\nb\n", "b", ["a"], ["a", "b"], ["c"], 0, 1]
)
tables = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, values))
choosing = st.sampled_from((MINE, THEIRS, BOTH, EDITED))


@given(
    tables,
    tables,
    tables,
    st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, choosing)),
    tables,
)
def test_what_was_chosen_is_written_whatever_the_sides_are(
    base: dict[str, Any],
    mine: dict[str, Any],
    theirs: dict[str, Any],
    choices: dict[str, str],
    edited: dict[str, Any],
) -> None:
    comparison = compared(base, mine, theirs)
    decision = Decision(choices, edited)
    new_base, changes = decided(comparison, decision)
    wanted = {n: v for n, v in {**new_base, **changes}.items() if v is not None}
    merged, conflicts = merge_entry(new_base, wanted, theirs)
    assert not conflicts
    for name in NAMES:
        choice = choices.get(name, MINE)
        value = edited.get(name) if choice == EDITED else chosen(comparison, name, choice)
        assert merged.get(name) == value
    assert result(comparison, decision) == (new_base, wanted)


def test_what_nobody_was_asked_about_is_merged() -> None:
    base = table(issue="old", cause="c", ticket="A", owner="Ana")
    mine = {**base, "issue": "mine", "cause": "mine too"}
    theirs = {**base, "issue": "theirs", "ticket": "B", "updated_by": "Bo"}
    del theirs["owner"]
    new_base, changes = decided(compared(base, mine, theirs, "issue"), Decision({"issue": MINE}))
    wanted = {n: v for n, v in {**new_base, **changes}.items() if v is not None}
    merged = merge_entry(new_base, wanted, theirs).data
    assert merged == {**theirs, "issue": "mine", "cause": "mine too"}


def test_both_texts_are_merged_by_line_and_none_of_their_lines_is_lost() -> None:
    base = "one\ntwo\nthree\nfour\n"
    mine, theirs = "ONE\ntwo\nthree\nfour\n", "uno\ntwo\nthree\nfour\nfive"
    comparison = compared(table(issue=base), table(issue=mine), table(issue=theirs))
    assert joined(comparison, "issue") == "ONE\nuno\ntwo\nthree\nfour\nfive"
    assert first_choice(comparison, "issue") == MINE


def test_a_text_that_only_one_side_changed_begins_as_that_one() -> None:
    same = table(issue="one\ntwo\n")
    assert first_choice(compared(same, table(issue="one more\n"), same), "issue") == MINE


def test_texts_that_merge_without_a_question_begin_as_both() -> None:
    base = "one\ntwo\nthree\n"
    comparison = compared(
        table(issue=base), table(issue="ONE\ntwo\nthree\n"), table(issue="one\ntwo\nTHREE\n")
    )
    assert first_choice(comparison, "issue") == BOTH
    assert joined(comparison, "issue") == "ONE\ntwo\nTHREE\n"


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "expected"),
    [
        ("one line", "mine", "theirs", "mine\n\ntheirs\n"),
        (None, "mine\n", "theirs", "mine\n\ntheirs\n"),
        ("a\nb\n", "c\nd", "e\n", "c\nd\n\ne\n"),
        (["a", "b"], ["a"], ["a", "b", "c"], ["a", "c"]),
        ("x", "mine", None, None),
        ("x", "same", "same", None),
    ],
)
def test_both(base: Any, mine: Any, theirs: Any, expected: Any) -> None:
    one, two, three = (table(**({} if v is None else {"issue": v})) for v in (base, mine, theirs))
    assert joined(compared(one, two, three), "issue") == expected


@pytest.mark.parametrize("name", ["title", "status", "severity", "ticket", "owner"])
def test_what_is_one_value_is_never_both(name: str) -> None:
    comparison = compared(table(**{name: "a"}), table(**{name: "b"}), table(**{name: "c"}))
    assert joined(comparison, name) is None
    assert [value for value, _ in options(comparison, name)][:2] == [MINE, THEIRS]


def test_only_what_a_form_has_can_be_edited() -> None:
    one, two, three = (table(issue=v, status="open", customer=v) for v in ("a\n", "b\n", "c\n"))
    comparison = compared(one, two, three)
    assert EDITED in dict(options(comparison, "issue"))
    assert EDITED in dict(options(comparison, "status"))
    assert EDITED not in dict(options(comparison, "customer"))
    assert BOTH in dict(options(comparison, "customer"))


def test_a_text_that_is_too_long_for_a_form_is_not_edited_but_chosen() -> None:
    long = "word " * 1_000_000
    comparison = compared(table(issue="x"), table(issue=long), table(issue="y"))
    assert dict(options(comparison, "issue")).keys() == {MINE, THEIRS, BOTH}


@pytest.mark.parametrize(("choice", "text"), [(MINE, "mine"), (THEIRS, "theirs")])
def test_editing_begins_with_the_text_that_was_chosen(choice: str, text: str) -> None:
    comparison = compared(table(issue="x"), table(issue="mine"), table(issue="theirs"))
    field = result_field(comparison, "issue", choice)
    assert field is not None
    assert field.text == text
    empty = result_field(compared(table(), table(), table(issue="x")), "issue", MINE)
    assert empty is not None
    assert empty.text == ""


def test_values_are_read_out_as_text() -> None:
    data = table(
        tags=["sqlite", "nfs"],
        issue=["a long item that stands alone", "another such item, also long"],
        archived={"by": "Bo", "reason": "gone"},
        cause=date(2026, 11, 2),
        severity=7,
    )
    comparison = compared(None, data, data)
    assert readable(comparison, "tags", data) == "sqlite, nfs"
    assert readable(comparison, "issue", data).count("\n") == 1
    assert readable(comparison, "archived", data) == "by: Bo\nreason: gone"
    assert readable(comparison, "cause", data) == "2026-11-02"
    assert readable(comparison, "severity", data) == "7"
    assert readable(comparison, "ticket", data) == ""


def test_typed_texts_go_where_escapes_are_shown() -> None:
    fields = [
        field
        for name, value in (("issue", "a\x1bb"), ("cause", "plain"))
        if (
            field := result_field(
                compared(None, table(**{name: value}), table(**{name: value})), name, MINE
            )
        )
    ]
    typed = as_typed(fields, {"issue": "a\\\x1b", "cause": "a\\", "unknown": "x"})
    assert typed == {"issue": "a\\\\\\u001b", "cause": "a\\"}


# Who and when


def test_a_heading_says_whose_it_is_and_since_when() -> None:
    side = Side("Theirs", {}, "Bo", NOW - timedelta(minutes=12))
    assert headings(side, NOW)[0] == f"Theirs · Bo · 12 min ago, {clock(side.when or NOW, NOW)}"
    assert headings(side, NOW)[1:] == ["Theirs · Bo · 12 min ago", "Theirs · Bo"]
    assert headings(Side("Yours", {}, "not saved"), NOW) == ["Yours · not saved"]
    assert "\x1b" not in headings(Side("Theirs", {}, "B\x1bo"), NOW)[0]


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone()


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("2026-11-20T14:13:30", "just now, 14:13"),
        ("2026-11-20T14:13:00", "1 min ago, 14:13"),
        ("2026-11-20T11:00:00", "3 h ago, 11:00"),
        ("2026-11-17T09:05:00", "3 days ago, 17 Nov 09:05"),
        ("2025-11-17T09:05:00", "1 year ago, 17 Nov 2025"),
        ("2026-11-20T14:20:00", "14:20"),
    ],
)
def test_moments_in_words(when: str, words: str) -> None:
    assert ago(local(when), local("2026-11-20T14:14:00")) == words


def test_a_change_without_a_stamp_is_of_another_program() -> None:
    base = table(updated=NOW, updated_by="Ana")
    assert newest_change({**base, "issue": "x"}, base) == (OTHER_PROGRAM, None)
    later = NOW + timedelta(minutes=1)
    assert newest_change({**base, "updated": later}, base) == ("Ana", later)
    assert newest_change({"title": "T"}, None) == (OTHER_PROGRAM, None)


# The questions


def questions() -> Iterator[Comparison]:
    base = table(issue="old", updated=NOW, reviewed=date(2026, 1, 1))
    mine = {**base, "issue": "mine"}
    theirs = {**base, "issue": "theirs", "updated": NOW + timedelta(1), "checked": {}}
    fields = ["issue", "updated", "checked"]
    for other in (theirs, None):
        error = ConflictError(entry(base), base, mine, other, fields)
        yield from (of_save(error), of_undo(error), of_undo(error, redo=True))
    yield of_undo(ConflictError(entry(base), base, {}, theirs, fields))
    yield of_draft(entry(theirs), base, {"issue": "mine"}, NOW)


@pytest.mark.parametrize("question", list(questions()), ids=lambda q: f"{q.title} {q.save_label}")
def test_every_question_names_its_outcomes_and_asks_about_texts_only(question: Comparison) -> None:
    assert question.fields == ["issue"]
    assert not NOT_CHOSEN.intersection(question.fields)
    buttons = [question.save_label, question.leave_label, *(label for _, label in question.others)]
    assert all(buttons)
    assert len(set(buttons)) == len(buttons)
    assert question.note


def test_an_undo_of_an_addition_that_was_changed_is_decided_as_a_whole() -> None:
    base = table(issue="old")
    theirs = {**base, "issue": "theirs"}
    question = of_undo(ConflictError(entry(theirs), base, {}, theirs, ["id", "title", "issue"]))
    assert not question.has_choices
    assert question.save_label == "Delete it all the same"
    assert question.mine.data == base
    assert question.theirs.data == theirs


def test_a_draft_is_compared_in_the_fields_that_it_changes() -> None:
    base = table(issue="old", cause="c", ticket="A")
    present = {**base, "cause": "theirs", "ticket": "B"}
    question = of_draft(entry(present), base, {"issue": "typed", "ticket": "B"}, NOW)
    assert question.fields == ["issue"]
    assert "Cause, Ticket" in question.note


def test_what_became_of_an_entry_is_said() -> None:
    base = table(issue="old")
    assert draft_state(base, entry(base)) == draft_notice(base, entry(base)) == ""
    assert "deleted" in draft_state(base, None)
    assert "Saving writes it again" in draft_notice(base, None)
    changed = entry({**base, "issue": "x", "updated_by": "Bo", "updated": NOW})
    assert draft_state(base, changed) == "changed since by Bo"
    assert draft_notice(base, changed).startswith("Bo changed Issue since you typed")
    stamped = {**base, "archived": {"by": "Bo"}}
    archived = Entry(KIND, stamped, section=KIND.section, file="archive/known-issues.toml")
    assert draft_state(base, archived) == "archived since by Bo"
    assert draft_notice(base, archived).startswith("Bo archived it")
