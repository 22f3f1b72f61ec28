"""`mbtui show ID`: all of one entry, for reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mbtui.bank.entry import Entry, plain
from mbtui.bank.paths import Drift
from mbtui.bank.safetext import safe_line, safe_text
from mbtui.cli.arguments import Arguments
from mbtui.cli.context import matching, open_reader
from mbtui.cli.drift import drifts_of, new_paths_of
from mbtui.cli.output import note, out, out_json, styled
from mbtui.exchange.json_out import entry_to_json

_IN_HEADING = ("severity", "impact")


def show(arguments: Arguments) -> int:
    """Print the entry of an id; every one of them where an id stands in several places.

    Exits 3 where the file that holds it is broken, so that more may be in it than is printed.
    """
    store = open_reader(arguments)
    bank = store.load()
    found = matching(bank, arguments.rest[0])
    drifts = drifts_of(store.folder, bank.config.review, found)
    news = {key: new_paths_of(store.folder, drift) for key, drift in drifts.items()}
    if arguments.flag("--json"):
        review = bank.config.review
        items = [entry_to_json(e, review, drifts.get(e.key), news.get(e.key)) for e in found]
        out_json(items[0] if len(items) == 1 else {"entries": items, "count": len(items)})
    else:
        texts = (_lines(e, drifts.get(e.key, Drift()), news.get(e.key, {})) for e in found)
        out("\n\n".join("\n".join(lines) for lines in texts))
    if len(found) > 1:
        places = ", ".join(f"{entry.file}:{entry.line}" for entry in found)
        note(f"the id {found[0].id} stands in {places}; give each its own")
    files = {entry.file for entry in found}
    broken = [problem for problem in bank.broken_files if problem.file in files]
    for problem in broken:
        note(str(problem))
    return 3 if broken else 0


def _lines(entry: Entry, drift: Drift, news: Mapping[str, str]) -> Iterator[str]:
    yield styled(safe_line(entry.title) or "(no title)", "bold")
    archived = "archived" if entry.archived else ""
    kind = "" if entry.kind.single else entry.kind.title
    about = (kind, entry.status, entry.severity, archived)
    if any(about):
        yield " · ".join(safe_line(text) for text in about if text)
    if entry.tags:
        yield safe_line(" ".join(f"#{tag}" for tag in entry.tags))
    for label, values in (("Paths", entry.paths), ("Links", entry.links)):
        if values:
            yield f"{label}: {', '.join(safe_line(value) for value in values)}"
    for path in drift.off:
        new = f"; git knows it as {news[path.path]}" if path.path in news else ""
        yield safe_line(f"{path.state}: {path.path}: {path.reason}{new}")
    if entry.owner:
        yield f"Owner: {safe_line(entry.owner)}"
    yield from _texts(entry)
    yield ""
    for line in _history(entry):
        yield styled(safe_line(line), "dim")


def _texts(entry: Entry) -> Iterator[str]:
    for name, value in entry.own_fields():
        if name in _IN_HEADING and plain(value) == entry.severity:
            continue
        field = entry.kind.field(name)
        yield from _value(field.label if field else name, value)
    for name, value in entry.extra().items():
        yield from _value(name, value)


def _value(label: str, value: object) -> Iterator[str]:
    text = safe_text(plain(value)).strip("\n")
    if "\n" in text or len(text) > 60:
        yield ""
        yield styled(safe_line(label), "bold")
        yield from (f"  {line}".rstrip() for line in text.split("\n"))
    elif text:
        yield f"{safe_line(label)}: {text}"


def _history(entry: Entry) -> Iterator[str]:
    data = entry.data
    for name, author in (
        ("created", "created_by"),
        ("updated", "updated_by"),
        ("reviewed", "reviewed_by"),
    ):
        when, who = plain(data.get(name)), plain(data.get(author))
        if when or who:
            yield " ".join(filter(None, (name, when, who and f"by {who}")))
    archived = data.get("archived")
    if isinstance(archived, Mapping):
        when, who = plain(archived.get("at")), plain(archived.get("by"))
        told = " ".join(filter(None, ("archived", when, who and f"by {who}")))
        yield ": ".join(filter(None, (told, plain(archived.get("reason")))))
    for name in ("review_in", "source"):
        if data.get(name):
            yield f"{name}: {plain(data[name])}"
    written = "" if entry.has_own_id else " (derived; the next save writes it)"
    yield f"{entry.key}{written} · {entry.file}:{entry.line}"
