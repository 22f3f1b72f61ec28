"""A loaded bank: entries with their final ids, counts, look-ups and what is wrong with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from mbtui.bank.entry import Entry
from mbtui.bank.ids import derived_ids
from mbtui.bank.schema import Kind, Schema

BANK_FILE = "bank.toml"
_EMPTY: Mapping[str, Any] = {}
_NO_ENTRIES: Mapping[str, Entry] = {}


class Problem(NamedTuple):
    """Something in a file that a person should mend. Line and column count from 1; 0: unknown."""

    file: str
    message: str
    line: int = 0
    column: int = 0
    state: str = "warning"
    """`warning`, `broken` (does not parse), `conflict` (git's markers), `unreadable`."""
    partial: bool = False
    """Whether what is shown of the file is what can be read of it, not its last good content."""

    @property
    def place(self) -> str:
        """`known-issues.toml:41:7`, as editors and terminals understand it."""
        numbers = [str(n) for n in (self.line, self.column) if n]
        return ":".join([self.file, *numbers])

    @property
    def blocks(self) -> bool:
        """Whether the file cannot be read as it is."""
        return self.state != "warning"

    def __str__(self) -> str:
        return f"{self.place} {self.message}"


class BankConfig(NamedTuple):
    """What `bank.toml` says beside the schema."""

    name: str = ""
    format: int = 1
    capture_kind: str = "current-issues"
    views: Mapping[str, str] = _EMPTY
    review: Mapping[str, Any] = _EMPTY
    log_keep: str = ""
    """`keep` of `[log]`: reasons, all, none; empty where it is not said."""


class Bank:
    """Everything that was read at one moment; never changed. Entries are in screen order."""

    def __init__(
        self,
        schema: Schema,
        config: BankConfig,
        entries: tuple[Entry, ...],
        archive: tuple[Entry, ...],
        problems: tuple[Problem, ...] = (),
        read_only: str = "",
        leftovers: Mapping[str, Entry] = _NO_ENTRIES,
    ) -> None:
        self.schema = schema
        self.config = config
        self.entries = entries
        self.archive = archive
        self.problems = problems
        self.read_only = read_only
        """Why nothing may be written, or an empty text."""
        self.leftovers = leftovers
        """The other place of an entry whose move was interrupted, by the key of the one listed."""
        by_kind: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            by_kind[entry.kind.slug].append(entry)
        self.by_kind: Mapping[str, tuple[Entry, ...]] = {k: tuple(v) for k, v in by_kind.items()}
        self.by_key: Mapping[str, Entry] = {entry.key: entry for entry in (*entries, *archive)}

    @property
    def broken_files(self) -> tuple[Problem, ...]:
        """The problems because of which a file could not be read."""
        return tuple(problem for problem in self.problems if problem.blocks)

    @property
    def kinds(self) -> list[Kind]:
        """All kinds in the order of the screen, undescribed ones that have entries included."""
        ordered: dict[str, list[Kind]] = {s.slug: list(s.kinds) for s in self.schema.sections}
        for entries in self.by_kind.values():
            kind = entries[0].kind
            if not kind.known:
                ordered.setdefault(kind.section, []).append(kind)
        return [kind for kinds in ordered.values() for kind in kinds]

    def find(self, start: str) -> list[Entry]:
        """The entries whose id is `start`, else those whose id begins with it; live ones first.

        More than one means that the text is not unique (or an id occurs twice).
        """
        everything = (*self.entries, *self.archive)
        exact = [entry for entry in everything if start in (entry.id, entry.key)]
        if exact:
            return exact
        return [entry for entry in everything if start and entry.id.startswith(start)]

    def tags(self) -> list[str]:
        """All tags in use, the most used first."""
        counts: dict[str, int] = defaultdict(int)
        for entry in self.entries:
            for tag in entry.tags:
                counts[tag] += 1
        return sorted(counts, key=lambda tag: (-counts[tag], tag))


def assemble(
    schema: Schema,
    config: BankConfig,
    read: Iterable[Entry],
    problems: Iterable[Problem] = (),
    read_only: str = "",
) -> Bank:
    """A bank from the entries as they were read, in file order.

    Gives each entry its final id and key, joins the two places of an interrupted move, and tells
    of ids that occur twice.
    """
    entries = sorted(read, key=_screen_order(schema))
    _derive_ids(entries)
    live = [entry for entry in entries if not entry.archived]
    archive = [entry for entry in entries if entry.archived]
    found = list(problems)
    unfinished: list[tuple[Entry, Entry]] = []
    live = _one_of_each(live, found, unfinished)
    archive = _without_twins(live, archive, found, unfinished)
    _give_keys((*live, *archive))
    leftovers = {kept.key: gone for kept, gone in unfinished}
    for entry in entries:
        if entry.problems:
            found += [Problem(entry.file, text, entry.line) for text in entry.problems]
        if "review_in" in entry.data:
            found += _problems_of_cadence(entry)
    return Bank(schema, config, tuple(live), tuple(archive), tuple(found), read_only, leftovers)


def _problems_of_cadence(entry: Entry) -> list[Problem]:
    from mbtui.bank.review import cadence_problem

    reason = cadence_problem(entry.data["review_in"])
    return [Problem(entry.file, f"review_in: {reason}", entry.line)] if reason else []


def _screen_order(schema: Schema) -> Callable[[Entry], tuple[int, int]]:
    kinds = {kind: i for i, kind in enumerate(schema.kinds)}
    sections = {section.slug: i for i, section in enumerate(schema.sections)}
    known: dict[tuple[str, str], tuple[int, int]] = {}

    def order(entry: Entry) -> tuple[int, int]:
        kind = entry.kind
        names = kind.section, kind.slug
        if names not in known:
            section = sections.get(kind.section, len(sections))
            known[names] = section, kinds.get(kind.slug, len(kinds))
        return known[names]

    return order


def _derive_ids(entries: list[Entry]) -> None:
    without = [entry for entry in entries if not entry.has_own_id]
    if not without:
        return
    taken = {entry.id for entry in entries if entry.has_own_id}
    ids: dict[tuple[str, str], Iterator[str]] = {}
    for entry in without:
        name = entry.kind.slug, entry.title
        if name not in ids:
            ids[name] = derived_ids(*name)
        entry.id = next(candidate for candidate in ids[name] if candidate not in taken)
        taken.add(entry.id)


def _give_keys(entries: Iterable[Entry]) -> None:
    keys: set[str] = set()
    numbers: dict[str, int] = {}
    for entry in entries:
        key, number = entry.id, numbers.get(entry.id, 1)
        while key in keys:
            number += 1
            key = f"{entry.id}~{number}"
        numbers[entry.id] = number
        keys.add(key)
        entry.key = key


_MOVE_KEYS = frozenset({"archived", "updated", "updated_by"})


def _same_text(one: Entry, other: Entry) -> bool:
    """Whether two places hold one entry; a move to another kind renames its main text."""
    left = {k: v for k, v in one.data.items() if k not in _MOVE_KEYS}
    right = {k: v for k, v in other.data.items() if k not in _MOVE_KEYS}
    if one.kind.slug != other.kind.slug:
        for data, kind in ((left, one.kind), (right, other.kind)):
            data.pop("status", None)
            data.setdefault("", data.pop(kind.main_field, ""))
    return left == right


def _one_of_each(
    live: list[Entry], problems: list[Problem], unfinished: list[tuple[Entry, Entry]]
) -> list[Entry]:
    if len({entry.id for entry in live}) == len(live):
        return live
    by_id: dict[str, list[Entry]] = defaultdict(list)
    for entry in live:
        by_id[entry.id].append(entry)
    dropped: set[int] = set()
    for same in by_id.values():
        if len(same) == 1:
            continue
        first = same[0]
        for other in same[1:]:
            if other.file != first.file and _same_text(first, other):
                kept, gone = (first, other) if first.newest >= other.newest else (other, first)
                dropped.add(id(gone))
                unfinished.append((kept, gone))
                problems.append(
                    Problem(
                        gone.file,
                        f"unfinished move: {gone.id} also stands in {kept.file}:{kept.line}",
                        gone.line,
                    )
                )
                first = kept
            else:
                problems.append(
                    Problem(
                        other.file,
                        f"the id {other.id} stands in {first.file}:{first.line} too;"
                        " give one of them a new id",
                        other.line,
                    )
                )
    return [entry for entry in live if id(entry) not in dropped]


def _without_twins(
    live: list[Entry],
    archive: list[Entry],
    problems: list[Problem],
    unfinished: list[tuple[Entry, Entry]],
) -> list[Entry]:
    for entry in live:
        entry.archived_twin = None
    if not archive:
        return archive
    here = {entry.id: entry for entry in reversed(live)}
    kept = []
    for entry in archive:
        twin = here.get(entry.id)
        if twin is None:
            kept.append(entry)
            continue
        place = f"{twin.file}:{twin.line}"
        if _same_text(twin, entry):
            unfinished.append((twin, entry))
            told = f"unfinished move: {entry.id} also stands in {place}, which counts"
        else:
            twin.archived_twin = entry
            told = f"{entry.id} was archived and stands in {place} too, edited since"
        problems.append(Problem(entry.file, told, entry.line))
    return kept
