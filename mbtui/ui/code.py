"""Code in a few colours: keywords, strings, comments, numbers and names.

One pattern per family of languages, read from left to right without going back, so that no text
takes more than time in proportion to it; a lexer that knows a language whole may take minutes for
a few kilobytes that were made to stop it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from keyword import kwlist
from typing import NamedTuple

from mbtui.ui.spans import Span

_NUMBER = r"(?P<number>(?<![\w.])\d[\w.]*+)"
_WORD = r"(?P<word>[^\W\d]\w*+)"
_TRIPLE = r'"""(?:[^"\\]|\\.|"(?!""))*+(?:"""|\Z)|' + r"'''(?:[^'\\]|\\.|'(?!''))*+(?:'''|\Z)"
_DOUBLE = r'"(?:[^"\\\n]|\\.)*+"?'
_SINGLE = r"'(?:[^'\\\n]|\\.)*+'?"
_LETTER = r"'(?:[^'\\\n]|\\[^\n]{1,8})'"
_BLOCK = r"/\*(?:[^*]|\*(?!/))*+(?:\*/)?"
_HASH = r"(?P<comment>(?:(?<=\s)|(?<![^\n]))#[^\n]*+)"

_PATTERNS = {
    "python": (
        r"(?P<comment>#[^\n]*+)",
        rf"(?P<string>(?:\b[rRbBuUfFtT]{{1,2}}(?=[\"']))?+(?:{_TRIPLE}|{_DOUBLE}|{_SINGLE}))",
        r"(?P<name>@[\w.]++)",
        r"(?P<prompt>^(?:>>>|\.\.\.)(?= |$))",
    ),
    "c": (
        rf"(?P<comment>//[^\n]*+|{_BLOCK})",
        rf"(?P<string>{_DOUBLE}|{_LETTER})",
        r"(?P<name>@\w++|^[ \t]*+#\w++)",
    ),
    "script": (
        rf"(?P<comment>//[^\n]*+|{_BLOCK})",
        rf"(?P<string>`(?:[^`\\]|\\.)*+`?|{_DOUBLE}|{_SINGLE})",
        r"(?P<name>@\w++)",
    ),
    "shell": (
        _HASH,
        r"(?P<string>\"(?:[^\"\\]|\\.)*+\"?|'[^']*+'?)",
        r"(?P<name>\$\w++|\$\{[^}\s]*+}?)",
        r"(?P<first>^[ \t]*+[\w./-]++)",
        r"(?P<other>--?[\w-]++|[^\W\d][\w./@-]*+)",
    ),
    "sql": (
        rf"(?P<comment>--[^\n]*+|{_BLOCK})",
        r"(?P<string>'[^']*+'?)",
        r"(?P<other>\"[^\"\n]*+\"?)",
    ),
    "config": (
        _HASH,
        r"(?P<keyword>^\[[^\]\n]*+\]++)",
        r"(?P<name>^[ \t]*+(?:- )?[\w.\"-]++(?=[ \t]*+[:=]))",
        rf"(?P<string>{_TRIPLE}|{_DOUBLE}|{_SINGLE})",
    ),
    "json": (
        r"(?P<name>\"(?:[^\"\\\n]|\\.)*+\"(?=[ \t]*+:))",
        rf"(?P<string>{_DOUBLE})",
    ),
}

_C = (
    "auto break case catch char class const constexpr continue default delete do double else enum"
    " explicit extern false final float for friend if import inline int long namespace new nullptr"
    " null operator override private protected public return short signed sizeof static struct"
    " super switch template this throw true try typedef typename union unsigned using virtual void"
    " volatile while"
)
_JAVA = (
    "abstract boolean byte extends finally implements instanceof interface package permits record"
    " sealed synchronized throws transient var yield"
)
_SCRIPT = (
    "as async await break case catch chan class const continue declare default defer delete do else"
    " enum export extends false finally fn for from func function go if impl implements import in"
    " interface let map match mod mut new nil null of package pub range return self static struct"
    " super switch this throw trait true try type typeof undefined unsafe use var where while yield"
)
_SHELL = (
    "if then elif else fi for in do done while until case esac function return exit export local"
    " readonly set unset source alias trap exec eval cd"
)
_SQL = (
    "select from where and or not in is null as on join left right inner outer full cross group by"
    " order having limit offset insert into values update set delete create table index unique"
    " primary key foreign references alter add drop column constraint default check view with"
    " union all distinct case when then else end begin commit rollback exists between like ilike"
    " returning using concurrently if true false asc desc cascade lock analyze explain vacuum"
)
_DEFINES = frozenset(("def", "class", "function", "func", "fn", "struct", "interface"))


class _Family(NamedTuple):
    pattern: str
    keywords: frozenset[str]
    folds: bool = False
    """Whether keywords are the same in capitals."""
    classes: bool = False
    """Whether a word in CamelCase is the name of a class."""


_FAMILIES = {
    "python": _Family("python", frozenset((*kwlist, "match", "case", "self", "cls")), classes=True),
    "java": _Family("c", frozenset(f"{_C} {_JAVA}".split()), classes=True),
    "cpp": _Family("c", frozenset(_C.split()), classes=True),
    "javascript": _Family("script", frozenset(_SCRIPT.split()), classes=True),
    "bash": _Family("shell", frozenset(_SHELL.split())),
    "sql": _Family("sql", frozenset(_SQL.split()), folds=True),
    "toml": _Family(
        "config", frozenset(("true", "false", "null", "yes", "no", "on", "off")), folds=True
    ),
    "json": _Family("json", frozenset(("true", "false", "null"))),
}
_NAMES = {
    "python": "py python3 pycon python-console pyi",
    "java": "kotlin kt scala groovy",
    "cpp": "c c++ cc h hpp cxx cs csharp",
    "javascript": "js ts typescript jsx tsx go golang rust rs swift",
    "bash": "sh shell zsh console terminal shellsession dockerfile docker make makefile",
    "sql": "postgresql postgres psql mysql sqlite",
    "toml": "yaml yml ini cfg conf properties env dotenv",
    "json": "json5 jsonc",
}
_KNOWN = {alias: name for name, aliases in _NAMES.items() for alias in (name, *aliases.split())}


def language_of(information: str) -> str:
    """The language that the words after a fence name, or nothing where it is not known."""
    words = information.split(maxsplit=1)
    return _KNOWN.get(words[0].strip("{}.").casefold(), "") if words else ""


def is_language(information: str) -> bool:
    """Whether the words after a fence are the name of a known language, and no more."""
    return len(information.split()) == 1 and language_of(information) != ""


@lru_cache(maxsize=len(_PATTERNS))
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = (*_PATTERNS[pattern], _NUMBER, _WORD)
    return re.compile("|".join(parts), re.MULTILINE | re.DOTALL)


def coloured(lines: Iterable[str], language: str, most: int) -> Iterator[tuple[str, list[Span]]]:
    """Each line with its coloured parts, up to `most` characters.

    Without any where the language is not known.
    """
    name = language_of(language)
    if not name:
        for line in lines:
            yield line, []
        return
    every = list(lines)
    tokens = _tokens("\n".join(every)[:most], _FAMILIES[name])
    token = next(tokens, None)
    at = 0
    for line in every:
        end = at + len(line)
        spans = []
        while token is not None and token.start < end:
            first, last = max(token.start, at), min(token.end, end)
            if last > first:
                spans.append(Span(token.role, first - at, last - at))
            if token.end > end:
                break
            token = next(tokens, None)
        at = end + 1
        yield line, spans


def _tokens(text: str, family: _Family) -> Iterator[Span]:
    """The coloured parts of a text, in order."""
    defines = False
    for match in _compiled(family.pattern).finditer(text):
        role = match.lastgroup or ""
        if role == "word":
            role = _role_of(match.group(), family, defines)
            defines = match.group() in _DEFINES
        elif role in ("first", "other"):
            otherwise = "name" if role == "first" else ""
            role = "keyword" if match.group().strip() in family.keywords else otherwise
        elif role == "prompt":
            role = "comment"
        if role:
            yield Span(role, match.start(), match.end())


def _role_of(word: str, family: _Family, defined: bool) -> str:
    if (word.casefold() if family.folds else word) in family.keywords:
        return "keyword"
    if defined:
        return "name"
    is_class = family.classes and word[0].isupper() and not word.isupper()
    return "name" if is_class else ""
