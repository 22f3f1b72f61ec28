"""Sections, kinds and fields: the packaged template, extended by a team's `bank.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Final, NamedTuple

FIELD_TYPES: Final = ("text", "code", "number", "list", "choice", "date")

COMMON_KEYS: Final = (
    "id",
    "title",
    "status",
    "tags",
    "paths",
    "links",
    "owner",
    "created",
    "created_by",
    "updated",
    "updated_by",
    "reviewed",
    "reviewed_by",
    "checked",
    "review_in",
    "source",
    "archived",
)
"""The keys that every entry may have, in the order in which a new one is written."""

SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}\Z")
RESERVED: Final = frozenset({"bank", "archive"})
"""Slugs that no section or kind of a team may have."""
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])\Z")
"""Names that Windows keeps for devices: no file there can be called so."""
MOST_TABLES: Final = 1000
"""How many sections, and how many kinds, a team's `bank.toml` may describe."""
_PLACEHOLDER = re.compile(r"\[([^\[\]]*)\]")


class Field(NamedTuple):
    """One field of a kind. `short` fields take one line in a form."""

    name: str
    type: str = "text"
    choices: tuple[str, ...] = ()
    hint: str = ""
    language: str = ""
    short: bool = False

    @property
    def label(self) -> str:
        """The name as people read it: `when_to_use` is *When to use*."""
        words = self.name.replace("_", " ").replace("-", " ").strip()
        return words[:1].upper() + words[1:]

    @property
    def one_line(self) -> bool:
        """Whether the value is normally a single line."""
        return self.short or self.type in ("number", "choice", "date", "list")


class Kind(NamedTuple):
    """A kind of entry: a table array in its section's file, or one table when `single`."""

    slug: str
    title: str
    section: str
    fields: tuple[Field, ...] = ()
    statuses: tuple[str, ...] = ()
    closed: frozenset[str] = frozenset()
    hints: tuple[str, ...] = ()
    single: bool = False
    review: str = "6 months"
    closed_elsewhere: frozenset[str] = frozenset()
    """Closed statuses of other kinds, which close an entry here too unless this kind has them."""
    known: bool = True
    """False for a table array that neither the template nor `bank.toml` describes."""

    @property
    def main_field(self) -> str:
        """The field that takes an entry's main text: the first that is not a short one."""
        for item in self.fields:
            if not item.short and item.type in ("text", "code"):
                return item.name
        return self.fields[0].name if self.fields else "text"

    @property
    def field_names(self) -> tuple[str, ...]:
        """The names of the kind's own fields, in order."""
        return tuple(item.name for item in self.fields)

    def field(self, name: str) -> Field | None:
        """The field called `name`, or None."""
        return next((item for item in self.fields if item.name == name), None)

    def is_closed(self, status: str) -> bool:
        """Whether an entry with this status is closed."""
        if status in self.statuses:
            return status in self.closed
        return status in self.closed or status in self.closed_elsewhere

    def reading_hints(self) -> tuple[str, ...]:
        """The hints without the placeholder marks of the Markdown template."""
        return tuple(
            text
            for text in (_PLACEHOLDER.sub(r"\1", h.replace("**", "")).strip() for h in self.hints)
            if text
        )


class Section(NamedTuple):
    """A section of the bank: one TOML file, named by its slug."""

    slug: str
    title: str
    kinds: tuple[Kind, ...] = ()


class Schema:
    """All sections and kinds of a bank, in the order of the screen; never changed."""

    def __init__(
        self,
        title: str,
        purpose: str,
        sections: tuple[Section, ...],
        problems: tuple[str, ...] = (),
        closed: frozenset[str] = frozenset(),
    ) -> None:
        self.title = title
        self.purpose = purpose
        self.sections = sections
        self.problems = problems
        """What in `bank.toml` could not be used, a sentence each."""
        self.closed = closed
        """The statuses that close an entry unless its kind says otherwise."""
        self.kinds: Mapping[str, Kind] = {
            kind.slug: kind for section in sections for kind in section.kinds
        }

    def _parts(self) -> tuple[object, ...]:
        return self.title, self.purpose, self.sections, self.problems, self.closed

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Schema) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self._parts())

    def section(self, slug: str) -> Section | None:
        """The section with this slug, or None."""
        return next((item for item in self.sections if item.slug == slug), None)

    def kind_or_ad_hoc(self, slug: str, section: str) -> Kind:
        """The kind with this slug; for an undescribed one, a kind without fields."""
        known = self.kinds.get(slug)
        if known is not None:
            return known
        title = _title_of(slug)
        return Kind(slug, title, section, closed_elsewhere=self.closed, known=False)

    def match_kinds(self, text: str) -> list[Kind]:
        """Kinds named by `text`: the exact slug, else all whose slug or title words start so."""
        wanted = text.casefold()
        if wanted in self.kinds:
            return [self.kinds[wanted]]
        if not wanted:
            return []
        return [
            kind
            for kind in self.kinds.values()
            if kind.slug.startswith(wanted) or any(word.startswith(wanted) for word in _words(kind))
        ]


def _words(kind: Kind) -> list[str]:
    return [*kind.slug.split("-"), *re.findall(r"[\w+]+", kind.title.casefold())]


def _title_of(slug: str) -> str:
    return slug.replace("-", " ").replace("_", " ").strip().title()


def _field(data: Mapping[str, Any]) -> Field:
    return Field(
        name=data["name"],
        type=data.get("type", "text"),
        choices=tuple(data.get("choices", ())),
        hint=data.get("hint", ""),
        language=data.get("language", ""),
        short=data.get("short", False),
    )


def packaged_schema(template: Mapping[str, Any]) -> Schema:
    """The schema of the packaged template, from its parsed data file."""
    closed = frozenset(template["closed"])
    sections = tuple(
        Section(
            section["slug"],
            section["title"],
            tuple(
                Kind(
                    slug=kind["slug"],
                    title=kind["title"],
                    section=section["slug"],
                    fields=tuple(_field(item) for item in kind["fields"]),
                    statuses=(statuses := tuple(kind.get("statuses", ()))),
                    closed=closed.intersection(statuses),
                    closed_elsewhere=closed,
                    hints=tuple(kind["hints"]),
                    single=kind.get("single", False),
                    review=kind["review"],
                )
                for kind in section["kinds"]
            ),
        )
        for section in template["sections"]
    )
    return Schema(template["title"], template["purpose"], sections, closed=closed)


def extended_schema(base: Schema, config: Mapping[str, Any], closed: Iterable[str]) -> Schema:
    """`base` with the sections, kinds and fields of a team's `bank.toml`.

    `closed` holds the statuses that close an entry of a kind that does not say so itself. What
    cannot be used is left out and told in `Schema.problems`; nothing is raised.
    """
    if not any(key in config for key in ("sections", "kinds", "title", "purpose")):
        return base
    extension = _Extension(base, frozenset(closed))
    extension.add_sections(config.get("sections", {}))
    extension.add_kinds(config.get("kinds", {}))
    return Schema(
        _text(config.get("title"), base.title),
        _text(config.get("purpose"), base.purpose),
        tuple(extension.sections),
        tuple(extension.problems),
        base.closed,
    )


def _text(value: object, default: str) -> str:
    return value if isinstance(value, str) else default


def _strings(value: object) -> tuple[str, ...] | None:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    return None


class _Extension:
    """The growing list of sections while `bank.toml` is applied to it."""

    def __init__(self, base: Schema, closed: frozenset[str]) -> None:
        self.sections = list(base.sections)
        self.problems: list[str] = []
        self.closed = closed

    def _tables(self, name: str, value: object) -> list[tuple[str, dict[str, Any]]]:
        if not isinstance(value, dict):
            self.problems.append(f"{name} should be tables such as [{name}.my-{name[:-1]}]")
            return []
        good = []
        if len(value) > MOST_TABLES:
            many = f"only the first {MOST_TABLES:,} of {len(value):,}"
            self.problems.append(f"{name}: {many} are used")
        for slug, table in islice(value.items(), MOST_TABLES):
            if not isinstance(table, dict):
                self.problems.append(f"{name}.{slug} should be a table: [{name}.{slug}]")
            elif slug in RESERVED:
                self.problems.append(f"{name}.{slug}: {slug} is a name of the bank's own files")
            elif _DEVICE.match(slug):
                self.problems.append(f"{name}.{slug}: Windows keeps the name {slug} for a device")
            elif not SLUG.match(slug):
                self.problems.append(f"{name}.{slug}: a slug has only a-z, 0-9, - and _")
            else:
                good.append((slug, table))
        return good

    def add_sections(self, tables: object) -> None:
        for slug, table in self._tables("sections", tables):
            at = next((i for i, item in enumerate(self.sections) if item.slug == slug), None)
            if at is not None:
                title = _text(table.get("title"), self.sections[at].title)
                self.sections[at] = self.sections[at]._replace(title=title)
                continue
            section = Section(slug, _text(table.get("title"), _title_of(slug)))
            after = table.get("after")
            place = next(
                (i + 1 for i, item in enumerate(self.sections) if item.slug == after),
                len(self.sections),
            )
            if (
                after is not None
                and place == len(self.sections) != 0
                and not any(item.slug == after for item in self.sections)
            ):
                self.problems.append(
                    f"sections.{slug}: there is no section {after!r} to come after"
                )
            self.sections.insert(place, section)

    def add_kinds(self, tables: object) -> None:
        for slug, table in self._tables("kinds", tables):
            old = next(
                (kind for section in self.sections for kind in section.kinds if kind.slug == slug),
                None,
            )
            home = old.section if old else table.get("section")
            at = next((i for i, item in enumerate(self.sections) if item.slug == home), None)
            if at is None:
                self.problems.append(
                    f"kinds.{slug}: section = {home!r} names no section of this bank"
                    if home
                    else f'kinds.{slug} needs section = "...", the slug of the section it is in'
                )
                continue
            if any(item.slug == slug for item in self.sections):
                self.problems.append(f"kinds.{slug}: a section has this slug already")
                continue
            new = Kind(slug, _title_of(slug), self.sections[at].slug, closed_elsewhere=self.closed)
            kind = self._kind(old or new, table)
            kinds = self.sections[at].kinds
            kinds = (
                tuple(kind if item.slug == slug else item for item in kinds)
                if old
                else (*kinds, kind)
            )
            self.sections[at] = self.sections[at]._replace(kinds=kinds)

    def _kind(self, kind: Kind, table: Mapping[str, Any]) -> Kind:
        where = f"kinds.{kind.slug}"
        statuses, closed, elsewhere = kind.statuses, kind.closed, kind.closed_elsewhere
        if "statuses" in table:
            given = _strings(table["statuses"])
            if given is None:
                self.problems.append(f"{where}.statuses should be a list of words")
            else:
                statuses, closed = given, self.closed.intersection(given)
        if "closed" in table:
            given = _strings(table["closed"])
            if given is None:
                self.problems.append(f"{where}.closed should be a list of words")
            else:
                closed, elsewhere = frozenset(given), frozenset()
        hints = _strings(table.get("hints", list(kind.hints)))
        return kind._replace(
            title=_text(table.get("title"), kind.title),
            statuses=statuses,
            closed=closed,
            closed_elsewhere=elsewhere,
            hints=kind.hints if hints is None else hints,
            fields=self._fields(kind, table.get("fields", {})),
        )

    def _fields(self, kind: Kind, tables: object) -> tuple[Field, ...]:
        fields = {item.name: item for item in kind.fields}
        if not isinstance(tables, dict):
            self.problems.append(
                f"kinds.{kind.slug}.fields should be tables: fields.NAME = {{ ... }}"
            )
            return kind.fields
        for name, table in tables.items():
            where = f"kinds.{kind.slug}.fields.{name}"
            if not isinstance(table, dict):
                self.problems.append(f'{where} should be a table: {{ type = "text" }}')
                continue
            if name in COMMON_KEYS:
                self.problems.append(f"{where}: every entry has {name} already")
                continue
            old = fields.get(name, Field(name))
            choices = _strings(table.get("choices", list(old.choices)))
            if choices is None:
                self.problems.append(f"{where}.choices should be a list of words")
                choices = old.choices
            kind_of = table.get("type", "choice" if choices else old.type)
            if kind_of == "choice" and not choices:
                self.problems.append(f'{where} is a choice and needs choices = ["..."]')
                kind_of = "text"
            if kind_of not in FIELD_TYPES:
                known = ", ".join(FIELD_TYPES)
                self.problems.append(f"{where}.type = {kind_of!r} is none of {known}")
                kind_of = old.type
            fields[name] = old._replace(
                type=kind_of, choices=choices, hint=_text(table.get("hint"), old.hint)
            )
        return tuple(fields.values())
