"""The help pages, made from the table of commands."""

from __future__ import annotations

from mbtui.cli.arguments import Command, Option
from mbtui.cli.commands import COMMANDS, EVERYWHERE

_GAP = 3


def _rows(rows: list[tuple[str, str]]) -> list[str]:
    width = max(len(left) for left, _ in rows) + _GAP
    return [f"  {left:{width}}{right}".rstrip() for left, right in rows]


def _options(options: tuple[Option, ...]) -> list[tuple[str, str]]:
    rows = []
    for option in options:
        both = f"{option.short}, {option.name}" if option.short else option.name
        rows.append((f"{both} {option.metavar}".rstrip(), option.about))
    return rows


def main_page() -> str:
    """What `mbtui --help` prints."""
    commands = [(f"{item.name} {item.rest}".rstrip(), item.about) for item in COMMANDS.values()]
    width = max(len(left) for left, _ in (*commands, *_options(EVERYWHERE)))
    first = (" " * width, "")
    return "\n".join(
        [
            "mbtui: a team's memory bank, as TOML files beside the code",
            "",
            "  mbtui                opens the screen on the nearest bank",
            "  mbtui COMMAND        does one thing in the shell",
            "",
            "Commands",
            *_rows([first, *commands])[1:],
            "",
            "Options, before or after any command",
            *_rows([first, *_options(EVERYWHERE)])[1:],
            "",
            "mbtui COMMAND --help tells more. Exit codes: 0 done, 1 not found, 2 wrong usage,",
            "3 the bank is broken, in conflict or too new.",
        ]
    )


def command_page(command: Command) -> str:
    """What `mbtui COMMAND --help` prints."""
    lines = [f"usage: {command.usage}", "", f"  {command.about}"]
    if command.more:
        lines += ["", *command.more.split("\n")]
    if command.options:
        lines += ["", "Options", *_rows(_options(command.options))]
    if command.examples:
        lines += ["", "Examples", *_rows(list(command.examples))]
    lines += ["", "--bank PATH, --personal and --json go with every command."]
    return "\n".join(lines)
