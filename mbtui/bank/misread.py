"""What is to be said of the qualifiers of a query that mean nothing in a bank."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mbtui.bank.nearest import nearest_name
from mbtui.bank.query import STATES, Query
from mbtui.bank.vocabulary import Vocabulary

_REASONS: Final = {
    "in": "there is no kind or section {}",
    "status": "no kind has the status {}",
    "tag": "no entry has the tag {}",
    "by": "nobody called {} wrote here",
    "owner": "no entry has the owner {}",
    "path": "no entry has the path {}",
    "is": "there is no state {}",
    "has": "there is no field {}",
    "no": "there is no field {}",
    "before": "{} is no date; write 2026-11-20, 2026-11 or 7d",
    "after": "{} is no date; write 2026-11-20, 2026-11 or 7d",
    "sort": "there is no field {}",
}
_OF_CONTENT: Final = frozenset({"tag", "by", "owner", "path"})
"""Qualifiers whose values are what entries say: they may mean something tomorrow."""

_IS: Final = ("open", "closed", "due", "archived", *STATES)


def misread(query: Query, vocabulary: Vocabulary, *, of_content: bool = True) -> Iterator[str]:
    """A sentence for each qualifier that is searched as text, such as *in:nope is searched as
    text: there is no kind or section nope*.

    Without `of_content` only for those whose values the bank's schema decides.
    """
    for name, value in query.unread:
        if name in _OF_CONTENT and not of_content:
            continue
        told = f"{name}:{value} is searched as text: {_REASONS[name].format(value)}"
        meant = nearest_name(value.removeprefix("-"), _known(name, vocabulary))
        yield f"{told}; was {meant} meant?" if meant else told


def _known(name: str, vocabulary: Vocabulary) -> list[str]:
    """The values that the qualifier may have, where they are few."""
    if name == "in":
        return [slug for slug, _, _ in vocabulary.places]
    if name == "status":
        return sorted(vocabulary.statuses)
    if name == "tag":
        return sorted(vocabulary.tags)
    if name == "is":
        return list(_IS)
    if name in ("has", "no", "sort"):
        return sorted(vocabulary.fields)
    return []
