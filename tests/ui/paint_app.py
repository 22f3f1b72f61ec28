"""A small app with all that is hard to paint; `python -m tests.ui.paint_app` runs it.

Each key is one command, done in full before the next, so that what two runs show depends on the
keys and not on their timing.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style as RichStyle
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
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


class Popup(ModalScreen[None]):
    CSS = "Popup { align: center middle; } Popup Label { width: 31; height: 5; border: round red; }"

    def compose(self) -> ComposeResult:
        yield Label("半角と全角 over the rows\nbeneath 🎉", markup=False)


class Status(Widget):
    """Tells how far the app is; drawn together with what it tells of."""

    keys = 0

    def render(self) -> str:
        width, height = self.screen.size
        return f"<{self.keys} keys {width}x{height}>"


class Main(Screen[None]):
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
        yield Status()

    def on_resize(self) -> None:
        self.query_one(Status).refresh()


class PaintApp(DiffPaintApp[None]):
    CSS = """
    #list { width: 3fr; } #side { width: 2fr; } TextArea { height: 1fr; border: none; }
    Input { border: none; height: 1; } #link { height: 1; } Status { height: 1; }
    """

    ENABLE_COMMAND_PALETTE = False

    def get_default_screen(self) -> Screen[None]:
        return Main()

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, events.Key):
            await super().on_event(event)
            return
        if isinstance(self.screen, Popup):
            await self.pop_screen()
        else:
            await self.perform(event.character or event.key)
        status = self.screen_stack[0].query_one(Status)
        status.keys += 1
        status.refresh()

    async def perform(self, key: str) -> None:
        pane, area, field = (self.screen.query_one(kind) for kind in (Pane, TextArea, Input))
        match key:
            case "j" | "k":
                pane.move_cursor(1 if key == "j" else -1)
            case "d" | "u":
                pane.page(1 if key == "d" else -1)
            case "G":
                pane.end()
            case "x":
                pane.rows = pane.rows[1:]
                pane.set_rows_changed()
            case "1" | "2" | "3":
                self.set_focus((pane, field, area)[int(key) - 1])
            case "h" | "l":
                area.move_cursor_relative(columns=-1 if key == "h" else 1)
                field.cursor_position += -1 if key == "h" else 1
            case "n":
                area.insert("\n")
            case "b":
                area.action_delete_left()
                field.action_delete_left()
            case "o":
                await self.push_screen(Popup())
            case "w":
                with self.suspend():
                    print("\x1b[5;5HSOMETHING ELSE\x1b[12;1HON THE SCREEN", flush=True)
            case "r":
                self.repaint()
            case _:
                area.insert(key)
                field.insert_text_at_cursor(key)


if __name__ == "__main__":
    PaintApp().run()
