"""What others changed in a bank since this user looked, and what counts as seen."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mbtui.bank.bank import Bank
from mbtui.bank.changed import (
    ABSENT,
    ADDED,
    Contents,
    News,
    OwnStep,
    content_of,
    content_of_version,
    seen_by_doing,
    unreadable_files,
    unseen,
)
from mbtui.bank.entry import Entry
from mbtui.bank.merge import same_value
from mbtui.bank.schema import Schema
from mbtui.bank.undo import Change, State, turns
from mbtui.store.errors import StoreError
from mbtui.store.journal import Journal, Position
from mbtui.store.place import branch_of
from mbtui.store.section_reader import read_section, section_of
from mbtui.store.section_text import Block, BrokenTextError, SectionText
from mbtui.store.seen import Row, SeenMemory, SeenText
from mbtui.store.splice import raw_text
from mbtui.store.toml_write import entry_text

if TYPE_CHECKING:
    from mbtui.store.bank_history import BankHistory, EntryChange, LastChange

_JOURNAL: Final = "journal"
_BRANCH: Final = "branch"
_UNREAD: Final = "unread"
"""Names of what is kept beside the contents: how far the journal was read; the branch on which
entries that nobody saw were not there; the files that could not be read when all was seen."""

_MOST_OWN: Final = 1000


LastRead = Callable[[str], SectionText | None]
"""Gives what was last read from a file of the bank."""


class Look(NamedTuple):
    """What a look found: the news by key, in the order of the bank, what is gone at the end.

    `moved` are the keys of what others changed since the look before, seen or not. `problem` says
    why what was seen could not be kept.
    """

    news: Mapping[str, News] = {}
    moved: Collection[str] = ()
    problem: str = ""


class Texts:
    """The texts of entries as they stand in the files of a bank now."""

    def __init__(self, folder: Path, schema: Schema, last_read: LastRead) -> None:
        self._folder = folder
        self._schema = schema
        self._last_read = last_read
        self._sections: dict[str, SectionText | None] = {}
        self._blocks: dict[str, tuple[dict[int, Block], dict[str, Block]]] = {}

    def of(self, entry: Entry) -> str | None:
        """The entry's own text; written from its table where the file says something else now."""
        section = self._section(entry.file)
        if section is not None:
            by_table, by_name = self._blocks[entry.file]
            block = by_table.get(id(entry.data)) or by_name.get(_name(entry))
            same = block is not None and block.entry.data is entry.data
            if block is not None and (same or same_value(block.entry.data, entry.data)):
                return raw_text(section, block)
        with contextlib.suppress(StoreError, ValueError):
            return entry_text(entry.kind, entry.data)
        return None

    def _section(self, file: str) -> SectionText | None:
        if file not in self._sections:
            section = None
            with contextlib.suppress(StoreError):
                section = read_section(self._folder, file, self._schema, self._last_read(file))[1]
            self._sections[file] = section
            blocks = section.blocks if section is not None else []
            by_table = {id(block.entry.data): block for block in blocks}
            self._blocks[file] = by_table, {_name(block.entry): block for block in blocks}
        return self._sections[file]


def _name(entry: Entry) -> str:
    return f"{entry.kind.slug}\n{entry.id if entry.has_own_id else entry.title}"


class WhatsNew:
    """Compares a bank with what its user saw. May be used from several threads.

    `begun` is where the journal ended before the bank was read.
    """

    def __init__(self, folder: Path, author: str, begun: Position | None = None) -> None:
        self._folder = folder
        self._author = author
        name = blake2b(author.encode("utf-8", "replace"), digest_size=6).hexdigest()
        self.memory = SeenMemory(folder, f"seen-{name}")
        self._journal = Journal(folder)
        self._begun = begun or self._journal.position()
        self._lock = threading.Lock()
        self._contents = Contents()
        self._now: dict[str, int] | None = None
        self._news: dict[str, News] = {}
        self._own: dict[tuple[str, int], None] = {}
        """What this user's own changes left, the latest at the end; a look may come before them."""

    def look(self, bank: Bank, last_read: LastRead) -> Look:
        """What is news in the bank now; when nothing was ever seen, all of it is seen by that."""
        with self._lock:
            self.memory.refresh()
            unreadable = unreadable_files(bank)
            if unreadable is None:
                return Look(self._news)
            before, now = self._now, self._contents.of(bank)
            self._now = now
            texts = Texts(self._folder, bank.schema, last_read)
            if self.memory.is_new:
                entries = [bank.by_key[key] for key in now]
                meta = {_JOURNAL: self._begun, _BRANCH: self._branch(), _UNREAD: [*unreadable]}
                problem = self._remember([_row(e, now[e.key], texts) for e in entries], meta)
                return Look({}, (), problem)
            own, problem = self._take_own(bank.schema)
            problem = self._take_known(bank, now, own, unreadable, texts) or problem
            problem = self._remember([], {}) or problem
            self._news = self._find(bank, now, unreadable)
            self._own = dict.fromkeys([*self._own, *own][-_MOST_OWN:])
            moved = self._moved(before, now, self._own) if before is not None else ()
            return Look(self._news, moved, problem)

    def see(self, news: Iterable[News], schema: Schema, last_read: LastRead) -> str:
        """Note that these were seen as they are; why that cannot be kept, or an empty text."""
        with self._lock:
            texts = Texts(self._folder, schema, last_read)
            rows: list[Row] = []
            switched = self.memory.meta.get(_BRANCH) != self._branch()
            for item in news:
                if item.now is None:
                    rows.append(Row(item.key, ABSENT, self.memory.file_of(item.key)))
                    continue
                if switched and item.what == ADDED:
                    # On the other branch it was not there, and going back there is no news.
                    rows.append(Row(item.key, ABSENT, item.now.file))
                rows.append(_row(item.now, item.content, texts))
            problem = self._remember(rows, {})
            seen = {row.key for row in rows}
            self._news = {key: item for key, item in self._news.items() if key not in seen}
            return problem

    def keep(self) -> None:
        """Write what could not be written when it was seen, if that goes now."""
        with self._lock:
            self._remember([], {})

    def text_now(self, bank: Bank, entry: Entry, last_read: LastRead) -> str | None:
        """The text of an entry as it stands in its file."""
        return Texts(self._folder, bank.schema, last_read).of(entry)

    def text_before(self, news: News) -> SeenText | None:
        """The text of an entry when it was last seen; waits for a look that is under way."""
        with self._lock:
            return self.memory.text_of(news.key, news.seen)

    # What is seen without being shown

    def _take_own(self, schema: Schema) -> tuple[set[tuple[str, int]], str]:
        """Take as seen what this user's own changes left; each key with a content that they left.

        Those made to a content that nobody looked at are among them.
        """
        kept = self.memory.meta.get(_JOURNAL)
        position = Position(*kept) if isinstance(kept, list | tuple) else self._begun
        changes, end = self._journal.since(position)
        made: list[tuple[OwnStep, State | None]] = []
        for change in changes:
            if change.author == self._author:
                made += _steps_of(change, schema)
        after = dict(made)
        rows: list[Row] = []
        for step in seen_by_doing([step for step, _ in made], self.memory.contents):
            state = after[step]
            text = state.text if state is not None else None
            rows.append(Row(step.key, step.after, state.file if state is not None else "", text))
        meta = {_JOURNAL: list(end)} if end != position else {}
        problem = self._remember(rows, meta) if rows or meta else ""
        return {(step.key, step.after) for step, _ in made}, problem

    def _take_known(
        self,
        bank: Bank,
        now: Mapping[str, int],
        own: Collection[tuple[str, int]],
        unreadable: Collection[str],
        texts: Texts,
    ) -> str:
        """Note which of the contents that were seen is there again, and what can be read at last.

        Entries of a file that could not be read when all was seen are seen when it can.
        """
        contents, rows = self.memory.contents, []
        busy = {key for key, _ in own}
        for key, content in now.items():
            known = contents.get(key)
            if known and content in known and known[-1] != content and key not in busy:
                rows.append(Row(key, content))
        for key, known in contents.items():
            file = self.memory.file_of(key)
            gone = key not in now and key not in busy and file not in unreadable
            if gone and known[-1] != ABSENT and ABSENT in known:
                rows.append(Row(key, ABSENT, file))
        meta: dict[str, Any] = {}
        unread = self.memory.meta.get(_UNREAD) or []
        readable = [file for file in unread if file not in unreadable]
        if readable:
            meta[_UNREAD] = [file for file in unread if file in unreadable]
            late = [bank.by_key[key] for key in now if key not in contents]
            rows += [_row(e, now[e.key], texts) for e in late if e.file in readable]
        branch = self._branch()
        if self.memory.meta.get(_BRANCH) != branch and all(
            key in contents or bank.by_key[key].file in readable for key in now
        ):
            meta[_BRANCH] = branch
        return self._remember(rows, meta) if rows or meta else ""

    def _remember(self, rows: list[Row], meta: Mapping[str, Any]) -> str:
        try:
            self.memory.remember(rows, meta)
        except OSError as error:
            return error.strerror or type(error).__name__
        except StoreError:  # Another program holds the lock: the next call writes it.
            pass
        return ""

    def _branch(self) -> str:
        return branch_of(self._folder.parent)

    # What is news

    def _find(
        self, bank: Bank, now: Mapping[str, int], unreadable: Collection[str]
    ) -> dict[str, News]:
        found: dict[str, News] = {}
        for key in unseen(now, self.memory.contents):
            entry = bank.by_key[key] if key in now else None
            files = {self.memory.file_of(key), entry.file if entry is not None else ""}
            if not files.isdisjoint(unreadable):
                continue
            news = self._news_of(key, now.get(key, ABSENT), entry, bank.schema)
            if news.now is not None or news.before is not None:
                found[key] = news
        return found

    def _news_of(self, key: str, content: int, entry: Entry | None, schema: Schema) -> News:
        known = self._news.get(key)
        seen = self.memory.contents.get(key, (ABSENT,))[-1]
        if known is not None and known.content == content and known.seen == seen:
            return known._replace(now=entry)
        before = None
        text = self.memory.last_text(key)
        if text is not None:
            before = read_entry(text, key, schema)
        return News(key, content, before, entry, seen)

    def _moved(
        self,
        before: Mapping[str, int],
        now: Mapping[str, int],
        own: Collection[tuple[str, int]],
    ) -> list[str]:
        changed = [key for key, content in now.items() if before.get(key) != content]
        changed += [key for key in before if key not in now]
        return [key for key in changed if (key, now.get(key, ABSENT)) not in own]


def change_in_git(news: News, history: BankHistory, most: int = 0) -> LastChange | None:
    """The commit that made a change which is news, among the latest `most`; 0: among all.

    None where git does not know, which is so too while the change is in no commit.
    """
    identity = news.entry.id
    found = history.last_changes([identity], most, _moves_content).get(identity)
    return found if found and content_of_version(found.change.after) == news.content else None


def _moves_content(change: EntryChange) -> bool:
    return content_of_version(change.before) != content_of_version(change.after)


def _row(entry: Entry, content: int, texts: Texts) -> Row:
    return Row(entry.key, content, entry.file, texts.of(entry))


def read_entry(text: SeenText, key: str, schema: Schema) -> Entry | None:
    """The entry that a text holds, known by a key; None where it cannot be read."""
    section = section_of(text.file)
    with contextlib.suppress(BrokenTextError, IndexError):
        read = SectionText(text.text, section=section, file=text.file, schema=schema)
        entry = read.blocks[0].entry
        entry.id = entry.id or key
        entry.key = key
        return entry
    return None


def _steps_of(change: Change, schema: Schema) -> Iterator[tuple[OwnStep, State | None]]:
    for turn in turns(change.steps).values():
        if not turn.is_of_entry:
            continue
        before, after = (_content(state, turn.id, schema) for state in (turn.before, turn.after))
        if before is not None and after is not None:
            yield OwnStep(turn.id, before, after), turn.after


def _content(state: State | None, key: str, schema: Schema) -> int | None:
    """The content of a text of the journal; None where it cannot be read."""
    if state is None:
        return ABSENT
    entry = read_entry(SeenText(state.file, state.text), key, schema)
    return content_of(entry) if entry is not None else None
