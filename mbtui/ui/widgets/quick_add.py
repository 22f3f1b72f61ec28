"""Quick add: one line at the bottom of the screen, with what was understood above it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from mbtui.bank.quickadd import QuickAdd, doubtful_marks
from mbtui.bank.safetext import safe_line
from mbtui.bank.schema import Field, Schema
from mbtui.bank.tag_hints import NO_HINTS, TagHints, hints_in_quick_add
from mbtui.ui.cells import fit_content
from mbtui.ui.glyphs import glyphs
from mbtui.ui.widgets.bars import Bar
from mbtui.ui.widgets.tag_input import TagInput, hint_text
from mbtui.ui.wording import plural

LONGEST_LINE = 2000
"""Of a longer line that is pasted, the rest becomes the body."""


class QuickAddInput(TagInput):
    """The line. Of a pasted text the first line stays here, the rest becomes the body."""

    BINDINGS = [  # noqa: RUF012
        Binding("escape", "leave", "Back", priority=True),
        Binding("tab", "to_form", "Open the form", priority=True),
    ]
    FOOTER = (("Enter", "save"), ("Tab", "form"), ("Esc", "back, the text stays"))
    body = ""
    paths: Callable[[str], TagHints] = staticmethod(lambda line: NO_HINTS)
    """The paths that may be meant at the end of a line."""

    class Leave(Message):
        """Esc was pressed."""

    class ToForm(Message):
        """Tab was pressed."""

    def hints(self, line: str, tags: Iterable[str]) -> TagHints:
        """The tags that begin as the mark at the end of the line does; else paths."""
        found = hints_in_quick_add(line, tags)
        return found if found.tags else self.paths(line)

    def take_pasted(self, text: str) -> None:
        """Take the first line that says something; what follows becomes the body."""
        first, *rest = text.lstrip("\r\n").splitlines() or [""]
        if len(first) > LONGEST_LINE:
            first, rest = first[:LONGEST_LINE], [first[LONGEST_LINE:], *rest]
        self.insert_pasted(first)
        if rest:
            self.body = f"{self.body}\n" * bool(self.body) + "\n".join(rest)
            self.post_message(self.Changed(self, self.value))

    def action_leave(self) -> None:
        """Step out."""
        self.post_message(self.Leave())

    def action_to_form(self) -> None:
        """Go on in the form."""
        self.post_message(self.ToForm())


KEEP_SECONDS = 2.0
"""How long typed text may be only on the screen."""


class QuickAddBar(Vertical):
    """The line and its preview; hidden until it is opened."""

    DEFAULT_CSS = """
    QuickAddBar { height: 2; display: none; background: $panel; }
    QuickAddBar.-shown { display: block; }
    QuickAddBar #quick-add-row { height: 1; background: $surface; }
    QuickAddBar #quick-add-prompt { width: 2; padding-left: 1; color: $primary; text-style: bold; }
    QuickAddBar QuickAddInput { width: 1fr; }
    QuickAddBar Bar { background: $panel; color: $foreground 80%; }
    """

    class Submitted(Message):
        """An entry is to be saved."""

        def __init__(self, parsed: QuickAdd) -> None:
            super().__init__()
            self.parsed = parsed

    class ToForm(Message):
        """The form is to be opened with what was typed."""

        def __init__(self, parsed: QuickAdd) -> None:
            super().__init__()
            self.parsed = parsed

    class Closed(Message):
        """The bar was closed; what was typed stays for the next time."""

    class Typed(Message):
        """There is text that nothing keeps yet, or the kept text was emptied."""

    def __init__(
        self,
        parse: Callable[[str], QuickAdd],
        kinds: Callable[[], Schema],
        tags: Callable[[], Iterable[str]],
        paths: Callable[[str], TagHints],
        *,
        new_name: Callable[[], str],
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._new_name = new_name
        self._parse = parse
        self._kinds = kinds
        self._tags = tags
        self._paths = paths
        self._offered: Sequence[str] = ()
        self.saving = False
        """Whether what was submitted is on its way to the disk."""
        self.draft_name = new_name()
        """The name under which what is typed is kept."""
        self._kept = ""

    def compose(self) -> ComposeResult:
        """The preview over the line."""
        yield Bar(id="quick-add-preview")
        with Horizontal(id="quick-add-row"):
            yield Static("+", id="quick-add-prompt")
            yield QuickAddInput(
                placeholder="what happened #tag !severity @kind path -- more",
                id="quick-add-line",
                tags=self._tags,
            )

    def on_mount(self) -> None:
        """Have the text kept as it grows."""
        self.line.paths = self._paths
        self.set_interval(KEEP_SECONDS, self.keep)

    def on_resize(self) -> None:
        """Give the preview and the offered tags their shares of the row."""
        if self.is_open:
            self._preview()

    def keep(self) -> None:
        """Have the text kept, if it changed since it was."""
        text = self.text.strip()
        if text != self._kept and not self.saving:
            self._kept = text
            self.post_message(self.Typed())

    @property
    def line(self) -> QuickAddInput:
        """The input."""
        return self.query_one("#quick-add-line", QuickAddInput)

    @property
    def text(self) -> str:
        """What is typed and pasted."""
        body = self.line.body
        return f"{self.line.value}\n{body}" if body else self.line.value

    @property
    def is_open(self) -> bool:
        """Whether the bar is on the screen."""
        return self.has_class("-shown")

    def open(self) -> None:
        """Show the bar with what was left in it, and type there."""
        self.add_class("-shown")
        self.screen.set_focus(self.line)
        self._preview()

    def close(self, *, clear: bool) -> None:
        """Hide the bar; `clear` drops what was typed."""
        if clear:
            self.line.value = ""
            self.line.body = ""
            self.draft_name, self._kept = self._new_name(), ""
        else:
            self.keep()
        self.remove_class("-shown")
        self.post_message(self.Closed())

    def parsed(self) -> QuickAdd:
        """What the line and pasted body mean."""
        return self._parse(self.text)

    def tell(self, message: str) -> None:
        """Show why the entry was not saved."""
        self.query_one("#quick-add-preview", Bar).show(safe_line(message))

    def _preview(self) -> None:
        parsed = self.parsed()
        parts = [safe_line(parsed.kind.title)]
        for name, value in parsed.fields.items():
            field = parsed.kind.field(name)
            of_choice = field is not None and field.type == "choice"
            parts.append(safe_line(f"{value}" if of_choice else f"{Field(name).label}: {value}"))
        parts += [safe_line(parsed.status)] if parsed.status else []
        parts += [f"#{safe_line(tag)}" for tag in parsed.tags]
        parts += [safe_line(path) for path in parsed.paths]
        if parsed.body:
            parts.append(plural(len(parsed.body.splitlines()), "line") + " of text")
        parts += [safe_line(note) for note in doubtful_marks(parsed, self._kinds())]
        left = Content.assemble(("Add to ", "$foreground 70%"), glyphs.sep.join(parts))
        right = fit_content(hint_text(self._offered), self.size.width // 2)
        self.query_one("#quick-add-preview", Bar).show(left, right)

    def on_tag_input_hinted(self, event: TagInput.Hinted) -> None:
        """Show the tags that fit."""
        event.stop()
        self._offered = event.tags
        if self.is_open:
            self._preview()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what is understood now."""
        event.stop()
        if not event.value:
            self.line.body = ""
        if self.is_open:
            self._preview()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Save, if there is a title."""
        event.stop()
        parsed = self.parsed()
        if parsed.error:
            self.tell(parsed.error)
        else:
            self.post_message(self.Submitted(parsed))

    def on_quick_add_input_to_form(self, event: QuickAddInput.ToForm) -> None:
        """Go on in the form."""
        event.stop()
        self.post_message(self.ToForm(self.parsed()))

    def on_quick_add_input_leave(self, event: QuickAddInput.Leave) -> None:
        """Close; the text stays."""
        event.stop()
        self.close(clear=False)
