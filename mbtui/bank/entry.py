"""An entry as it was read: its keys untouched, with tolerant views on what they mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from mbtui.bank.schema import COMMON_KEYS, Kind

ARCHIVE = "archive/"


class Entry:
    """One entry of the bank; never changed after it was made.

    `data` is the table as it stands in the file, unknown keys included. `id` is the written id,
    else the derived one. `key` tells entries apart inside one loaded bank: the id, with `~2` and
    so on behind it where an id occurs more than once.
    """

    __slots__ = (
        "_folded",
        "_newest",
        "archived",
        "archived_twin",
        "data",
        "file",
        "has_own_id",
        "id",
        "inline",
        "key",
        "kind",
        "line",
        "problems",
        "section",
        "title",
    )

    def __init__(
        self,
        kind: Kind,
        data: dict[str, Any],
        *,
        section: str,
        file: str,
        line: int = 1,
        inline: bool = False,
        problems: tuple[str, ...] = (),
    ) -> None:
        self.kind = kind
        self.data = data
        self.section = section
        self.file = file
        """The file's name inside the bank folder, `known-issues.toml` or `archive/…`."""
        self.archived = file.startswith(ARCHIVE)
        self.line = line
        """The line of the header, counted from 1."""
        self.inline = inline
        """Part of an inline array: shown, not edited."""
        self.problems = problems
        if kind.single:
            self.id: str = kind.slug
            self.title = kind.title
        else:
            written, title = data.get("id"), data.get("title", "")
            self.id = written if isinstance(written, str) else ""
            self.title = title if isinstance(title, str) else plain(title)
        self.key = self.id
        self.has_own_id = self.id != ""
        """Whether the id stands in the file (a derived one is written with the next save)."""
        self.archived_twin: Entry | None = None
        """The archived text of the same id, where a live one stands beside it."""
        self._folded: str | None = None
        self._newest: float | None = None

    def __repr__(self) -> str:
        return f"<Entry {self.kind.slug} {self.key}>"

    @property
    def status(self) -> str:
        """The status, or an empty text."""
        return plain(self.data.get("status", ""))

    @property
    def closed(self) -> bool:
        """Whether the status is one of the closed ones of the kind."""
        status = self.data.get("status", "")
        return self.kind.is_closed(status if type(status) is str else plain(status))

    @property
    def tags(self) -> list[str]:
        """The tags; a single text counts as one tag."""
        return strings(self.data.get("tags"))

    @property
    def paths(self) -> list[str]:
        """The paths in the repository that the entry is about."""
        return strings(self.data.get("paths"))

    @property
    def links(self) -> list[str]:
        """Ids of related entries."""
        return strings(self.data.get("links"))

    @property
    def owner(self) -> str:
        """Who looks after the entry, or an empty text."""
        return plain(self.data.get("owner", ""))

    @property
    def created(self) -> datetime | None:
        """When the entry was made, in UTC."""
        return moment(self.data.get("created"))

    @property
    def updated(self) -> datetime | None:
        """When the entry was last changed, in UTC."""
        return moment(self.data.get("updated"))

    @property
    def newest(self) -> float:
        """Seconds since the epoch of the last dated change; 0 without a date."""
        if self._newest is None:
            when = self.data.get("updated", self.data.get("created"))
            if type(when) is not datetime or when.tzinfo is None:
                when = self.updated or self.created
            self._newest = when.timestamp() if when else 0.0
        return self._newest

    @property
    def severity(self) -> str:
        """The severity, else the impact, else nothing: what a list shows beside the title."""
        return plain(self.data.get("severity", self.data.get("impact", "")))

    def own_fields(self) -> Iterator[tuple[str, Any]]:
        """Name and value of each field of the kind that the entry has, in the kind's order."""
        for name in self.kind.field_names:
            if name in self.data:
                yield name, self.data[name]

    def extra(self) -> dict[str, Any]:
        """The keys that neither the format nor the kind knows."""
        known = self.kind.field_names
        return {k: v for k, v in self.data.items() if k not in COMMON_KEYS and k not in known}

    @property
    def main_text(self) -> str:
        """The text of the kind's first field."""
        return plain(self.data.get(self.kind.main_field, ""))

    @property
    def folded(self) -> str:
        """Case-folded text of everything searchable, title first, one value a line."""
        if self._folded is None:
            self._folded = "\n".join(searchable(self)).casefold()
        return self._folded

    def placed(self, line: int) -> Entry:
        """The same entry at another line of its file."""
        if line == self.line:
            return self
        copy = Entry.__new__(Entry)
        copy.kind, copy.section, copy.file, copy.line = self.kind, self.section, self.file, line
        copy.data, copy.problems, copy.inline = self.data, self.problems, self.inline
        copy.id, copy.key, copy.has_own_id = self.id, self.key, self.has_own_id
        copy.title, copy.archived, copy.archived_twin = (
            self.title,
            self.archived,
            self.archived_twin,
        )
        copy._folded, copy._newest = self._folded, self._newest
        return copy


_NOT_SEARCHED = frozenset(
    {"title", "id", "tags", "paths", "checked", "created", "updated", "reviewed"}
)


def searchable(entry: Entry) -> Iterator[str]:
    """The texts in which a word of a query may occur, the title first."""
    yield entry.title
    yield entry.id
    yield " ".join(entry.tags)
    yield " ".join(entry.paths)
    for name, value in entry.data.items():
        if name not in _NOT_SEARCHED:
            yield value if type(value) is str else plain(value)


def plain(value: object) -> str:
    """Any TOML value as text for people; a text stays as it is."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds").replace("+00:00", " UTC")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list):
        return ", ".join(plain(item) for item in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {plain(item)}" for name, item in value.items())
    return str(value)


def strings(value: object) -> list[str]:
    """A list of texts from whatever stands where one belongs."""
    if value is None or value == "":
        return []
    if isinstance(value, list):
        return [plain(item) for item in value]
    return [plain(value)]


def moment(value: object) -> datetime | None:
    """A date or date-time as a moment in UTC; a text is read as ISO 8601, else None.

    None also for a moment whose UTC date no calendar year holds.

    A value without an offset is taken as UTC, so that it means the same on every machine.
    """
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        if value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        try:
            return value.astimezone(UTC)
        except OverflowError:
            return None
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return None
