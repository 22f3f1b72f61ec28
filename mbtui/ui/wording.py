"""Small pieces of text: ages, badges, the way values are read out."""

from __future__ import annotations

from datetime import date, datetime

from mbtui.bank.entry import Entry
from mbtui.bank.safetext import safe_line

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


def badge(entry: Entry) -> str:
    """One short word beside a title: the severity while open, else a status other than *open*."""
    severity = entry.severity
    word = severity if severity and not entry.closed else entry.status
    if word == "open":
        return ""
    return safe_line(_SHORT.get(word, word))


def title_of(entry: Entry) -> str:
    """The title, safe to show; a stand-in where there is none."""
    return safe_line(entry.title) or "(no title)"


def plural(count: int, word: str, many: str = "") -> str:
    """*1 entry*, *2 entries*, *10,017 entries*."""
    if count == 1:
        return f"1 {word}"
    return f"{count:,} {many or word + 's'}"
