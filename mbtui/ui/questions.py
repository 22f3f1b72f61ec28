"""What the conflict screen asks: about a save, an undo and a draft that meet a newer text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from mbtui.bank.entry import Entry, moment, plain
from mbtui.bank.merge import same_value
from mbtui.bank.review_form import PREFIX, review_fields
from mbtui.bank.safetext import safe_line
from mbtui.store.errors import ConflictError
from mbtui.ui.comparison import NOT_CHOSEN, Comparison, Side, differing, label_of
from mbtui.ui.glyphs import glyphs, own
from mbtui.ui.wording import title_of

OTHER_PROGRAM = "another program"
"""Who changed an entry without saying so in `updated_by`."""
STAYS, FORM, DISCARD = "stays", "form", "discard"
"""Outcomes beside saving."""


def newest_change(
    data: Mapping[str, Any], base: Mapping[str, Any] | None
) -> tuple[str, datetime | None]:
    """Who changed an entry since it was `base`, and when, if its keys say so."""
    stamps = ("updated", "updated_by")
    if base is not None and all(same_value(data.get(n), base.get(n)) for n in stamps):
        return OTHER_PROGRAM, None
    who = plain(data.get("updated_by", ""))
    return safe_line(who) or OTHER_PROGRAM, moment(data.get("updated"))


def changed_since(data: Mapping[str, Any], base: Mapping[str, Any]) -> list[str]:
    """The fields of an entry that are not as they were in `base`."""
    return differing(list({**base, **data}), base, data)


def draft_state(base: Mapping[str, Any], entry: Entry | None) -> str:
    """What became of an entry since a draft of it began; empty where it is as it was."""
    if entry is None:
        return "its entry was deleted since"
    if entry.archived and "archived" not in base:
        return f"archived since by {_archiver(entry)}"
    if not changed_since(entry.data, base):
        return ""
    return f"changed since by {newest_change(entry.data, base)[0]}"


def draft_notice(base: Mapping[str, Any], entry: Entry | None) -> str:
    """The same at length, for the form."""
    if entry is None:
        return "The entry was deleted since you typed. Saving writes it again, with your text"
    if entry.archived and "archived" not in base:
        return f"{_archiver(entry)} archived it since you typed. Saving changes the archived text"
    fields = changed_since(entry.data, base)
    if not fields:
        return ""
    who = newest_change(entry.data, base)[0]
    return f"{who} changed {labels(fields)} since you typed. Saving joins both texts, or asks"


def live_notice(seen: Mapping[str, Any], entry: Entry | None) -> str:
    """What became of an entry that is open in a form, which showed it as `seen`."""
    if entry is None:
        return "The entry was deleted meanwhile; saving writes it again, with your text"
    if entry.archived and "archived" not in seen:
        return f"{_archiver(entry)} archived it meanwhile; saving changes the archived text"
    fields = changed_since(entry.data, seen)
    if not fields:
        return ""
    who = newest_change(entry.data, seen)[0]
    return f"{who} changed {labels(fields)} meanwhile; saving joins both, or asks"


def table_changes(seen: Mapping[str, Any] | None, now: Mapping[str, Any]) -> str:
    """The fields of the review schedule that others changed in `[review]` since it was `seen`."""
    if seen is None or same_value(seen, now):
        return ""
    names = {field.name.removeprefix(PREFIX): field.label for field in review_fields(now)}
    changed = [name for name in {**seen, **now} if not same_value(seen.get(name), now.get(name))]
    return ", ".join(names.get(name) or label_of(name) for name in changed)


def table_notice(seen: Mapping[str, Any] | None, now: Mapping[str, Any], since: str) -> str:
    """The same as a sentence of a form; `since` says since when."""
    fields = table_changes(seen, now)
    return f"Others changed {fields} {since}; saving joins both, or asks" if fields else ""


def _archiver(entry: Entry) -> str:
    stamp = entry.data.get("archived")
    by = stamp.get("by", "") if isinstance(stamp, Mapping) else ""
    return safe_line(plain(by)) or "someone else"


def labels(fields: Sequence[str]) -> str:
    """Some fields as people read them: *Issue, Cause*."""
    return ", ".join(map(label_of, fields))


def of_save(error: ConflictError, leave_label: str = "Back to the form") -> Comparison:
    """A save that met another change of the same fields."""
    entry, title = error.entry, title_of(error.entry)
    mine = Side("Mine", error.mine, "not saved")
    if error.theirs is None:
        return Comparison(
            f"Not there any more{glyphs.sep}{title}",
            entry,
            mine,
            Side("Theirs", None),
            error.base,
            changed_since(error.mine, error.base),
            save_label="Write it again",
            leave_label=leave_label,
            note=own(
                "Someone else deleted this entry while you edited it. Nothing was written; this is"
                f" what you changed. “{_STAY_DELETED}” drops it."
            ),
            others=((STAYS, _STAY_DELETED),),
        )
    who, when = newest_change(error.theirs, error.base)
    fields = differing(error.fields, error.mine, error.theirs)
    return Comparison(
        f"Changed meanwhile{glyphs.sep}{title}",
        entry,
        mine,
        Side("Theirs", error.theirs, who, when),
        error.base,
        fields,
        leave_label=leave_label,
        note=f"Both changed {labels(fields)}. Choose what is written; the rest is joined.",
    )


def of_undo(error: ConflictError, *, redo: bool = False) -> Comparison:
    """An undo or redo that met a newer change; `error.mine` is what it would bring back."""
    act = "Redo" if redo else "Undo"
    since = Comparison(
        f"{act}{glyphs.sep}{title_of(error.entry)}",
        error.entry,
        Side("Your change" if redo else "Before your change", error.mine),
        Side("Now", error.theirs, *newest_change(error.theirs or {}, error.base)),
        error.base,
        differing(error.fields, error.mine, error.theirs or {}),
        leave_label="Back",
        mine_choice="your change" if redo else "as before",
        theirs_choice="as it is now",
        base_label="When you took it back" if redo else "As your change left it",
        others=((STAYS, "Leave it as it is"),),
    )
    if error.theirs is None:
        return since._replace(
            theirs=Side("Now", None),
            fields=changed_since(error.mine, error.base) or differing(error.fields, error.mine, {}),
            save_label="Write it all the same",
            others=((STAYS, _STAY_DELETED),),
            note="The entry was deleted since. This is what would be brought back.",
        )
    if not error.mine:
        changed = [n for n in {**error.base, **error.theirs} if n not in _STAMPS]
        return since._replace(
            mine=Side(since.base_label, error.base),
            base=None,
            fields=[n for n in changed if not same_value(error.base.get(n), error.theirs.get(n))],
            save_label="Delete it all the same",
            by_field=False,
            saves_by_key=False,
            others_first=True,
            note=f"This would delete the entry, with what {since.theirs.who} changed in it since.",
        )
    return since._replace(
        note=f"{labels(since.fields)} changed again since your change. Choose what is written."
    )


_STAMPS = NOT_CHOSEN - {"reviewed", "reviewed_by"}
_STAY_DELETED = "Let it stay deleted"


def of_draft(
    entry: Entry,
    base: Mapping[str, Any],
    changes: Mapping[str, Any | None],
    when: datetime,
) -> Comparison:
    """Unsaved text beside the entry as it is on disk now; `changes` is what was typed."""
    mine = {k: v for k, v in {**base, **changes}.items() if v is not None}
    since = changed_since(entry.data, base)
    who, changed = newest_change(entry.data, base if since else None)
    if since:
        note = f"{who} changed {labels(since)} since you typed. What is not shown here stays."
    else:
        note = "The entry is as it was when you typed."
    return Comparison(
        f"Unsaved text{glyphs.sep}{title_of(entry)}",
        entry,
        Side("My unsaved text", mine, when=when),
        Side("On disk", entry.data, who if changed or since else "", changed),
        base,
        differing(list(changes), mine, entry.data),
        leave_label="Later",
        note=note,
        mine_choice="my text",
        theirs_choice="as on disk",
        base_label="When you began to type",
        others=((FORM, "Go on in the form"), (DISCARD, "Discard my text")),
    )
