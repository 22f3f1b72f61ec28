"""The commands about the bank itself: init, schema, path."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mbtui.bank.bank import BANK_FILE, Problem
from mbtui.bank.safetext import safe_line
from mbtui.bank.schema import Field, Kind, Schema
from mbtui.cli.arguments import Arguments, UsageError
from mbtui.cli.context import author, bank_folder, working_directory
from mbtui.cli.output import note, out, out_json, styled

if TYPE_CHECKING:
    from mbtui.store.create import Created


def init(arguments: Arguments) -> int:
    """`mbtui init [DIR]`: make a bank."""
    from mbtui.store.create import AGENTS_LINES, create_bank, made_by
    from mbtui.store.errors import StoreError
    from mbtui.store.locate import personal_bank

    if arguments.flag("--git") and arguments.flag("--no-git"):
        raise UsageError("--git and --no-git are opposites; give one of them")
    if arguments.flag("--bank"):
        raise UsageError("init takes the folder itself: mbtui init DIR")
    if arguments.flag("--personal"):
        if arguments.rest:
            raise UsageError("--personal says where; leave DIR away")
        folder = personal_bank()
        if os.path.lexists(folder / BANK_FILE):
            raise StoreError(f"{folder} is your bank already; nothing was changed")
        created = create_bank(folder.parent, folder_name=folder.name, made=made_by(author()))
    else:
        directory = _directory(arguments.rest[0] if arguments.rest else ".")
        if arguments.flag("--no-git") or (arguments.flag("--git") and _bank_in(directory)):
            return _set_up_git(arguments, _bank_in(directory))
        created = create_bank(directory, made=made_by(author()))
    done = _git_lines(arguments, created.folder) if arguments.flag("--git") else []
    if arguments.flag("--json"):
        out_json(
            {
                "folder": str(created.folder),
                "filled": created.filled,
                "markdown_files": [str(path) for path in created.markdown_files],
                "agents_lines": list(AGENTS_LINES),
                "git": done,
            }
        )
        return 0
    out(safe_line(f"Made {created.folder}"))
    if created.filled:
        out(safe_line(f"Filled from pyproject.toml: {', '.join(created.filled)}"))
    for line in done:
        out(safe_line(f"git: {line}"))
    if created.markdown_files:
        out(safe_line(f"Markdown is there to take over: {_import_line(created)}"))
    out("Lines for AGENTS.md:")
    out()
    for line in AGENTS_LINES:
        out(line)
    return 0


def _bank_in(directory: Path) -> Path | None:
    """The bank folder in a folder, or the folder itself if it is one."""
    from mbtui.store.locate import FOLDER_NAMES

    places = [directory / name for name in FOLDER_NAMES]
    return next((p for p in [*places, directory] if os.path.lexists(p / BANK_FILE)), None)


def _set_up_git(arguments: Arguments, folder: Path | None) -> int:
    if folder is None:
        raise UsageError("there is no bank here; `mbtui init` makes one")
    done = _git_lines(arguments, folder)
    if arguments.flag("--json"):
        out_json({"folder": str(folder), "git": done})
    else:
        for line in done:
            out(safe_line(line))
    return 0


def _git_lines(arguments: Arguments, folder: Path) -> list[str]:
    from mbtui.cli.gitcmd import set_up

    return set_up(folder, wanted=not arguments.flag("--no-git"))


def _directory(name: str) -> Path:
    return Path(os.path.normpath(working_directory() / Path(name).expanduser()))


def _import_line(created: Created) -> str:
    """The command that imports the Markdown found: the bank folder as a whole, others by name."""
    from shlex import quote

    inside = any(path.parent == created.folder for path in created.markdown_files)
    beside = [path for path in created.markdown_files if path.parent != created.folder]
    paths = [*([created.folder] if inside else []), *beside]
    return " ".join(["mbtui import", *(quote(str(path)) for path in paths)])


def path(arguments: Arguments) -> int:
    """`mbtui path`: where the bank is."""
    folder = bank_folder(arguments)
    if not arguments.flag("--json"):
        out(safe_line(str(folder)))
        return 0
    from platformdirs import user_config_path, user_state_path

    out_json(
        {
            "bank": str(folder),
            "state": str(user_state_path("mbtui")),
            "config": str(user_config_path("mbtui")),
        }
    )
    return 0


def schema(arguments: Arguments) -> int:
    """`mbtui schema`: what an entry of each kind has; without a bank, the packaged kinds."""
    described, problems = _schema(arguments)
    if arguments.flag("--json"):
        from mbtui.exchange.json_out import schema_to_json

        out_json(schema_to_json(described))
    else:
        out("\n".join(_schema_lines(described)).rstrip("\n"))
    for problem in problems:
        note(str(problem))
    return 3 if any(problem.blocks for problem in problems) else 0


def _schema(arguments: Arguments) -> tuple[Schema, tuple[Problem, ...]]:
    from mbtui.store.config import load_bank_file, packaged
    from mbtui.store.locate import BankNotFoundError

    try:
        found = load_bank_file(bank_folder(arguments))
    except BankNotFoundError as error:
        if error.named is not None:
            raise
        return packaged(), ()
    return found.schema, found.problems


def _schema_lines(described: Schema) -> Iterator[str]:
    for section in described.sections:
        yield styled(safe_line(section.title), "bold") + f"  {safe_line(section.slug)}.toml"
        for kind in section.kinds:
            yield from _kind_lines(kind)
        yield ""


def _kind_lines(kind: Kind) -> Iterator[str]:
    single = "  (one table)" if kind.single else ""
    yield f"  {styled(safe_line(kind.slug), 'bold')}  {safe_line(kind.title)}{single}"
    if kind.statuses:
        told = ", ".join(f"{s} (closed)" if kind.is_closed(s) else s for s in kind.statuses)
        yield f"    status: {safe_line(told)}"
    for field in kind.fields:
        yield f"    {safe_line(_field(field))}"
    for hint in kind.reading_hints():
        yield "    " + styled(safe_line(f"· {hint}"), "dim")


def _field(field: Field) -> str:
    told = ", ".join(field.choices) if field.choices else field.type
    return ": ".join(filter(None, (field.name, told, field.hint)))
