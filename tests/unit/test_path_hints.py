"""Which paths are offered for what is typed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from mbtui.bank.path_hints import PathNames, hints_in_path, path_hints_in_quick_add
from mbtui.bank.paths import PythonText
from mbtui.store.drift import DriftChecker
from tests.unit.code_repository import Repository

NAMES = PathNames(
    [
        *("app/api/orders.py", "app/api/users.py", "app/db.py", "app/Dates.py", "app.py"),
        *("deploy/run.sh", "README.md", "a b/c d.py", "bad\x1b.py", "bad\u202e.py"),
        *(f"many/f{number:02}.py" for number in range(30)),
    ]
)
DEFINED = ["connect", "Pool", "Pool.get", "POOLS"]


def symbols(file: str) -> Sequence[str]:
    return DEFINED if file == "app/db.py" else []


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("a", ["a b/", "app.py", "app/"]),
        ("APP", ["app.py", "app/"]),
        ("app/", ["app/api/", "app/Dates.py", "app/db.py"]),
        ("  app/d", ["app/Dates.py", "app/db.py"]),
        ("app/api", ["app/api/"]),
        ("app/db.py", []),
        ("db", []),
        ("bad", []),
        ("", []),
        ("app/db.py::", [f"app/db.py::{name}" for name in DEFINED]),
        ("app/db.py::po", ["app/db.py::Pool", "app/db.py::Pool.get", "app/db.py::POOLS"]),
        ("app/db.py::Pool.get", []),
        ("app/db.py::Pool::g", []),
        ("README.md::", []),
    ],
)
def test_hints_in_a_line_of_paths(line: str, names: list[str]) -> None:
    found = hints_in_path(line, NAMES, symbols)
    assert found.tags == names
    assert not names or line[found.start :] == line.strip()


def test_at_most_eight_are_offered() -> None:
    assert len(hints_in_path("many/", NAMES, symbols).tags) == 8


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("app", []),
        ("the app/d", ["app/Dates.py", "app/db.py"]),
        ("fork app.p", ["app.py"]),
        ("fork app/db.py::c", ["app/db.py::connect"]),
        ("fork a b/", []),
        ("fork README.", ["README.md"]),
        ("it stopped.", []),
        ("fork -- app/d", []),
        ("app/d ", []),
    ],
)
def test_hints_in_quick_add_wait_for_what_looks_like_a_path(line: str, names: list[str]) -> None:
    assert path_hints_in_quick_add(line, NAMES, symbols).tags == names


def test_the_names_that_a_file_defines() -> None:
    code = (
        b"import os\nA = 1\n(B, *C0) = 1, 2\nif A:\n    def f(): x = 1\nelse:\n    def f(): pass\n"
        b"class C:\n    y: int = 1\n    async def g(self): pass\n    class D:\n        z = 1\n"
    )
    names = PythonText(code).names()
    assert sorted(names[:3]) == ["A", "B", "C0"]
    assert names[3:] == ["f", "C", "C.y", "C.g", "C.D", "C.D.z"]
    assert all(PythonText(code).symbol(name) for name in PythonText(code).names())
    assert PythonText(b"def (").names() == []


def test_the_checker_names_files_and_their_symbols(tmp_path: Path) -> None:
    made = Repository(tmp_path / "acme")
    made.commit(1, {"app/db.py": "def connect(): pass\n", "notes.md": "x\n"})
    checker = DriftChecker(made.folder)
    assert checker.symbol_names("app/db.py") == ["connect"]
    assert [checker.symbol_names(name) for name in ("gone.py", "app/", "../../x.py")] == [[]] * 3
    assert "app/db.py" in checker.file_names()
