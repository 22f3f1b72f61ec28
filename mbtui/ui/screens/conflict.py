"""Two texts of one entry: a person decides, seeing both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Button, Static

from mbtui.bank.form import FormError, FormField, from_escaped, value_of
from mbtui.bank.safetext import safe_line
from mbtui.ui.comparison import (
    EDITED,
    MINE,
    SAVE,
    THEIRS,
    Comparison,
    Decision,
    first_choice,
    headings,
    label_of,
    options,
    readable,
    result_field,
)
from mbtui.ui.glyphs import is_ascii, own
from mbtui.ui.screens.form import KEEP_SECONDS
from mbtui.ui.widgets.bars import Bar, Footer
from mbtui.ui.widgets.fields import field_input, text_in
from mbtui.ui.widgets.inputs import Choice
from mbtui.ui.widgets.side_text import SideHeading, SideText, marked, unmarked

Keep = Callable[[Mapping[str, str]], None]
"""Takes the texts typed as results, by field, so that nothing of them can be lost."""

_STACKED = 70
"""With fewer columns the texts stand under each other."""
_RESULT = "The result: what is written"
_BUTTON_ROOM, _BUTTON_GAP = 4, 2
"""Cells that a button takes beside its label, and how many of them part it from the next one."""


class _Texts(VerticalScroll, can_focus=False, inherit_bindings=False):
    """The texts, scrolled by the screen's keys."""

    def on_resize(self) -> None:
        """Stay at what has the focus."""
        self.call_after_refresh(self._show_focused)

    def _show_focused(self) -> None:
        focused = self.screen.focused
        if focused is not None and self in focused.ancestors:
            self.scroll_to_widget(focused, animate=False)


class Conflict(Screen[Decision | None]):
    """The fields with two texts; gives what was chosen for each, or None to go back."""

    CSS_PATH = "conflict.tcss"
    AUTO_FOCUS = ""
    BINDINGS = [  # noqa: RUF012
        Binding("escape", "step_out", "Back", priority=True),
        Binding("f2,ctrl+s", "save", "Save", priority=True),
        Binding("b", "before", "Show the common ancestor", priority=True),
        Binding("down", "go(1)", "Down"),
        Binding("up", "go(-1)", "Up"),
        Binding("pagedown", "page(1)", "Page down"),
        Binding("pageup", "page(-1)", "Page up"),
        Binding("left", "beside(-1)", "Button to the left"),
        Binding("right", "beside(1)", "Button to the right"),
    ]

    def __init__(self, comparison: Comparison, now: datetime, keep: Keep | None = None) -> None:
        super().__init__()
        self._comparison = comparison
        self._now = now
        self._keep = keep
        self._kept: dict[str, str] = {}
        fields = comparison.fields if comparison.has_choices else ()
        self._choices = {name: first_choice(comparison, name) for name in fields}
        self._results: dict[str, FormField] = {}
        """The field for the result of each field that was edited, with the text it began with."""

    # What is shown

    def compose(self) -> ComposeResult:
        """Each field's two texts with a choice above them."""
        comparison = self._comparison
        self._classify(self.app.size.width)
        yield Bar(id="conflict-title")
        with _Texts(id="conflict-fields"):
            if comparison.note:
                yield Static(Content(safe_line(comparison.note)), id="conflict-note")
            for i, name in enumerate(comparison.fields):
                with Vertical(id=f"item-{i}", classes="conflict--item"):
                    yield from self._item(i, name)
        with Horizontal(id="conflict-buttons"):
            buttons = [
                Button(Content(label), id=f"conflict-{name}", compact=True)
                for name, label in self._ways_out()
            ]
            for i in range(0, len(buttons), 2):
                yield Horizontal(*buttons[i : i + 2], classes="conflict--pair")
        yield Footer(id="conflict-footer")

    @property
    def _saves_by_key(self) -> bool:
        return bool(self._comparison.save_label) and self._comparison.saves_by_key

    def _ways_out(self) -> list[tuple[str, str]]:
        """Name and label of each button."""
        comparison = self._comparison
        others = [(f"other-{i}", label) for i, (_, label) in enumerate(comparison.others)]
        save = [("save", comparison.save_label)] if comparison.save_label else []
        decisive = (*others, *save) if comparison.others_first else (*save, *others)
        ways = (*decisive, ("leave", comparison.leave_label))
        return [(name, safe_line(label)) for name, label in ways]

    def _item(self, index: int, name: str) -> ComposeResult:
        comparison = self._comparison
        sides = [side for side in (comparison.mine, comparison.theirs) if side.data is not None]
        with Horizontal(classes="conflict--choice"):
            yield Static(Content(label_of(name)), classes="conflict--field")
            if comparison.has_choices:
                words = options(comparison, name)
                yield Choice(words, self._choices[name], id=f"choice-{index}")
        texts = [readable(comparison, name, side.data) for side in sides]
        shown = marked(*texts) if len(texts) == 2 else (unmarked(texts[0]),)
        with Horizontal(classes="conflict--texts"):
            for side, text in zip(sides, shown, strict=True):
                whose = "mine" if side is comparison.mine else "theirs"
                yield SideText(headings(side, self._now), text, classes=f"conflict--{whose}")
        if len(texts) == 2 and texts[0].split() == texts[1].split():
            yield Static("They differ only in blanks and line ends.", classes="conflict--same")
        if comparison.base is not None:
            before = unmarked(readable(comparison, name, comparison.base))
            yield SideText([comparison.base_label], before, classes="conflict--before")

    def on_mount(self) -> None:
        """Begin on the first choice."""
        self.query_one("#conflict-title", Bar).show(safe_line(self._comparison.title))
        self.set_interval(KEEP_SECONDS, self.keep_typed)
        for name in self._choices:
            self._show_dropped(name)
        first = next(iter(self.query(Choice)), None) or self.query(Button).first()
        self.set_focus(first, scroll_visible=False)
        self._show_keys()

    def on_resize(self, event: events.Resize) -> None:
        """Lay out for the new size."""
        self._classify(event.size.width)

    def _classify(self, width: int) -> None:
        """Put the texts, and the buttons, under each other where there is no room beside."""
        room = width - 2 + _BUTTON_GAP
        cells = [cell_len(label) + _BUTTON_ROOM for _, label in self._ways_out()]
        pairs = [sum(cells[i : i + 2]) for i in range(0, len(cells), 2)]
        self.update_classes(
            {
                "-stacked": width < _STACKED,
                "-pairs": sum(cells) > room,
                "-column": max(pairs) > room,
            }
        )

    def on_descendant_focus(self) -> None:
        """Show the keys that work here."""
        self._show_keys()

    def _show_keys(self) -> None:
        leave = ("Esc", "back")
        save = [("F2", "save")] if self._saves_by_key else []
        before = [("b", "before")] if self._comparison.base is not None else []
        focused = self.focused
        if isinstance(focused, Button):
            keys = [("Enter", "do it"), *save, leave, *before, (own("↑"), "texts")]
        elif self._is_editor(focused):
            keys = [*save, ("Esc", "leave the text"), ("Tab", "next")]
        else:
            edited = isinstance(focused, Choice) and focused.value == EDITED
            tab = ("Tab", "type" if edited else "next")
            keys = [(own("← →") if is_ascii() else "←→", "choose"), *save, leave, *before, tab]
        if not self._comparison.has_choices and not isinstance(focused, Button):
            keys = [leave, *before]
        self.query_one(Footer).show_keys("", tuple(keys))

    def _show_dropped(self, name: str) -> None:
        """Dim the text that is not chosen."""
        item = self.query_one(f"#item-{self._comparison.fields.index(name)}")
        for whose, dropped in (("mine", THEIRS), ("theirs", MINE)):
            text = item.query_one(f".conflict--{whose}", SideText)
            text.set_class(self._choices[name] == dropped, "-dropped")

    # The result of a field

    def _name_of(self, widget: Widget) -> str:
        return self._comparison.fields[int((widget.id or "").rpartition("-")[2])]

    def _is_editor(self, widget: Widget | None) -> bool:
        return widget is not None and (widget.id or "").startswith("result-")

    def _editor(self, name: str) -> Widget | None:
        try:
            index = self._comparison.fields.index(name)
            return self.query_one(f"#result-{index}", Widget)
        except NoMatches:
            return None

    async def on_choice_changed(self, event: Choice.Changed) -> None:
        """Another choice; to edit the result, its text can be typed under the texts."""
        event.stop()
        if self._is_editor(event.choice):
            return
        name, choice = self._name_of(event.choice), event.choice.value
        before, self._choices[name] = self._choices[name], choice
        editor = self._editor(name)
        if choice == EDITED and editor is None:
            editor = await self._mount_editor(event.choice, name, before)
        if editor is not None and isinstance(editor.parent, Widget):
            editor.parent.display = choice == EDITED
        self._show_dropped(name)
        event.choice.scroll_visible(animate=False)
        self._show_keys()

    async def _mount_editor(self, choice: Choice, name: str, start: str) -> Widget:
        field = result_field(self._comparison, name, start)
        assert field is not None
        self._results[name] = field
        index = self._comparison.fields.index(name)
        editor = field_input(field, field.text, f"result-{index}")
        box = Vertical(SideHeading([_RESULT]), editor, classes="conflict--result")
        await self.query_one(f"#item-{index}").mount(box)
        return editor

    def _edited(self) -> dict[str, str]:
        """The texts of the results that are edited now."""
        texts = {}
        for name in self._results:
            editor = self._editor(name)
            if editor is not None and self._choices[name] == EDITED:
                texts[name] = text_in(editor)
        return texts

    def keep_typed(self) -> None:
        """Hand on the results that were typed since the last time."""
        changed = {n: t for n, t in self._edited().items() if t != self._results[n].text}
        if self._keep is None or changed == self._kept:
            return
        self._kept = changed
        escaped = {name for name, field in self._results.items() if field.escaped}
        self._keep({n: from_escaped(t) if n in escaped else t for n, t in changed.items()})

    def _values(self) -> dict[str, Any]:
        return {name: value_of(self._results[name], t) for name, t in self._edited().items()}

    # Ways out

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Save what was chosen, do something else, or go back."""
        event.stop()
        name = (event.button.id or "").removeprefix("conflict-")
        if name == "save":
            self._save()
        elif name == "leave":
            self._leave(None)
        else:
            index = int(name.removeprefix("other-"))
            self._leave(Decision(dict(self._choices), {}, self._comparison.others[index][0]))

    def action_save(self) -> None:
        """Save, where the key does that."""
        if self._saves_by_key:
            self._save()

    def _save(self) -> None:
        """Give the choices, if the edited results can be values of their fields."""
        try:
            values = self._values()
        except FormError as error:
            self.query_one(Footer).say(safe_line(str(error)))
            editor = self._editor(error.field)
            if editor is not None:
                editor.focus()
            return
        self._leave(Decision(dict(self._choices), values, SAVE))

    def action_step_out(self) -> None:
        """From an edited result to its choice; from there back, with nothing decided."""
        focused = self.focused
        if self._is_editor(focused) and focused is not None:
            self.query_one(f"#choice-{(focused.id or '').removeprefix('result-')}").focus()
        else:
            self._leave(None)

    def _leave(self, decision: Decision | None) -> None:
        self.keep_typed()
        self.dismiss(decision)

    # Moving about

    def action_before(self) -> None:
        """Show or hide the common ancestor of every field; that of this one comes into view."""
        texts = self.query(".conflict--before")
        shown = not any(text.display for text in texts)
        for text in texts:
            text.display = shown
        focused = self.focused
        if isinstance(focused, Choice) and texts:
            item = self.query_one(f"#item-{self._comparison.fields.index(self._name_of(focused))}")
            target = item.query_one(".conflict--before") if shown else focused
            self.refresh(layout=True)
            self.call_after_refresh(self._show, target)

    def _show(self, widget: Widget) -> None:
        self._box.scroll_to_widget(widget, animate=False)

    @property
    def _box(self) -> _Texts:
        return self.query_one("#conflict-fields", _Texts)

    def action_page(self, pages: int) -> None:
        """Scroll by a page."""
        rows = max(1, self._box.size.height - 1)
        self._box.scroll_relative(y=pages * rows, animate=False)

    def action_go(self, delta: int) -> None:
        """To the next choice, result or button that is in view; else scroll by a line."""
        box = self._box
        target = self._next(delta)
        inside = target is not None and box in target.ancestors
        at_end = box.scroll_y >= box.max_scroll_y if delta > 0 else box.scroll_y <= 0
        in_view = inside and target is not None and box.region.contains_region(target.region)
        if target is not None and (in_view or (at_end and not inside)):
            target.focus(scroll_visible=False)
        else:
            box.scroll_relative(y=delta, animate=False)

    def _next(self, delta: int) -> Widget | None:
        chain = self.focus_chain
        if isinstance(self.focused, Button) and delta < 0:
            return next((w for w in reversed(chain) if not isinstance(w, Button)), None)
        at = chain.index(self.focused) if self.focused in chain else -1
        return chain[at + delta] if 0 <= at + delta < len(chain) else None

    def action_beside(self, delta: int) -> None:
        """From button to button."""
        buttons = list(self.query(Button))
        if isinstance(self.focused, Button):
            buttons[(buttons.index(self.focused) + delta) % len(buttons)].focus()
