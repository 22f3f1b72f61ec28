"""Values from the command line, read as the fields of a kind want them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from mbtui.bank.entry import plain
from mbtui.bank.hints import suspected_secret
from mbtui.bank.schema import Field, Kind, Schema
from mbtui.cli.arguments import UsageError, did_you_mean

_NUMBER = re.compile(r"[+-]?\d{1,18}(\.\d+)?([eE][+-]?\d{1,2})?\Z", re.ASCII)
_OPTIONS = {"title": "--title", "status": "--status", "tags": "--tag"}
_COMMON = {
    "owner": Field("owner"),
    "review_in": Field("review_in"),
    "source": Field("source"),
    "paths": Field("paths", "list"),
    "links": Field("links", "list"),
}


def status_value(kind: Kind, text: str) -> str:
    """A status of the kind; any text where the kind has none. Raises UsageError."""
    return _one_of(kind.statuses, text, f"{kind.slug} has no status") if kind.statuses else text


def named_kind(schema: Schema, name: str) -> Kind:
    """The one kind that `name` means. Raises UsageError, naming those that it may mean."""
    found = schema.match_kinds(name)
    if len(found) == 1:
        if found[0].single:
            raise UsageError(
                f"{found[0].slug} is one table: mbtui edit {found[0].slug} --field NAME=VALUE"
            )
        return found[0]
    if found:
        raise UsageError(f"{name!r} fits {', '.join(kind.slug for kind in found)}; name one")
    hint = did_you_mean(name, list(schema.kinds))
    raise UsageError(f"there is no kind {name!r}{hint} (mbtui schema lists them)")


def field_values(kind: Kind, settings: Iterable[str], extra: Iterable[str] = ()) -> dict[str, Any]:
    """The values of `NAME=VALUE` settings; None for an empty value. Raises UsageError.

    Known are the kind's fields, the keys that every entry may have and a person may set, and
    `extra`. A list set twice gets the values of both.
    """
    values: dict[str, Any] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            raise UsageError(f"--field takes NAME=VALUE, not {setting!r}")
        field = _field(kind, name.strip(), frozenset(extra))
        value = _value(kind, field, text)
        before = values.get(field.name)
        if isinstance(value, list) and isinstance(before, list):
            value = [*before, *value]
        values[field.name] = value
    return values


def tag_values(texts: Iterable[str]) -> list[str]:
    """Tags without their mark, each once, in order. Raises UsageError for an empty one."""
    tags: dict[str, None] = {}
    for text in texts:
        for part in text.split(","):
            tag = part.strip().removeprefix("#").removeprefix("+").strip()
            if not tag:
                raise UsageError(f"{text!r} is no tag")
            tags[tag] = None
    return list(tags)


def secrets(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Name of each value that seems to hold a secret, and what kind of secret."""
    for name, value in values.items():
        secret = suspected_secret(plain(value))
        if secret:
            yield name, secret


def block(text: str) -> str:
    """A text as files hold it: of several lines, it ends in a line end; of one, in none."""
    text = text.replace("\r\n", "\n").strip("\n")
    return f"{text}\n" if "\n" in text else text


def _field(kind: Kind, name: str, extra: frozenset[str]) -> Field:
    field = kind.field(name) or kind.field(name.replace("-", "_")) or _COMMON.get(name)
    if field is not None:
        return field
    if name in extra:
        return Field(name)
    if name in _OPTIONS:
        raise UsageError(f"--field does not set {name}; use {_OPTIONS[name]}")
    known = [*kind.field_names, *_COMMON]
    hint = did_you_mean(name, known)
    raise UsageError(f"{kind.slug} has no field {name!r}{hint} (it has {', '.join(known)})")


def _value(kind: Kind, field: Field, text: str) -> Any:
    stripped = text.strip()
    if not stripped:
        return None
    if field.type == "list":
        return [part.strip() for part in stripped.split(",") if part.strip()]
    if field.type == "number" and _NUMBER.match(stripped):
        return float(stripped) if set(stripped) & set(".eE") else int(stripped)
    if field.choices:
        return _one_of(field.choices, stripped, f"{kind.slug} has no {field.name}")
    if field.type == "date":
        try:
            return date.fromisoformat(stripped)
        except ValueError:
            raise UsageError(f"{field.name} takes a date such as 2026-11-20") from None
    return stripped if field.one_line else block(text)


def _one_of(known: tuple[str, ...], text: str, problem: str) -> str:
    wanted = text.strip().casefold()
    for item in known:
        if item.casefold() == wanted:
            return item
    raise UsageError(f"{problem} {text!r}; it has {', '.join(known)}")
