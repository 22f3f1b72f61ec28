"""Send the terminal only the cells that changed.

The one module that depends on private parts of Textual: `App._display` and, in
`textual._compositor`, the updates it is given. Where they are missing, or when `MBTUI_PAINT` is
`textual`, Textual paints by itself and only the number of bytes differs.
"""

from __future__ import annotations

import os
import unicodedata
import zlib
from collections.abc import Iterator
from functools import cached_property, lru_cache
from importlib import import_module
from typing import Any, TypeAlias, TypeVar

from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, Console, RenderableType
from rich.style import Style
from textual import events
from textual.app import App
from textual.geometry import Region, Size
from textual.screen import Screen
from textual.strip import Strip

from mbtui.bank.safetext import strip_unsafe
from mbtui.ui.cells import clusters, is_flag_letter

try:
    _compositor: Any = import_module("textual._compositor")
except ImportError:
    _compositor = None
_Update: Any = getattr(_compositor, "CompositorUpdate", object)
_LayoutUpdate: Any = getattr(_compositor, "LayoutUpdate", ())
_ChopsUpdate: Any = getattr(_compositor, "ChopsUpdate", ())

ReturnType = TypeVar("ReturnType")
Pen: TypeAlias = tuple[str, str]
"""SGR parameters and link address of a cell; both empty for the terminal's default."""
Cell: TypeAlias = tuple[str, Pen, int]
"""Text, pen and width in cells; the second cell of a wide character is ("", pen, 0)."""
Row: TypeAlias = list[Cell | None]
"""One cell for each column; None where the terminal's content is not known."""

PLAIN: Pen = ("", "")
MERGED_GAP = 8
"""Changed runs with fewer unchanged cells between them are sent as one."""
_LINE_CONTROLS = {ord("\t"): None, ord("\n"): None}


def missing_parts() -> list[str]:
    """The private names this module needs that the installed Textual does not have."""
    missing = [] if hasattr(App, "_display") else ["App._display"]
    needed: dict[str, tuple[tuple[Any, ...], tuple[str, ...]]] = {
        "CompositorUpdate": ((), ("render_segments",)),
        "LayoutUpdate": (([], Region()), ("strips", "region", "render_segments")),
        "ChopsUpdate": (([], [], []), ("chops", "spans", "chop_ends", "render_segments")),
    }
    for name, (arguments, attributes) in needed.items():
        try:
            update = getattr(_compositor, name)(*arguments)
        except (AttributeError, TypeError):
            missing.append(f"textual._compositor.{name}")
            continue
        missing += [f"{name}.{part}" for part in attributes if not hasattr(update, part)]
    if not hasattr(Strip, "render_ansi"):
        missing.append("Strip.render_ansi")
    return missing


class DiffPaint:
    """A picture of what the terminal shows, and the output that turns it into the next one."""

    def __init__(self) -> None:
        self._size = Size(0, 0)
        self._rows: list[Row] = []
        self.failure: Exception | None = None
        """Why painting went back to Textual, if it did."""

    def forget(self) -> None:
        """Take nothing on the terminal for granted: what is painted next is sent whole."""
        self._rows = []

    def wrap(self, update: Any) -> Any:
        """An update that sends the changed cells of `update`; other renderables as they are."""
        if self.failure is None and isinstance(update, (_LayoutUpdate, _ChopsUpdate)):
            return _CellUpdate(self, update)
        self.forget()
        return update

    def render(self, update: Any, console: Console) -> str:
        """The terminal output for an update, after which the picture holds it.

        Called once for each update, and only when the output is written.
        """
        size = _size(update)
        if size != self._size or not self._rows:
            self._size = size
            self._rows = [[None] * size.width for _ in range(size.height)]
        color_system = COLOR_SYSTEMS.get(console.color_system or "", ColorSystem.TRUECOLOR)
        fresh: dict[int, Row] = {}
        for y, x, strip in _placements(update):
            if 0 <= y < size.height:
                row = fresh.setdefault(y, self._rows[y].copy())
                cells = _cells(strip, color_system)[: max(0, size.width - x)]
                row[x : x + len(cells)] = cells
        output = _Output()
        for y, row in sorted(fresh.items()):
            if row != self._rows[y]:
                _drop_halves(row)
                output.row(y, self._rows[y], row)
                self._rows[y] = row
        return output.finish()


class _CellUpdate(_Update):  # type: ignore[misc]
    """A compositor update that goes through the picture when it is written."""

    def __init__(self, paint: DiffPaint, update: Any) -> None:
        self.paint = paint
        self.update = update

    def render_segments(self, console: Console) -> str:
        """The changed cells; all of the update, as Textual paints it, if that fails."""
        try:
            return self.paint.render(self.update, console)
        except Exception as error:
            self.paint.failure = error
            return str(self.update.render_segments(console))


class DiffPaintApp(App[ReturnType]):
    """An app that sends only changed cells. `repaint` draws the whole screen anew."""

    _terminal_size: Size | None = None

    @cached_property
    def cell_paint(self) -> DiffPaint | None:
        """The painter, or None when Textual paints by itself."""
        if os.environ.get("MBTUI_PAINT") == "textual" or missing_parts():
            return None
        return DiffPaint()

    def repaint(self) -> None:
        """Send every cell again, for a terminal that something else wrote on."""
        if self.cell_paint is not None:
            self.cell_paint.forget()
        self.refresh()

    def on_mount(self) -> None:
        """Follow Ctrl+Z and `suspend`, after which the terminal is blank."""
        self.app_resume_signal.subscribe(self, lambda _: self.repaint(), immediate=True)

    def on_resize(self, event: events.Resize) -> None:
        """Forget the picture; repaint when the size is the one we knew.

        Textual ignores a resize to the same size, but the terminal may have been another size in
        between. A first report in pixels only repeats what the start said.
        """
        same = event.size == self._terminal_size
        self._terminal_size = event.size
        if same and event.pixel_size is None:
            self.repaint()
        elif not same and self.cell_paint is not None:
            self.cell_paint.forget()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if self.cell_paint is not None and renderable is not None:
            renderable = self.cell_paint.wrap(renderable)
        super()._display(screen, renderable)


def _size(update: Any) -> Size:
    if isinstance(update, _LayoutUpdate):
        return Size(update.region.right, update.region.bottom)
    return Size(max((ends[-1] for ends in update.chop_ends), default=0), len(update.chops))


def _placements(update: Any) -> Iterator[tuple[int, int, Strip]]:
    """Row, column and strip of each part of an update, as Textual itself would paint it."""
    if isinstance(update, _LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            x = update.region.x
            for strip in strips:
                yield y, x, strip
                x += strip.cell_length
        return
    for y, start, stop in update.spans:
        for (x, strip), end in zip(update.chops[y].items(), update.chop_ends[y], strict=False):
            if strip is None or x >= stop or end <= start:
                continue
            whole = x >= start and end <= stop
            yield y, x, strip if whole else strip.crop(0, min(end, stop) - x)


def _cells(strip: Strip, color_system: ColorSystem) -> list[Cell]:
    cells: list[Cell] = []
    for text, style, control in strip:
        if control:
            continue
        pen = PLAIN if style is None else _pen(style, color_system)
        if text.isascii() and text.isprintable():
            cells += [(character, pen, 1) for character in text]
            continue
        for cluster, width in clusters(strip_unsafe(text).translate(_LINE_CONTROLS)):
            if width:
                cells.append((cluster, pen, width))
                cells += [("", pen, 0)] * (width - 1)
            elif cells:
                _attach(cells, cluster)
    return cells


def _attach(cells: list[Cell], mark: str) -> None:
    """Put a mark that opens a segment on the character before it."""
    index = len(cells) - 1
    while index and not cells[index][2]:
        index -= 1
    text, pen, width = cells[index]
    cells[index] = (text + mark, pen, width)


@lru_cache(maxsize=4096)
def _pen(style: Style, color_system: ColorSystem) -> Pen:
    link = style.link or ""
    if not (link.isascii() and link.isprintable()):
        link = ""
    return Strip.render_ansi(style, color_system), link


def _drop_halves(row: Row) -> None:
    """Mark as unknown what is left of a wide character that was overwritten in part."""
    if not [cell for cell in row if cell is not None and cell[2] != 1]:
        return
    x = 0
    while x < len(row):
        cell = row[x]
        width = 1 if cell is None else cell[2]
        rest = row[x + 1 : x + width]
        if width == 0 or len(rest) < width - 1 or any(not half or half[2] for half in rest):
            row[x] = None
            width = 1
        x += width


@lru_cache(maxsize=2048)
def _doubtful(text: str, width: int) -> bool:
    """Whether terminals disagree on how far a character moves the cursor.

    True of joined and modified emoji, flags, spacing marks and emoji newer than a terminal's
    tables; false of letters, CJK and plain combining marks.
    """
    first, rest = text[0], text[1:]
    if is_flag_letter(first) or unicodedata.category(first) in ("Cf", "Cn"):
        return True
    if width > 1 and unicodedata.category(first) == "So" and ord(first) > 0xFFFF:
        return True
    return any(
        unicodedata.category(mark) not in ("Mn", "Me") or "\ufe00" <= mark <= "\ufe0f"
        for mark in rest
    )


class _Output:
    """Terminal output under construction."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._pen: Pen | None = None

    def row(self, y: int, old: Row, new: Row) -> None:
        """Add what changes row `y` of the terminal from `old` to `new`."""
        append = self._parts.append
        at: int | None = None
        for start, stop in _runs(old, new):
            append(f"\x1b[{y + 1};{start + 1}H" if at is None else f"\x1b[{start - at}C")
            for x, cell in enumerate(new[start:stop], start):
                if cell is None or not cell[2]:
                    continue
                text, pen, width = cell
                if pen != self._pen:
                    self._change_pen(pen)
                if text.isascii() or not _doubtful(text, width):
                    append(text)
                else:
                    # Blank the cells first and place the cursor after, so that a terminal which
                    # draws it narrower or wider leaves no old cell behind and shifts no new one.
                    append(f"{' ' * width}\x1b[{x + 1}G{text}\x1b[{x + width + 1}G")
            at = stop

    def _change_pen(self, pen: Pen) -> None:
        sgr, link = pen
        old_sgr, old_link = self._pen or (None, "")
        if link != old_link:
            name = f"id={zlib.crc32(link.encode()):x}" if link else ""
            self._parts.append(f"\x1b]8;{name};{link}\x1b\\")
        if sgr != old_sgr:
            self._parts.append(f"\x1b[0;{sgr}m" if sgr else "\x1b[0m")
        self._pen = pen

    def finish(self) -> str:
        """All of it, with the terminal's default pen put back."""
        if self._pen is not None and self._pen != PLAIN:
            self._change_pen(PLAIN)
        return "".join(self._parts)


def _runs(old: Row, new: Row) -> list[tuple[int, int]]:
    """The column ranges to send: changed cells, whole characters, short gaps included."""
    changed = [cell is not None and cell != was for cell, was in zip(new, old, strict=True)]
    doubtful = _spread(changed, new)
    runs: list[tuple[int, int]] = []
    start = stop = -MERGED_GAP
    for x in [x for x, is_changed in enumerate(changed) if is_changed]:
        gap = range(stop, x)
        if x != stop and (
            len(gap) >= MERGED_GAP or None in new[stop:x] or not doubtful.isdisjoint(gap)
        ):
            if stop > start:
                runs.append((start, stop))
            start = x
        stop = x + 1
    if stop > start:
        runs.append((start, stop))
    return runs


def _spread(changed: list[bool], row: Row) -> set[int]:
    """Extend changes to whole characters, and to the cells that a character may spill over.

    Returns the columns of characters of doubtful width.
    """
    doubtful: set[int] = set()
    unusual = [x for x, cell in enumerate(row) if cell is not None and not cell[0].isascii()]
    for x in unusual:
        text, _, width = row[x] or ("", PLAIN, 0)
        if any(changed[x : x + width]):
            changed[x : x + width] = [True] * width
        if _doubtful(text, width):
            doubtful.add(x)
            if changed[x]:
                for beyond in range(x + width, min(len(row), x + 2 * len(text))):
                    changed[beyond] = row[beyond] is not None
    return doubtful
