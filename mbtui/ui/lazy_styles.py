"""Component styles worked out when something is first drawn with them.

Textual works out every component class of a widget each time its styles are applied: at the start
for all widgets, and twice whenever the focus moves. `Stylesheet.apply` to one component takes about
as long as to a widget, and most of them are of things that are not on the screen.

`_get_component_classes`, `_component_styles` and `_attach` are the private names this depends on;
where Textual no longer asks the first, all styles are worked out as Textual does it.
"""

from __future__ import annotations

from textual.css.styles import RenderStyles
from textual.dom import DOMNode
from textual.widget import Widget


class LazyStyles(Widget):
    """A widget that works out its component styles late, and again after its styles changed.

    Put it behind the other bases: Textual takes stylesheets and bindings from the first one.
    """

    @classmethod
    def _get_component_classes(cls) -> frozenset[str]:  # type: ignore[override]
        return frozenset()

    def get_component_styles(self, *names: str) -> RenderStyles:
        """The styles of component classes, joined.

        Raises KeyError while the widget is on no screen.
        """
        for name in names:
            if name not in self._component_styles and self.is_attached:
                node = DOMNode(classes=name)
                node._attach(self)
                self.app.stylesheet.apply(node)
                self._component_styles[name] = node.styles
        return super().get_component_styles(*names)

    def notify_style_update(self) -> None:
        """Forget what was worked out for the styles before."""
        super().notify_style_update()
        self._component_styles.clear()
