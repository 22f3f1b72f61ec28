"""An entry laid out as lines for reading."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import NamedTuple

from mbtui.bank.entry import Entry, moment, plain, strings
from mbtui.bank.safetext import is_safe, safe_line, safe_text
from mbtui.bank.schema import Field
from mbtui.ui.code import language_of
from mbtui.ui.commands import key_of
from mbtui.ui.entry_notes import NO_NOTES, EntryNotes
from mbtui.ui.glyphs import glyphs
from mbtui.ui.markdown import Page, markdown_lines
from mbtui.ui.sides import Code, side_by_side, sides_fit
from mbtui.ui.spans import DocumentLine, Link, Setter, Span, Styled, wrapped
from mbtui.ui.wording import age, day_age, plural, short_line, title_of

MAX_LINES = 3000
"""How many lines of one entry are laid out; a longer text says so."""
MAX_CHARACTERS = 500_000
"""How much of one field is laid out, and looked through for what cannot be shown."""
MAX_TAGS = 200
LONGEST_TITLE = 10_000


def document(
    entry: Entry,
    width: int,
    now: datetime,
    title_by_id: Callable[[str], str] = lambda _: "",
    words: Collection[str] = (),
) -> list[DocumentLine]:
    """All of `document_lines`."""
    return list(document_lines(entry, width, now, title_by_id, words))


def document_lines(
    entry: Entry,
    width: int,
    now: datetime,
    title_by_id: Callable[[str], str],
    words: Collection[str],
    notes: EntryNotes = NO_NOTES,
) -> Iterator[DocumentLine]:
    """The whole entry in lines of at most `width` cells, laid out as far as they are asked for.

    `title_by_id` gives the title of an entry that is linked, or nothing where there is none;
    `words` are marked.
    """
    lines = _Layout(width, title_by_id, words).entry(entry, now, notes)
    yield from islice(lines, MAX_LINES)
    if next(lines, None) is not None:
        yield from _goes_further(width)


class _Layout:
    """The parts of an entry, one after the other."""

    def __init__(
        self, width: int, title_by_id: Callable[[str], str], words: Collection[str]
    ) -> None:
        self.width = width
        self.title_by_id = title_by_id
        self.page = Page(Setter(words), lambda identity: title_by_id(identity) != "")

    def plain(self, text: str, role: str, indent: str = "") -> Iterator[DocumentLine]:
        """A text without Markdown."""
        return self.page.setter.lines(Styled(text), self.width, role, hang=Styled(indent))

    def entry(self, entry: Entry, now: datetime, notes: EntryNotes) -> Iterator[DocumentLine]:
        """All lines."""
        yield from self.plain(safe_line(entry.title[:LONGEST_TITLE]) or title_of(entry), "title")
        if meta := "  ".join(_meta(entry)):
            yield from self.plain(meta, "meta")
        if notes.news:
            role = "fresh" if notes.just_now else "news"
            yield from self.plain(f"{glyphs.news} {short_line(notes.news)}", role, "  ")
        for note in _notices(entry):
            yield from self.plain(f"! {note}", "notice", "  ")
        yield from self._off(entry.paths, notes)
        yield from self._fields(entry)
        right = [path for path in entry.paths if path not in notes.by_path]
        offer = "" if notes.by_path else notes.offer
        if right or entry.links or offer:
            yield DocumentLine("")
        for path in right:
            yield from self.plain(short_line(path), "path", "  ")
        if offer:
            yield from self.plain(short_line(offer), "dim", "  ")
        for link in entry.links:
            yield from self._link(link)
        yield DocumentLine("")
        yield from self.plain(glyphs.sep.join(_foot(entry, now)), "dim")

    def _off(self, paths: Sequence[str], notes: EntryNotes) -> Iterator[DocumentLine]:
        """The paths that the code went away from: above the text, which may be wrong by now."""
        off = [path for path in paths if path in notes.by_path]
        for path in off:
            text = f"{glyphs.drifted} {short_line(path)}  {short_line(notes.by_path[path])}"
            yield from self.plain(text, "notice", "  ")
        if off and notes.offer:
            yield from self.plain(f"  {short_line(notes.offer)}", "dim", "  ")

    def _fields(self, entry: Entry) -> Iterator[DocumentLine]:
        unlabelled = _main_label(entry)
        fields = _fields(entry)
        shown = next(fields, None)
        while shown is not None:
            following = next(fields, None)
            yield DocumentLine("")
            if following is not None and _is_pair(shown, following) and sides_fit(self.width):
                labels = (shown.label, following.label)
                codes = (_code_of(shown), _code_of(following))
                yield from side_by_side(labels, codes, self.width, self.page)
                following = next(fields, None)
            else:
                if shown.label and shown.label != unlabelled:
                    yield from self.plain(shown.label, "label")
                yield from self._value(shown)
            shown, unlabelled = following, ""

    def _value(self, shown: _Shown) -> Iterator[DocumentLine]:
        text = shown.value
        if shown.links:
            for link in shown.links:
                yield from self._link(link)
            return
        if shown.language is None:
            yield from markdown_lines(safe_text(text[:MAX_CHARACTERS]), self.width, self.page)
        else:
            lines = _code_of(shown).text.split("\n")
            yield from self.page.code(lines, shown.language, self.width, Styled("  "))
        if len(text) > MAX_CHARACTERS:
            yield from _goes_further(self.width)

    def _link(self, identity: str) -> Iterator[DocumentLine]:
        """A line that names another entry, and leads to it."""
        title = self.title_by_id(identity)
        text = short_line(f"{identity} {title or '(not in this bank)'}")
        link = Link(identity, is_entry=True) if title else None
        spans = (Span("link", 0, len(text), link),) if link else ()
        first = Styled(f"{glyphs.link} ")
        yield from self.page.setter.lines(
            Styled(text, spans), self.width, "path", first=first, hang=Styled("  ")
        )


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


def _notices(entry: Entry) -> list[str]:
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
    return notes


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
_LINKS = frozenset({"supersedes", "superseded_by"})


class _Shown(NamedTuple):
    """A field with its value; `language` is None for prose, "" for code of no known language.

    A field of code is in the language that the kind says, else in the one that the field is named.
    """

    label: str
    value: str
    language: str | None = None
    links: Sequence[str] = ()


def _fields(entry: Entry) -> Iterator[_Shown]:
    own = {name: value for name, value in entry.own_fields() if name not in _SHOWN_ABOVE}
    others = {name: entry.data[name] for name in ("source", "review_in") if entry.data.get(name)}
    for name, value in {**own, **others, **entry.extra()}.items():
        field = (entry.kind.field(name) if name in own else None) or Field(name)
        text = plain(value)
        if name in own and not text.strip():
            continue
        language = (field.language or language_of(name)) if field.type == "code" else None
        yield _Shown(safe_line(field.label), text, language, _ids(name, value))


def _ids(name: str, value: object) -> list[str]:
    return [text for text in strings(value) if text.strip()] if name in _LINKS else []


def _is_pair(left: _Shown, right: _Shown) -> bool:
    """Whether two fields are the same code in another language and in Python."""
    languages = (left.language, right.language)
    return all(languages) and languages.count("python") == 1


def _code_of(shown: _Shown) -> Code:
    return Code(safe_text(shown.value[:MAX_CHARACTERS]).rstrip(), shown.language or "")


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
    for shown in _fields(entry):
        parts.append(f"{shown.label}:\n{shown.value.rstrip()}")
    return "\n\n".join(parts) + "\n"
