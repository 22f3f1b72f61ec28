"""The table `[review]` of `bank.toml` as fields of a form, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from mbtui.bank.entry import plain
from mbtui.bank.form import CHOICE, LINE, LIST, FormError, FormField
from mbtui.bank.review import cadence_problem
from mbtui.bank.schema import Schema

PREFIX: Final = "review."
"""How the names of its fields begin."""

_CADENCES: Final = {"every": "Due every", "archive_after": "Archive after"}
_AGENTS, _KINDS = "agents", "kinds"
_YES, _NO = "yes", "no"
_LINE = re.compile(r"([^=:]+?)\s*[=:]\s*(.+)")


def review_fields(review: Mapping[str, Any]) -> list[FormField]:
    """The fields, filled from the table."""
    hints = {
        "every": "2 weeks, 1 month, never; empty: each kind's own",
        "archive_after": "6 months",
    }
    fields = [
        FormField(PREFIX + name, label, LINE, plain(review.get(name, "")), hint=hints[name])
        for name, label in _CADENCES.items()
    ]
    kinds = review.get(_KINDS)
    lines = [f"{k} = {plain(v)}" for k, v in kinds.items()] if isinstance(kinds, Mapping) else []
    hint = "a kind a line: current-issues = 2 weeks"
    fields.append(
        FormField(PREFIX + _KINDS, "Due every, by kind", LIST, "\n".join(lines), hint=hint)
    )
    given = review.get(_AGENTS)
    agents = "" if not isinstance(given, bool) else _YES if given else _NO
    label = "Agents count"
    fields.append(FormField(PREFIX + _AGENTS, label, CHOICE, agents, (_YES, _NO)))
    return fields


def review_words(review: Mapping[str, Any]) -> str:
    """The table in words: *Due every 1 month; current-issues every 2 weeks*."""
    kinds = review.get(_KINDS)
    told = [f"due every {plain(review['every'])}"] if "every" in review else []
    if isinstance(kinds, Mapping):
        told += [f"{kind} every {plain(cadence)}" for kind, cadence in kinds.items()]
    told += [f"archive after {plain(review['archive_after'])}"] if "archive_after" in review else []
    told += ["reviews by agents count"] if review.get(_AGENTS) is True else []
    words = "; ".join(told) or "each kind is due in its own time"
    return f"{words[0].upper()}{words[1:]}"


def review_changes(
    changes: Mapping[str, Any], review: Mapping[str, Any], schema: Schema
) -> dict[str, Any | None]:
    """What the changed fields of a form mean for the table; None removes a key.

    Raises FormError for what is no cadence, or no kind of the bank.
    """
    found: dict[str, Any | None] = {}
    for field, value in changes.items():
        if not field.startswith(PREFIX):
            continue
        name = field.removeprefix(PREFIX)
        if name == _AGENTS:
            found[name] = None if value is None else value == _YES
        elif name == _KINDS:
            found[name] = _kinds(field, value or [], review, schema) or None
        else:
            if value is not None and (problem := cadence_problem(value)):
                raise FormError(field, f"{_CADENCES[name]}: {problem}")
            found[name] = value
    return found


def _kinds(
    field: str, lines: list[str], review: Mapping[str, Any], schema: Schema
) -> dict[str, Any]:
    """The kinds with their cadences; what stands in the table already is not judged."""
    old = review.get(_KINDS)
    known: Mapping[str, Any] = old if isinstance(old, Mapping) else {}
    found: dict[str, Any] = {}
    for line in lines:
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise FormError(field, f'"{line}" should be a kind and how often: monitoring = 1 month')
        slug, value = match[1].strip().strip("\"'"), match[2].strip().strip("\"'")
        if plain(known.get(slug)) == value:
            found[slug] = known[slug]
            continue
        named = schema.match_kinds(slug)
        if len(named) != 1:
            raise FormError(field, f"{slug} is no kind of this bank; write its slug")
        if problem := cadence_problem(value):
            raise FormError(field, f"{slug}: {problem}")
        found[named[0].slug] = value
    return found
