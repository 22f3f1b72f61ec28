"""A bank for damaged files, and what must hold of each reading and each change of it."""

from __future__ import annotations

import os
import random
import shutil
import signal
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mbtui.bank.entry import Entry
from mbtui.store.errors import ConflictError, StoreError
from mbtui.store.section_text import SectionText
from mbtui.store.store import Store
from tests.faults import oracle
from tests.faults.oracle import Before, Owner, ViolationError, check
from tests.unit.banks import LONG_AGO

LONGEST = 2.0
"""Seconds of processor time that one change may take."""

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
AUTHOR = "Ana Lima"


def fast_folder() -> Path:
    """A temporary folder, in memory where the system has one."""
    memory = Path("/dev/shm")
    usable = memory.is_dir() and os.access(memory, os.W_OK)
    return Path(tempfile.mkdtemp(prefix="mbtui-fuzz-", dir=memory if usable else None))


@contextmanager
def no_longer_than(seconds: float) -> Iterator[None]:
    """Raise ViolationError when more processor time is used."""

    def stop(*_: object) -> None:
        raise ViolationError(f"took longer than {seconds} s")

    old = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, old)


class NarrowStore(Store):
    """A store that looks at three files only, to save time."""

    names: tuple[str, ...] = ()

    def _files(self, archive: bool) -> Iterator[str]:
        yield from self.names


class Bench:
    """One bank that is damaged, changed and judged over and over; `one` does it once."""

    def __init__(self, seed: int, place: Path) -> None:
        self.chance = random.Random(seed)
        self.folder = place / "memory-bank"
        self.folder.mkdir()
        self.state = place / "state"
        os.environ["XDG_STATE_HOME"] = str(self.state)
        (self.folder / "bank.toml").write_text('format = 1\n[log]\nkeep = "none"\n')
        self.story = ""
        self.counts: Counter[str] = Counter()
        self.found: list[str] = []

    def run(self, rounds: int) -> None:
        """So many files; what went wrong is in `found`, what happened in `counts`."""
        for number in range(rounds):
            try:
                self.one()
            except Exception as error:
                last = traceback.extract_tb(error.__traceback__)[-1]
                where = f"{Path(last.filename).name}:{last.lineno}"
                kind = "" if isinstance(error, ViolationError) else type(error).__name__
                self.counts["WRONG"] += 1
                self.found.append(f"{kind} {error} [{where}]\n{self.story}")
            if number % 100 == 99:
                shutil.rmtree(self.state, ignore_errors=True)

    def one(self) -> None:
        """One damaged file: read, change, judge."""
        raise NotImplementedError

    def put(self, name: str, data: bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (LONG_AGO, LONG_AGO))

    def bytes_of(self, name: str) -> bytes | None:
        path = self.folder / name
        return path.read_bytes() if path.exists() else None

    def all_bytes(self) -> dict[str, bytes]:
        paths = (*self.folder.glob("*.toml"), *self.folder.glob("archive/*"))
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in paths}

    def judged_reading(self, store: Store, file: str, data: bytes) -> Before | None:
        """The text as the oracle reads it; what the store read must be the same."""
        problem = next((p for p in store.bank.broken_files if p.file == file), None)
        try:
            text = data.decode()
        except UnicodeDecodeError:
            check(problem is not None, "a file that is not UTF-8 was read")
            return None
        before = Before.of(text.removeprefix("\ufeff"))
        if before is None:
            check(problem is not None, "a file that is not TOML was read")
            return None
        check(problem is None, f"a valid file was refused: {problem}")
        section = store.last_read(file)
        assert section is not None
        plain = self.as_read_plainly(section, text)
        wanted = {kind for kind in before.data if isinstance(before.data[kind], list)}
        for kind in {e.kind.slug for e in plain.entries} | (wanted & set(section.schema.kinds)):
            single = section.schema.kind_or_ad_hoc(kind, "").single
            if isinstance(section.root_data.get(kind), dict) and not single:
                # A table that is begun above the first header, which a person has to mend.
                told = [problem.message for problem in section.problems]
                check(any(kind in message for message in told), f"{kind} in two parts is not told")
                continue
            read = [e.data for e in plain.entries if e.kind.slug == kind]
            there = oracle.tables(before.data, kind)
            there = there if all(isinstance(t, dict) for t in there) else []
            there = [t for t in there if t or not single]
            if not any(e.kind.single for e in plain.entries if e.kind.slug == kind):
                check(oracle.alike(read, there), f"the entries of {kind} are others")
        return before

    def as_read_plainly(self, section: SectionText, text: str) -> SectionText:
        """The text read from the start, which must be what the store made of it piece by piece."""
        plain = SectionText(text, section=section.section, file=section.file, schema=section.schema)
        check(repr(plain.pieces) == repr(section.pieces), "what is known was cut otherwise")
        for one, other in zip(plain.blocks, section.blocks, strict=True):
            check(oracle.alike(one.entry.data, other.entry.data), "a known entry is another")
            check(one.entry.line == other.entry.line, "a known entry has another line")
        return plain

    def check_memory(self, store: Store, file: str) -> None:
        """What the store knows of a file that it wrote is what a new reading finds."""
        section = store.last_read(file)
        if section is not None:
            self.as_read_plainly(section, self.text_of(file))

    def attempt(self, change: Callable[[], Any]) -> tuple[bool, Any]:
        """Whether the change was made; if not, that nothing at all was written."""
        before = self.all_bytes()
        try:
            with no_longer_than(LONGEST):
                result = change()
        except StoreError as error:
            message = str(error)
            check(bool(message.strip()), "refused without a word")
            check("bug in mbtui" not in message, f"the gate had to stop it: {message}")
            if not isinstance(error, ConflictError):
                self.counts[f"refused: {type(error).__name__}"] += 1
            else:
                self.counts["conflict"] += 1
            check(self.all_bytes() == before, f"refused, and written all the same: {message}")
            return False, error
        left = [p.name for p in self.folder.rglob("*") if p.name.startswith(".mbtui-")]
        check(not left, "a temporary file was left")
        return True, result

    def refused(self, store: Store, entry: Entry, data: bytes) -> None:
        """A change of a file that is broken."""
        self.story = f"update {entry} in broken {self.story}"
        done, _ = self.attempt(lambda: store.update(entry, {"title": "new"}))
        check(not done, "a broken file was written")

    def may_refuse(self, entry: Entry, error: StoreError) -> None:
        """A refusal needs one of the reasons that are written down."""
        reasons = (
            *("inline", "have the id", "this large", "needs a title", "number this large"),
            *(
                "one table",
                "is archived",
                "never archived",
                "has no status",
                "in the archive",
                "holds an entry",
            ),
            *("another text", "is in", "single brackets", "is written", "not written as", "write"),
            *("is not TOML", "stays as it is", "cannot be", "conflict markers", "is not UTF-8"),
            *("no kind", "twice", "times", "levels deep"),
        )
        check(any(reason in str(error) for reason in reasons), f"refused: {error}")

    def text_of(self, file: str) -> str:
        return (self.bytes_of(file) or b"").decode().removeprefix("\ufeff")

    def undo(self, store: Store, file: str, before: Before) -> None:
        """Sometimes: the change is taken back, and the file says what it said."""
        self.check_memory(store, file)
        if self.chance.random() > 0.3:
            return
        self.story = f"undo of {self.story}"
        done, error = self.attempt(store.undo)
        if done and not error.made:  # The same entry stands there a second time.
            self.counts["undo: nothing left"] += 1
            return
        if not done:
            self.counts[f"undo refused: {str(error)[:40]}"] += 1
            return
        self.counts["undo"] += 1
        data = oracle.read_1_1(self.text_of(file))
        assert data is not None
        for name in before.data.keys() | data.keys():
            left, right = oracle.tables(before.data, name), oracle.tables(data, name)
            check(len(left) == len(right), f"after undo {name} has {len(right)} tables")
            for one in sorted(left, key=lambda one: not any(same(one, r) for r in right)):
                alike = [r for r in right if same(one, r)]
                alike += [r for r in right if same(shorn(one, r), shorn(r, one))]
                check(bool(alike), f"after undo {one!r} is gone: {right!r}")
                right.remove(alike[0])

        if self.chance.random() < 0.5:
            self.story = f"redo after {self.story}"
            with_change = self.all_bytes()
            done, error = self.attempt(store.redo)
            if not done:
                reasons = ("since in", "inline", "times")
                check(any(reason in str(error) for reason in reasons), f"no redo: {error}")
                return
            self.counts["redo"] += 1
            check(self.all_bytes() != with_change, "redo did nothing")
        self.check_memory(store, file)

    def owner_of(self, entry: Entry, before: Before) -> Owner | None:
        """The entry's table in the oracle's words; None where it stands in an inline array."""
        line = 1
        for chunk, of in before.owned:
            if chunk.what == "header" and line == entry.line:
                return of
            line += chunk.text.count("\n")
        return None


def decoded(data: bytes) -> str:
    try:
        return data.decode().removeprefix("\ufeff")
    except UnicodeDecodeError:
        return "= not TOML"


def shorn(table: object, like: object) -> object:
    """A table without the stamps that saving it adds to one that had none."""
    if not isinstance(table, dict) or not isinstance(like, dict):
        return table

    def stays(name: str, value: object) -> bool:
        if name == "id":
            return all(isinstance(i, str) and i for i in (value, like.get("id")))
        return name not in oracle.STAMPS or name in like

    return {name: value for name, value in table.items() if stays(name, value)}


def same(one: object, other: object) -> bool:
    """Equal in type and value; the order of keys does not count."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one == other and (one.tzinfo is None) == (other.tzinfo is None)
    return type(one) is type(other) and repr(one) == repr(other)
