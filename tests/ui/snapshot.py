"""Compare a screen with its approved look under `snapshots/`.

`pytest --update-snapshots` approves the present look. A mismatch leaves the actual one in
`snapshots/failed/`.
"""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.app import App

ROOT = Path(__file__).resolve().parents[2] / "snapshots"
DIFF_LINES = 80
updating = False
"""Set by the option `--update-snapshots`."""


def screen_text(app: App[Any]) -> str:
    """The characters on the screen: a line per row without trailing spaces."""
    rows = app.screen._compositor.render_strips()
    return "".join(f"{row.text.rstrip()}\n" for row in rows)


def screen_svg(app: App[Any]) -> str:
    """The screen as SVG, the same for the same screen, with no font to fetch."""
    svg = app.export_screenshot(simplify=True)
    svg = re.sub(r"@font-face\s*\{.*?\}\s*", "", svg, flags=re.S)
    svg = svg.replace("<svg ", '<svg xml:space="preserve" ', 1)
    return re.sub(r"terminal-\d+", "terminal", svg)


def assert_text_snapshot(app: App[Any], name: str) -> None:
    """Fail unless the screen's text is that of `snapshots/text/<name>.txt`."""
    _compare(screen_text(app), "text", f"{name}.txt")


def assert_svg_snapshot(app: App[Any], name: str) -> None:
    """Fail unless the screen looks like `snapshots/svg/<name>.svg`."""
    _compare(screen_svg(app), "svg", f"{name}.svg")


def _compare(actual: str, form: str, name: str) -> None:
    approved = ROOT / form / name
    if updating:
        _write(approved, actual)
        return
    expected = approved.read_text("utf-8") if approved.exists() else ""
    if actual == expected:
        (ROOT / "failed" / name).unlink(missing_ok=True)
        return
    failed = ROOT / "failed" / name
    _write(failed, actual)
    lines = difflib.unified_diff(
        expected.splitlines(), actual.splitlines(), str(approved), str(failed), lineterm=""
    )
    shown = "\n".join(list(lines)[:DIFF_LINES])
    raise AssertionError(f"{shown}\n\nIf this is right: pytest --update-snapshots")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
