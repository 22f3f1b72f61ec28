"""Following a bank: the states, and when a shorter file is believed."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mbtui.bank.bank import Bank
from mbtui.store import store as store_module
from mbtui.store import watch
from mbtui.store.create import create_bank
from mbtui.store.store import Refreshed, Store
from mbtui.store.watch import Watcher

DEADLINE = 10.0
ENTRIES = "".join(f'[[current-issues]]\nid = "{n:08}"\ntitle = "Issue {n}"\n\n' for n in range(6))
FEWER = ENTRIES.split("\n\n")[0] + "\n"

Follow = Callable[..., tuple["queue.Queue[Bank]", "queue.Queue[str]"]]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    created = create_bank(tmp_path)
    (created.folder / "known-issues.toml").write_text(ENTRIES)
    opened = Store(created.folder, author="Ana Lima")
    opened.load()
    return opened


@pytest.fixture
def follow(store: Store) -> Iterator[Follow]:
    """Follow the store; the queues of what is told."""
    watchers: list[Watcher] = []

    def start(*, notification: bool = True) -> tuple[queue.Queue[Bank], queue.Queue[str]]:
        banks: queue.Queue[Bank] = queue.Queue()
        states: queue.Queue[str] = queue.Queue()
        watcher = Watcher(
            store,
            threading.Lock(),
            on_bank=banks.put,
            on_state=states.put,
            notification=notification,
        )
        watchers.append(watcher)
        watcher.start()
        return banks, states

    yield start
    for watcher in watchers:
        watcher.stop()


def test_a_file_removed_and_written_anew_is_believed_at_once(
    store: Store, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the file system gives it the inode of the old one, as ext4 does."""
    monkeypatch.setattr(store_module, "SHRUNK_IN_PLACE_SECONDS", 1000)
    banks, states = follow()
    assert states.get(timeout=DEADLINE) == "live"
    path = store.folder / "known-issues.toml"
    path.unlink()
    path.write_text(FEWER)
    assert [entry.title for entry in banks.get(timeout=DEADLINE).entries] == ["Issue 0"]


def test_a_file_that_lost_entries_in_place_is_not_believed(
    store: Store, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "SHRUNK_IN_PLACE_SECONDS", 1000)
    banks, states = follow()
    assert states.get(timeout=DEADLINE) == "live"
    (store.folder / "known-issues.toml").write_text(FEWER)
    (store.folder / "testing-notes.toml").write_text('[[test-data]]\ntitle = "Other"\n')
    titles = {entry.title for entry in banks.get(timeout=DEADLINE).entries}
    assert titles == {"Other", *(f"Issue {n}" for n in range(6))}


def test_without_notification_the_state_is_polling(store: Store, follow: Follow) -> None:
    banks, states = follow(notification=False)
    assert states.get(timeout=DEADLINE) == "polling"
    with (store.folder / "known-issues.toml").open("a") as file:
        file.write('[[current-issues]]\ntitle = "New"\n')
    assert len(banks.get(timeout=DEADLINE).entries) == 7


def test_a_look_that_fails_makes_the_state_stale_until_one_succeeds(
    store: Store, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh = store.refresh
    failing = threading.Event()

    def look() -> Refreshed:
        if failing.is_set():
            raise RuntimeError("the disk is on fire")
        return refresh()

    monkeypatch.setattr(store, "refresh", look)
    monkeypatch.setattr(watch, "REARM_SECONDS", 0.1)
    _, states = follow()
    assert states.get(timeout=DEADLINE) == "live"
    failing.set()
    assert states.get(timeout=DEADLINE).startswith("stale since ")
    failing.clear()
    assert states.get(timeout=DEADLINE) == "live"
