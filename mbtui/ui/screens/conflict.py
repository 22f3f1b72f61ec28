"""Two texts of one entry: a person decides, seeing both."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Button, Static

from mbtui.bank.entry import plain
from mbtui.bank.form import prose
from mbtui.bank.safetext import safe_line, safe_text
from mbtui.bank.schema import Field
from mbtui.store.errors import ConflictError
from mbtui.ui.widgets.bars import Bar
from mbtui.ui.widgets.inputs import Choice

MINE, THEIRS, BOTH = "mine", "theirs", "both"
_EMPTY = "(empty)"
_WORD = re.compile(r"\s+|\S+")
_MOST_WORDS = 4000
"""Texts with more words, blanks counted, are shown without marks: comparing costs the square."""
_LABELS = {MINE: "keep mine", THEIRS: "take theirs", BOTH: "keep both"}


def decided(
    error: ConflictError, choices: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, Any | None]]:
    """The base and the changes that write what was chosen for each conflicting field.

    With *theirs* as the base of those fields, the choice stands; all else merges as before.
    """
    theirs = error.theirs or {}
    base, mine = dict(error.base), dict(error.mine)
    for name in error.fields:
        value = theirs.get(name)
        _put(base, name, value)
        choice = choices.get(name, MINE)
        if choice == THEIRS:
            _put(mine, name, value)
        elif choice == BOTH:
            mine[name] = both(mine.get(name), value)
    changes: dict[str, Any | None] = {
        name: mine.get(name)
        for name in {**base, **mine}
        if (name in base) != (name in mine) or base.get(name) != mine.get(name)
    }
    return base, changes


def _put(table: dict[str, Any], name: str, value: Any) -> None:
    if value is None:
        table.pop(name, None)
    else:
        table[name] = value


def both(mine: object, theirs: object) -> str:
    """The two texts, one under the other."""
    return prose(f"{plain(mine).rstrip()}\n\n{plain(theirs).rstrip()}")


def can_be_joined(error: ConflictError, name: str) -> bool:
    """Whether *keep both* makes sense: for prose, not for a status or a number."""
    field = error.entry.kind.field(name)
    kinds = ("text", "code") if field is not None else ()
    return field is not None and field.type in kinds and not field.short


def marked(mine: object, theirs: object) -> tuple[Content, Content]:
    """Both texts, safe to show, the words in bold that the other one lacks."""
    texts = [safe_text(plain(value)).rstrip() or _EMPTY for value in (mine, theirs)]
    words = [_WORD.findall(text) for text in texts]
    if sum(map(len, words)) > _MOST_WORDS:
        return Content(texts[0]), Content(texts[1])
    same = SequenceMatcher(None, words[0], words[1], autojunk=False).get_matching_blocks()
    left = _emphasised(words[0], [(block.a, block.size) for block in same])
    return left, _emphasised(words[1], [(block.b, block.size) for block in same])


def _emphasised(words: list[str], same: list[tuple[int, int]]) -> Content:
    parts: list[Content] = []
    at = 0
    for start, size in same:
        parts.append(Content.styled("".join(words[at:start]), "bold $warning"))
        at = start + size
        parts.append(Content("".join(words[start:at])))
    return Content.assemble(*parts)


class Conflict(Screen[dict[str, str] | None]):
    """The fields that both sides changed; gives a choice per field, or None to go back."""

    CSS_PATH = "conflict.tcss"
    AUTO_FOCUS = ""
    BINDINGS = [  # noqa: RUF012
        Binding("escape", "leave", "Back to the form", priority=True),
        Binding("f2,ctrl+s", "save", "Save", priority=True),
    ]

    def __init__(self, error: ConflictError) -> None:
        super().__init__()
        self._error = error

    def compose(self) -> ComposeResult:
        """Each field's two texts with a choice under them."""
        error = self._error
        theirs = error.theirs
        yield Bar(id="conflict-title")
        with VerticalScroll(id="conflict-fields", can_focus=False):
            if theirs is None:
                text = (
                    "Someone else deleted or archived this entry while you edited it. Your text"
                    " is still in the form; nothing was written."
                )
                yield Static(Content(text))
            for i, name in enumerate(error.fields if theirs is not None else ()):
                choices = [MINE, THEIRS, *([BOTH] if can_be_joined(error, name) else [])]
                with Horizontal(classes="conflict--choice"):
                    yield Static(Content(safe_line(Field(name).label)), classes="conflict--field")
                    yield Choice([(c, _LABELS[c]) for c in choices], MINE, id=f"choice-{i}")
                mine, other = marked(error.mine.get(name), (theirs or {}).get(name))
                with Horizontal(classes="conflict--texts"):
                    yield self._text("Yours", mine)
                    yield self._text(self._their_name(), other)
        with Horizontal(id="conflict-buttons"):
            label = "Save as chosen" if theirs is not None else "Write it again"
            yield Button(label, id="conflict-save", compact=True)
            yield Button("Back to the form", id="conflict-back", compact=True)
            yield Static("F2 saves · Esc goes back", id="conflict-hint")

    def _their_name(self) -> str:
        who = (self._error.theirs or {}).get("updated_by", "")
        return f"Theirs · {plain(who)}" if who else "Theirs"

    def _text(self, title: str, text: Content) -> Static:
        heading = Content.styled(safe_line(title), "bold")
        return Static(Content.assemble(heading, "\n", text), classes="conflict--text")

    def on_mount(self) -> None:
        """Begin on the first choice."""
        title = f"Changed by someone else meanwhile · {safe_line(plain(self._error.entry.title))}"
        self.query_one("#conflict-title", Bar).show(title)
        first = self.query(Choice)
        start = first.first() if first else self.query_one("#conflict-save")
        start.focus(scroll_visible=False)

    def on_resize(self) -> None:
        """Put the texts under each other where there is no room beside."""
        self.set_class(self.size.width < 70, "-stacked")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Save what was chosen, or go back."""
        event.stop()
        if event.button.id == "conflict-save":
            self.action_save()
        else:
            self.action_leave()

    def action_save(self) -> None:
        """Give the choices."""
        names = self._error.fields if self._error.theirs is not None else []
        choices = {
            name: self.query_one(f"#choice-{i}", Choice).value for i, name in enumerate(names)
        }
        self.dismiss(choices)

    def action_leave(self) -> None:
        """Decide nothing; the form keeps the text."""
        self.dismiss(None)
