"""The rows of the change log: laid out once, broken at the width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from mbtui.bank.log import Event
from mbtui.bank.log_actions import ADD, SUPERSEDE, Action
from mbtui.bank.log_words import Part, wrapped
from mbtui.ui import log_rows
from mbtui.ui.log_rows import LogRows

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def event(title: str, action: Action | None = None) -> Event:
    return Event(AT, "Ana", action or Action(ADD), "aaaa", title, "current-issues")


@pytest.fixture
def laid_out(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The days that were laid out."""
    days: list[object] = []
    make: Callable[..., object] = log_rows._rows_of

    def noted(day: object, *rest: object) -> object:
        days.append(day)
        return make(day, *rest)

    monkeypatch.setattr(log_rows, "_rows_of", noted)
    return days


def texts(rows: LogRows, events: Sequence[Event], titles: dict[str, str]) -> str:
    days = [(AT.date(), list(events))]
    made = rows.rows(days, 60, AT.date(), lambda identity: titles.get(identity, ""))
    return "\n".join(row.text for row in made)


def test_a_day_of_which_the_same_is_read_again_is_not_laid_out_again(
    laid_out: list[object],
) -> None:
    rows = LogRows()
    first = texts(rows, [event("Pool")], {})
    assert texts(rows, [event("Pool")], {}) == first
    assert len(laid_out) == 1
    assert "Pools" in texts(rows, [event("Pools")], {})
    assert len(laid_out) == 2


def test_a_day_follows_the_titles_that_it_names() -> None:
    rows, events = LogRows(), [event("Pool", Action(SUPERSEDE, detail="bbbb"))]
    assert 'by "Old name"' in texts(rows, events, {"bbbb": "Old name"})
    assert 'by "New name"' in texts(rows, events, {"bbbb": "New name"})


@given(st.lists(st.text("ab 日", max_size=30), max_size=4), st.integers(2, 20))
def test_no_row_is_wider_than_it_may_be_and_nothing_is_lost(pieces: list[str], width: int) -> None:
    rows = list(wrapped([Part(piece) for piece in pieces], width, cell_len))
    lines = ["".join(part.text for part in row) for row in rows]
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join("".join(pieces).split())
