"""Drafts as a crash, a lost line or another program leaves them."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mbtui.store.drafts import StoredDraft, new_name, save_draft
from mbtui.store.lock import state_folder
from mbtui.store.store import Store
from tests.ui.conftest import NOW

AT_TWO = datetime(2026, 11, 20, 14, 2, tzinfo=UTC)


def draft_file(folder: Path, name: str) -> Path:
    """Where a draft of a bank is kept."""
    return state_folder(folder) / "drafts" / f"{name}.json"


def leave_draft(
    folder: Path,
    identity: str,
    texts: dict[str, str],
    *,
    kind: str = "current-issues",
    when: datetime = AT_TWO,
) -> str:
    """A draft of the entry as it is on disk now, or of a new one; the draft's name."""
    store = Store(folder, author="Ana Lima")
    base = store.load().find(identity)[0].data if identity else {}
    name = new_name()
    save_draft(folder, StoredDraft(name, kind, identity, base, texts))
    os.utime(draft_file(folder, name), (when.timestamp(), when.timestamp()))
    return name


def other_writer(folder: Path, minutes: int = 12) -> Store:
    """Another person's mbtui, so many minutes ago."""
    store = Store(folder, author="Jonas Weber", now=lambda: NOW - timedelta(minutes=minutes))
    store.load()
    return store


def change_as_other(folder: Path, identity: str, **changes: object) -> None:
    store = other_writer(folder)
    store.update(store.bank.find(identity)[0], changes)
