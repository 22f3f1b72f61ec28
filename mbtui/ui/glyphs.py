"""The characters that mbtui draws of its own accord, in a set of Unicode and one of ASCII.

Text of the bank is never touched. One set is in use at a time, for the whole process, as a
process has one terminal.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from mbtui.bank.safetext import use_ascii_marks


@dataclass(slots=True)
class Glyphs:
    """The set in use; the defaults are that of Unicode.

    All but `dots`, `sep` and `bullets` are one cell.
    """

    ellipsis: str = "…"
    """Ends a text that was cut."""
    dots: str = "…"
    """Says in a sentence of our own that more follows."""
    sep: str = " · "
    """Between parts of a line."""
    into: str = "›"
    """Between a section and a kind in it."""
    rule: str = "─"
    opened: str = "▾"
    folded: str = "▸"
    below: str = "▾"
    """At the right end of a title: the text goes on below."""
    everything: str = "∗"
    view: str = "★"
    due: str = "◷"
    candidates: str = "▥"
    """Before the row of what could go to the archive."""
    archive: str = "▤"
    closed: str = "×"
    """Before an entry that is done with, where its status has no room."""
    drifted: str = "≠"
    """Before an entry, or a path of it, that the code went away from."""
    news: str = "●"
    """Before an entry that others changed since one looked."""
    unsaved: str = "•"
    """Behind what was typed and is not saved."""
    chosen: str = "●"
    previous: str = "‹"
    next: str = "›"
    none: str = "—"
    """The choice of no value."""
    cursor: str = "▌"
    """Before the row under the cursor of the focused pane."""
    cursor_blurred: str = "▏"
    link: str = "→"
    bullets: str = "•◦▪"
    """Before an item of a list: one for each level."""
    bar: str = "│"
    joint: str = "┼"
    """Where the rule under a table's head crosses the bars."""
    cut_lines: str = "⋯"
    """Lines of a file that are left out."""


ASCII = {
    "ellipsis": "~",
    "dots": "...",
    "sep": " | ",
    "into": ">",
    "rule": "-",
    "opened": "v",
    "folded": ">",
    "below": "v",
    "everything": "*",
    "view": "*",
    "due": "@",
    "candidates": "%",
    "archive": "#",
    "closed": "x",
    "drifted": "%",
    "news": "+",
    "unsaved": "*",
    "chosen": "*",
    "previous": "<",
    "next": ">",
    "none": "-",
    "cursor": ">",
    "cursor_blurred": "|",
    "link": ">",
    "bullets": "*-+",
    "bar": "|",
    "joint": "+",
    "cut_lines": ":",
}
_OWN_WORDS = str.maketrans(
    {
        "…": "...",
        "·": "|",
        "→": "Right",
        "←": "Left",
        "↑": "Up",
        "↓": "Down",
        "“": '"',
        "”": '"',
        "×": "x",
        "›": ">",
        "—": "-",
    }
)

glyphs = Glyphs()
"""The characters to draw with now."""


def use_glyphs(*, ascii_only: bool) -> None:
    """Draw with one of the two sets from now on."""
    for field in fields(Glyphs):
        setattr(glyphs, field.name, ASCII[field.name] if ascii_only else field.default)
    use_ascii_marks(ascii_only)


def is_ascii() -> bool:
    """Whether only ASCII is drawn."""
    return glyphs.rule == ASCII["rule"]


def own(text: str) -> str:
    """A text of our own, no part of which is from the bank, in the characters in use."""
    return text.translate(_OWN_WORDS) if is_ascii() and not text.isascii() else text


def own_ends(text: str) -> str:
    """A text that a search cut, with the ellipsis in use at its ends."""
    if not is_ascii():
        return text
    start, end = text.startswith("…"), text.endswith("…")
    return glyphs.ellipsis * start + text.strip("…") + glyphs.ellipsis * end
