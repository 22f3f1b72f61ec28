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
from mbtui.ui.cells import clusters
from mbtui.ui.wording import age, day_age, title_of

MAX_LINES = 3000
"""How many lines of one entry are laid out; a longer text says how much is left out."""

_WORDS = re.compile(r"\s*\S+")
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
    if cell_len(text) <= width:
        yield text
        return
    indent = indent if len(indent) < width // 2 else ""
    line, used = "", 0
    for match in _WORDS.finditer(text):
        word = match.group()
        cells = cell_len(word)
        if used and used + cells > width:
            yield line
            word = indent + word.lstrip()
            line, used, cells = "", 0, cell_len(word)
        if used + cells > width:
            *heads, word = _broken(line + word, width)
            yield from heads
            line, used, cells = "", 0, cell_len(word)
        line += word
        used += cells
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
            more = "… the text goes on; it is too long to show whole"
            lines += [DocumentLine(part, "dim") for part in wrapped(more, width)]
            break
    return lines


def _lines(
    entry: Entry, width: int, now: datetime, title_by_id: Callable[[str], str]
) -> Iterator[DocumentLine]:
    for part in wrapped(title_of(entry), width):
        yield DocumentLine(part, "title")
    meta = "  ".join(_meta(entry))
    if meta:
        for part in wrapped(meta, width):
            yield DocumentLine(part, "meta")
    yield from _notices(entry, width)
    fields = list(_fields(entry))
    for i, (label, value, code) in enumerate(fields):
        yield DocumentLine("")
        if label and not (i == 0 and label == _main_label(entry)):
            for part in wrapped(label, width):
                yield DocumentLine(part, "label")
        yield from _block(value, width, code)
    links = [f"→ {link} {title_by_id(link)}".rstrip() for link in entry.links]
    if entry.paths or links:
        yield DocumentLine("")
    for line in (*entry.paths, *links):
        for part in wrapped(safe_line(line), width, "  "):
            yield DocumentLine(part, "path")
    foot = " · ".join(_foot(entry, now))
    yield DocumentLine("")
    for part in wrapped(foot, width):
        yield DocumentLine(part, "dim")


def _main_label(entry: Entry) -> str:
    field = entry.kind.field(entry.kind.main_field)
    return safe_line(field.label) if field and field.type in ("text", "code") else ""


def _meta(entry: Entry) -> Iterator[str]:
    words = [entry.status, entry.severity]
    state = " · ".join(safe_line(word) for word in words if word)
    if state:
        yield state
    tags = " ".join(f"#{safe_line(tag)}" for tag in entry.tags)
    if tags:
        yield tags


def _notices(entry: Entry, width: int) -> Iterator[DocumentLine]:
    notes = [safe_line(problem) for problem in entry.problems]
    if any(not is_safe(plain(value)) for value in entry.data.values()):
        notes.append("contains control characters, shown as marks")
    if entry.inline:
        notes.append("written as an inline list in the file, so it is only shown")
    if entry.archived_twin is not None:
        notes.append("archived elsewhere and edited since: both texts are kept")
    archived = entry.data.get("archived")
    if entry.archived and isinstance(archived, dict):
        when = moment(archived.get("at"))
        day = f" on {when.date().isoformat()}" if when else ""
        who = safe_line(plain(archived.get("by", "")))
        reason = safe_line(plain(archived.get("reason", "")))
        notes.append(f"archived{day}{f' by {who}' if who else ''}: {reason}".rstrip(": "))
    for note in notes:
        for part in wrapped(f"! {note}", width, "  "):
            yield DocumentLine(part, "notice")


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
    paragraph = ""
    for line in safe_text(text).rstrip().split("\n"):
        if _FENCE.match(line):
            if fenced is None:
                yield from _paragraph(paragraph, width)
                paragraph, fenced = "", []
            else:
                yield from _code(fenced, width)
                fenced = None
        elif fenced is not None:
            fenced.append(line)
        elif paragraph and _goes_on(paragraph, line):
            paragraph = f"{paragraph} {line.strip()}"
        else:
            yield from _paragraph(paragraph, width)
            paragraph = line
            if not line.strip():
                yield DocumentLine("")
                paragraph = ""
    yield from _paragraph(paragraph, width)
    yield from _code(fenced or [], width)


def _goes_on(paragraph: str, line: str) -> bool:
    """Whether a line belongs to the paragraph before it, as in Markdown."""
    ends = paragraph.endswith("  ") or _HEADING.match(paragraph) or paragraph.startswith("|")
    return bool(line.strip()) and not ends and not _BEGINS.match(line)


def _code(lines: Iterable[str], width: int) -> Iterator[DocumentLine]:
    for line in lines:
        for part in wrapped(line, max(1, width - 2)):
            yield DocumentLine(f"  {part}", "code")


def _paragraph(text: str, width: int) -> Iterator[DocumentLine]:
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
    who = safe_line(plain(entry.data.get("updated_by") or entry.data.get("created_by") or ""))
    when = entry.updated or entry.created
    if who:
        yield who
    if when:
        yield age(when, now)
    if entry.owner and entry.owner != who:
        yield f"owner {safe_line(entry.owner)}"
    reviewed = entry.data.get("reviewed")
    if isinstance(reviewed, date) and not isinstance(reviewed, datetime):
        yield f"reviewed {day_age(reviewed, now.astimezone().date())}"
    elif when := moment(reviewed):
        yield f"reviewed {age(when, now)}"
    if not entry.kind.single:
        yield safe_line(entry.id)


def plain_text(entry: Entry) -> str:
    """The entry as plain text for the clipboard: title, then every field with its label."""
    parts = [title_of(entry)]
    fields: Iterable[tuple[str, str, bool]] = _fields(entry)
    for label, value, _ in fields:
        parts.append(f"{label}:\n{safe_text(value).rstrip()}")
    return "\n\n".join(parts) + "\n"
