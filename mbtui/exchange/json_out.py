"""Entries and the schema as values for JSON: the shape that programs rely on.

Every value is one that `json.dumps(…, allow_nan=False)` takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import Any

from mbtui.bank.entry import Entry, plain
from mbtui.bank.paths import NONE, ORPHANED, Drift
from mbtui.bank.review import due_date
from mbtui.bank.schema import Kind, Schema


def entry_to_json(
    entry: Entry,
    review: Mapping[str, Any],
    drift: Drift | None = None,
    new_paths: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """One entry. `review` is the `[review]` table of `bank.toml`, from which `due` follows.

    What an entry lacks is null, an empty list or an empty table. `drift` says how its paths
    compare with the code; in JSON it is `none` without paths, and null where nobody compared.
    `new_paths` gives the new name of orphaned paths, where somebody asked git for it.
    """
    data = entry.data
    due = due_date(entry, review)
    paths = entry.paths
    if drift is None and not paths:
        drift = Drift(NONE)
    return {
        "id": entry.id,
        "section": entry.section,
        "kind": entry.kind.slug,
        "title": entry.title,
        "status": entry.status or None,
        "closed": entry.closed,
        "tags": entry.tags,
        "paths": paths,
        "links": entry.links,
        "owner": entry.owner or None,
        "fields": {name: to_json(value) for name, value in entry.own_fields()},
        "extra": {name: to_json(value) for name, value in entry.extra().items()},
        "created": _when(data.get("created")),
        "created_by": _text(data.get("created_by")),
        "updated": _when(data.get("updated")),
        "updated_by": _text(data.get("updated_by")),
        "reviewed": _when(data.get("reviewed")),
        "reviewed_by": _text(data.get("reviewed_by")),
        "review_in": _text(data.get("review_in")),
        "due": None if due is None else due.isoformat(),
        "drift": drift.state if drift else None,
        "drift_paths": _drift_paths(drift, new_paths or {}) if drift else None,
        "archived": _archived(entry),
        "source": to_json(data.get("source")),
        "file": entry.file,
        "line": entry.line,
    }


def entries_to_json(
    entries: Iterable[Entry], review: Mapping[str, Any], drifts: Mapping[str, Drift] | None = None
) -> dict[str, Any]:
    """Several entries, and how many; `drifts` holds the drift of each, by its key."""
    known = drifts or {}
    items = [entry_to_json(entry, review, known.get(entry.key)) for entry in entries]
    return {"entries": items, "count": len(items)}


def _drift_paths(drift: Drift, new_paths: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each path with its state and reason; an orphaned one with its new name, or null."""
    return [
        {"path": path, "state": state, "reason": reason or None}
        | ({"new_path": new_paths.get(path)} if state == ORPHANED else {})
        for path, state, reason in drift.paths
    ]


def schema_to_json(schema: Schema) -> dict[str, Any]:
    """All sections, kinds and fields."""
    return {
        "sections": [
            {
                "slug": section.slug,
                "title": section.title,
                "kinds": [_kind(kind) for kind in section.kinds],
            }
            for section in schema.sections
        ]
    }


def to_json(value: object) -> Any:
    """Any TOML value: dates and times as ISO 8601, UTC with a `Z`; NaN and infinity as text."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if isfinite(value) else str(value)
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    if isinstance(value, Mapping):
        return {str(name): to_json(item) for name, item in value.items()}
    return str(value)


def _moment(value: datetime) -> str:
    text = value.isoformat()
    if value.tzinfo is not None and value.utcoffset() == timedelta(0):
        return f"{text.removesuffix('+00:00')}Z"
    return text


def _when(value: object) -> str | None:
    if isinstance(value, date):
        return str(to_json(value))
    return _text(value)


def _text(value: object) -> str | None:
    return plain(value) or None


def _archived(entry: Entry) -> dict[str, Any] | None:
    if not entry.archived:
        return None
    written = entry.data.get("archived")
    table = written if isinstance(written, Mapping) else {}
    return {
        "at": _when(table.get("at")),
        "by": _text(table.get("by")),
        "reason": _text(table.get("reason")),
    }


def _kind(kind: Kind) -> dict[str, Any]:
    return {
        "slug": kind.slug,
        "title": kind.title,
        "single": kind.single,
        "statuses": list(kind.statuses),
        "closed": [status for status in kind.statuses if kind.is_closed(status)],
        "hints": list(kind.hints),
        "fields": [
            {"name": item.name, "type": item.type, "choices": list(item.choices)}
            for item in kind.fields
        ],
    }
