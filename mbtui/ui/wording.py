"""Small pieces of text: ages, badges, the way values are read out."""

from __future__ import annotations

from datetime import date, datetime

from mbtui.bank.entry import Entry
from mbtui.bank.safetext import safe_line
from mbtui.ui.glyphs import glyphs

_SHORT = {"critical": "crit", "medium": "med", "in-progress": "doing", "worked-around": "worked"}


def age(when: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that says it: *20 days*; *just now* under a minute."""
    seconds = int((now - when).total_seconds())
    if seconds < 60:
        return "just now"
    for size, name in (
        (365 * 86400, "year"),
        (61 * 86400, ""),
        (86400, "day"),
        (3600, "hour"),
        (60, "minute"),
    ):
        if seconds < size:
            continue
        if not name:
            return f"{seconds // (30 * 86400)} months ago"
        count = seconds // size
        return f"{count} {name}{'' if count == 1 else 's'} ago"
    return "just now"


def day_age(day: date, today: date) -> str:
    """How long ago a day was: *today*, *yesterday*, *12 days ago*."""
    days = (today - day).days
    if days < 2:
        return "yesterday" if days == 1 else "today"
    if days <= 60:
        return f"{days} days ago"
    return f"{days // 30} months ago" if days < 365 else f"{plural(days // 365, 'year')} ago"


def clock(when: datetime, now: datetime) -> str:
    """A moment in local time: *14:02* today, else *17 Nov 14:02*, *17 Nov 2025* in another year."""
    local, today = when.astimezone(), now.astimezone()
    if local.date() == today.date():
        return f"{local:%H:%M}"
    end = "%b %H:%M" if local.year == today.year else "%b %Y"
    return f"{local.day} {local:{end}}"


def ago(when: datetime, now: datetime) -> str:
    """A moment and how long ago it was: *12 min ago, 14:02*; *3 days ago, 17 Nov 14:02*."""
    words = age(when, now) if when <= now else ""
    for long, short in ((" minutes ", " min "), (" minute ", " min "), (" hours ", " h ")):
        words = words.replace(long, short)
    return ", ".join(part for part in (words.replace(" hour ", " h "), clock(when, now)) if part)


def badge(entry: Entry) -> str:
    """One short word beside a title: the severity while open, else a status other than *open*."""
    severity = entry.severity
    word = severity if severity and not entry.closed else entry.status
    if word == "open":
        return ""
    return short_line(_SHORT.get(word, word))


LONGEST_LINE = 1000
"""More characters than a row of the screen shows."""


def short_line(text: str) -> str:
    """One line that is safe to show, of a text of any length; a very long one is cut."""
    if len(text) <= LONGEST_LINE:
        return safe_line(text)
    return safe_line(text[:LONGEST_LINE]) + glyphs.ellipsis


def title_of(entry: Entry) -> str:
    """The title, safe to show; a stand-in where there is none."""
    return short_line(entry.title) or "(no title)"


def plural(count: int, word: str, many: str = "") -> str:
    """*1 entry*, *2 entries*, *10,017 entries*."""
    if count == 1:
        return f"1 {word}"
    return f"{count:,} {many or word + 's'}"
