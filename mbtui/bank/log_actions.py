"""What happened to an entry between two versions, and how a line of the change log says it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final, NamedTuple

from mbtui.bank.entry import plain
from mbtui.bank.merge import same_value
from mbtui.bank.review import AGENT_REVIEW
from mbtui.bank.schema import Schema

ADD, EDIT, STATUS, REVIEW, MOVE, ARCHIVE, RESTORE, SUPERSEDE, DELETE, NOTE = (
    "add",
    "edit",
    "status",
    "review",
    "move",
    "archive",
    "restore",
    "supersede",
    "delete",
    "note",
)
"""What can happen; a note is what a person wrote into the change log by hand."""

DAILY: Final = frozenset({EDIT, STATUS, REVIEW})
"""What one author does to one entry on one day reads as one line."""

LONGEST_TITLE = 120
_STAMPS: Final = frozenset({"id", "created", "created_by", "updated", "updated_by", "archived"})
_REVIEWS: Final = frozenset({"reviewed", "reviewed_by", "checked", *AGENT_REVIEW})
_VERBS: Final = {
    ADD: "Added",
    EDIT: "Edited",
    REVIEW: "Reviewed",
    MOVE: "Moved",
    ARCHIVE: "Archived",
    RESTORE: "Restored",
    SUPERSEDE: "Superseded",
    DELETE: "Deleted",
}
_WHAT: Final = {verb: what for what, verb in _VERBS.items()}
_NO_STATUS = "No status"
_BY, _TO, _STATUS = "by ", "to ", "status "


class Version(NamedTuple):
    """An entry at one moment: the slug of its kind, whether it was archived, its table."""

    kind: str
    archived: bool
    data: Mapping[str, Any]


class Action(NamedTuple):
    """What happened to an entry.

    `fields` are the keys that an edit changed. `detail` is the new status, the kind that it was
    moved to, or what supersedes it.
    """

    what: str
    fields: tuple[str, ...] = ()
    detail: str = ""


def action_between(before: Version | None, after: Version | None) -> Action | None:
    """What happened; None where people would say that nothing did.

    The other half of a supersession, on the entry that takes the place, is nothing of its own.
    """
    if before is None or after is None:
        if before is after:
            return None
        return Action(ADD if before is None else DELETE)
    if before.archived is not after.archived:
        return Action(ARCHIVE if after.archived else RESTORE)
    if before.kind != after.kind:
        return Action(MOVE, detail=after.kind)
    changed = changed_keys(before.data, after.data)
    fields = tuple(name for name in changed if name not in _STAMPS and name not in _REVIEWS)
    if not fields:
        reviewed = {"reviewed", "reviewed_by", *AGENT_REVIEW}
        return Action(REVIEW) if reviewed.intersection(changed) else None
    if fields == ("supersedes",):
        return None
    successor = plain(after.data.get("superseded_by", ""))
    if "superseded_by" in fields and successor:
        return Action(SUPERSEDE, detail=successor)
    status = plain(after.data.get("status", "")) if "status" in fields else ""
    if fields == ("status",):
        return Action(STATUS, fields, status)
    return Action(EDIT, fields, status)


def changed_keys(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The keys whose values differ, in the order of the newer table."""
    return [
        name
        for name in dict.fromkeys((*after, *before))
        if not (name in before and name in after and same_value(before[name], after[name]))
    ]


def line_title(action: Action, title: str) -> str:
    """The title of a line of the change log: `Archived: Pool exhausted after fork`."""
    title = " ".join(title.split())
    if len(title) > LONGEST_TITLE:
        title = f"{title[: LONGEST_TITLE - 1].rstrip()}…"
    if action.what == STATUS:
        return f"{action.detail.capitalize() or _NO_STATUS}: {title}"
    detail = ""
    if action.what == EDIT:
        detail = ", ".join(field_words(action))
    elif action.detail and action.what in (SUPERSEDE, MOVE):
        detail = f"{_BY if action.what == SUPERSEDE else _TO}{action.detail}"
    return f"{_VERBS[action.what]}: {title}{f' ({detail})' if detail else ''}"


def field_words(action: Action) -> list[str]:
    """The fields of an edit as people read them, the new status named."""
    return [
        f"{_STATUS}{action.detail}" if name == "status" and action.detail else name
        for name in action.fields
    ]


def read_title(text: str, statuses: Collection[str]) -> tuple[Action, str] | None:
    """What a line's title says and the title of its entry; None for what people wrote freely.

    `statuses` are those of all kinds: `Rejected: T` is a status, `Reminder: T` a note.
    """
    verb, colon, rest = text.partition(": ")
    if not colon:
        return None
    what = _WHAT.get(verb)
    if what is None:
        status = "" if verb == _NO_STATUS else verb.casefold()
        known = not status or status in statuses
        return (Action(STATUS, ("status",), status), rest) if known else None
    if what not in (EDIT, SUPERSEDE, MOVE):
        return Action(what), rest
    title, detail = _split_detail(rest)
    if what == EDIT:
        return _read_fields(detail), title
    detail = detail.removeprefix(_BY if what == SUPERSEDE else _TO)
    return Action(what, detail=detail), title


def statuses_of(schema: Schema) -> frozenset[str]:
    """The statuses of all kinds, as `read_title` takes them."""
    return frozenset(
        status.casefold() for kind in schema.kinds.values() for status in kind.statuses
    )


def _read_fields(detail: str) -> Action:
    names, status = [], ""
    for word in filter(None, detail.split(", ")):
        if word.startswith(_STATUS):
            word, status = "status", word.removeprefix(_STATUS)
        names.append(word)
    return Action(EDIT, tuple(names), status)


def _split_detail(text: str) -> tuple[str, str]:
    """`T (x)` as `T` and `x`; what stands in brackets may hold brackets."""
    if not text.endswith(")"):
        return text, ""
    depth = 0
    for at in range(len(text) - 1, 0, -1):
        depth += (text[at] == ")") - (text[at] == "(")
        if not depth:
            return (text[: at - 1], text[at + 1 : -1]) if text[at - 1] == " " else (text, "")
    return text, ""


def joined(actions: Iterable[Action]) -> Action:
    """Actions of one kind on one entry, the oldest first, as one."""
    found = list(actions)
    fields = tuple(dict.fromkeys(name for action in found for name in action.fields))
    detail = next((action.detail for action in reversed(found) if action.detail), "")
    return found[-1]._replace(fields=fields, detail=detail)
