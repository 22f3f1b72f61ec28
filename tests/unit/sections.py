"""Random section files as people and programs type them, for property tests."""

from __future__ import annotations

import tomllib
from typing import Any

from hypothesis import strategies as st

KINDS = ("current-issues", "technical-debt", "war-stories")
"""Two kinds of Known Issues and one that no schema describes."""

_BITS = [*"ab \"'\\[]{}#=.,\t\n", "[[current-issues]]\n", "\n[x]\n", "é", "記"]
_PROSE = st.lists(st.sampled_from(_BITS), max_size=16).map("".join)
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | _PROSE


_SIMPLE = ["1", "0xF_F", "1e3", "nan", "true", "07:32:00", "1979-05-27", "1979-05-27T07:32:00Z"]
_SIMPLE += ["[]", "{}", "[[1], ['[']]", "{ a = { b = ']' } }"]


def _escaped(text: str) -> str:
    return "".join(
        char if char.isprintable() and char not in '"\\' else f"\\u{ord(char):04X}" for char in text
    )


def _forms(text: str) -> list[str]:
    """All ways to write a text in TOML that can hold it."""
    forms = [f'"{_escaped(text)}"', f'"""{_escaped(text).replace("u000A", "n")}"""']
    block = text.replace("\\", "\\\\").replace('"""', '""\\"')
    block += "\\\n   " if block.endswith('"') else ""
    if '"""' not in block:
        forms += [f'"""\n{block}"""'] * 2
    if "'" not in text and "\n" not in text:
        forms.append(f"'{text}'")
    if "''" not in text and not text.endswith("'"):
        forms.append(f"'''\n{text}'''")
    return forms


@st.composite
def values(draw: st.DrawFn) -> str:
    """A value as TOML text."""
    simple = st.sampled_from(_SIMPLE)
    text = _PROSE.flatmap(lambda item: st.sampled_from(_forms(item)))
    items = st.lists(st.one_of(simple, text), min_size=1, max_size=3)
    lists = items.map(lambda found: "[ # [\n\n  " + ",\n[ 1 ],\n  ".join(found) + ",\n]")
    return draw(st.one_of(text, text, simple, lists))


@st.composite
def _keys(draw: st.DrawFn, number: int) -> str:
    """Some key lines; unknown keys get `number` so that no two clash."""
    lines = []
    for i in range(draw(st.integers(0, 3))):
        form = draw(st.sampled_from(["k{0}_{1}", '"k {0} {1}"', "'k{0}.{1}' . b", "k{0}_{1}.c.d"]))
        equals = draw(st.sampled_from([" = ", "=", "\t= "]))
        indent = draw(st.sampled_from(["", "", "  "]))
        comment = draw(st.sampled_from(["", "", " # why [x]", "\t#'\""]))
        lines.append(indent + form.format(number, i) + equals + draw(values()) + comment + "\n")
    return "".join(lines)


_GAP = st.sampled_from(["", "\n", "\n\n", "\n  \n", "# about it\n", "\n# far\n\n# near\n", "#\n"])


@st.composite
def section_texts(draw: st.DrawFn, *, at_least: int = 1) -> str:
    """A valid TOML 1.0 section file with some entries, most with an id of their own."""
    parts = [draw(st.sampled_from(["", "# head [\n", "\n\n", "root = 1\n", "a.b = '''\n[x]'''\n"]))]
    seen: list[str] = []
    for number in range(draw(st.integers(at_least, 7))):
        parts.append(draw(_GAP))
        what = draw(st.sampled_from(["entry", "entry", "entry", "sub", "subs", "table"]))
        what = "entry" if number < at_least or not seen else what
        indent = draw(st.sampled_from(["", "", "", "  ", "\t"]))
        after = draw(st.sampled_from(["", "", "  # [note]"]))
        if what == "entry":
            kind = draw(st.sampled_from(KINDS))
            seen.append(kind)
            name = draw(st.sampled_from([kind, kind, f'"{kind}"', f" {kind} "]))
            head = f"{indent}[[{name}]]{after}\n"
            identity = f'id = "{draw(st.integers(0, 99)):02d}-{number}"\n'
            title = f"title = 'entry {number}'\n"
            rest = draw(_keys(number))
            own = draw(st.permutations([identity, title, rest]))
            if draw(st.integers(0, 5)) == 0:
                own = [title, rest]
            parts.append(head + "".join(own))
            continue
        kind = draw(st.sampled_from(seen))
        header = {
            "sub": f"[{kind}.sub{number}]",
            "subs": f"[[{kind}.subs{number}.deep]]",
            "table": f"[stranger{number}.deep]",
        }[what]
        parts.append(f"{indent}{header}{after}\n" + draw(_keys(number)))
    text = "".join(parts) + draw(_GAP)
    if draw(st.booleans()):
        text = text.rstrip("\n")
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    tomllib.loads(text)
    return text


def tables(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Kind and table of each entry as an independent parser reads the whole file."""
    data = tomllib.loads(text)
    return [(kind, table) for kind in KINDS for table in data.get(kind, [])]
