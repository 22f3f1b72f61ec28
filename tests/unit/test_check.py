"""What `mbtui check` finds in a bank that can be read, and what it leaves alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from mbtui.store.checking import problems_of
from tests.unit.banks import ARCHIVED, ISSUES, issue, make_store

TODAY = date(2026, 11, 22)
DECISIONS = "project-context.toml"
GOOD = issue("aaaa", status="open", severity="high", links=["bbbb"]) + issue("bbbb")


def told(
    project: Path, files: dict[str, str] | None = None, bank: str = "format = 1\n"
) -> list[str]:
    store = make_store(project, {ISSUES: GOOD} if files is None else files, bank)
    return [str(problem) for problem in problems_of(store.folder, store.load(), TODAY)]


def decision(identity: str, **more: object) -> str:
    return issue(identity, **more).replace("current-issues", "architecture-decisions")


def test_a_good_bank_has_nothing_to_tell(tmp_path: Path) -> None:
    files = {
        ISSUES: GOOD + issue("cccc", created="2026-11-02", severity=""),
        DECISIONS: decision("dddd", supersedes=["eeee"]),
        "archive/project-context.toml": decision("eeee", superseded_by="dddd", status="gone"),
        "performance-notes.toml": '[[optimization-history]]\ntitle = "x"\nbefore = "about 3 s"\n'
        "[[optimization-history]]\nid = 'ffff'\ntitle = 'y'\nstatus = 'gone'\n",
    }
    bank = (
        'format = 1\nours = 1\n[log]\nkeep = "all"\n[views]\n'
        'Urgent = "tag:urgent by:Nobody is:drifted src/x.py:3"\n'
    )
    assert told(tmp_path, files, bank) == []


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (issue("aaaa", status="opne"), 'aaaa: status = "opne" is none of open, worked-around'),
        (issue("aaaa", status="opne"), "was open meant?"),
        (issue("aaaa", severity="hihg"), "none of low, medium, high, critical; was high meant?"),
        (issue("aaaa", severity="xyzzy"), 'severity = "xyzzy" is none of low, medium, high, crit'),
        (issue("aaaa", links=["zzzz"]), "links names zzzz, and no entry has that id; take it out"),
        (issue("7k2m9q4t", links=["7k2m9q4x"]), "no entry has that id; was 7k2m9q4t meant?"),
        (issue("aaaa", created="soon"), 'created should be a date: created = 2026-11-20, found "s'),
        (issue("aaaa", updated=5), "updated should be a date: updated = 2026-11-20, found a num"),
        (issue("aaaa", checked="x"), "checked should be a table, found a text"),
        (issue("aaaa", tags="x"), "tags should be a list of texts"),
        (issue("aaaa", review_in="often"), 'review_in: "often" is no cadence'),
        (issue("aaaa", "x").replace('"aaaa"', "7"), "id should be a text"),
        (issue("aaaa") + "reviewed = 2027-01-01\n", "reviewed = 2027-01-01 is still to come"),
    ],
)
def test_each_slip_in_an_entry_is_told_with_its_line(
    tmp_path: Path, entry: str, words: str
) -> None:
    (found,) = told(tmp_path, {ISSUES: f"# a comment\n\n{entry}"})
    assert found.startswith("known-issues.toml:3 ")
    assert words in found


def test_an_id_in_two_places_is_told(tmp_path: Path) -> None:
    twice = issue("aaaa", "One") + issue("aaaa", "Two")
    assert "the id aaaa stands in known-issues.toml:1 too" in told(tmp_path, {ISSUES: twice})[0]
    moved = {ISSUES: issue("aaaa"), ARCHIVED: issue("aaaa")}
    assert "unfinished move" in told(tmp_path / "b", moved)[0]


def test_a_successor_that_only_one_end_tells_of(tmp_path: Path) -> None:
    both = {
        DECISIONS: decision("aaaa", supersedes=["bbbb", "cccc", "dddd"])
        + decision("bbbb", superseded_by="zzzz")
        + decision("cccc")
        + decision("eeee", superseded_by="cccc"),
        "archive/project-context.toml": decision("dddd"),
    }
    places = [line.split(" ", 1) for line in told(tmp_path, both)]
    assert [place for place, _ in places] == [f"{DECISIONS}:{n}" for n in (1, 1, 1, 5, 12)]
    one, two, three, four, five = (text for _, text in places)
    assert one == (
        "aaaa: supersedes names bbbb, whose superseded_by does not name it but zzzz;"
        " take one of the two out"
    )
    assert two.endswith("does not name it; `mbtui supersede cccc aaaa` writes both")
    assert three.endswith("does not name it; restore dddd, then `mbtui supersede dddd aaaa`")
    assert four.startswith("bbbb: superseded_by names zzzz, and no entry has that id")
    assert five.endswith("supersedes does not name it; `mbtui supersede eeee cccc` writes both")


def test_a_successor_that_only_an_archived_end_tells_of(tmp_path: Path) -> None:
    archive = "archive/project-context.toml"
    files = {
        DECISIONS: decision("aaaa") + decision("bbbb", supersedes=["eeee"]),
        archive: decision("cccc", superseded_by="aaaa")
        + decision("dddd", supersedes=["bbbb"], superseded_by="gone")
        + decision("eeee", superseded_by="bbbb")
        + decision("ffff", superseded_by="cccc"),
    }
    one, two = told(tmp_path, files)
    assert one == (
        f"{archive}:1 cccc: superseded_by names aaaa, whose supersedes does not name it;"
        " restore cccc, then `mbtui supersede cccc aaaa`"
    )
    assert two.startswith(f"{archive}:5 dddd: supersedes names bbbb, whose superseded_by")
    assert two.endswith("restore dddd, then `mbtui supersede bbbb dddd`")


@pytest.mark.parametrize(
    ("bank", "line", "words"),
    [
        ("[views]\nA = 'is:open'\nMine = 'in:nope x'", 3, 'views."Mine": in:nope is searched as'),
        ("[views]\n'Old ones' = 'status:opne'", 2, "no kind has the status opne; was open meant?"),
        ("[views]\nA = ''", 2, 'views."A" is empty'),
        ("[views]\nA = 'sort:updatd'", 2, "there is no field updatd; was updated meant?"),
        ("[views]\nA = 'is:opn'", 2, "there is no state opn; was open meant?"),
        ("[views]\nA = 'after:soon'", 2, "soon is no date"),
        ("[views]\nA = 'has:ticket no:tickt'", 2, "there is no field tickt; was ticket meant?"),
        ("\n[log]\nkeep = 'some'", 3, 'log.keep: "some" means nothing; write reasons, all or none'),
        ("log = 1", 1, "log should be written [log]"),
        ("[capture]\nkind = 'x'", 2, "capture.kind = 'x' is no kind of this bank"),
        ("[veiws]\nA = 'x'", 1, "veiws: means nothing; was views meant?"),
        ("[review]\nevrey = '1 month'", 2, "review.evrey means nothing; was every meant?"),
        ("\n[kinds.x]\ntitle = 'X'", 2, 'kinds.x needs section = "..."'),
        ("[kinds.monitoring]\nfields.x = { type = 'txt' }", 2, "type = 'txt' is none of"),
    ],
)
def test_nonsense_in_bank_toml_is_told_with_its_line(
    tmp_path: Path, bank: str, line: int, words: str
) -> None:
    (found,) = told(tmp_path, bank=f"{bank}\n")
    assert found.startswith(f"bank.toml:{line} ")
    assert words in found


def test_with_a_file_broken_nothing_is_said_of_what_may_stand_in_it(tmp_path: Path) -> None:
    files = {ISSUES: issue("aaaa", links=["bbbb"]), DECISIONS: "[[\n"}
    (broken,) = told(tmp_path, files)
    assert broken.startswith("project-context.toml:1:")
    own = {ISSUES: issue("aaaa", status="ours")}
    (broken,) = told(tmp_path / "b", own, bank="[[\n")
    assert broken.startswith("bank.toml:1:")
