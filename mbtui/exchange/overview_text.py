"""An overview as lines of text with pictures in them, for the screen and for the shell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from mbtui.bank.columns import cells, cut, padded
from mbtui.bank.entry import Entry
from mbtui.bank.overview import CHARACTERS_A_TOKEN, Improvement, Overview, Week
from mbtui.bank.safetext import safe_line

HEADING, STRONG, DIM, BAR, OLD_BAR, WARNING, LINK = (
    "heading",
    "strong",
    "dim",
    "bar",
    "old-bar",
    "warning",
    "link",
)
"""The roles of a text. Each also reads without any colour."""

MOST_IMPROVEMENTS = 12
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_GAP = "  "
_NAME = 23
_SHORT = 16
"""A name may be cut so far to make room for a bar, and to `_SHORTEST_NAME` to fit at all."""
_SHORTEST_NAME = 12
_LONGEST_BAR = 24
_SHORTEST_BAR = 6
_HEIGHT = 2


class Ink(NamedTuple):
    """The characters that pictures are drawn with."""

    bar: str = "▆"
    levels: str = "▁▂▃▄▅▆▇█"
    """The parts of a column that fill one line, from the least to the whole."""
    rule: str = "─"
    ellipsis: str = "…"
    sep: str = " · "
    link: str = "→"
    drifted: str = "≠"
    minus: str = "−"


UNICODE = Ink()
ASCII = Ink("=", ".oO#", "-", "~", " | ", ">", "%", "-")


class Part(NamedTuple):
    """A piece of a line; `entry` is the id of an entry that it leads to."""

    text: str
    role: str = ""
    entry: str = ""


Row = tuple[Part, ...]
BLANK: Row = ()


def rows_of(overview: Overview, width: int, today: date, ink: Ink = UNICODE) -> Iterator[Row]:
    """The whole overview in rows of at most `width` columns."""
    width = max(width, 8)
    if not overview.total.entries and not overview.archived:
        yield (Part(cut("No entries yet", width, ink.ellipsis), DIM),)
        return
    yield from _totals(overview, width, ink)
    yield BLANK
    yield from _table(overview, width, ink)
    yield BLANK
    yield from _activity(overview.weeks, width, ink)
    if overview.oldest is not None:
        yield BLANK
        yield from _oldest(*overview.oldest, width, today, ink)
    if overview.improvements:
        yield BLANK
        yield from _improvements(overview.improvements, width, ink)


# Totals


def _totals(overview: Overview, width: int, ink: Ink) -> Iterator[Row]:
    total = overview.total
    parts = [Part(_count(total.entries, "entry", "entries"), STRONG)]
    parts += _told(overview.closed, "closed") + _told(overview.archived, "in the archive")
    yield from _flow(parts, width, ink)
    due = f"{total.due:,} due for review"
    parts = [Part(due, WARNING) if total.due else Part("nothing is due")]
    if total.drifted:
        parts.append(Part(f"{ink.drifted} {total.drifted:,} drifted", WARNING))
    elif overview.drift_known:
        parts.append(Part("nothing has drifted"))
    yield from _flow(parts, width, ink)
    tokens = f"about {_short(total.tokens)} tokens (characters/{CHARACTERS_A_TOKEN})"
    size = [Part(_count(total.words, "word", "words"), DIM), Part(tokens, DIM)]
    yield from _flow(size, width, ink)


def _told(number: int, what: str) -> list[Part]:
    return [Part(f"{number:,} {what}")] if number else []


def _flow(parts: Sequence[Part], width: int, ink: Ink) -> Iterator[Row]:
    """Parts beside each other, as many as fit in a row."""
    row: list[Part] = []
    used = 0
    for part in parts:
        text = cut(part.text, width, ink.ellipsis)
        if row and used + cells(ink.sep) + cells(text) > width:
            yield tuple(row)
            row, used = [], 0
        if row:
            row.append(Part(ink.sep, DIM))
            used += cells(ink.sep)
        row.append(part._replace(text=text))
        used += cells(text)
    yield tuple(row)


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _short(number: int) -> str:
    """A number in at most four characters or so: 940, 1.9k, 12k, 1.2M."""
    for size, letter in ((1_000_000, "M"), (1000, "k")):
        if number >= size:
            parts = number / size
            return f"{parts:.1f}{letter}" if parts < 10 else f"{parts:,.0f}{letter}"
    return str(number)


# Sections


class _Column(NamedTuple):
    """A column of numbers behind the bars."""

    head: str
    values: Sequence[str]
    role: str
    needed: bool = False
    """Shown however narrow it gets."""

    @property
    def width(self) -> int:
        return len(_GAP) + max([len(self.head), *map(len, self.values)])


def _table(overview: Overview, width: int, ink: Ink) -> Iterator[Row]:
    shares = overview.sections
    names = [cut(safe_line(share.title), _NAME, ink.ellipsis) for share in shares]
    counts = [f"{share.entries:,}" for share in shares]
    count_width = max([3, *map(len, counts)])
    name_width = max(map(cells, names), default=0)
    columns = [
        _Column("due", [_or_blank(share.due) for share in shares], WARNING, True),
        _Column(ink.drifted, [_or_blank(share.drifted) for share in shares], WARNING, True),
        _Column("tokens", [_short(s.tokens) if s.entries else "" for s in shares], DIM),
        _Column("words", [_short(s.words) if s.entries else "" for s in shares], DIM),
    ]
    fixed = name_width + 1 + count_width
    shown: list[_Column] = []
    for column in columns:
        if column.needed or fixed + 1 + _SHORTEST_BAR + column.width <= width:
            shown.append(column)
            fixed += column.width
        else:
            break
    if fixed > width:
        name_width = max(_SHORTEST_NAME, name_width - (fixed - width))
        fixed = width
    elif (lacking := _SHORTEST_BAR + 1 - (width - fixed)) > 0 and name_width - lacking >= _SHORT:
        name_width -= lacking
        fixed -= lacking
    room = min(width - fixed - 1, _LONGEST_BAR)
    bar_width = room if room >= _SHORTEST_BAR else 0
    most = max([1, *(share.entries for share in shares)])
    heads = [Part(f"{_GAP}{column.head:>{column.width - len(_GAP)}}", DIM) for column in shown]
    space = name_width + (1 + bar_width if bar_width else 0) + 1 + count_width
    yield (Part(padded("Sections", space), HEADING), *heads)
    for at, share in enumerate(shares):
        empty = "" if share.entries else DIM
        yield (
            Part(padded(cut(names[at], name_width, ink.ellipsis), name_width), empty),
            Part(" " + padded(_bar(share.entries, most, bar_width, ink), bar_width), BAR)
            if bar_width
            else Part(""),
            Part(f" {counts[at]:>{count_width}}", empty),
            *(
                Part(f"{_GAP}{column.values[at]:>{column.width - len(_GAP)}}", column.role)
                for column in shown
            ),
        )


def _or_blank(number: int) -> str:
    return f"{number:,}" if number else ""


def _bar(value: float, most: float, width: int, ink: Ink) -> str:
    """A bar of at most `width` columns; what is not nothing has one at least."""
    if not value or not width:
        return ""
    return ink.bar * max(1, min(width, round(width * value / most)))


# Activity


def _activity(weeks: Sequence[Week], width: int, ink: Ink) -> Iterator[Row]:
    written, changed = sum(w.written for w in weeks), sum(w.changed for w in weeks)
    yield (Part("The last 12 months", HEADING),)
    if not written + changed:
        yield (Part(cut("nothing was written or changed", width, ink.ellipsis), DIM),)
        return
    span = next((n for n in (1, 2, 4) if -(-len(weeks) // n) <= width), len(weeks))
    groups = [weeks[at : at + span] for at in range(0, len(weeks), span)]
    cell = max(1, min(2, width // len(groups)))
    totals = [sum(week.written + week.changed for week in group) for group in groups]
    for row in _columns(totals, ink):
        yield (Part("".join(character * cell for character in row).rstrip(), BAR),)
    yield (Part(_months([group[0].start for group in groups], cell, ink), DIM),)
    most = max(totals)
    period = "a week" if span == 1 else f"in {span} weeks"
    parts = [f"{written:,} written", f"{changed:,} changed later", f"at most {most:,} {period}"]
    yield from _flow([Part(part, DIM) for part in parts], width, ink)


def _columns(values: Sequence[int], ink: Ink) -> Iterator[str]:
    """The rows of a picture with a column for each value, the highest first.

    What is not nothing shows; nothing is a rule at the foot.
    """
    steps = len(ink.levels)
    most = max(values)
    heights = [-(-value * steps * _HEIGHT // most) for value in values]
    for row in reversed(range(_HEIGHT)):
        drawn = ""
        for height in heights:
            part = min(max(height - row * steps, 0), steps)
            drawn += ink.levels[part - 1] if part else ("" if row else ink.rule) or " "
        yield drawn


def _months(starts: Sequence[date], cell: int, ink: Ink) -> str:
    """The names of months under the columns in which they begin, where there is room."""
    text, month = "", None
    for at, start in enumerate(starts):
        if start.month != month:
            place = at * cell
            if (month is not None or start.day <= 7) and len(text) <= place:
                text = f"{text:<{place}}{_MONTHS[start.month - 1]} "
            month = start.month
    return cut(text.rstrip(), len(starts) * cell, "")


# The oldest


def _oldest(entry: Entry, since: date | None, width: int, today: date, ink: Ink) -> Iterator[Row]:
    yield (Part("Longest without a review", HEADING),)
    title = safe_line(entry.title) or "(no title)"
    room = width - cells(ink.link) - 1
    yield (
        Part(f"{ink.link} "),
        Part(cut(title, room, ink.ellipsis), LINK, entry.id),
    )
    parts = [safe_line(entry.kind.title)]
    if since is None:
        parts.append("never, and nobody knows since when")
    else:
        parts += [f"since {since}", _count(max(0, (today - since).days), "day", "days")]
    yield from _flow([Part(part, DIM) for part in parts], width, ink)


# Optimizations


def _improvements(found: Sequence[Improvement], width: int, ink: Ink) -> Iterator[Row]:
    yield (Part("What optimizations gave", HEADING),)
    shown = found[:MOST_IMPROVEMENTS]
    numbers = [_number(n) for item in shown for n in (item.before, item.after)]
    number_width = max(map(len, numbers))
    units = [cut(safe_line(item.unit), 14, ink.ellipsis) for item in shown]
    label = "before "
    rest = number_width + 2 + max(map(cells, units)) + 8
    bar_width = min(width - len(label) - rest, 2 * _LONGEST_BAR)
    if bar_width < _SHORTEST_BAR:
        bar_width = max(0, width - len(label) - number_width - 1)
        units = ["" for _ in units]
    for item, unit in zip(shown, units, strict=True):
        title = safe_line(item.entry.title) or "(no title)"
        yield (Part(cut(title, width, ink.ellipsis), LINK, item.entry.id),)
        most = max(item.before, item.after) or 1
        for name, value, role in (("before", item.before, OLD_BAR), ("after", item.after, BAR)):
            bar = padded(_bar(value, most, bar_width, ink), bar_width)
            told = f" {_number(value):>{number_width}} {unit}".rstrip()
            change = _GAP + _change(item, ink) if name == "after" else ""
            if cells(label) + bar_width + cells(told) + cells(change) > width:
                change = ""
            parts = [Part(f"{name:<{len(label)}}", DIM), Part(bar, role), Part(told)]
            yield (*parts, Part(change, STRONG)) if change else tuple(parts)
    if len(found) > len(shown):
        yield (Part(cut(f"and {len(found) - len(shown):,} more", width, ink.ellipsis), DIM),)


def _number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.4g}"


def _change(item: Improvement, ink: Ink) -> str:
    """By how much the number went down or up, in per cent."""
    if not item.before:
        return ""
    percent = round(100 * (item.after - item.before) / item.before)
    sign = "+" if percent > 0 else ink.minus if percent < 0 else ""
    return f"{sign}{abs(percent):,} %"
