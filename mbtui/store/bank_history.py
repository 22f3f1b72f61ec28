"""What the commits of a repository did to the entries of a bank, the newest first.

Git is run twice, however many commits there are: one process lists them, one gives file contents.
Of two versions of a file only the part that differs is read.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, NamedTuple

from mbtui.bank.bank import BANK_FILE
from mbtui.bank.entry import ARCHIVE, Entry
from mbtui.bank.ids import derived_id
from mbtui.bank.log_actions import Version, changed_keys
from mbtui.bank.merge import same_value
from mbtui.bank.schema import Schema
from mbtui.store.git import GitError, run_git, start_git
from mbtui.store.section_reader import section_of
from mbtui.store.section_text import BrokenTextError, SectionText

_FORMAT = "%x01%H%x00%aN%x00%at%x00%ct"
_SETTINGS = ("-c", "log.showRoot=true", "-c", "diff.relative=false")
_HEADER = re.compile(r"\n\[{1,2}[\w-]+\]{1,2}")
_MAX_BYTES = 64 << 20
_TEXTS = 16
"""So many texts are kept: a version is the newer one of a commit, then the older of the next."""


class EntryChange(NamedTuple):
    """What a commit did to an entry: its versions, None where it was not there."""

    entry: str
    before: Version | None
    after: Version | None


class Commit(NamedTuple):
    """A commit that touched the bank; `changes` may be none, or unknown in a shallow clone."""

    name: str
    author: str
    at: datetime
    """When it was written; `committed`, when it came to its place in the history."""
    committed: datetime
    changes: tuple[EntryChange, ...]


class LastChange(NamedTuple):
    """Who changed an entry last, and when, as git knows it."""

    author: str
    at: datetime
    commit: str
    change: EntryChange


class BankHistory:
    """The commits reachable from HEAD that touched a bank, read as far as somebody asks.

    Without git, outside a repository and before the first commit there are none. Not for two
    threads at once; `close` ends what runs.
    """

    def __init__(self, folder: Path, schema: Schema) -> None:
        self._folder = folder
        self._schema = schema
        self._head = ""
        self._read: list[Commit] = []
        self._source: Iterator[Commit] | None = None
        self._ended = False

    def refresh(self, schema: Schema | None = None) -> None:
        """Begin anew where another commit is checked out now, or the kinds are others."""
        head = _head(self._folder)
        if head != self._head or (schema is not None and schema != self._schema):
            self.close()
            self._read, self._ended = [], False
            self._schema = schema or self._schema
        self._head = head

    def commits(self) -> Iterator[Commit]:
        """The commits, the newest first; those that were read before are not read again."""
        at = 0
        while True:
            while at < len(self._read):
                yield self._read[at]
                at += 1
            if self._ended:
                return
            if self._source is None:
                self._source = iter_commits(self._folder, self._schema)
            try:
                commit = next(self._source, None)
            except BaseException:
                self.close()  # Asked again, it would say that there is no more.
                raise
            if commit is None:
                self._ended = True
                return
            self._read.append(commit)

    def last_changes(
        self, ids: Collection[str], most: int = 0, counts: Callable[[EntryChange], bool] = bool
    ) -> dict[str, LastChange]:
        """The last change that `counts`, as any does, of each of these entries that git knows.

        Not more than `most` commits are looked at; 0: as many as there are.
        """
        left, found = set(ids), dict[str, LastChange]()
        for count, commit in enumerate(self.commits(), 1):
            for change in commit.changes:
                if change.entry in left and counts(change):
                    left.discard(change.entry)
                    found[change.entry] = LastChange(commit.author, commit.at, commit.name, change)
            if not left or count == most:
                break
        return found

    def close(self) -> None:
        """End what is running; asked again, reading begins anew behind what was read."""
        source, self._source = self._source, None
        if source is not None:
            source.close()  # type: ignore[attr-defined]
            self._read, self._ended = [], False


def _head(folder: Path) -> str:
    try:
        return run_git(folder, "rev-parse", "--verify", "-q", "HEAD").decode().strip()
    except GitError:
        return ""


def iter_commits(folder: Path, schema: Schema) -> Iterator[Commit]:
    """The commits that touched a bank, the newest first; none where git cannot be asked."""
    try:
        cut_off = _cut_off(folder)
        prefix = os.fsdecode(run_git(folder, "rev-parse", "--show-prefix").rstrip(b"\n"))
        options = ("--raw", "-c", "--no-abbrev", "--no-renames", "-z", "-O/dev/null")
        plain = ("--no-color", "--no-show-signature", "--no-ext-diff", "--encoding=UTF-8")
        listing = start_git(
            folder, *_SETTINGS, "log", *options, *plain, f"--format={_FORMAT}", "HEAD", "--", "."
        )
    except GitError:
        return
    blobs = _Texts(folder)
    try:
        for head, files in _listed(listing, prefix):
            name, author, written, committed = head
            changes: tuple[EntryChange, ...] = ()
            if name not in cut_off:
                changes = tuple(_changes(files, blobs, schema))
            yield Commit(name, author, _moment(written), _moment(committed), changes)
    finally:
        _end(listing)
        blobs.close()


def _moment(seconds: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _cut_off(folder: Path) -> set[str]:
    """The commits at which a shallow clone ends: what they changed is not known."""
    place = os.fsdecode(run_git(folder, "rev-parse", "--git-path", "shallow").rstrip(b"\n"))
    with contextlib.suppress(OSError):
        return set((folder / place).read_text("ascii", "replace").split())
    return set()


class _File(NamedTuple):
    """A file that a commit changed: its blobs in each parent and in the commit; empty: no file."""

    name: str
    old: tuple[str, ...]
    new: str


def _listed(
    listing: subprocess.Popen[bytes], prefix: str
) -> Iterator[tuple[list[str], list[_File]]]:
    assert listing.stdout is not None
    head: list[str] = []
    files: list[_File] = []
    raw = ""
    for token in _tokens(listing.stdout):
        text = os.fsdecode(token.lstrip(b"\n"))
        if text.startswith("\x01"):
            if len(head) == 4:
                yield head, files
            head, files, raw = [text[1:]], [], ""
        elif head and len(head) < 4:
            head.append(token.decode(errors="replace"))
        elif text.startswith(":"):
            raw = text
        elif raw:
            found = _file(raw, text.removeprefix(prefix)) if text.startswith(prefix) else None
            files += [found] if found is not None else []
            raw = ""
    if len(head) == 4:
        yield head, files


def _tokens(stream: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while block := stream.read1(1 << 16):  # type: ignore[attr-defined]
        *whole, rest = (rest + block).split(b"\0")
        yield from whole
    if rest.strip():
        yield rest


def _file(raw: str, name: str) -> _File | None:
    """A changed file of the bank that holds entries; None for any other."""
    plain = name.removeprefix(ARCHIVE)
    if "/" in plain or not plain.endswith(".toml") or name == BANK_FILE:
        return None
    parents = len(raw) - len(raw.lstrip(":"))
    words = raw[parents:].split(" ")
    blobs = [
        "" if set(blob) == {"0"} or not mode.startswith("100") else blob
        for mode, blob in zip(words, words[parents + 1 :], strict=False)
    ][: parents + 1]
    return _File(name, tuple(blobs[:parents]), blobs[parents]) if len(blobs) > parents else None


class _Texts:
    """The texts of blobs, by name; what is no text or not there is None."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._known: OrderedDict[str, str | None] = OrderedDict({"": ""})

    def of(self, blob: str) -> str | None:
        """The text of a blob; an empty name is that of no file."""
        if blob and blob in self._known:
            self._known.move_to_end(blob)
        elif blob:
            self._known[blob] = self._asked(blob)
            while len(self._known) > _TEXTS:
                self._known.popitem(last=False)
        return self._known[blob] if blob else ""

    def _asked(self, blob: str) -> str | None:
        try:
            if self._process is None:
                self._process = start_git(self._folder, "cat-file", "--batch", answers=True)
            put, get = self._process.stdin, self._process.stdout
            assert put is not None
            assert get is not None
            put.write(f"{blob}\n".encode())
            put.flush()
            head = get.readline().split()
            if len(head) != 3:
                return None
            data = get.read(int(head[2]) + 1)[:-1]
            if head[1] != b"blob" or len(data) > _MAX_BYTES:
                return None
            return data.decode("utf-8-sig").replace("\r\n", "\n")
        except (OSError, ValueError, GitError):
            return None

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            _end(self._process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
    process.wait()


# What a commit did


def _changes(files: list[_File], texts: _Texts, schema: Schema) -> Iterator[EntryChange]:
    """The entries that are not as in any parent."""
    parents = max((len(file.old) for file in files), default=0)
    sides = [_against(files, at, texts, schema) for at in range(parents)]
    if not sides:
        return
    first, *others = sides
    for identity, change in first.items():
        if all(identity in side for side in others) and _is_new(
            change, [side[identity] for side in others]
        ):
            yield change


def _is_new(change: EntryChange, others: list[EntryChange]) -> bool:
    """Whether a merge made something of an entry that no parent had, in at least one field."""
    if change.before is None or change.after is None or not others:
        return True
    keys = set(changed_keys(change.before.data, change.after.data))
    for other in others:
        if other.before is None or other.after is None:
            return False
        keys &= set(changed_keys(other.before.data, other.after.data))
    return bool(keys)


def _against(
    files: list[_File], parent: int, texts: _Texts, schema: Schema
) -> dict[str, EntryChange]:
    before: dict[str, Version] = {}
    after: dict[str, Version] = {}
    for file in files:
        old, new = texts.of(file.old[parent]), texts.of(file.new)
        if old is not None and new is not None:
            was, now = _versions(file.name, old, new, schema)
            before |= was
            after |= now
    found = {}
    for identity in (*before, *(name for name in after if name not in before)):
        change = EntryChange(identity, before.get(identity), after.get(identity))
        if change.before is None or change.after is None or not _same(change.before, change.after):
            found[identity] = change
    return found


def _same(one: Version, other: Version) -> bool:
    return one[:2] == other[:2] and same_value(one.data, other.data)


def _versions(
    file: str, old: str, new: str, schema: Schema
) -> tuple[dict[str, Version], dict[str, Version]]:
    """The entries of the part in which two texts differ; none where one cannot be read."""
    for one, other in (_windows(old, new), (old, new)):
        with contextlib.suppress(BrokenTextError):
            return _read(file, one, schema), _read(file, other, schema)
    return {}, {}


def _read(file: str, text: str, schema: Schema) -> dict[str, Version]:
    section = SectionText(text, section=section_of(file), file=file, schema=schema)
    return {
        _id_of(entry): Version(entry.kind.slug, file.startswith(ARCHIVE), entry.data)
        for entry in section.entries
    }


def _id_of(entry: Entry) -> str:
    return entry.id or derived_id(entry.kind.slug, entry.title, ())


def _windows(old: str, new: str) -> tuple[str, str]:
    """The whole entries between which two texts are the same; a header begins each part."""
    start = _common(old, new)
    start = _header_before(new, start)
    old, new = old[start:], new[start:]
    most = min(len(old), len(new))
    same = _common(old[::-1][:most], new[::-1][:most])
    following = _HEADER.search(new, len(new) - same)
    if following is None:
        return old, new
    rest = len(new) - following.start()
    return old[: len(old) - rest], new[: len(new) - rest]


def _header_before(text: str, at: int) -> int:
    """Where the last header begins that stands whole before a place; 0 without one."""
    end = text.find("\n", at) if at < len(text) else at
    while (found := text.rfind("\n[", 0, max(end, 0) if end >= 0 else at)) >= 0:
        match = _HEADER.match(text, found)
        if match is not None and match.end() <= at:
            return found
        end = found
    return 0


def _common(one: str, other: str) -> int:
    """How many characters two texts have in common from their starts."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
