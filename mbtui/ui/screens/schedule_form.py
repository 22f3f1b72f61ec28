"""The form of the review schedule, with the table that drives reviews above its own texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mbtui.bank.review_form import PREFIX, review_changes, review_fields
from mbtui.bank.schema import Schema
from mbtui.ui.draft import Draft
from mbtui.ui.screens.form import EntryForm


class ScheduleForm(EntryForm):
    """Edits `[review]` of `bank.toml` too: `table` as it was, `table_changes` what is changed.

    `review` is the table as it is now; a draft brings the one that its texts began from.
    """

    def __init__(
        self,
        schema: Schema,
        draft: Draft,
        *,
        review: Mapping[str, Any],
        **more: Any,
    ) -> None:
        table = dict(review) if draft.table is None else draft.table
        super().__init__(schema, replace(draft, table=table), **more)
        self.table = table
        self.above = review_fields(table)

    def _changes(self) -> dict[str, Any | None]:
        changes = super()._changes()
        self.table_changes = review_changes(changes, self.table, self._schema)
        return {name: value for name, value in changes.items() if not name.startswith(PREFIX)}
