"""The user's `config.toml`: every option, what it may be, and what the file says.

The file is read, checked and shown; only `mbtui config --init` ever writes one.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from mbtui.bank.nearest import nearest_name
from mbtui.bank.shape import type_name

CONFIG_FILE: Final = "config.toml"
KEYS: Final = "keys"
_LONGEST_SHOWN = 60


class Option(NamedTuple):
    """An option of the file, told here once: help, docs and the first file are made from it."""

    name: str
    default: Any
    about: str
    choices: tuple[str, ...] = ()
    """The values that it may have; empty: any of its type."""
    example: str = ""
    """How it is written, where the default does not show it."""

    @property
    def expected(self) -> str:
        """What its value should be, in words."""
        if self.choices:
            return _either([f'"{choice}"' for choice in self.choices])
        if isinstance(self.default, bool):
            return "true or false"
        return "a table" if self.default is None else "a text in quotes"

    @property
    def written_default(self) -> str:
        """The default as the file would say it; of a table its header."""
        return f"[{self.name}]" if self.default is None else written(self.default)


OPTIONS: Final = {
    option.name: option
    for option in (
        Option(
            "theme",
            "auto",
            'the colours: "auto" chooses for the terminal; or a theme\'s name,'
            ' such as "mbtui-dark" or "mbtui-light"',
        ),
        Option("ascii", False, "draw with ASCII alone, for fonts without lines and signs"),
        Option("mouse", True, "take mouse clicks and the wheel; false leaves them to the terminal"),
        Option(
            "keymap",
            "default",
            'the keys to begin with; "emacs" adds Ctrl+n, Ctrl+p and their like to the plain ones',
            ("default", "emacs"),
        ),
        Option(
            KEYS,
            None,
            "the keys of an action, by its id as `mbtui keys` lists it: one key, a list of keys,"
            " or an empty list for none (it stays in the palette)",
            example='edit = "F4"',
        ),
    )
}
"""All options by name, in the order of the file."""


class SettingProblem(NamedTuple):
    """Something in the file that a person should mend. A line of 0 is unknown."""

    message: str
    line: int = 0
    column: int = 0
    taken_by: tuple[str, ...] = ()
    """The programs that take a key before mbtui gets it; the setting holds all the same."""

    @property
    def is_warning(self) -> bool:
        """Whether the setting holds all the same."""
        return bool(self.taken_by)

    def __str__(self) -> str:
        place = ":".join([CONFIG_FILE, *(str(n) for n in (self.line, self.column) if n)])
        return f"{place}: {self.message}"


_NONE: Final[Mapping[Any, Any]] = MappingProxyType({})


@dataclass(frozen=True)
class Settings:
    """What the user chose; what the file gets wrong stands at its default.

    `keys` holds the keys of actions as they were written, nothing of them checked. `lines` tells
    where the file says what, by `name` and `keys.action`; an option in it is not the default's.
    """

    theme: str = "auto"
    ascii: bool = False
    mouse: bool = True
    keymap: str = "default"
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NONE)
    lines: Mapping[str, int] = field(default_factory=lambda: _NONE)
    problems: tuple[SettingProblem, ...] = ()


def config_file() -> Path:
    """The user's file; it need not exist.

    On Linux it is worked out here, because importing platformdirs takes long.
    """
    if sys.platform == "linux":
        named = os.environ.get("XDG_CONFIG_HOME", "")
        home = named if os.path.isabs(named) else os.path.expanduser("~/.config")
        return Path(home, "mbtui", CONFIG_FILE)
    import platformdirs

    return Path(platformdirs.user_config_path("mbtui"), CONFIG_FILE)


def read_settings(path: Path | None = None) -> Settings:
    """What the user's file says; the defaults where there is none. Raises nothing."""
    from mbtui.store.files import UnreadableError, read_bytes

    path = path or config_file()
    place = Path(os.path.realpath(path))
    try:
        found = read_bytes(place, place.parent)
    except UnreadableError as error:
        return Settings(problems=(SettingProblem(str(error)),))
    return parse_settings(found[0]) if found is not None else Settings()


def parse_settings(data: bytes) -> Settings:
    """The same from the bytes of a file."""
    from mbtui.store.toml_read import loads

    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Settings(problems=(SettingProblem("is not UTF-8; save the file as UTF-8", line),))
    try:
        values = loads(text)
    except (ValueError, RecursionError) as error:
        from mbtui.store.section_text import error_problem

        problem = error_problem(CONFIG_FILE, text, error)
        place = (problem.line, problem.column)
        return Settings(problems=(SettingProblem(problem.message, *place),))
    return _Reader(text).read(values)


class _Reader:
    """Takes one file's values, and notes what is wrong with them and where."""

    def __init__(self, text: str) -> None:
        self._lines = key_lines(text)
        self._problems: list[SettingProblem] = []

    def read(self, values: Mapping[str, Any]) -> Settings:
        good: dict[str, Any] = {}
        for name, value in values.items():
            option = OPTIONS.get(name)
            if option is None:
                expected = _either(list(OPTIONS))
                meant = did_you_mean(name, OPTIONS)
                self._tell(f"{shown(name)} is no option{meant}, expected {expected}", name)
            elif name == KEYS:
                if isinstance(value, Mapping):
                    good[KEYS] = MappingProxyType(self._keys(value))
                else:
                    self._tell(f"keys is {type_name(value)}, expected {option.expected}", name)
            elif self._is_fit(option, value):
                good[name] = value
        lines = {name: self._line(name) for name in good}
        lines |= {f"{KEYS}.{action}": self._line(KEYS, action) for action in good.get(KEYS, ())}
        problems = tuple(sorted(self._problems, key=lambda problem: problem.line))
        return Settings(**good, lines=MappingProxyType(lines), problems=problems)

    def _is_fit(self, option: Option, value: object) -> bool:
        if type(value) is not type(option.default):
            told = f"{option.name} is {type_name(value)}"
        elif option.choices and value not in option.choices:
            told = f"{option.name} is {shown(value)}{did_you_mean(str(value), option.choices)}"
        else:
            return True
        self._tell(f"{told}, expected {option.expected}", option.name)
        return False

    def _keys(self, table: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        good: dict[str, tuple[str, ...]] = {}
        for action, value in table.items():
            if isinstance(value, str):
                good[action] = (value,)
            elif isinstance(value, list) and all(isinstance(item, str) for item in value):
                good[action] = tuple(value)
            else:
                what = "a list with more than texts" if isinstance(value, list) else ""
                self._tell(
                    f"{KEYS}.{action[:_LONGEST_SHOWN]} is {what or type_name(value)},"
                    ' expected a key such as "F4", or a list of keys',
                    KEYS,
                    action,
                )
        return good

    def _tell(self, message: str, *path: str) -> None:
        self._problems.append(SettingProblem(message, self._line(*path)))

    def _line(self, *path: str) -> int:
        while path:
            if path in self._lines:
                return self._lines[path]
            path = path[:-1]
        return 0


def key_lines(text: str) -> dict[tuple[str, ...], int]:
    """The number of the first line on which each key of a TOML text stands, from 1."""
    from mbtui.store.toml_scan import next_header, piece_at, statements

    found: dict[tuple[str, ...], int] = {}

    def note(path: tuple[str, ...], above: int, start: int) -> None:
        line = text.count("\n", 0, start) + 1
        for length in range(above + 1, len(path) + 1):
            found.setdefault(path[:length], line)

    start = 0
    while start < len(text):
        end = next_header(text, start)
        piece = piece_at(text, start, end)
        table = piece.path if piece is not None else ()
        note(table, 0, start)
        for statement in statements(text, start, end):
            note((*table, *statement.path), len(table), statement.start)
        start = end
    return found


THEMES: Final = (
    *("mbtui-dark", "mbtui-light", "mbtui-ansi"),
    *("textual-dark", "textual-light", "nord", "gruvbox", "catppuccin-mocha", "dracula"),
    *("tokyo-night", "monokai", "flexoki", "catppuccin-latte", "catppuccin-frappe"),
    *("catppuccin-macchiato", "solarized-light", "solarized-dark", "rose-pine"),
    *("rose-pine-moon", "rose-pine-dawn", "atom-one-dark", "atom-one-light"),
    *("ansi-dark", "ansi-light"),
)
"""The themes there are, for a shell that does not load what draws them."""


def unknown_theme(settings: Settings) -> tuple[SettingProblem, ...]:
    """The problem of a theme that there is none of; else nothing."""
    name = settings.theme
    known = [OPTIONS["theme"].default, *THEMES]
    if name in known:
        return ()
    message = f'theme is {shown(name)}{did_you_mean(name, known)}, expected "auto" or a theme'
    return (SettingProblem(message, settings.lines.get("theme", 0)),)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` (did you mean "theme"?)`, or an empty text."""
    near = nearest_name(word, known)
    return f' (did you mean "{near}"?)' if near else ""


def shown(value: object) -> str:
    """A value that somebody wrote, in quotes, cut where it is long."""
    text = str(value)
    return f'"{text[:_LONGEST_SHOWN]}…"' if len(text) > _LONGEST_SHOWN else f'"{text}"'


def written(value: object) -> str:
    """A value as the file would say it."""
    from mbtui.store.toml_write import toml_value

    if isinstance(value, tuple):
        value = value[0] if len(value) == 1 else list(value)
    return toml_value(value)


def _either(words: Sequence[str]) -> str:
    """*a, b or c*."""
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
