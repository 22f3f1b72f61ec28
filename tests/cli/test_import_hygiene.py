"""What a shell command loads is most of what it costs: each runs in an interpreter of its own."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SCRIPT = """
import sys
from mbtui.__main__ import main
sys.argv = ["mbtui", *sys.argv[1:]]
code = main()
print(*sorted(sys.modules), sep="\\n", file=sys.stderr)
sys.exit(code)
"""

COMMANDS = [
    ("--help",),
    ("--version",),
    ("add", "pool exhausted", "#celery"),
    ("add", "pool exhausted", "--json"),
    ("list",),
    ("search", "pool"),
    ("show", "project-information"),
    ("edit", "project-information", "--field", "purpose=x"),
    ("recover",),
    ("due",),
    ("reviewed", "project-information"),
    ("schema",),
    ("path",),
    ("keys",),
    ("keys", "--json"),
    ("config",),
    ("config", "--init"),
    ("add", "--help"),
    ("serach",),
]


def loaded(*words: str) -> set[str]:
    answer = subprocess.run(
        [sys.executable, "-c", SCRIPT, *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    modules = set(answer.stderr.splitlines())
    assert "mbtui.cli.main" in modules, answer.stderr
    return modules


@pytest.mark.usefixtures("wal")
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_command_loads_what_the_screen_needs(words: tuple[str, ...]) -> None:
    roots = {name.partition(".")[0] for name in loaded(*words)}
    assert not roots & {"textual", "rich", "asyncio", "watchfiles"}


@pytest.mark.usefixtures("project")
def test_add_loads_no_more_than_it_needs() -> None:
    modules = loaded("add", "pool exhausted", "#celery")
    unwanted = {"tomlkit", "argparse", "click", "json", "difflib", "mbtui.bank.search", "secrets"}
    unwanted |= {"mbtui.bank.due", "mbtui.store.reviews"}
    assert not modules & unwanted


def test_help_and_version_load_no_bank() -> None:
    for words in (("--help",), ("--version",), ("list", "--help")):
        assert not {name for name in loaded(*words) if name.startswith("mbtui.store")}
        assert not loaded(*words) & {"rtoml", "dataclasses", "json", "pathlib"}
