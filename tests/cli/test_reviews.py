"""`mbtui due`, `reviewed` and `supersede`."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from mbtui.store.review_state import ReviewMemory
from mbtui.store.store import Store

from .conftest import Run

TODAY = date.today()


def issue(identity: str, days: int | None, *more: str) -> str:
    """An issue that was last reviewed so many days ago, or never and without a date."""
    lines = ["[[current-issues]]", f'id = "{identity}"', f'title = "Title of {identity}"']
    if days is not None:
        lines.append(f"reviewed = {TODAY - timedelta(days=days)}")
    return "\n".join([*lines, *more]) + "\n"


@pytest.fixture
def issues(project: Path) -> Path:
    """A bank whose issues are due every 30 days, in each of the states."""
    folder = project / "memory-bank"
    with (folder / "bank.toml").open("a") as file:
        file.write('\n[review]\nkinds.current-issues = "30 days"\n')
    closed = 'status = "fixed"', "updated = 2020-01-01"
    parts = [
        issue("aaaa", 40),
        issue("bbbb", 27),
        issue("cccc", None),
        issue("dddd", 400),
        issue("eeee", 1),
        issue("ffff", 400, *closed),
    ]
    (folder / "known-issues.toml").write_text("\n".join(parts))
    return folder


def test_due_in_groups_the_longest_overdue_first(run: Run, issues: Path) -> None:
    answer = run("due")
    assert answer.code == 0
    assert [" ".join(line.split()) for line in answer.lines] == [
        "Overdue (2)",
        "for 370 days dddd current-issues - Title of dddd",
        "for 10 days aaaa current-issues - Title of aaaa",
        "",
        "Within 7 days (1)",
        "in 3 days bbbb current-issues - Title of bbbb",
        "",
        "Never reviewed (1)",
        "never cccc current-issues - Title of cccc",
    ]
    assert "1 closed for long could go to the archive" in answer.err


def test_due_for_programs(run: Run, issues: Path) -> None:
    found = run("due", "--json").json
    assert [(entry["id"], entry["group"]) for entry in found["entries"]] == [
        ("dddd", "overdue"),
        ("aaaa", "overdue"),
        ("bbbb", "soon"),
        ("cccc", "never"),
    ]
    counts = {name: found[name] for name in ("count", "overdue", "soon", "never", "snoozed")}
    assert counts == {"count": 4, "overdue": 2, "soon": 1, "never": 1, "snoozed": 0}
    assert found["archive_candidates"] == ["ffff"]


def test_nothing_due_is_no_failure(run: Run, project: Path) -> None:
    answer = run("due")
    assert (answer.code, answer.out) == (0, "")
    assert "nothing is due" in answer.err
    assert run("due", "--json").json["count"] == 0


def test_what_was_put_off_is_left_out_unless_asked_for(run: Run, issues: Path) -> None:
    ReviewMemory(issues).snooze("dddd", TODAY + timedelta(days=7), TODAY)
    answer = run("due")
    assert "dddd" not in answer.out
    assert "1 more that you put off" in answer.err
    assert "dddd" in run("due", "--all").out


def test_nonsense_is_told_with_file_and_line_and_passed_over(run: Run, issues: Path) -> None:
    bank = issues / "bank.toml"
    lines = bank.read_text().count("\n")
    bank.write_text(f'{bank.read_text()}every = "often"\n')
    later = TODAY + timedelta(days=900)
    text = issue("gggg", 90, 'review_in = "soon"') + issue("hhhh", None, f"reviewed = {later}")
    (issues / "known-issues.toml").write_text(text)
    answer = run("due")
    assert answer.code == 0
    assert "gggg" in answer.out
    assert "hhhh" not in answer.out
    assert f"bank.toml:{lines + 1} review.every" in answer.err
    assert 'known-issues.toml:1 review_in: "soon" is no cadence' in answer.err
    assert f"known-issues.toml:6 reviewed = {later} is still to come" in answer.err


def test_a_broken_file_is_told_after_what_is_good(run: Run, issues: Path) -> None:
    (issues / "monitoring.toml").write_text("")
    (issues / "deployment-notes.toml").write_text("[[monitoring]\n")
    answer = run("due")
    assert answer.code == 3
    assert "aaaa" in answer.out
    assert "deployment-notes.toml" in answer.err


def test_reviewed_takes_several_as_one_change(run: Run, issues: Path) -> None:
    before = (issues / "known-issues.toml").read_text()
    answer = run("reviewed", "aa", "dddd", "aaaa")
    again = TODAY + timedelta(days=30)
    assert (answer.code, answer.err) == (0, "")
    assert answer.lines == [
        f"aaaa reviewed; due again on {again}",
        f"dddd reviewed; due again on {again}",
    ]
    entry = run("show", "aaaa", "--json").json
    assert (entry["reviewed"], entry["reviewed_by"]) == (TODAY.isoformat(), "Ana Lima")
    assert run("due", "--json").json["overdue"] == 0
    assert run("undo").code == 0
    assert (issues / "known-issues.toml").read_text() == before


def test_reviewed_for_programs(run: Run, issues: Path) -> None:
    assert run("reviewed", "aaaa", "--json").json["reviewed_by"] == "Ana Lima"
    assert run("reviewed", "aaaa", "bbbb", "--json").json["count"] == 2


def test_one_wrong_id_and_nothing_is_written(run: Run, issues: Path) -> None:
    before = (issues / "known-issues.toml").read_bytes()
    assert run("reviewed", "aaaa", "zzzz").code == 1
    assert run("reviewed").code == 2
    assert (issues / "known-issues.toml").read_bytes() == before


def test_an_agents_review_is_noted_and_resets_nothing(
    run: Run, issues: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MBTUI_AUTHOR", "agent:claude")
    before = run("show", "aaaa", "--json").json["due"]
    answer = run("reviewed", "aaaa", "cccc")
    assert answer.code == 0
    assert answer.lines[0].startswith("aaaa noted; a review by an agent resets nothing; due since ")
    assert run("show", "aaaa", "--json").json["due"] == before
    assert run("show", "cccc", "--json").json["reviewed_by"] == "agent:claude"
    groups = {entry["id"]: entry["group"] for entry in run("due", "--json").json["entries"]}
    assert (groups["aaaa"], groups["cccc"]) == ("overdue", "never")


def test_supersede_writes_both_and_the_reason(run: Run, project: Path, store: Store) -> None:
    old = store.add("architecture-decisions", {"title": "SQLite", "status": "accepted"}).id
    new = store.add("architecture-decisions", {"title": "Postgres"}).id
    answer = run("supersede", old, new, "--reason", "NFS")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == f"{old} is superseded by {new}, status superseded; both say so now\n"
    one, other = (run("show", identity, "--json").json for identity in (old, new))
    assert (one["status"], one["fields"]["superseded_by"]) == ("superseded", new)
    assert other["fields"]["supersedes"] == [old]
    (line,) = run("list", "in:change-log", "superseded", "--json").json["entries"]
    assert line["title"] == "Superseded: SQLite (by Postgres)"
    assert json.dumps(line).count(old) >= 1
    assert "NFS" in json.dumps(line)
    run("undo")
    assert run("show", old, "--json").json["status"] == "accepted"
    assert run("list", "in:change-log", "superseded", "--json").json["count"] == 0


def test_superseding_that_makes_no_sense_is_refused(run: Run, wal: str) -> None:
    assert run("supersede", wal, wal).code == 2
    assert run("supersede", wal).code == 2
    assert run("supersede", wal, "zzzz").code == 1
