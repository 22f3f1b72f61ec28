"""The least that a Textual app can be: an empty Tree, DataTable, Static and Footer.

What other benchmarks of the screen are compared with. `python -m tests.bench.floor` runs it.
"""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import DataTable, Footer, Static, Tree

READY, ANSWERED = "floor is ready", "floor has answered"
KEY = "x"
KEY_NAME = "Answer"


class Floor(App[None]):
    """Draws itself and answers one key."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS = [Binding(KEY, "answer", KEY_NAME)]  # noqa: RUF012

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Tree("floor")
            yield DataTable()
            yield Static(READY)
        yield Footer()

    def action_answer(self) -> None:
        self.query_one(Static).update(ANSWERED)


if __name__ == "__main__":
    Floor().run()
