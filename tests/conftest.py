from __future__ import annotations

import os

import pytest

from tests.ui import snapshot


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-snapshots",
        action="store_true",
        help="write what the screens look like now to snapshots/ instead of comparing",
    )


def pytest_configure(config: pytest.Config) -> None:
    snapshot.updating = bool(config.getoption("--update-snapshots"))


def pytest_xdist_auto_num_workers() -> int:
    """Half as many workers again as cores: a good part of the tests waits for other programs."""
    return (3 * (os.cpu_count() or 1) + 1) // 2


@pytest.fixture(autouse=True)
def own_state_folder(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No test reads or writes the state of the user who runs it."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
    for name in ("MBTUI_BANK", "MBTUI_AUTHOR", "MBTUI_PAINT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
