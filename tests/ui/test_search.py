"""The search pane: results as one types, and while others write."""

from __future__ import annotations

import pytest

from tests.ui.conftest import OpenApp
from tests.ui.driving import ENDS, MEDIUM, NARROW, WIDE, Ui

pytestmark = pytest.mark.anyio

DEADLOCK = "hepw87nc"


def titles(ui: Ui) -> list[str]:
    return [entry.title for entry in ui.main.search.results.entries]


async def search(ui: Ui, text: str) -> None:
    await ui.press("slash")
    await ui.type(text)


async def test_results_follow_every_key(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await ui.press("slash")
        assert len(titles(ui)) == 118
        counts = []
        for character in "pgbouncer":
            await ui.type(character)
            counts.append(len(titles(ui)))
        assert counts == sorted(counts, reverse=True)
        assert 0 < counts[-1] < 10
        assert titles(ui)[0] == "Prepared statements vanish behind PgBouncer"
        assert f"2 Search · {counts[-1]} matches" in ui.text
        await ui.press(*["backspace"] * 9)
        assert len(titles(ui)) == 118


async def test_the_line_that_matched_stands_under_the_title(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        await search(ui, "prefork")
        rows = [row for row in ui.rows if "prefork" in row and "Current Issues ·" in row]
        assert len(rows) == 1
        assert titles(ui)[0] == "Pool exhausted after fork"
        await ui.rest()
        view = ui.main.entry
        assert view._words == ("prefork",)


async def test_marks_in_the_entry_follow_the_query(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        await search(ui, "deadlock ta")
        await ui.rest()
        await ui.type("g:on-call")
        await ui.until(lambda: ui.main.entry._words == ("deadlock",))


async def test_n_and_shift_n_walk_through_the_results(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await search(ui, "postgres")
        keys = [entry.key for entry in ui.main.search.results.entries]
        assert len(keys) > 3
        await ui.press("enter")
        assert ui.main.search.results.has_focus
        await ui.press("n", "n", "N")
        assert ui.main.selected is ui.app.bank.by_key[keys[1]]
        await ui.press("enter")
        assert ui.main.entry.has_focus
        await ui.press("n")
        await ui.rest()
        assert ui.main.entry.has_focus
        assert ui.main.entry.entry is ui.app.bank.by_key[keys[2]]
        await ui.press("escape", "escape")
        assert not ui.main.search.is_open
        await ui.press("n")
        assert ui.main.search.is_open
        assert ui.main.search.query_input.value == "postgres"


@pytest.mark.parametrize("size", ENDS)
async def test_escape_returns_to_the_list_on_the_found_entry(
    open_app: OpenApp, size: tuple[int, int]
) -> None:
    async with open_app(size) as ui:
        await ui.press("2")
        await search(ui, "deadlock tag:on-call")
        assert ui.main.selected is ui.entry(DEADLOCK)
        await ui.press("escape")
        assert ui.main.list.has_focus
        assert ui.main.list.current is ui.entry(DEADLOCK)
        row = ui.rows[ui.main.list.region.y + 1 + ui.main.list.cursor - ui.main.list.top]
        assert "Deadlock between" in row


async def test_slash_again_begins_a_new_query_by_typing(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await search(ui, "celery")
        await ui.press("enter", "slash")
        await ui.type("uvloop")
        assert ui.main.search.query_input.value == "uvloop"


async def test_results_follow_what_others_write(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await search(ui, "celery")
        before = len(titles(ui))
        await ui.press("enter", "j", "j")
        current = ui.main.search.results.cursor_key
        ui.file().write_text(
            ui.on_disk()
            + '\n[[current-issues]]\nid = "00000001"\ntitle = "celery and a new thing"\n'
            "updated = 2026-11-20T17:59:00Z\n"
        )
        await ui.reload()
        assert len(titles(ui)) == before + 1
        assert "celery and a new thing" in titles(ui)
        assert ui.main.search.results.cursor_key == current
        assert ui.main.search.results.has_focus
        assert ui.main.search.query_input.value == "celery"


async def test_half_typed_query_stays_while_others_write(open_app: OpenApp) -> None:
    async with open_app(NARROW) as ui:
        await search(ui, "cele")
        ui.file().write_text(ui.on_disk() + '\n[[current-issues]]\ntitle = "celery 6"\n')
        await ui.reload()
        assert ui.main.search.query_input.has_focus
        await ui.type("ry 6")
        assert "celery 6" in titles(ui)


async def test_no_match_shows_the_nearest_and_says_so(open_app: OpenApp) -> None:
    async with open_app(NARROW) as ui:
        await search(ui, "alembik autogenrate")
        assert titles(ui)[0] == "Alembic autogenerate misses enums"
        assert "No match · the nearest titles" in ui.text
        await ui.press("escape", "slash")
        await ui.type("qqqqqqqqzzzzzzzz")
        assert titles(ui) == []
        assert "Nothing matches" in ui.text
        await ui.press("enter", "enter", "j", "e", "escape")
        assert ui.app.is_running


async def test_what_the_query_understood_is_told(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await search(ui, "tag:celery is:open")
        assert all("celery" in e.tags and not e.closed for e in ui.main.search.results.entries)
        assert "tag celery" in ui.text


async def test_archived_entries_are_found_when_asked_for(open_app: OpenApp) -> None:
    async with open_app(WIDE) as ui:
        await search(ui, "is:archived")
        assert len(titles(ui)) == 3
        await ui.rest()
        assert "archived" in ui.text


async def test_an_edited_result_stays_under_the_cursor(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        await search(ui, "tag:celery is:open")
        await ui.press("enter")
        entry = ui.main.selected
        assert entry is not None
        await ui.press("t")
        await ui.type(", seen-again")
        await ui.press("enter")
        assert ui.main.search.is_open
        assert ui.main.selected is not None
        assert ui.main.selected.id == entry.id
        assert ui.main.selected.tags == [*entry.tags, "seen-again"]
