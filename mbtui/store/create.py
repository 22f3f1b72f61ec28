"""Making a bank."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import rtoml

from mbtui.bank.bank import BANK_FILE
from mbtui.store.config import FORMAT, packaged
from mbtui.store.errors import StoreError
from mbtui.store.files import UnreadableError, read_bytes, replace_bytes
from mbtui.store.locate import FOLDER_NAMES
from mbtui.store.reading import utc_now
from mbtui.store.toml_write import entry_text, toml_string

AGENTS_LINES = (
    "## Memory bank",
    "`memory-bank/` holds what this project has learned: decisions, patterns, gotchas, debts.",
    "- Set `MBTUI_AUTHOR=agent:NAME` so that people see who wrote an entry.",
    "- Before work: `mbtui search WORDS`, then `mbtui show ID` for what looks relevant.",
    '- After work, one line for each thing learned: `mbtui add "what happened #tag @kind"`.',
    "- `mbtui schema` lists the kinds; `--json` works with every command.",
)
"""What `mbtui init` prints for a project's AGENTS.md."""

_BANK_TOML = """\
# A memory bank: what this project has learned. Open it with `mbtui`, or type entries by hand.
# An entry is two lines in the file of its section, for example in known-issues.toml:
#
#   [[current-issues]]
#   title = "SQLite WAL hangs on NFS homes"
#
# Everything else (status, tags, text) is optional; mbtui adds the id when it first saves the
# entry. `mbtui schema` lists the sections, kinds and fields.
format = {format}
name = {name}
title = {title}
purpose = {purpose}
"""

_MARKDOWN = ("*.md", "*.markdown")
_UNDATED: Mapping[str, Any] = {}


class Created(NamedTuple):
    """A new bank: its folder, the fields that were filled, and Markdown files beside it."""

    folder: Path
    filled: list[str]
    markdown_files: list[Path]


def create_bank(
    directory: Path, *, folder_name: str = FOLDER_NAMES[0], made: Mapping[str, Any] = _UNDATED
) -> Created:
    """Make `directory/memory-bank/` and fill Project Information from a `pyproject.toml` there.

    `made` holds `created` and `created_by` for what is filled in, which is new then and not due.
    Raises StoreError when there is a bank already, or the folder cannot be written.
    """
    for name in (*FOLDER_NAMES, folder_name):
        if os.path.lexists(directory / name / BANK_FILE):
            raise StoreError(f"{directory / name} is a memory bank already; nothing was changed")
    folder = directory / folder_name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder} could not be made: {error.strerror}") from None
    project = _project_table(directory)
    information = project_information(project)
    name = information.get("project_name") or directory.resolve().name or "memory-bank"
    if information:
        kind = packaged().kinds["project-information"]
        _write(folder / f"{kind.section}.toml", folder, entry_text(kind, {**information, **made}))
    _write(folder / BANK_FILE, folder, bank_toml(name))
    return Created(folder, list(information), _markdown_files(directory, folder))


def made_by(author: str) -> dict[str, Any]:
    """What `create_bank` notes of a bank that this author makes now."""
    return {"created": utc_now(), "created_by": author}


def bank_toml(name: str) -> str:
    """The first `bank.toml` of a bank."""
    schema = packaged()
    return _BANK_TOML.format(
        format=FORMAT,
        name=toml_string(name),
        title=toml_string(schema.title),
        purpose=toml_string(schema.purpose),
    )


def _write(path: Path, root: Path, text: str) -> None:
    if not os.path.lexists(path):
        replace_bytes(path, root, text.encode(), None)


def _project_table(directory: Path) -> dict[str, Any]:
    with contextlib.suppress(UnreadableError, ValueError, RecursionError):
        found = read_bytes(directory / "pyproject.toml", directory)
        if found:
            return dict(rtoml.loads(found[0].decode("utf-8-sig").replace("\r\n", "\n")))
    return {}


def project_information(pyproject: dict[str, Any]) -> dict[str, Any]:
    """The fields of Project Information that a parsed `pyproject.toml` tells.

    Reads `[project]`, and `[tool.poetry]` where that is missing. What is not a text is left out.
    """
    poetry = _table(_table(pyproject.get("tool")).get("poetry"))
    project = _table(pyproject.get("project")) or poetry
    requirements = project.get("dependencies", [])
    names = list(requirements) if isinstance(requirements, dict | list) else []
    python = project.get("requires-python") or _table(poetry.get("dependencies")).get("python")
    values = {
        "project_name": project.get("name"),
        "purpose": project.get("description"),
        "tech_stack": [f"Python {python}"] if isinstance(python, str) else [],
        "key_dependencies": [_requirement_name(item) for item in names if item != "python"],
    }
    return {
        key: value
        for key, value in values.items()
        if value and (isinstance(value, str) or all(isinstance(item, str) for item in value))
    }


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _requirement_name(requirement: Any) -> Any:
    """`httpx[http2]>=0.27; python_version < "4"` is *httpx*."""
    if not isinstance(requirement, str):
        return requirement
    match = re.match(r"[A-Za-z0-9._-]+", requirement.strip())
    return match.group() if match else requirement


def _markdown_files(directory: Path, folder: Path) -> list[Path]:
    """Markdown files that look like a memory bank kept by hand."""
    beside = [path for pattern in _MARKDOWN for path in folder.glob(pattern)]
    named = [
        path
        for pattern in _MARKDOWN
        for path in directory.glob(pattern)
        if re.search(r"memory[-_ ]?bank", path.name, re.IGNORECASE)
    ]
    return sorted(beside) + sorted(named)
