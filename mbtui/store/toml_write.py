"""Values, keys and entries as TOML 1.0 text."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from mbtui.bank.schema import COMMON_KEYS, Kind
from mbtui.store.errors import InputError

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+\Z")
_ESCAPED = re.compile(
    r'[\x00-\x1f"\\\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]'
)
_CLOSING_QUOTES = re.compile(r'"{3,}|"+\Z')
_SHORT_ESCAPES = {"\b": r"\b", "\t": r"\t", "\n": r"\n", "\f": r"\f", "\r": r"\r"}
_SHORT_ESCAPES |= {'"': r"\"", "\\": r"\\"}
_LIST_WIDTH = 88
_FIRST = ("id", "title", "status")
_IN_FRONT_OF_FIELDS = frozenset(_FIRST)


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    return _SHORT_ESCAPES.get(char) or f"\\u{ord(char):04x}"


def _escape_in_block(match: re.Match[str]) -> str:
    char = match.group()
    return char if char in '\n"\t' else _escape(match)


def toml_string(text: str) -> str:
    r"""A text as a basic string, one of several lines as a `\"\"\"` block with `\n` line ends.

    Controls, C1, DEL and bidi controls are escaped. Raises InputError for a lone surrogate.
    """
    if "\n" not in text:
        return _one_line(text)
    _check_encodable(text)
    body = _ESCAPED.sub(_escape_in_block, text)
    body = _CLOSING_QUOTES.sub(lambda quotes: r"\"" * len(quotes.group()), body)
    return f'"""\n{body}"""'


def _one_line(text: str) -> str:
    _check_encodable(text)
    return f'"{_ESCAPED.sub(_escape, text)}"'


def _check_encodable(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(
            f"the text holds half a character (U+{ord(text[error.start]):04X}) at place"
            f" {error.start + 1}, which no file can hold; type it again there"
        ) from None


def toml_key(name: str) -> str:
    """A key, quoted where it has to be."""
    return name if _BARE_KEY.match(name) else _one_line(name)


def toml_value(value: Any) -> str:
    """Any value that TOML knows, as text; tables become inline tables.

    Raises InputError for anything else.
    """
    if isinstance(value, str):
        return toml_string(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        if not -(2**63) <= value < 2**63:
            raise InputError("a whole number this large cannot be written; write it as a text")
        return str(value)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, datetime):
        return _datetime(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return _list([_inline(item) for item in value])
    if isinstance(value, Mapping):
        return _inline(value)
    raise InputError(f"a value of type {type(value).__name__} cannot be written to TOML")


def _inline(value: Any) -> str:
    if isinstance(value, str):
        return _one_line(value)
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{toml_key(k)} = {_inline(v)}" for k, v in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_inline(item) for item in value)}]"
    return toml_value(value)


def _list(items: list[str]) -> str:
    line = f"[{', '.join(items)}]"
    if len(line) <= _LIST_WIDTH or len(items) < 2:
        return line
    return "[\n" + "".join(f"  {item},\n" for item in items) + "]"


def _float(value: float) -> str:
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return repr(value)


def _datetime(value: datetime) -> str:
    text = value.isoformat()
    return text[:-6] + "Z" if value.utcoffset() == timedelta(0) else text


def key_order(kind: Kind) -> list[str]:
    """The order in which a new entry's known keys are written: short ones first, prose last."""
    short = [item.name for item in kind.fields if item.one_line]
    prose = [item.name for item in kind.fields if not item.one_line]
    common = [name for name in COMMON_KEYS if name not in _IN_FRONT_OF_FIELDS]
    return [*_FIRST, *short, *common, *prose]


def ordered(kind: Kind, names: Iterable[str]) -> list[str]:
    """`names` in the kind's order; unknown ones stay last, in their own order."""
    rank = {name: i for i, name in enumerate(key_order(kind))}
    return sorted(names, key=lambda name: rank.get(name, len(rank)))


def entry_text(kind: Kind, data: Mapping[str, Any]) -> str:
    """A whole entry with its header; line ends are LF, one at the end."""
    header = f"[{kind.slug}]" if kind.single else f"[[{toml_key(kind.slug)}]]"
    lines = [f"{toml_key(name)} = {toml_value(data[name])}\n" for name in ordered(kind, data)]
    return f"{header}\n{''.join(lines)}"
