"""Two texts of one entry beside each other, and what a person decided about them.

Knows no screen: `Conflict` shows a `Comparison` and gives a `Decision`, and `decided` turns both
into what `Store.update` writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from mbtui.bank.diff3 import merge_text
from mbtui.bank.entry import Entry, plain, strings
from mbtui.bank.form import (
    CHOICE,
    FormField,
    form_fields,
    prose,
    to_escaped,
    too_long_for_form,
)
from mbtui.bank.merge import merge_entry, same_value
from mbtui.bank.safetext import safe_line
from mbtui.bank.schema import Field
from mbtui.ui.glyphs import glyphs
from mbtui.ui.wording import ago

MINE, THEIRS, BOTH, EDITED = "mine", "theirs", "both", "edited"
SAVE = "save"
"""The outcome of a decision that is to be written."""
NOT_CHOSEN = frozenset(
    {
        *("id", "created", "created_by", "updated", "updated_by"),
        *("reviewed", "reviewed_by", "checked"),
    }
)
"""Keys that follow rules of their own when texts are joined; nobody is asked about them."""

_ONE_PER_LINE = 40
"""A list whose items are longer than this together is shown with one item a line."""


class Side(NamedTuple):
    """One of the two texts, and whose it is; `data` is None where the entry is not there.

    `who` may be any word for its origin, *not saved* for instance.
    """

    label: str
    data: Mapping[str, Any] | None
    who: str = ""
    when: datetime | None = None


class Comparison(NamedTuple):
    """What the conflict screen shows: the sides, and the fields on which a person decides.

    `base` is the common ancestor, if there is one. Without `by_field`, or where one side's `data`
    is None, it is decided as a whole. Without `save_label` there is nothing to save; without
    `saves_by_key` only its button saves. `others` are more ways out, each an outcome and the label
    of its button; with `others_first` the first of them has the focus.
    """

    title: str
    entry: Entry
    mine: Side
    theirs: Side
    base: Mapping[str, Any] | None
    fields: Sequence[str]
    save_label: str = "Save as chosen"
    leave_label: str = "Back to the form"
    note: str = ""
    mine_choice: str = "keep mine"
    theirs_choice: str = "take theirs"
    base_label: str = "Before both changes"
    others: Sequence[tuple[str, str]] = ()
    by_field: bool = True
    saves_by_key: bool = True
    others_first: bool = False

    @property
    def has_choices(self) -> bool:
        """Whether a person decides field by field."""
        sides = self.mine.data is not None and self.theirs.data is not None
        return self.by_field and sides and bool(self.save_label)


class Decision(NamedTuple):
    """For each field one of `MINE`, `THEIRS`, `BOTH`, `EDITED`, and the values that were edited.

    `outcome` is `SAVE` or one of the comparison's `others`.
    """

    choices: Mapping[str, str] = {}
    edited: Mapping[str, Any] = {}
    outcome: str = SAVE


def headings(side: Side, now: datetime) -> list[str]:
    """Whose text it is and since when, *Theirs · Bo · 12 min ago, 14:02*; then shorter forms."""
    whose = glyphs.sep.join(safe_line(part) for part in (side.label, side.who) if part)
    if side.when is None:
        return [whose]
    long = ago(side.when, now)
    return [f"{whose}{glyphs.sep}{when}" for when in (long, long.partition(",")[0])] + [whose]


def label_of(name: str) -> str:
    """The name of a field as people read it."""
    return safe_line(Field(name.strip("[]")).label)


def readable(comparison: Comparison, name: str, data: Mapping[str, Any] | None) -> str:
    """A field's value as text: items and sub-tables on lines of their own."""
    value = (data or {}).get(name)
    if isinstance(value, Mapping):
        return "\n".join(f"{key}: {plain(item)}" for key, item in value.items())
    if isinstance(value, list):
        items = strings(value)
        short = sum(map(len, items)) <= _ONE_PER_LINE
        return ", ".join(items) if short else "\n".join(items)
    return plain(value).rstrip()


def differing(
    fields: Sequence[str], mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> list[str]:
    """The fields with two values, without those that nobody is asked about."""
    return [
        name
        for name in fields
        if name not in NOT_CHOSEN and not same_value(mine.get(name), theirs.get(name))
    ]


# Values


def joined(comparison: Comparison, name: str) -> Any | None:
    """What *keep both* gives; None where it makes no sense: for a status, a number, a title.

    Texts are merged by line; where both sides changed the same lines, mine stand above theirs.
    """
    mine, theirs = ((side.data or {}).get(name) for side in (comparison.mine, comparison.theirs))
    if not mine or not theirs or same_value(mine, theirs):
        return None
    base = (comparison.base or {}).get(name)
    value: Any = None
    if isinstance(mine, list) and isinstance(theirs, list):
        merged = merge_entry({"tags": base}, {"tags": mine}, {"tags": theirs})
        value = merged.data.get("tags")
    elif isinstance(mine, str) and isinstance(theirs, str) and _is_prose(comparison, name):
        value = _joined_text(base if isinstance(base, str) else "", mine, theirs)
    return None if same_value(value, mine) or same_value(value, theirs) else value


def _is_prose(comparison: Comparison, name: str) -> bool:
    kind = comparison.entry.kind
    field = kind.field(name)
    if field is not None:
        return field.type in ("text", "code") and not field.short
    known = any(item.name == name for item in form_fields(kind, {}))
    return not known and "\n" in plain((comparison.mine.data or {}).get(name))


def _joined_text(base: str, mine: str, theirs: str) -> str:
    apart = prose(f"{mine.rstrip()}\n\n{theirs.rstrip()}")
    if "\n" not in base:
        return apart
    text = merge_text(base, mine, theirs, lambda _, left, right: [*_ended(left), *right])
    return apart if text is None or text == "".join(_ended([mine])) + theirs else text


def _ended(lines: list[str]) -> list[str]:
    """The lines, the last one with its line end."""
    if lines and not lines[-1].endswith("\n"):
        return [*lines[:-1], lines[-1] + "\n"]
    return lines


def options(comparison: Comparison, name: str) -> list[tuple[str, str]]:
    """The choices for a field, each with its words."""
    found = [(MINE, comparison.mine_choice), (THEIRS, comparison.theirs_choice)]
    if joined(comparison, name) is not None:
        found.append((BOTH, "keep both"))
    if result_field(comparison, name, MINE) is not None:
        found.append((EDITED, "edit the result"))
    return found


def first_choice(comparison: Comparison, name: str) -> str:
    """The choice to begin with: both where they can be joined without a question, else mine.

    Where the text on disk is as it was, there is nothing to join.
    """
    sides = [{name: (data or {}).get(name)} for data in _tables(comparison)]
    if comparison.base is not None and sides[0] == sides[2]:
        return MINE
    merged = merge_entry(*sides)
    return MINE if merged.conflicts or joined(comparison, name) is None else BOTH


def _tables(comparison: Comparison) -> tuple[Mapping[str, Any] | None, ...]:
    return comparison.base, comparison.mine.data, comparison.theirs.data


def chosen(comparison: Comparison, name: str, choice: str) -> Any | None:
    """The value that a choice other than `EDITED` stands for; None removes the key."""
    if choice == BOTH:
        return joined(comparison, name)
    side = comparison.theirs if choice == THEIRS else comparison.mine
    return (side.data or {}).get(name)


def result_field(comparison: Comparison, name: str, choice: str) -> FormField | None:
    """The form's field for the result, filled with a choice; None where no form takes it."""
    value = chosen(comparison, name, choice)
    data = {**(comparison.theirs.data or {})}
    data.pop(name, None)
    if value is not None:
        data[name] = value
    fields = form_fields(comparison.entry.kind, data)
    found = next((item for item in fields if item.name == name), None)
    if found is None or (found.type == CHOICE and len(found.choices) < 3):
        return None
    return None if too_long_for_form(comparison.entry.kind, {name: value}) else found


def decided(
    comparison: Comparison, decision: Decision
) -> tuple[dict[str, Any], dict[str, Any | None]]:
    """The base and the changes that write what was chosen for each field.

    With *theirs* as the base of those fields, the choice stands; all else merges as before.
    """
    theirs = comparison.theirs.data or {}
    base, mine = dict(comparison.base or {}), dict(comparison.mine.data or {})
    for name in comparison.fields:
        choice = decision.choices.get(name, MINE)
        value = decision.edited.get(name) if choice == EDITED else chosen(comparison, name, choice)
        _put(base, name, theirs.get(name))
        _put(mine, name, value)
    changes: dict[str, Any | None] = {
        name: mine.get(name)
        for name in {**base, **mine}
        if name not in ("updated", "updated_by") and not same_value(base.get(name), mine.get(name))
    }
    return base, changes


def result(comparison: Comparison, decision: Decision) -> tuple[dict[str, Any], dict[str, Any]]:
    """The same as `decided`, but with the whole table that is wanted in place of the changes."""
    base, changes = decided(comparison, decision)
    wanted = {**base, **changes}
    return base, {name: value for name, value in wanted.items() if value is not None}


def _put(table: dict[str, Any], name: str, value: Any) -> None:
    if value is None:
        table.pop(name, None)
    else:
        table[name] = value


def as_typed(fields: Sequence[FormField], texts: Mapping[str, str]) -> dict[str, str]:
    """Plain texts as they are typed into these fields, some of which show escapes."""
    escaped = {item.name for item in fields if item.escaped}
    known = {item.name for item in fields}
    return {
        name: to_escaped(text) if name in escaped else text
        for name, text in texts.items()
        if name in known
    }
