"""Texts that were typed and not saved, kept in the user's state folder."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rtoml

from mbtui.store.lock import state_folder
from mbtui.store.toml_write import toml_key, toml_value

DRAFTS_FILE = "drafts.json"


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """The texts typed for an entry (`id` is empty for a new one) and the table they began from."""

    kind: str
    id: str
    base: Mapping[str, Any]
    texts: Mapping[str, str]


def load_drafts(bank: Path) -> list[StoredDraft]:
    """The drafts of a bank; what cannot be read counts as none."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        text = (state_folder(bank) / DRAFTS_FILE).read_text("utf-8")
        return [
            StoredDraft(
                str(item["kind"]),
                str(item["id"]),
                rtoml.loads(item["base"]),
                {str(name): str(value) for name, value in item["texts"].items()},
            )
            for item in json.loads(text)
        ]
    return []


def save_drafts(bank: Path, drafts: list[StoredDraft]) -> None:
    """Keep exactly these drafts. Raises OSError."""
    folder = state_folder(bank)
    path = folder / DRAFTS_FILE
    if not drafts:
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    items = [
        {
            "kind": draft.kind,
            "id": draft.id,
            "base": "".join(f"{toml_key(k)} = {toml_value(v)}\n" for k, v in draft.base.items()),
            "texts": dict(draft.texts),
        }
        for draft in drafts
    ]
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", errors="surrogatepass") as file:
        json.dump(items, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
