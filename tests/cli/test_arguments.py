from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbtui.cli.arguments import Arguments, UsageError, split
from mbtui.cli.commands import COMMANDS, EVERYWHERE


def parsed(*words: str) -> Arguments:
    return split(list(words), COMMANDS, EVERYWHERE)


def error(*words: str) -> str:
    with pytest.raises(UsageError) as caught:
        parsed(*words)
    return str(caught.value)


@pytest.mark.parametrize(
    "words",
    [
        ("--bank", "b", "--json", "list", "x"),
        ("list", "--bank", "b", "x", "--json"),
        ("list", "x", "--json", "--bank=b"),
        ("--json", "list", "--bank=b", "x"),
    ],
)
def test_options_of_every_command_stand_anywhere(words: tuple[str, ...]) -> None:
    found = parsed(*words)
    assert (found.command, found.rest) == ("list", ["x"])
    assert found.one("--bank") == "b"
    assert found.flag("--json")


def test_unknown_dashes_are_part_of_a_query() -> None:
    found = parsed("list", "-word", "is:open", "--json", "--no-such", "->")
    assert found.rest == ["-word", "is:open", "--no-such", "->"]
    assert found.flag("--json")


def test_an_option_of_one_command_is_text_for_another() -> None:
    assert parsed("list", "-n", "3").rest == ["-n", "3"]
    found = parsed("search", "-n", "3", "fork")
    assert (found.number("-n"), found.rest) == (3, ["fork"])


def test_a_minus_word_that_begins_like_an_option_is_a_word() -> None:
    assert parsed("search", "-nginx").rest == ["-nginx"]


def test_two_dashes_end_the_options() -> None:
    assert parsed("list", "--", "--json", "-n").rest == ["--json", "-n"]
    assert not parsed("list", "--", "--json").flag("--json")


def test_two_dashes_inside_a_text_start_its_body() -> None:
    assert parsed("add", "pool", "--", "the --body").rest == ["pool", "--", "the --body"]
    assert parsed("add", "--", "--strict is on").rest == ["--strict is on"]


def test_repeatable_options_collect_and_others_refuse() -> None:
    found = parsed("add", "t", "--tag", "a", "--tag=b", "--field", "x=1", "--field=y=2")
    assert found.many("--tag") == ["a", "b"]
    assert found.many("--field") == ["x=1", "y=2"]
    assert "twice" in error("add", "t", "--in", "a", "--in", "b")


def test_a_value_may_begin_with_a_dash_but_not_be_an_option() -> None:
    assert parsed("add", "t", "--body", "-").one("--body") == "-"
    assert parsed("edit", "x", "--title", "-Wall").one("--title") == "-Wall"
    assert "--in KIND" in error("add", "t", "--in", "--json")
    assert "needs a value" in error("add", "t", "--in")
    assert parsed("add", "t", "--body=--json").one("--body") == "--json"


def test_unknown_options_suggest_the_near_one() -> None:
    assert "did you mean --strict" in error("add", "t", "--strct")
    assert "did you mean --reason" in error("archive", "x", "--reson", "y")
    assert "--json" in error("--jso", "list")
    assert "takes no value" in error("list", "--json=yes")


def test_single_dash_words_are_text_for_add() -> None:
    assert parsed("add", "fix", "-Wall", "warnings").rest == ["fix", "-Wall", "warnings"]
    assert parsed("add", "--tag is an option", "-->").rest == ["--tag is an option", "-->"]


def test_unknown_commands_suggest_the_near_ones() -> None:
    assert "did you mean search?" in error("serach", "x")
    assert "did you mean" not in error("zzzzzz")


def test_words_are_counted() -> None:
    assert "needs ID" in error("show")
    assert "too much" in error("show", "a", "b")
    assert "takes no further words" in error("path", "here")
    assert "needs QUERY" in error("search")
    assert parsed("init").rest == []
    assert parsed("show", "--help").flag("--help")


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", "", "²"])
def test_a_number_is_a_whole_number(number: str) -> None:
    with pytest.raises(UsageError, match="whole number"):
        parsed("search", "x", "-n", number).number("-n")


KNOWN = {name for option in EVERYWHERE for name in (option.name, option.short)}
WORDS = st.text(min_size=1).filter(lambda word: word.partition("=")[0] not in {*KNOWN, "--"})


@given(st.lists(WORDS))
def test_a_query_keeps_all_its_words_in_order(words: list[str]) -> None:
    assert parsed("list", *words, "--json").rest == words


@given(st.lists(st.text()))
def test_any_command_line_is_split_or_refused(words: list[str]) -> None:
    told = ""
    try:
        kept = parsed(*words).rest
    except UsageError as problem:
        kept, told = [], str(problem)
    assert told or all(word in words for word in kept)
