"""The main screen: header, section tree, entries, the entry, footer."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual import events
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.timer import Timer
from textual.widgets import Input, Static

from mbtui.bank.bank import Bank
from mbtui.bank.entry import Entry
from mbtui.bank.review import SCHEDULE
from mbtui.store.drafts import new_name
from mbtui.ui.commands import ENTRY, LIST, SEARCH, TREE, key_of, meant_by_key
from mbtui.ui.entry_notes import NO_NOTES
from mbtui.ui.glyphs import glyphs
from mbtui.ui.notice import notice_of
from mbtui.ui.screens.doing import perform
from mbtui.ui.screens.groups import CommandGroups
from mbtui.ui.screens.listing import empty_text, entries_of
from mbtui.ui.tree_rows import (
    CANDIDATES,
    DUE,
    KIND,
    VIEW,
    tree_rows,
)
from mbtui.ui.widgets.bars import Bar, Footer, Notice
from mbtui.ui.widgets.draft_bar import DraftBar
from mbtui.ui.widgets.entry_list import EntryList, ResultList
from mbtui.ui.widgets.entry_view import EntryView
from mbtui.ui.widgets.first_hint import FirstHint
from mbtui.ui.widgets.line_pane import LinePane
from mbtui.ui.widgets.pane_row import PaneRow
from mbtui.ui.widgets.quick_add import QuickAddBar
from mbtui.ui.widgets.search_pane import SearchPane
from mbtui.ui.widgets.section_tree import SectionTree
from mbtui.ui.wording import plural, short_line

if TYPE_CHECKING:
    from mbtui.bank.quickadd import QuickAdd
    from mbtui.ui.app import MbtuiApp

FOLLOW_SECONDS = 0.15
MESSAGE_SECONDS = 5.0


class MainScreen(CommandGroups):
    """Everything one sees of a bank."""

    AUTO_FOCUS = "#tree"

    def __init__(self) -> None:
        super().__init__()
        self.expanded: set[str] = set()
        self.list_name = ""
        self.zoomed = False
        self._listed: str | None = None
        self._begun = False
        self._follow: Timer | None = None
        self._silence: Timer | None = None

    @property
    def owner(self) -> MbtuiApp:
        """The app, which owns the bank."""
        return cast("MbtuiApp", self.app)

    @property
    def bank(self) -> Bank:
        """The bank that is shown."""
        return self.owner.bank

    def compose(self) -> ComposeResult:
        """Header, notice, panes, quick add, footer."""
        self.panes.classify(self.app.size)
        yield Bar(id="header")
        yield Notice(id="notice")
        with PaneRow(id="panes"):
            yield SectionTree(id="tree")
            with Vertical(id="middle"):
                yield EntryList(id="list")
                yield SearchPane(id="search")
            yield EntryView(now=self.owner.now, title_by_id=self._title_of, id="entry")
        yield Static("", id="too-small")
        yield DraftBar(id="draft-bar")
        schema, tags = lambda: self.bank.schema, lambda: self.bank.tags()
        paths = self.owner.path_hints_in_quick_add
        parse = self._parse_quick_add
        yield QuickAddBar(parse, schema, tags, paths, new_name=new_name, id="quick-add")
        yield FirstHint(id="hint")
        yield Footer(id="footer")

    def on_mount(self) -> None:
        """Fill the panes."""
        self.sections = self.query_one(SectionTree)
        self.list = self.query_one("#list", EntryList)
        self.search = self.query_one(SearchPane)
        self.entry = self.query_one(EntryView)
        self.quick_add = self.query_one(QuickAddBar)
        self.footer = self.query_one(Footer)
        self.middle = self.query_one("#middle")
        self.hint = self.query_one(FirstHint)
        if not self.owner.screen_state.hint_seen:
            self.hint.begin()
        self.panes.begin()
        capture = self.bank.schema.kinds.get(self.bank.config.capture_kind)
        if capture is not None:
            self.expanded.add(capture.section)
        self.show_bank()
        self.lay_out()
        self.call_after_refresh(self._begin_rest)

    def _begin_rest(self) -> None:
        """What need not be there with the first paint."""
        self._begun = True
        self.show_entry()
        self.kept.begin()

    # What is shown

    def show_bank(self) -> None:
        """Show the bank as it is now; cursor, scrolling, folding and queries stay."""
        bank = self.bank
        self.marking.bank_changed()
        views = {name: self.owner.count_of(query) for name, query in bank.config.views.items()}
        owner = self.owner
        drifted = len(self.code.entries()) if owner.drift_states else 0
        changed = self.changed.count() if owner.news_known else None
        rows = tree_rows(bank, self.expanded, views, owner.review_counts, drifted, changed)
        self.sections.show(rows)
        self.show_list(keep=True)
        if self.search.is_open:
            self._show_results(keep=True)
        self.show_header()
        self.owner.survey()
        if self._begun:
            self.show_entry()
            self.kept.show()

    def show_header(self) -> None:
        """Show name, counts and state; and what is wrong with the files."""
        owner, bank = self.owner, self.bank
        name = short_line(bank.config.name) or owner.project_name
        place = glyphs.sep.join(part for part in (owner.bank_label, owner.branch) if part)
        known = ["following"] if self._begun and self.follow.on else []
        warnings = len(owner.problems) - len(bank.broken_files)
        if warnings:
            known.insert(0, f"{plural(warnings, 'problem')} ({key_of('problems')})")
        if bank.read_only:
            known.insert(0, "read-only")
        total = plural(len(owner.everything()), "entry", "entries")
        words = [*owner.due_words(key_of("review")), *owner.changed_words()]
        state = [owner.state] if owner.state else []
        counts = [*words, *known]
        rights = ([total, *counts, *state], [*counts, *state], counts, known)
        told = [glyphs.sep.join(right) for right in rights]
        self.query_one("#header", Bar).show(f"{name}  {place}", *told)
        unusual = [word for word in state if word != "live"]
        self.panes.show_state(name, [*unusual, *reversed(known)])
        self.query_one(Notice).tell(*notice_of(owner))

    def show_list(self, *, keep: bool) -> None:
        """List the entries of the tree's row; with `keep` the cursor stays on its entry."""
        row = self.sections.current
        self._listed = row.key if row is not None else None
        is_about_reviews = row is not None and row.type in (DUE, CANDIDATES)
        special = self.changed.listed(row) if self.owner.news_known else None
        if is_about_reviews:
            special = self.reviews.listed(row)
        self.list.show_words(special.words if special else {})
        entries, title = special[:2] if special else entries_of(self, row)
        count = f"{glyphs.sep}{len(entries):,}" if entries and not special else ""
        self.list_name = title
        self.list.name_it(f"{'' if self.has_class('-narrow') else '2 '}{title}{count}")
        unsorted = not entries or (row is not None and row.type == VIEW)
        mixed = bool(entries) and entries[-1].closed and not entries[0].closed
        usual = "open, newest" if mixed else "newest first"
        order = special.order if special else usual
        self.list.title_right = "" if unsorted else order
        self.list.empty_text = empty_text(self, row)
        self.list.show(entries, keep=keep)
        if self._begun:
            self.marking.show_footer()

    def _title_of(self, identity: str) -> str:
        return self.links.title_of(identity)

    def section_of(self, kind: str) -> str:
        """The slug of the section that a kind is in."""
        known = self.bank.schema.kinds.get(kind)
        return known.section if known else ""

    def _show_results(self, *, keep: bool) -> None:
        text = self.search.query_input.value
        if not text.strip():
            self.call_after_refresh(self.owner.prepare_search)
        results = self.owner.search(text)
        self.search.show(
            results,
            keep=keep,
            everything=self.owner.everything(),
            misread=self.owner.misread(results),
        )

    def show_entry(self) -> None:
        """Show the entry under the cursor; the overview where none is meant."""
        entry = self.selected
        if not self.overview.take_pane():
            query = self.search.results.query_shown if self.search.is_open else None
            notes = NO_NOTES
            if entry is not None:
                notes = self.changed.notes(entry, self.code.notes_of(entry))
            if entry is not None and entry.kind.slug == SCHEDULE:
                from mbtui.bank.review_form import review_words

                notes = notes._replace(offer=review_words(self.bank.config.review))
            self.entry.show(entry, query.words if query else (), notes)
        self.panes.show_titles()
        is_archived = entry is not None and entry.archived
        self.footer.call("archive", "restore" if is_archived else "archive")
        if self._begun:
            self.changed.look()

    @property
    def pane(self) -> LinePane:
        """The pane of rows that has the focus."""
        return self.sections if self.where == TREE else self.active_list

    @property
    def active_list(self) -> EntryList:
        """The pane that lists entries now: the search results, else the entries."""
        return self.search.results if self.search.is_open else self.list

    @property
    def selected(self) -> Entry | None:
        """The entry under the cursor; none where the overview is looked at."""
        if self.overview.in_pane and self.where == ENTRY:
            return None
        return self.active_list.current

    def on_line_pane_highlighted(self, event: LinePane.Highlighted) -> None:
        """Another row of the tree fills the list; another entry is shown once it rests."""
        event.stop()
        if isinstance(event.pane, SectionTree):
            self.show_list(keep=event.key == self._listed)
            self.marking.show_footer()
        self._show_entry_soon()

    def _show_entry_soon(self) -> None:
        if self._follow is not None:
            self._follow.stop()
        self._follow = self.set_timer(FOLLOW_SECONDS, self.show_entry)

    def on_line_pane_chosen(self, event: LinePane.Chosen) -> None:
        """A clicked row opens."""
        event.stop()
        self.go.do_open()

    def on_entry_view_followed(self, event: EntryView.Followed) -> None:
        """A clicked link is followed."""
        event.stop()
        self.links.follow(event.link)

    def on_search_pane_query_changed(self, event: SearchPane.QueryChanged) -> None:
        """Search for what is typed now."""
        event.stop()
        self._show_results(keep=False)
        self._show_entry_soon()

    def on_search_pane_closed(self, event: SearchPane.Closed) -> None:
        """Back to the list, on the entry that was found."""
        event.stop()
        found = self.search.results.current
        self.list.display = True
        if found is not None:
            self.list.go_to(found.key)
        self.set_focus(self.list)
        self.lay_out()
        self.show_entry()

    def on_quick_add_bar_submitted(self, event: QuickAddBar.Submitted) -> None:
        """Save the entry."""
        event.stop()
        self.forms.add_parsed(event.parsed)

    def on_quick_add_bar_to_form(self, event: QuickAddBar.ToForm) -> None:
        """Go on in the form."""
        event.stop()
        self.forms.form_for(event.parsed)

    def on_quick_add_bar_typed(self, event: QuickAddBar.Typed) -> None:
        """Keep what stands in the quick-add line."""
        event.stop()
        self.forms.keep_quick_add()

    def on_quick_add_bar_closed(self, event: QuickAddBar.Closed) -> None:
        """Back to the pane that had the focus."""
        event.stop()
        self.set_focus(self.active_list)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Show the keys of the focused pane, and in narrow windows the pane itself."""
        self.lay_out()
        if self._begun:
            self.overview.follow_focus()
        self.marking.show_footer()

    def on_resize(self) -> None:
        """Lay out for the new size."""
        if self.is_mounted and hasattr(self, "footer"):
            self.lay_out()
            if self._begun:
                self.overview.follow_focus()

    def on_screen_suspend(self) -> None:
        """What covers the panes has the keys: no cursor of theirs looks as if it had."""
        if hasattr(self, "footer"):
            self.pane.refresh()

    def on_screen_resume(self) -> None:
        """The keys are back."""
        if hasattr(self, "footer"):
            self.pane.refresh()

    def on_pane_row_dragged(self, event: PaneRow.Dragged) -> None:
        """Resize the panes beside a gap."""
        event.stop()
        self.panes.drag(event)

    def on_footer_clicked(self, event: Footer.Clicked) -> None:
        """Do what was clicked, unless a text is being typed."""
        event.stop()
        if self.check_action("do", (event.command,)):
            self.action_do(event.command)

    def on_first_hint_seen(self, event: FirstHint.Seen) -> None:
        """Show the hint in no later session."""
        event.stop()
        self.owner.remember_hint()

    # Layout

    @property
    def where(self) -> str:
        """The pane that has the focus, as commands name it."""
        focused = self.focused
        if isinstance(focused, SectionTree):
            return TREE
        if isinstance(focused, EntryView):
            return ENTRY
        return SEARCH if isinstance(focused, ResultList) else LIST

    def lay_out(self) -> None:
        """Show the panes that the window has room for."""
        self.panes.lay_out()
        if self._begun:
            self.changed.look()

    # Commands

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys are commands unless a text is being typed."""
        if action != "do":
            return True
        if self.has_class("-too-small"):
            return "quit" in str(parameters[0]).split()
        return not isinstance(self.focused, Input)

    def action_copy_text(self) -> None:
        """Copy what is selected with the mouse; without a selection the key is the app's."""
        text = self.get_selected_text()
        if text is None:
            raise SkipAction
        self.owner.copy(text, "the selection")

    def action_do(self, commands: str) -> None:
        """Do the one of these commands that is for this pane, or say why it cannot be done here."""
        command = meant_by_key(commands.split(), self.where)
        self.say("")
        self.hint.count(command)
        perform(self, command)

    def say(self, message: str) -> None:
        """Show a message in the footer for a few seconds."""
        if self._silence is not None:
            self._silence.stop()
            self._silence = None
        self.footer.say(short_line(message))
        if message:
            self._silence = self.set_timer(MESSAGE_SECONDS, lambda: self.footer.say(""))

    def _parse_quick_add(self, text: str) -> QuickAdd:
        row = self.sections.current
        return self.owner.parse_quick_add(text, row.slug if row and row.type == KIND else "")
