r"""Quick add: an entry typed as one line, `pool exhausted #celery !high @current-issues app/db.py`.

`#tag` or `+tag`, `!high`, `severity:high`, `@kind` and a path that exists are marks; everything
else is text. `\` keeps a mark literal, ` -- ` starts the body, and so does a line break.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from typing import Any, Final, NamedTuple

from mbtui.bank.schema import Field, Kind, Schema
from mbtui.bank.vocabulary import folded_name

_TAG = re.compile(r"[#+]([^\W\d_](?:[\w.:/+-]*[\w+])?)\Z")
_SHORT: Final = {"med": "medium", "crit": "critical"}
"""What lists show of these values."""
_NAMED = re.compile(r"([^\W\d][\w-]*):(.+)\Z", re.DOTALL)
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?(e[+-]?[0-9]{1,2})?\Z", re.IGNORECASE)
_PART = re.compile(r"::(?=.)|:[0-9]+\Z", re.DOTALL)
_ESCAPED = re.compile(r"[#+!@]\w")
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_BODY: Final = " -- "
_MOST_PARTS: Final = 10
"""So many `::` of a word are tried as the end of a file's name."""

MOST_WORDS: Final = 200
"""Marks are looked for among so many words of a line; what follows is text."""
_TWO_SIDED: Final = frozenset({"supersedes", "superseded_by"})
"""Fields written on two entries in one step, so never by quick add."""

Piece = tuple[int, int, str]


class QuickAdd(NamedTuple):
    """What a line was understood to mean.

    `pieces` are start, end and role of each part of the typed text, in order; the roles are
    `tag`, `field`, `kind`, `path`, `status`, `body` and `text`. `error` says, for people, why
    the line makes no entry yet.
    """

    kind: Kind
    title: str
    body: str
    tags: list[str]
    fields: dict[str, Any]
    status: str
    paths: list[str]
    pieces: list[Piece]

    @property
    def error(self) -> str:
        """Why there is no entry yet, else an empty text."""
        return "" if self.title else "a title is needed"


def parse_quick_add(
    text: str, schema: Schema, *, kind: Kind, path_exists: Callable[[str], bool]
) -> QuickAdd:
    """The entry that a quick-add text describes; `kind` is the one it has without `@`.

    `path_exists` is asked about words that look like a path, relative to the folder that holds
    the bank; it should answer False for whatever lies outside the repository. Of two marks that
    would set the same thing the first counts, the second is text. Single tables (Project
    Information, Review Schedule) cannot be named with `@`: nothing can be added to them.
    """
    start = len(text) - len(text.lstrip())
    line_end = _LINE_BREAK.search(text, start)
    head_end = line_end.start() if line_end else len(text)
    body_at = text.find(_BODY, start, head_end)
    title_end = body_at + 1 if body_at >= 0 else head_end
    reader = _Reader(schema, kind, path_exists)
    found = islice(re.finditer(r"\S+", text[:title_end]), MOST_WORDS + 1)
    words = [(m.start(), m.group()) for m in found]
    rest_at = words.pop()[0] if len(words) > MOST_WORDS else title_end
    reader.find_kind(word for _, word in words)
    title, pieces, previous = "", list[Piece](), -1
    for at, word in words:
        role = reader.role_of(word)
        pieces.append((at, at + len(word), role))
        if role == "text":
            # Spacing stays as typed except where a mark went.
            space = text[previous:at] if previous >= 0 else " "
            title += (space if title else "") + _unescaped(reader, word)
        previous = at + len(word) if role == "text" else -1
    rest = text[rest_at:title_end].rstrip()
    if rest:
        pieces.append((rest_at, rest_at + len(rest), "text"))
        title += (text[previous:rest_at] if previous >= 0 else " ") * bool(title) + rest
    if body_at >= 0:
        body, body_start = text[body_at + len(_BODY) :].lstrip(" "), title_end
    else:
        body, body_start = text[head_end:], len(text) - len(text[head_end:].lstrip())
    if body_start < len(text.rstrip()):
        pieces.append((body_start, len(text), "body"))
    return QuickAdd(
        reader.kind,
        title,
        _body(body),
        reader.tags,
        reader.fields,
        reader.status,
        reader.paths,
        pieces,
    )


def is_tag_mark(word: str) -> bool:
    """Whether a word of a line is a tag with its mark."""
    return _TAG.match(word) is not None


def doubtful_marks(parsed: QuickAdd, schema: Schema) -> list[str]:
    """A sentence for each `@word` in the title that fits several kinds, so that it is text."""
    told = []
    for word in parsed.title.split(maxsplit=MOST_WORDS)[:MOST_WORDS]:
        kinds = [kind.slug for kind in schema.match_kinds(word[1:])] if word[0] == "@" else []
        if len(kinds) > 1:
            told.append(f"{word} fits {', '.join(kinds)}; it is kept as text")
    return told


def _body(text: str) -> str:
    lines = _LINE_BREAK.sub("\n", text).rstrip().split("\n")
    while lines and not lines[0].strip():
        lines.pop(0)
    return "\n".join(lines)


def _unescaped(reader: _Reader, word: str) -> str:
    return word[1:] if _is_escape(reader, word) else word


def _is_escape(reader: _Reader, word: str) -> bool:
    """Whether a backslash begins `word` only to keep what follows literal."""
    depth = len(word) - len(word.lstrip("\\"))
    rest = word[depth:]
    return depth > 0 and (rest == "--" or bool(_ESCAPED.match(rest)) or reader.is_mark(rest))


class _Reader:
    """What the marks seen so far have set."""

    def __init__(self, schema: Schema, kind: Kind, path_exists: Callable[[str], bool]) -> None:
        self.schema = schema
        self.kind = kind
        self.tags: list[str] = []
        self.fields: dict[str, Any] = {}
        self.status = ""
        self.paths: list[str] = []
        self._exists = path_exists
        self._kind_word: str | None = None

    def find_kind(self, words: Iterator[str]) -> None:
        """Take the kind from the first word that names one: it decides what `!high` means."""
        for word in words:
            kind = self._named_kind(word)
            if kind:
                self.kind, self._kind_word = kind, word
                return

    def _named_kind(self, word: str) -> Kind | None:
        if not word.startswith("@"):
            return None
        kinds = [kind for kind in self.schema.match_kinds(word[1:]) if not kind.single]
        return kinds[0] if len(kinds) == 1 else None

    def is_mark(self, word: str) -> bool:
        """Whether `word` would be a mark if nothing had been set yet."""
        fresh = _Reader(self.schema, self.kind, self._exists)
        return bool(self._named_kind(word)) or fresh.role_of(word) != "text"

    def role_of(self, word: str) -> str:
        """What `word` is; what it sets is kept."""
        if word == self._kind_word:
            self._kind_word = None
            return "kind"
        tag = _TAG.match(word)
        if tag:
            if tag[1].casefold() not in (known.casefold() for known in self.tags):
                self.tags.append(tag[1])
            return "tag"
        if word.startswith("!"):
            return self._take_value(word[1:])
        named = _NAMED.match(word)
        if named:
            role = self._take_named(named[1], named[2])
            if role != "text":
                return role
        path = self._path(word)
        if path:
            if path not in self.paths:
                self.paths.append(path)
            return "path"
        return "text"

    def _take_value(self, text: str) -> str:
        for item in self.kind.fields:
            word = _SHORT.get(text.casefold(), text)
            choice = _choice(word, item.choices) if item.type == "choice" else None
            if choice is not None and item.name not in self.fields:
                self.fields[item.name] = choice
                return "field"
        return self._take_status(text)

    def _take_status(self, text: str) -> str:
        status = _choice(text, self.kind.statuses)
        if status is None or self.status:
            return "text"
        self.status = status
        return "status"

    def _take_named(self, name: str, text: str) -> str:
        if name.casefold() == "status":
            return self._take_status(text)
        wanted = folded_name(name)
        item = next((f for f in self.kind.fields if folded_name(f.name) == wanted), None)
        if item is None or item.name in self.fields or item.name in _TWO_SIDED:
            return "text"
        value = _value(text, item)
        if value is None:
            return "text"
        self.fields[item.name] = value
        return "field"

    def _path(self, word: str) -> str | None:
        """The path that `word` is, without a leading `./`; None when no such file exists."""
        looks_so = "/" in word or "." in word or "::" in word
        if not looks_so or word[0] in "/~\\" or "\0" in word or not re.search(r"\w", word):
            return None
        path = word.removeprefix("./")
        names = (path[: match.start()] for match in islice(_PART.finditer(path, 1), _MOST_PARTS))
        return path if self._exists(path) or any(map(self._exists, names)) else None


def _choice(text: str, choices: tuple[str, ...]) -> str | None:
    wanted = text.casefold()
    for choice in choices:
        if wanted in (choice.casefold(), choice.casefold().replace(" ", "-")):
            return choice
    return None


def _value(text: str, item: Field) -> Any:
    """The value that `text` is for a field; None where the field cannot take it in one word."""
    if item.type == "choice":
        return _choice(text, item.choices)
    if item.type == "number":
        number = _NUMBER.match(text)
        if not number:
            return None
        return float(text) if number[1] or number[2] else int(text)
    if item.type == "date":
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None
    if item.type == "list":
        return [part for part in text.split(",") if part] or None
    return text if item.short and item.type == "text" else None
