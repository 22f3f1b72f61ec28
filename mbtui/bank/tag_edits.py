"""Tags put on and taken off several entries with one line: `+nfs -old`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_BREAKS = re.compile(r"[,\s]+")


class TagEdits(NamedTuple):
    """The tags that come and the tags that go."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    def of(self, tags: Sequence[str]) -> list[str]:
        """The tags of one entry afterwards, those that stay in their order."""
        left = [tag for tag in tags if tag not in self.remove]
        return [*left, *(tag for tag in self.add if tag not in left)]


def parse_tag_edits(text: str) -> TagEdits:
    """What a line means: `-old` takes a tag off; `+nfs`, `#nfs` and `nfs` put one on.

    Of a tag that is named twice the last word counts.
    """
    wanted: dict[str, bool] = {}
    for part in _BREAKS.split(text):
        name = part.lstrip("+-#")
        if name:
            wanted.pop(name, None)
            wanted[name] = not part.startswith("-")
    add = tuple(name for name, comes in wanted.items() if comes)
    return TagEdits(add, tuple(name for name, comes in wanted.items() if not comes))


def shared_tags(tags: Iterable[Sequence[str]]) -> tuple[list[str], list[tuple[str, int]]]:
    """The tags that all have, and those that some have with how many do, the most used first."""
    count, total = Counter[str](), 0
    for of_one in tags:
        total += 1
        count.update(dict.fromkeys(of_one, 1))
    ordered = sorted(count.items(), key=lambda item: (-item[1], item[0]))
    return [t for t, n in ordered if n == total], [(t, n) for t, n in ordered if n < total]
