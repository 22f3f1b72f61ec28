"""The commands that read: list and search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from mbtui.bank.bank import BANK_FILE, Bank, Problem
from mbtui.bank.entry import ARCHIVE, Entry
from mbtui.bank.matching import Match, highlight_spans, match_of
from mbtui.bank.misread import misread
from mbtui.bank.paths import Drift
from mbtui.bank.query import LONGEST_QUERY, Query, parse_arguments
from mbtui.bank.safetext import safe_line
from mbtui.bank.search import Index, Results
from mbtui.bank.vocabulary import vocabulary_of
from mbtui.cli.arguments import Arguments, did_you_mean
from mbtui.cli.changed import asks_for_changes, changed_states
from mbtui.cli.commands import COMMANDS, EVERYWHERE
from mbtui.cli.context import open_reader
from mbtui.cli.drift import asks_for_drift, drifts_of
from mbtui.cli.output import aside, cells, cut, note, out, out_json, padded, styled, terminal_width
from mbtui.exchange.json_out import entries_to_json

_LONGEST_ID = 16
_SMALLEST_TITLE = 24
_GAP = "  "


def list_entries(arguments: Arguments) -> int:
    """`mbtui list [QUERY]`: one line an entry."""
    return _answer(arguments, with_match=False)


def search(arguments: Arguments) -> int:
    """`mbtui search QUERY [-n N]`: the same with the line that matched."""
    return _answer(arguments, with_match=True)


def _answer(arguments: Arguments, *, with_match: bool) -> int:
    most = arguments.number("-n")
    text = " ".join(arguments.rest)
    store = open_reader(arguments)
    bank = store.load()
    query = parse_arguments(arguments.rest, vocabulary_of(bank), date.today())
    review = bank.config.review
    drifts: Mapping[str, Drift] | None = None
    if asks_for_drift(query):
        drifts = drifts_of(store.folder, review, (*bank.entries, *bank.archive))
    states = {} if drifts is None else _states(drifts)
    if asks_for_changes(query):
        states |= changed_states(store)
    results = Index(bank).search(query, states=states)
    found = list(results.entries)[:most]
    matches = [match_of(entry, results.query) for entry in found] if with_match else []
    if arguments.flag("--json"):
        if drifts is None:
            drifts = drifts_of(store.folder, review, found or results.nearest)
        out_json(_json(found, matches, results, bank, drifts))
    else:
        _print(found, matches, results.query.words)
    if len(query.text) > LONGEST_QUERY:
        note(f"only the first {LONGEST_QUERY:,} characters of the query were used")
    for word in arguments.rest:
        _tell_of_dashes(word, arguments.command)
    return _code(found, results, text, bank, query)


def _states(drifts: Mapping[str, Drift]) -> dict[str, frozenset[str]]:
    from mbtui.store.drift import states_of

    return states_of(drifts)


def _json(
    found: Sequence[Entry],
    matches: Sequence[Match],
    results: Results,
    bank: Bank,
    drifts: Mapping[str, Drift],
) -> dict[str, Any]:
    review = bank.config.review
    answer = entries_to_json(found, review, drifts)
    for item, match in zip(answer["entries"], matches, strict=False):
        item["match"] = {"field": match.field, "line": match.line}
    if not found and results.nearest:
        answer["nearest"] = entries_to_json(results.nearest, review, drifts)["entries"]
    return answer


def _code(found: list[Entry], results: Results, text: str, bank: Bank, query: Query) -> int:
    broken = _broken_for(bank, query)
    if not found:
        if not text.strip():
            if not broken:
                note("the bank has no entries yet; `mbtui add` writes one")
        elif results.nearest:
            note(f"nothing matches {text!r}; the nearest are")
            for entry in results.nearest:
                aside(f"  {safe_line(entry.key)}  {safe_line(entry.title)}")
        else:
            note(f"nothing matches {text!r}")
        for told in misread(query, vocabulary_of(bank)) if query.unread else ():
            note(told)
    for problem in broken:
        note(str(problem))
    if broken:
        return 3
    return 0 if found or not text.strip() else 1


def _broken_for(bank: Bank, query: Query) -> list[Problem]:
    """The unreadable files in which the query could have found more."""
    return [problem for problem in bank.broken_files if _concerns(problem, bank, query)]


def _concerns(problem: Problem, bank: Bank, query: Query) -> bool:
    if problem.file == BANK_FILE:
        return True
    if problem.file.startswith(ARCHIVE) is not query.wants_archive:
        return False
    asked = [term.values for term in query.terms if term.name == "in" and not term.negated]
    if not asked:
        return True
    sections = {kind.section for kind in bank.kinds if kind.slug in frozenset().union(*asked)}
    return problem.file.removeprefix(ARCHIVE).removesuffix(".toml") in sections


def _tell_of_dashes(word: str, command: str) -> None:
    if not word.startswith("--"):
        return
    options = [option.name for option in (*EVERYWHERE, *COMMANDS[command].options)]
    hint = did_you_mean(word, options)
    if hint:
        note(f"{word!r} was read as part of the query{hint}")


def _print(found: Sequence[Entry], matches: Sequence[Match], words: Sequence[str]) -> None:
    columns = Columns(found, terminal_width())
    for at, entry in enumerate(found):
        out(columns.line(entry))
        if matches and matches[at].field != "title":
            out(f"    {_matched(entry, matches[at], words, columns.width)}")


def _matched(entry: Entry, match: Match, words: Sequence[str], width: int | None) -> str:
    """The line that matched, named unless it is main text; on a terminal, cut around the match."""
    label = "" if match.field == entry.kind.main_field else f"{safe_line(match.field)}: "
    line = safe_line(match.line)
    room = None if width is None else max(width - 4 - cells(label), 8)
    if room is None or cells(line) <= room:
        return label + line
    spans = highlight_spans(line, words)
    start = max(0, spans[0][0] - room // 3) if spans else 0
    return label + ("…" if start else "") + cut(line[start:], room - (start > 0))


class Columns:
    """The layout of a list: id, kind, status, title, severity and tags, cut to a terminal's width.

    Where all of it does not fit, the tags go first, then the kind; then titles are cut.
    """

    def __init__(self, entries: Sequence[Entry], width: int | None) -> None:
        self.width = width
        many = [entry for entry in entries if not entry.kind.single]
        self.id = min(_LONGEST_ID, max((cells(safe_line(e.key)) for e in many), default=0))
        self.kind = max((cells(safe_line(e.kind.slug)) for e in many), default=0)
        self.status = max((cells(_status(e)) for e in entries), default=0)
        columns = (self.id, self.kind, self.status, _SMALLEST_TITLE)
        if width is not None and sum(columns) + 3 * len(_GAP) > width:
            self.kind = 0
        single = max((cells(safe_line(e.key)) for e in entries if e.kind.single), default=0)
        self.front = self.id + len(_GAP) + self.kind if self.kind else self.id
        self.front = max(self.front, single) if self.kind or not many else self.front

    def line(self, entry: Entry) -> str:
        """The line of one entry. A single table, whose id is its kind, names it once."""
        kind = "" if entry.kind.single else safe_line(entry.kind.slug)
        identity = safe_line(entry.key)
        front = padded(identity, self.id)
        if self.kind and kind:
            front += _GAP + padded(kind, self.kind)
        front = padded(front, self.front) + _GAP + padded(_status(entry), self.status) + _GAP
        title = safe_line(entry.title) or "(no title)"
        marks = [f"!{entry.severity}"] if entry.severity else []
        marks += [f"#{tag}" for tag in entry.tags]
        tags = _GAP + safe_line(" ".join(marks)) if marks else ""
        if self.width is not None:
            room = max(self.width - cells(front), 1)
            if cells(title) + cells(tags) > room:
                title, tags = cut(title, room), ""
        front = styled(identity, "dim") + front[len(identity) :]
        return f"{front}{styled(title, 'bold')}{styled(tags, 'dim')}"


def _status(entry: Entry) -> str:
    status = safe_line(entry.status) or "-"
    return f"{status} (archived)" if entry.archived else status
