"""The paths of an entry: what a text names, what of it is hashed, and how the code compares."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mbtui.bank.entry import strings

if TYPE_CHECKING:
    import ast

FRESH: Final = "fresh"
DRIFTED: Final = "drifted"
ORPHANED: Final = "orphaned"
NONE: Final = "none"
_WORST_FIRST: Final = (ORPHANED, DRIFTED, FRESH)
HASH_DIGITS: Final = 8
LONGEST_PATH: Final = 4096

PYTHON: Final = (".py", ".pyi", ".pyw")
"""How the names of files end in which symbols are looked for."""

_LINE = re.compile(r"(.+):([0-9]{1,9})\Z", re.DOTALL)
_PARAMETERS = re.compile(r"\[[^\]]*\]\Z")


class PathError(ValueError):
    """A text that names no place in the repository; `str()` says why, for people."""


class Place(NamedTuple):
    """What a path names: a file, or a folder, whose name ends in `/`, and a part of the file.

    The name is relative to the folder that holds the bank and may begin with `../`; that folder
    itself is `./`.
    """

    name: str
    symbol: str = ""
    """Names from the outermost to the innermost, joined by dots; empty for the whole file."""
    line: int = 0

    @property
    def is_folder(self) -> bool:
        """Whether a folder is meant."""
        return self.name.endswith("/")

    @property
    def in_python(self) -> bool:
        """Whether the name is that of a Python file."""
        return self.name.endswith(PYTHON)

    def text(self) -> str:
        """The place as a path is written."""
        part = f"::{self.symbol}" if self.symbol else f":{self.line}" if self.line else ""
        return self.name + part


class PathDrift(NamedTuple):
    """How the code behind one path compares with what was reviewed, and why, for people."""

    path: str
    state: str
    reason: str = ""


class Drift(NamedTuple):
    """How the code behind an entry compares: its worst path decides."""

    state: str = NONE
    paths: tuple[PathDrift, ...] = ()

    @property
    def off(self) -> tuple[PathDrift, ...]:
        """The paths that are not fresh."""
        return tuple(path for path in self.paths if path.state != FRESH)


def drift_of(paths: Iterable[PathDrift]) -> Drift:
    """The drift of an entry from that of its paths."""
    found = tuple(paths)
    states = {path.state for path in found}
    return Drift(next((state for state in _WORST_FIRST if state in states), NONE), found)


def parse_path(text: str, exists: Callable[[str], bool], depth: int = 0) -> Place:
    """The place that a path text names.

    `exists` is asked whether there is a file or folder of a name: the last `::` or `:digits`
    separates unless one of the whole name exists. `depth` is how many folders lie between the
    root of the repository and the folder that holds the bank. Raises PathError for what names no
    place inside the repository.
    """
    whole = normal_name(text, depth)
    if whole.endswith("/") or exists(whole):
        return Place(whole)
    line = _LINE.match(whole)
    if line and "::" not in line[1]:
        return Place(line[1], line=int(line[2]))
    splits = list(_splits(whole))
    if not splits:
        return Place(whole)
    # Of a file that is not there, what stands before the first `::` is the likely name.
    name, rest = next((split for split in splits if exists(split[0])), splits[-1])
    symbol = _PARAMETERS.sub("", rest).replace("::", ".").strip(".")
    return Place(name, symbol)


def _splits(text: str) -> Iterator[tuple[str, str]]:
    """Both sides of each `::`, from the last one on."""
    at = text.rfind("::")
    while at > 0:
        yield text[:at], text[at + 2 :]
        at = text.rfind("::", 0, at)


def normal_name(text: str, depth: int = 0) -> str:
    """A path with neither `.` nor a `..` that can be left out. Raises as `parse_path` does."""
    if not text.strip() or "\0" in text or len(text) > LONGEST_PATH:
        raise PathError("names no file")
    if text.startswith("/"):
        raise PathError("is absolute; paths are relative to the folder that holds the bank")
    parts: list[str] = []
    for part in text.split("/"):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    if parts.count("..") > depth:
        raise PathError("leads out of the repository")
    if not parts:
        return "./"
    folder = text.endswith(("/", "/.", "/..")) or parts[-1] == ".."
    return "/".join(parts) + "/" * folder


def added_paths(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The paths of the table `after` that `before` has not, but those that it gives a hash."""
    old, checked = strings(before.get("paths")), after.get("checked", {})
    known = before.get("checked", {})
    if not isinstance(checked, Mapping) or not isinstance(known, Mapping):
        return []
    return [
        path
        for path in strings(after.get("paths"))
        if path not in old and checked.get(path) == known.get(path)
    ]


def with_hashes(
    before: Mapping[str, Any], after: Mapping[str, Any], hashes: Mapping[str, str]
) -> dict[str, Any]:
    """The table `after` with the hashes of its added paths, and without those of removed ones."""
    data = dict(after)
    checked, added = data.get("checked", {}), added_paths(before, after)
    paths = strings(data.get("paths"))
    gone = {*added, *(path for path in strings(before.get("paths")) if path not in paths)}
    if not gone or not isinstance(checked, Mapping):
        return data
    table = {path: value for path, value in checked.items() if path not in gone}
    table |= {path: hashes[path] for path in added if path in hashes}
    if table:
        data["checked"] = table
    else:
        data.pop("checked", None)
    return data


def with_line_feeds(data: bytes) -> bytes:
    """The same with every line end a line feed."""
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    from hashlib import sha256

    return sha256(data).hexdigest()


def file_hash(data: bytes) -> str:
    """What `checked` holds of a file."""
    return digest(with_line_feeds(data))[:HASH_DIGITS]


def folder_hash(files: Mapping[str, str]) -> str:
    """What `checked` holds of a folder: of its files' names, relative to it, and their digests."""
    lines = (f"{name}\0{files[name]}\n" for name in sorted(files))
    return digest("".join(lines).encode("utf-8", "surrogateescape"))[:HASH_DIGITS]


class Symbol(NamedTuple):
    """What a name stands for in a Python text: the line where it begins, and its own source."""

    line: int
    source: str

    @property
    def hash(self) -> str:
        """What `checked` holds of a symbol."""
        return digest(self.source.encode())[:HASH_DIGITS]


class PythonText:
    """The text of a Python file, to look for symbols in."""

    def __init__(self, data: bytes) -> None:
        data = with_line_feeds(data.removeprefix(b"\xef\xbb\xbf"))
        try:
            text = data.decode()
        except UnicodeDecodeError:
            text = data.decode("latin-1")
        self._lines = text.split("\n")
        self._tree = _parsed(text)

    @property
    def is_python(self) -> bool:
        """Whether the text is Python that this interpreter can read."""
        return self._tree is not None

    def symbol(self, name: str) -> Symbol | None:
        """The definitions of a dotted name, one after the other; None without one."""
        scopes: list[ast.AST] = [] if self._tree is None else [self._tree]
        for part in name.split("."):
            scopes = [found for scope in scopes for found in _definitions(scope, part)]
        if not scopes:
            return None
        sources = dict.fromkeys(self._source(node) for node in scopes)
        return Symbol(min(getattr(node, "lineno", 1) for node in scopes), "\n".join(sources))

    def names(self) -> list[str]:
        """The dotted names of all that is defined at the top and in classes, in their order."""
        return [] if self._tree is None else list(dict.fromkeys(_names_in(self._tree, "")))

    def _source(self, node: ast.AST) -> str:
        """The whole lines of a definition, decorators included, without its indentation."""
        decorators = getattr(node, "decorator_list", [])
        start = min([getattr(node, "lineno", 1), *(item.lineno for item in decorators)])
        lines = self._lines[start - 1 : getattr(node, "end_lineno", start)]
        indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
        # Only where it stands: the lines of a long text may begin further to the left.
        return "\n".join(line.removeprefix(indent) for line in lines)


def _parsed(text: str) -> ast.Module | None:
    import ast
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _definitions(scope: ast.AST, name: str) -> Iterator[ast.AST]:
    """The statements of a scope that give a name its meaning; not those of scopes inside it."""
    import ast

    waiting: list[ast.AST] = list(_statements(scope))[::-1]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if node.name == name:
                yield node
        elif name in _assigned(node):
            yield node
        else:
            waiting += list(_statements(node))[::-1]


def _names_in(scope: ast.AST, prefix: str) -> Iterator[str]:
    """The names that the statements of a scope define, and those in its classes."""
    import ast

    for node in _statements(scope):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield prefix + node.name
            if isinstance(node, ast.ClassDef):
                yield from _names_in(node, f"{prefix}{node.name}.")
        else:
            yield from (prefix + name for name in _assigned(node))
            yield from _names_in(node, prefix)


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """The statements directly inside a module, definition, or block such as `if` and `try`."""
    for part in ("body", "handlers", "orelse", "finalbody", "cases"):
        inside = getattr(node, part, None)
        if isinstance(inside, list):
            yield from inside


def _assigned(node: ast.AST) -> Iterator[str]:
    """The plain names that a statement assigns to."""
    import ast

    targets: list[ast.AST] = list(getattr(node, "targets", []))
    if isinstance(node, ast.AnnAssign | ast.AugAssign):
        targets = [node.target]
    elif type(node).__name__ == "TypeAlias":
        targets = [node.name]  # type: ignore[attr-defined]
    elif not isinstance(node, ast.Assign):
        return
    while targets:
        target = targets.pop()
        if isinstance(target, ast.Name):
            yield target.id
        targets += getattr(target, "elts", [])
        if isinstance(target, ast.Starred):
            targets.append(target.value)
