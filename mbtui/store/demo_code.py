"""The code that the demo bank is about: files just large enough to have the symbols it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

GONE = frozenset({"scripts/debug_server.py"})
"""What the bank names and the project has no more."""

_PATHS = re.compile(r"^paths = \[(.*?)\]", re.M | re.S)
_TEXT = re.compile(r'"([^"]+)"')
_Names = dict[str, "_Names"]


def write_demo_code(project: Path, texts: Iterable[str]) -> None:
    """Write below `project` what the files of a bank name in their `paths`."""
    symbols: dict[str, _Names] = {}
    for path in sorted(set(_named(texts))):
        name, _, symbol = path.partition("::")
        if name not in GONE:
            names = symbols.setdefault(name, {})
            for part in filter(None, symbol.split(".")):
                names = names.setdefault(part, {})
    for name, names in symbols.items():
        place = project / name
        if name.endswith("/"):
            place.mkdir(parents=True, exist_ok=True)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            mark = '"""' if name.endswith(".py") else "# "
            text = f"{mark}Of the demo; made up.{mark.strip('# ')}\n" + "".join(_lines(names, ""))
            place.write_text(text, "utf-8")


def _named(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        for match in _PATHS.finditer(text):
            yield from _TEXT.findall(match[1])


def _lines(names: _Names, indent: str) -> Iterator[str]:
    for name, inside in names.items():
        is_class = name[:1].isupper()
        yield f"\n{indent}class {name}:\n" if is_class else f"\n{indent}def {name}():\n"
        if inside:
            yield from _lines(inside, f"{indent}    ")
        else:
            yield f'{indent}    """Made up."""\n'
