"""The commands that take changes back, and bring them back again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from mbtui.bank.entry import plain
from mbtui.bank.safetext import safe_line
from mbtui.bank.undo import Change, Listed
from mbtui.cli.arguments import Arguments, UsageError
from mbtui.cli.context import checked_text, open_store
from mbtui.cli.output import aside, cells, cut, note, out, out_json, padded, terminal_width
from mbtui.store.store import Store
from mbtui.store.undoing import TakenBack, UndoConflictError

_SHOWN = 20
_FEW_IDS = 3
_FEW_LINES = 3
_WIDTH = 80
_GAP = "  "


def undo(arguments: Arguments) -> int:
    """`mbtui undo [ID]`: take back the latest change of this author, and name it."""
    start = checked_text(arguments.rest[0]) if arguments.rest else ""
    by = checked_text(arguments.one("--by") or "").strip()
    if arguments.flag("--by") and not by:
        raise UsageError("--by needs the name of an author, as `mbtui show` tells it")
    most = arguments.number("-n")
    if most is not None and not arguments.flag("--list"):
        raise UsageError("-n goes with --list")
    store = open_store(arguments)
    if arguments.flag("--list"):
        return _list(arguments, store, start, by, most or _SHOWN)
    try:
        return _tell(arguments, store, store.undo(start, by=by), "taken back")
    except UndoConflictError as error:
        return _tell_conflict(error)


def redo(arguments: Arguments) -> int:
    """`mbtui redo`: bring back the change that was taken back last."""
    store = open_store(arguments)
    try:
        return _tell(arguments, store, store.redo(), "brought back")
    except UndoConflictError as error:
        return _tell_conflict(error)


def _tell(arguments: Arguments, store: Store, taken: TakenBack, word: str) -> int:
    change = taken.change
    done = word if taken.made else "was gone already"
    if arguments.flag("--json"):
        out_json({**_json(change), "done": done, "note": taken.note})
    else:
        out(safe_line(f"{_ids(change)} {done}: {change.summary}"))
        if taken.note:
            note(taken.note)
    if store.warning:
        note(store.warning)
    return 0


def _ids(change: Change) -> str:
    names = sorted(change.ids) or sorted({step.file for step in change.steps}) or ["nothing"]
    more = len(names) - _FEW_IDS
    return ", ".join(names[:_FEW_IDS]) + (f" and {more} more" if more > 0 else "")


def _json(change: Change) -> dict[str, Any]:
    return {
        "change": change.what,
        "at": change.at,
        "author": change.author,
        "title": change.title,
        "ids": sorted(change.ids),
    }


def _list(arguments: Arguments, store: Store, start: str, by: str, most: int) -> int:
    """The latest changes that an undo can take back, newest first."""
    found = list(islice(store.latest_changes(start, by=by), most))
    if arguments.flag("--json"):
        changes = [{**_json(item.change), "taken_back": item.taken_back} for item in found]
        out_json({"changes": changes, "count": len(changes)})
    elif not found:
        of = f" of {start}" if start else ""
        note(f"no change{of} by {by or store.author} is known here")
    else:
        _print(found)
    return 0 if found else 1


def _print(found: list[Listed]) -> None:
    rows = [
        (_local(item.change.at), safe_line(_ids(item.change)), safe_line(item.change.summary))
        for item in found
    ]
    width = max(cells(ids) for _, ids, _ in rows)
    columns = terminal_width()
    for (when, ids, summary), item in zip(rows, found, strict=True):
        mark = f"{_GAP}(taken back)" if item.taken_back else ""
        front = f"{when}{_GAP}{padded(ids, width)}{_GAP}"
        if columns is not None:
            summary = cut(summary, max(columns - cells(front) - cells(mark), 12))
        out(f"{front}{summary}{mark}")


def _local(at: str) -> str:
    """A moment of the journal in the time of this machine."""
    try:
        return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return safe_line(at)


def _tell_conflict(error: UndoConflictError) -> int:
    """Say what stands in the way, both texts of each field, and the ways out."""
    theirs, identity = error.theirs, error.entry.id
    who = safe_line(plain((theirs or {}).get("updated_by", "")))
    note(f"{error}{f' (last changed by {who})' if who else ''}")
    would = "before your change" if error.what == "undo" else "as you had it"
    if theirs is None:
        _tell_fields(error.mine, [*error.mine], {would: error.mine})
        way = "`mbtui add` writes it anew; `mbtui recover` lists what its file held"
    elif not error.mine:
        _tell_fields(theirs, error.fields, {"as your change left it": error.base, "now": theirs})
        way = f"`mbtui delete {identity}` deletes it all the same"
    else:
        _tell_fields(theirs, error.fields, {would: error.mine, "now": theirs})
        way = f"`mbtui edit {identity} …` writes what you choose"
    note(f"{way}; `mbtui undo OTHER-ID` takes another change back, `mbtui undo --list` names them")
    return error.exit_code


def _tell_fields(
    table: Mapping[str, Any], fields: list[str], sides: Mapping[str, Mapping[str, Any]]
) -> None:
    """The texts of some fields, each named by its side and cut short."""
    hidden = ("id", "updated", "updated_by")
    width = max(map(len, sides)) + 1
    for name in (field for field in fields if field not in hidden):
        aside(f"  {safe_line(name)}")
        texts = [plain(side.get(name)).splitlines() for side in sides.values()]
        start = _first_difference(texts) if len(texts) > 1 else 0
        for label, lines in zip(sides, texts, strict=True):
            room = (terminal_width() or _WIDTH) - width - 5
            shown = [safe_line(line) for line in lines[start : start + _FEW_LINES]]
            if len(lines) > start + _FEW_LINES:
                shown.append("…")
            if start:
                shown.insert(0, "…")
            for at, line in enumerate(shown or ["(empty)"]):
                head = padded(f"{label}:" if at == 0 else "", width)
                aside(f"    {head} {cut(line, room)}".rstrip())


def _first_difference(texts: list[list[str]]) -> int:
    one, other = texts
    pairs = enumerate(zip(one, other, strict=False))
    shorter = min(len(one), len(other))
    return next((at for at, (a, b) in pairs if a != b), shorter)
