"""The pane that shows what changed in one entry."""

from __future__ import annotations

from collections.abc import Iterator

from mbtui.bank.changed import News
from mbtui.bank.entry import Entry
from mbtui.ui.change_lines import change_lines
from mbtui.ui.spans import DocumentLine, Setter, Styled
from mbtui.ui.widgets.entry_view import EntryView
from mbtui.ui.wording import short_line, title_of


class ChangeView(EntryView):
    """Like the pane of an entry, with its differences in place of its text."""

    _news: News | None = None
    _told = ""

    def show_change(self, news: News, told: str) -> None:
        """Show a change, headed by what is `told` of it; the same entry keeps its place."""
        if (news, told) != (self._news, self._told):
            self._news, self._told = news, told
            self.show(news.entry)
            self._laid_out = None
            self.refresh()

    def _document(self, entry: Entry, width: int) -> Iterator[DocumentLine]:
        setter = Setter()
        yield from setter.lines(Styled(title_of(entry)), width, "title")
        yield from setter.lines(Styled(short_line(self._told)), width, "meta")
        if self._news is not None:
            yield from change_lines(self._news, width)
