"""A form for an entry: what to ask for, and what typed texts mean as values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from mbtui.bank.entry import plain, strings
from mbtui.bank.review import cadence_problem
from mbtui.bank.safetext import is_safe, replace_unsafe
from mbtui.bank.schema import Field, Kind

LINE, TEXT, CODE, CHOICE, LIST, TAGS, NUMBER, DATE = (
    "line",
    "text",
    "code",
    "choice",
    "list",
    "tags",
    "number",
    "date",
)
LONGEST_LINE: Final = 60
"""A prose field's text longer than this is written as a block of its own."""

LONGEST_TEXT: Final = 2_000_000
MOST_LINES: Final = 30_000
LONGEST_FORM_LINE: Final = 20_000
"""A longer text, or one with more or longer lines, is not laid out in a form."""

_ESCAPE = re.compile(r"\\(?:\\|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))")
_COMMAS = re.compile(r"[,\s]+")


class FormError(ValueError):
    """A typed text cannot be a value of its field; `field` names it."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form. `text` is what it starts with."""

    name: str
    label: str
    type: str
    text: str = ""
    choices: tuple[str, ...] = ()
    hint: str = ""
    escaped: bool = False
    """Control characters are shown as escapes, and backslashes doubled."""

    @property
    def multiline(self) -> bool:
        """Whether the text may have several lines."""
        return self.type in (TEXT, CODE, LIST)


def form_fields(kind: Kind, data: Mapping[str, Any]) -> list[FormField]:
    """The fields for an entry of a kind, filled from its table."""
    hint = ". ".join(kind.reading_hints())
    own = [
        _own_field(item, data, item.hint or (hint if item.name == kind.main_field else ""))
        for item in kind.fields
    ]
    if kind.single:
        return own
    fields = [_filled("title", "Title", LINE, data)]
    if kind.statuses:
        fields.append(_choice("status", "Status", kind.statuses, data))
    fields += [item for item in own if not item.multiline]
    fields.append(_filled("tags", "Tags", TAGS, data, "words, separated by blanks or commas"))
    fields += [item for item in own if item.multiline]
    paths = "files of the project, one a line: app/db.py::connect"
    fields.append(_filled("paths", "Paths", LIST, data, paths))
    fields.append(_filled("links", "Links", TAGS, data, "ids of related entries"))
    fields.append(_filled("owner", "Owner", LINE, data))
    fields.append(_filled("review_in", "Review in", LINE, data, "2 weeks, 3 months, never"))
    return fields


def too_long_for_form(kind: Kind, data: Mapping[str, Any]) -> str:
    """Why an entry is not edited in a form, a sentence; an empty text where it can be."""
    for field in form_fields(kind, {}):
        value = data.get(field.name)
        text = "\n".join(strings(value)) if field.type == LIST else plain(value)
        if len(text) <= LONGEST_FORM_LINE:
            continue
        lines = text.count("\n") + 1
        of_lines = field.multiline or lines > 1
        most = LONGEST_TEXT if of_lines else 5 * LONGEST_FORM_LINE
        longest = max(map(len, text.split("\n"))) if of_lines and lines <= MOST_LINES else 0
        if len(text) > most or lines > MOST_LINES or longest > LONGEST_FORM_LINE:
            return (
                f"{field.label[:40]} is too long for a form ({len(text):,} characters in"
                f" {lines:,} lines); edit it in your editor"
            )
    return ""


def _own_field(item: Field, data: Mapping[str, Any], hint: str) -> FormField:
    if item.type == "choice":
        return _choice(item.name, item.label, item.choices, data)
    types = {"code": CODE, "number": NUMBER, "list": LIST, "date": DATE}
    kind = types.get(item.type, LINE if item.short else TEXT)
    return _filled(item.name, item.label, kind, data, hint)


def _choice(name: str, label: str, choices: tuple[str, ...], data: Mapping[str, Any]) -> FormField:
    text = plain(data.get(name, ""))
    if text and text not in choices:
        choices = (*choices, text)
    return FormField(name, label, CHOICE, text, choices)


def _filled(name: str, label: str, kind: str, data: Mapping[str, Any], hint: str = "") -> FormField:
    value = data.get(name)
    if kind == LIST:
        text = "\n".join(strings(value))
    elif kind == TAGS:
        text = ", ".join(strings(value))
    else:
        text = plain(value).rstrip("\n") if kind in (TEXT, CODE) else plain(value)
    if kind in (LINE, NUMBER, DATE) and "\n" in text:
        kind = TEXT
    escaped = not is_safe(text) or "\r" in text
    return FormField(
        name, label, kind, to_escaped(text) if escaped else text, hint=hint, escaped=escaped
    )


def changes_of(
    kind: Kind, fields: list[FormField], typed: Mapping[str, str]
) -> dict[str, Any | None]:
    """The new values of the fields whose text was changed; None removes a key.

    Raises FormError for a text that its field cannot take.
    """
    return {
        field.name: value_of(field, typed[field.name])
        for field in fields
        if typed.get(field.name, field.text) != field.text
    }


def value_of(field: FormField, text: str) -> Any | None:
    """What a typed text means as the field's value; None for an empty one."""
    if field.escaped:
        text = from_escaped(text)
    if not text.strip():
        if field.name == "title":
            raise FormError("title", "an entry needs a title")
        return None
    if field.type == TAGS:
        return tag_list(text)
    if field.type == LIST:
        return [line.strip() for line in text.splitlines() if line.strip()]
    if field.type == NUMBER:
        return _number(text.strip())
    if field.type == DATE:
        return _date(field, text.strip())
    if field.type in (TEXT, CODE):
        return prose(text)
    if field.name == "review_in" and (reason := cadence_problem(text.strip())):
        raise FormError(field.name, f"Review in: {reason}")
    return text.strip()


def prose(text: str) -> str:
    """A prose field's text as it is written: a long one, or one of several lines, ends in LF."""
    text = text.rstrip()
    return text + "\n" if "\n" in text or len(text) > LONGEST_LINE else text


def tag_list(text: str) -> list[str]:
    """Words separated by commas, or by blanks where there is no comma; a leading # is dropped."""
    parts = text.split(",") if "," in text else _COMMAS.split(text)
    words = (part.strip().lstrip("#").strip() for part in parts)
    return list(dict.fromkeys(word for word in words if word))


def _number(text: str) -> int | float | str:
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return text


def _date(field: FormField, text: str) -> date | datetime:
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            return read(text)
        except ValueError:
            continue
    raise FormError(field.name, f"{field.label} should be a date such as 2026-11-22")


def to_escaped(text: str) -> str:
    r"""`text` with backslashes doubled and what cannot be shown as `\u001b`; loses nothing."""
    escaped = replace_unsafe(text.replace("\\", "\\\\"), _as_escapes)
    return escaped.replace("\r", "\\u000d")


def _as_escapes(part: str) -> str:
    codes = map(ord, part)
    return "".join(f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}" for code in codes)


def from_escaped(text: str) -> str:
    """The text that `to_escaped` showed; an unknown escape stays as typed."""

    def read(match: re.Match[str]) -> str:
        code = match.group(1) or match.group(2)
        if code is None:
            return "\\"
        return chr(int(code, 16)) if int(code, 16) < 0x110000 else match.group()

    return _ESCAPE.sub(read, text)
