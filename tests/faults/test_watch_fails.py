"""What can go wrong with following itself: events, looks, clocks, our own writes.

`MBTUI_FAULT_PATIENCE` (1) multiplies the limits in seconds, for slow machines.
"""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from mbtui.store import file_state, watch
from tests.faults.conftest import Follow
from tests.faults.following import SOON, pause, write_anew
from tests.ui.window import PATIENCE
from tests.unit.banks import ISSUES, issue, make_bank_at


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_bank_at(tmp_path, {ISSUES: issue("a", "one")})


def test_events_that_cannot_be_had_later_either(
    folder: Path, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "REARM_SECONDS", 0.5)
    real = watch._events

    def no_events(*_: object, **__: object) -> None:
        raise OSError("no space left for watches")

    monkeypatch.setattr(watch, "_events", no_events)
    following = follow(folder)
    assert following.states == ["polling"]
    write_anew(folder / ISSUES, issue("a", "two"))
    following.until_shown("two", SOON)
    following.settle()
    assert following.states == ["polling"]
    monkeypatch.setattr(watch, "_events", real)
    following.within(SOON, lambda: following.states == ["polling", "live"])


@pytest.mark.parametrize("error", [RuntimeError, BaseException])
def test_events_that_end_are_asked_for_anew(
    folder: Path,
    follow: Follow,
    monkeypatch: pytest.MonkeyPatch,
    error: type[BaseException],
) -> None:
    """A panic inside watchfiles is a BaseException."""
    real = watch._events
    ended = threading.Event()

    def ends_once(folders: list[Path], stop: threading.Event, *, timeout: int) -> object:
        for batch in real(folders, stop, timeout=timeout):
            yield batch
            if timeout > 1 and not ended.is_set():
                ended.set()
                raise error("the watch broke")

    monkeypatch.setattr(watch, "_events", ends_once)
    following = follow(folder)
    for title in ("two", "three", "four"):
        write_anew(folder / ISSUES, issue("a", title))
        following.until_shown(title, SOON)
    assert ended.is_set()
    assert following.states == ["live"]


def test_events_that_end_all_the_time_are_left_alone(
    folder: Path, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "POLLING_SECONDS", 0.1)
    asked = []

    def no_events(folders: object, stop: object, *, timeout: int) -> object:
        asked.append(timeout)
        if timeout == 1:
            return iter([set()])
        raise RuntimeError("broken")

    def events(folders: object, stop: object, *, timeout: int) -> object:
        yield from no_events(folders, stop, timeout=timeout)  # type: ignore[misc]

    monkeypatch.setattr(watch, "_events", events)
    following = follow(folder)
    following.within(SOON, lambda: following.states[-1] == "polling")
    write_anew(folder / ISSUES, issue("a", "two"))
    following.until_shown("two", SOON)
    assert len(asked) < 20


def test_a_look_that_fails_makes_the_state_stale_until_one_succeeds(
    folder: Path, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "REARM_SECONDS", 0.05)
    monkeypatch.setattr(watch, "SWEEP_MS", 100)
    monkeypatch.setattr(time, "strftime", lambda form, moment: form)
    following = follow(folder)
    following.failure = SystemError("the disk is on fire")
    following.within(SOON, lambda: following.states[-1] == "stale since %H:%M")
    write_anew(folder / ISSUES, issue("a", "two"))
    following.failure = None
    following.until_shown("two", SOON)
    following.within(SOON, lambda: following.states[-1] == "live")
    assert following.states == ["live", "stale since %H:%M", "live"]


def test_the_time_of_stale_is_the_local_one(
    folder: Path, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "SWEEP_MS", 100)
    monkeypatch.setenv("TZ", "XYZ-11:30")
    time.tzset()
    try:
        following = follow(folder)
        following.failure = OSError("input/output error")
        following.within(SOON, lambda: len(following.states) == 2)
        there = {time.gmtime(time.time() + 11.5 * 3600 - ago)[3:5] for ago in (0, 10)}
        told = {f"stale since {hour:02}:{minute:02}" for hour, minute in there}
        assert following.states[-1] in told
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_look_that_never_returns_is_told_by_the_guard(
    folder: Path, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a network drive whose server does not answer."""
    monkeypatch.setattr(watch, "SWEEP_MS", 100)
    monkeypatch.setattr(watch, "GUARD_SECONDS", 0.1)
    monkeypatch.setattr(watch, "SILENT_SECONDS", 0.5)
    following = follow(folder)
    hangs, look = threading.Event(), following.store.refresh
    hangs.set()
    goes_on = threading.Event()

    def hanging(*arguments: object) -> object:
        if hangs.is_set():
            goes_on.wait(20)
        return look(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(following.store, "refresh", hanging)
    following.within(SOON, lambda: following.states[-1].startswith("stale since "))
    write_anew(folder / ISSUES, issue("a", "two"))
    hangs.clear()
    goes_on.set()
    following.until_shown("two", SOON)
    following.within(SOON, lambda: following.states[-1] == "live")


def test_a_clock_that_is_set_back_hides_no_change(
    folder: Path, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    following = follow(folder)
    hour = 3600
    now, now_ns = time.time, time.time_ns
    monkeypatch.setattr(time, "time", lambda: now() - hour)
    monkeypatch.setattr(time, "time_ns", lambda: now_ns() - hour * 10**9)
    for title in ("two", "three", "four"):
        (folder / ISSUES).write_text(issue("a", title))
        following.until_shown(title, SOON)
    with following.lock:
        began = time.monotonic()
        following.store.add("current-issues", {"title": "saved all the same"})
        assert time.monotonic() - began < SOON * PATIENCE


def test_own_writes_are_no_changes_from_outside(
    folder: Path, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "SWEEP_MS", 100)
    following = follow(folder)
    store = following.store
    entry = store.bank.entries[0]
    for number in range(5):
        with following.lock:
            entry = store.update(entry, {"title": f"mine {number}"})
            assert store.bank.entries[0].title == f"mine {number}"
    with following.lock:
        entry = store.archive(entry, "done")
        store.bank  # noqa: B018
    following.settle()
    with following.lock:
        store.delete(entry)
        store.bank  # noqa: B018
    following.settle()
    assert following.banks == []
    assert following.states == ["live"]


def test_a_file_older_than_our_own_write_is_still_a_change(
    folder: Path, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program may put a file there between our write and our look at what we wrote."""
    following = follow(folder)
    store = following.store
    (folder / "theirs").write_text(issue("a", "from a backup"))
    os.utime(folder / "theirs", (1_000_000_000, 1_000_000_000))
    wrote = store.wrote

    def beaten(*arguments: object) -> None:
        (folder / "theirs").rename(folder / ISSUES)
        pause(2 * file_state.CLOCK_TICK_NS / 1e9)  # A disk that is slow to flush.
        wrote(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "wrote", beaten)
    with following.lock:
        store.update(store.bank.entries[0], {"title": "mine"})
        assert store.bank.entries[0].title == "mine"
    following.until_shown("from a backup", SOON)
