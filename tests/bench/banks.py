"""The banks that are measured on, made when first asked for and thrown away at the end."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.corpus import build_corpus_bank

ENTRIES = 10_017
SOURCE = "MBTUI_CORPUS"
"""The environment variable that names a file of notes; without it they are made up."""


class Banks:
    """Banks of some sizes, each in a project folder of its own under `home`."""

    def __init__(self, home: Path) -> None:
        self.home = home
        named = os.environ.get(SOURCE)
        self.source = Path(named) if named else None
        self._copies = 0

    def of(self, entries: int = ENTRIES) -> Path:
        """The bank folder with so many entries; 0 for an empty bank."""
        folder = self.home / f"project-{entries}" / "memory-bank"
        if not folder.exists():
            build_corpus_bank(folder, self.source, entries)
        return folder

    def copy_of(self, entries: int) -> Path:
        """A new copy of that bank, to be written to."""
        self._copies += 1
        copy = self.home / f"copy-{self._copies}" / "memory-bank"
        shutil.copytree(self.of(entries), copy)
        return copy


@contextlib.contextmanager
def made_banks() -> Iterator[Banks]:
    """Banks that are removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="mbtui-bench-") as home:
        yield Banks(Path(home))
