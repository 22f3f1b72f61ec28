"""What a row of the tree lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from mbtui.bank.entry import Entry
from mbtui.bank.order import default_order
from mbtui.bank.review import CHANGE_LOG, SCHEDULE
from mbtui.ui.commands import key_of
from mbtui.ui.glyphs import glyphs
from mbtui.ui.tree_rows import ALL, ARCHIVED, DRIFTED, KIND, SECTION, VIEW, TreeRow
from mbtui.ui.wording import short_line

if TYPE_CHECKING:
    from mbtui.ui.screens.main import MainScreen


class Listed(NamedTuple):
    """Entries that are in no one place of the bank, and how their list is headed."""

    entries: list[Entry]
    title: str
    order: str
    words: Mapping[str, str] = {}
    """What the right end of a row says, by the key of the entry; else what it says everywhere."""


def entries_of(screen: MainScreen, row: TreeRow | None) -> tuple[list[Entry], str]:
    """The entries behind a row, in the order of lists, and what their list is called."""
    bank = screen.bank
    if row is None or row.type == ALL:
        return screen.owner.everything(), "All entries"
    if row.type == ARCHIVED:
        return default_order(bank.archive), "Archive"
    if row.type == DRIFTED:
        return screen.code.entries(), "Drifted"
    if row.type == VIEW:
        return screen.owner.find(bank.config.views.get(row.slug, "")), short_line(row.label)
    if row.type == SECTION:
        slugs = [kind.slug for kind in bank.kinds if kind.section == row.slug]
        kinds = [slug for slug in slugs if slug != CHANGE_LOG]
        mixed = [entry for slug in kinds for entry in bank.by_kind.get(slug, ())]
        return default_order(mixed), short_line(row.label)
    title = short_line(row.label)
    if screen.panes.alone:
        section = bank.schema.section(screen.section_of(row.slug))
        title = f"{short_line(section.title)} {glyphs.into} {title}" if section else title
    return default_order(bank.by_kind.get(row.slug, ())), title


def empty_text(screen: MainScreen, row: TreeRow | None) -> str:
    """What an empty list says: how to fill it."""
    if row is None or row.type == ALL:
        what = "type what you just learned, in one line"
        return f"This bank is empty. Press {key_of('add')} and {what}."
    kind = screen.bank.schema.kinds.get(row.slug) if row.type == KIND else None
    if kind is None:
        return f"Nothing here yet. Press {key_of('add')} to add an entry."
    hints = ". ".join(kind.reading_hints())
    if kind.slug == SCHEDULE:
        from mbtui.bank.review_form import review_words

        hints = f"{hints}. {review_words(screen.bank.config.review)}"
    how = f"{key_of('edit')} to fill it in" if kind.single else f"{key_of('add')} to add one"
    return short_line(f"{hints}. Press {how}.")
