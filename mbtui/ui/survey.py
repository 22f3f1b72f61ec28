"""The part of the app that looks at the bank as a whole: what is wrong in it, and the overview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from textual import work
from textual.app import App
from textual.message import Message

if TYPE_CHECKING:
    from mbtui.bank.bank import Bank, Problem
    from mbtui.bank.due import Attention
    from mbtui.bank.overview import Measures, Overview
    from mbtui.bank.search import Results
    from mbtui.store.reading import BankReader
    from mbtui.ui.screens.main import MainScreen

Result = TypeVar("Result")


@dataclass
class Surveyed(Message):
    """What was found in `bank`; `overview` is None where nobody looks at it."""

    bank: Bank
    problems: Sequence[Problem]
    overview: Overview | None
    seen: tuple[object, ...]


class SurveyApp(App[Result]):
    """Looks in a thread, after the first paint and after each change that was painted.

    The overview is worked out only while it is shown.
    """

    reader: BankReader
    bank: Bank
    drift_states: Mapping[str, frozenset[str]] | None
    _days_known: bool
    overview: Overview | None = None
    """As last worked out; None until somebody looked."""
    _checked: tuple[Bank, Sequence[Problem]] | None = None
    _seen: tuple[object, ...] = ()
    _surveying = False
    _painted = False

    @property
    def main(self) -> MainScreen:
        """The main screen, under whatever covers it."""
        raise NotImplementedError

    @property
    def today(self) -> date:
        """The local date."""
        raise NotImplementedError

    @property
    def attention(self) -> Attention:
        """What is due."""
        raise NotImplementedError

    @cached_property
    def _measures(self) -> Measures:
        from mbtui.bank.overview import Measures

        return Measures()

    def on_mount(self) -> None:
        """Begin when the first screen is drawn."""
        self.call_after_refresh(self._begin_survey)

    def _begin_survey(self) -> None:
        self._painted = True
        self.survey()

    # What is wrong

    @property
    def problems(self) -> Sequence[Problem]:
        """All that is known to be wrong in the bank's files."""
        known = self._checked
        if known is None:
            return self.bank.problems
        if known[0] is self.bank:
            return known[1]
        # What a look found before stays until the next one is done: a count that comes and goes
        # with every change of a file says nothing.
        found = [problem for problem in known[1] if not problem.blocks]
        return [*self.bank.broken_files, *found]

    def all_problems(self) -> Sequence[Problem]:
        """The same, looked for at once where nobody did."""
        if self._checked is None or self._checked[0] is not self.bank:
            self._checked = self.bank, self._find_problems(self.bank)
        return self._checked[1]

    def _find_problems(self, bank: Bank) -> Sequence[Problem]:
        from mbtui.store.checking import problems_of

        return problems_of(self.reader.folder, bank, self.today)

    def misread(self, results: Results) -> list[str]:
        """What of a query that found nothing was searched as text, and why."""
        if results.entries or not results.query.unread:
            return []
        from mbtui.bank.misread import misread
        from mbtui.bank.vocabulary import vocabulary_of

        return list(misread(results.query, vocabulary_of(self.bank)))

    # Looking

    def survey(self) -> None:
        """Look in a thread at what changed since the last look, behind the next paint."""
        if not self._painted or self._surveying or not self.screen_stack:
            return
        wanted = self._days_known and self.main.overview.is_shown
        seen = self._what_counts() if wanted else (self.bank,)
        if seen == self._seen or (not wanted and self._seen[:1] == seen):
            return
        self._surveying = True
        self.call_after_refresh(self._look_around, seen, wanted)

    def _what_counts(self) -> tuple[object, ...]:
        """What an overview is made of."""
        states = self.drift_states
        off = None if states is None else frozenset().union(*states.values())
        return self.bank, self.today, self.attention, off

    @work(thread=True, group="survey", exit_on_error=False)
    def _look_around(self, seen: tuple[Any, ...], wanted: bool) -> None:
        bank: Bank = seen[0]
        problems: Sequence[Problem] = bank.problems
        overview = None
        try:
            known = self._checked
            again = known is None or known[0] is not bank
            problems = self._find_problems(bank) if known is None or again else known[1]
            if wanted:
                overview = self._measures.look(*seen)
        finally:
            if self.is_running:
                self.post_message(Surveyed(bank, problems, overview, seen))

    def on_surveyed(self, event: Surveyed) -> None:
        """Show what was found, and look again where something changed meanwhile."""
        self._surveying = False
        self._seen = event.seen
        before, self._checked = len(self.problems), (event.bank, event.problems)
        if event.overview is not None:
            self.overview = event.overview
        if not self.screen_stack:
            return
        if event.bank is self.bank and len(self.problems) != before:
            self.main.show_header()
        if event.overview is not None:
            self.main.overview.update()
        self.survey()
