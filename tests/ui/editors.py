"""An editor for tests: it does to the file what a test says, and notes how it was called."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mbtui.ui.external import Ran


class FakeEditor:
    """Stands in for the user's editor; `edits` are done one after the other, a run each."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.edits: list[Callable[[str], str | bytes | None]] = []
        self.ends: list[Ran] = []
        self.seen: list[str] = []
        self.lines: list[int] = []
        self.paths: list[Path] = []
        self.modes: list[tuple[int, int]] = []
        monkeypatch.setattr("mbtui.ui.external.run_editor", self._run)

    def _run(self, app: object, path: Path, line: int) -> Ran:
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        self.seen.append(text)
        self.lines.append(line)
        self.paths.append(path)
        self.modes.append((path.parent.stat().st_mode & 0o777, path.stat().st_mode & 0o777))
        new = self.edits.pop(0)(text)
        if new is None:
            path.unlink()
        else:
            path.write_bytes(
                new if isinstance(new, bytes) else new.encode("utf-8", "surrogateescape")
            )
        return self.ends.pop(0) if self.ends else Ran()

    def changes(self, *pairs: tuple[str, str]) -> None:
        """Let the next runs replace one text by another each."""
        for old, new in pairs:
            self.edits.append(lambda text, old=old, new=new: _replaced(text, old, new))

    @property
    def is_clean(self) -> bool:
        """Whether nothing of what it was given is left on disk."""
        return not any(path.parent.exists() for path in self.paths)


def _replaced(text: str, old: str, new: str) -> str:
    assert old in text, text
    return text.replace(old, new, 1)
