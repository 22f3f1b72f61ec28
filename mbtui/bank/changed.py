"""What changed in a bank since somebody looked: contents that were seen, against those of now.

What was seen of an entry is a set of contents, so that one which comes back is no news. That an
entry is not there is a content too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from mbtui.bank.bank import BANK_FILE, Bank
from mbtui.bank.entry import Entry, moment, plain
from mbtui.bank.log_actions import Version
from mbtui.bank.merge import same_value
from mbtui.bank.review import CHANGE_LOG

ABSENT: Final = 0
"""The content of an entry that is not there."""

ADDED, CHANGED, REMOVED, ARCHIVED, RESTORED, MOVED = (
    "added",
    "changed",
    "removed",
    "archived",
    "restored",
    "moved",
)
"""What became of an entry."""

_REVIEWS: Final = (
    ("reviewed", "reviewed_by", "checked"),
    ("agent_reviewed", "agent_reviewed_by"),
)
_LEFT_OUT: Final = frozenset({"id", "updated", "updated_by"}.union(*_REVIEWS))
"""Keys that are no content: what a review writes, who changed an entry last and when, its id."""

Seen = Mapping[str, Sequence[int]]
"""The contents that were seen of each entry, by its key, the last one at the end."""


def content_of(entry: Entry) -> int:
    """The hash of what an entry says and where it stands; never `ABSENT`."""
    return _content(entry.kind.slug, entry.archived, entry.data)


def content_of_version(version: Version | None) -> int:
    """The same of a version of an entry; `ABSENT` where there is none."""
    return ABSENT if version is None else _content(*version)


def _content(kind: str, archived: bool, table: Mapping[str, Any]) -> int:
    data = {name: value for name, value in table.items() if name not in _LEFT_OUT}
    text = json.dumps([kind, archived, data], sort_keys=True, default=str)
    return int.from_bytes(blake2b(text.encode(), digest_size=7).digest(), "big") or 1


class Contents:
    """The contents of all entries of a bank; of a later one, only what changed is hashed."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Mapping[str, Any], str, bool, int]] = {}

    def of(self, bank: Bank) -> dict[str, int]:
        """The content of each entry by its key, lines of the change log left out."""
        before, self._known = self._known, {}
        for entry in (*bank.entries, *bank.archive):
            if entry.kind.slug == CHANGE_LOG:
                continue
            known = before.get(entry.key)
            place = entry.data, entry.kind.slug, entry.archived
            if known is None or known[0] is not entry.data or known[1:3] != place[1:]:
                known = (*place, content_of(entry))
            self._known[entry.key] = known
        return {key: known[3] for key, known in self._known.items()}


def unseen(now: Mapping[str, int], seen: Seen) -> Iterator[str]:
    """The keys of the entries whose content was not seen; of one never seen, its absence was."""
    for key, content in now.items():
        if content not in seen.get(key, (ABSENT,)):
            yield key
    for key, contents in seen.items():
        if key not in now and ABSENT not in contents:
            yield key


def unreadable_files(bank: Bank) -> frozenset[str] | None:
    """The files of which nothing can be said now; None: of the whole bank nothing can."""
    files = frozenset(problem.file for problem in bank.broken_files)
    return None if BANK_FILE in files else files


class OwnStep(NamedTuple):
    """What a change of one's own did to an entry: its content before and after."""

    key: str
    before: int
    after: int


def seen_by_doing(steps: Iterable[OwnStep], seen: Seen) -> Iterator[OwnStep]:
    """Of one's own changes, in their order, those whose result is seen.

    One that was made to a content which nobody looked at leaves that news as it is.
    """
    made: dict[str, set[int]] = {}
    for step in steps:
        known = made.setdefault(step.key, set(seen.get(step.key, (ABSENT,))))
        if step.before in known:
            known.add(step.after)
            yield step


class News(NamedTuple):
    """One entry whose content was not seen: as it was when it was last seen, and as it is now.

    `before` and `now` are None where there was, or is, no entry.
    """

    key: str
    content: int
    """The content of now."""
    before: Entry | None
    now: Entry | None
    seen: int = ABSENT
    """The content that was seen last."""

    @property
    def entry(self) -> Entry:
        """The entry as it is now; of a removed one, as it was."""
        entry = self.now or self.before
        assert entry is not None
        return entry

    @property
    def what(self) -> str:
        """What became of it, one word."""
        before, now = self.before, self.now
        if now is None:
            return REMOVED
        if before is None:
            return ADDED if self.seen == ABSENT else CHANGED
        if now.archived is not before.archived:
            return ARCHIVED if now.archived else RESTORED
        return CHANGED if now.kind.slug == before.kind.slug else MOVED

    @property
    def outside(self) -> bool:
        """Whether it was changed by hand: its content moved, and nothing says who did that.

        What only moves an entry writes no `updated`.
        """
        if self._is_updated:
            return False
        moved = self.stamp is not None or self.what in (RESTORED, MOVED)
        return self._says_more or not moved

    @property
    def stamp(self) -> tuple[str, datetime | None] | None:
        """Who made the change, and when, as the entry itself says; None where it does not."""
        if self.now is None:
            return None
        data = self.now.data
        archived = data.get("archived")
        if self.what == ARCHIVED and isinstance(archived, Mapping):
            old = self.before.data.get("archived") if self.before is not None else None
            if not same_value(archived, old):
                return plain(archived.get("by")), moment(archived.get("at"))
        if not self._is_updated:
            return None
        name = data.get("updated_by", data.get("created_by"))
        return plain(name), self.now.updated or self.now.created

    @property
    def _is_updated(self) -> bool:
        before, now = self.before, self.now
        if now is None:
            return False
        if before is None:
            return now.data.get("updated") is not None or now.data.get("created") is not None
        return not same_value(now.data.get("updated"), before.data.get("updated"))

    @property
    def _says_more(self) -> bool:
        """Whether more became of it than that it stands elsewhere."""
        if self.before is None or self.now is None:
            return True
        return any(name != "archived" for name in differing_fields(self.before, self.now))


def with_later_reviews(wanted: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """The table `wanted` with the reviews of `now`, where those are later."""
    data = dict(wanted)
    for names in _REVIEWS:
        later, own = moment(now.get(names[0])), moment(wanted.get(names[0]))
        if later is None or (own is not None and own >= later):
            continue
        for name in names:
            data.pop(name, None)
            if name in now:
                data[name] = now[name]
    return data


def differing_fields(before: Entry | None, now: Entry | None) -> list[str]:
    """The keys with two values, the title, the status and the kind's own fields first."""
    old = before.data if before is not None else {}
    new = now.data if now is not None else {}
    left_out = _LEFT_OUT if old and new else _LEFT_OUT | {"created", "created_by"}
    kinds = [entry.kind for entry in (now, before) if entry is not None]
    first = ["title", "status", *(name for kind in kinds for name in kind.field_names)]
    ordered = dict.fromkeys([name for name in first if name in old or name in new])
    return [
        name
        for name in (ordered | dict.fromkeys(old) | dict.fromkeys(new))
        if name not in left_out and not same_value(old.get(name), new.get(name))
    ]
