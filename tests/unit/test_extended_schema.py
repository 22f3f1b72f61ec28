"""What a team's `bank.toml` adds to the packaged sections and kinds."""

from __future__ import annotations

from typing import Any

import pytest

from mbtui.bank.schema import Schema, extended_schema
from tests.unit.conftest import TEMPLATE


def extended(schema: Schema, config: dict[str, Any]) -> Schema:
    return extended_schema(schema, config, TEMPLATE["closed"])


def test_a_bank_without_own_kinds_keeps_the_packaged_schema(schema: Schema) -> None:
    assert extended(schema, {"format": 1, "name": "acme"}) is schema


def test_a_section_and_a_kind_of_the_team(schema: Schema) -> None:
    result = extended(
        schema,
        {
            "title": "Ours",
            "sections": {"data-science": {"title": "Data Science", "after": "testing-notes"}},
            "kinds": {
                "experiments": {
                    "section": "data-science",
                    "statuses": ["running", "done"],
                    "closed": ["done"],
                    "hints": ["[Note the seed]"],
                    "fields": {"result": {"type": "number", "hint": "accuracy"}},
                }
            },
        },
    )
    slugs = [section.slug for section in result.sections]
    assert slugs[slugs.index("testing-notes") + 1] == "data-science"
    kind = result.kinds["experiments"]
    assert (kind.title, kind.section) == ("Experiments", "data-science")
    assert kind.is_closed("done")
    assert not kind.is_closed("running")
    assert kind.hints == ("[Note the seed]",)
    result_field = kind.field("result")
    assert result_field is not None
    assert (result_field.type, result_field.hint) == ("number", "accuracy")
    assert result.title == "Ours"
    assert result.purpose == schema.purpose
    assert result.problems == ()
    assert len(result.kinds) == len(schema.kinds) + 1


def test_statuses_of_an_own_kind_close_as_everywhere(schema: Schema) -> None:
    table = {"section": "code-patterns", "statuses": ["draft", "retired"]}
    kind = extended(schema, {"kinds": {"idioms": table}}).kinds["idioms"]
    assert kind.closed == {"retired"}


def test_a_packaged_kind_gets_another_field(schema: Schema) -> None:
    config = {"kinds": {"current-issues": {"fields": {"customer": {"choices": ["a", "b"]}}}}}
    result = extended(schema, config)
    old, new = schema.kinds["current-issues"], result.kinds["current-issues"]
    assert new.field_names == (*old.field_names, "customer")
    customer = new.field("customer")
    assert customer is not None
    assert (customer.type, customer.choices) == ("choice", ("a", "b"))
    assert (new.title, new.statuses, new.closed) == (old.title, old.statuses, old.closed)
    assert list(result.kinds) == list(schema.kinds)


def test_a_renamed_section_keeps_its_slug_and_kinds(schema: Schema) -> None:
    result = extended(schema, {"sections": {"known-issues": {"title": "Gotchas"}}})
    section = result.section("known-issues")
    assert section is not None
    assert section.title == "Gotchas"
    assert [kind.slug for kind in section.kinds] == ["current-issues", "technical-debt"]


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"sections": 3}, "sections"),
        ({"sections": {"x": "no table"}}, "sections.x"),
        ({"sections": {"Bad Slug": {}}}, "Bad Slug"),
        ({"sections": {"x": {"after": "nowhere"}}}, "nowhere"),
        ({"kinds": []}, "kinds"),
        ({"kinds": {"x": {}}}, "kinds.x"),
        ({"kinds": {"x": {"section": "nowhere"}}}, "nowhere"),
        ({"kinds": {"current-issues": {"statuses": "open"}}}, "statuses"),
        ({"kinds": {"current-issues": {"closed": [1]}}}, "closed"),
        ({"kinds": {"current-issues": {"fields": "x"}}}, "fields"),
        ({"kinds": {"current-issues": {"fields": {"x": 1}}}}, "fields.x"),
        ({"kinds": {"current-issues": {"fields": {"title": {}}}}}, "title"),
        ({"kinds": {"current-issues": {"fields": {"x": {"type": "colour"}}}}}, "colour"),
        ({"kinds": {"current-issues": {"fields": {"x": {"choices": "a"}}}}}, "choices"),
    ],
)
def test_what_cannot_be_used_is_told_and_the_rest_stands(
    schema: Schema, config: dict[str, Any], told: str
) -> None:
    result = extended(schema, config)
    assert len(result.problems) == 1
    assert told in result.problems[0]
    assert set(schema.kinds) <= set(result.kinds)
    assert result.kinds["current-issues"].statuses == schema.kinds["current-issues"].statuses


def test_a_section_after_nothing_known_goes_last(schema: Schema) -> None:
    result = extended(schema, {"sections": {"x": {"after": "nowhere"}}})
    assert result.sections[-1].slug == "x"
