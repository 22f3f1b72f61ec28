"""The panes beside each other, with gaps that the mouse can drag."""

from __future__ import annotations

from textual import events
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget


class PaneRow(Horizontal):
    """Panes with a column between them; dragging it is told, nothing is resized here."""

    ALLOW_SELECT = False

    class Dragged(Message):
        """The gap left of a pane is dragged to column `x` of the row; `done` when it is let go."""

        def __init__(self, pane: Widget, x: int, *, done: bool) -> None:
            super().__init__()
            self.pane = pane
            self.x = x
            self.done = done

        def can_replace(self, message: Message) -> bool:
            """Whether `message`, a later one, is about the same gap, still held."""
            same = isinstance(message, PaneRow.Dragged) and message.pane is self.pane
            return same and not self.done

    _dragged: Widget | None = None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the gap under the mouse."""
        at = self.region.x + event.x
        for pane in self.children:
            if pane.display and pane.region.x == at + 1 and pane.region.x > self.region.x:
                self._dragged = pane
                self.capture_mouse()
                event.stop()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Tell where the gap is wanted."""
        if self._dragged is not None:
            self.post_message(self.Dragged(self._dragged, event.x, done=False))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let go."""
        if self._dragged is not None:
            self.release_mouse()
            self.post_message(self.Dragged(self._dragged, event.x, done=True))
            self._dragged = None
