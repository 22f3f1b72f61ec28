"""Texts that were typed and not saved, kept in the user's state folder: a file each.

A file each, so that two programs on one bank never overwrite each other's drafts.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import rtoml

from mbtui.store.alive import this_process
from mbtui.store.lock import private_folder, state_folder
from mbtui.store.toml_write import toml_key, toml_value

DRAFTS_FOLDER = "drafts"
_SUFFIX = ".json"
TOML_TEXT = "(as TOML)"
"""The name of a text that is not a field's but the whole entry's, typed as TOML."""


class StoredDraft(NamedTuple):
    """The texts typed for an entry (`id` is empty for a new one) and the table they began from.

    `name` is the draft's own: 16 hexadecimal digits. `when` is the time of its file, in seconds
    since the epoch, and `writer` the mark of the process that wrote it: see `mbtui.store.alive`.
    `base_text` is the entry's own text as a `TOML_TEXT` began from it. `table` is the one that is
    edited with the entry, as its texts began from it; None where there is none.
    """

    name: str
    kind: str
    id: str
    base: Mapping[str, Any]
    texts: Mapping[str, str]
    when: float = 0.0
    writer: str = ""
    base_text: str = ""
    table: Mapping[str, Any] | None = None


def new_name() -> str:
    """A name for a draft that no other has."""
    return os.urandom(8).hex()


def load_drafts(bank: Path) -> list[StoredDraft]:
    """The drafts of a bank, the oldest first; what cannot be read is left where it is."""
    drafts: list[StoredDraft] = []
    with contextlib.suppress(OSError):
        for path in (state_folder(bank) / DRAFTS_FOLDER).iterdir():
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
                if path.suffix == _SUFFIX:
                    drafts.append(read_draft(path))
    return sorted(drafts, key=lambda draft: draft.when)


def read_draft(path: Path) -> StoredDraft:
    """The draft in a file. Raises OSError, and ValueError, KeyError and the like for another."""
    item = json.loads(path.read_text("utf-8", "surrogatepass"))
    return StoredDraft(
        path.stem,
        str(item["kind"]),
        str(item["id"]),
        rtoml.loads(item["base"]),
        {str(name): str(value) for name, value in item["texts"].items()},
        path.stat().st_mtime,
        str(item.get("writer", "")),
        str(item.get("base_text", "")),
        rtoml.loads(item["table"]) if isinstance(item.get("table"), str) else None,
    )


def save_draft(bank: Path, draft: StoredDraft) -> None:
    """Keep a draft, in place of an earlier one of its name. Raises OSError."""
    write_draft(private_folder(bank, DRAFTS_FOLDER) / f"{draft.name}{_SUFFIX}", draft)


def write_draft(path: Path, draft: StoredDraft) -> None:
    """Write a draft to a file, as a whole or not at all. Raises OSError."""
    item = {
        "kind": draft.kind,
        "id": draft.id,
        "base": _as_toml(draft.base),
        "texts": dict(draft.texts),
        "writer": this_process(),
        "base_text": draft.base_text,
    }
    if draft.table is not None:
        item["table"] = _as_toml(draft.table)
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", errors="surrogatepass") as file:
        json.dump(item, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def _as_toml(table: Mapping[str, Any]) -> str:
    return "".join(f"{toml_key(k)} = {toml_value(v)}\n" for k, v in table.items())


def remove_draft(bank: Path, name: str) -> None:
    """Forget a draft. Raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        (state_folder(bank) / DRAFTS_FOLDER / f"{name}{_SUFFIX}").unlink()
