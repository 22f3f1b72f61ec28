"""Which of the bank's tags may be meant by what is being typed at the end of a line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import Final, NamedTuple

from mbtui.bank.form import tag_list
from mbtui.bank.quickadd import MOST_WORDS, is_tag_mark
from mbtui.bank.safetext import is_safe

MOST_HINTS: Final = 8

_LAST_OF_COMMAS = re.compile(r"(?:^|,)\s*(#?)([^,]*)\Z")
_LAST_OF_BLANKS = re.compile(r"(?:^|\s)(#?)(\S*)\Z")
_MARKED = re.compile(r"(?:^|\s)[#+](\S*)\Z")


class TagHints(NamedTuple):
    """The tags that begin as the end of a line does; `start` is where the tag begins there."""

    start: int
    tags: list[str]


NO_HINTS: Final = TagHints(0, [])


def hints_in_tags(line: str, tags: Iterable[str]) -> TagHints:
    """The same for a line of tags, which has commas or else blanks between them."""
    commas = "," in line
    found = (_LAST_OF_COMMAS if commas else _LAST_OF_BLANKS).search(line)
    if found is None or not found[2]:
        return NO_HINTS
    taken = {tag.casefold() for tag in tag_list(line[: found.start(2)])}
    fitting = (tag for tag in tags if commas or not re.search(r"\s", tag))
    return _hints(found.start(2), found[2], (tag for tag in fitting if "," not in tag), taken)


def hints_in_quick_add(line: str, tags: Iterable[str]) -> TagHints:
    """The same for a quick-add line, where `#` or `+` begins a tag; alone, the most used fit."""
    found = _MARKED.search(line)
    if found is None or " -- " in line:
        return NO_HINTS
    words = line[: found.start(1)].split(maxsplit=MOST_WORDS)
    taken = {word[1:].casefold() for word in words if is_tag_mark(word)}
    return _hints(found.start(1), found[1], (tag for tag in tags if is_tag_mark(f"#{tag}")), taken)


def _hints(start: int, typed: str, tags: Iterable[str], taken: set[str]) -> TagHints:
    wanted = typed.casefold()
    fitting = (
        tag
        for tag in tags
        if tag[: len(typed)].casefold() == wanted
        and tag.casefold() not in taken
        and tag != typed
        and tag
        and is_safe(tag)
        and tag.isprintable()
        and not tag.startswith("#")
    )
    return TagHints(start, list(islice(fitting, MOST_HINTS)))
