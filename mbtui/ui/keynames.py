"""Names of keys: what people write, Textual's names, and what is shown.

Imports nothing of Textual, so that the shell can check the keys too.
"""

from __future__ import annotations

import contextlib
import itertools
import re
import unicodedata
from typing import Final

NO_KEY: Final = "is no key"


class KeyNameError(ValueError):
    """No key that a terminal sends; the text says why, behind the key as it was written."""


_LABELS: Final = {
    "enter": "Enter",
    "escape": "Esc",
    "space": "Space",
    "tab": "Tab",
    "backspace": "Backspace",
    "delete": "Del",
    "insert": "Ins",
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "home": "Home",
    "end": "End",
    **{f"f{number}": f"F{number}" for number in range(1, 13)},
}
_WORDS: Final = {"down": "Down", "up": "Up", "left": "Left", "right": "Right"}
_OTHER_NAMES: Final = {
    "esc": "escape",
    "return": "enter",
    "spacebar": "space",
    "bksp": "backspace",
    "pgdn": "pagedown",
    "pgdown": "pagedown",
    "pgup": "pageup",
    "del": "delete",
    "ins": "insert",
    "backtab": "shift+tab",
    "dot": "full_stop",
    "period": "full_stop",
    "quote": "apostrophe",
    "hash": "number_sign",
    "equals": "equals_sign",
    "equal": "equals_sign",
    "hyphen": "minus",
    "dash": "minus",
    "pipe": "vertical_line",
    "less_than": "less_than_sign",
    "greater_than": "greater_than_sign",
}
_TEXTUAL_NAMES: Final = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
"""Where Textual's name of a character is not Unicode's."""
_UNICODE_NAMES: Final = {textual: name for name, textual in _TEXTUAL_NAMES.items()}
_MODIFIERS: Final = {
    "ctrl": "ctrl",
    "control": "ctrl",
    "c": "ctrl",
    "alt": "alt",
    "meta": "alt",
    "option": "alt",
    "m": "alt",
    "shift": "shift",
    "s": "shift",
    "super": "super",
    "cmd": "super",
    "command": "super",
    "win": "super",
    "hyper": "super",
}
_MODIFIER = re.compile(rf"({'|'.join(sorted(_MODIFIERS, key=len, reverse=True))})[-+](?=.)", re.I)
_MODIFIED_LABELS: Final = {"ctrl": "Ctrl", "alt": "Alt", "shift": "Shift"}

_WITH_MODIFIERS: Final = frozenset(_LABELS) - {"enter", "escape", "space", "tab", "backspace"}
"""The keys that a terminal sends together with Ctrl, Alt and Shift."""
_MOST_WORDS: Final = 7
_BEHIND_NAMED: Final = "\u0100"
"""Characters from here on are written as themselves: there is one called BANANA."""
_CTRL_SIGNS: Final = {
    "space": "@",
    "at": "@",
    "backslash": "backslash",
    "right_square_bracket": "right_square_bracket",
    "circumflex_accent": "circumflex_accent",
    "underscore": "underscore",
}
_ARRIVES_AS: Final = {
    "ctrl+h": "Backspace",
    "ctrl+i": "Tab",
    "ctrl+m": "Enter",
    "ctrl+left_square_bracket": "Esc",
    "ctrl+slash": "Ctrl+_",
    "ctrl+minus": "Ctrl+_",
    "ctrl+enter": "Enter",
    "ctrl+tab": "Tab",
    "ctrl+backspace": "Backspace",
    "ctrl+escape": "Esc",
    "shift+enter": "Enter",
    "shift+space": "Space",
    "shift+backspace": "Backspace",
    "shift+escape": "Esc",
    "alt+enter": "Enter",
    "alt+tab": "Tab",
    "alt+backspace": "Ctrl+w",
    "alt+escape": "Esc",
    "alt+space": "Space",
    "alt+b": "Ctrl+←",
    "alt+f": "Ctrl+→",
}
"""Keys that never arrive as themselves from an ordinary terminal."""

TAKEN_BY: Final = {
    "zellij": frozenset(
        [
            *(f"ctrl+{letter}" for letter in "bgnopqst"),
            *(f"alt+{letter}" for letter in "hijklnop"),
            *(f"alt+{arrow}" for arrow in ("left", "right", "up", "down")),
        ]
    ),
    "tmux": frozenset({"ctrl+b"}),
    "screen": frozenset({"ctrl+a"}),
    "VS Code's terminal": frozenset({"ctrl+q", "ctrl+p", "ctrl+e"}),
    "vim-tmux-navigator": frozenset({"ctrl+j", "ctrl+k", "ctrl+l"}),
    "some terminals": frozenset({"f10", "f11"}),
}
"""The keys that a program around mbtui takes for itself, unless it is told not to."""


def parse_key(text: str) -> str:
    """Textual's name of a key as people write it: `Ctrl+d`, `C-d`, `?`, `PgDn`, `question_mark`.

    Raises KeyNameError for what is no key, and for keys that terminals cannot send.
    """
    modifiers, name = _parts(text)
    if "super" in modifiers:
        raise KeyNameError("never reaches a program in a terminal; take another key")
    key = _key(name)
    if key.startswith("shift+"):
        modifiers.add("shift")
        key = key.removeprefix("shift+")
    if not modifiers:
        return key
    if len(key) == 1 and key.isalpha():
        return _letter(key, modifiers)
    full = "+".join([*sorted(modifiers), key])
    if key in _WITH_MODIFIERS or full == "shift+tab":
        return full
    if modifiers == {"ctrl"} and key in _CTRL_SIGNS:
        return f"ctrl+{_CTRL_SIGNS[key]}"
    raise _never(full, key)


def _parts(text: str) -> tuple[set[str], str]:
    """The modifiers and what is left, of `Ctrl+Shift+x`, `C-x`, `<C-x>` or `^x`."""
    if len(text) > 1:
        text = text.strip()
    if len(text) > 2 and text[0] == "<" and text[-1] == ">":
        text = text[1:-1]
    modifiers: set[str] = set()
    if len(text) == 2 and text[0] == "^":
        return {"ctrl"}, text[1]
    while (match := _MODIFIER.match(text)) is not None:
        modifiers.add(_MODIFIERS[match.group(1).lower()])
        text = text[match.end() :]
    return modifiers, text


def _key(name: str) -> str:
    """Textual's name of a key without modifiers."""
    if len(name) == 1:
        arrow = next((key for key, label in _LABELS.items() if label == name), "")
        if arrow or name == " ":
            return arrow or "space"
        if not name.isprintable() or unicodedata.combining(name):
            raise KeyNameError(NO_KEY)
        return _of_character(name)
    word = re.sub(r"[ _-]+", "_", name.strip()).lower()
    joined = word.replace("_", "")
    known = _OTHER_NAMES.get(word, _OTHER_NAMES.get(joined, word))
    if known == "shift+tab" or known in _LABELS:
        return known
    if joined in _LABELS:
        return joined
    character = _character(known)
    if character.isprintable() and "!" <= character < _BEHIND_NAMED:
        return _of_character(character)
    raise KeyNameError(NO_KEY)


def _of_character(character: str) -> str:
    if character.isalnum():
        return character
    try:
        name = unicodedata.name(character).lower().replace("-", "_").replace(" ", "_")
    except ValueError:
        raise KeyNameError(NO_KEY) from None
    return _TEXTUAL_NAMES.get(name, name)


def _character(name: str) -> str:
    """The character of a name, or an empty text."""
    if len(name) == 1:
        return name
    first, *others = _UNICODE_NAMES.get(name, name).split("_")
    # Both blanks and hyphens of a Unicode name are underscores in Textual's.
    signs = " -" if len(others) <= _MOST_WORDS else " "
    for between in itertools.product(signs, repeat=len(others)):
        joined = "".join(f"{sign}{word}" for sign, word in zip(between, others, strict=True))
        with contextlib.suppress(KeyError):
            return unicodedata.lookup(first + joined)
    return ""


def _letter(letter: str, modifiers: set[str]) -> str:
    if modifiers == {"shift"}:
        return letter.upper()
    lower = letter.lower()
    if not (lower.isascii() and ("ctrl" not in modifiers or modifiers == {"ctrl"})):
        raise _never("+".join([*sorted(modifiers), lower]), lower)
    if modifiers == {"alt"} and letter.isupper():
        modifiers = {"alt", "shift"}
    full = "+".join([*sorted(modifiers), lower])
    if full in _ARRIVES_AS:
        raise _never(full, lower)
    return full


def _never(full: str, key: str) -> KeyNameError:
    there = _ARRIVES_AS.get(full)
    if full == f"shift+{key}" and key not in _LABELS:
        return KeyNameError("is another character; write the one that Shift gives")
    if there is None and full.startswith("ctrl+shift+") and key.isalpha() and len(key) == 1:
        there = f"Ctrl+{key}"
    if there is not None:
        return KeyNameError(f"arrives as {there} in most terminals; take another key")
    return KeyNameError("is sent by few terminals or none; take another key")


def label_of(key: str, *, words: bool = False) -> str:
    """How people write one of Textual's keys; with `words`, arrows are words too."""
    *modifiers, name = key.split("+")
    shown = [_MODIFIED_LABELS.get(modifier, modifier.title()) for modifier in modifiers]
    if name == "@":
        name = "space"
    label = (_WORDS.get(name) if words else None) or _LABELS.get(name)
    if label is None:
        label = _character(name) or name
    return "+".join([*shown, label])


def takers_of(key: str) -> list[str]:
    """The programs around mbtui that take the key for themselves."""
    return [program for program, keys in TAKEN_BY.items() if key in keys]
