"""The first `config.toml`: every option with its default, commented out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from textwrap import wrap

from mbtui.store.errors import InputError, StoreError
from mbtui.store.settings import KEYS, OPTIONS, config_file, written

_WIDTH = 78
_HEAD = """\
# The settings of mbtui. What is commented out stands at its default.
# `mbtui config` shows what is set and tells what is wrong here; `mbtui keys` shows the keys."""

Action = tuple[str, Sequence[str], str]
"""An action's id, its keys and what it does."""


def commented_file(actions: Iterable[Action]) -> str:
    """The text of the file; `actions` are those whose keys can be set."""
    parts = [_HEAD]
    for option in OPTIONS.values():
        about = option.about[0].upper() + option.about[1:]
        if option.choices:
            about += f". One of {option.expected.replace(' or ', ', ')}"
        parts.append("")
        parts += [f"# {line}" for line in wrap(f"{about}.", _WIDTH, break_on_hyphens=False)]
        if option.name == KEYS:
            parts += [option.written_default, *_key_lines(actions)]
        else:
            parts.append(f"#{option.name} = {option.written_default}")
    return "\n".join(parts) + "\n"


def _key_lines(actions: Iterable[Action]) -> list[str]:
    lines = [(f"#{name} = {written(tuple(keys))}", title) for name, keys, title in actions]
    width = max((len(line) for line, _ in lines), default=0)
    return [f"{line:{width}}  # {title}" for line, title in lines]


def option_table() -> str:
    """The options as a Markdown table."""
    rows = ["| option | default | meaning |", "|---|---|---|"]
    for option in OPTIONS.values():
        default = f"`{option.written_default}`"
        example = f"; `{option.example}`" if option.example else ""
        rows.append(f"| `{option.name}` | {default} | {option.about}{example} |")
    return "\n".join(rows)


def write_first_file(actions: Iterable[Action]) -> Path:
    """Write the user's first file and return where. Raises StoreError; never replaces one."""
    path = config_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "x", encoding="utf-8", newline="\n") as file:
            file.write(commented_file(actions))
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise InputError(f"{path} is there already; nothing was changed") from None
    except OSError as error:
        raise StoreError(f"{path} could not be written: {error.strerror}") from None
    return path
