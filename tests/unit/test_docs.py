"""The README and the format page say what is true."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from mbtui.bank.schema import extended_schema
from mbtui.cli.commands import COMMANDS as SHELL_COMMANDS
from mbtui.store.config import packaged, template
from mbtui.store.first_settings import option_table
from mbtui.store.settings import parse_settings
from mbtui.ui.commands import COMMANDS
from mbtui.ui.keymap import keymap_of

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
FORMAT = (ROOT / "docs" / "format.md").read_text("utf-8")


def key_table() -> str:
    rows = ["| key | does |", "|---|---|"]
    for command in COMMANDS.values():
        if command.keys:
            keys = " ".join(f"`{key}`" for key in command.all_key_labels.split(" "))
            rows.append(f"| {keys} | {command.title} |")
    return "\n".join(rows)


def test_the_key_table_is_the_registry() -> None:
    found = re.search(r"<!-- keys -->\n(.*?)\n?<!-- /keys -->", README, re.S)
    assert found is not None
    assert found.group(1) == key_table()


def test_the_table_of_options_is_the_registry_of_options() -> None:
    found = re.search(r"<!-- options -->\n(.*?)\n?<!-- /options -->", README, re.S)
    assert found is not None
    assert found.group(1) == option_table()


def test_the_example_of_settings_works_without_a_problem() -> None:
    examples = re.findall(r"```toml\n(.*?)```", README, re.S)
    settings = parse_settings(next(text for text in examples if "[keys]" in text).encode())
    assert settings.problems == ()
    keymap = keymap_of(settings)
    assert not [problem for problem in keymap.problems if not problem.is_warning]
    assert keymap.keys["delete"] == ()


@pytest.mark.parametrize("page", [README, FORMAT], ids=["readme", "format"])
def test_every_toml_example_is_valid(page: str) -> None:
    examples = re.findall(r"```toml\n(.*?)```", page, re.S)
    assert examples
    for example in examples:
        tomllib.loads(example)


@pytest.mark.parametrize("page", [README, FORMAT], ids=["readme", "format"])
def test_the_example_of_own_kinds_works_without_a_problem(page: str) -> None:
    examples = [tomllib.loads(t) for t in re.findall(r"```toml\n(.*?)```", page, re.S)]
    config = next(item for item in examples if "sections" in item)
    schema = extended_schema(packaged(), config, template()["closed"])
    assert schema.problems == ()
    assert schema.kinds["experiments"].closed == {"done"}


def test_every_shell_command_named_in_the_readme_exists_and_the_other_way_round() -> None:
    table = README[README.index("## Shell") :]
    named = set(re.findall(r"`mbtui ([a-z-]+)", table)) - {"COMMAND"}
    assert named == set(SHELL_COMMANDS)


def test_the_picture_is_there() -> None:
    for target in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / target).is_file(), target
