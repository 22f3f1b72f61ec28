"""How the code compares, for the commands that tell it; no other command pays for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from mbtui.bank.entry import Entry
from mbtui.bank.paths import DRIFTED, ORPHANED, Drift
from mbtui.bank.query import Query

_STATES = frozenset({DRIFTED, ORPHANED})


def drifts_of(
    folder: Path, review: Mapping[str, Any], entries: Iterable[Entry]
) -> Mapping[str, Drift]:
    """The drift of the entries that have paths, by key; `review` is the bank's `[review]`."""
    with_paths = [entry for entry in entries if entry.paths]
    if not with_paths:
        return {}
    from mbtui.store.drift import DriftChecker

    return DriftChecker(folder).check(with_paths, review)


def asks_for_drift(query: Query) -> bool:
    """Whether a query cannot be answered without looking at the code."""
    return any(term.name == "is" and term.values & _STATES for term in query.terms)


def new_paths_of(folder: Path, drift: Drift) -> dict[str, str]:
    """Where git knows that the orphaned paths of an entry went."""
    gone = [path.path for path in drift.paths if path.state == ORPHANED]
    if not gone:
        return {}
    from mbtui.store.drift import DriftChecker

    checker = DriftChecker(folder)
    return {path: new for path in gone if (new := checker.new_path(path))}


def one_to_json(folder: Path, review: Mapping[str, Any], entry: Entry) -> dict[str, Any]:
    """One entry as JSON, compared with the code."""
    from mbtui.exchange.json_out import entry_to_json

    drift = drifts_of(folder, review, [entry]).get(entry.key)
    news = new_paths_of(folder, drift) if drift else {}
    return entry_to_json(entry, review, drift, news)
