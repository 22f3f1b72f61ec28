"""Section files to begin with, and ways to damage them: what editors, merges and disks do."""

from __future__ import annotations

import os
import random
import re
from functools import cache
from importlib import resources
from pathlib import Path

TOML_TEST = os.environ.get("MBTUI_TOML_TEST", "")
"""The `tests` folder of a copy of https://github.com/toml-lang/toml-test, or an empty text."""

NASTY = {
    "no final newline": '[[current-issues]]\nid = "a"\ntitle = "one"',
    "comment behind the end": '[[current-issues]]\nid = "a"\ntitle = "one" # c',
    "split arrays": '[[current-issues]]\nid = "a"\ntitle = "one"\n\n[other]\nq = 1\n\n'
    '[[technical-debt]]\ntitle = "debt"\n\n[[current-issues]]\nid = "b"\ntitle = "two"\n',
    "sub-tables": '# about a\n[[current-issues]]\nid = "a"\ntitle = "one"\n\n# its paths\n'
    '[current-issues.checked]\n"app/db.py" = "3f9a1c07"\n\n[[technical-debt]]\ntitle = "d"\n\n'
    "[[current-issues.history]]\nat = 2026-01-01\n[[current-issues.history]]\nat = 2026-01-02\n"
    '[current-issues.deep.er]\nx = 1\n\n[[current-issues]]\ntitle = "two"\n',
    "dotted keys": '[[current-issues]]\nid = "a"\ntitle = "one"\nchecked."app/db.py" = "1"\n'
    "checked.'b.py' = '2'\na.b.c = 1\na . b . \"d\" = 2\n\"quoted key\" = 3\n'x.y'.z = 4\n",
    "comments everywhere": "# top\n\n# near\n[[current-issues]] # head\n# in\nid = 'a' # id\n\n"
    "# between\ntitle = 'one' # [[x]]\n  # indented\ntags = [ # first\n  'x', # ]\n  # alone\n"
    "]\n# behind\n\n# far\n\n# next\n[[current-issues]]\ntitle = 'two'\n# tail\n",
    "toml 1.1": '[[current-issues]]\ntitle = "\\e[1m \\x41"\nid = "a"\nat = 07:32\nreviewed = '
    "2026-01-01 07:32Z\nchecked = {\n  a = '1', # c\n  b = '2',\n}\n\n[[current-issues]]\n"
    "title = 'two'\nid = 'b'\n[current-issues.sub]\nx = { y = 1, }\n",
    "inline array": 'root = 1\ncurrent-issues = [ { id = "a", title = "one" },\n'
    '  { title = "two" } ]\ntechnical-debt = []\n\n[[stranger]]\nx = 1\n',
    "empty array": "# head\ncurrent-issues = [ ] # none yet\n",
    "brackets in texts": '[[current-issues]]\nid = "a"\ntitle = "one"\nissue = """\n[[x]]\n'
    "[y]\n  [[technical-debt]]\n# no comment\n\"\"\"\ncause = '''\n[[z]]''' # '''\nlist = [\n"
    "[1],\n[ \"]\" ],\n]\n\n[[current-issues]]\nid = \"b\"\ntitle = '''\n[[current-issues]]\n'''\n",
    "unknown kinds": "[[war-stories]]\ntitle = 'one'\nid = 'w'\n\n[[war-stories]]\nno = 1\n\n"
    "[[\"strange kind\"]]\ntitle = 'x'\n\n[['a.b']]\n[a]\nb = 1\n",
    "single tables": '[project-information]\npurpose = "p"\n\n[[architecture-decisions]]\n'
    'id = "a"\ntitle = "t"\n\n[project-information.more]\nx = 1\n',
    "indented": '  [[current-issues]]\n  id = "a"\n  title = "one"\n\t[current-issues.sub]\n'
    '\tx = 1\n\n  [[current-issues]]\n  title = "two"\n  issue = """\n  [[no]]\n  """\n',
    "odd values": "[[current-issues]]\nid = 5\ntitle = 'one'\ntags = 'one'\npaths = [1, [2]]\n"
    "status = true\ncreated = 'x'\nupdated = 1\n\n[[current-issues]]\nid = ''\ntitle = ''\n\n"
    "[[current-issues]]\n\n[[current-issues]]\ntitle = ['a']\nbig = 0xffff_ffff_ffff_ffff_ff\n"
    "f = [inf, -nan, -0.0, 1e5]\nt = [1979-05-27, 07:32:00.999999999, 1979-05-27T00:32:00-07:00]\n",
    "same ids": "[[current-issues]]\nid = 'a'\ntitle = 'one'\n\n[[current-issues]]\nid = 'a'\n"
    "title = 'one'\n\n[[technical-debt]]\nid = 'a'\ntitle = 'three'\n",
    "same titles": "[[current-issues]]\ntitle = 'one'\n\n[[current-issues]]\ntitle = 'one'\n\n"
    "[[technical-debt]]\ntitle = 'one'\n",
    "archived": "[[current-issues]]\nid = 'a'\ntitle = 't'\n[current-issues.archived]\nat = "
    "2026-11-22T10:00:00Z\nby = 'x'\n",
    "nothing": "",
    "blank lines": "\n\n  \n",
    "only a comment": "# nothing yet",
    "conflict markers": "[[current-issues]]\n<<<<<<< HEAD\nid = 'a'\n=======\nid = 'b'\n"
    ">>>>>>> other\ntitle = 't'\n",
}
"""Hand-made files that are hard to edit."""


@cache
def seeds() -> tuple[list[tuple[str, str]], ...]:
    """Section slugs and texts: the demo bank's, the hard ones, and toml-test's where it is."""
    folder = resources.files("mbtui").joinpath("data/demo/memory-bank")
    demo = [
        (item.name.removesuffix(".toml"), item.read_text("utf-8"))
        for item in sorted(folder.iterdir(), key=lambda item: item.name)
        if item.name.endswith(".toml") and item.name != "bank.toml"
    ]
    section = {"single tables": "project-context"}
    nasty = [(section.get(name, "known-issues"), text) for name, text in NASTY.items()]
    return demo, nasty, [("known-issues", text) for text in toml_test_texts()] or nasty


def a_seed(chance: random.Random) -> tuple[str, str]:
    """One of them, the hard ones more often."""
    return chance.choice(chance.choices(seeds(), (3, 5, 2))[0])


@cache
def toml_test_texts() -> list[str]:
    """The valid and invalid files of toml-test that are UTF-8, where `MBTUI_TOML_TEST` is set."""
    if not TOML_TEST:
        return []
    texts = []
    for path in sorted(Path(TOML_TEST).rglob("*.toml")):
        data = path.read_bytes()
        try:
            texts.append(data.decode())
        except UnicodeDecodeError:
            continue
    return texts


HOSTILE = [
    *('"', "'", '"""', "'''", "\\", "\\u", "\\\n", "#", "=", "[", "]", "[[", "]]", "{", "}", ","),
    *("\n", "\r\n", "\r", "\t", " ", "\x00", "\x1b]0;x\x07", "\x7f", "\x85", "\u2028", "\u202e"),
    *("\ufeff", "\x0b", "\x0c", "é", "e\u0301", "記", "\U0001f469\u200d\U0001f4bb", "\uffff"),
    *("[[current-issues]]\n", "\n[[current-issues]]\n", "\n[current-issues]\n", "\n[x.y]\n"),
    *("\n[current-issues.sub]\nx = 1\n", "current-issues = []\n", "id = 'a'\n", "\ntitle = 't'\n"),
    *("\n[[current-issues]]\ntitle = 'n'\n", "\n# c\n", " # c [", "\n\n\n", "a.b = 1\n", "[]"),
    *("nan", "1979-05-27", "{ a = 1 }", "'''\n[[x]]\n'''", '"""\n[x]\n"""', "<<<<<<< a\n"),
]

_LINES = re.compile(r"[^\n]*\n|[^\n]+\Z")


def lines_of(text: str) -> list[str]:
    """The lines of a text with their line ends; only LF ends one."""
    return _LINES.findall(text)


def mutated(chance: random.Random, text: str, other: str) -> str:
    """`text` damaged in one to three ways, or not at all; `other` is a text to take parts from."""
    if chance.random() < 0.3:
        text = _part_of(chance, text)
    for _ in range(chance.choice((0, 1, 1, 1, 2, 2, 3))):
        change = chance.choices(_CHANGES, _WEIGHTS)[0]
        text = change(chance, text, other)
    return text


def as_bytes(chance: random.Random, text: str) -> bytes:
    """The file's bytes; in one case of fifty with a bit flipped."""
    data = text.encode("utf-8", "surrogatepass")
    if data and chance.random() < 0.02:
        at = chance.randrange(len(data))
        data = data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]
    return data


def _part_of(chance: random.Random, text: str) -> str:
    """Some paragraphs of it, so that small files come up often."""
    parts = text.split("\n\n")
    first = chance.randrange(len(parts))
    return "\n\n".join(parts[first : first + chance.randint(1, 8)])


def _flip(chance: random.Random, text: str, other: str) -> str:
    if not text:
        return chance.choice(HOSTILE)
    at = chance.randrange(len(text))
    return text[:at] + chr(ord(text[at]) ^ (1 << chance.randrange(7))) + text[at + 1 :]


def _insert(chance: random.Random, text: str, other: str) -> str:
    at = chance.randint(0, len(text))
    if chance.random() < 0.5:
        at = text.rfind("\n", 0, at) + 1
    return text[:at] + chance.choice(HOSTILE) + text[at:]


def _delete_characters(chance: random.Random, text: str, other: str) -> str:
    at = chance.randint(0, len(text))
    return text[:at] + text[at + chance.choice((1, 1, 2, 5, 40)) :]


def _on_lines(what: str, chance: random.Random, text: str, other: str) -> str:
    lines = lines_of(text) or [""]
    i, j = chance.randrange(len(lines)), chance.randrange(len(lines))
    if what == "delete":
        del lines[i : i + chance.choice((1, 1, 3))]
    elif what == "repeat":
        lines[j:j] = lines[i : i + chance.choice((1, 1, 4))]
    elif what == "swap":
        lines[i], lines[j] = lines[j], lines[i]
    elif what == "blank":
        lines.insert(i, chance.choice(("\n", "   \n", "\n\n\n", "\r\n")))
    elif what == "indent":
        lines[i] = chance.choice((" ", "\t", "    ")) + lines[i]
    else:
        lines[i] = "# " + lines[i]
    return "".join(lines)


def _delete_line(chance: random.Random, text: str, other: str) -> str:
    return _on_lines("delete", chance, text, other)


def _repeat_line(chance: random.Random, text: str, other: str) -> str:
    return _on_lines("repeat", chance, text, other)


def _swap_lines(chance: random.Random, text: str, other: str) -> str:
    return _on_lines("swap", chance, text, other)


def _blank_line(chance: random.Random, text: str, other: str) -> str:
    return _on_lines("blank", chance, text, other)


def _indent(chance: random.Random, text: str, other: str) -> str:
    return _on_lines("indent", chance, text, other)


def _comment_out(chance: random.Random, text: str, other: str) -> str:
    return _on_lines("comment", chance, text, other)


def _splice(chance: random.Random, text: str, other: str) -> str:
    """The first part of one file and the last of another, cut at lines or entries."""
    pattern = chance.choice(("\n", "\n[", "\n["))
    front = [m.start() + 1 for m in re.finditer(re.escape(pattern), text)] or [len(text)]
    back = [m.start() + 1 for m in re.finditer(re.escape(pattern), other)] or [0]
    return text[: chance.choice(front)] + other[chance.choice(back) :]


_HEADER = re.compile(r"^[ \t]*\[\[?[^\]\n]*\]\]?", re.M)


def _mangle_header(chance: random.Random, text: str, other: str) -> str:
    headers = list(_HEADER.finditer(text))
    if not headers:
        return text
    header = chance.choice(headers)
    old = header.group()
    name = old.strip(" \t[]")
    new = chance.choice(
        [
            *(
                f"[{name}]",
                f"[[{name}]]",
                f"[[ {name} ]]",
                f'[["{name}"]]',
                f"[[{name}]",
                f"[{name}",
            ),
            *(
                f"[[{name}.x]]",
                f"[{name}.x]",
                f"  [[{name}]]",
                f"[['{name}']]  # c",
                f"[[{name}]]\r",
            ),
            *("[[technical-debt]]", "[[current-issues]]", "[[nobody]]", "[[]]", f"[[{name}]] x"),
            *(
                f"{name} = []",
                f"# {old}",
                f"\ufeff{old}",
                f"[[{name}]]\n[[{name}]]",
                f"{old}\n{old}",
            ),
        ]
    )
    return text[: header.start()] + new + text[header.end() :]


def _drop_quote(chance: random.Random, text: str, other: str) -> str:
    quotes = list(re.finditer("\"\"\"|'''|[\"']", text))
    if not quotes:
        return text
    quote = chance.choice(quotes)
    new = chance.choice(("", '"', "'", '"""', "'''"))
    return text[: quote.start()] + new + text[quote.end() :]


def _truncate(chance: random.Random, text: str, other: str) -> str:
    return text[: chance.randint(0, len(text))]


def _line_ends(chance: random.Random, text: str, other: str) -> str:
    how = chance.randrange(5)
    if how == 0:
        return text.replace("\r\n", "\n").replace("\n", "\r\n")
    if how == 1:
        lines = lines_of(text)
        return "".join(
            line.replace("\n", "\r\n") if chance.random() < 0.3 and "\r" not in line else line
            for line in lines
        )
    if how == 2:
        return text.rstrip("\r\n")
    if how == 3:
        return "\ufeff" + text
    return text + chance.choice(("\n", "\n\n\n", "\r\n", "  ", "# end", "\t\n"))


def _nest(chance: random.Random, text: str, other: str) -> str:
    """A value becomes a nested one; rarely by far too much."""
    values = list(re.finditer(r"= (?=[^\n]*$)", text, re.M))
    if not values:
        return text
    at = chance.choice(values).end()
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    deep = chance.choice((1, 1, 1, 2, 3, 100, 3000))
    if chance.random() < 0.5:
        return f"{text[:at]}{'[' * deep}{text[at:end]}{']' * deep}{text[end:]}"
    return f"{text[:at]}{'{ k = ' * deep}{text[at:end]}{' }' * deep}{text[end:]}"


def _sub_table(chance: random.Random, text: str, other: str) -> str:
    """A sub-table of some kind, somewhere between two entries."""
    places = [m.start() + 1 for m in re.finditer(r"\n\[", text)] or [len(text)]
    names = re.findall(r"^\[\[([a-z-]+)\]\]", text, re.M) or ["current-issues"]
    head = chance.choice(("[{}.sub]", "[{}.checked]", "[[{}.list]]", "[{}.a.b]", "[{}.'x.y']"))
    at = chance.choice(places)
    table = head.format(chance.choice(names)) + "\nx = 1\n" + chance.choice(("", "\n", "# c\n"))
    return text[:at] + table + text[at:]


_CHANGES = (
    *(_flip, _insert, _delete_characters, _delete_line, _repeat_line, _swap_lines, _blank_line),
    *(_indent, _comment_out, _splice, _mangle_header, _drop_quote, _truncate, _line_ends),
    *(_nest, _sub_table),
)
_WEIGHTS = (2, 3, 1, 4, 2, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 4)
