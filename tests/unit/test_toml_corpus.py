"""The TOML test suite's valid files as section files: an entry comes, changes and goes in each.

`MBTUI_TOML_TEST` names a copy of https://github.com/toml-lang/toml-test (its `tests` folder, with
`files-toml-1.0.0` and `valid/`).
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest

from mbtui.bank.merge import same_value
from mbtui.store.config import packaged
from mbtui.store.proof import Meant, prove
from mbtui.store.section_text import BrokenTextError, SectionText
from mbtui.store.splice import Replacement, insertion, removal, spliced
from mbtui.store.strict import strict_edits
from mbtui.store.toml_write import entry_text
from tests.unit.banks import section

FOLDER = os.environ.get("MBTUI_TOML_TEST", "")
KIND = packaged().kinds["current-issues"]
TABLE = {"id": "m", "title": "one", "issue": "two\nlines\n"}


def files(name: str, list_name: str = "files-toml-1.0.0") -> list[Path]:
    if not FOLDER:
        return []
    listed = (Path(FOLDER) / list_name).read_text().split()
    return [Path(FOLDER) / item for item in listed if item.startswith(name) and ".toml" in item]


def edited(
    found: SectionText, edits: list[Replacement], meant: Meant
) -> tuple[SectionText, list[Replacement]]:
    return prove(found, edits, spliced(found.text, edits), meant), edits


@pytest.mark.skipif(not FOLDER, reason="MBTUI_TOML_TEST names no copy of toml-test")
@pytest.mark.parametrize(
    "path", files("valid/"), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_an_entry_comes_changes_and_goes_and_no_other_byte_does(path: Path) -> None:
    text = path.read_bytes().decode()
    found = section(text)
    slug = KIND.slug
    edits = insertion(found, KIND, "m", entry_text(KIND, TABLE))
    meant = Meant(slug, slug, "m", None, TABLE)
    with_entry, (edit,) = edited(found, edits, meant)
    assert edit.start == edit.end
    assert with_entry.text.replace(edit.text, "", 1) == found.text

    (block,) = with_entry.blocks_of(slug)
    start = with_entry.text.index(edit.text)
    changed = {**TABLE, "title": "changed", "tags": ["x"]}
    edits = strict_edits(with_entry, block, {"title": "changed", "tags": ["x"]}, changed)
    meant = Meant(slug, slug, "m", TABLE, changed)
    after, edits = edited(with_entry, edits, meant)
    assert all(start <= e.start <= e.end <= start + len(edit.text) for e in edits)

    (block,) = after.blocks_of(slug)
    edits = removal(after, block)
    gone, _ = edited(after, edits, Meant(slug, slug, "m", changed, None))
    assert gone.text.rstrip("\r\n") == found.text.rstrip("\r\n")
    left = tomllib.loads(gone.text)
    assert same_value(left, tomllib.loads(found.text))


@pytest.mark.skipif(not FOLDER, reason="MBTUI_TOML_TEST names no copy of toml-test")
def test_invalid_files_are_problems_or_toml_1_1() -> None:
    """What is accepted although TOML 1.0 forbids it is what TOML 1.1 allows."""
    accepted = []
    for path in files("invalid/"):
        try:
            section(path.read_bytes().decode())
        except (BrokenTextError, UnicodeDecodeError):
            continue
        accepted.append(f"{path.parent.name}/{path.stem}")
    assert len(accepted) < 12, accepted
