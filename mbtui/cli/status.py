"""`mbtui status`: the bank at a glance."""

from __future__ import annotations

import sys
from datetime import date

from mbtui.bank.due import attention_of
from mbtui.bank.overview import overview_of
from mbtui.bank.paths import DRIFTED, ORPHANED
from mbtui.cli.arguments import Arguments
from mbtui.cli.context import open_reader
from mbtui.cli.drift import drifts_of
from mbtui.cli.output import note, out, out_json, styled, terminal_width
from mbtui.exchange.overview_text import ASCII, DIM, HEADING, STRONG, UNICODE, rows_of
from mbtui.store.review_state import ReviewMemory

_WIDTH_OF_A_FILE = 80
_WIDEST = 100
_STYLES = {HEADING: "bold", STRONG: "bold", DIM: "dim"}


def status(arguments: Arguments) -> int:
    """`mbtui status`: how large the bank is, what is due and drifted, how it grew."""
    store = open_reader(arguments)
    bank, today = store.load(), date.today()
    attention = attention_of(bank, today, ReviewMemory(store.folder).read().snoozed)
    drifts = drifts_of(store.folder, bank.config.review, (e for e in bank.entries if not e.closed))
    off = {key for key, drift in drifts.items() if drift.state in (DRIFTED, ORPHANED)}
    overview = overview_of(bank, today, attention, off)
    if arguments.flag("--json"):
        from mbtui.exchange.overview_json import overview_to_json

        out_json(overview_to_json(overview))
    else:
        width = min(terminal_width() or _WIDTH_OF_A_FILE, _WIDEST)
        ink = UNICODE if "utf" in (sys.stdout.encoding or "").lower() else ASCII
        for row in rows_of(overview, width, today, ink):
            parts = [
                styled(part.text, _STYLES[part.role]) if part.role in _STYLES else part.text
                for part in row
            ]
            out("".join(parts).rstrip())
    for problem in bank.broken_files:
        note(str(problem))
    return 3 if bank.broken_files else 0
