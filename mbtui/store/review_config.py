"""What is wrong in the table `[review]` of `bank.toml`; what cannot be read is passed over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mbtui.bank.bank import BANK_FILE, Problem
from mbtui.bank.review import cadence_problem
from mbtui.bank.schema import Schema
from mbtui.bank.shape import type_name

_HEADER = re.compile(r"\s*\[\s*([^\[\]#]+?)\s*\]")
_KEY = re.compile(r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*'|\s*\.\s*)+?)\s*=")


def review_problems(text: str, review: Mapping[str, Any], schema: Schema) -> Iterator[Problem]:
    """The problems of the table, each with the line that it is about where that can be found."""

    def problem(name: str, message: str) -> Problem:
        return Problem(BANK_FILE, message, line_of(text, f"review.{name}"))

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


def line_of(text: str, path: str) -> int:
    """The line on which a key stands, such as `review.kinds.monitoring`; 0 where none is found.

    Of a key inside of an inline table, the line of that table.
    """
    header = ""
    wanted = path.split(".")
    nearest = 0
    for number, line in enumerate(text.splitlines(), 1):
        if found := _HEADER.match(line):
            header = found[1]
        elif found := _KEY.match(line):
            parts = _parts(f"{header}.{found[1]}" if header else found[1])
            if parts == wanted:
                return number
            if parts[:1] == wanted[:1] and parts == wanted[: len(parts)]:
                nearest = number
    return nearest


def _parts(key: str) -> list[str]:
    return [part.strip().strip("\"'") for part in key.split(".")]
