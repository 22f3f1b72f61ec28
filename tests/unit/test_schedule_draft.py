"""A draft of the review schedule holds the table `[review]` that its texts began from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mbtui.bank.review import SCHEDULE
from mbtui.store.drafts import load_drafts, save_draft
from mbtui.ui.draft import Draft
from mbtui.ui.drafts import Drafts, stored
from mbtui.ui.questions import table_changes, table_notice
from mbtui.ui.screens.form_commands import typed_later
from mbtui.ui.screens.schedule_form import ScheduleForm
from tests.unit.banks import make_store

SEEN = {"every": "1 month", "kinds": {"current-issues": "2 weeks"}}
NOW = {**SEEN, "kinds": {"current-issues": "1 week"}, "note": [1]}


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    store = make_store(tmp_path, {"updates.toml": '[review-schedule]\ncadence = "x"\n'})
    entry = store.load().by_key[SCHEDULE]
    texts = {"review.kinds": "current-issues = 2 weeks\nmonitoring = 1 month"}
    return Draft(entry.kind, entry, dict(entry.data), texts, table=SEEN)


@pytest.mark.parametrize("table", [SEEN, {}, None])
def test_the_table_is_kept_on_disk_and_comes_back(
    tmp_path: Path, draft: Draft, table: dict[str, object] | None
) -> None:
    store = make_store(tmp_path)
    store.load()
    save_draft(store.folder, stored(replace(draft, table=table)))
    assert [kept.table for kept in load_drafts(store.folder)] == [table]
    back = Drafts(store.folder, store.bank).named(draft.name, store.bank)
    assert back is not None
    assert (back.table, back.base) == (table, draft.base)


def test_a_form_begins_from_the_table_of_its_draft(tmp_path: Path, draft: Draft) -> None:
    schema = make_store(tmp_path).load().schema
    assert ScheduleForm(schema, draft, review=NOW).table == SEEN
    fresh = ScheduleForm(schema, replace(draft, table=None), review=NOW)
    assert fresh.table == fresh.draft.table == NOW


def test_what_others_changed_in_the_table_is_named() -> None:
    assert table_changes(None, NOW) == table_changes(SEEN, dict(SEEN)) == ""
    assert table_changes(SEEN, NOW) == "Due every, by kind, Note"
    assert table_notice(SEEN, SEEN, "meanwhile") == ""
    assert table_notice(SEEN, {}, "meanwhile").startswith("Others changed Due every, Due every, by")


def test_text_typed_during_a_save_has_what_was_saved_as_its_base(draft: Draft) -> None:
    later = {"review.every": "3 weeks"}
    after = typed_later(draft, None, {"every": None, "agents": True}, later)
    assert after.table == {"kinds": SEEN["kinds"], "agents": True}
    assert (after.entry, after.base, after.texts) == (draft.entry, draft.base, later)
    assert after.name != draft.name
