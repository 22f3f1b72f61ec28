"""Words in `bank.toml` that mean nothing, and the lines that its problems are about."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from mbtui.bank.bank import BANK_FILE, Problem
from mbtui.bank.nearest import nearest_name
from mbtui.store.review_config import KeyLines

_PATH = re.compile(r"[\w.-]+(?:\"[^\"]*\")?")


def word_problems(values: Mapping[str, Any], known: Collection[str]) -> Iterator[Problem]:
    """A problem for each name that was probably meant as a `known` one."""
    for name in values:
        if name not in known and (meant := nearest_name(name, known)):
            yield Problem(BANK_FILE, f"{name}: means nothing; was {meant} meant?")


def with_lines(lines: KeyLines, problems: Iterable[Problem]) -> list[Problem]:
    """The problems with the line of the key that each begins with, where it can be found."""
    return [
        problem
        if problem.line or (found := _PATH.match(problem.message)) is None
        else problem._replace(line=lines.of(found.group().rstrip(".")))
        for problem in problems
    ]
