"""The commands about the user's own side: `mbtui keys` and `mbtui config`.

The registry of the screen's commands and their keys knows nothing of Textual; it alone is
imported from there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from mbtui.bank.safetext import safe_line
from mbtui.cli.arguments import Arguments
from mbtui.cli.output import cut, note, out, out_json, padded, styled, terminal_width
from mbtui.store.settings import (
    CONFIG_FILE,
    KEYS,
    OPTIONS,
    Option,
    SettingProblem,
    Settings,
    config_file,
    read_settings,
    unknown_theme,
    written,
)

if TYPE_CHECKING:
    from mbtui.ui.commands import Command

WRONG = 1
_GAP = "  "
_INDENT = "    "
_WIDTH_IN_FILES = 100


def key_now(action: str) -> str:
    """The key of an action of the screen as the settings have it, or the action's name."""
    from mbtui.ui.commands import COMMANDS
    from mbtui.ui.keymap import keymap_of
    from mbtui.ui.keynames import label_of

    keys = keymap_of(read_settings()).keys[action]
    return label_of(keys[0]) if keys else f"“{COMMANDS[action].title}”"


def keys(arguments: Arguments) -> int:
    """`mbtui keys`: every action of the screen with the keys it has now."""
    from mbtui.ui.commands import COMMANDS
    from mbtui.ui.keymap import keymap_of
    from mbtui.ui.keynames import label_of

    settings = read_settings()
    keymap = keymap_of(settings)
    if arguments.flag("--json"):
        out_json(
            {
                "keymap": settings.keymap,
                "actions": [
                    {
                        "id": command.id,
                        "title": command.title,
                        "group": command.group,
                        "keys": [label_of(key) for key in keymap.keys[command.id]],
                        "default": [label_of(key) for key in command.default_keys],
                        "rebound": keymap.is_rebound(command),
                        "panes": list(command.where),
                    }
                    for command in COMMANDS.values()
                ],
                "problems": [_problem_json(problem) for problem in keymap.problems],
            }
        )
    else:
        rows = [
            (
                "*" if keymap.is_rebound(command) else "",
                " ".join(map(label_of, keymap.keys[command.id])) or "-",
                command.id,
                _panes(command),
                command.title,
            )
            for command in COMMANDS.values()
        ]
        _print_table([("", "key", "action", "where", "does"), *rows])
    _tell(settings.problems)
    _tell(keymap.problems)
    return 0


def _panes(command: Command) -> str:
    from mbtui.ui.commands import PANES

    return "everywhere" if command.where == PANES else ", ".join(command.where)


def _print_table(rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    width = terminal_width()
    for at, row in enumerate(rows):
        cells = zip(row, widths, strict=True)
        line = _GAP.join(padded(text, size) for text, size in cells).rstrip()
        line = cut(line, width) if width is not None else line
        out(styled(line, "dim" if at == 0 else "bold") if at == 0 or row[0] else line)


def config(arguments: Arguments) -> int:
    """`mbtui config [--init]`: the settings, or a first file for them."""
    if arguments.flag("--init"):
        return _init(json=arguments.flag("--json"))
    from mbtui.ui.keymap import keymap_of

    settings, path = read_settings(), config_file()
    problems = (*settings.problems, *unknown_theme(settings), *keymap_of(settings).problems)
    if arguments.flag("--json"):
        out_json(
            {
                "file": str(path),
                "exists": path.exists(),
                "options": [_option_json(option, settings) for option in OPTIONS.values()],
                "problems": [_problem_json(problem) for problem in problems],
            }
        )
    else:
        refused = {problem.line for problem in problems if not problem.is_warning}
        missing = "" if path.exists() else " (not there; `mbtui config --init` writes it)"
        out(f"{safe_line(str(path))}{missing}")
        for option in OPTIONS.values():
            out()
            for line in _lines(option, settings, refused):
                out(safe_line(line) if line.startswith(" ") else styled(line, "bold"))
    _tell(problems)
    return WRONG if any(not problem.is_warning for problem in problems) else 0


def _init(*, json: bool) -> int:
    from mbtui.store.first_settings import write_first_file
    from mbtui.ui.commands import COMMANDS
    from mbtui.ui.keynames import label_of

    actions = [
        (command.id, [label_of(key, words=True) for key in command.default_keys], command.title)
        for command in COMMANDS.values()
    ]
    path = write_first_file(actions)
    if json:
        out_json({"file": str(path)})
    else:
        out(safe_line(str(path)))
    return 0


def _lines(option: Option, settings: Settings, refused: set[int]) -> Iterator[str]:
    """One option: its value, where that comes from, and what it is for."""
    from textwrap import wrap

    from mbtui.store.toml_write import toml_key

    if option.name == KEYS:
        yield f"[{KEYS}]"
        for action, texts in settings.keys.items():
            line = settings.lines.get(f"{KEYS}.{action}", 0)
            place = f"{CONFIG_FILE}:{line}{', not taken' if line in refused else ''}"
            yield f"{_INDENT}{toml_key(action)} = {written(texts)}   ({place})"
    else:
        found, value = settings.lines.get(option.name), getattr(settings, option.name)
        place = "default" if found is None else f"{CONFIG_FILE}:{found}"
        if chosen := _chosen(option, settings):
            place, value = "chosen in the program", chosen
        yield f"{option.name} = {written(value)}   ({place})"
    width = max(20, (terminal_width() or _WIDTH_IN_FILES) - len(_INDENT))
    lines = wrap(option.about, width, break_on_hyphens=False)
    yield from (f"{_INDENT}{line}" for line in lines)


def _chosen(option: Option, settings: Settings) -> str:
    """The theme that was chosen on the screen, where the file names none."""
    if option.name != "theme" or option.name in settings.lines:
        return ""
    from mbtui.store.screen_state import load_screen_state

    return load_screen_state().theme


def _option_json(option: Option, settings: Settings) -> dict[str, Any]:
    value: Any = getattr(settings, option.name)
    if option.name == KEYS:
        value = {action: list(texts) for action, texts in value.items()}
    line = settings.lines.get(option.name)
    chosen = _chosen(option, settings)
    return {
        "name": option.name,
        "value": chosen or value,
        "default": {} if option.name == KEYS else option.default,
        "from": "program" if chosen else "default" if line is None else "file",
        "line": line,
        "choices": list(option.choices),
        "about": option.about,
    }


def _problem_json(problem: SettingProblem) -> dict[str, Any]:
    return {
        "message": problem.message,
        "line": problem.line or None,
        "column": problem.column or None,
        "taken_by": list(problem.taken_by),
    }


def _tell(problems: Sequence[SettingProblem]) -> None:
    for problem in problems:
        note(str(problem))
