"""Where the user's own state about a bank lies."""

from __future__ import annotations

import sys
from pathlib import Path

import platformdirs
import pytest

from mbtui.store.lock import state_folder


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere platformdirs itself is asked")
@pytest.mark.parametrize("named", [None, "", " ", "relative", "/tmp/state", "/tmp/state/"])
def test_it_is_in_the_folder_that_platformdirs_names(
    named: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    if named is not None:
        monkeypatch.setenv("XDG_STATE_HOME", named)
    assert state_folder(tmp_path).parent == platformdirs.user_state_path("mbtui")


def test_each_bank_has_its_own(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    assert state_folder(tmp_path / "a") != state_folder(tmp_path / "b")
    assert state_folder(tmp_path / "link" / "a") == state_folder(tmp_path / "a")
