"""`mbtui add`: one line in, an id out. Reads only what it needs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from mbtui.bank.entry import Entry
from mbtui.bank.hints import similar_titles
from mbtui.bank.quickadd import QuickAdd, doubtful_marks, parse_quick_add
from mbtui.bank.safetext import safe_text
from mbtui.bank.schema import Kind, Schema
from mbtui.cli.arguments import Arguments, UsageError
from mbtui.cli.context import checked_text, open_store
from mbtui.cli.kept import Given
from mbtui.cli.output import aside, note, out, out_json
from mbtui.cli.stdin import body_text, reads_stdin
from mbtui.cli.values import block, field_values, named_kind, secrets, status_value, tag_values
from mbtui.store.errors import ReadOnlyBankError
from mbtui.store.section_reader import read_section
from mbtui.store.store import Store


def add(arguments: Arguments) -> int:
    """`mbtui add TEXT…`: save an entry and print its id, alone."""
    text = checked_text(" ".join(arguments.rest))
    body = body_text(arguments) or ""
    given = Given(at_risk=reads_stdin(arguments))
    given.values = {"title": text, "body": body}
    try:
        return _add(arguments, text, body, given)
    except Exception as error:
        if given.at_risk:
            error.add_note(given.kept())
        raise


def _add(arguments: Arguments, text: str, body: str, given: Given) -> int:
    store = open_store(arguments)
    schema, config, _, read_only = store.load_schema()
    given.folder = store.folder
    try:
        kind, values, doubts = _understood(arguments, store, text, body, given)
    except UsageError:
        _check_writable(read_only)
        raise
    given.at_risk, given.kind, given.values = True, kind, values
    _check_writable(read_only)
    file = f"{kind.section}.toml"
    if arguments.flag("--strict"):
        there = read_section(store.folder, file, schema, None)[1].entries
        problems = [*doubts, *_remarks(values, there)]
        if problems:
            for problem in problems:
                note(problem)
            note("nothing was written (--strict)")
            if reads_stdin(arguments):
                aside(safe_text(given.kept()))
            return 1
    entry = store.add(kind.slug, values)
    given.at_risk = False
    _print(entry, arguments, store.folder, config.review)
    written = store.last_read(file)
    others = [other for other in written.entries if other.id != entry.id] if written else []
    for remark in [*doubts, *_remarks(values, others), *filter(None, [store.warning])]:
        note(remark)
    return 0


def _understood(
    arguments: Arguments, store: Store, text: str, body: str, given: Given
) -> tuple[Kind, dict[str, Any], list[str]]:
    """The kind of the new entry, its keys, and what in the line is doubtful. Raises UsageError."""
    assert store.bank_file is not None
    schema, config, _, read_only = store.bank_file
    given.kind = schema.kinds.get(config.capture_kind)
    if given.kind is not None:
        given.values = {"title": text, given.kind.main_field: body}
    named = arguments.one("--in")
    kind = named_kind(schema, config.capture_kind if named is None else named)
    if not text.strip():
        _check_writable(read_only)
        text, kind, asked = _asked(schema, kind, named)
        body = "\n\n".join(filter(None, (asked, body)))
        given.at_risk = True
        given.kind, given.values = kind, {"title": text, kind.main_field: body}
    # A kind named by an option leaves nothing for `@kind` to name: there it is text.
    marks = schema if named is None else Schema("", "", ())
    parsed = parse_quick_add(text, marks, kind=kind, path_exists=_exists_in(store.folder))
    if parsed.error:
        raise UsageError(parsed.error)
    return parsed.kind, _values(parsed, arguments, body), list(doubtful_marks(parsed, marks))


def _check_writable(read_only: str) -> None:
    if read_only:
        raise ReadOnlyBankError(f"nothing was written: {read_only}")


def _print(entry: Entry, arguments: Arguments, folder: Path, review: Mapping[str, Any]) -> None:
    if arguments.flag("--json"):
        from mbtui.cli.drift import one_to_json

        out_json(one_to_json(folder, review, entry))
    else:
        out(entry.id)


def _remarks(values: Mapping[str, Any], others: Iterable[Entry]) -> list[str]:
    """What the writer may want to know: a suspected secret, titles much like the new one."""
    found = [f"{name} looks like it holds a secret ({secret})" for name, secret in secrets(values)]
    alike = similar_titles(values["title"], others)
    return [*found, *(f"similar title: {entry.id} {entry.title}" for entry in alike)]


def _values(parsed: QuickAdd, arguments: Arguments, body: str) -> dict[str, Any]:
    """The keys of the new entry: what the line said, then what the options say."""
    kind = parsed.kind
    settings = [checked_text(setting) for setting in arguments.many("--field")]
    values: dict[str, Any] = {"title": parsed.title, **parsed.fields}
    if parsed.status:
        values["status"] = parsed.status
    if parsed.paths:
        values["paths"] = list(parsed.paths)
    values |= {k: v for k, v in field_values(kind, settings).items() if v is not None}
    status = arguments.one("--status")
    if status:
        values["status"] = status_value(kind, checked_text(status))
    tags = tag_values([*parsed.tags, *map(checked_text, arguments.many("--tag"))])
    if tags:
        values["tags"] = tags
    bodies = [text.strip("\n") for text in (parsed.body, body) if text]
    if bodies:
        before = values.get(kind.main_field)
        if before:
            raise UsageError(f"the body and --field {kind.main_field} are the same; give one")
        values[kind.main_field] = block("\n\n".join(bodies))
    return values


def _exists_in(folder: Path) -> Callable[[str], bool]:
    project = folder.parent

    def exists(path: str) -> bool:
        if os.path.isabs(path) or "\0" in path or not os.path.exists(os.path.join(project, path)):
            return False
        from mbtui.store.code_files import is_code

        return is_code(folder, path)

    return exists


def _asked(schema: Schema, kind: Kind, named: str | None) -> tuple[str, Kind, str]:
    """Title, kind and body, asked for on a terminal. Raises UsageError where there is none."""
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("add needs a text: mbtui add 'what was learned'")
    try:
        title = input("Title: ")
        if not title.strip():
            raise UsageError("nothing was written: an entry needs a title")
        chosen = "" if named else input(f"Kind [{kind.slug}]: ").strip()
    except EOFError:
        out()
        raise UsageError("nothing was written") from None
    kind = named_kind(schema, chosen) if chosen else kind
    out("Text; an empty line or Ctrl+D ends it:")
    lines: list[str] = []
    try:
        while line := input("> "):
            lines.append(line)
    except EOFError:
        out()
    return checked_text(title), kind, checked_text("\n".join(lines))
