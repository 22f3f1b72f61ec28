"""Banks of thousands of entries, from a file of change notes or made up from a seed.

`python -m tests.bench.corpus DEST [--source FILE] [--entries N]` writes one to `DEST/memory-bank`.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from mbtui.bank.ids import random_id
from mbtui.store.config import packaged
from mbtui.store.toml_write import entry_text

ENTRIES = 10_017
SEED = 20_261_120
BEGIN = datetime(2015, 2, 1, 9, 0, tzinfo=UTC)
KINDS = {
    "Library": "current-issues",
    "Core and Builtins": "architecture-decisions",
    "Tests": "test-coverage",
    "IDLE": "debugging-tips",
    "Build": "setup-instructions",
    "Documentation": "team-conventions",
    "Windows": "external-systems",
    "C API": "cpp-to-python-equivalents",
    "Security": "security-considerations",
    "Tools/Demos": "common-tasks",
    "macOS": "deployment-process",
}
WEIGHTS = (4947, 2078, 500, 498, 491, 431, 374, 368, 129, 125, 76)
_SYLLABLES = "ba ci do fe gu ha li mo nu pe qua ri so ta ve xi yo zer con in re un".split()
_COMMON = """fix memory leak when the a of in and parser crash on error now returns for with add
support module function is not to raise exception test update buffer thread lock import""".split()


def build_corpus_bank(folder: Path, source_jsonl: Path | None, entries: int) -> Path:
    """Write a bank of so many entries to `folder`, which must not exist, and return it.

    `source_jsonl` holds a JSON object a line with `title`, `body`, `category`, `version` and
    `date`; without it the notes are made up, with the same lengths and the same share of kinds.
    More entries than notes repeat them, numbered. The same arguments give the same bytes.
    """
    notes = _read(source_jsonl) if source_jsonl else list(_made_up(min(entries, ENTRIES)))
    schema = packaged()
    chance = random.Random(SEED)
    files: dict[str, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for number in range(entries):
        at = number * len(notes) // entries if entries < len(notes) else number % len(notes)
        kind = schema.kinds[KINDS[notes[at]["category"]]]
        data = _entry(notes[at], number // len(notes), kind.main_field, chance)
        if kind.statuses:
            data["status"] = chance.choice(kind.statuses)
        files[kind.section][kind.slug].append((data["id"], entry_text(kind, data)))
    folder.mkdir(parents=True)
    (folder / "bank.toml").write_text('format = 1\nname = "corpus"\n')
    for section, kinds in files.items():
        texts = [text for found in kinds.values() for _, text in sorted(found)]
        (folder / f"{section}.toml").write_text("\n".join(texts), "utf-8")
    return folder


def _read(source: Path) -> list[dict[str, str]]:
    with source.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _entry(
    note: dict[str, str], copy: int, main_field: str, chance: random.Random
) -> dict[str, Any]:
    made = datetime.fromisoformat(note["date"]).replace(tzinfo=UTC)
    made += timedelta(seconds=chance.randrange(86_400))
    text = note["body"]
    return {
        "id": random_id(chance.randbytes(5)),
        "title": f"{note['title']} ({copy})" if copy else note["title"],
        "tags": [note["version"].split()[0]],
        "created": made,
        "created_by": "Ana Lima",
        main_field: f"{text}\n" if "\n" in text else text,
    }


def _made_up(count: int) -> Iterator[dict[str, str]]:
    chance = random.Random(SEED)
    rare = ["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(4000)]

    def words(number: int) -> str:
        picked = [chance.choice(_COMMON if chance.random() < 0.5 else rare) for _ in range(number)]
        if chance.random() < 0.6:
            at = chance.randrange(number)
            picked[at] = f"`{picked[at]}.{chance.choice(rare)}()`"
        return " ".join(picked)

    for category in chance.choices(list(KINDS), WEIGHTS, k=count):
        title = words(chance.randint(6, 16)).capitalize()
        more = words(max(1, int(chance.lognormvariate(1.8, 0.9))))
        day = BEGIN + timedelta(days=chance.randrange(2900))
        yield {
            "title": title,
            "body": f"{title} {more}.",
            "category": category,
            "version": f"3.{chance.randint(5, 11)}.{chance.randint(0, 9)} final",
            "date": f"{day:%Y-%m-%d}",
        }


def main() -> None:
    """Write a bank where the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.corpus", description=__doc__)
    parser.add_argument("dest", type=Path)
    parser.add_argument("--source", type=Path)
    parser.add_argument("--entries", type=int, default=ENTRIES)
    given = parser.parse_args()
    print(build_corpus_bank(given.dest / "memory-bank", given.source, given.entries))


if __name__ == "__main__":
    main()
