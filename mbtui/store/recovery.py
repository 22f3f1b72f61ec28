"""What a displaced version of a file holds beside the bank as it is now, and bringing it back."""

from __future__ import annotations

import functools
import time
from collections import Counter
from typing import NamedTuple

from mbtui.bank.bank import BANK_FILE, Problem
from mbtui.bank.entry import Entry
from mbtui.bank.ids import derived_id
from mbtui.bank.merge import same_value
from mbtui.bank.undo import Step
from mbtui.store.displaced import Version
from mbtui.store.errors import ReadOnlyBankError, StoreError
from mbtui.store.files import FileChangedError, replace_bytes
from mbtui.store.journal import Journal
from mbtui.store.lock import bank_lock
from mbtui.store.section_reader import decode, section_of
from mbtui.store.section_text import BrokenTextError, SectionText
from mbtui.store.splice import raw_text
from mbtui.store.store import Store
from mbtui.store.writer import RETRY_SECONDS, moved_error, settled_section


class Difference(NamedTuple):
    """A version beside the bank: entries that the bank lacks, and that are otherwise in it.

    `newer` are those of the file now that the version lacks. `problem`: it cannot be read as
    entries, and why.
    """

    lacking: list[Entry]
    differing: list[Entry]
    newer: list[Entry]
    problem: Problem | None = None


class BroughtBack(NamedTuple):
    """What happened to the entries of a file, and a warning or an empty text."""

    came: int
    changed: int
    went: int
    warning: str


def difference(store: Store, version: Version, data: bytes) -> Difference:
    """The bytes of a version beside the bank as it was loaded; `bank.toml` holds no entries."""
    if version.file == BANK_FILE:
        return Difference([], [], [])
    try:
        entries = _read(store, version.file, data).entries
    except BrokenTextError as error:
        return Difference([], [], [], error.problem)
    bank = store.bank
    known: dict[str, list[Entry]] = {}
    for entry in (*bank.entries, *bank.archive):
        known.setdefault(entry.id, []).append(entry)
    lacking, differing, ids = [], [], set()
    for entry in entries:
        identity = identity_of(entry)
        ids.add(identity)
        now = known.get(identity)
        if now is None:
            lacking.append(entry)
        elif not any(same_value(entry.data, other.data) for other in now):
            differing.append(entry)
    newer = [
        entry
        for entry in (*bank.entries, *bank.archive)
        if entry.file == version.file and entry.id not in ids
    ]
    return Difference(lacking, differing, newer)


def identity_of(entry: Entry) -> str:
    """The entry's id, derived where none is written."""
    return entry.id or derived_id(entry.kind.slug, entry.title, ())


def bring_back(store: Store, version: Version) -> BroughtBack:
    """Make a version the file's content again, as one change that can be undone.

    What the file holds is displaced in turn. Raises StoreError, BrokenFileError where what it
    holds cannot be read among them; then nothing was written.
    """
    data = version.read()
    with bank_lock(store.folder):
        reason = store.why_read_only()
        if reason:
            raise ReadOnlyBankError(f"nothing was written: {reason}")
        try:
            after = _read(store, version.file, data)
        except BrokenTextError as error:
            raise StoreError(
                f"that version of {version.file} cannot be read ({error.problem}); nothing was"
                " written. -o FILE writes it elsewhere"
            ) from None
        before, warning = _replace(store, version.file, data)
        store.wrote(version.file, after, data)
        steps = _steps(before, after)
        if steps:
            warning = _journaled(store, steps) or warning
    came, changed, went = (
        sum(not step.before for step in steps),
        sum(bool(step.before and step.after) for step in steps),
        sum(not step.after for step in steps),
    )
    return BroughtBack(came, changed, went, warning)


def bring_back_entries(store: Store, entries: list[Entry]) -> list[Entry]:
    """Write entries that the bank lacks into it again. Raises StoreError; those before stay."""
    written = []
    for entry in entries:
        data = {name: value for name, value in entry.data.items() if name != "archived"}
        if entry.kind.single:
            empty = Entry(entry.kind, {}, section=entry.section, file=f"{entry.section}.toml")
            written.append(store.update(empty, data))
        else:
            data["id"] = identity_of(entry)
            written.append(store.add(entry.kind.slug, data, made_now=False))
    return written


def _read(store: Store, file: str, data: bytes) -> SectionText:
    schema = (store.bank_file or store.load_schema()).schema
    earlier = store.last_read(file)
    cache = earlier.cache if earlier is not None else None
    text = decode(file, data)
    return SectionText(text, section=section_of(file), file=file, schema=schema, cache=cache)


def _replace(store: Store, file: str, data: bytes) -> tuple[SectionText, str]:
    """Replace the file's bytes, whatever good ones it holds; what they were, and a warning."""
    schema = (store.bank_file or store.load_schema()).schema
    deadline = time.monotonic() + RETRY_SECONDS
    half = functools.partial(store.being_written, file)
    warnings: list[str] = []
    (store.folder / file).parent.mkdir(exist_ok=True)
    while True:
        current, before = settled_section(
            store.folder, file, schema, store.last_read(file), half, deadline
        )
        if current == data:
            return before, ""
        try:
            warnings.append(replace_bytes(store.folder / file, store.folder, data, current))
            return before, "; ".join(filter(None, warnings))
        except FileChangedError as error:
            warnings.append(error.warning)
            if time.monotonic() > deadline:
                raise moved_error(file, warnings) from None


def _steps(before: SectionText, after: SectionText) -> list[Step]:
    """What became of each entry whose id stands once in each text."""
    old, new = _texts(before), _texts(after)
    return [
        Step(before.file, identity, *old.get(identity, (kind, "")), *new.get(identity, (kind, "")))
        for identity, (kind, _) in {**old, **new}.items()
        if old.get(identity) != new.get(identity)
    ]


def _texts(section: SectionText) -> dict[str, tuple[str, str]]:
    """Kind and text of each entry by its id."""
    blocks = {identity_of(block.entry): block for block in section.blocks}
    times = Counter(identity_of(block.entry) for block in section.blocks)
    return {
        identity: (block.entry.kind.slug, raw_text(section, block))
        for identity, block in blocks.items()
        if times[identity] == 1
    }


def _journaled(store: Store, steps: list[Step]) -> str:
    try:
        file = steps[0].file
        Journal(store.folder).append(store.now(), store.author, "recover", file, steps, 0)
    except OSError as error:
        return f"saved; `mbtui undo` cannot take it back, for the journal failed: {error.strerror}"
    return ""
