"""An overview for programs."""

from __future__ import annotations

from typing import Any

from mbtui.bank.overview import CHARACTERS_A_TOKEN, Overview, Share


def overview_to_json(overview: Overview) -> dict[str, Any]:
    """The overview as JSON; `tokens` is an estimate, and `tokens_are` says of what."""
    oldest = None
    if overview.oldest is not None:
        entry, since = overview.oldest
        day = since.isoformat() if since else None
        oldest = {"id": entry.id, "title": entry.title, "kind": entry.kind.slug, "since": day}
    return {
        **_numbers(overview.total),
        "closed": overview.closed,
        "archived": overview.archived,
        "tokens_are": f"characters / {CHARACTERS_A_TOKEN}",
        "sections": [
            {"slug": share.slug, "title": share.title, **_numbers(share)}
            for share in overview.sections
        ],
        "weeks": [
            {"start": week.start.isoformat(), "written": week.written, "changed": week.changed}
            for week in overview.weeks
        ],
        "oldest_unreviewed": oldest,
        "optimizations": [
            {
                "id": item.entry.id,
                "title": item.entry.title,
                "before": item.before,
                "after": item.after,
                "unit": item.unit or None,
            }
            for item in overview.improvements
        ],
    }


def _numbers(share: Share) -> dict[str, int]:
    return {
        "entries": share.entries,
        "due": share.due,
        "drifted": share.drifted,
        "words": share.words,
        "characters": share.characters,
        "tokens": share.tokens,
    }
