"""Every case of docs/promises.md has a test."""

from __future__ import annotations

import re
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def test_every_case_has_a_test() -> None:
    listed = set(re.findall(r"^\| (T\d\d) \|", (PROJECT / "docs/promises.md").read_text(), re.M))
    sources = [path.read_text() for path in sorted((PROJECT / "tests").rglob("test_*.py"))]
    tested = {name.upper() for text in sources for name in re.findall(r"def test_(t\d\d)_", text)}
    assert len(listed) == 34
    assert sorted(listed - tested) == []
    assert sorted(tested - listed) == []
