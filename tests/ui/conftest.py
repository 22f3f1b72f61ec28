"""The demo bank, opened in an app that no machine's settings and no clock can change."""

from __future__ import annotations

import gc
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mbtui.store.demo import WRITTEN_ON, copy_demo
from mbtui.store.screen_state import save_screen_state
from mbtui.store.settings import Settings
from mbtui.store.store import Store
from mbtui.ui.app import MbtuiApp
from mbtui.ui.commands import use_keys
from tests.ui.driving import WIDE, Ui
from tests.ui.style_cache import share_parsed_styles

share_parsed_styles()
gc.freeze = lambda: None  # A process of many apps must let go of those that have ended.

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
AUTHOR = "Ana Lima"
_OF_THE_SESSION = (
    *("TMUX", "STY", "SSH_CONNECTION", "SSH_TTY", "DISPLAY", "WAYLAND_DISPLAY"),
    *("NO_COLOR", "COLORTERM", "COLORFGBG", "VISUAL", "MBTUI_PAINT"),
    *("ZELLIJ", "TERM_PROGRAM"),
)
OpenApp = Callable[..., AbstractAsyncContextManager[Ui]]


@pytest.fixture(autouse=True)
def own_state(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A state folder of its own; nothing of the user's environment reaches the app."""
    home = tmp_path_factory.mktemp("home")
    for name in _OF_THE_SESSION:
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    save_screen_state(hint_seen=True)
    yield home
    use_keys({})


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """The folder of a fresh demo bank, as it is on the day it was written."""
    folder = tmp_path / "acme-api" / "memory-bank"
    copy_demo(folder, WRITTEN_ON)
    return folder


@pytest.fixture
def open_app(request: pytest.FixtureRequest) -> OpenApp:
    """`async with open_app(size, folder) as ui`: mbtui on a bank, the demo bank if not said."""

    @asynccontextmanager
    async def open_one(
        size: tuple[int, int] = WIDE,
        folder: Path | None = None,
        settings: Settings | None = None,
        *,
        theme: str = "auto",
        ascii_only: bool = False,
    ) -> AsyncIterator[Ui]:
        folder = folder or request.getfixturevalue("demo")
        store = Store(folder, author=AUTHOR, now=lambda: NOW)
        store.load()
        settings = settings or Settings(theme=theme, ascii=ascii_only)
        app = MbtuiApp(store, now=store.now, watch=False, settings=settings)
        async with app.run_test(size=size) as pilot:
            ui = Ui(app, pilot)
            await ui.settle()
            yield ui

    return open_one
