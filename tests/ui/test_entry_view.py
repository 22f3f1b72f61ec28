"""The entry pane: Markdown, code beside code, matches in view, and what scrolling sends."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console
from textual.color import Color

from mbtui.ui.widgets.entry_view import MARKDOWN_ROLES, SYNTAX_ROLES, EntryView
from tests.ui.conftest import OpenApp
from tests.ui.driving import MEDIUM, NARROW, WIDE, Ui
from tests.ui.snapshot import assert_svg_snapshot, assert_text_snapshot

pytestmark = pytest.mark.anyio

SMALLEST = (32, 12)
MAPPING = "c4v7kywm"
RICH = '''
[[current-issues]]
id = "00000001"
title = "Everything that Markdown can do"
status = "open"
severity = "low"
tags = ["sqlite"]
links = ["7k2m9q4t"]
issue = """
## Why **staging** waits

The first write *hangs* for ~~30~~ 60 s, see [the manual](https://sqlite.org/wal.html) and y0dax5vc.
`PRAGMA journal_mode` tells; `arr[i]` and __init__ stay.

- [x] Look at the mount, whose line may be so long that it is wrapped under its own text
- [ ] Set the variable
  - on the dev servers
    1. in the unit file
  - in CI

| host | writes | note |
|:-----|-------:|------|
| dev-1 | 1 200 | local disk |
| 開発 | 3 | NFS home in `wal` mode, the first write hangs until the lock daemon gives up |

> Nobody reads a quote, but it is there,
> on two lines.

```python
@contextmanager
def connect(path: Path, timeout: float = 60.0) -> Iterator[Connection]:
    "Open it."
    yield sqlite3.connect(path)  # not on NFS
```

---

    indented <br>
"""
'''


@pytest.fixture
def rich(demo: Path) -> Path:
    """The demo bank with an entry that uses all of Markdown."""
    path = demo / "known-issues.toml"
    path.write_text(path.read_text() + RICH)
    return demo


async def open_entry(ui: Ui, identity: str) -> EntryView:
    await ui.show(identity)
    await ui.press("enter")
    assert ui.main.entry.entry is ui.entry(identity)
    return ui.main.entry


@pytest.mark.parametrize("size", [WIDE, MEDIUM, NARROW, SMALLEST], ids=lambda s: f"{s[0]}x{s[1]}")
async def test_markdown_looks_as_approved(
    open_app: OpenApp, rich: Path, size: tuple[int, int]
) -> None:
    async with open_app(size, rich) as ui:
        await open_entry(ui, "00000001")
        if size == WIDE:
            await ui.press("z")
        label = f"{size[0]}x{size[1]}"
        assert_text_snapshot(ui.app, f"markdown-{label}")
        if size in (WIDE, NARROW):
            assert_svg_snapshot(ui.app, f"markdown-{label}")
        if size != WIDE:
            await ui.press("pagedown", "pagedown")
            assert_text_snapshot(ui.app, f"markdown-on-{label}")


@pytest.mark.parametrize("size", [WIDE, MEDIUM, NARROW, SMALLEST], ids=lambda s: f"{s[0]}x{s[1]}")
async def test_mapping_looks_as_approved(open_app: OpenApp, size: tuple[int, int]) -> None:
    async with open_app(size) as ui:
        await open_entry(ui, MAPPING)
        await ui.press("z")
        label = f"{size[0]}x{size[1]}"
        assert_text_snapshot(ui.app, f"mapping-{label}")
        if size == WIDE:
            assert_svg_snapshot(ui.app, f"mapping-{label}")


async def test_code_in_two_languages_stands_side_by_side_where_there_is_room(
    open_app: OpenApp,
) -> None:
    async with open_app(WIDE) as ui:
        await open_entry(ui, MAPPING)

        def beside() -> bool:
            return any("BigDecimal net" in row and 'Decimal("0.01")' in row for row in ui.rows)

        assert not beside()
        await ui.press("z")
        assert beside()
        await ui.press("z")
        assert not beside()
        await ui.pilot.resize_terminal(190, 35)
        await ui.settle()
        assert beside()


async def test_any_kind_with_code_in_python_and_another_language_is_shown_so(
    open_app: OpenApp, tmp_path: Path
) -> None:
    folder = tmp_path / "p" / "memory-bank"
    folder.mkdir(parents=True)
    (folder / "bank.toml").write_text(
        'format = 1\n[kinds.ported]\nsection = "code-patterns"\n'
        'fields.go = { type = "code" }\n'
        'fields.python = { type = "code" }\nfields.other = { type = "code" }\n'
    )
    (folder / "code-patterns.toml").write_text(
        '[[ported]]\nid = "00000001"\ntitle = "T"\ngo = "x := 1"\npython = "x = 1"\n'
        'other = "y = 1"\n'
    )
    async with open_app((190, 35), folder) as ui:
        await open_entry(ui, "00000001")
        assert [row for row in ui.rows if "x := 1" in row and "x = 1" in row]
        assert [row for row in ui.rows if "y = 1" in row and "x = 1" not in row]


LONG = "\n\n".join(f"paragraph {n}" for n in range(60)) + "\n\nthe needle is here\n\nend"


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=str)
async def test_an_entry_opened_from_a_search_shows_its_first_match(
    open_app: OpenApp, demo: Path, size: tuple[int, int]
) -> None:
    path = demo / "known-issues.toml"
    many = "".join(
        f'\n[[current-issues]]\nid = "0000000{n}"\ntitle = "Long {n}"\nissue = """\n{LONG}"""\n'
        for n in (1, 2)
    )
    path.write_text(path.read_text() + many)
    async with open_app(size, demo) as ui:
        await ui.press("slash")
        await ui.type("needle is")
        await ui.press("enter", "enter")
        assert "the needle is here" in ui.text
        await ui.press("g")
        assert "the needle is here" not in ui.text
        first = ui.main.entry.entry
        await ui.press("n")
        await ui.rest()
        assert ui.main.entry.entry is not first
        assert "the needle is here" in ui.text
        await ui.press("g")
        await ui.reload()
        assert ui.main.entry.top == 0


async def test_an_entry_that_is_named_so_is_shown_from_its_start(open_app: OpenApp) -> None:
    async with open_app(NARROW) as ui:
        await ui.press("slash")
        await ui.type("deadlock tag:on-call")
        await ui.press("enter", "enter")
        assert ui.main.entry.top == 0


async def test_scrolling_by_a_line_sends_little(open_app: OpenApp) -> None:
    async with open_app(MEDIUM) as ui:
        view = await open_entry(ui, MAPPING)
        paint = ui.app.cell_paint
        assert paint is not None
        sent: list[int] = []
        console = Console(file=io.StringIO(), color_system="256", force_terminal=True)
        for _ in range(5):
            update = ui.app.screen._compositor.render_update(full=True)
            paint.render(update, console)
            assert view.scroll_lines(1)
            await ui.settle()
            update = ui.app.screen._compositor.render_update(full=True)
            sent.append(len(paint.render(update, console)))
        assert max(sent) < 2600, sent


def contrast(one: Color, two: Color) -> float:
    light = sorted((_luminance(one), _luminance(two)))
    return (light[1] + 0.05) / (light[0] + 0.05)


def _luminance(color: Color) -> float:
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in color.normalized]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("theme", ["mbtui-dark", "mbtui-light"])
async def test_every_role_can_be_read(open_app: OpenApp, theme: str) -> None:
    async with open_app(WIDE) as ui:
        ui.app.theme = theme
        await ui.settle()
        view = ui.main.entry
        for role in ("title", *MARKDOWN_ROLES, *SYNTAX_ROLES, "match", "link-chosen"):
            style = view.get_visual_style(f"entry--{role}").rich_style
            assert style.color is not None
            assert style.bgcolor is not None
            colours = (Color.from_rich_color(c) for c in (style.color, style.bgcolor))
            assert contrast(*colours) >= 4.5, role


def test_the_screen_starts_without_lexers_and_markdown_parsers() -> None:
    code = (
        "import sys, mbtui.ui.app; print(sorted({'pygments', 'markdown_it', 'webbrowser'}"
        " & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
