from __future__ import annotations

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


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
