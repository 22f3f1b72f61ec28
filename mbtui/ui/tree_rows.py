"""The rows of the section tree, from a bank."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from mbtui.bank.bank import Bank
from mbtui.bank.review import CHANGE_LOG
from mbtui.ui.glyphs import glyphs

ALL, DRIFTED, VIEW, SEPARATOR, SECTION, KIND, ARCHIVED, DUE, CANDIDATES, CHANGED = (
    "all",
    "drifted",
    "view",
    "separator",
    "section",
    "kind",
    "archived",
    "due",
    "candidates",
    "changed",
)


class TreeRow(NamedTuple):
    """One row: `key` is stable over reloads, `slug` names the view, section or kind.

    `size` is the number of entries behind the row.
    """

    key: str
    type: str
    slug: str
    label: str
    size: int = 0
    depth: int = 0
    mark: str = " "


def tree_rows(
    bank: Bank,
    expanded: Collection[str],
    views: Mapping[str, int],
    reviews: tuple[int, int] = (0, 0),
    drifted: int = 0,
    changed: int | None = None,
) -> list[TreeRow]:
    """All visible rows; `views` gives the count of each of the bank's saved searches.

    `reviews` says how many entries are due, and how many are candidates for the archive; `drifted`
    how many the code went away from. A row that would count none is left out; `changed` counts
    what others changed since one looked, and None leaves its row out.
    """
    due, candidates = reviews
    total = sum(len(v) for kind, v in bank.by_kind.items() if kind != CHANGE_LOG)
    rows: list[TreeRow] = []
    if changed is not None:
        rows.append(TreeRow("changed", CHANGED, "", "Changed", changed, mark=glyphs.news))
    if due:
        rows.append(TreeRow("due", DUE, "", "Due for review", due, mark=glyphs.due))
    if drifted:
        rows.append(TreeRow("drifted", DRIFTED, "", "Drifted", drifted, mark=glyphs.drifted))
    rows += [TreeRow("all", ALL, "", "All entries", total, mark=glyphs.everything)]
    rows += [
        TreeRow(f"view:{name}", VIEW, name, name, views.get(name, 0), mark=glyphs.view)
        for name in bank.config.views
    ]
    rows.append(TreeRow("separator", SEPARATOR, "", ""))
    kinds = bank.kinds
    for section in bank.schema.sections:
        own = [kind for kind in kinds if kind.section == section.slug]
        count = sum(len(bank.by_kind.get(k.slug, ())) for k in own if k.slug != CHANGE_LOG)
        open_ = section.slug in expanded
        mark = glyphs.opened if open_ else glyphs.folded
        key = f"section:{section.slug}"
        rows.append(TreeRow(key, SECTION, section.slug, section.title, count, mark=mark))
        if open_:
            rows += [
                TreeRow(
                    f"kind:{k.slug}", KIND, k.slug, k.title, len(bank.by_kind.get(k.slug, ())), 1
                )
                for k in own
            ]
    if candidates or bank.archive:
        rows.append(TreeRow("separator2", SEPARATOR, "", ""))
    if bank.archive:
        rows.append(
            TreeRow("archived", ARCHIVED, "", "Archive", len(bank.archive), mark=glyphs.archive)
        )
    if candidates:
        label = "Archive candidates"
        rows.append(
            TreeRow("candidates", CANDIDATES, "", label, candidates, mark=glyphs.candidates)
        )
    return rows
