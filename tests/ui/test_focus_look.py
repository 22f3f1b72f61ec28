"""When the terminal gets the focus back, the disk is looked at at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual import events

from mbtui.store.store import Store
from mbtui.store.watch import Watcher
from tests.ui.conftest import OpenApp
from tests.ui.driving import DEADLINE

pytestmark = pytest.mark.anyio


def wait_until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.01)


async def test_focus_asks_the_watcher_to_look(open_app: OpenApp) -> None:
    async with open_app() as ui:
        looks: list[str] = []

        class Looks:
            def look(self) -> None:
                looks.append("look")

            def stop(self) -> None:
                pass

        ui.app._watcher = Looks()  # type: ignore[assignment]
        ui.app.post_message(events.AppBlur())
        await ui.settle()
        assert looks == []
        ui.app.post_message(events.AppFocus())
        await ui.settle()
        assert looks == ["look"]


def test_a_look_finds_what_no_event_told(demo: Path) -> None:
    banks: list[Any] = []
    store = Store(demo, author="Ana Lima")
    store.load()
    watcher = Watcher(store, threading.Lock(), on_bank=banks.append, on_state=lambda _: None)
    with (demo / "known-issues.toml").open("a") as file:
        file.write('\n[[current-issues]]\ntitle = "Nobody told of this"\n')
    watcher.look()
    wait_until(lambda: banks)
    assert any(entry.title == "Nobody told of this" for entry in banks[-1].entries)


def test_looks_do_not_pile_up_and_fail_in_silence(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(demo, author="Ana Lima")
    store.load()
    begun, go_on = [], threading.Event()

    def refresh(anew: frozenset[str] = frozenset()) -> None:
        begun.append(1)
        go_on.wait(DEADLINE)
        raise OSError("the server is gone")

    told: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", told.append)
    monkeypatch.setattr(store, "refresh", refresh)
    watcher = Watcher(store, threading.Lock(), on_bank=print, on_state=print)
    for _ in range(5):
        watcher.look()
    go_on.set()
    wait_until(lambda: not any(t.name == "mbtui-look" for t in threading.enumerate()))
    assert begun == [1]
    assert told == []
