"""The commands that change an entry."""

from __future__ import annotations

from typing import Any

from mbtui.bank.entry import Entry
from mbtui.bank.safetext import safe_line
from mbtui.cli.arguments import Arguments, UsageError
from mbtui.cli.context import checked_text, matching, open_store, the_entry
from mbtui.cli.drift import one_to_json
from mbtui.cli.kept import Given
from mbtui.cli.output import note, out, out_json
from mbtui.cli.stdin import body_text, reads_stdin
from mbtui.cli.values import field_values, named_kind, secrets, status_value, tag_values
from mbtui.store.store import Store

_CHANGES = ("--title", "--status", "--field", "--tag", "--untag", "--body")


def edit(arguments: Arguments) -> int:
    """`mbtui edit ID …`: change what was named, leave the rest."""
    if not any(arguments.flag(name) for name in _CHANGES):
        raise UsageError(f"say what to change: {', '.join(_CHANGES)}")
    body = body_text(arguments)
    given = Given(at_risk=reads_stdin(arguments))
    given.values = {"body": body or ""}
    try:
        return _edit(arguments, body, given)
    except Exception as error:
        if given.at_risk:
            error.add_note(given.kept())
        raise


def _edit(arguments: Arguments, body: str | None, given: Given) -> int:
    store = open_store(arguments)
    entry = the_entry(store.load(), arguments.rest[0])
    given.folder, given.kind, given.id, given.base = store.folder, entry.kind, entry.id, entry.data
    given.values = {entry.kind.main_field: body or ""}
    changes = _changes(entry, arguments, body)
    changed = [name for name, value in changes.items() if _differs(entry.data.get(name), value)]
    if changed:
        given.values = {name: changes[name] for name in changed}
        given.at_risk = True
        reason = checked_text(arguments.one("--reason") or "").strip()
        entry = store.update(entry, given.values, reason=reason)
        given.at_risk = False
        told = f"changed {', '.join(changed)}"
    else:
        told = "is so already; nothing was written"
    _tell(arguments, store, entry, told)
    for name, secret in secrets({name: changes[name] for name in changed}):
        note(f"{name} looks like it holds a secret ({secret})")
    return 0


def archive(arguments: Arguments) -> int:
    """`mbtui archive ID --reason R`: move an entry to the archive."""
    reason = checked_text(arguments.one("--reason") or "").strip()
    if not reason:
        raise UsageError("archive needs a reason: mbtui archive ID --reason 'why'")
    store = open_store(arguments)
    entry = store.archive(the_entry(store.load(), arguments.rest[0]), reason)
    _tell(arguments, store, entry, f"archived in {entry.file}; `mbtui restore` brings it back")
    return 0


def restore(arguments: Arguments) -> int:
    """`mbtui restore ID`: bring an entry back from the archive."""
    store = open_store(arguments)
    entry = store.restore(the_entry(store.load(), arguments.rest[0], archived=True))
    _tell(arguments, store, entry, f"restored to {entry.file}")
    return 0


def move(arguments: Arguments) -> int:
    """`mbtui move ID KIND`: move an entry to another kind."""
    if len(arguments.rest) != 2:
        raise UsageError("move needs an id and a kind: mbtui move ID technical-debt")
    store = open_store(arguments)
    entry = the_entry(store.load(), arguments.rest[0])
    kind = named_kind(store.bank.schema, checked_text(arguments.rest[1]))
    entry = store.move(entry, kind.slug, status=arguments.one("--status"))
    _tell(arguments, store, entry, f"moved to {kind.slug}, in {entry.file}")
    return 0


def delete(arguments: Arguments) -> int:
    """`mbtui delete ID`: take an entry out of the bank; undo brings it back."""
    reason = checked_text(arguments.one("--reason") or "").strip()
    store = open_store(arguments)
    found = matching(store.load(), arguments.rest[0])
    live = [entry for entry in found if not entry.archived]
    entry = the_entry(store.bank, arguments.rest[0], archived=not live)
    store.delete(entry, reason)
    _tell(arguments, store, entry, "deleted; `mbtui undo` brings it back")
    return 0


def _differs(old: object, new: object) -> bool:
    if isinstance(old, str) and isinstance(new, str):
        return old.strip("\n") != new.strip("\n")
    return old != new or type(old) is not type(new)


def _tell(arguments: Arguments, store: Store, entry: Entry, told: str) -> None:
    if arguments.flag("--json"):
        out_json(one_to_json(store.folder, store.bank.config.review, entry))
    else:
        out(safe_line(f"{entry.id} {told}"))
    if store.warning:
        note(store.warning)


def _changes(entry: Entry, arguments: Arguments, body: str | None) -> dict[str, Any]:
    """The new value of each key that was named; None takes the key away."""
    kind = entry.kind
    settings = [checked_text(text) for text in arguments.many("--field")]
    changes = field_values(kind, settings, entry.extra())
    title = arguments.one("--title")
    if title is not None:
        if kind.single:
            raise UsageError(f"{kind.slug} is titled by its heading")
        if not title.strip():
            raise UsageError("an entry needs a title")
        changes["title"] = checked_text(title).strip()
    status = arguments.one("--status")
    if status is not None:
        changes["status"] = status_value(kind, checked_text(status)) if status.strip() else None
    if arguments.flag("--tag") or arguments.flag("--untag"):
        changes["tags"] = _tags(entry, arguments)
    if body is not None:
        if kind.main_field in changes:
            raise UsageError(f"--body and --field {kind.main_field} are the same; give one")
        changes[kind.main_field] = body or None
    return changes


def _tags(entry: Entry, arguments: Arguments) -> list[str] | None:
    gone = tag_values(checked_text(text) for text in arguments.many("--untag"))
    missing = [tag for tag in gone if tag not in entry.tags]
    if missing:
        note(f"{entry.id} has no tag {', '.join(missing)}")
    added = tag_values(checked_text(text) for text in arguments.many("--tag"))
    kept = [tag for tag in entry.tags if tag not in gone]
    return [*kept, *(tag for tag in added if tag not in kept)] or None
