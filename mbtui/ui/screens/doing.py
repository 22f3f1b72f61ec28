"""Doing a command of the registry on the main screen, or saying why it cannot be done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mbtui.ui.availability import BULK, Context, as_sentence, why_not
from mbtui.ui.tree_rows import KIND

if TYPE_CHECKING:
    from mbtui.ui.screens.main import MainScreen


def context_of(screen: MainScreen) -> Context:
    """What the screen knows now of what can be done."""
    owner, bank, row = screen.owner, screen.bank, screen.sections.current
    kind = bank.schema.kinds.get(row.slug) if row is not None and row.type == KIND else None
    return Context(
        where=screen.where,
        entry=screen.selected,
        marked=screen.marking.entries(),
        listed=len(screen.active_list.entries),
        single_kind=kind is not None and kind.single and not screen.search.is_open,
        read_only=bank.read_only,
        missing=owner.state == "missing",
        searched=bool(screen.search.query_input.value.strip()),
        drafts=len(owner.drafts),
        problems=len(owner.problems),
        path_offers=screen.code.count_offers(),
        news=len(owner.news),
        is_news=screen.changed.is_news(screen.selected),
        gone=screen.changed.is_gone(screen.selected),
    )


def perform(screen: MainScreen, command: str) -> None:
    """Do the command with this id; where some are marked, one for many acts on these."""
    context = context_of(screen)
    reason = why_not(command, context)
    if reason and command.startswith("draft"):
        screen.kept.look_again()
        if not why_not(command, context_of(screen)):
            return  # What another program left meanwhile is offered now.
    if reason:
        screen.say(as_sentence(command, reason))
        return
    name = f"do_{command}"
    groups: Iterable[object] = (getattr(screen, group) for group in screen.GROUPS)
    if command in BULK and context.marked:
        groups = (screen.marking.bulk,)
    getattr(next(group for group in groups if hasattr(group, name)), name)()
