"""What an entry's keys are called in another kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mbtui.bank.schema import Kind


def renames(data: Mapping[str, Any], old: Kind, new: Kind) -> dict[str, str]:
    """Main text becomes main text, unless the entry has something else under that name."""
    before, after = old.main_field, new.main_field
    if old.slug == new.slug or before in new.field_names or after in data:
        return {}
    return {before: after}


def renamed(data: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """`data` with keys renamed, in the same order."""
    return {names.get(name, name): value for name, value in data.items()}
