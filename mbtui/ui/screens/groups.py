"""The groups of commands of the main screen, each loaded with its first use.

Loading them all would be a sixth of the time until the first paint.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

from textual.screen import Screen

from mbtui.ui.screens.layout import Layout

if TYPE_CHECKING:
    from mbtui.ui.screens.changed_commands import ChangedCommands
    from mbtui.ui.screens.code_commands import CodeCommands
    from mbtui.ui.screens.draft_commands import DraftCommands
    from mbtui.ui.screens.editor_commands import EditorCommands
    from mbtui.ui.screens.entry_commands import EntryCommands
    from mbtui.ui.screens.follow import FollowCommands
    from mbtui.ui.screens.form_commands import FormCommands
    from mbtui.ui.screens.go_commands import GoCommands
    from mbtui.ui.screens.link_commands import LinkCommands
    from mbtui.ui.screens.main import MainScreen
    from mbtui.ui.screens.mark_commands import MarkCommands
    from mbtui.ui.screens.overview_commands import OverviewCommands
    from mbtui.ui.screens.palette_commands import PaletteCommands
    from mbtui.ui.screens.review_commands import ReviewCommands
    from mbtui.ui.screens.settle_commands import SettleCommands
    from mbtui.ui.screens.view_commands import ViewCommands


class CommandGroups(Screen[None]):
    """A screen whose commands are done by groups of them, in the order in which they are asked."""

    GROUPS = (
        "go",
        "write",
        "forms",
        "editor",
        "kept",
        "settle",
        "marking",
        "palette",
        "reviews",
        "panes",
        "links",
        "code",
        "overview",
        "changed",
        "follow",
        "views",
    )

    @property
    def _main(self) -> MainScreen:
        return cast("MainScreen", self)

    @cached_property
    def panes(self) -> Layout:
        """What says where the panes stand."""
        return Layout(self._main)

    @cached_property
    def go(self) -> GoCommands:
        """What moves about and looks."""
        from mbtui.ui.screens.go_commands import GoCommands

        return GoCommands(self._main)

    @cached_property
    def write(self) -> EntryCommands:
        """What changes one entry."""
        from mbtui.ui.screens.entry_commands import EntryCommands

        return EntryCommands(self._main)

    @cached_property
    def forms(self) -> FormCommands:
        """What opens and saves forms, and quick add."""
        from mbtui.ui.screens.form_commands import FormCommands

        return FormCommands(self._main)

    @cached_property
    def kept(self) -> DraftCommands:
        """What is done with unsaved texts."""
        from mbtui.ui.screens.draft_commands import DraftCommands

        return DraftCommands(self._main)

    @cached_property
    def editor(self) -> EditorCommands:
        """What goes to the user's editor."""
        from mbtui.ui.screens.editor_commands import EditorCommands

        return EditorCommands(self._main)

    @cached_property
    def settle(self) -> SettleCommands:
        """What settles two versions."""
        from mbtui.ui.screens.settle_commands import SettleCommands

        return SettleCommands(self._main)

    @cached_property
    def code(self) -> CodeCommands:
        """What concerns the code behind entries."""
        from mbtui.ui.screens.code_commands import CodeCommands

        return CodeCommands(self._main)

    @cached_property
    def links(self) -> LinkCommands:
        """What follows links."""
        from mbtui.ui.screens.link_commands import LinkCommands

        return LinkCommands(self._main)

    @cached_property
    def marking(self) -> MarkCommands:
        """What marks entries."""
        from mbtui.ui.screens.mark_commands import MarkCommands

        return MarkCommands(self._main)

    @cached_property
    def changed(self) -> ChangedCommands:
        """What concerns the changes of others."""
        from mbtui.ui.screens.changed_commands import ChangedCommands

        return ChangedCommands(self._main)

    @cached_property
    def follow(self) -> FollowCommands:
        """What follows the changes of others."""
        from mbtui.ui.screens.follow import FollowCommands

        return FollowCommands(self._main)

    @cached_property
    def views(self) -> ViewCommands:
        """What saves searches."""
        from mbtui.ui.screens.view_commands import ViewCommands

        return ViewCommands(self._main)

    @cached_property
    def overview(self) -> OverviewCommands:
        """What shows the overview."""
        from mbtui.ui.screens.overview_commands import OverviewCommands

        return OverviewCommands(self._main)

    @cached_property
    def palette(self) -> PaletteCommands:
        """What opens the palette."""
        from mbtui.ui.screens.palette_commands import PaletteCommands

        return PaletteCommands(self._main)

    @cached_property
    def reviews(self) -> ReviewCommands:
        """What concerns reviews."""
        from mbtui.ui.screens.review_commands import ReviewCommands

        return ReviewCommands(self._main)
