"""A small app with all that is hard to paint; `python -m tests.ui.paint_app` runs it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style as RichStyle
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static, TextArea

from mbtui.ui.cells import Line
from mbtui.ui.paint import DiffPaintApp
from mbtui.ui.widgets.line_pane import LinePane

SAMPLES = (
    "SQLite WAL hangs on NFS homes",
    "漢字かな交じり文のタイトル",
    "emoji 🎉🔥 party ✅ done",
    "combine\u0301d le\u0302tters in a\u0308 row",
    "한국어 제목 하나",
    "≠ ambiguous ● ◷ ▸ … — width",
    "short",
    "naïve café — ñandú",
    "a very long title that must be cut because no pane is ever wide enough for all of it",
)


class Pane(LinePane):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)"),
        Binding("k,up", "move(-1)"),
        Binding("pagedown", "turn(1)"),
        Binding("pageup", "turn(-1)"),
        Binding("G", "last"),
        Binding("x", "change"),
    ]
    rows: Sequence[str] = [f"{n} {SAMPLES[n % len(SAMPLES)]}" for n in range(200)]

    def row_count(self) -> int:
        return len(self.rows)

    def row_key(self, index: int) -> str:
        return self.rows[index]

    def render_row(
        self, index: int, width: int, selected: bool, focused: bool
    ) -> Line | Sequence[Line]:
        text = Text(self.rows[index])
        text.stylize("bold red", 2, 6)
        text.stylize("italic green", 8, 12)
        return text

    def action_move(self, delta: int) -> None:
        self.move_cursor(delta)

    def action_turn(self, pages: int) -> None:
        self.page(pages)

    def action_last(self) -> None:
        self.end()

    def action_change(self) -> None:
        self.rows = self.rows[1:]
        self.set_rows_changed()


class Popup(ModalScreen[None]):
    CSS = "Popup { align: center middle; } Popup Label { width: 31; height: 5; border: round red; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("o,escape", "dismiss")]

    def compose(self) -> ComposeResult:
        yield Label("半角と全角 over the rows\nbeneath 🎉", markup=False)


class PaintApp(DiffPaintApp[None]):
    CSS = """
    #list { width: 3fr; } #side { width: 2fr; } TextArea { height: 1fr; border: none; }
    Input { border: none; height: 1; } #link { height: 1; } #status { height: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "popup"),
        Binding("w", "suspend_and_write"),
        Binding("r", "repaint"),
        Binding("f2", "repaint"),
    ]
    ENABLE_COMMAND_PALETTE = False

    keys_seen = 0

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Pane(title="Rows", title_right="sorted", id="list")
            with Vertical(id="side"):
                area = TextArea("first 漢字 line\nsecond e\u0301 line\nthird 🎉")
                area.cursor_blink = False
                field = Input("text 漢字")
                field.cursor_blink = False
                yield field
                yield area
                yield Static(Text("a link", RichStyle(link="https://example.org/a;b")), id="link")
        yield Static("", id="status", markup=False)

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and not event.is_forwarded:
            self.keys_seen += 1
        await super().on_event(event)
        if isinstance(event, events.Key | events.Resize) and self.is_running:
            size = f"{self.size.width}x{self.size.height}"
            for status in self.screen_stack[0].query("#status").results(Static):
                status.update(f"<{self.keys_seen} keys {size}>")

    def action_popup(self) -> None:
        self.push_screen(Popup())

    def action_suspend_and_write(self) -> None:
        with self.suspend():
            print("\x1b[5;5HSOMETHING ELSE\x1b[12;1HON THE SCREEN", flush=True)

    def action_repaint(self) -> None:
        self.repaint()


if __name__ == "__main__":
    PaintApp().run()
