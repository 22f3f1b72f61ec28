"""Reviews on the screen: what is due, verified with a key, and the session."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from mbtui.store.create import create_bank
from mbtui.store.errors import StoreError
from mbtui.store.review_state import ReviewMemory
from mbtui.ui.screens.dialogs import AskLine, Pick
from mbtui.ui.screens.form import EntryForm
from mbtui.ui.screens.help import Help
from mbtui.ui.screens.review import ReviewSession
from mbtui.ui.widgets.bars import Footer
from tests.ui.conftest import NOW, OpenApp
from tests.ui.driving import SMALL, WIDE, Ui

pytestmark = pytest.mark.anyio

DUE = ["td8kxavv", "42ma79rv", "62jd0np4", "jybybbtw", "y6f0zdea", "a1yc138j"]
NEVER = ["8bktayj4", "saws5y5y"]
CANDIDATE = "5r06yk4q"
TODAY = date(2026, 11, 20)


async def begin(ui: Ui) -> ReviewSession:
    await ui.press("V")
    return ui.on(ReviewSession)


def said(ui: Ui) -> str:
    """What the session's footer says."""
    return ui.on(ReviewSession).query_one(Footer).message


def place(ui: Ui) -> str:
    """The first words of the line on progress: *Review · 3 of 8*."""
    return ui.rows[0].split("   ")[0].strip()


def reviewed(ui: Ui, identity: str) -> bool:
    data = ui.entry(identity).data
    return (data.get("reviewed"), data.get("reviewed_by")) == (TODAY, "Ana Lima")


def title(ui: Ui, identity: str) -> str:
    return ui.entry(identity).title


def only_due(demo: Path, *identities: str) -> None:
    """Put everything off that is due but these."""
    memory = ReviewMemory(demo)
    for identity in (*DUE, *NEVER):
        if identity not in identities:
            memory.snooze(identity, TODAY + timedelta(days=30), TODAY)


# The tree, the header


async def test_what_is_due_has_a_row_and_is_listed_the_longest_overdue_first(
    open_app: OpenApp,
) -> None:
    async with open_app(WIDE) as ui:
        assert "◷ Due for review           8" in ui.text
        assert "118 entries · 8 due, V reviews" in ui.rows[0]
        ui.main.go.go_to_place("due")
        await ui.settle()
        assert [entry.id for entry in ui.main.list.entries][:8] == DUE + NEVER
        assert ui.main.list_name == ("Due for review · 8 · 11 soon")
        ui.main.go.go_to_place("candidates")
        await ui.settle()
        assert ui.main.list.entries[0].id == CANDIDATE
        assert "▥ Archive candidates       7" in ui.text


async def test_the_row_is_seen_in_a_small_window_too(open_app: OpenApp) -> None:
    async with open_app(SMALL) as ui:
        assert "◷ Due for review" in ui.rows[1]
        assert ui.main.sections.cursor_key == "all"


async def test_a_bank_with_nothing_due_has_no_such_row(open_app: OpenApp, tmp_path: Path) -> None:
    async with open_app(WIDE, create_bank(tmp_path / "empty").folder) as ui:
        assert "Due for review" not in ui.text
        assert "candidates" not in ui.text
        assert " due" not in ui.rows[0]


async def test_v_verifies_and_the_row_counts_down(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        ui.main.go.go_to_place("due")
        await ui.press("v")
        assert reviewed(ui, DUE[0])
        assert ui.message == f"Still true: {title(ui, DUE[0])}"
        assert ui.main.selected is ui.entry(DUE[1])
        assert "7 due" in ui.rows[0]
        await ui.press("u")
        assert not reviewed(ui, DUE[0])
        assert "8 due" in ui.rows[0]


async def test_v_verifies_all_that_are_marked_as_one_change(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        ui.main.go.go_to_place("due")
        await ui.press("space", "space", "space", "v")
        assert ui.message == "Still true: 3 entries"
        assert all(reviewed(ui, identity) for identity in DUE[:3])
        assert "5 due" in ui.rows[0]
        await ui.press("u")
        assert not any(reviewed(ui, identity) for identity in DUE[:3])


async def test_the_row_goes_with_the_last_that_is_due(open_app: OpenApp, demo: Path) -> None:
    only_due(demo, DUE[0])
    async with open_app(WIDE, demo) as ui:
        ui.main.go.go_to_place("due")
        await ui.press("v")
        assert "Due for review" not in ui.text
        assert " due" not in ui.rows[0]


async def test_one_key_archives_a_candidate_with_a_reason(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        ui.main.go.go_to_place("candidates")
        await ui.press("d")
        entry = ui.entry(CANDIDATE)
        assert entry.archived
        assert entry.data["archived"]["reason"] == "fixed, unchanged since 2026-02-02"
        await ui.press("space", "space", "d")
        assert "Archived: 2 entries" in ui.message
        assert "▥ Archive candidates       4" in ui.text
        await ui.press("u")
        assert "▥ Archive candidates       6" in ui.text


async def test_putting_off_is_personal_and_survives_a_restart(
    open_app: OpenApp, demo: Path
) -> None:
    before = {path: path.read_bytes() for path in demo.rglob("*.toml")}
    async with open_app(WIDE, demo) as ui:
        ui.main.go.go_to_place("due")
        await ui.settle()
        ui.main.reviews.do_snooze()
        await ui.settle()
        ui.on(Pick)
        await ui.press("down", "enter")
        assert ui.message == f"Put off until 2026-12-20: {title(ui, DUE[0])}"
        assert "7 due" in ui.rows[0]
    async with open_app(WIDE, demo) as ui:
        assert "7 due" in ui.rows[0]
    assert {path: path.read_bytes() for path in demo.rglob("*.toml")} == before


async def test_superseding_writes_both_entries(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        await ui.show("vrf5x21b")
        ui.main.reviews.do_supersede()
        await ui.settle()
        await ui.type("postgresql in production")
        await ui.press("enter")
        await ui.type("decided anew")
        await ui.press("enter")
        old, new = ui.entry("vrf5x21b"), ui.entry("dzt77chx")
        assert (old.status, old.data["superseded_by"]) == ("superseded", "dzt77chx")
        assert "vrf5x21b" in new.data["supersedes"]
        assert any(e.data.get("reason") == "decided anew" for e in ui.app.bank.entries)


async def test_the_header_invites_once_a_month(open_app: OpenApp, demo: Path) -> None:
    memory = ReviewMemory(demo)
    for last, invited in (
        (TODAY - timedelta(days=31), True),
        (TODAY - timedelta(days=30), False),
        (TODAY, False),
        (TODAY + timedelta(days=400), True),
    ):
        memory.ran(last)
        async with open_app(WIDE, demo) as ui:
            assert ("8 due, V reviews" in ui.rows[0]) == invited, last


# The session


async def test_a_session_from_the_first_to_the_summary(open_app: OpenApp, demo: Path) -> None:
    async with open_app(WIDE, demo) as ui:
        await begin(ui)
        assert place(ui) == "Review · 1 of 8"
        assert title(ui, DUE[0]) in ui.text
        assert "due for 226 days" in ui.text

        await ui.press("v")
        assert reviewed(ui, DUE[0])
        assert place(ui) == "Review · 2 of 8"

        await ui.press("d")
        ui.on(AskLine)
        await ui.type("moved")
        await ui.press("enter")
        assert ui.entry(DUE[1]).data["archived"]["reason"] == "moved"

        await ui.press("z", "enter")
        assert ReviewMemory(demo).read().snoozed == {DUE[2]: TODAY + timedelta(days=7)}

        await ui.press("e")
        ui.on(EntryForm)
        await ui.type("Checked. ")
        await ui.press("f2")
        assert reviewed(ui, DUE[3])
        assert "Checked. " in ui.entry(DUE[3]).main_text

        assert place(ui) == "Review · 5 of 8"
        await ui.press("n", "right", "enter", "v")
        assert not reviewed(ui, DUE[4])
        assert reviewed(ui, NEVER[0])
        assert place(ui) == "Archive? · 1 of 7"
        assert "fixed · unchanged since 2026-02-02" in ui.text

        await ui.press("d", "v", "n", "n", "n", "n", "n")
        assert ui.entry(CANDIDATE).archived
        for line in (
            "3  still true",
            "1  edited",
            "2  archived",
            "1  put off",
            "2  skipped, still due",
            "6  kept, not archived",
        ):
            assert line in ui.text
        assert ReviewMemory(demo).read().last_session == TODAY
        await ui.press("enter")
        assert ui.app.screen is ui.main
        assert ui.message == "Reviewed: 3 still true, 1 edited, 2 archived, 1 put off"
        assert "2 due" in ui.rows[0]
        assert "V reviews" not in ui.rows[0]


async def test_each_thing_can_be_taken_back_with_u(open_app: OpenApp, demo: Path) -> None:
    before = {path.name: path.read_bytes() for path in demo.glob("*.toml")}
    async with open_app(WIDE, demo) as ui:
        await begin(ui)
        await ui.press("v", "d", "enter", "z", "enter", "e")
        await ui.type("More. ")
        await ui.press("f2")
        assert place(ui) == "Review · 5 of 8"
        for number, words in ((4, "edited"), (3, "put off"), (2, "archived"), (1, "still true")):
            await ui.press("u")
            assert place(ui) == f"Review · {number} of 8"
            assert said(ui).startswith(f"Taken back ({words})")
        await ui.press("u")
        assert "Nothing was done" in said(ui)
        assert ReviewMemory(demo).read().snoozed == {}
    assert {path.name: path.read_bytes() for path in demo.glob("*.toml")} == before


async def test_keys_that_come_faster_than_the_disk_are_done_in_turn(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        session = await begin(ui)
        for _ in range(3):
            session.action_step("verify")
        await ui.settle()
        assert all(reviewed(ui, identity) for identity in DUE[:3])
        assert not reviewed(ui, DUE[3])
        assert place(ui) == "Review · 4 of 8"


async def test_esc_ends_it_at_any_moment_and_what_was_done_stays(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        await begin(ui)
        await ui.press("v", "escape")
        assert ui.app.screen is ui.main
        assert reviewed(ui, DUE[0])
        assert "7 due" in ui.rows[0]
        await begin(ui)
        assert place(ui) == "Review · 1 of 7"


async def test_text_that_is_typed_and_not_saved_is_kept(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        await begin(ui)
        await ui.press("e")
        await ui.type("Half a sentence")
        await ui.press("escape", "escape")
        assert place(ui) == "Review · 1 of 8"
        assert "your text is kept" in said(ui)
        assert not reviewed(ui, DUE[0])
        await ui.press("e")
        assert "Half a sentence" in ui.text


async def test_it_follows_what_others_do(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        await begin(ui)
        known = ui.file()
        text = ui.on_disk()
        at = text.index(f'id = "{DUE[0]}"')
        known.write_text(f'{text[:at]}reviewed = 2026-11-20\nreviewed_by = "Bob"\n{text[at:]}')
        await ui.reload()
        assert place(ui) == "Review · 2 of 8"
        assert said(ui) == f"{title(ui, DUE[0])} was reviewed by Bob meanwhile: skipped"
        ui.app.store.delete(ui.entry(DUE[1]))
        await ui.reload()
        assert place(ui) == "Review · 3 of 8"
        assert "Sentry is gone: deleted by someone else meanwhile: skipped" in said(ui)


async def test_superseded_in_a_kind_without_that_status_says_what_to_do(
    open_app: OpenApp,
) -> None:
    async with open_app(WIDE) as ui:
        await begin(ui)
        await ui.press("S")
        await ui.type("sqlite wal")
        await ui.press("enter", "enter")
        assert ui.entry(DUE[0]).data["superseded_by"] == "7k2m9q4t"
        assert "has no such status; d archives it" in said(ui)
        assert place(ui) == "Review · 1 of 8"
        await ui.press("u")
        assert "superseded_by" not in ui.entry(DUE[0]).data


async def test_only_the_longest_overdue_of_many(open_app: OpenApp, demo: Path) -> None:
    lines = [
        f'[[common-tasks]]\nid = "zz{number:06d}"\ntitle = "Task {number}"\ncreated = 2020-01-01\n'
        for number in range(53)
    ]
    file = demo / "development-notes.toml"
    file.write_text(f"{file.read_text()}\n{''.join(lines)}")
    async with open_app(WIDE, demo) as ui:
        await begin(ui)
        assert place(ui) == "Review · 1 of 20 · 41 more another day"
        await ui.press(*["v"] * 20, *["n"] * 7)
        assert "41 more are still due." in ui.text
        await ui.press("V")
        assert place(ui) == "Review · 1 of 20 · 21 more another day"


async def test_a_failed_write_stays_at_the_entry(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app(WIDE) as ui:
        await begin(ui)

        def fails(entry: object) -> None:
            raise StoreError("the disk is full")

        monkeypatch.setattr(ui.app.store, "review", fails)
        await ui.press("v")
        assert place(ui) == "Review · 1 of 8"
        assert said(ui) == "the disk is full"


async def test_a_bank_that_is_read_only_can_be_walked_and_put_off(
    open_app: OpenApp, demo: Path
) -> None:
    bank = demo / "bank.toml"
    bank.write_text(bank.read_text().replace("format = 1", "format = 99"))
    async with open_app(WIDE, demo) as ui:
        await begin(ui)
        await ui.press("v")
        assert said(ui).startswith("Read-only: this bank has format 99")
        await ui.press("z", "enter")
        assert place(ui) == "Review · 2 of 8"


async def test_the_help_lists_the_keys_of_the_session(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        await ui.press("question_mark", "slash")
        await ui.type("session")
        ui.on(Help)
        assert "Take back the last thing done here" in ui.text


@pytest.mark.parametrize("size", [SMALL, (24, 8)])
async def test_wide_characters_and_small_windows(
    open_app: OpenApp, demo: Path, size: tuple[int, int]
) -> None:
    name = "請求書PDFの日本語が豆腐になる" * 6
    file = demo / "known-issues.toml"
    entry = f'[[current-issues]]\nid = "zzzz"\ntitle = "[red]{name}[/]"\ncreated = 2001-01-01\n'
    file.write_text(f"{file.read_text()}\n{entry}")
    async with open_app(size, demo) as ui:
        await begin(ui)
        assert "[red]請求書" in ui.text
        await ui.press("v")
        assert ui.entry("zzzz").data["reviewed"] == NOW.date()
