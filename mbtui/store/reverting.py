"""Taking back what others did to one entry: it says again what it said when it was last seen."""

from __future__ import annotations

from collections.abc import Iterator

from mbtui.bank.changed import ABSENT, News, content_of, with_later_reviews
from mbtui.bank.entry import Entry
from mbtui.bank.undo import Step
from mbtui.store.errors import ConflictError, StoreError
from mbtui.store.exact import ExactSteps
from mbtui.store.seen import SeenText
from mbtui.store.splice import raw_text
from mbtui.store.standing import block_of, is_same_entry

REVERT = "revert"
"""What the change is called."""


def revert(store: ExactSteps, news: News, seen: SeenText | None) -> Entry | None:
    """Give an entry back the text that it was `seen` with; the entry then, None where it is gone.

    One change for undo. All else stays as it is, and reviews made since stay too. Raises
    StoreError, with nothing written, where the entry is not what `news` says any more.
    """
    if news.seen != ABSENT and seen is None:
        raise StoreError("what it said before is not kept, so it cannot be brought back")
    if news.entry.inline:
        raise StoreError("it stands in an inline list, which is only shown")
    entry: Entry | None = None
    with store._change(REVERT):
        try:
            for step in list(_steps(store, news, seen)):
                entry = store._make(step) or entry
        except ConflictError:
            raise _changed_again(news) from None
    return entry


def _steps(store: ExactSteps, news: News, seen: SeenText | None) -> Iterator[Step]:
    identity, now = news.entry.id, news.now
    wanted = _wanted(store, news, seen)
    here = _standing(store, news)
    if now is None or (wanted is not None and wanted.file != now.file):
        if wanted is not None:
            kind = _kind(store, wanted, identity)
            step = Step(wanted.file, identity, "", "", kind, wanted.text)
            store._check_room(step, store._section(wanted.file))
            yield step
        wanted = None
    if now is not None and here is not None:
        kind = _kind(store, wanted, identity) if wanted is not None else ""
        text = wanted.text if wanted is not None else ""
        yield Step(now.file, identity, now.kind.slug, here, kind, text)


def _wanted(store: ExactSteps, news: News, seen: SeenText | None) -> SeenText | None:
    """The text that the entry is to have; None for an entry that was not there."""
    if seen is None or news.seen == ABSENT:
        return None
    side = store._side(seen.file, seen.text, news.entry.id)
    if side is None or news.now is None:
        return seen
    data = with_later_reviews(side.entry.data, news.now.data)
    return seen if data == side.entry.data else SeenText(seen.file, store._text_with(side, data))


def _standing(store: ExactSteps, news: News) -> str | None:
    """The entry's text as it is on disk; None where it is gone, as `news` says."""
    now = news.now
    if now is not None:
        section = store._section(now.file)
        block = block_of(section, now.id, [now])
        if block is None or not _says(block.entry, news):
            raise _changed_again(news)
        return raw_text(section, block)
    before = news.entry
    found = [*store._section(before.file).entries, *store._elsewhere(before)]
    if any(entry.id == before.id for entry in found):
        raise _changed_again(news)
    return None


def _says(entry: Entry, news: News) -> bool:
    same = news.now is not None and is_same_entry(entry, news.now)
    return same or content_of(entry) == news.content


def _kind(store: ExactSteps, text: SeenText, identity: str) -> str:
    side = store._side(text.file, text.text, identity)
    return side.entry.kind.slug if side is not None else ""


def _changed_again(news: News) -> StoreError:
    what = "came back" if news.now is None else "was changed again"
    return StoreError(f"{news.entry.id} {what} meanwhile; nothing was written, look again")
