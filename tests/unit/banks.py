"""Banks on disk for the tests of the store."""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mbtui.bank.entry import Entry
from mbtui.store.config import packaged
from mbtui.store.section_text import SectionText
from mbtui.store.store import Store

_state = tempfile.TemporaryDirectory(prefix="mbtui-tests-")
os.environ["XDG_STATE_HOME"] = _state.name

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
ISSUES = "known-issues.toml"
ARCHIVED = "archive/known-issues.toml"
BANK = 'format = 1\n[log]\nkeep = "none"\n'
"""No change log, so that a change is to one file alone."""

LONG_AGO = 1_700_000_000


def make_bank_at(
    project: Path, files: Mapping[str, str | bytes] | None = None, bank: str = BANK
) -> Path:
    """`project/memory-bank` with these files, all written long ago."""
    folder = project / "memory-bank"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {"bank.toml": bank, **(files or {})}.items():
        put(folder / name, text)
    return folder


def put(path: Path, text: str | bytes, *, age: bool = True) -> None:
    """Write a file in place; with `age`, as if long ago."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    if age:
        os.utime(path, (LONG_AGO, LONG_AGO))


def make_store(
    project: Path,
    files: Mapping[str, str | bytes] | None = None,
    bank: str = BANK,
    author: str = "Ana",
) -> Store:
    """A store on a new bank; not loaded."""
    return Store(make_bank_at(project, files, bank), author=author, now=lambda: NOW)


def issue(identity: str, title: str = "", **more: Any) -> str:
    """A current issue as people type it."""
    lines = [f'id = "{identity}"', f'title = "{title or identity}"']
    lines += [f"{name} = {value!r}" for name, value in more.items()]
    return "\n".join(["[[current-issues]]", *lines]) + "\n"


def entry_of(store: Store, identity: str) -> Entry:
    """The one entry with this id."""
    (found,) = store.bank.find(identity)
    return found


def text_of(store: Store, file: str = ISSUES) -> str:
    """What stands in a file of the bank."""
    return (store.folder / file).read_bytes().decode()


def strictly(store: Store, file: str = ISSUES) -> dict[str, Any]:
    """A file of the bank as an independent TOML 1.0 parser reads it."""
    return tomllib.loads(text_of(store, file))


def section(text: str, name: str = "known-issues") -> SectionText:
    """A section file's text, read with the packaged kinds."""
    return SectionText(text, section=name, file=f"{name}.toml", schema=packaged())


def ids(text: str) -> list[str]:
    """The ids in the order of the text."""
    return [line.split('"')[1] for line in text.splitlines() if line.startswith("id = ")]
