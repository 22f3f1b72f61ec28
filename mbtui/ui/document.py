"""An entry laid out as lines for reading."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import NamedTuple

from rich.cells import cell_len

from mbtui.bank.entry import Entry, moment, plain
from mbtui.bank.safetext import is_safe, safe_line, safe_text
from mbtui.bank.schema import Field
from mbtui.ui.cells import clusters, fits
from mbtui.ui.commands import key_of
from mbtui.ui.glyphs import glyphs
from mbtui.ui.wording import age, day_age, plural, short_line, title_of

MAX_LINES = 3000
"""How many lines of one entry are laid out; a longer text says so."""
MAX_CHARACTERS = 500_000
"""How much of one field is laid out, and looked through for what cannot be shown."""
MAX_TAGS = 200
LONGEST_TITLE = 10_000

_WORDS = re.compile(r"\s*+\S++|\s++\Z")
_FENCE = re.compile(r"\s*(```|~~~)")
_HEADING = re.compile(r"#{1,6}\s+")
_BEGINS = re.compile(r"\s*(?:[-*+]\s|\d+[.)]\s|#{1,6}\s|\||>|```|~~~)|\s{4}")
_INDENT = re.compile(r"(\s*(?:[-*+]\s|\d+[.)]\s)?\s*)")


class DocumentLine(NamedTuple):
    """One line of text; `role` is `title`, `meta`, `label`, `text`, `code`, `heading`, … `dim`."""

    text: str
    role: str = "text"


def wrapped(text: str, width: int, indent: str = "") -> Iterator[str]:
    """One line of text broken into lines of at most `width` cells, at blanks where possible."""
    width = max(width, 1)
    if fits(text, width):
        yield text
        return
    indent = indent if len(indent) < width // 2 else ""
    line, used = "", 0
    for match in _WORDS.finditer(text):
        word = match.group()
        if word.isspace():
            break
        if used and not fits(word, width - used):
            yield line
            word = indent + word.lstrip()
            line, used = "", 0
        if not fits(word, width - used):
            pieces = _broken(line + word, width)
            line = next(pieces)
            for piece in pieces:
                yield line
                line = piece
            used = cell_len(line)
            continue
        line += word
        used += cell_len(word)
    if line:
        yield line


def _broken(word: str, width: int) -> Iterator[str]:
    """A text without a place to break, in pieces of at most `width` cells."""
    start = 0
    while start < len(word):
        used = count = 0
        for cluster, cells in clusters(word[start : start + 4 * width + 16]):
            if used + cells > width and count:
                break
            used += cells
            count += len(cluster)
        yield word[start : start + count]
        start += count


def document(
    entry: Entry,
    width: int,
    now: datetime,
    title_by_id: Callable[[str], str] = lambda _: "",
) -> list[DocumentLine]:
    """The whole entry in lines of at most `width` cells; linked entries with their titles."""
    lines: list[DocumentLine] = []
    for line in _lines(entry, width, now, title_by_id):
        lines.append(line)
        if len(lines) >= MAX_LINES:
            lines += _goes_further(width)
            break
    return lines


def _lines(
    entry: Entry, width: int, now: datetime, title_by_id: Callable[[str], str]
) -> Iterator[DocumentLine]:
    title = safe_line(entry.title[:LONGEST_TITLE]) or title_of(entry)
    for part in wrapped(title, width):
        yield DocumentLine(part, "title")
    meta = "  ".join(_meta(entry))
    if meta:
        for part in wrapped(meta, width):
            yield DocumentLine(part, "meta")
    yield from _notices(entry, width)
    for i, (label, value, code) in enumerate(_fields(entry)):
        yield DocumentLine("")
        if label and not (i == 0 and label == _main_label(entry)):
            for part in wrapped(label, width):
                yield DocumentLine(part, "label")
        yield from _block(value[:MAX_CHARACTERS], width, code)
        if len(value) > MAX_CHARACTERS:
            yield from _goes_further(width)
    links = [f"{glyphs.link} {link} {title_by_id(link)}".rstrip() for link in entry.links]
    if entry.paths or links:
        yield DocumentLine("")
    for line in (*entry.paths, *links):
        for part in wrapped(short_line(line), width, "  "):
            yield DocumentLine(part, "path")
    foot = glyphs.sep.join(_foot(entry, now))
    yield DocumentLine("")
    for part in wrapped(foot, width):
        yield DocumentLine(part, "dim")


def _goes_further(width: int) -> Iterator[DocumentLine]:
    for part in wrapped(f"{glyphs.dots} the text goes on; it is too long to show whole", width):
        yield DocumentLine(part, "dim")


def _main_label(entry: Entry) -> str:
    field = entry.kind.field(entry.kind.main_field)
    return safe_line(field.label) if field and field.type in ("text", "code") else ""


def _meta(entry: Entry) -> Iterator[str]:
    words = [entry.status, entry.severity]
    state = glyphs.sep.join(short_line(word) for word in words if word)
    if state:
        yield state
    tags = [f"#{short_line(tag)}" for tag in entry.tags[:MAX_TAGS]]
    if len(entry.tags) > MAX_TAGS:
        tags.append(f"{glyphs.dots} and {plural(len(entry.tags) - MAX_TAGS, 'tag')} more")
    if tags:
        yield " ".join(tags)


def _notices(entry: Entry, width: int) -> Iterator[DocumentLine]:
    notes = [short_line(problem) for problem in entry.problems]
    if holds_controls(entry):
        notes.append("contains control characters, shown as marks")
    if entry.inline:
        notes.append("written as an inline list in the file, so it is only shown")
    if entry.archived_twin is not None:
        notes.append(_twin_note(entry.archived_twin))
    archived = entry.data.get("archived")
    if entry.archived and isinstance(archived, dict):
        when = moment(archived.get("at"))
        day = f" on {when.date().isoformat()}" if when else ""
        who = short_line(plain(archived.get("by", "")))
        reason = short_line(plain(archived.get("reason", "")))
        notes.append(f"archived{day}{f' by {who}' if who else ''}: {reason}".rstrip(": "))
    for note in notes:
        for part in wrapped(f"! {note}", width, "  "):
            yield DocumentLine(part, "notice")


def holds_controls(entry: Entry) -> bool:
    """Whether the entry holds what cannot be shown as it is, as far as it is laid out."""
    left = 4 * MAX_CHARACTERS
    for value in entry.data.values():
        text = plain(value)
        left -= len(text)
        if not is_safe(text[:MAX_CHARACTERS]):
            return True
        if left < 0:
            break
    return False


def _twin_note(twin: Entry) -> str:
    """Who archived an entry that is live as well, and why."""
    stamp = twin.data.get("archived")
    stamp = stamp if isinstance(stamp, dict) else {}
    who = safe_line(plain(stamp.get("by", ""))) or "someone"
    reason = safe_line(plain(stamp.get("reason", "")))
    why = f" ({reason})" if reason else ""
    return f"archived by {who}{why}, edited since: {key_of('settle')} settles it"


_SHOWN_ABOVE = frozenset({"severity", "impact"})


def _fields(entry: Entry) -> Iterator[tuple[str, str, bool]]:
    for name, value in entry.own_fields():
        field = entry.kind.field(name) or Field(name)
        if name not in _SHOWN_ABOVE and plain(value).strip():
            yield safe_line(field.label), plain(value), field.type == "code"
    for name, value in _others(entry):
        yield safe_line(Field(name).label), plain(value), False


def _others(entry: Entry) -> Iterator[tuple[str, object]]:
    for name in ("source", "review_in"):
        if entry.data.get(name):
            yield name, entry.data[name]
    yield from entry.extra().items()


def _block(text: str, width: int, code: bool) -> Iterator[DocumentLine]:
    """A field's text: code line by line, prose with its paragraphs filled again."""
    if code:
        yield from _code(safe_text(text).rstrip().split("\n"), width)
        return
    fenced: list[str] | None = None
    paragraph: list[str] = []
    for line in safe_text(text).rstrip().split("\n"):
        if _FENCE.match(line):
            if fenced is None:
                yield from _paragraph(paragraph, width)
                paragraph, fenced = [], []
            else:
                yield from _code(fenced, width)
                fenced = None
        elif fenced is not None:
            fenced.append(line)
        elif paragraph and _goes_on(paragraph, line):
            paragraph.append(line.strip())
        else:
            yield from _paragraph(paragraph, width)
            paragraph = [line]
            if not line.strip():
                yield DocumentLine("")
                paragraph = []
    yield from _paragraph(paragraph, width)
    yield from _code(fenced or [], width)


def _goes_on(paragraph: list[str], line: str) -> bool:
    """Whether a line belongs to the paragraph before it, as in Markdown."""
    first, last = paragraph[0], paragraph[-1]
    ends = last.endswith("  ") or _HEADING.match(first) or first.startswith("|")
    return bool(line.strip()) and not ends and not _BEGINS.match(line)


def _code(lines: Iterable[str], width: int) -> Iterator[DocumentLine]:
    for line in lines:
        for part in wrapped(line, max(1, width - 2)):
            yield DocumentLine(f"  {part}", "code")


def _paragraph(lines: list[str], width: int) -> Iterator[DocumentLine]:
    text = " ".join(lines)
    if not text.strip():
        return
    heading = _HEADING.match(text)
    if heading:
        for part in wrapped(text[heading.end() :], width):
            yield DocumentLine(part, "heading")
        return
    indent = _INDENT.match(text)
    hang = " " * cell_len(indent.group(1)) if indent else ""
    for part in wrapped(text.rstrip(), width, hang):
        yield DocumentLine(part)


def _foot(entry: Entry, now: datetime) -> Iterator[str]:
    who = short_line(plain(entry.data.get("updated_by") or entry.data.get("created_by") or ""))
    when = entry.updated or entry.created
    if who:
        yield who
    if when:
        yield age(when, now)
    if entry.owner and entry.owner != who:
        yield f"owner {short_line(entry.owner)}"
    reviewed = entry.data.get("reviewed")
    if isinstance(reviewed, date) and not isinstance(reviewed, datetime):
        yield f"reviewed {day_age(reviewed, now.astimezone().date())}"
    elif when := moment(reviewed):
        yield f"reviewed {age(when, now)}"
    if not entry.kind.single:
        yield short_line(entry.id)


def plain_text(entry: Entry) -> str:
    """The entry as plain text for the clipboard, as it is: title, then every field by its label."""
    parts = [entry.title or title_of(entry)]
    fields: Iterable[tuple[str, str, bool]] = _fields(entry)
    for label, value, _ in fields:
        parts.append(f"{label}:\n{value.rstrip()}")
    return "\n\n".join(parts) + "\n"
