"""What is wrong in the table `[review]` of `bank.toml`; what cannot be read is passed over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mbtui.bank.bank import BANK_FILE, Problem
from mbtui.bank.nearest import nearest_name
from mbtui.bank.review import cadence_problem
from mbtui.bank.schema import Schema
from mbtui.bank.shape import type_name

KEYS = ("every", "archive_after", "agents", "kinds")
"""The keys of the table."""

_HEADER = re.compile(r"\s*\[\s*([^\[\]#]+?)\s*\]")
_KEY = re.compile(r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*'|\s*\.\s*)+?)\s*=")


class KeyLines:
    """The lines of a TOML text on which its keys and table headers stand."""

    def __init__(self, text: str) -> None:
        self._lines: dict[tuple[str, ...], int] = {}
        header: tuple[str, ...] = ()
        for number, line in enumerate(text.splitlines(), 1):
            if found := _HEADER.match(line):
                header = _parts(found[1])
                self._lines.setdefault(header, number)
            elif found := _KEY.match(line):
                self._lines.setdefault((*header, *_parts(found[1])), number)

    def of(self, path: str) -> int:
        """The line of a key such as `review.kinds.monitoring`; 0 where none is found.

        Of a key that is not there, the line of the table that it belongs to.
        """
        parts = _parts(path)
        while parts and parts not in self._lines:
            parts = parts[:-1]
        return self._lines.get(parts, 0)


def review_problems(
    lines: KeyLines, review: Mapping[str, Any], schema: Schema
) -> Iterator[Problem]:
    """The problems of the table, each with the line that it is about where that can be found."""

    def problem(name: str, message: str) -> Problem:
        return Problem(BANK_FILE, message, lines.of(f"review.{name}"))

    for name in review:
        if name not in KEYS and (meant := nearest_name(name, KEYS)):
            yield problem(name, f"review.{name} means nothing; was {meant} meant?")
    for name in ("every", "archive_after"):
        if name in review and (reason := cadence_problem(review[name])):
            yield problem(name, f"review.{name}: {reason}")
    if not isinstance(review.get("agents", False), bool):
        found = type_name(review["agents"])
        yield problem("agents", f"review.agents should be true or false, found {found}")
    kinds = review.get("kinds", {})
    if not isinstance(kinds, Mapping):
        message = f'review.kinds should be written kinds.KIND = "2 weeks", found {type_name(kinds)}'
        yield problem("kinds", message)
        return
    for slug, value in kinds.items():
        name = f"kinds.{slug}"
        if reason := cadence_problem(value):
            yield problem(name, f"review.{name}: {reason}")
        elif slug not in schema.kinds:
            yield problem(name, f"review.{name}: {slug!r} is no kind of this bank")


def _parts(key: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in key.split("."))
