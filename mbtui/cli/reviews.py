"""The commands about reviews: due, reviewed, supersede."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from mbtui.bank.bank import Bank
from mbtui.bank.due import (
    Attention,
    Due,
    attention_of,
    days_overdue,
    is_about_reviews,
    problems_of_dates,
)
from mbtui.bank.entry import Entry
from mbtui.bank.review import AGENT, due_date
from mbtui.bank.safetext import safe_line
from mbtui.cli.arguments import Arguments
from mbtui.cli.context import checked_text, open_reader, open_store, the_entry
from mbtui.cli.output import note, out, out_json, padded, styled, terminal_width
from mbtui.cli.read import Columns
from mbtui.exchange.json_out import entries_to_json, entry_to_json
from mbtui.store.review_state import ReviewMemory
from mbtui.store.store import Store

_INDENT = "  "


def due(arguments: Arguments) -> int:
    """`mbtui due`: what wants a review."""
    store = open_reader(arguments)
    bank, today = store.load(), date.today()
    snoozed = {} if arguments.flag("--all") else ReviewMemory(store.folder).read().snoozed
    found = attention_of(bank, today, snoozed)
    if arguments.flag("--json"):
        out_json(_json(found, bank))
    else:
        _print(found, today)
    for problem in (
        *filter(is_about_reviews, bank.problems),
        *problems_of_dates(bank.entries, today),
    ):
        note(str(problem))
    for problem in bank.broken_files:
        note(str(problem))
    return 3 if bank.broken_files else 0


def _groups(found: Attention) -> list[tuple[str, str, list[Due]]]:
    return [
        ("overdue", "Overdue", found.overdue),
        ("soon", "Within 7 days", found.soon),
        ("never", "Never reviewed", found.never),
    ]


def _json(found: Attention, bank: Bank) -> dict[str, Any]:
    groups = _groups(found)
    answer = entries_to_json(
        (item.entry for _, _, group in groups for item in group), bank.config.review
    )
    names = [name for name, _, group in groups for _ in group]
    for item, name in zip(answer["entries"], names, strict=True):
        item["group"] = name
    answer |= {name: len(group) for name, _, group in groups}
    answer["snoozed"] = len(found.snoozed)
    answer["archive_candidates"] = [item.entry.id for item in found.candidates]
    return answer


def _print(found: Attention, today: date) -> None:
    groups = [group for group in _groups(found) if group[2]]
    shown = [item for _, _, group in groups for item in group]
    words = [_when(item, today) for item in shown]
    wide = max(map(len, words), default=0)
    width = terminal_width()
    room = None if width is None else width - wide - 2 * len(_INDENT)
    columns = Columns([item.entry for item in shown], room)
    for at, (_, title, group) in enumerate(groups):
        out(("\n" if at else "") + f"{styled(title, 'bold')} ({len(group):,})")
        for item in group:
            out(f"{_INDENT}{padded(_when(item, today), wide)}{_INDENT}{columns.line(item.entry)}")
    if not shown:
        note("nothing is due for review")
    if found.snoozed:
        note(f"{len(found.snoozed):,} more that you put off; --all shows them")
    if found.candidates:
        note(
            f"{len(found.candidates):,} closed for long could go to the archive; `mbtui` lists them"
        )


def _when(item: Due, today: date) -> str:
    return days_overdue(item, today).removeprefix("due ").removesuffix(" reviewed")


def reviewed(arguments: Arguments) -> int:
    """`mbtui reviewed ID…`: note that entries are still true."""
    store = open_store(arguments)
    bank = store.load()
    entries = {e.key: e for e in (the_entry(bank, start) for start in arguments.rest)}
    code, done = 0, []
    for outcome in store.review_each(list(entries.values())):
        if outcome.error is not None:
            note(str(outcome.error))
            code = code or outcome.error.exit_code
        elif outcome.entry is not None:
            done.append(outcome.entry.key)
        if outcome.warning:
            note(outcome.warning)
    _tell([store.bank.by_key[key] for key in entries if key in done], store, arguments)
    return code


def _tell(entries: Iterable[Entry], store: Store, arguments: Arguments) -> None:
    review = store.bank.config.review
    if arguments.flag("--json"):
        found = list(entries)
        one = len(arguments.rest) == 1 and found
        out_json(entry_to_json(found[0], review) if one else entries_to_json(found, review))
        return
    noted = store.author.startswith(AGENT) and review.get("agents") is not True
    for entry in entries:
        day = due_date(entry, review)
        until = f"due {'since' if day <= date.today() else 'again on'} {day}" if day else ""
        told = "noted; a review by an agent resets nothing" if noted else "reviewed"
        out(safe_line("; ".join(filter(None, [f"{entry.id} {told}", until]))))


def supersede(arguments: Arguments) -> int:
    """`mbtui supersede OLD NEW`: one entry takes the place of another."""
    reason = checked_text(arguments.one("--reason") or "").strip()
    store = open_store(arguments)
    bank = store.load()
    old, new = (the_entry(bank, start) for start in arguments.rest)
    written = store.supersede(old, new, reason)
    if arguments.flag("--json"):
        out_json(entry_to_json(written, bank.config.review))
    else:
        status = ", status superseded" if written.status != old.status else ""
        out(safe_line(f"{old.id} is superseded by {new.id}{status}; both say so now"))
    if store.warning:
        note(store.warning)
    return 0
