"""What was typed and is not saved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mbtui.bank.entry import Entry
from mbtui.bank.schema import Kind
from mbtui.store.drafts import new_name


@dataclass(slots=True)
class Draft:
    """What was typed into a form and is not saved: texts by field name.

    `base` is the table the form was filled from; `entry` is None for a new entry. `when` is the
    time, in seconds since the epoch, when it was kept. `base_text` is the table's own text, where
    the entry was typed as text. `table` is the table that is edited with the entry as the form
    showed it, and the base of its texts; None where there is none.
    """

    kind: Kind
    entry: Entry | None
    base: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    name: str = field(default_factory=new_name)
    when: float = 0.0
    base_text: str = ""
    table: dict[str, Any] | None = None
