"""Three-way merge of `bank.toml`: by line, proved by merging what the texts say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import rtoml

from mbtui.bank.diff3 import merge_text
from mbtui.bank.merge import same_value
from mbtui.store.merging import MergeError

_MISSING = object()


def merge_config(base: str, mine: str, theirs: str) -> str:
    """The merged text, with the line ends of `mine`.

    Raises MergeError where both sides changed one key, or the lines cannot be joined.
    """
    newline = "\r\n" if "\r\n" in mine else "\n"
    base, mine, theirs = (text.replace("\r\n", "\n") for text in (base, mine, theirs))
    wanted = _merged(_loads(base), _loads(mine), _loads(theirs), place="")
    for settle in (None, _both):
        text = merge_text(base, mine, theirs, settle)
        if text is not None and _says(text, wanted):
            return text.replace("\n", newline)
    raise MergeError("both sides changed the same lines of bank.toml")


def _both(base: list[str], mine: list[str], theirs: list[str]) -> list[str]:
    """The lines of both sides, without those that only one of them took out."""
    return mine + [line for line in theirs if line not in mine and line not in base]


def _loads(text: str) -> dict[str, Any]:
    try:
        return rtoml.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise MergeError(f"bank.toml is not TOML on one side: {error}") from None


def _says(text: str, wanted: Mapping[str, Any]) -> bool:
    try:
        return same_value(_loads(text), wanted)
    except MergeError:
        return False


def _merged(
    base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any], *, place: str
) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name in {**mine, **theirs}:
        old, own, other = (side.get(name, _MISSING) for side in (base, mine, theirs))
        if _same(own, other) or _same(other, old):
            value = own
        elif _same(own, old):
            value = other
        elif isinstance(own, Mapping) and isinstance(other, Mapping):
            known = old if isinstance(old, Mapping) else {}
            value = _merged(known, own, other, place=f"{place}{name}.")
        else:
            raise MergeError(f"both sides changed {place}{name}")
        if value is not _MISSING:
            result[name] = value
    return result


def _same(one: object, other: object) -> bool:
    return one is other or (_MISSING not in (one, other) and same_value(one, other))
