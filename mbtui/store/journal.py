"""The user's journal of a bank: every change with the texts it displaced, for undo and recovery.

A line a change, each a TOML inline table, in the user's state folder, readable by this user only.
It is bounded: past 16 MiB the older half goes, and changes older than 90 days go about once a week.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import rtoml

from mbtui.bank.undo import Change, Step, joined
from mbtui.store.hunks import packed, unpacked
from mbtui.store.lock import private_folder, state_folder
from mbtui.store.toml_write import toml_string, toml_value

JOURNAL_FILE = "journal"
MAX_BYTES = 16 * 1024 * 1024
MAX_AGE = timedelta(days=90)
_SLACK = timedelta(days=7)
_CHUNK = 256 * 1024
_HEAD_BYTES = 256
_HEAD_OF_LINE = 40
"""So many bytes of a line tell it from all others: its number stands among them."""

_HEAD = re.compile(
    rb"\{ number = (?P<number>\d+), undoes = (?P<undoes>-?\d+), group = (?P<group>\d+),"
    rb' at = "(?P<at>[^"]*)", author = "(?P<author>(?:[^"\\]|\\.)*)"'
)
"""How a line begins. Older lines have `undoes` last and no `group`; they are parsed whole."""

_MOMENT = re.compile(rb'\{ number = \d+, (?:undoes = -?\d+, group = \d+, )?at = "([^"]*)"')


class Group:
    """Several changes that are one for an undo; `what` and `title` are what people know it by.

    Each is on disk at once, so that a failure between them costs nothing. `number` is 0 until the
    first is kept.
    """

    __slots__ = ("number", "title", "what")

    def __init__(self, what: str, title: str = "", number: int = 0) -> None:
        self.what = what
        self.title = title
        self.number = number


class Position(NamedTuple):
    """A place in the journal: where its last line then began, and how that line begins."""

    start: int = 0
    head: str = ""


class Journal:
    """The journal of one bank; the caller holds the bank's lock while it writes."""

    def __init__(self, bank: Path) -> None:
        self._bank = bank

    @property
    def path(self) -> Path:
        """The journal's file; it need not exist."""
        return state_folder(self._bank) / JOURNAL_FILE

    def read(self) -> list[Change]:
        """All changes, the oldest first; lines that cannot be read are left out."""
        return list(reversed(list(self.newest_first())))

    def newest_first(self, *, author: str = "", holding: str = "") -> Iterator[Change]:
        """The changes, the latest first; only as much is read as is asked for.

        With `author` or `holding` (a text such as an id), changes of their own that are by others
        or hold no such text may be left out: it is quicker. Lines that cannot be read are left out.
        """
        wanted = _inside(author), _inside(holding)
        with contextlib.suppress(OSError), self.path.open("rb") as file:
            lines = _Backwards(file)
            for line in lines:
                head = _HEAD.match(line)
                if not line or (head is not None and _may_skip(head, line, *wanted)):
                    continue
                change = _readable(line)
                if change is not None and change.group:
                    change = lines.joined(change)
                if change is not None:
                    yield change

    def position(self) -> Position:
        """Where the journal ends now."""
        with contextlib.suppress(OSError), self.path.open("rb") as file:
            end = file.seek(0, os.SEEK_END) + 1
            for line in _lines_backwards(file):
                end -= len(line) + 1
                if line:
                    return _position(line, end)
        return Position()

    def since(self, position: Position) -> tuple[list[Change], Position]:
        """The changes behind a position, the oldest first, each line alone; and where they end.

        A journal that was shortened meanwhile is looked through for that line; where it is gone,
        all that is left counts.
        """
        start, head = position.start, position.head.encode()
        try:
            with self.path.open("rb") as file:
                file.seek(start)
                data = file.read()
                if not data.startswith(head):
                    file.seek(0)
                    data, start = file.read(), 0
        except OSError:
            return [], position
        lines, known = data.split(b"\n")[:-1], -1
        if head:
            starts = (i for i, line in enumerate(lines) if line.startswith(head))
            known = next(starts, -1)
        if known + 1 >= len(lines):
            return [], position
        start += sum(len(line) + 1 for line in lines[:-1])
        changes = [_readable(line) for line in lines[known + 1 :] if line]
        return [change for change in changes if change is not None], _position(lines[-1], start)

    def append(
        self,
        now: datetime,
        author: str,
        what: str,
        title: str,
        steps: Sequence[Step],
        undoes: int,
        group: Group | None = None,
    ) -> None:
        """Add a change. Raises OSError; the change of the bank stands all the same."""
        path = self.path
        private_folder(self._bank)
        number = time.time_ns()
        if group is not None:
            group.number = group.number or number
        line = toml_value(
            {
                "number": number,
                "undoes": undoes,
                "group": group.number if group is not None else 0,
                "at": now.astimezone(UTC).isoformat(timespec="seconds"),
                "author": author,
                "what": what,
                "title": title,
                "steps": [_packed(step) for step in steps],
            }
        )
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "r+b", buffering=0) as file:
            size = os.fstat(handle).st_size
            torn = size and os.pread(handle, 1, size - 1) != b"\n"
            file.write((b"\n" if torn else b"") + line.encode() + b"\n")
            oldest = _moment(os.pread(handle, _HEAD_BYTES, 0))
        if size > MAX_BYTES or oldest < _stamp(now - MAX_AGE - _SLACK):
            self._shorten(now)

    def _shorten(self, now: datetime) -> None:
        """Drop what is too old, and the older half of what is too much, but for the last change."""
        path = self.path
        lines = path.read_bytes().splitlines(keepends=True)
        oldest = _stamp(now - MAX_AGE)
        kept = [line for line in lines if _moment(line) >= oldest]
        if sum(map(len, kept)) > MAX_BYTES:
            room = MAX_BYTES // 2
            at = len(kept) - 1
            while at > 0 and (room := room - len(kept[at])) > 0:
                at -= 1
            kept = kept[at:]
        temporary = path.with_suffix(f".{os.getpid()}.tmp")
        temporary.touch(mode=0o600)
        temporary.write_bytes(b"".join(_without_headless(kept)))
        os.replace(temporary, path)


def _position(line: bytes, start: int) -> Position:
    return Position(start, line[:_HEAD_OF_LINE].decode("ascii", "replace"))


class _Backwards:
    """The lines of a file from the last to the first; some can be taken out of their turn."""

    def __init__(self, file: BinaryIO) -> None:
        self._lines = _lines_backwards(file)
        self._passed: deque[bytes] = deque()

    def __iter__(self) -> Iterator[bytes]:
        while True:
            if self._passed:
                yield self._passed.popleft()
                continue
            line = next(self._lines, None)
            if line is None:
                return
            yield line

    def joined(self, last: Change) -> Change:
        """The group of a change, which is its latest; the others are taken out of their turn."""
        members = [last]
        passed: deque[bytes] = deque()
        for line in self:
            if members[0].number == last.group:
                passed.append(line)
                break
            head = _HEAD.match(line)
            mine = head is not None and int(head["group"]) == last.group
            change = _readable(line) if mine else None
            if change is not None:
                members.insert(0, change)
            elif not mine:
                passed.append(line)
        self._passed.extendleft(reversed(passed))
        return joined(members)


def _lines_backwards(file: BinaryIO) -> Iterator[bytes]:
    end = file.seek(0, os.SEEK_END)
    rest: list[bytes] = []
    while end > 0:
        start = max(0, end - _CHUNK)
        file.seek(start)
        first, *others = file.read(end - start).split(b"\n")
        if others:
            others[-1] += b"".join(reversed(rest))
            yield from reversed(others)
            rest = []
        rest.append(first)
        end = start
    yield b"".join(reversed(rest))


def _may_skip(head: re.Match[bytes], line: bytes, author: bytes, holding: bytes) -> bool:
    """Whether a line is a change of its own that was not asked for."""
    if head["undoes"] != b"0" or head["group"] != b"0":
        return False
    return bool(author and head["author"] != author) or holding not in line


def _inside(text: str) -> bytes:
    """A text of one line as it stands inside of a line of the journal."""
    return toml_string(text.replace("\n", " "))[1:-1].encode()


def _readable(line: bytes) -> Change | None:
    with contextlib.suppress(ValueError, KeyError, TypeError, RecursionError):
        return _change(rtoml.loads(f"change = {line.decode()}")["change"])
    return None


def _without_headless(lines: list[bytes]) -> Iterator[bytes]:
    """The lines without those of a group whose first one is gone."""
    begun: set[bytes] = set()
    for line in lines:
        head = _HEAD.match(line)
        if head is not None:
            begun.add(head["number"])
            if head["group"] not in begun and head["group"] != b"0":
                continue
        yield line


def _moment(line: bytes) -> str:
    """When a line was written; the end of all time for what is no line."""
    found = _MOMENT.match(line)
    return found[1].decode(errors="replace") if found else "~"


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _packed(step: Step) -> list[object]:
    hunks = [packed(hunk, step.before, step.after) for hunk in step.hunks]
    return [*step[:6], hunks, list(step.near)]


def _unpacked(item: list[Any]) -> Step:
    """A step of a line; one of an older line says nothing of the place."""
    file, identity, kind_before, before, kind_after, after, *more = item
    before, after = str(before), str(after)
    hunks = tuple(unpacked(hunk, before, after) for hunk in more[0]) if more else ()
    above, below = more[1] if more else ("", "")
    ends = str(kind_before), before, str(kind_after), after
    return Step(str(file), str(identity), *ends, hunks, (str(above), str(below)))


def _change(item: dict[str, Any]) -> Change:
    return Change(
        int(item["number"]),
        str(item["at"]),
        str(item["author"]),
        str(item["what"]),
        str(item["title"]),
        tuple(_unpacked(step) for step in item["steps"]),
        int(item["undoes"]),
        int(item.get("group", 0)),
    )
