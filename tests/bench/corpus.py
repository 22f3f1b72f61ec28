"""Banks to measure on.

`build_corpus_bank` makes a bank of any size from records `{ref, title, body, category, version,
date}`: those of a JSON-lines file, or lifelike ones from a seeded generator. Half of the entries
fall into one file, as they do in a change log of a large project.

    python -m tests.bench.corpus DEST [--source FILE] [--entries N]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from mbtui.bank.ids import crockford
from mbtui.bank.schema import Kind
from mbtui.store.config import packaged
from mbtui.store.create import bank_toml
from mbtui.store.toml_write import entry_text

Record = dict[str, str]

KINDS = {
    "Library": "current-issues",
    "Core and Builtins": "common-patterns-used",
    "Tests": "test-coverage",
    "IDLE": "debugging-tips",
    "Windows": "debugging-tips",
    "macOS": "debugging-tips",
    "Tools/Demos": "debugging-tips",
    "Build": "deployment-process",
    "Documentation": "onboarding-notes",
    "C API": "external-systems",
    "Security": "security-considerations",
}
"""The kind of each category; eight kinds in eight files."""

WEIGHTS = (4947, 2078, 500, 498, 374, 76, 125, 491, 431, 368, 129)
"""How often each category of `KINDS` occurs in ten thousand records."""

PEOPLE = ("Ana Lima", "Bo Chen", "Cleo Marsh", "agent:claude", "Dev Rao")
NEWEST = datetime(2026, 11, 20, 12, tzinfo=UTC)


def build_corpus_bank(folder: Path, source_jsonl: Path | None, entries: int) -> Path:
    """Write a bank of `entries` entries to `folder` (the bank folder itself) and return it.

    The records of `source_jsonl` are taken in order, from the start again where it has fewer;
    without one they come from a generator that makes the same records each time. Entries stand in
    the order of their ids, which depend on the record and its number alone.
    """
    folder.mkdir(parents=True)
    records = _stored(source_jsonl) if source_jsonl else made_up_records()
    tables: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for number, record in enumerate(islice(records, entries)):
        slug = KINDS.get(record["category"], "debugging-tips")
        tables[slug].append(_table(packaged().kinds[slug], record, number))
    for slug, found in tables.items():
        kind = packaged().kinds[slug]
        found.sort(key=lambda table: table["id"])
        text = "\n".join(entry_text(kind, table) for table in found)
        (folder / f"{kind.section}.toml").write_text(text, "utf-8")
    (folder / "bank.toml").write_text(bank_toml("corpus"), "utf-8")
    return folder


def _stored(path: Path) -> Iterator[Record]:
    with path.open(encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines if line.strip()]
    if not records:
        raise ValueError(f"{path} holds no records")
    return cycle(records)


def _table(kind: Kind, record: Record, number: int) -> dict[str, Any]:
    digest = hashlib.sha256(f"{number} {record['ref']} {record['title']}".encode()).digest()
    created = datetime.fromisoformat(record["date"]).replace(hour=9, tzinfo=UTC)
    table: dict[str, Any] = {
        "id": crockford(digest[:5]),
        "title": record["title"],
        "tags": [_slug(record["category"]), f"v{record['version'].split(' ')[0]}"],
        "created": created,
        kind.main_field: record["body"] + "\n",
    }
    if digest[5] % 4 == 0:
        table["updated"] = created + timedelta(days=digest[6])
        table["updated_by"] = PEOPLE[digest[7] % len(PEOPLE)]
    if kind.statuses:
        table["status"] = kind.statuses[digest[8] % len(kind.statuses)]
    severity = kind.field("severity")
    if severity is not None and digest[9] % 3 == 0:
        table["severity"] = severity.choices[digest[10] % len(severity.choices)]
    return table


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


VERBS = [
    "Fix",
    "Add",
    "Improve",
    "Deprecate",
    "Remove",
    "Document",
    "Speed up",
    "Correct",
    "Restore",
    "Prevent",
]
THINGS = [
    "a crash in",
    "a memory leak in",
    "a race in",
    "the error message of",
    "type checks in",
    "the repr of",
    "a reference leak in",
    "undefined behaviour in",
    "support for bytes in",
    "the default of",
]
MODULES = [
    "asyncio",
    "sqlite3",
    "json",
    "pathlib",
    "ssl",
    "email",
    "typing",
    "logging",
    "subprocess",
    "tempfile",
    "zipfile",
    "socket",
    "multiprocessing",
    "unittest.mock",
    "importlib",
    "datetime",
    "ctypes",
    "tkinter",
    "xml.etree",
    "concurrent.futures",
]
NAMES = [
    "connect",
    "dump",
    "load",
    "run",
    "open",
    "parse",
    "format",
    "close",
    "read",
    "write",
    "copy",
    "send",
    "wait",
    "patch",
]
WHENS = [
    "when the argument is empty",
    "on Windows",
    "in a forked child",
    "if the file is on NFS",
    "while the loop is closing",
    "for subclasses",
    "with a negative timeout",
    "after a failed import",
    "in debug builds",
    "when two threads call it",
    "under heavy load",
    "with surrogate characters",
]


def made_up_records(seed: int = 20261122) -> Iterator[Record]:
    """Records without end, the same ones each time, like notes of a change log."""
    pick = random.Random(seed)
    categories = list(KINDS)
    number = 1000
    while True:
        number += pick.randint(1, 40)
        parts = [pick.choice(words) for words in (VERBS, THINGS, MODULES, NAMES, WHENS)]
        title = "{} {} `{}.{}()` {}".format(*parts)
        more = (
            f"{pick.choice(THINGS).capitalize()} `{pick.choice(MODULES)}` was involved "
            f"{pick.choice(WHENS)}."
            for _ in range(pick.choice((0, 0, 1, 1, 2, 5)))
        )
        day = NEWEST - timedelta(days=pick.randint(0, 3000))
        yield {
            "ref": f"gh-{number}",
            "title": title,
            "body": " ".join([f"{title}.", *more, f"Patch by {pick.choice(PEOPLE)}."]),
            "category": pick.choices(categories, WEIGHTS)[0],
            "version": f"3.{pick.randint(5, 15)}.{pick.randint(0, 9)} final",
            "date": day.date().isoformat(),
        }


def main(arguments: Iterable[str] | None = None) -> None:
    """Build a bank from the command line."""
    parser = argparse.ArgumentParser(description="Build a bank to measure on.")
    parser.add_argument("dest", type=Path, help="the folder that will hold memory-bank/")
    parser.add_argument("--source", type=Path, help="JSON lines; without: made-up records")
    parser.add_argument("--entries", type=int, default=1000)
    given = parser.parse_args(list(arguments) if arguments is not None else None)
    print(build_corpus_bank(given.dest / "memory-bank", given.source, given.entries))


if __name__ == "__main__":
    main()
