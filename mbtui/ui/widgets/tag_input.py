"""Lines in which tags are typed: the bank's own are offered while one is being typed.

The one module that sets Textual's `Input._suggestion`, the dim text behind the cursor. Without it
nothing is offered in the line, and all else stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from textual.actions import SkipAction
from textual.binding import Binding
from textual.content import Content
from textual.message import Message

from mbtui.bank.tag_hints import NO_HINTS, TagHints, hints_in_tags
from mbtui.ui.widgets.inputs import LineInput


def hint_text(tags: Sequence[str]) -> Content:
    """What is offered, with the keys: → takes the first, ↓ brings the next."""
    if not tags:
        return Content("")
    first, *others = tags
    parts = [f"→ {first}"]
    if others:
        parts += [f"↓ {others[0]}", *others[1:]]
    return Content("   ".join(parts))


class TagInput(LineInput):
    """A line of tags. Right or End at its end takes what is offered, Up and Down offer others."""

    BINDINGS = [  # noqa: RUF012
        Binding("down", "offer(1)", "Offer the next tag", show=False),
        Binding("up", "offer(-1)", "Offer the tag before", show=False),
    ]

    class Hinted(Message):
        """Other tags are offered; the first is the one that is taken."""

        def __init__(self, tags: Sequence[str]) -> None:
            super().__init__()
            self.tags = tags

    def __init__(
        self,
        value: str = "",
        placeholder: str = "",
        id: str | None = None,  # noqa: A002
        *,
        tags: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        self._tags = tags
        self._known: list[str] | None = None
        self._hints: TagHints = NO_HINTS
        super().__init__(value, placeholder, id=id)

    def hints(self, line: str, tags: Iterable[str]) -> TagHints:
        """What may be meant at the end of a line."""
        return hints_in_tags(line, tags)

    def on_focus(self) -> None:
        """Take the bank's tags as they are now."""
        self._known = None

    def on_blur(self) -> None:
        """Offer nothing where nothing is typed."""
        self._offer(NO_HINTS)

    def watch_value(self) -> None:
        """Offer what fits now."""
        self._look()

    def watch_selection(self) -> None:
        """Offer only at the end of the line."""
        self._look()

    def offer_again(self) -> None:
        """Offer what became known meanwhile."""
        self._look()

    def _look(self) -> None:
        if not self.is_mounted:
            return
        if not self.has_focus or not self.cursor_at_end:
            self._offer(NO_HINTS)
            return
        if self._known is None:
            self._known = list(self._tags())
        hints = self.hints(self.value, self._known)
        if hints.start == self._hints.start and set(hints.tags) == set(self._hints.tags):
            hints = self._hints
        self._offer(hints)

    def _offer(self, hints: TagHints) -> None:
        line = self.value[: hints.start] + hints.tags[0] if hints.tags else ""
        if hasattr(self, "_suggestion"):
            self._suggestion = line
        if hints != self._hints:
            self._hints = hints
            self.post_message(self.Hinted(hints.tags))

    def action_offer(self, by: int) -> None:
        """Offer another tag first."""
        start, tags = self._hints
        if not tags:
            raise SkipAction
        by %= len(tags)
        self._offer(TagHints(start, [*tags[by:], *tags[:by]]))

    def action_end(self, select: bool = False) -> None:
        """Go to the end of the line; there, take what is offered."""
        if self.cursor_at_end and self._hints.tags and not select:
            self.action_cursor_right()
        else:
            super().action_end(select)
