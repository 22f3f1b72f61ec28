"""What a person decided about git's conflicts, until git is told that the file is merged.

The index still calls a file unmerged after its text is written. The decisions are kept in the
user's state folder under a hash of git's three versions, so that they hold for this merge alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from mbtui.store.lock import private_folder, state_folder

_FOLDER = "decisions"


def decided_keys(bank: Path, stages: Mapping[int, bytes]) -> set[str]:
    """The entries that were decided on in the merge of these versions."""
    with contextlib.suppress(OSError, ValueError, TypeError):
        keys = json.loads((state_folder(bank) / _FOLDER / _name(stages)).read_text("utf-8"))
        return {str(key) for key in keys}
    return set()


def remember(bank: Path, stages: Mapping[int, bytes], keys: Iterable[str]) -> None:
    """Keep that these entries were decided on; where it cannot be kept, they are asked again."""
    known = decided_keys(bank, stages) | set(keys)
    with contextlib.suppress(OSError):
        place = private_folder(bank, _FOLDER) / _name(stages)
        temporary = place.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_text(json.dumps(sorted(known)), "utf-8")
        os.replace(temporary, place)


def _name(stages: Mapping[int, bytes]) -> str:
    digest = hashlib.sha256()
    for stage in (1, 2, 3):
        data = stages.get(stage)
        digest.update(b"-" if data is None else b"%d:" % len(data) + data)
    return f"{digest.hexdigest()[:32]}.json"
