"""The command that opens the palette, and where its rows lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbtui.ui.screens.doing import context_of
from mbtui.ui.tree_rows import tree_rows

if TYPE_CHECKING:
    from mbtui.ui.screens.main import MainScreen
    from mbtui.ui.screens.palette import Item, Titles

_REMEMBERED = 20


class PaletteCommands:
    """One method per command, called `do_` and its id."""

    def __init__(self, screen: MainScreen) -> None:
        self.screen = screen
        self._recent: list[str] = []

    def do_palette(self) -> None:
        """Choose a command, a place to go to, or an entry."""
        from mbtui.ui.screens.palette import Palette, command_items, place_items

        screen = self.screen
        context = context_of(screen)
        sections = [section.slug for section in screen.bank.schema.sections]
        where = screen.focused
        made: list[Titles] = []

        def titles() -> Titles:
            if not made:
                made.append(self._titles())
            return made[0]

        def done(item: Item | None) -> None:
            if where is not None:
                screen.set_focus(where)
            if item is not None:
                self._go(item)

        palette = Palette(
            command_items(context),
            place_items(tree_rows(screen.bank, sections, {}, screen.owner.review_counts)),
            titles,
            self._recent,
        )

        def known(undoable: bool, redoable: bool) -> None:
            if palette.is_attached:
                palette.know(context._replace(undoable=undoable, redoable=redoable))

        screen.app.push_screen(palette, done)
        screen.owner.ask_journal(known)

    def _titles(self) -> Titles:
        from mbtui.ui.screens.palette import Titles

        return Titles([*self.screen.owner.everything(), *self.screen.bank.archive])

    def _go(self, item: Item) -> None:
        from mbtui.ui.screens.palette import COMMAND, PLACE

        if item.type == COMMAND:
            self._used(item)
            self.screen.call_after_refresh(self.screen.action_do, item.value)
        elif item.type == PLACE:
            self._used(item)
            self.screen.go.go_to_place(item.value)
        else:
            self.screen.go.go_to_entry(item.value)

    def _used(self, item: Item) -> None:
        others = [key for key in self._recent if key != item.key]
        self._recent = [item.key, *others][:_REMEMBERED]
