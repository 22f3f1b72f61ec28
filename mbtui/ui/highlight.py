"""Syntax colours for text areas: Markdown, and the languages that code fields are written in.

A text is read line by line; what goes on from one line to the next (a fence, a string of several
lines, a block comment) is the state between them. So an edit costs the lines below it that are
looked at, not the whole text.
"""

from __future__ import annotations

import keyword
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

HEADING, MARK, CODE, STRONG, EMPHASIS, LINK = (
    "heading",
    "mark",
    "code",
    "strong",
    "emphasis",
    "link",
)
KEYWORD, STRING, COMMENT = "keyword", "string", "comment"
ROLES: Final = (HEADING, MARK, CODE, STRONG, EMPHASIS, LINK, KEYWORD, STRING, COMMENT)

Span = tuple[int, int, str]
"""Start and end of a part of a line, and its role."""
State = tuple[str, ...]
"""What is open at the start of a line; empty: nothing is."""

LONGEST_LINE: Final = 1000
"""Longer lines are shown plain."""
_MOST_KNOWN: Final = 512


class Language(ABC):
    """How the lines of a language are read."""

    @abstractmethod
    def spans(self, line: str, state: State) -> list[Span]:
        """The parts of a line that have a role, in order; they do not overlap."""

    @abstractmethod
    def after(self, line: str, state: State) -> State:
        """What is open behind a line."""

    def is_code(self, state: State) -> bool:
        """Whether a line that begins so is code, where a dash begins no list."""
        return True


class Programming(Language):
    """Words, strings and comments; `blocks` maps what opens a text of several lines to its end."""

    def __init__(self, words: str, comment: str, blocks: Mapping[str, str]) -> None:
        self._keywords = frozenset(words.split())
        self._blocks = dict(blocks)
        opening = "|".join(re.escape(mark) for mark in blocks) or r"(?!)"
        quoted = r'"(?:[^"\\]++|\\.)*+(?:"|\\?$)' + r"|'(?:[^'\\]++|\\.)*+(?:'|\\?$)"
        self._tokens = re.compile(
            rf"(?P<comment>{comment})|(?P<block>{opening})|(?P<string>{quoted})|(?P<word>\w++)"
        )

    def spans(self, line: str, state: State) -> list[Span]:
        """Keywords, strings, comments."""
        return self._read(line, state)[0]

    def after(self, line: str, state: State) -> State:
        """The mark that would end an open string or comment."""
        if not state and not any(mark in line for mark in self._blocks):
            return ()
        return self._read(line, state)[1]

    def _read(self, line: str, state: State) -> tuple[list[Span], State]:
        found: list[Span] = []
        at = 0
        if state:
            role = _block_role(state[0])
            at, state = self._inside(line, 0, state[0])
            found.append((0, at, role))
        while token := self._tokens.search(line, at):
            start, end = token.span()
            if token["block"]:
                end, state = self._inside(line, end, self._blocks[token["block"]])
                found.append((start, end, _block_role(self._blocks[token["block"]])))
            elif token["word"]:
                if token["word"] in self._keywords:
                    found.append((start, end, KEYWORD))
            else:
                found.append((start, end, COMMENT if token["comment"] else STRING))
            at = end
        return found, state

    def _inside(self, line: str, at: int, ending: str) -> tuple[int, State]:
        """Where the open text ends in a line, and what is open behind it."""
        while (place := line.find(ending, at)) >= 0:
            slashes = place - len(line[:place].rstrip("\\"))
            if slashes % 2 == 0 or ending == "*/":
                return place + len(ending), ()
            at = place + 1
        return len(line), (ending,)


def _block_role(ending: str) -> str:
    return COMMENT if ending == "*/" else STRING


_JAVA: Final = """abstract assert boolean break byte case catch char class continue default do
double else enum extends final finally float for if implements import instanceof int interface long
native new null package private protected public record return sealed short static super switch
synchronized this throw throws transient true false try var void volatile while yield"""
_CPP: Final = """alignas auto bool break case catch char class concept const constexpr continue
co_await co_return co_yield decltype default delete do double else enum explicit export extern false
final float for friend goto if inline int long mutable namespace new noexcept nullptr operator
override private protected public requires return short signed sizeof static static_cast struct
switch template this throw true try typedef typename union unsigned using virtual void volatile
while"""
_SHELL: Final = """case do done elif else esac export fi for function if in local return select
set source then until while"""
_C_COMMENT: Final = r"//.*+"
_HASH: Final = r"\#.*+"


@cache
def language(name: str) -> Language | None:
    """The language called so, also by the names that people give to fences; None: unknown."""
    name = name.casefold()
    if name in ("markdown", "md"):
        return Markdown()
    if name in ("python", "py", "python3", "pycon"):
        words = " ".join([*keyword.kwlist, "match", "case", "self", "cls"])
        return Programming(words, _HASH, {'"""': '"""', "'''": "'''"})
    if name == "java":
        return Programming(_JAVA, _C_COMMENT, {'"""': '"""', "/*": "*/"})
    if name in ("cpp", "c++", "c", "cc", "cxx", "hpp"):
        return Programming(_CPP, _C_COMMENT, {"/*": "*/"})
    if name in ("shell", "sh", "bash", "zsh", "console", "commands"):
        return Programming(_SHELL, rf"(?<!\S){_HASH}", {})
    return None


class Markdown(Language):
    """Headings, marks of lists and quotes, fences, and what stands inside a line."""

    _FENCE = re.compile(r" {0,3}(`{3,}+|~{3,}+)[ \t]*+([\w+#.-]*+)")
    _HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]|$)")
    _MARKS = re.compile(r"\s*+(?:>\s?+)*+(?:(?:[-*+]|\d{1,9}[.)])(?:\s++(?:\[[ xX]\](?=\s))?|$))?+")
    _INLINE = re.compile(
        r"(?P<code>(?<!`)(`++)(?!`).+?(?<!`)\2(?!`))"
        r"|(?P<strong>\*\*(?=\S)[^*]++\*\*|(?<!\w)__(?=\S)[^_]++__(?!\w))"
        r"|(?P<emphasis>(?<![\w*])\*(?=[^\s*])[^*]++(?<=\S)\*(?![\w*])"
        r"|(?<![\w_])_(?=[^\s_])[^_]++(?<=\S)_(?!\w))"
        r"|(?P<link>\[[^\]\[]*+\]\([^)\s]*+\)|https?://[^\s)>\]]++)"
    )

    def is_code(self, state: State) -> bool:
        """Whether a fence is open."""
        return bool(state)

    def after(self, line: str, state: State) -> State:
        """The open fence, its language, and what is open in that."""
        if not state and "```" not in line and "~~~" not in line:
            return ()
        fence = self._FENCE.match(line)
        if not state:
            opens = fence and not ("`" in fence[1] and "`" in line[fence.end(1) :])
            return (fence[1], fence[2]) if fence and opens else ()
        if fence and fence[1].startswith(state[0]) and not line[fence.end(1) :].strip():
            return ()
        inner = language(state[1])
        return (*state[:2], *inner.after(line, state[2:])) if inner else state

    def spans(self, line: str, state: State) -> list[Span]:
        """What a line of prose holds, or the code of a fence."""
        after = self.after(line, state)
        if bool(after) != bool(state):
            return [(0, len(line), MARK)]
        if state:
            inner = language(state[1])
            return inner.spans(line, state[2:]) if inner else [(0, len(line), CODE)]
        if self._HEADING.match(line):
            return [(0, len(line), HEADING)]
        found: list[Span] = []
        marks = self._MARKS.match(line)
        begin = marks.end() if marks else 0
        if line[:begin].strip():
            found.append((0, begin, MARK))
        for match in self._INLINE.finditer(line, begin):
            found.append((match.start(), match.end(), match.lastgroup or CODE))
        return found


class Highlighter:
    """The spans of a text that changes; `line_at` gives its lines."""

    def __init__(self, language: Language, line_at: Callable[[int], str]) -> None:
        self._language = language
        self._line_at = line_at
        self._states: list[State] = [()]
        self._known: dict[tuple[str, State], list[Span]] = {}

    def changed_from(self, row: int) -> None:
        """Tell that the text differs from this line on."""
        del self._states[max(row, 0) + 1 :]

    def is_code(self, row: int) -> bool:
        """Whether a line is code."""
        return self._language.is_code(self._state(row))

    def spans(self, row: int) -> list[Span]:
        """The parts of a line that have a role."""
        line = self._line_at(row)
        if len(line) > LONGEST_LINE:
            return []
        key = line, self._state(row)
        if key not in self._known:
            if len(self._known) > _MOST_KNOWN:
                self._known.clear()
            self._known[key] = self._language.spans(*key)
        return self._known[key]

    def _state(self, row: int) -> State:
        states = self._states
        while len(states) <= row:
            states.append(self._language.after(self._line_at(len(states) - 1), states[-1]))
        return states[row]
