"""Texts that are open in the user's editor: a private folder each, in the user's state folder.

Beside the text stands what it is a part of, so that nothing is lost where the program ends before
the editor does: the next one takes such a text in as a draft.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from pathlib import Path
from typing import Final

from mbtui.store.alive import is_running
from mbtui.store.as_text import without_own_lines
from mbtui.store.drafts import TOML_TEXT, StoredDraft, read_draft, save_draft, write_draft
from mbtui.store.files import UnreadableError, read_bytes
from mbtui.store.lock import private_folder, state_folder

EDITING_FOLDER: Final = "editing"
_DRAFT: Final = "draft.json"
_PART: Final = "part.json"
_KEPT_SECONDS: Final = 7 * 24 * 3600
"""How long the folder of a text is left to an editor that may outlive the program."""


def hand_over(bank: Path, draft: StoredDraft, field: str, text: str, suffix: str) -> Path:
    """Write a text to a file for the editor; `field` is its name in the draft. Raises OSError."""
    folder = private_folder(bank, EDITING_FOLDER) / draft.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    path = folder / f"text{suffix}"
    _write(path, text)
    write_draft(folder / _DRAFT, draft)
    _write(folder / _PART, json.dumps([field, path.name, text]))
    return path


def _write(path: Path, text: str) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(text.encode("utf-8", "surrogateescape"))


def read_back(path: Path) -> str:
    """What the editor left, with LF line ends; nothing where it left no file.

    Bytes that are not UTF-8 are lone surrogates. Raises UnreadableError.
    """
    found = read_bytes(path, path.parent)
    text = (found[0] if found else b"").decode("utf-8", "surrogateescape")
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def put_away(path: Path) -> None:
    """Remove a text that was read back, with all that the editor left beside it."""
    shutil.rmtree(path.parent, ignore_errors=True)


def take_in(bank: Path) -> None:
    """Keep as drafts what editors wrote for programs that ended before them."""
    with contextlib.suppress(OSError):
        for folder in sorted((state_folder(bank) / EDITING_FOLDER).iterdir()):
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError, UnreadableError):
                _take_in(bank, folder)


def _take_in(bank: Path, folder: Path) -> None:
    draft = read_draft(folder / _DRAFT)
    if is_running(draft.writer):
        return
    part = json.loads((folder / _PART).read_bytes())
    field, name, before = map(str, part)
    path = folder / Path(name).name
    text = read_back(path)
    if text.strip() and text != before:
        typed = without_own_lines(text) if field == TOML_TEXT else text
        save_draft(bank, draft._replace(name=folder.name, texts={**draft.texts, field: typed}))
        (folder / _PART).unlink()
        _write(folder / _PART, json.dumps([field, name, text]))
    if time.time() - path.stat().st_mtime > _KEPT_SECONDS:
        put_away(path)
