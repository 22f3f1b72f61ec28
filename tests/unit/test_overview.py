"""What an overview counts, and that its pictures fit every width."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from mbtui.bank.columns import cells
from mbtui.bank.due import attention_of
from mbtui.bank.overview import WEEKS, Measures, Overview, overview_of
from mbtui.exchange.overview_text import ASCII, LINK, UNICODE, Ink, rows_of
from tests.unit.banks import ARCHIVED, ISSUES, issue, make_store

TODAY = date(2026, 11, 22)
"""A Sunday."""

PERF = "performance-notes.toml"


def optimization(identity: str, before: object, after: object, unit: str = "ms") -> str:
    return (
        f'[[optimization-history]]\nid = "{identity}"\ntitle = "{identity}"\nbefore = {before}\n'
        f'after = {after}\nunit = "{unit}"\n'
    )


def dated(identity: str, **days: str) -> str:
    lines = [f"{name} = {day}" for name, day in days.items()]
    return issue(identity) + "\n".join(lines) + "\n"


def look(project: Path, files: dict[str, str], drifted: list[str] | None = None) -> Overview:
    bank = make_store(project, files).load()
    return overview_of(bank, TODAY, attention_of(bank, TODAY, {}), drifted)


def drawn(overview: Overview, width: int = 60, ink: Ink = UNICODE) -> list[str]:
    return ["".join(part.text for part in row) for row in rows_of(overview, width, TODAY, ink)]


def test_sections_have_their_entries_due_drifted_and_sizes(tmp_path: Path) -> None:
    text = dated("aaaa", created="2026-11-20") + dated("bbbb", created="2026-01-20")
    files = {
        ISSUES: text + issue("cccc", status="fixed", issue="four words are here"),
        ARCHIVED: issue("dddd"),
        "updates.toml": '[[change-log]]\nid = "eeee"\ntitle = "a line"\n',
        "testing-notes.toml": '[[test-data]]\ntitle = "typed"\n',
    }
    found = look(tmp_path, files, drifted=["aaaa", "cccc", "dddd", "gone"])
    issues = next(share for share in found.sections if share.slug == "known-issues")
    tests = next(share for share in found.sections if share.slug == "testing-notes")
    updates = next(share for share in found.sections if share.slug == "updates")
    assert len(found.sections) == 12
    assert (issues.entries, issues.due, issues.drifted) == (3, 1, 1)
    assert (tests.entries, tests.due, updates.entries) == (1, 1, 0)
    assert (found.total.entries, found.closed, found.archived) == (4, 1, 1)
    # Title and id of each, a status and a text of four words.
    assert issues.words == 3 * 2 + 1 + 4
    assert issues.characters == 3 * 8 + len("fixed") + len("four words are here")
    assert found.total.tokens == found.total.characters // 4


def test_weeks_count_what_was_written_and_what_was_changed_later(tmp_path: Path) -> None:
    files = {
        ISSUES: dated("aaaa", created="2026-11-16", updated="2026-11-22T20:00:00Z")
        + dated("bbbb", created="2026-11-15", updated="2026-11-15T08:00:00Z")
        + dated("cccc", created="2025-11-30", updated="2025-11-23")
        + dated("dddd", created="2027-01-01", updated="2020-01-01")
        + issue("eeee"),
        ARCHIVED: dated("ffff", created="2026-11-17"),
    }
    weeks = look(tmp_path, files).weeks
    assert len(weeks) == WEEKS
    assert (weeks[0].start, weeks[-1].start) == (date(2025, 11, 24), date(2026, 11, 16))
    assert {w.start: w[1:] for w in weeks if w.written or w.changed} == {
        date(2025, 11, 24): (1, 0),
        date(2026, 11, 9): (1, 0),
        date(2026, 11, 16): (2, 1),
    }


def test_the_oldest_is_open_reviewed_at_times_and_longest_without(tmp_path: Path) -> None:
    closed = issue("zzzz", status="fixed") + "created = 2019-01-01\n"
    dates = dated("aaaa", created="2020-01-01", reviewed="2026-05-05") + dated(
        "bbbb", created="2026-03-03"
    )
    never = 'review_in = "never"\n'
    files = {
        ISSUES: closed + dates + issue("nnnn") + dated("cccc", created="2018-01-01") + never,
        PERF: optimization("dddd", 1, 1) + "created = 2017-01-01\n",
    }
    oldest = look(tmp_path, files).oldest
    assert oldest is not None
    assert (oldest[0].id, oldest[1]) == ("bbbb", date(2026, 3, 3))
    oldest = look(tmp_path / "b", {ISSUES: issue("nnnn")}).oldest
    assert oldest is not None
    assert (oldest[0].id, oldest[1]) == ("nnnn", None)
    assert look(tmp_path / "c", {ISSUES: closed}).oldest is None


def test_optimizations_are_those_with_two_numbers_the_newest_first(tmp_path: Path) -> None:
    text = (
        optimization("aaaa", 100, 25.5)
        + optimization("bbbb", 0, 10, "")
        + optimization("cccc", '"about 3"', 1)
        + optimization("dddd", "true", 1)
        + optimization("eeee", "inf", 1)
        + optimization("ffff", -1, 1)
        + optimization("gggg", 5, 5)
        + "created = 2026-11-01\n"
    )
    found = look(tmp_path, {PERF: text})
    assert [item.entry.id for item in found.improvements] == ["gggg", "aaaa", "bbbb"]
    rows = drawn(found)
    at = rows.index("aaaa")
    before, after = rows[at + 1], rows[at + 2]
    assert after.count("▆") == round(before.count("▆") * 0.255) > 0
    assert before.endswith(" 100 ms")
    assert after.endswith("25.5 ms  −74 %")
    assert rows[rows.index("gggg") + 2].endswith("5 ms  0 %")
    assert not rows[rows.index("bbbb") + 1].count("▆")


def test_what_did_not_change_is_not_measured_again(tmp_path: Path) -> None:
    store = make_store(tmp_path, {ISSUES: issue("aaaa", issue="one two") + issue("bbbb")})
    bank, measures = store.load(), Measures()
    attention = attention_of(bank, TODAY, {})
    first = measures.look(bank, TODAY, attention, None)
    bank.entries[0].data["issue"] = "one two three"
    assert measures.look(bank, TODAY, attention, None) == first
    store.update(store.bank.by_key["bbbb"], {"issue": "four more words here"})
    then = measures.look(store.bank, TODAY, attention, None)
    assert then.total.words == first.total.words + 4 + 1  # The author's name with it.


def test_nothing_is_said_of_drift_before_somebody_looked(tmp_path: Path) -> None:
    assert "nothing has drifted" in " ".join(drawn(look(tmp_path, {ISSUES: issue("a")}, [])))
    assert "drifted" not in " ".join(drawn(look(tmp_path / "b", {ISSUES: issue("a")}, None)))


def test_an_empty_bank_has_no_pictures(tmp_path: Path) -> None:
    assert drawn(look(tmp_path, {})) == ["No entries yet"]


@pytest.mark.parametrize("ink", [UNICODE, ASCII])
def test_every_row_fits_every_width(tmp_path: Path, ink: Ink) -> None:
    wide = "請求書PDFの日本語が豆腐になる" * 4
    hostile = "a\\u001b[31m[/]\\u202eb" * 9
    files = {
        ISSUES: "".join(dated(f"a{n}", created="2026-11-10") for n in range(1200))
        + f'[[current-issues]]\nid = "x"\ntitle = "{hostile}"\n',
        PERF: "".join(optimization(f"b{n}", 10**n, 3.14159 * 10**-n, wide) for n in range(15))
        + f'[[performance-characteristics]]\ntitle = "{wide}"\ncreated = 2020-01-01\n',
    }
    overview = look(tmp_path, files, drifted=["a1", "a2"])
    for width in range(8, 130):
        rows = drawn(overview, width, ink)
        assert max(map(cells, rows)) <= max(width, 28), width
        assert all(row.isprintable() for row in rows)
    assert ink is UNICODE or "".join(drawn(overview, 60, ink)).replace("請", "").count("▆") == 0


def test_columns_grow_with_numbers_and_links_lead_to_entries(tmp_path: Path) -> None:
    days = ["2026-11-20"] * 8 + ["2026-11-10"] * 4 + ["2026-11-03"]
    text = "".join(dated(f"a{n}", created=day) for n, day in enumerate(days))
    overview = look(tmp_path, {ISSUES: text})
    rows = drawn(overview, 60)
    at = rows.index("The last 12 months")
    assert rows[at + 1].endswith("█")
    assert rows[at + 2].endswith("─▂██")
    assert rows[at + 2].count("─") == WEEKS - 3
    assert rows[at + 3].split()[-1] == "Nov"
    linked = [part for row in rows_of(overview, 60, TODAY) for part in row if part.role == LINK]
    assert [part.entry for part in linked] == ["a12"]
