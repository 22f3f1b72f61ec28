"""What an entry's table should look like, and a sentence for each way in which it does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from mbtui.bank.schema import Kind

_LISTS = ("tags", "paths", "links")
_DATES: Mapping[str, type[date]] = {"created": datetime, "updated": datetime, "reviewed": date}
"""The keys that hold a date, and as what mbtui writes it."""

_TEXTS = ("title", "status", "owner", "created_by", "updated_by", "reviewed_by", "source")


def type_name(value: object) -> str:
    """What a value is, in words: *a number*, *a list*."""
    names: list[tuple[type | tuple[type, ...], str]] = [
        (str, "a text"),
        (bool, "true or false"),
        ((int, float), "a number"),
        (datetime, "a date and time"),
        (date, "a date"),
        (time, "a time"),
        (list, "a list"),
        (Mapping, "a table"),
    ]
    return next((name for kind, name in names if isinstance(value, kind)), "something else")


class Shape:
    """What the tables of one kind should look like, for thousands of them."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._types: dict[str, type[Any]] = {"id": str}
        for field in kind.fields:
            if field.type in ("text", "code", "choice"):
                self._types[field.name] = str
            elif field.type == "list":
                self._types[field.name] = list
            elif field.type == "date":
                self._types[field.name] = date
        self._types |= {**dict.fromkeys(_LISTS, list), **dict.fromkeys(_TEXTS, str)}
        self._types |= {**_DATES, "checked": dict}

    def problems(self, data: Mapping[str, Any]) -> tuple[str, ...]:
        """A sentence for each key whose value is of the wrong shape; values are kept as is."""
        return () if self._fits(data) else tuple(_problems(self._kind, data))

    def _fits(self, data: Mapping[str, Any]) -> bool:
        """Whether all is as it nearly always is."""
        expected = self._types
        for name, value in data.items():
            if name not in expected:
                continue
            wanted = expected[name]
            if type(value) is not wanted:
                return False
            if wanted is list and name in _LISTS:
                for item in value:
                    if type(item) is not str:
                        return False
        return bool(self._kind.single or (data.get("title") and data.get("id", "x")))


def _problems(kind: Kind, data: Mapping[str, Any]) -> Iterator[str]:
    from mbtui.bank.review import local_day  # A bank in which all fits needs none of it.

    if not kind.single and not data.get("title"):
        yield 'an entry needs a title: add title = "..."'
    identity = data.get("id", "x")
    if not kind.single and not (isinstance(identity, str) and identity):
        yield f'id should be a text such as id = "7k2m9q4t", found {type_name(identity)}'
    for name in _LISTS:
        value = data.get(name, [])
        if not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
            yield f'{name} should be a list of texts: {name} = ["..."], found {type_name(value)}'
    for name in _TEXTS:
        if name in data and not isinstance(data[name], str):
            yield f'{name} should be a text: {name} = "...", found {type_name(data[name])}'
    for name in _DATES:
        if name in data and local_day(data[name]) is None:
            yield f"{name} should be a date: {name} = 2026-11-20, found {_told(data[name])}"
    if not isinstance(data.get("checked", {}), Mapping):
        yield f"checked should be a table, found {type_name(data['checked'])}; take it out"
    for field in kind.fields:
        value = data.get(field.name)
        if value is None or field.name in _TEXTS:
            continue
        if field.type == "date" and value != "" and local_day(value) is None:
            expected = f"{field.name} should be a date: {field.name} = 2026-11-20"
            yield f"{expected}, found {_told(value)}"
        if field.type in ("text", "code", "choice") and not isinstance(value, str):
            expected = f'{field.name} should be a text: {field.name} = "..."'
            yield f"{expected}, found {type_name(value)}"
        elif field.type == "list" and not isinstance(value, list):
            expected = f'{field.name} should be a list: {field.name} = ["..."]'
            yield f"{expected}, found {type_name(value)}"


def _told(value: object) -> str:
    """What a value is: a text as it stands, of others their type."""
    return f'"{value[:40]}"' if isinstance(value, str) else type_name(value)
