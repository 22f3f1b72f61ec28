"""docs/format.md, Paths and drift: what a path names, and what of it is hashed."""

from __future__ import annotations

import hashlib

import pytest

from mbtui.bank.paths import (
    DRIFTED,
    FRESH,
    NONE,
    ORPHANED,
    PathDrift,
    PathError,
    Place,
    PythonText,
    drift_of,
    file_hash,
    folder_hash,
    normal_name,
    parse_path,
)


def sha8(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


@pytest.mark.parametrize(
    ("text", "files", "place"),
    [
        ("app/db.py", [], Place("app/db.py")),
        ("app/", [], Place("app/")),
        ("./app//db.py", [], Place("app/db.py")),
        ("app/../lib/db.py", [], Place("lib/db.py")),
        (".", [], Place("./")),
        ("app/.", [], Place("app/")),
        ("app/db.py::connect", ["app/db.py"], Place("app/db.py", "connect")),
        ("app/db.py::connect", [], Place("app/db.py", "connect")),
        ("app/db.py::Pool.get", ["app/db.py"], Place("app/db.py", "Pool.get")),
        (
            "t/test_db.py::TestPool::test_get",
            ["t/test_db.py"],
            Place("t/test_db.py", "TestPool.test_get"),
        ),
        ("t/test_db.py::test_get[a-1]", ["t/test_db.py"], Place("t/test_db.py", "test_get")),
        ("app/db.py:41", ["app/db.py"], Place("app/db.py", line=41)),
        ("app/db.py:41", [], Place("app/db.py", line=41)),
        ("notes:41", ["notes:41"], Place("notes:41")),
        ("a::b.py", ["a::b.py"], Place("a::b.py")),
        ("a::b.py::run", ["a::b.py"], Place("a::b.py", "run")),
        ("日本/データ.py::接続", ["日本/データ.py"], Place("日本/データ.py", "接続")),
    ],
)
def test_what_a_path_names(text: str, files: list[str], place: Place) -> None:
    assert parse_path(text, files.__contains__) == place


@pytest.mark.parametrize("text", ["", "  ", "/etc/passwd", "../secret", "a/../../b", "a\0b", ".."])
def test_what_leaves_the_repository_is_refused(text: str) -> None:
    with pytest.raises(PathError):
        parse_path(text, lambda _: True)


def test_a_path_may_go_up_as_far_as_the_repository_does() -> None:
    assert normal_name("../lib/x.py", 1) == "../lib/x.py"
    assert normal_name("..", 1) == "../"
    with pytest.raises(PathError, match="out of the repository"):
        normal_name("../../x.py", 1)


def test_the_worst_path_decides() -> None:
    def state(*states: str) -> str:
        return drift_of(PathDrift("x", one) for one in states).state

    assert state() == NONE
    assert state(FRESH, FRESH) == FRESH
    assert state(FRESH, DRIFTED, FRESH) == DRIFTED
    assert state(DRIFTED, ORPHANED, FRESH) == ORPHANED


def test_hash_of_a_file_is_that_of_its_bytes_with_line_feeds() -> None:
    assert file_hash(b"one\ntwo\n") == sha8("one\ntwo\n")
    assert file_hash(b"one\r\ntwo\r\n") == file_hash(b"one\rtwo\r") == file_hash(b"one\ntwo\n")
    assert file_hash(b"one\ntwo") != file_hash(b"one\ntwo\n")


def test_hash_of_a_folder_is_that_of_names_and_contents_in_any_order() -> None:
    files = {"a.py": "1", "b/c.py": "2"}
    assert folder_hash(files) == folder_hash(dict(reversed(files.items())))
    assert folder_hash(files) != folder_hash({**files, "a.py": "3"})
    assert folder_hash(files) != folder_hash({"a.py": "1", "b/d.py": "2"})
    assert folder_hash(files) != folder_hash({"a.py": "1"})


SOURCE = '''\
"""Module."""
import os

LIMIT = 3
first, *rest = range(4)
size: int = 4

def connect(path):
    """Open."""
    return os.open(path, 0)

@deco
@other(
    1,
)
async def run():
    pass

class Pool:
    kind = "a"

    @property
    def get(self):
        return """
text at the margin
"""

    @get.setter
    def get(self, value):
        pass

    class Inner:
        def deep(self):
            def deepest():
                pass

if LIMIT:
    def choice(): return 1
else:
    def choice(): return 2

try:
    import fast
except ImportError:
    fallback = None
'''


@pytest.mark.parametrize(
    ("name", "line", "source"),
    [
        ("LIMIT", 4, "LIMIT = 3"),
        ("rest", 5, "first, *rest = range(4)"),
        ("size", 6, "size: int = 4"),
        ("connect", 8, 'def connect(path):\n    """Open."""\n    return os.open(path, 0)'),
        ("run", 16, "@deco\n@other(\n    1,\n)\nasync def run():\n    pass"),
        ("Pool.kind", 20, 'kind = "a"'),
        (
            "Pool.get",
            23,
            '@property\ndef get(self):\n    return """\ntext at the margin\n"""'
            "\n@get.setter\ndef get(self, value):\n    pass",
        ),
        ("Pool.Inner.deep.deepest", 34, "def deepest():\n    pass"),
        ("choice", 38, "def choice(): return 1\ndef choice(): return 2"),
        ("fallback", 45, "fallback = None"),
    ],
)
def test_source_of_a_symbol(name: str, line: int, source: str) -> None:
    found = PythonText(SOURCE.encode()).symbol(name)
    assert found is not None
    assert (found.line, found.source, found.hash) == (line, source, sha8(source))


@pytest.mark.parametrize("name", ["get", "Pool.connect", "deep", "path", "os", "", "Pool.", ".x"])
def test_a_symbol_that_is_not_there(name: str) -> None:
    assert PythonText(SOURCE.encode()).symbol(name) is None


def test_a_symbol_keeps_its_hash_where_it_is_moved_or_indented_or_gets_other_line_ends() -> None:
    def hash_in(text: str, name: str) -> str:
        found = PythonText(text.encode()).symbol(name)
        assert found is not None
        return found.hash

    plain = "def run(a):\n    if a:\n        return 1\n"
    indented = "".join(f"    {line}\n" for line in plain.splitlines())
    assert hash_in(plain, "run") == hash_in("\n\n# above\n" + plain + "# below\n", "run")
    assert hash_in(plain, "run") == hash_in(f"class A:\n{indented}", "A.run")
    assert hash_in(plain, "run") == hash_in(plain.replace("\n", "\r\n"), "run")
    assert hash_in(plain, "run") == hash_in(f"\ufeff{plain}", "run")
    assert hash_in(plain, "run") != hash_in(plain.replace("1", "2"), "run")


@pytest.mark.parametrize(
    "data",
    [
        b"print 'old'",
        b"def f(:\n",
        b"x = 1\0",
        b"(" * 100_000,
        b"<<<<<<< HEAD\nx = 1\n",
    ],
)
def test_what_is_not_python_has_no_symbols(data: bytes) -> None:
    text = PythonText(data)
    assert not text.is_python
    assert text.symbol("x") is None


def test_a_text_in_another_encoding_is_read_all_the_same() -> None:
    found = PythonText("# coding: latin-1\nname = 'é'\n".encode("latin-1")).symbol("name")
    assert found is not None
    assert found.source == "name = 'é'"


def test_odd_escapes_warn_nobody(recwarn: pytest.WarningsRecorder) -> None:
    assert PythonText(b"x = '\\d'\n").symbol("x") is not None
    assert not recwarn.list
