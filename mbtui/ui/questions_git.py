"""What the conflict screen asks about two versions that git or an interrupted move left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from mbtui.bank.entry import Entry, moment, plain
from mbtui.bank.merge_section import KIND, MINE, MergedEntry, Version, in_kind
from mbtui.bank.safetext import safe_line
from mbtui.store.file_conflicts import FileConflict
from mbtui.ui.commands import key_of
from mbtui.ui.comparison import NOT_CHOSEN, Comparison, Side, label_of
from mbtui.ui.glyphs import glyphs
from mbtui.ui.questions import changed_since
from mbtui.ui.wording import plural, title_of

GONE = "gone"
"""The outcome that lets an entry stay deleted."""


def of_git(
    file: str,
    merged: MergedEntry,
    names: tuple[str, str],
    place: str = "",
    archived: Entry | None = None,
) -> Comparison:
    """An entry that git's two sides changed in the same place, or that one of them took out.

    `names` are those of the sides; `place` says which of several questions it is; `archived` is the
    archived entry of that id.
    """
    version = merged.result or merged.mine or merged.theirs
    assert version is not None
    section = file.rpartition("/")[2].removesuffix(".toml")
    entry = Entry(version.kind, dict(version.data), section=section, file=file)
    title = f"{place}{title_of(entry)}"
    if merged.deleted_by:
        return _taken_out(merged, entry, names, title, archived)
    mine, theirs = (_table(side, merged) for side in (merged.mine, merged.theirs))
    base = _table(merged.base, merged) if merged.base else None
    labels = ", ".join(label_of(name) for name in merged.conflicts)
    return Comparison(
        title,
        entry,
        _side(f"Ours ({names[0]})", mine),
        _side(f"Theirs ({names[1]})", theirs),
        base,
        list(merged.conflicts),
        save_label="Take as chosen",
        leave_label="Not now",
        note=f"git could not merge {file}: both sides changed {labels}. All else is merged.",
        mine_choice="keep ours",
        base_label="Before both changes",
    )


def _taken_out(
    merged: MergedEntry,
    entry: Entry,
    names: tuple[str, str],
    title: str,
    archived: Entry | None,
) -> Comparison:
    here = merged.deleted_by == MINE
    who, other = (names[0], names[1]) if here else (names[1], names[0])
    data = dict(entry.data)
    base = dict(merged.base.data) if merged.base else {}
    if archived is not None:
        by, reason, _ = archiving(archived)
        what = f"{by} archived this entry on {who}{f' ({reason})' if reason else ''}"
        label, go = "Archived", "Leave it archived"
    else:
        what = f"this entry was deleted or moved on {who}"
        label, go = "Gone", "Leave it out"
    return Comparison(
        title,
        entry,
        _side(f"Changed ({other})", data),
        Side(f"{label} ({who})", None),
        base,
        changed_since(data, base),
        save_label="Keep the changed text",
        saves_by_key=False,
        leave_label="Not now",
        note=f"{what[0].upper()}{what[1:]}; {other} changed it.",
        others=((GONE, go),),
    )


def archiving(entry: Entry) -> tuple[str, str, datetime | None]:
    """Who archived an entry, why, and when."""
    stamp = entry.data.get("archived")
    stamp = stamp if isinstance(stamp, Mapping) else {}
    by = safe_line(plain(stamp.get("by", ""))) or "someone"
    return by, safe_line(plain(stamp.get("reason", ""))), moment(stamp.get("at"))


def of_twin(entry: Entry, twin: Entry, others: Sequence[tuple[str, str]]) -> Comparison:
    """A live entry beside its archived text."""
    by, reason, when = archiving(twin)
    fields = [
        name
        for name in {**twin.data, **entry.data}
        if name not in NOT_CHOSEN
        and name != "archived"
        and plain(twin.data.get(name)) != plain(entry.data.get(name))
    ]
    return Comparison(
        f"Live and in the archive{glyphs.sep}{title_of(entry)}",
        entry,
        _side("Live", entry.data),
        Side("In the archive", twin.data, by, when),
        None,
        fields,
        save_label="",
        leave_label="Leave both",
        note=f"{by} archived this entry{f' ({reason})' if reason else ''}; the live text differs.",
        others=tuple(others),
    )


def _side(label: str, data: Mapping[str, Any]) -> Side:
    who = safe_line(plain(data.get("updated_by", "")))
    return Side(safe_line(label), data, who, moment(data.get("updated")))


def _table(side: Version | None, merged: MergedEntry) -> dict[str, Any]:
    """A side's table with the names of the merged kind; its kind too where that is asked about."""
    if side is None:
        return {}
    if KIND in merged.conflicts:
        return {**side.data, KIND: side.kind.title}
    assert merged.result is not None
    return dict(in_kind(side, merged.result.kind))


def conflict_notice(conflicts: Sequence[FileConflict]) -> str:
    """What the notice says of an unfinished merge."""
    files = ", ".join(conflict.file for conflict in conflicts[:2])
    more = f" and {len(conflicts) - 2} more" if len(conflicts) > 2 else ""
    count = sum(len(conflict.undecided) for conflict in conflicts)
    stuck = next((conflict for conflict in conflicts if conflict.problem), None)
    key = key_of("settle")
    if count:
        told = f"{plural(count, 'entry', 'entries')} to decide"
    elif stuck is not None:
        told = stuck.problem
    elif all(conflict.data == conflict.text.encode() for conflict in conflicts):
        return safe_line(
            f"merged: {files}{more}; git has not been told{glyphs.sep}{key} adds it to git"
        )
    else:
        told = "nothing to decide"
    return safe_line(f"git could not merge {files}{more}: {told}{glyphs.sep}{key} settles it")
