"""What others changed since one looked, for the queries that ask for it; no other pays for it."""

from __future__ import annotations

from mbtui.bank.query import Query
from mbtui.cli.context import author
from mbtui.cli.output import note
from mbtui.store.reading import BankReader

_STATE = "changed"


def asks_for_changes(query: Query) -> bool:
    """Whether a query cannot be answered without what was seen."""
    return any(term.name == "is" and _STATE in term.values for term in query.terms)


def changed_states(reader: BankReader) -> dict[str, frozenset[str]]:
    """The keys of what this user did not see, as a search takes them; nothing is seen by that."""
    from mbtui.store.whats_new import WhatsNew

    found = WhatsNew(reader.folder, author()).look(reader.bank, reader.last_read)
    gone = sum(item.now is None for item in found.news.values())
    if gone:
        are = "entry was" if gone == 1 else "entries were"
        note(f"{gone:,} {are} removed since you looked; the screen shows the text")
    if found.problem:
        note(f"what you have seen cannot be kept: {found.problem}")
    return {_STATE: frozenset(found.news)}
