"""The commands that move about and look, done by the main screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widget import Widget

from mbtui.ui.commands import ENTRIES, ENTRY, LIST, SEARCH, TREE, key_of
from mbtui.ui.tree_rows import ARCHIVED, KIND, SECTION

if TYPE_CHECKING:
    from mbtui.ui.screens.main import MainScreen


class GoCommands:
    """One method per command, called `do_` and its id."""

    def __init__(self, screen: MainScreen) -> None:
        self.screen = screen

    def do_down(self) -> None:
        """Move by a row, or scroll the entry by a line."""
        self._step(1)

    def do_up(self) -> None:
        """Move by a row, or scroll the entry by a line."""
        self._step(-1)

    def _step(self, delta: int) -> None:
        if self.screen.where == ENTRY:
            self.screen.entry.scroll_lines(delta)
        else:
            self.screen.pane.move_cursor(delta)

    def do_page_down(self) -> None:
        """Move by a page."""
        self._page(1)

    def do_page_up(self) -> None:
        """Move by a page."""
        self._page(-1)

    def _page(self, pages: int) -> None:
        if self.screen.where == ENTRY:
            self.screen.entry.scroll_lines(pages * max(1, self.screen.entry.page_rows - 1))
        else:
            self.screen.pane.page(pages)

    def do_first(self) -> None:
        """Go to the first row, or the top of the entry."""
        if self.screen.where == ENTRY:
            self.screen.entry.scroll_to_end(end=False)
        else:
            self.screen.pane.home()

    def do_last(self) -> None:
        """Go to the last row, or the end of the entry."""
        if self.screen.where == ENTRY:
            self.screen.entry.scroll_to_end(end=True)
        else:
            self.screen.pane.end()

    def do_left(self) -> None:
        """Fold, or go to the parent; elsewhere go to the pane on the left."""
        if self.screen.where == ENTRY:
            self.screen.set_focus(self.screen.active_list)
        elif self.screen.where in (LIST, SEARCH):
            self.screen.set_focus(self.screen.sections)
        else:
            self._fold()

    def _fold(self) -> None:
        row = self.screen.sections.current
        if row is None:
            return
        if row.type == SECTION and row.slug in self.screen.expanded:
            self.screen.expanded.discard(row.slug)
            self.screen.show_bank()
        elif (parent := self.screen.sections.parent_of(self.screen.sections.cursor)) is not None:
            self.screen.sections.move_to(parent)

    def do_right(self) -> None:
        """Unfold, or go to the pane on the right."""
        row = self.screen.sections.current
        if (
            self.screen.where == TREE
            and row
            and row.type == SECTION
            and row.slug not in self.screen.expanded
        ):
            self.screen.expanded.add(row.slug)
            self.screen.show_bank()
        else:
            self.do_open()

    def do_open(self) -> None:
        """From the tree to the entries, from there to the entry."""
        if self.screen.where == TREE:
            self.screen.set_focus(self.screen.active_list)
        elif self.screen.where in (LIST, SEARCH) and self.screen.selected is not None:
            self.screen.show_entry()
            self.screen.set_focus(self.screen.entry)

    def do_pane_tree(self) -> None:
        """Focus the sections."""
        self.screen.set_focus(self.screen.sections)

    def do_pane_list(self) -> None:
        """Focus the entries."""
        self.screen.set_focus(self.screen.active_list)

    def do_pane_entry(self) -> None:
        """Focus the entry."""
        self.screen.show_entry()
        self.screen.set_focus(self.screen.entry)

    def do_next_pane(self) -> None:
        """Focus the pane to the right, from the last the first."""
        self._pane_after(1)

    def do_previous_pane(self) -> None:
        """Focus the pane to the left, from the first the last."""
        self._pane_after(-1)

    def _pane_after(self, delta: int) -> None:
        screen = self.screen
        panes: list[Widget] = [screen.sections, screen.active_list, screen.entry]
        at = panes.index(screen.focused) if screen.focused in panes else 0
        screen.set_focus(panes[(at + delta) % len(panes)])

    def do_zoom(self) -> None:
        """Give the focused pane the whole screen, or take it back."""
        self.screen.zoomed = not self.screen.zoomed
        self.screen.lay_out()

    def do_search(self) -> None:
        """Open the search, the old query selected."""
        self.screen.search.open()
        self.screen.lay_out()

    def do_next_match(self) -> None:
        """Go to the next result of the last search."""
        self._match(1)

    def do_previous_match(self) -> None:
        """Go to the previous result of the last search."""
        self._match(-1)

    def _match(self, delta: int) -> None:
        if not self.screen.search.query_input.value.strip():
            self.screen.say(f"There was no search yet; {key_of('search')} begins one")
            return
        in_entry = self.screen.where == ENTRY
        if self.screen.search.is_open:
            self.screen.search.results.move_cursor(delta)
        else:
            self.screen.search.open()
        if not in_entry:
            self.screen.set_focus(self.screen.search.results)
        self.screen.lay_out()

    def do_back(self) -> None:
        """One step out: selection, zoom, entry, search, marks, list; never quits."""
        if self.screen.selections:
            self.screen.clear_selection()
        elif self.screen.zoomed:
            self.do_zoom()
        elif self.screen.where == ENTRY:
            self.screen.set_focus(self.screen.active_list)
        elif self.screen.search.is_open:
            self.screen.search.close()
        elif self.screen.marking.marks:
            self.screen.marking.do_clear_marks()
        elif self.screen.where == LIST:
            self.screen.set_focus(self.screen.sections)

    def do_quit(self) -> None:
        """Back out of what covers the panes; at the top, quit."""
        if self.screen.panes.is_covered:
            self.do_back()
        else:
            self.screen.owner.leave()

    def do_reload(self) -> None:
        """Read the disk again, at once."""
        self.screen.owner.reload()

    def do_redraw(self) -> None:
        """Send every cell again."""
        self.screen.owner.repaint()

    def do_colours(self) -> None:
        """Choose a theme, seeing it."""
        from mbtui.ui.screens.theme_pick import pick_theme

        pick_theme(self.screen.owner, self.screen.say)

    def do_help(self) -> None:
        """Show the keys of this pane."""
        from mbtui.ui.screens.help import Help

        self.screen.app.push_screen(Help(self.screen.where))

    def go_to_kind(self, slug: str) -> None:
        """Show a kind's entries."""
        self.go_to_place(f"{KIND}:{slug}")

    def go_to_place(self, key: str) -> None:
        """Show the entries behind a row of the tree, folded away or not."""
        screen = self.screen
        screen.search.hide()
        kind, _, slug = key.partition(":")
        if kind == KIND:
            screen.expanded.add(screen.section_of(slug))
        screen.show_bank()
        index = screen.sections.index_of(key)
        if index is None:
            screen.say("That is not in the bank any more")
        else:
            screen.sections.move_to(index)
        screen.show_list(keep=False)
        screen.set_focus(screen.list)
        screen.lay_out()

    def go_to_entry(self, key: str) -> None:
        """Put the cursor on an entry, wherever it is listed, and open it."""
        screen = self.screen
        entry = screen.bank.by_key.get(key)
        if entry is None:
            screen.say("That entry is not in the bank any more")
            return
        screen.search.hide()
        if not screen.list.go_to(key):
            self.list_entry(key)
        screen.set_focus(screen.list)
        self.do_pane_entry()
        screen.lay_out()

    def list_entry(self, key: str) -> None:
        """List the kind of an entry that is in the bank, or the archive, the cursor on it."""
        entry = self.screen.bank.by_key[key]
        self.go_to_place(ARCHIVED if entry.archived else f"{KIND}:{entry.kind.slug}")
        self.screen.list.go_to(key)

    def do_log(self) -> None:
        """Show the change log; from an entry, the history of that entry."""
        from mbtui.ui.screens.log import ChangeLog

        screen = self.screen
        entry = screen.selected if screen.where in ENTRIES else None

        def done(key: str | None) -> None:
            if key:
                self.go_to_entry(key)

        log = ChangeLog(screen.owner, entry.id if entry is not None else "")
        screen.app.push_screen(log, done)

    def do_problems(self) -> None:
        """List what is wrong in the bank's files; of one alone, show the place."""
        problems = self.screen.owner.all_problems()
        if not problems:
            self.screen.say("Nothing is wrong in the bank's files")
            return
        if len(problems) == 1:
            self.screen.owner.show_file(problems[0])
            return
        from mbtui.ui.screens.dialogs import Option, Pick

        options = [Option(str(i), p.place, p.message) for i, p in enumerate(problems)]

        def done(choice: str | None) -> None:
            if choice is not None:
                self.screen.owner.show_file(problems[int(choice)])

        self.screen.app.push_screen(Pick("Problems; Enter shows the place", options), done)
