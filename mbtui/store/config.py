"""`bank.toml` and the packaged template."""

from __future__ import annotations

import functools
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import rtoml

from mbtui import __version__
from mbtui.bank.bank import BANK_FILE, BankConfig, Problem
from mbtui.bank.schema import Schema, extended_schema, packaged_schema
from mbtui.bank.shape import type_name
from mbtui.store.files import UnreadableError, read_bytes
from mbtui.store.log_config import log_keep, log_problems
from mbtui.store.section_text import error_problem
from mbtui.store.toml_read import loads

MOST_VIEWS = 100
"""How many saved searches are shown; each is searched for anew whenever the bank changes."""

FORMAT = 1
"""The newest format of a bank that this version writes."""

_NAMES = frozenset(
    ("format", "name", "title", "purpose", "review", "log", "capture", "views", "sections", "kinds")
)
"""What `bank.toml` may hold at its top; of what else is there, only likely slips are told."""

TEMPLATE_FILE = Path(__file__).parent.parent / "data" / "template.toml"


class BankFile(NamedTuple):
    """What `bank.toml` says. `read_only` tells why nothing may be written, or is empty."""

    schema: Schema
    config: BankConfig
    problems: tuple[Problem, ...] = ()
    read_only: str = ""


@functools.cache
def template() -> dict[str, Any]:
    """The packaged template's data."""
    return rtoml.loads(TEMPLATE_FILE.read_text("utf-8"))


@functools.cache
def packaged() -> Schema:
    """The packaged sections and kinds."""
    return packaged_schema(template())


def load_bank_file(folder: Path) -> BankFile:
    """Read `bank.toml`; a broken one gives the packaged kinds and a read-only bank."""
    try:
        found = read_bytes(folder / BANK_FILE, folder)
    except UnreadableError as error:
        return _broken(Problem(BANK_FILE, str(error), state="unreadable"))
    if found is None:
        return _broken(Problem(BANK_FILE, "is missing", state="unreadable"))
    return parse_bank_file(found[0])


def parse_bank_file(data: bytes) -> BankFile:
    """The same from the bytes of the file."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _broken(not_utf8(BANK_FILE, data, error))
    try:
        values = loads(text)
    except (ValueError, RecursionError) as error:
        return _broken(error_problem(BANK_FILE, text, error))
    schema = extended_schema(packaged(), values, template()["closed"])
    config, problems = _config(values, schema)
    told = [*(Problem(BANK_FILE, text) for text in schema.problems), *problems]
    if told or config.review or "log" in values or not _NAMES.issuperset(values):
        from mbtui.store.bank_file_words import with_lines, word_problems
        from mbtui.store.review_config import KeyLines, review_problems

        lines = KeyLines(text)
        told += review_problems(lines, config.review, schema)
        if "log" in values:
            told += log_problems(lines, values["log"])
        told = with_lines(lines, [*told, *word_problems(values, _NAMES)])
    return BankFile(schema, config, tuple(told), _too_new(config.format))


def not_utf8(file: str, data: bytes, error: UnicodeDecodeError) -> Problem:
    """The problem of a file whose bytes are not UTF-8."""
    start = data.rfind(b"\n", 0, error.start) + 1
    line = data.count(b"\n", 0, error.start) + 1
    byte = data[error.start]
    message = f"is not UTF-8: found the byte 0x{byte:02X}; save the file as UTF-8"
    column = len(data[start : error.start].decode("utf-8", "replace")) + 1
    return Problem(file, message, line, column, "unreadable")


def _broken(problem: Problem) -> BankFile:
    reason = f"{problem}; until it is mended the bank is read-only"
    return BankFile(packaged(), BankConfig(), (problem,), reason)


def _too_new(number: int) -> str:
    if number <= FORMAT:
        return ""
    return (
        f"this bank has format {number}, and mbtui {__version__} writes format {FORMAT};"
        f" it is read-only until you install a newer mbtui that knows format {number}"
    )


def _config(values: dict[str, Any], schema: Schema) -> tuple[BankConfig, list[Problem]]:
    problems: list[Problem] = []

    def expect(name: str, value: object, kind: type, default: Any, example: str) -> Any:
        if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
            return value
        message = f"{name} should be written {example}, found {type_name(value)}"
        problems.append(Problem(BANK_FILE, message))
        return default

    number = expect("format", values.get("format", 1), int, FORMAT, "format = 1")
    name = expect("name", values.get("name", ""), str, "", 'name = "..."')
    review = expect("review", values.get("review", {}), dict, {}, "[review]")
    capture = expect("capture", values.get("capture", {}), dict, {}, "[capture]")
    views = expect("views", values.get("views", {}), dict, {}, "[views]")
    kind = capture.get("kind", "current-issues")
    if not isinstance(kind, str) or kind not in schema.kinds or schema.kinds[kind].single:
        problems.append(Problem(BANK_FILE, f"capture.kind = {kind!r} is no kind of this bank"))
        kind = "current-issues"
    log = expect("log", values.get("log", {}), dict, {}, "[log]")
    good: dict[str, str] = {}
    if len(views) > MOST_VIEWS:
        message = f"views: only the first {MOST_VIEWS} of {len(views):,} are shown"
        problems.append(Problem(BANK_FILE, message))
    for title, query in islice(views.items(), MOST_VIEWS):
        if isinstance(query, str):
            good[title] = query
        else:
            problems.append(Problem(BANK_FILE, f"views: {title!r} should be a query in quotes"))
    return BankConfig(name, number, kind, good, review, log_keep(log)), problems
