"""Writing the change log: a line for each change that is to have one, as part of that change."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mbtui.bank.entry import ARCHIVE, plain
from mbtui.bank.ids import random_id
from mbtui.bank.log_actions import (
    ARCHIVE as ARCHIVED,
)
from mbtui.bank.log_actions import (
    DAILY,
    DELETE,
    EDIT,
    STATUS,
    SUPERSEDE,
    Action,
    Version,
    action_between,
    joined,
    line_title,
    read_title,
    statuses_of,
)
from mbtui.bank.review import CHANGE_LOG, local_day
from mbtui.bank.undo import State, Turn, turns
from mbtui.store.batching import Batching, EditOf
from mbtui.store.errors import StoreError
from mbtui.store.log_config import ALL, NONE, what_is_kept
from mbtui.store.rounds import middle_first
from mbtui.store.section_text import Block, SectionText
from mbtui.store.toml_read import loads
from mbtui.store.toml_write import entry_text
from mbtui.store.writer import Edit


class Line(NamedTuple):
    """A line that is to be written: what happened to which entry, and why."""

    entry: str
    title: str
    action: Action
    reason: str


class ChangeLog(Batching):
    """The part of a store that notes in the change log what the other parts do."""

    def _log_change(self) -> None:
        """Note what the present change did. A line that cannot be written fails nothing."""
        steps = self._steps
        bank_file = self.bank_file or self.load_schema()
        keep = what_is_kept(bank_file.config, self.folder) if steps else NONE
        if keep == NONE:
            return
        lines = [line for line in self._lines() if line.reason or keep == ALL]
        if not lines:
            return
        saved = self.warning
        try:
            failed = self._write_lines(lines, daily=keep == ALL)
        except (StoreError, OSError) as error:
            failed = str(error)
        told = f"saved; the change log could not be written: {failed}" if failed else self.warning
        self.warning = "; ".join(dict.fromkeys(filter(None, (saved, told))))

    def _lines(self) -> Iterator[Line]:
        """What the steps so far did, a line for each entry; not of the log or of `bank.toml`."""
        found = [turn for turn in turns(self._steps).values() if turn.is_of_entry]
        titles = {turn.id: self._title(turn) for turn in found}
        for turn in found:
            before, after = version_of(turn.before), version_of(turn.after)
            action = action_between(before, after)
            if action is None or (action.what == DELETE and self._is_part_of_another()):
                continue
            reason = self._reasons.get(turn.id, "")
            if action.what == ARCHIVED and after is not None:
                archived = after.data.get("archived")
                reason = plain(archived.get("reason")) if isinstance(archived, Mapping) else ""
            if reason and action.what == EDIT and action.detail:
                action = Action(STATUS, ("status",), action.detail)
            if action.what == SUPERSEDE:
                action = action._replace(detail=titles.get(action.detail) or action.detail)
            yield Line(turn.id, titles[turn.id], action, reason.strip())

    def _title(self, turn: Turn) -> str:
        """The title of an entry after a change, or before it; of a single table, its name."""
        for state in (turn.after, turn.before):
            table = _table(state)
            if state is not None and table is not None and turn.id == state.kind:
                return self._kind(state.kind).title
            if table is not None and table.get("title"):
                return plain(table["title"])
        return turn.id

    def _is_part_of_another(self) -> bool:
        """Whether entries are taken out as the end of a move or the like."""
        return self._group is not None and self._group.what != DELETE

    def _write_lines(self, lines: list[Line], *, daily: bool) -> str:
        """Write lines; why one could not be written, or nothing.

        With `daily` an edit joins the line of that entry, author and day.
        """
        kind = self._kind(CHANGE_LOG)
        taken: set[str] = set()
        edits: list[tuple[str, EditOf]] = []
        for line in lines:
            while (identity := random_id(os.urandom(5))) in taken:
                pass
            taken.add(identity)
            joins = daily and not line.reason and line.action.what in DAILY
            edits.append((identity, functools.partial(self._line_edit, line, identity, joins)))
        edits.sort(key=lambda item: item[0])
        ordered = [edits[at][1] for at in middle_first(len(edits))]
        errors = self._edit_each(f"{kind.section}.toml", ordered)
        return next((str(error) for error in errors if error is not None), "")

    def _line_edit(self, line: Line, identity: str, joins: bool, section: SectionText) -> Edit:
        kind, moment = self._kind(CHANGE_LOG), self.now()
        block = self._line_of_the_day(line, section) if joins else None
        if block is not None:
            earlier = read_title(block.entry.title, self._statuses)
            actions = [*([earlier[0]] if earlier else []), line.action]
            title = line_title(joined(actions), line.title)
            return self._update_edit(
                section, block, {**block.entry.data, "title": title, "date": moment}
            )
        while identity in section.blocks_by_own_id:
            identity = random_id(os.urandom(5))
        data: dict[str, Any] = {
            "id": identity,
            "title": line_title(line.action, line.title),
            "entry": line.entry,
            "date": moment,
            "author": self.author,
        }
        if line.reason:
            data["reason"] = line.reason
        return self._insert(section, kind, entry_text(kind, data), data)

    @property
    def _statuses(self) -> frozenset[str]:
        return statuses_of((self.bank_file or self.load_schema()).schema)

    def _line_of_the_day(self, line: Line, section: SectionText) -> Block | None:
        """The line of today in which this author did the same to the same entry."""
        today, statuses = local_day(self.now()), self._statuses
        for block in section.blocks_of(CHANGE_LOG):
            data = block.entry.data
            if data.get("entry") != line.entry or data.get("author") != self.author:
                continue
            if data.get("reason") or local_day(data.get("date")) != today:
                continue
            found = read_title(block.entry.title, statuses)
            if found is not None and found[0].what == line.action.what and block.entry.has_own_id:
                return block
        return None


def version_of(state: State | None) -> Version | None:
    """An entry as a step of the journal holds it; None where it was not there, or is unreadable."""
    table = _table(state)
    if state is None or table is None:
        return None
    return Version(state.kind, state.file.startswith(ARCHIVE), table)


def _table(state: State | None) -> dict[str, Any] | None:
    if state is None or not state.text:
        return None
    try:
        found = loads(state.text).get(state.kind)
    except (ValueError, RecursionError):
        return None
    table = found[0] if isinstance(found, list) and found else found
    return table if isinstance(table, dict) else None
