"""The keys of all commands after the user's settings, each line of them checked.

Imports nothing of Textual, so that the shell can check the keys too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from mbtui.store.settings import (
    KEYS,
    OPTIONS,
    SettingProblem,
    Settings,
    did_you_mean,
    shown,
)
from mbtui.ui.commands import COMMANDS, Command
from mbtui.ui.keynames import NO_KEY, KeyNameError, label_of, parse_key, takers_of

Keys = Mapping[str, tuple[str, ...]]

PRESETS: Final[Mapping[str, Keys]] = {
    "default": {},
    "emacs": {
        "down": ("ctrl+n",),
        "up": ("ctrl+p",),
        "left": ("ctrl+b",),
        "right": ("ctrl+f",),
        "page_down": ("ctrl+v",),
        "page_up": ("alt+v",),
        "first": ("ctrl+home",),
        "last": ("ctrl+end",),
        "search": ("ctrl+s",),
        "previous_match": ("ctrl+r",),
        "undo": ("ctrl+underscore",),
        "copy_text": ("alt+w",),
        "redraw": ("ctrl+l",),
        "palette": ("alt+x",),
        "back": ("ctrl+g",),
    },
}
"""What each preset adds to the plain keys, by the option `keymap`."""

FIXED: Final = {"ctrl+q": "always quits", "ctrl+c": "copies a selection, or says how to quit"}
"""The keys that no action can have."""
NEEDED: Final = ("palette",)
"""The commands that keep a key: the palette reaches what has none."""

_TELLS: Final = {"zellij": "ZELLIJ", "tmux": "TMUX", "screen": "STY"}
"""What a program around mbtui sets in the environment."""


class Keymap(NamedTuple):
    """The keys of every command, and what is wrong with the settings that were to change them."""

    keys: Keys
    problems: tuple[SettingProblem, ...] = ()

    def is_rebound(self, command: Command) -> bool:
        """Whether a command has other keys than it comes with."""
        return self.keys[command.id] != command.default_keys


def keymap_of(settings: Settings) -> Keymap:
    """The keys of every command. A line that is wrong leaves its action at the preset's keys."""
    preset = preset_keys(settings.keymap)
    wanted: dict[str, tuple[str, ...]] = {}
    problems: list[SettingProblem] = []
    for action, texts in sorted(settings.keys.items(), key=lambda item: _line(settings, item[0])):
        found = _checked(action, texts)
        if isinstance(found, str):
            problems.append(SettingProblem(found, _line(settings, action)))
        else:
            wanted[action] = found
    for action, told in _refuse_clashes(preset, wanted):
        problems.append(SettingProblem(told, _line(settings, action)))
    for action, keys in wanted.items():
        problems += _warnings(action, keys, _line(settings, action))
    problems.sort(key=lambda problem: problem.line)
    return Keymap({**preset, **wanted}, tuple(problems))


def _line(settings: Settings, action: str) -> int:
    return settings.lines.get(f"{KEYS}.{action}", 0)


def preset_keys(name: str) -> dict[str, tuple[str, ...]]:
    """The keys of every command in a preset."""
    added = PRESETS[name]
    return {
        command.id: tuple(dict.fromkeys((*command.default_keys, *added.get(command.id, ()))))
        for command in COMMANDS.values()
    }


def _checked(action: str, texts: tuple[str, ...]) -> tuple[str, ...] | str:
    """Textual's names of the keys of one line, or what is wrong with it."""
    name = f"{KEYS}.{action}"
    if action in OPTIONS:
        return f"{action} is an option of its own; write it above [{KEYS}]"
    if action not in COMMANDS:
        near = did_you_mean(action, COMMANDS)
        return f"{shown(action)} is no action{near}, expected one that `mbtui keys` lists"
    if action in NEEDED and not texts:
        return f"{name} is empty, expected a key: it reaches what has none"
    keys: list[str] = []
    for text in texts:
        try:
            key = parse_key(text)
        except KeyNameError as error:
            expected = ', expected one such as "x", "F4", "PgDn" or "Ctrl+d"'
            return f"{name}: {shown(text)} {error}{expected if str(error) == NO_KEY else ''}"
        if key in FIXED:
            return f"{name}: {label_of(key)} {FIXED[key]}; take another key"
        keys.append(key)
    return tuple(dict.fromkeys(keys))


def _warnings(action: str, keys: tuple[str, ...], line: int) -> Iterator[SettingProblem]:
    for key in keys:
        takers = takers_of(key)
        if takers:
            who = " and ".join(takers)
            takes = "take" if len(takers) > 1 or who.startswith("some ") else "takes"
            told = f"{KEYS}.{action}: {who} {takes} {label_of(key)} before it gets here"
            yield SettingProblem(told, line, taken_by=tuple(takers))


def _refuse_clashes(preset: Keys, wanted: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Take out of `wanted` what gives a key to two actions in one pane: of two lines the later.

    An action that is taken out has its own keys again, which may clash in turn. Gives each with
    what to say.
    """
    while (clash := _clash(preset, wanted)) is not None:
        action, other, key = clash
        del wanted[action]
        yield (
            action,
            f"{KEYS}.{action}: {label_of(key)} is the key of {other} ({COMMANDS[other].title})"
            " in the same pane; take another, or give that one another",
        )


def _clash(preset: Keys, wanted: Keys) -> tuple[str, str, str] | None:
    """The first of `wanted` that clashes with what stands before it, with what, and the key."""
    owners: dict[str, list[str]] = {}
    for action in preset:
        if action not in wanted:
            for key in preset[action]:
                owners.setdefault(key, []).append(action)
    for action, keys in wanted.items():
        for key in keys:
            for other in owners.setdefault(key, []):
                if set(COMMANDS[action].where) & set(COMMANDS[other].where):
                    return action, other, key
            owners[key].append(action)
    return None


def around(environ: Mapping[str, str] = os.environ) -> list[str]:
    """The programs around mbtui that take keys, as far as the environment tells."""
    found = [name for name, variable in _TELLS.items() if environ.get(variable)]
    if environ.get("TERM_PROGRAM") == "vscode":
        found.append("VS Code's terminal")
    return found


def to_tell_at_start(
    problems: tuple[SettingProblem, ...], environ: Mapping[str, str] = os.environ
) -> list[SettingProblem]:
    """The problems that matter now: of keys that are taken, those that are taken here."""
    here = set(around(environ))
    return [p for p in problems if not p.is_warning or here.intersection(p.taken_by)]
