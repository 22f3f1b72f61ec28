"""Banks and entries for the tests of the pure model, made in memory from the packaged template."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from importlib import resources
from typing import Any

import pytest
from hypothesis import settings

from mbtui.bank.bank import Bank, BankConfig, assemble
from mbtui.bank.entry import Entry
from mbtui.bank.schema import Schema, extended_schema, packaged_schema

# A busy machine is no failure: examples have no deadline.
settings.register_profile("unit", deadline=None)
settings.load_profile("unit")

TEMPLATE: dict[str, Any] = tomllib.loads(
    resources.files("mbtui").joinpath("data/template.toml").read_text("utf-8")
)
SCHEMA = packaged_schema(TEMPLATE)

MakeEntry = Callable[..., Entry]
MakeBank = Callable[..., Bank]


def make_entry_in(schema: Schema, kind: str, /, **data: Any) -> Entry:
    """An entry of `kind`; `file` and `line` place it, the rest is its table."""
    file, line = data.pop("file", None), data.pop("line", 1)
    section = data.pop("section", None)
    if section is None:
        section = schema.kinds[kind].section
    found = schema.kind_or_ad_hoc(kind, section)
    if not found.single:
        data.setdefault("title", "")
    return Entry(found, data, section=section, file=file or f"{section}.toml", line=line)


def make_bank_of(*entries: Entry, config: dict[str, Any] | None = None) -> Bank:
    """A bank of these entries, with the schema and reviews of `config` (a `bank.toml`)."""
    config = config or {}
    schema = extended_schema(SCHEMA, config, TEMPLATE["closed"])
    return assemble(schema, BankConfig(review=config.get("review", {})), entries)


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    """The packaged template as parsed data."""
    return TEMPLATE


@pytest.fixture(scope="session")
def schema() -> Schema:
    """The packaged schema."""
    return SCHEMA


@pytest.fixture(scope="session")
def make_entry() -> MakeEntry:
    """`make_entry(kind, **data)`: an entry of a packaged kind."""

    def make(kind: str, /, **data: Any) -> Entry:
        return make_entry_in(SCHEMA, kind, **data)

    return make


@pytest.fixture(scope="session")
def make_bank() -> MakeBank:
    """`make_bank(*entries, config={…})`: a bank of these entries."""
    return make_bank_of
