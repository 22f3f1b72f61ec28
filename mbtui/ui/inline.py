"""Markdown inside a line of text: code, emphasis and links.

Nothing of what was typed is dropped but the stars around emphasis and the brackets around a link's
words: an identifier, a glob or an index is not read as markup, underscores and tildes stay. Takes
time in proportion to the text, whatever it holds.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator

from mbtui.ui.spans import Link, Span, Styled

LONGEST_TEXT = 20_000
"""A longer paragraph is shown as it was typed."""
LONGEST_ADDRESS = 2000

_MARKS = re.compile(r"[`*_\[\\]|~~|https?://|(?<![\w-])(?=[0-9a-z]{8}(?![\w-]))")
_ADDRESS = re.compile(r"https?://[\w\-.~:/?#\[\]@!$&'()*+,;=%]{1,2000}", re.ASCII)
_IDENTITY = re.compile(r"[0-9a-hjkmnp-tv-z]{8}")
_LINK = re.compile(
    r"\[(?P<words>[^\[\]\n]{1,500})\]"
    r"\((?P<target>[^\s()<>]{1,1000}(?:\([^\s()<>]{0,200}\)[^\s()<>]{0,200}){0,3})\)"
)
_WEB = re.compile(r"https?://[^/\s]", re.IGNORECASE)
_PLACE = re.compile(r"[#./]|\w[\w.+-]*[:/.]")
_IDENTIFIER = re.compile(r"[\w.]+")
_OPENS_BEFORE = frozenset(" \t([{\"'“‘„«—–-/|:,>")
_OPENED = frozenset("`\"'([{<_*~“‘„«$#@+-–—…&=!¿¡")
_NOT_CLOSED = frozenset("/([{\\")
_EMPHASIS = {"*": "emphasis", "_": "emphasis", "**": "strong", "__": "strong", "~~": "strike"}


def is_web_address(target: str) -> bool:
    """Whether a target is an address that a browser may be asked to open."""
    return target.isprintable() and _WEB.match(target) is not None


class _Run:
    """A run of marks that may begin or end emphasis."""

    __slots__ = ("closes", "left", "mark", "opens", "piece", "start")

    def __init__(self, piece: int, start: int, mark: str, *, opens: bool, closes: bool) -> None:
        self.piece = piece
        self.start = start
        self.mark = mark
        self.opens = opens
        self.closes = closes
        self.left = len(mark)


class _Reading:
    """What was read of a text so far."""

    def __init__(self, source: str, is_entry: Callable[[str], bool]) -> None:
        self.source = source
        self.is_entry = is_entry
        self.pieces: list[str] = []
        self.spans: list[tuple[str, int, int, Link | None]] = []
        """Role, first and last piece, link."""
        self.runs: list[_Run] = []

    def add(self, text: str, role: str = "", link: Link | None = None) -> None:
        if not text:
            return
        self.pieces.append(text)
        if role:
            at = len(self.pieces) - 1
            self.spans.append((role, at, at, link))


def inline(source: str, is_entry: Callable[[str], bool] = lambda _: False) -> Styled:
    """A paragraph's text with its styled parts; ids that are entries are links to them."""
    if len(source) > LONGEST_TEXT or not _MARKS.search(source):
        return Styled(source)
    reading = _Reading(source, is_entry)
    done = 0
    ticks = _tick_runs(source)
    for match in _MARKS.finditer(source):
        at = match.start()
        if at < done:
            continue
        end = _read(reading, match.group(), done, at, ticks)
        done = max(done, end)
    reading.add(source[done:])
    cuts = _match_runs(reading)
    return _assembled(reading, cuts)


def _read(reading: _Reading, mark: str, done: int, at: int, ticks: _Ticks) -> int:
    """Read what begins at a mark; where it ends, or where the text goes on as it is."""
    source = reading.source
    if mark == "\\":
        return _keep(reading, done, min(at + 2, len(source)))
    if mark == "`":
        end, closed = _code_end(source, at, ticks)
        if not closed:
            return _keep(reading, done, end)
        _keep(reading, done, at)
        reading.add(source[at:end], "code")
        return end
    if mark == "[":
        return _read_link(reading, done, at)
    if mark.startswith("http"):
        return _read_address(reading, done, at)
    if not mark:
        identity = source[at : at + 8]
        if _IDENTITY.fullmatch(identity) and reading.is_entry(identity):
            _keep(reading, done, at)
            reading.add(identity, "link", Link(identity, is_entry=True))
            return at + 8
        return done
    end = at
    while end < len(source) and source[end] == mark[0]:
        end += 1
    return _read_run(reading, done, at, end)


def _keep(reading: _Reading, start: int, end: int) -> int:
    reading.add(reading.source[start:end])
    return max(start, end)


def _read_link(reading: _Reading, done: int, at: int) -> int:
    source = reading.source
    match = _LINK.match(source, at)
    before = source[at - 1] if at else " "
    if match is None or before.isalnum() or before in "_)]!":
        return done
    words, target = match["words"], match["target"]
    if not _PLACE.match(target):
        return done
    link = Link(target) if is_web_address(target) else None
    _keep(reading, done, at)
    if words == target:
        reading.add(target, "link" if link else "url", link)
    else:
        reading.add(words, "link" if link else "", link)
        reading.add(" (")
        reading.add(target, "url", link)
        reading.add(")")
    return match.end()


def _read_address(reading: _Reading, done: int, at: int) -> int:
    source = reading.source
    match = _ADDRESS.match(source, at)
    if match is None or (at and source[at - 1].isalnum()):
        return done
    address = match.group().rstrip(".,;:!?'*_~")
    while address[-1:] in (")", "]"):
        opening = "(" if address[-1] == ")" else "["
        if address.count(opening) >= address.count(address[-1]):
            break
        address = address[:-1].rstrip(".,;:!?'*_~")
    if not is_web_address(address):
        return done
    _keep(reading, done, at)
    reading.add(address, "link", Link(address))
    return at + len(address)


def _read_run(reading: _Reading, done: int, start: int, end: int) -> int:
    source = reading.source
    mark = source[start:end]
    before = source[start - 1] if start else " "
    after = source[end] if end < len(source) else " "
    opens = (before in _OPENS_BEFORE or before.isspace()) and (after.isalnum() or after in _OPENED)
    closes = (
        not before.isspace()
        and before not in _NOT_CLOSED
        and not (after.isalnum() or after == "_")
        and start > 0
    )
    limit = 2 if mark[0] == "~" else 3
    if len(mark) > limit or not (opens or closes):
        return _keep(reading, done, end)
    _keep(reading, done, start)
    reading.add(mark)
    reading.runs.append(_Run(len(reading.pieces) - 1, start, mark, opens=opens, closes=closes))
    return end


def _match_runs(reading: _Reading) -> dict[int, int]:
    """Pair the runs; how many marks each piece loses."""
    cuts: dict[int, int] = {}
    open_: list[_Run] = []
    waiting: dict[str, int] = {}
    for run in reading.runs:
        while run.closes and run.left and waiting.get(run.mark[0]):
            opener = open_[-1]
            while opener.mark[0] != run.mark[0]:
                waiting[opener.mark[0]] -= 1
                open_.pop()
                opener = open_[-1]
            size = min(opener.left, run.left, 2)
            whole = opener.left <= run.left or opener.left == 3
            mark = run.mark[0] * size
            if not whole:
                break
            if not _is_meant(reading.source, opener, run):
                open_.pop()
                waiting[opener.mark[0]] -= 1
                run.opens = False
                break
            reading.spans.append((_EMPHASIS[mark], opener.piece + 1, run.piece - 1, None))
            if mark[0] == "*":
                cuts[opener.piece] = cuts.get(opener.piece, 0) + size
                cuts[run.piece] = cuts.get(run.piece, 0) + size
            opener.left -= size
            run.left -= size
            if not opener.left:
                open_.pop()
                waiting[opener.mark[0]] -= 1
        if run.opens and run.left == len(run.mark):
            open_.append(run)
            waiting[run.mark[0]] = waiting.get(run.mark[0], 0) + 1
    return cuts


def _is_meant(source: str, opener: _Run, closer: _Run) -> bool:
    """False for `_name_` and `__name__`, which are names."""
    start = opener.start + len(opener.mark)
    if opener.mark[0] != "_":
        return start < closer.start
    return _IDENTIFIER.fullmatch(source, start, closer.start) is None


def _assembled(reading: _Reading, cuts: dict[int, int]) -> Styled:
    texts = [text[cuts[at] :] if at in cuts else text for at, text in enumerate(reading.pieces)]
    starts = [0]
    for text in texts:
        starts.append(starts[-1] + len(text))
    spans = [
        Span(role, starts[first], starts[last + 1], link)
        for role, first, last, link in reading.spans
        if starts[last + 1] > starts[first]
    ]
    # Emphasis lies under the code and the links in it.
    spans.sort(key=lambda s: (s.start, -s.end, s.role not in _EMPHASIS.values()))
    return Styled("".join(texts), tuple(spans))


_Ticks = dict[int, list[int]]


def _tick_runs(source: str) -> _Ticks:
    """Where runs of backticks begin, by their length."""
    found: _Ticks = {}
    for match in re.finditer(r"`+", source):
        found.setdefault(len(match.group()), []).append(match.start())
    return found


def _code_end(source: str, at: int, ticks: _Ticks) -> tuple[int, bool]:
    """The end of the code that a run of backticks begins, or of the run where it is not closed."""
    end = at
    while end < len(source) and source[end] == "`":
        end += 1
    starts = ticks.get(end - at, [])
    following = bisect_right(starts, at)
    if following < len(starts):
        return starts[following] + (end - at), True
    return end, False


def code_parts(source: str) -> Iterator[tuple[int, int]]:
    """The parts of a line that stand between backticks."""
    ticks = _tick_runs(source)
    done = 0
    for match in re.finditer("`", source):
        if match.start() >= done:
            done, closed = _code_end(source, match.start(), ticks)
            if closed:
                yield match.start(), done
