"""Component styles are worked out when they are drawn, and anew when something changed."""

from __future__ import annotations

import pytest
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode

from mbtui.ui.lazy_styles import LazyStyles
from tests.ui.conftest import OpenApp
from tests.ui.driving import MEDIUM

pytestmark = pytest.mark.anyio

NFS = "7k2m9q4t"


async def test_a_move_of_the_focus_styles_only_what_is_drawn(
    open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    styled: list[str] = []
    apply = Stylesheet.apply

    def noted(self: Stylesheet, node: DOMNode, **how: object) -> None:
        styled.extend(node.classes if node.parent is not None and not node.id else ())
        apply(self, node, **how)  # type: ignore[arg-type]

    async with open_app() as ui:
        await ui.show(NFS)
        await ui.press("3")
        monkeypatch.setattr(Stylesheet, "apply", noted)
        await ui.press("2")
        lazy = [w for w in ui.main.walk_children() if isinstance(w, LazyStyles)]
        of_panes = {
            name
            for w in lazy
            for base in type(w).__mro__
            for name in base.__dict__.get("COMPONENT_CLASSES", ())
        }
        assert len(lazy) > 5
        assert len(of_panes) > 40
        assert 0 < len(of_panes.intersection(styled)) < len(of_panes) / 2


async def test_another_theme_changes_what_was_drawn_before(open_app: OpenApp) -> None:
    async with open_app(MEDIUM, theme="mbtui-dark") as ui:
        await ui.show(NFS)
        before = ui.main.list.style_of("dim")
        ui.app.theme = "mbtui-light"
        await ui.settle()
        assert ui.main.list.style_of("dim") != before
